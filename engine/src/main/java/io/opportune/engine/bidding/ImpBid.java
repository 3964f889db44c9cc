package io.opportune.engine.bidding;

import io.opportune.engine.catalogue.BlockKey;
import io.opportune.engine.exchange.CurrencyCodes;
import io.opportune.engine.exchange.CurrencyRates;
import io.opportune.engine.markup.CreativeMarkup;
import io.opportune.engine.markup.MarkupSet;
import io.opportune.engine.notice.NoticeToken;
import io.opportune.engine.screening.CreativeFilter;
import io.opportune.engine.screening.CreativeRejection;
import io.opportune.engine.screening.ImpRestrictions;
import io.opportune.engine.screening.KeySet;
import io.opportune.engine.screening.RequestRestrictions;
import io.opportune.engine.shading.ShadeGrid;
import io.opportune.engine.shading.ShadeTable;
import io.opportune.protocol.openrtb.request.BidRequest;
import io.opportune.protocol.openrtb.request.Deal;
import io.opportune.protocol.openrtb.request.Imp;
import io.opportune.protocol.openrtb.request.Pmp;
import io.opportune.protocol.openrtb.request.RecordFlyweight;
import io.opportune.protocol.openrtb.request.Slice;
import org.agrona.DirectBuffer;

/**
 * Works out the bid for one impression: a creative that it takes, the price in the response's currency, open auction or
 * deal. The worth is what the decision expects of the impression; the value is as much of it as the campaign's
 * multiplier lets bid; the price is the value or, where the winner pays what it bids, a share of it, never below the
 * floor. Reused; one thread; allocates nothing.
 */
final class ImpBid {
    /** Prices are CPM, a score is the worth of one impression. */
    static final long MILLE = 1_000;

    private static final int USD = 840;
    private static final int FIXED_PRICE = 3;
    /** Up to here doubles hold micros exactly enough; no auction has such a floor. */
    private static final double MAX_FLOOR = 9e9;
    /** As much as a notice's token holds. */
    private static final long MAX_MICROS = NoticeToken.MAX_PRICE_MICROS;

    private final byte[] seat;
    private final BidPrices prices;
    private final RequestRestrictions lists = new RequestRestrictions();
    private final ImpRestrictions restrictions = new ImpRestrictions(lists);
    private final CreativeFilter filter = new CreativeFilter();
    /** Advertisers that the deal which is looked at names. */
    private final KeySet dealDomains = new KeySet(ImpRestrictions.MAX_DEAL_DOMAINS);

    private CurrencyRates rates;
    private CreativeMarkup creative;
    private long worth;
    /** As much of the worth as may be bid now. */
    private long value;
    private long floor;
    private long priceMicros;
    private long deal;
    private int shade;
    private boolean inDeal;
    private int floorBand;
    private boolean explored;

    ImpBid(final byte[] seat, final BidPrices prices) {
        this.seat = seat;
        this.prices = prices;
    }

    /** Reads what holds for all impressions of a request. */
    void begin(final BidRequest request, final CurrencyRates inService) {
        rates = inService;
        RestrictionsReader.read(request, lists);
    }

    ImpRestrictions restrictions() {
        return restrictions;
    }

    CreativeFilter filter() {
        return filter;
    }

    CreativeMarkup creative() {
        return creative;
    }

    /** Micros for one impression, in the currency of the response. */
    long priceMicros() {
        return priceMicros;
    }

    /**
     * The price in the currency of the offer's campaign, at the rate by which the worth was changed: the same share of
     * the worth there, rounded up, so that changing money twice never settles more than the campaign's amount.
     */
    long campaignMicros(final PendingBid bid, final int offer, final int currency) {
        final long whole = (long) bid.scores[offer];
        if (bid.currencies[offer] == currency) {
            return priceMicros;
        }
        return Math.min(whole, whole <= Integer.MAX_VALUE && priceMicros <= Integer.MAX_VALUE
            ? Math.ceilDiv(whole * priceMicros, worth) : Math.round(whole * (priceMicros / (double) worth)));
    }

    /** What one impression is worth, micros in the currency of the response, before any price was chosen. */
    long worthMicros() {
        return worth;
    }

    /** As much of the worth as the campaign's multiplier lets bid, micros for one impression. */
    long valueMicros() {
        return value;
    }

    /**
     * 64ths of the value that are bid, {@link NoticeToken#NO_SHADE} where nothing can be learned of the price: in
     * second-price auctions, at a fixed price, in tests.
     */
    int shade() {
        return shade;
    }

    /** Whether the shade was learned in deals, apart from the open auction. */
    boolean isInDeal() {
        return inDeal;
    }

    /** Band of the floor that was to be reached. */
    int floorBand() {
        return floorBand;
    }

    /** Whether another shade than the best known is tried. */
    boolean isExplored() {
        return explored;
    }

    /** Floor of the open auction, micros of CPM in the currency of the response; 0 for none, or not looked at. */
    long floorMicros() {
        return floor;
    }

    /** Id of the deal, a slice of the request's text; {@link Slice#NONE} in the open auction. */
    long deal() {
        return deal;
    }

    /** Reads what an impression takes. */
    void begin(final BidRequest request, final Imp imp) {
        RestrictionsReader.read(request, imp, restrictions);
    }

    /** Works out the bid with an offer for the impression that was begun; null when there is one. */
    NoBid evaluate(
        final PendingBid bid, final int place, final int offer, final MarkupSet markup, final int currency) {
        final BidRequest request = bid.request;
        final double score = bid.scores[offer];
        creative = null;
        floor = 0;
        value = 0;
        whole(0);
        // A worth beyond what money has is a mistake of the catalogue, not a bid.
        worth = score >= 1 && score < MAX_MICROS
            ? rates.convert((long) score, bid.currencies[offer], currency) : 0;
        if (worth == CurrencyRates.UNCONVERTIBLE) {
            return NoBid.CURRENCY;
        }
        if (worth <= 0 || worth > MAX_MICROS) {
            return NoBid.BELOW_FLOOR;
        }
        creative = markup.creative(bid.creatives[offer]);
        // The decision has chosen it for this impression; another catalogue or markup may have come since.
        if (creative == null || filter.check(creative, restrictions) != CreativeRejection.NONE) {
            return NoBid.CREATIVE;
        }
        value = valueOf(prices.multiplier().of(bid.catalogue.campaign(bid.offers[offer])), request.test() == 1);
        return value == 0 ? NoBid.BELOW_FLOOR : choosePrice(bid, place, offer, currency);
    }

    private long valueOf(final double multiplier, final boolean test) {
        return test || !(multiplier < 1) ? worth : Math.max(0, (long) (worth * multiplier));
    }

    private NoBid choosePrice(final PendingBid bid, final int place, final int offer, final int currency) {
        final BidRequest request = bid.request;
        final Imp imp = request.imp(bid.imps[place]);
        final boolean dealsFirst = bid.exchange.auction().dealsFirst();
        final Pmp pmp = imp.pmp();
        final boolean closed = pmp != null && pmp.privateAuction() == 1;
        deal = Slice.NONE;
        if (bid.catalogue.isPerDeal(bid.offers[offer])) {
            // The money that was reserved is that of one deal.
            return bid.deals[place] != PendingBid.NO_DEAL
                && takeDeal(bid, place, offer, pmp.deals(bid.deals[place]), currency) ? null : NoBid.NO_DEAL;
        }
        if (pmp != null && (dealsFirst || closed) && chooseDeal(bid, place, offer, currency)) {
            return null;
        }
        if (closed) {
            return NoBid.NO_DEAL;
        }
        floor = openFloor(request.buffer(), imp, currency);
        if (floor != CurrencyRates.UNCONVERTIBLE && value * MILLE >= floor) {
            inDeal = false;
            shade(bid, place, offer, request.at(), floor, currency);
            return null;
        }
        if (pmp != null && !dealsFirst && chooseDeal(bid, place, offer, currency)) {
            return null;
        }
        return floor == CurrencyRates.UNCONVERTIBLE ? NoBid.CURRENCY : NoBid.BELOW_FLOOR;
    }

    /** The first deal of the request that is ours and whose floor is reached. */
    private boolean chooseDeal(final PendingBid bid, final int place, final int offer, final int currency) {
        final Pmp pmp = bid.request.imp(bid.imps[place]).pmp();
        for (int i = 0; i < pmp.dealsCount(); i++) {
            if (takeDeal(bid, place, offer, pmp.deals(i), currency)) {
                return true;
            }
        }
        return false;
    }

    /** Bids for a deal; false when it is not ours or its floor is not reached. */
    private boolean takeDeal(
        final PendingBid bid, final int place, final int offer, final Deal candidate, final int currency) {
        final BidRequest request = bid.request;
        final Imp imp = request.imp(bid.imps[place]);
        if (verdict(request, imp, candidate, currency) != DealVerdict.REACHED) {
            return false;
        }
        final long agreed = ownFloor(request.buffer(), candidate, currency);
        deal = candidate.id();
        inDeal = true;
        if (candidate.at() == FIXED_PRICE) {
            // The floor is the price that was agreed on; rounded up, as floors are.
            whole(agreed > 0 ? micros(agreed) : value);
        } else {
            final int at = candidate.at() == RecordFlyweight.ABSENT ? request.at() : candidate.at();
            shade(bid, place, offer, at, agreed == 0 ? openFloor(request.buffer(), imp, currency) : agreed, currency);
        }
        return true;
    }

    /** Least micros for one impression that reach a floor of micros of CPM. */
    private static long micros(final long cpmMicros) {
        return Math.ceilDiv(cpmMicros, MILLE);
    }

    /** Bids a price of which nothing is learned. */
    private void whole(final long price) {
        priceMicros = price;
        shade = NoticeToken.NO_SHADE;
        floorBand = 0;
        explored = false;
    }

    /**
     * Chooses the price between a floor and the value: in second-price auctions all of the value, which is the best
     * there (Vickrey, "Counterspeculation, Auctions, and Competitive Sealed Tenders", 1961).
     */
    private void shade(
        final PendingBid bid, final int place, final int offer, final int at, final long cpmFloor,
        final int currency) {
        whole(value);
        if (bid.request.test() == 1 || !bid.exchange.auction().isFirstPrice(at)) {
            return;
        }
        floorBand = ShadeTable.floorBand(cpmFloor);
        shade = ShadeGrid.STEPS;
        if (!prices.shades(bid.exchange)) {
            return;
        }
        final long least = micros(cpmFloor);
        final int choice = prices.shades().get().choose(bid.exchange.number(), inDeal, bid.placements[place], currency,
            floorBand, least, value,
            ShadeTable.chance(bid.decisionsHigh[place], bid.decisionsLow[place], bid.offers[offer]));
        if (choice != ShadeTable.NO_STEP) {
            priceMicros = Math.max(1, ShadeGrid.bidMicros(ShadeTable.stepOf(choice), value));
            shade = ShadeTable.stepOf(choice) + 1;
            explored = ShadeTable.isExplored(choice);
        }
    }

    /** Whether a deal can be bid for with the creative and the value of the last evaluation. */
    DealVerdict verdict(final BidRequest request, final Imp imp, final Deal candidate, final int currency) {
        final DirectBuffer text = request.buffer();
        if (Slice.lengthBytes(candidate.id()) == 0) {
            return DealVerdict.NO_ID;
        }
        if (!hasSeat(seat, text, candidate)) {
            return DealVerdict.SEAT;
        }
        if (!hasDomain(text, candidate)) {
            return DealVerdict.ADVERTISER;
        }
        final long own = ownFloor(text, candidate, currency);
        final long least = own == 0 ? openFloor(text, imp, currency) : own;
        if (least == CurrencyRates.UNCONVERTIBLE) {
            return DealVerdict.CURRENCY;
        }
        return value * MILLE < least ? DealVerdict.BELOW_FLOOR : DealVerdict.REACHED;
    }

    static boolean hasSeat(final byte[] seat, final DirectBuffer text, final Deal candidate) {
        for (int i = 0; i < candidate.wseatCount(); i++) {
            final long wanted = candidate.wseat(i);
            if (NameTable.equal(seat, text, Slice.offset(wanted), Slice.lengthBytes(wanted))) {
                return true;
            }
        }
        return candidate.wseatCount() == 0;
    }

    private boolean hasDomain(final DirectBuffer text, final Deal candidate) {
        dealDomains.clear();
        for (int i = 0; i < candidate.wadomainCount(); i++) {
            final long domain = candidate.wadomain(i);
            dealDomains.add(BlockKey.ofDomain(text, Slice.offset(domain), Slice.lengthBytes(domain)));
        }
        return dealDomains.isEmpty() || dealDomains.containsAny(creative.ad().domainKeys());
    }

    /** What a deal asks for itself, 0 where it says nothing. */
    private long ownFloor(final DirectBuffer text, final Deal candidate, final int currency) {
        return floor(text, DurationFloors.ofDeal(candidate, creative.ad()), candidate.bidfloorcur(), currency);
    }

    private long openFloor(final DirectBuffer text, final Imp imp, final int currency) {
        return floor(text, DurationFloors.ofImp(imp, creative.ad()), imp.bidfloorcur(), currency);
    }

    /** A floor as micros of CPM in the currency of the response. */
    private long floor(final DirectBuffer text, final double amount, final long currencySlice, final int currency) {
        if (!(amount > 0)) {
            return 0;
        }
        final int of = Slice.lengthBytes(currencySlice) == 0 ? USD
            : CurrencyCodes.number(text, Slice.offset(currencySlice), Slice.lengthBytes(currencySlice));
        if (of == CurrencyCodes.UNKNOWN) {
            return CurrencyRates.UNCONVERTIBLE;
        }
        // Above, micros are no longer told apart, and nothing is worth so much.
        return amount > MAX_FLOOR ? Long.MAX_VALUE : rates.convert(Math.round(amount * 1e6), of, currency);
    }
}
