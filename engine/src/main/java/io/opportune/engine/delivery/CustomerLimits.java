package io.opportune.engine.delivery;

import io.opportune.engine.catalogue.Budget;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.protocol.ReasonCode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;

/**
 * What budgets per customer leave of each offer for one customer in one moment, alone and beside others of the same
 * answer. It depends on profile, catalogue and time only, so that a decision made again comes out the same. Who cannot
 * be counted, for want of a profile or of room in it, gets no offer under such a budget. Owned by one shard; allocates
 * nothing but when a local day begins.
 */
public final class CustomerLimits {
    /** Most offers of one answer that are told apart; more are not held beside each other. */
    private static final int MAX_HELD = 32;
    private static final int MICRO_DIGITS = 6;

    private final LocalDays days = new LocalDays();
    private final Offer[] held = new Offer[MAX_HELD];
    private final long[] heldAmounts = new long[MAX_HELD];
    private int heldCount;
    private ProfileFlyweight profile;
    private boolean limited;
    private boolean auction;
    private long timeNs;

    /** Makes one for one shard. */
    public CustomerLimits() {
        // Everything is set by begin().
    }

    /**
     * Starts a request.
     *
     * @param stored         the customer's profile; null when nothing is remembered.
     * @param test           whether the request is a test, which receives nothing.
     * @param inAuction      whether it is for an exchange: an offer then costs what it is worth at most.
     * @param businessTimeNs of the request.
     */
    public void begin(
        final ProfileFlyweight stored, final boolean test, final boolean inAuction, final long businessTimeNs) {
        profile = stored;
        limited = !test;
        auction = inAuction;
        timeNs = businessTimeNs;
        heldCount = 0;
    }

    /**
     * Whether such a budget is on an offer, so that it must be asked beside others of the same answer.
     *
     * @param offer of the catalogue in use.
     * @return false when it stands in nobody's way.
     */
    public boolean concern(final Offer offer) {
        return limited && offer.customerBudgets().length > 0;
    }

    /**
     * Why an offer must not be made, whatever else is in the answer.
     *
     * @param offer a candidate.
     * @param score its expected value, micros of its currency: in an auction the most that is bid.
     * @return {@link ReasonCode#CUSTOMER_BUDGET_USED}, {@link ReasonCode#CUSTOMER_BUDGET_UNCOUNTED}, or null.
     */
    public ReasonCode against(final Offer offer, final double score) {
        return concern(offer) ? judge(offer, score, 0) : null;
    }

    /** Starts an answer without offers. */
    public void clear() {
        heldCount = 0;
    }

    /**
     * Takes an offer into the answer.
     *
     * @param offer that {@link #fits}, or that no such budget is on.
     * @param score of the decision.
     */
    public void hold(final Offer offer, final double score) {
        if (concern(offer) && heldCount < MAX_HELD) {
            held[heldCount] = offer;
            heldAmounts[heldCount++] = amount(offer, score);
        }
    }

    /**
     * Why an offer must not be made beside those in the answer.
     *
     * @param offer a candidate that nothing is {@link #against}.
     * @param score of the decision.
     * @return null when it may.
     */
    public ReasonCode beside(final Offer offer, final double score) {
        return beside(offer, score, false);
    }

    /**
     * Why an offer must not be made beside those in the answer, where its expected value may have become another.
     *
     * @param offer a candidate.
     * @param score of the decision.
     * @param anew  whether it may be another than that which nothing is {@link #against}.
     * @return null when it may.
     */
    public ReasonCode beside(final Offer offer, final double score, final boolean anew) {
        return heldCount == 0 && !anew || !concern(offer) ? null : judge(offer, score, heldCount);
    }

    private ReasonCode judge(final Offer offer, final double score, final int others) {
        if (profile == null) {
            return ReasonCode.CUSTOMER_BUDGET_UNCOUNTED;
        }
        final Budget[] budgets = offer.customerBudgets();
        final long amount = amount(offer, score);
        for (final Budget budget : budgets) {
            final long used = profile.customerUsed(budget.budgetId(), dayOf(budget, offer), timeNs);
            final long needed = needed(budget, amount) + heldOf(budget, others);
            // Neither side overflows: limits and amounts of a profile have 46 bits, and what is unknown is the most.
            if (needed > 0 && (used == ProfileFlyweight.UNKNOWN_SPEND || needed > budget.limit() - used)) {
                return ReasonCode.CUSTOMER_BUDGET_USED;
            }
        }
        return profile.hasRoomFor(newLines(offer, others), others + 1, timeNs)
            ? null : ReasonCode.CUSTOMER_BUDGET_UNCOUNTED;
    }

    private long amount(final Offer offer, final double score) {
        return amount(offer, score, auction);
    }

    /** The most that an offer may cost: in an auction the whole of what it is worth, which no bid exceeds. */
    static long amount(final Offer offer, final double score, final boolean inAuction) {
        return inAuction ? (long) score : Math.max(0, offer.costMicros());
    }

    private static long needed(final Budget budget, final long amount) {
        return budget.unit() == Budget.Unit.COUNT ? 1 : Math.min(amount, ProfileFlyweight.MAX_CUSTOMER_LIMIT + 1);
    }

    private int dayOf(final Budget budget, final Offer offer) {
        return budget.daily() ? days.dayOf(offer.campaign().zone(), timeNs) : 0;
    }

    private long heldOf(final Budget budget, final int others) {
        long sum = 0;
        for (int i = 0; i < others; i++) {
            sum += isUnder(held[i], budget) ? needed(budget, heldAmounts[i]) : 0;
        }
        return sum;
    }

    private static boolean isUnder(final Offer offer, final Budget wanted) {
        for (final Budget budget : offer.customerBudgets()) {
            if (budget.budgetId() == wanted.budgetId()) {
                return true;
            }
        }
        return false;
    }

    /** Lines that the profile lacks for an offer and those before it in the answer, each counted once. */
    private int newLines(final Offer offer, final int others) {
        int lines = newLinesOf(offer, others);
        for (int i = 0; i < others; i++) {
            lines += newLinesOf(held[i], i);
        }
        return lines;
    }

    private int newLinesOf(final Offer offer, final int before) {
        int lines = 0;
        for (final Budget budget : offer.customerBudgets()) {
            boolean known = profile.hasCustomerLine(budget.budgetId(), timeNs);
            for (int i = 0; i < before && !known; i++) {
                known = isUnder(held[i], budget);
            }
            lines += known ? 0 : 1;
        }
        return lines;
    }

    /**
     * What holds an offer back, for people; allocates.
     *
     * @param offer a candidate.
     * @param score its expected value.
     * @return a sentence for each budget that leaves too little, or for what cannot be counted.
     */
    public List<String> lines(final Offer offer, final double score) {
        final List<String> lines = new ArrayList<>();
        if (!concern(offer)) {
            return lines;
        }
        if (profile == null) {
            lines.add("budgets per customer limit it, and no profile of this customer is kept");
            return lines;
        }
        final long amount = amount(offer, score);
        for (final Budget budget : offer.customerBudgets()) {
            final int day = dayOf(budget, offer);
            final long used = profile.customerUsed(budget.budgetId(), day, timeNs);
            final long needed = needed(budget, amount);
            final String what = "budget of " + owner(budget, offer) + ": " + budget.words() + ", limit "
                + shown(budget, offer, budget.limit());
            if (used == ProfileFlyweight.UNKNOWN_SPEND) {
                lines.add(what
                    + "; how much was received was forgotten for want of room, so that it counts as used up");
            } else if (needed > budget.limit() - used) {
                final long reserved = profile.customerReserved(budget.budgetId(), day, timeNs);
                lines.add(what + "; received " + shown(budget, offer, used - reserved) + ", reserved "
                    + shown(budget, offer, reserved) + ", needed " + shown(budget, offer, needed));
            }
        }
        if (lines.isEmpty() && !profile.hasRoomFor(newLines(offer, 0), 1, timeNs)) {
            lines.add("the profile has no room for one more offer under a budget per customer");
        }
        return lines;
    }

    private static String owner(final Budget budget, final Offer offer) {
        return Budget.isOfOffer(budget.budgetId())
            ? "the offer \"" + offer.name() + '"' : "the campaign \"" + offer.campaign().id() + '"';
    }

    private static String shown(final Budget budget, final Offer offer, final long amount) {
        return budget.unit() == Budget.Unit.COUNT ? Long.toString(amount)
            : BigDecimal.valueOf(amount, MICRO_DIGITS).stripTrailingZeros().toPlainString() + currency(offer);
    }

    private static String currency(final Offer offer) {
        return Currency.getAvailableCurrencies().stream()
            .filter(currency -> currency.getNumericCode() == offer.currency())
            .map(currency -> " " + currency.getCurrencyCode()).sorted().findFirst().orElse("");
    }
}
