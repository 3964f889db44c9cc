package io.opportune.engine.explain;

import io.opportune.engine.admin.JsonText;
import io.opportune.engine.bidding.BidTrace;
import io.opportune.engine.bidding.NoBid;
import io.opportune.engine.decision.OfferInquiry;
import io.opportune.engine.privacy.PrivacyAction;
import io.opportune.engine.privacy.PrivacyReason;
import io.opportune.protocol.ReasonCode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A funnel as JSON. Amounts are numbers in units of their currency, times in microseconds. Stateless. */
public final class FunnelJson {
    private static final int MICRO_DIGITS = 6;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private FunnelJson() {
    }

    /**
     * Writes a funnel.
     *
     * @param funnel to write.
     * @param most   bytes; offers told of one by one are left out until it fits.
     * @return UTF-8, at most that long as long as the counts by reason are.
     */
    public static byte[] write(final BidFunnel funnel, final int most) {
        BidFunnel shown = funnel;
        byte[] json = text(shown).getBytes(StandardCharsets.UTF_8);
        int offers = shown.imps().stream().mapToInt(imp ->
            imp.decision() == null ? 0 : imp.decision().offers().size()).max().orElse(0);
        while (json.length > most && offers > 0) {
            offers /= 2;
            shown = shown.withOffers(offers);
            json = text(shown).getBytes(StandardCharsets.UTF_8);
        }
        return json;
    }

    /**
     * Writes a funnel.
     *
     * @param funnel to write.
     * @return one object.
     */
    public static String text(final BidFunnel funnel) {
        final JsonText json = new JsonText().beginObject().member("status", funnel.status());
        noBid(json, funnel.noBid());
        json.member("responseBytes", funnel.responseBytes());
        final BidTrace trace = funnel.trace();
        if (trace != null) {
            json.member("request", trace.requestId()).member("exchange", trace.exchange())
                .member("format", trace.format()).member("test", trace.test());
        }
        json.name("catalogue").beginObject().member("version", funnel.catalogue().toString())
            .member("offers", funnel.offerCount()).member("controlEpoch", funnel.holdsEpoch()).endObject();
        if (funnel.businessTimeNs() != 0) {
            json.member("businessTime", instant(funnel.businessTimeNs()).toString());
        }
        if (trace != null) {
            customer(json, funnel);
            json.member("currency", trace.currency());
            json.name("imps").beginArray();
            funnel.imps().forEach(imp -> imp(json, imp));
            json.endArray();
        }
        times(json, funnel);
        return json.endObject().toString();
    }

    static Instant instant(final long timeNs) {
        return Instant.ofEpochSecond(timeNs / NANOS_PER_SECOND, timeNs % NANOS_PER_SECOND);
    }

    private static void noBid(final JsonText json, final NoBid reason) {
        if (reason == null) {
            json.member("noBid", null).name("nbr").value((String) null);
        } else {
            json.member("noBid", reason.label()).member("nbr", reason.nbr());
        }
    }

    private static void times(final JsonText json, final BidFunnel funnel) {
        json.name("time").beginObject();
        if (funnel.trace() != null) {
            json.member("tmaxMs", funnel.trace().tmaxMs())
                .member("marginUs", TimeUnit.NANOSECONDS.toMicros(funnel.trace().marginNs()))
                .member("budgetUs", TimeUnit.NANOSECONDS.toMicros(funnel.trace().budgetNs()));
        }
        json.member("answeredUs", TimeUnit.NANOSECONDS.toMicros(funnel.tookNs()))
            .member("explainedUs", TimeUnit.NANOSECONDS.toMicros(funnel.explainedNs())).endObject();
    }

    private static void customer(final JsonText json, final BidFunnel funnel) {
        final BidTrace trace = funnel.trace();
        if (trace.consent() != null) {
            json.name("consent").beginObject();
            against(json, trace.consent().against());
            json.name("regulations").beginArray();
            for (final BidTrace.Verdict verdict : trace.consent().verdicts()) {
                json.beginObject().member("regulation", verdict.regulation().name())
                    .member("signalled", verdict.signalled());
                against(json, verdict.against());
                json.endObject();
            }
            json.endArray().endObject();
        }
        if (trace.customer() != null) {
            json.name("customer").beginObject().member("id", funnel.namespaceName())
                .member("profile", funnel.profile().name().toLowerCase(Locale.ROOT))
                .member("contextual", trace.customer().namespace() == 0)
                .member("why", trace.customer().why().name()).endObject();
        }
    }

    private static void against(final JsonText json, final Map<PrivacyAction, PrivacyReason> against) {
        json.name("actions").beginObject();
        against.forEach((action, reason) -> json.member(action.name().toLowerCase(Locale.ROOT), reason.name()));
        json.endObject();
    }

    private static void imp(final JsonText json, final BidFunnel.Imp imp) {
        final BidTrace.Imp trace = imp.trace();
        json.beginObject().member("id", trace.id()).name("forms").beginArray();
        trace.forms().forEach(json::value);
        json.endArray().member("placement", imp.placement());
        noBid(json, trace.noBid());
        if (trace.pricing() != null) {
            pricing(json, trace.pricing());
        }
        if (imp.decision() != null) {
            decision(json, imp.decision());
        }
        json.endObject();
    }

    private static void pricing(final JsonText json, final BidTrace.Pricing pricing) {
        json.name("pricing").beginObject();
        amount(json, "cpm", pricing.cpmMicros());
        amount(json, "value", pricing.valueMicros());
        amount(json, "floor", pricing.floorMicros());
        json.name("shade").value(pricing.shade());
        json.member("explored", pricing.explored());
        amount(json, "price", pricing.priceMicros());
        json.member("deal", pricing.dealId()).name("deals").beginArray();
        for (final BidTrace.Deal deal : pricing.deals()) {
            json.beginObject().member("id", deal.id());
            if (Double.isFinite(deal.floor())) {
                json.name("floor").value(deal.floor());
            }
            json.member("currency", deal.currency()).member("verdict", deal.verdict().name())
                .member("text", deal.verdict().words()).endObject();
        }
        json.endArray().endObject();
    }

    private static void amount(final JsonText json, final String name, final long micros) {
        json.name(name).value(BigDecimal.valueOf(micros, MICRO_DIGITS).doubleValue());
    }

    private static void decision(final JsonText json, final BidFunnel.Decision decision) {
        json.name("decision").beginObject().member("status", decision.status().name())
            .member("reason", decision.reason().name()).member("matched", decision.matched())
            .member("scored", decision.scored())
            .member("decidedUs", TimeUnit.NANOSECONDS.toMicros(decision.decidedNs()))
            .name("outcomes").beginObject();
        decision.outcomes().forEach((reason, count) -> json.member(outcome(reason), count));
        json.endObject().name("offers").beginArray();
        decision.offers().forEach(line -> line(json, line));
        json.endArray().member("moreOffers", decision.moreOffers()).name("unknownOffers").beginArray();
        decision.unknown().forEach(json::value);
        json.endArray().endObject();
    }

    private static void line(final JsonText json, final BidFunnel.OfferLine line) {
        json.beginObject().member("offer", line.finding().offer()).member("campaign", line.campaign())
            .member("outcome", outcome(line.reason()));
        if (line.rank() > 0) {
            json.member("rank", line.rank());
        }
        amount(json, "value", line.valueMicros());
        json.name("propensity").value(line.propensity());
        if (line.probability() != BidFunnel.OfferLine.NO_PROBABILITY) {
            json.name("probability").value(line.probability());
        }
        json.name("score").value(BigDecimal.valueOf(line.scoreMicros()).movePointLeft(MICRO_DIGITS)
            .setScale(2 * MICRO_DIGITS, RoundingMode.HALF_EVEN).doubleValue());
        json.member("scoreCurrency", line.currency());
        if (line.cpmMicros() >= 0) {
            amount(json, "cpm", line.cpmMicros());
        }
        json.member("rule", line.finding().rule()).name("obstacles").beginArray();
        for (final OfferInquiry.Obstacle obstacle : line.finding().obstacles()) {
            json.beginObject().member("code", obstacle.reason().code()).member("reason", outcome(obstacle.reason()))
                .member("text", obstacle.reason().text()).name("lines").beginArray();
            obstacle.lines().forEach(json::value);
            json.endArray().endObject();
        }
        json.endArray().endObject();
    }

    /** What a reason is called; nothing against an offer means that it was chosen. */
    static String outcome(final ReasonCode reason) {
        return reason == ReasonCode.NONE ? "chosen" : reason.name().toLowerCase(Locale.ROOT);
    }
}
