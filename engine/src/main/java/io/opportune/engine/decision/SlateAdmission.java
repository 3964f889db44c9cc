package io.opportune.engine.decision;

import io.opportune.engine.arbitration.Contenders;
import io.opportune.engine.arbitration.SlateGuard;
import io.opportune.engine.arbitration.SlateRules;
import io.opportune.engine.catalogue.CountedCap;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.delivery.CustomerLimits;
import io.opportune.engine.delivery.DeliveryGate;
import io.opportune.protocol.ReasonCode;

/**
 * What the arbiter cannot know of a slate: how many offers of an answer a cap on several of them leaves, whether a
 * budget of several of them, or of the customer, suffices beside those that have a place, and whose control group the
 * customer is in. All of it follows from who has a place already, so that the probability of who gets the next one is
 * exact. Owned by one shard; allocates nothing.
 */
final class SlateAdmission implements SlateGuard {
    private final Offer[] taken = new Offer[SlateRules.MAX_PLACES];
    /** Of each contender: why it was not admitted. */
    private final ReasonCode[] refused = new ReasonCode[Contenders.MAX_CONTENDERS];
    private Offer[] offers;
    private double[] scores;
    private boolean[] controlled;
    private boolean keepsControlledOut;
    private boolean asksAnew;
    private CapCheck caps;
    private CustomerLimits limits;
    private DeliveryGate gate;
    private int places;
    private int count;

    /**
     * Starts a decision.
     *
     * @param contenders the offers.
     * @param expected   their expected values, micros.
     * @param inControl  whose control group the customer is in.
     * @param asks       what caps and budgets of the customer leave.
     * @param budgets    asked whether there is enough beside others of the slate.
     * @param anew       whether they were asked with other expected values before.
     * @param most       places of the slate.
     */
    void begin(
        final Offer[] contenders, final double[] expected, final boolean[] inControl, final Policy asks,
        final DeliveryGate budgets, final boolean anew, final int most) {
        offers = contenders;
        scores = expected;
        controlled = inControl;
        caps = asks.caps();
        limits = asks.limits();
        gate = budgets;
        asksAnew = anew;
        places = most;
    }

    /** Starts a slate, with those of a control group or without. */
    void begin(final boolean withoutControlled) {
        keepsControlledOut = withoutControlled;
        limits.clear();
        count = 0;
    }

    /** Ends a slate: what was set aside for it is free again. */
    void end() {
        if (count > 0) {
            gate.putBack();
        }
    }

    /** Why one that is in no control group was not admitted. */
    ReasonCode whyNot(final int contender) {
        return refused[contender];
    }

    @Override
    public boolean admits(final int contender) {
        if (keepsControlledOut && controlled[contender]) {
            return false;
        }
        refused[contender] = count == 0 && !asksAnew ? null : refusal(contender);
        return refused[contender] == null;
    }

    /** Beside those that have a place; where the expected value is another now than when budgets were asked, anew. */
    private ReasonCode refusal(final int contender) {
        final Offer offer = offers[contender];
        for (final CountedCap cap : offer.sharedCaps()) {
            if (cap.isUsedByAnswers() && used(cap) >= caps.leftOfShared(cap)) {
                return ReasonCode.CAP_REACHED;
            }
        }
        final ReasonCode limit = limits.beside(offer, scores[contender], asksAnew);
        final boolean asksLedger = asksAnew ? offer.isLimited() : sharesBudget(offer);
        return limit != null || !asksLedger || leavesRoom(contender) ? limit : ReasonCode.BUDGET_EXHAUSTED;
    }

    private boolean leavesRoom(final int contender) {
        return gate.leavesRoomFor(
            offers[contender], scores[contender], count + (keepsControlledOut ? SlateRules.MAX_PLACES : 0));
    }

    private int used(final CountedCap cap) {
        int used = 0;
        for (int place = 0; place < count; place++) {
            for (final CountedCap of : taken[place].sharedCaps()) {
                if (of == cap) {
                    used++;
                    break;
                }
            }
        }
        return used;
    }

    /** Whether an offer spends from a budget that one with a place spends from: that of its campaign. */
    private boolean sharesBudget(final Offer offer) {
        if (!offer.campaign().budgets().isEmpty()) {
            for (int place = 0; place < count; place++) {
                if (taken[place].campaignId() == offer.campaignId()) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public void taken(final int contender) {
        final Offer offer = offers[contender];
        taken[count++] = offer;
        limits.hold(offer, scores[contender]);
        if (count < places && !offer.campaign().budgets().isEmpty()) {
            gate.setAside(offer, scores[contender]);
        }
    }
}
