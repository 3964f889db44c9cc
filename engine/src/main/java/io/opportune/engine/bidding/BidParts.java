package io.opportune.engine.bidding;

import io.opportune.engine.admission.CustomerKeys;
import io.opportune.engine.exchange.ExchangeProfiles;
import io.opportune.engine.exchange.QpsLimit;
import io.opportune.engine.exchange.RateBoard;
import io.opportune.engine.exchange.TimeMargin;
import io.opportune.engine.notice.NoticeKeys;
import io.opportune.engine.notice.PriceKeyring;
import io.opportune.engine.privacy.PrivacySettings;
import java.util.function.Supplier;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;

/**
 * What an endpoint is made of, shared by all event loops except where something else is said.
 *
 * @param settings   of the server.
 * @param exchanges  that send requests.
 * @param limits     of requests per second, by number of the exchange; see {@link #limits}.
 * @param margins    of time, by number of the exchange; see {@link #margins}.
 * @param rates      of currencies, in service.
 * @param privacy    which vendor we are and what our actions need.
 * @param noticeKeys of the tokens in notices.
 * @param priceKeys  of exchanges that encrypt prices.
 * @param catalogue  the current one, prepared for bidding.
 * @param keys       of this event loop's thread: roots of customers for the tokens in notices.
 * @param counters   of this event loop.
 * @param nanoClock  monotonic clock.
 * @param epochClock wall clock.
 * @param explanations of requests that ask for one.
 * @param prices     how a price is made of a worth.
 */
public record BidParts(
    BidSettings settings, ExchangeProfiles exchanges, Int2ObjectHashMap<QpsLimit> limits,
    Int2ObjectHashMap<TimeMargin> margins, RateBoard rates, PrivacySettings privacy, NoticeKeys noticeKeys,
    PriceKeyring priceKeys, Supplier<BidCatalogue> catalogue, CustomerKeys keys, BidCounters counters,
    NanoClock nanoClock, EpochNanoClock epochClock, BidExplanations explanations, BidPrices prices) {

    /**
     * Makes the limits of all exchanges; to be made once and shared.
     *
     * @param exchanges that send requests.
     * @param nowNs     monotonic clock.
     * @return limits by number of the exchange.
     */
    public static Int2ObjectHashMap<QpsLimit> limits(final ExchangeProfiles exchanges, final long nowNs) {
        final Int2ObjectHashMap<QpsLimit> limits = new Int2ObjectHashMap<>();
        exchanges.all().forEach(
            each -> limits.put(each.number(), new QpsLimit(each.limits().requestsPerSecond(), nowNs)));
        return limits;
    }

    /**
     * Makes the time margins of all exchanges; to be made once and shared, since what one event loop answers another
     * one may hear of.
     *
     * @param exchanges that send requests.
     * @param nowNs     monotonic clock.
     * @return margins by number of the exchange.
     */
    public static Int2ObjectHashMap<TimeMargin> margins(final ExchangeProfiles exchanges, final long nowNs) {
        final Int2ObjectHashMap<TimeMargin> margins = new Int2ObjectHashMap<>();
        exchanges.all().forEach(each -> margins.put(each.number(), new TimeMargin(each.time(), nowNs)));
        return margins;
    }
}
