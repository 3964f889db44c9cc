package io.opportune.engine.decision;

import io.opportune.engine.arbitration.Contenders;
import io.opportune.engine.arbitration.SlateGuard;
import io.opportune.engine.arbitration.SlateRules;
import io.opportune.engine.catalogue.CountedCap;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.delivery.DeliveryGate;

/**
 * What the arbiter cannot know of a slate: how many offers of an answer a cap on several of them leaves, whether a
 * budget of several of them suffices beside those that have a place, and whose control group the customer is in. All of
 * it follows from who has a place already, so that the probability of who gets the next one is exact. Owned by one
 * shard; allocates nothing.
 */
final class SlateAdmission implements SlateGuard {
    private final Offer[] taken = new Offer[SlateRules.MAX_PLACES];
    /** Of each contender. */
    private final boolean[] tooDear = new boolean[Contenders.MAX_CONTENDERS];
    private Offer[] offers;
    private double[] scores;
    private boolean[] controlled;
    private boolean keepsControlledOut;
    private boolean asksAnew;
    private CapCheck caps;
    private DeliveryGate gate;
    private int places;
    private int count;

    /**
     * Starts a decision.
     *
     * @param contenders the offers.
     * @param expected   their expected values, micros.
     * @param inControl  whose control group the customer is in.
     * @param check      of caps.
     * @param budgets    asked whether there is enough beside others of the slate.
     * @param anew       whether they were asked with other expected values before.
     * @param most       places of the slate.
     */
    void begin(
        final Offer[] contenders, final double[] expected, final boolean[] inControl, final CapCheck check,
        final DeliveryGate budgets, final boolean anew, final int most) {
        offers = contenders;
        scores = expected;
        controlled = inControl;
        caps = check;
        gate = budgets;
        asksAnew = anew;
        places = most;
    }

    /** Starts a slate, with those of a control group or without. */
    void begin(final boolean withoutControlled) {
        keepsControlledOut = withoutControlled;
        count = 0;
    }

    /** Ends a slate: what was set aside for it is free again. */
    void end() {
        if (count > 0) {
            gate.putBack();
        }
    }

    /** Whether a contender was kept out of the slate because a budget did not suffice. */
    boolean hasNoBudget(final int contender) {
        return tooDear[contender];
    }

    @Override
    public boolean admits(final int contender) {
        tooDear[contender] = false;
        if (keepsControlledOut && controlled[contender]) {
            return false;
        }
        final Offer offer = offers[contender];
        if (count > 0) {
            for (final CountedCap cap : offer.sharedCaps()) {
                if (cap.isUsedByAnswers() && used(cap) >= caps.leftOfShared(cap)) {
                    return false;
                }
            }
        }
        final boolean asks = count == 0 ? asksAnew && offer.isLimited() : sharesBudget(offer);
        tooDear[contender] = asks && !gate.leavesRoomFor(
            offer, scores[contender], count + (keepsControlledOut ? SlateRules.MAX_PLACES : 0));
        return !tooDear[contender];
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
        if (count < places && !offer.campaign().budgets().isEmpty()) {
            gate.setAside(offer, scores[contender]);
        }
    }
}
