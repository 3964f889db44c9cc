package io.opportune.engine.admin;

import io.opportune.engine.admin.DeliveryReport.Auction;
import io.opportune.engine.admin.DeliveryReport.BudgetLine;
import io.opportune.engine.admin.DeliveryReport.Pace;
import io.opportune.engine.admin.DeliveryReport.State;
import io.opportune.engine.admin.DeliveryReport.Verdict;
import io.opportune.engine.admin.DeliveryReport.Why;
import io.opportune.engine.decision.DeliveryCounts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Says why a campaign delivers no more than it does. The rule, from top to bottom: what stops it altogether (paused, no
 * flight, its hours, a budget that does not add up, a spent one), then the plan (on it, ahead, caught up by the
 * controller, all reserved), then the step of the funnel at which most is lost. A function of its arguments.
 */
public final class DeliveryFunnel {
    /** A loss at a step. */
    private record Step(Why why, long lost, String sentence) {
    }

    private final State state;
    private final String stateWords;
    private final List<BudgetLine> budgets;
    private final boolean allSpent;
    private final Pace pace;
    private final DeliveryCounts counts;
    private final Auction auction;

    private DeliveryFunnel(
        final State state, final String stateWords, final List<BudgetLine> budgets, final boolean allSpent,
        final Pace pace, final DeliveryCounts counts, final Auction auction) {
        this.state = state;
        this.stateWords = stateWords;
        this.budgets = budgets;
        this.allSpent = allSpent;
        this.pace = pace;
        this.counts = counts;
        this.auction = auction;
    }

    /**
     * Says it.
     *
     * @param state      of the campaign.
     * @param stateWords what there is to say of a state other than {@link State#RUNNING}: a sentence.
     * @param budgets    of the campaign and its offers.
     * @param allSpent   whether each of its offers is held back because a budget is spent.
     * @param pace       against its plan; null without one.
     * @param counts     of its offers.
     * @param auction    of its bids.
     * @return a word and a sentence.
     */
    public static Verdict verdict(
        final State state, final String stateWords, final List<BudgetLine> budgets, final boolean allSpent,
        final Pace pace, final DeliveryCounts counts, final Auction auction) {
        return new DeliveryFunnel(state, stateWords, budgets, allSpent, pace, counts, auction).verdict();
    }

    private Verdict verdict() {
        final Step narrowest = narrowest();
        final Step first = stopped();
        final Step next = first == null ? planned() : first;
        final Step shown = next == null ? narrowest : next;
        return new Verdict(shown.why, shown.sentence, narrowest.why);
    }

    /** What lets nothing be made at all, or null. */
    private Step stopped() {
        switch (state) {
            case PAUSED -> {
                return new Step(Why.PAUSED, 0, stateWords);
            }
            case BEFORE_FLIGHT, AFTER_FLIGHT -> {
                return new Step(Why.FLIGHT, 0, stateWords);
            }
            case OUTSIDE_HOURS -> {
                return new Step(Why.HOURS, 0, stateWords);
            }
            default -> {
                // It runs.
            }
        }
        for (final BudgetLine line : budgets) {
            if (line.broken() && line.offer() == null) {
                return new Step(Why.BROKEN, 0, "its budget of " + words(line)
                    + " does not add up, and nothing more is spent from it: see `opportune errors`");
            }
        }
        for (final BudgetLine line : budgets) {
            if (line.exhausted() && line.offer() == null && !line.hasScope()) {
                return new Step(Why.SPENT, 0, amount(line, line.spent() + line.late()) + " of "
                    + amount(line, line.limit()) + " (" + words(line) + ") are spent"
                    + (line.spent() + line.late() < line.limit() ? ", and the rest is too little for any offer" : "")
                    + (line.day() == null ? "" : "; it goes on tomorrow"));
            }
        }
        return allSpent ? new Step(Why.SPENT, 0, "a budget of each of its offers is spent") : null;
    }

    /** What the plan says, or null where there is none or the funnel must say more. */
    private Step planned() {
        if (pace == null) {
            return null;
        }
        final String against = percent(Math.abs(pace.error())) + " of the limit "
            + (pace.error() < 0 ? "behind" : "ahead of") + " its plan";
        if (pace.error() > DeliveryReport.TOLERANCE) {
            return new Step(Why.AHEAD, 0, against + ": it takes part in " + percent(pace.participation())
                + " of its opportunities");
        }
        if (pace.error() >= -DeliveryReport.TOLERANCE) {
            return new Step(Why.ON_PLAN, 0, against);
        }
        return switch (pace.limitedBy()) {
            // Before anything came that it could leave out, something else is in the way.
            case "pace" -> counts.heldBackBy("paced") == 0 ? null : new Step(Why.PACED, 0, against
                + " and made good by and by: it takes part in " + percent(pace.participation())
                + " of its opportunities"
                + (pace.multiplier() < 1 ? " and bids " + percent(pace.multiplier()) + " of its price" : ""));
            case "budget" -> new Step(Why.RESERVED, 0, against
                + ", and what is left is reserved: it comes back or is spent as offers and bids are settled");
            default -> null;
        };
    }

    /** The step at which most is lost; the earlier of equal ones. */
    private Step narrowest() {
        if (counts.decisions() == 0) {
            return new Step(Why.NO_REQUESTS, 0, "nobody has asked for a placement in which its offers are made");
        }
        if (counts.candidates() == 0) {
            return neverCandidate();
        }
        final List<Step> steps = new ArrayList<>();
        final long candidates = counts.candidates();
        held(steps, Why.CONSENT, "the customer had not consented", "consent_missing");
        caps(steps);
        held(steps, Why.JUST_BOUGHT, "the customer had just bought what is promoted", "just_bought");
        held(steps, Why.DECLINED, "the customer had declined it recently", "declined_recently");
        creatives(steps);
        held(steps, Why.CUSTOMER_BUDGET, "the customer's budget was used up", "customer_budget_used");
        held(steps, Why.CUSTOMER_UNCOUNTED, "a budget per customer had no profile or room to be counted in",
            "customer_budget_uncounted");
        held(steps, Why.BUDGET, "too little of a budget was left beside what is reserved", "budget_exhausted");
        held(steps, Why.PACE, "its pace left the request to others", "paced");
        others(steps);
        outranked(steps);
        final long chosenNotBid = sum(auction.noBids());
        final String notBidFor = most(auction.noBids());
        steps.add(new Step(notBidFor.equals("below_floor") ? Why.FLOOR : Why.NOT_BID, chosenNotBid,
            count(chosenNotBid) + " of " + count(chosenNotBid + auction.bids())
                + " impressions it was chosen for were not bid, most often for " + notBidFor));
        final long lost = Math.max(0, auction.bids() - auction.wins());
        steps.add(new Step(Why.AUCTIONS, lost, count(lost) + " of " + count(auction.bids()) + " bids were not won"
            + (auction.losses().isEmpty() ? ", no loss notice says why"
                : ", most of those told were lost for reason " + most(auction.losses()))));
        final long missed = Math.round(counts.expected()) - counts.redeemed();
        steps.add(new Step(Why.REDEMPTION, missed, count(counts.redeemed()) + " of " + count(counts.offered())
            + " offers were redeemed, its propensities let " + count(Math.round(counts.expected())) + " expect"));
        final Step most = steps.stream().max(Comparator.comparingLong((Step step) -> step.lost)
            .thenComparing(Comparator.comparingInt((Step step) -> step.why.ordinal()).reversed())).orElseThrow();
        if (most.lost > 0) {
            return new Step(most.why, most.lost, most.sentence + "; " + fitting());
        }
        return new Step(Why.SUPPLY, 0, "nothing holds back what fits: " + count(candidates) + " offers; " + fitting());
    }

    private Step neverCandidate() {
        if (counts.searches() == 0) {
            return new Step(Why.CAPS, counts.decisions(), "in none of " + count(counts.decisions())
                + " decisions was anything looked for: the customers are to get no offer at all");
        }
        final long unseen = counts.searches() - counts.seen();
        if (counts.seen() == 0) {
            return new Step(Why.OUTRANKED, unseen, "in each of " + count(unseen)
                + " decisions better offers filled the answer before its own were looked at");
        }
        return new Step(Why.TARGETING, counts.seen(), "its targeting held in none of " + count(counts.seen())
            + " decisions" + (unseen == 0 ? "" : "; in " + count(unseen)
                + " more better offers filled the answer before its own were looked at"));
    }

    /** In how many decisions it was a candidate at all. */
    private String fitting() {
        return "it fits in " + count(counts.candidateDecisions()) + " of " + count(counts.decisions()) + " decisions";
    }

    private void held(final List<Step> steps, final Why why, final String words, final String reason) {
        final long lost = counts.heldBackBy(reason);
        steps.add(new Step(why, lost, ofCandidates(lost) + words));
    }

    /** Where a cap on all offers is reached nothing is looked for: what fits elsewhere would have fitted there. */
    private void caps(final List<Step> steps) {
        final long lost = counts.heldBackBy("cap_reached");
        final long without = counts.decisions() - counts.searches();
        final long unsearched = counts.searches() == 0 ? 0
            : Math.round((double) without * counts.candidates() / counts.searches());
        steps.add(new Step(Why.CAPS, lost + unsearched, ofCandidates(lost) + "a cap was reached"
            + (without == 0 ? "" : ", and in " + count(without) + " decisions nothing was looked for")));
    }

    private String ofCandidates(final long lost) {
        return count(lost) + " of " + count(counts.candidates()) + " times that an offer fitted ";
    }

    private void creatives(final List<Step> steps) {
        long lost = 0;
        String first = "";
        long most = 0;
        for (final Map.Entry<String, Long> held : counts.heldBack().entrySet()) {
            if (isOfCreative(held.getKey())) {
                lost += held.getValue();
                if (held.getValue() > most) {
                    most = held.getValue();
                    first = held.getKey();
                }
            }
        }
        steps.add(new Step(Why.CREATIVES, lost,
            ofCandidates(lost) + "the impression took none of its creatives, most often for " + first));
    }

    private static boolean isOfCreative(final String reason) {
        return reason.startsWith("creative_") || reason.equals("no_creative")
            || reason.equals("restrictions_unreadable");
    }

    /** Reasons that have no word of their own. */
    private void others(final List<Step> steps) {
        final List<String> named = List.of("consent_missing", "cap_reached", "just_bought", "declined_recently",
            "budget_exhausted", "paced", "customer_budget_used", "customer_budget_uncounted");
        counts.heldBack().forEach((reason, lost) -> {
            if (!named.contains(reason) && !isOfCreative(reason)) {
                steps.add(new Step(Why.HELD_BACK, lost, ofCandidates(lost) + "it was held back for " + reason));
            }
        });
    }

    /** Beside what was seen to rank lower, what would have fitted where the search ended before its offers. */
    private void outranked(final List<Step> steps) {
        final long made = counts.offered() + counts.auctioned();
        final long lower = Math.max(0, counts.eligible() - made);
        final long unseen = Math.max(0, counts.searches() - counts.seen());
        final long unseenFitting = counts.seen() == 0 ? unseen
            : Math.round((double) unseen * counts.eligible() / counts.seen());
        steps.add(new Step(Why.OUTRANKED, lower + unseenFitting, "others rank higher: " + count(made) + " of "
            + count(counts.eligible()) + " offers that nothing held back were made" + (unseen == 0 ? ""
                : ", and " + count(unseen) + " of " + count(counts.searches())
                    + " searches ended before its best offer")));
    }

    private static long sum(final Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static String most(final Map<String, Long> counts) {
        return counts.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey).orElse("");
    }

    private static String words(final BudgetLine line) {
        return (line.money() ? "money" : "count") + switch (line.period()) {
            case "day" -> " per day";
            case "store" -> " per store";
            case "day_store" -> " per day and store";
            case "deal" -> " per deal";
            case "day_deal" -> " per day and deal";
            default -> " in all";
        };
    }

    private static String amount(final BudgetLine line, final long amount) {
        return line.money() ? String.format(Locale.ROOT, "%,.2f %s", amount / 1e6, line.currency()) : count(amount);
    }

    private static String count(final long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String percent(final double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
