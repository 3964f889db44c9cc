package io.opportune.engine.explain;

import io.opportune.engine.bidding.BidTrace;
import io.opportune.engine.decision.OfferInquiry;
import io.opportune.engine.privacy.PrivacyAction;
import io.opportune.engine.privacy.PrivacyReason;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A funnel as lines for people. Stateless. */
public final class FunnelText {
    private static final int MICRO_DIGITS = 6;
    private static final int SHOWN_DIGITS = 3;

    private FunnelText() {
    }

    /**
     * Writes a funnel.
     *
     * @param funnel to write.
     * @return lines without ends.
     */
    public static List<String> lines(final BidFunnel funnel) {
        final List<String> lines = new ArrayList<>();
        final BidTrace trace = funnel.trace();
        if (trace == null) {
            lines.add("The request could not be read or is not taken: HTTP status " + funnel.status());
            return lines;
        }
        lines.add("request " + trace.requestId() + " of " + trace.exchange() + " (" + trace.format()
            + (trace.test() ? ", a test" : "") + "): "
            + (funnel.noBid() == null ? "bid" : "no bid, nbr " + funnel.noBid().nbr() + " " + funnel.noBid().label())
            + ", HTTP status " + funnel.status()
            + (funnel.responseBytes() == 0 ? "" : ", " + funnel.responseBytes() + " bytes"));
        lines.add("catalogue " + funnel.catalogue() + " with " + funnel.offerCount() + " offers"
            + (funnel.businessTimeNs() == 0 ? "" : ", decided as of " + FunnelJson.instant(funnel.businessTimeNs())));
        lines.add("time: tmax " + trace.tmaxMs() + " ms, of it " + TimeUnit.NANOSECONDS.toMicros(trace.marginNs())
            + " us for the network, " + TimeUnit.NANOSECONDS.toMicros(trace.budgetNs())
            + " us for the answer; answered in " + TimeUnit.NANOSECONDS.toMicros(funnel.tookNs()) + " us, explained in "
            + TimeUnit.NANOSECONDS.toMicros(funnel.explainedNs()) + " us");
        customer(lines, funnel);
        funnel.imps().forEach(imp -> imp(lines, imp, trace.currency()));
        return lines;
    }

    private static void customer(final List<String> lines, final BidFunnel funnel) {
        final BidTrace trace = funnel.trace();
        if (trace.consent() == null) {
            return;
        }
        final BidTrace.Customer customer = trace.customer();
        final String named = customer.namespace() != 0 ? "by the id of " + funnel.namespaceName()
            : customer.why() == PrivacyReason.PERMITTED
                ? "none, the request has no id that names one" : "none, contextual because of " + customer.why();
        lines.add("customer: " + named + switch (funnel.profile()) {
            case NOT_LOOKED_FOR -> "";
            case NONE -> ", without a profile";
            case NOT_PERMITTED -> ", whose profile must not be read: no personalisation";
            case READ -> ", whose profile was read";
        });
        for (final BidTrace.Verdict verdict : trace.consent().verdicts()) {
            lines.add("  " + verdict.regulation() + (verdict.signalled() ? "" : " (not in the request)") + ": "
                + verdict(verdict.against()));
        }
        lines.add("  all together: " + verdict(trace.consent().against()));
    }

    private static String verdict(final Map<PrivacyAction, PrivacyReason> against) {
        final String forbidden = against.entrySet().stream()
            .filter(each -> each.getValue() != PrivacyReason.PERMITTED)
            .map(each -> "no " + each.getKey().name().toLowerCase(Locale.ROOT) + " (" + each.getValue() + ")")
            .collect(Collectors.joining(", "));
        return forbidden.isEmpty() ? "permits everything" : forbidden;
    }

    private static void imp(final List<String> lines, final BidFunnel.Imp imp, final String currency) {
        final BidTrace.Imp trace = imp.trace();
        lines.add("");
        lines.add("imp " + trace.id() + " (" + String.join(", ", trace.forms()) + ")"
            + (imp.placement() == null ? "" : " at placement " + imp.placement()) + ": "
            + (trace.noBid() == null ? "bid" : "no bid, nbr " + trace.noBid().nbr() + " " + trace.noBid().label()));
        if (trace.pricing() != null) {
            pricing(lines, trace.pricing(), currency);
        }
        if (imp.decision() != null) {
            decision(lines, imp.decision(), currency);
        }
    }

    private static String shade(final BidTrace.Pricing pricing) {
        final String paced = pricing.valueMicros() == pricing.cpmMicros() ? ""
            : ", paced to " + shown(pricing.valueMicros());
        return paced + (pricing.shade() == 0 ? ", no shading" : String.format(Locale.ROOT, ", shade %.3f%s",
            pricing.shade(), pricing.explored() ? " to learn" : ""));
    }

    private static void pricing(final List<String> lines, final BidTrace.Pricing pricing, final String currency) {
        lines.add("  worth " + shown(pricing.cpmMicros()) + " CPM, floor " + shown(pricing.floorMicros()) + ", price "
            + (pricing.priceMicros() == 0 ? "none" : shown(pricing.priceMicros())) + " " + currency
            + shade(pricing) + (pricing.dealId() == null ? "" : ", deal " + pricing.dealId()));
        pricing.deals().forEach(deal -> lines.add("  deal " + deal.id() + " with a floor of " + deal.floor() + " "
            + deal.currency() + " " + deal.verdict().words()));
    }

    private static void decision(
        final List<String> lines, final BidFunnel.Decision decision, final String currency) {
        lines.add("  decision: " + decision.status().name().toLowerCase(Locale.ROOT) + ", "
            + decision.reason().text() + "; " + decision.matched() + " matched, " + decision.scored()
            + " scored, " + TimeUnit.NANOSECONDS.toMicros(decision.decidedNs()) + " us");
        lines.add("  offers: " + decision.outcomes().entrySet().stream()
            .map(each -> each.getValue() + " " + FunnelJson.outcome(each.getKey()))
            .collect(Collectors.joining(", ")));
        for (final BidFunnel.OfferLine line : decision.offers()) {
            lines.add("  " + (line.rank() > 0 ? line.rank() + ". " : "-  ") + line.finding().offer() + " of "
                + line.campaign() + ": " + FunnelJson.outcome(line.reason()) + "; " + shown(line.valueMicros()) + " "
                + line.currency() + " x " + line.propensity()
                + (line.cpmMicros() < 0 ? "" : " = " + shown(line.cpmMicros()) + " " + currency + " CPM")
                + (line.probability() == BidFunnel.OfferLine.NO_PROBABILITY
                    ? "" : "; given the place with probability " + line.probability()));
            for (final OfferInquiry.Obstacle obstacle : line.finding().obstacles()) {
                lines.add("       " + obstacle.reason().code() + " " + obstacle.reason().text());
                obstacle.lines().forEach(each -> lines.add("         " + each));
            }
        }
        if (decision.moreOffers() > 0) {
            lines.add("  and " + decision.moreOffers() + " offers more");
        }
        decision.unknown().forEach(name -> lines.add("  offer " + name + ": not in the catalogue"));
    }

    private static String shown(final long micros) {
        final BigDecimal amount = BigDecimal.valueOf(micros, MICRO_DIGITS);
        return amount.setScale(Math.max(SHOWN_DIGITS, amount.stripTrailingZeros().scale()), RoundingMode.HALF_EVEN)
            .toPlainString();
    }
}
