package io.opportune.engine.decision;

import io.opportune.engine.arbitration.SlateGuard;
import io.opportune.engine.arbitration.SlateRules;
import io.opportune.engine.catalogue.CountedCap;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.delivery.CustomerLimits;
import io.opportune.protocol.ReasonCode;

/**
 * What the arbiter cannot know of a slate: how many offers of an answer a cap on several of them leaves, or a budget of
 * the customer, and whose control group the customer is in. Owned by one shard; allocates nothing.
 */
final class SlateAdmission implements SlateGuard {
    private final CountedCap[][] held = new CountedCap[SlateRules.MAX_PLACES][];
    private Offer[] offers;
    private boolean[] controlled;
    private boolean keepsControlledOut;
    private double[] scores;
    private CapCheck caps;
    private CustomerLimits limits;
    private int count;

    /** Starts a slate. */
    void begin(
        final Offer[] contenders, final double[] values, final boolean[] inControl, final boolean withoutControlled,
        final Policy asks) {
        offers = contenders;
        controlled = inControl;
        keepsControlledOut = withoutControlled;
        scores = values;
        caps = asks.caps();
        limits = asks.limits();
        limits.clear();
        count = 0;
    }

    @Override
    public boolean admits(final int contender) {
        if (keepsControlledOut && controlled[contender]) {
            return false;
        }
        return count == 0
            || !isCapped(contender) && limits.beside(offers[contender], scores[contender]) == null;
    }

    private boolean isCapped(final int contender) {
        for (final CountedCap cap : offers[contender].sharedCaps()) {
            if (cap.isUsedByAnswers() && used(cap) >= caps.leftOfShared(cap)) {
                return true;
            }
        }
        return false;
    }

    /** Why one that is in no control group was not admitted beside those that have a place. */
    ReasonCode whyNot(final int contender) {
        final ReasonCode limit =
            isCapped(contender) ? null : limits.beside(offers[contender], scores[contender]);
        return limit == null ? ReasonCode.CAP_REACHED : limit;
    }

    private int used(final CountedCap cap) {
        int used = 0;
        for (int place = 0; place < count; place++) {
            for (final CountedCap of : held[place]) {
                if (of == cap) {
                    used++;
                    break;
                }
            }
        }
        return used;
    }

    @Override
    public void taken(final int contender) {
        held[count++] = offers[contender].sharedCaps();
        limits.hold(offers[contender], scores[contender]);
    }
}
