package io.opportune.engine.decision;

import io.opportune.engine.arbitration.SlateGuard;
import io.opportune.engine.arbitration.SlateRules;
import io.opportune.engine.catalogue.CountedCap;
import io.opportune.engine.catalogue.Offer;

/**
 * What the arbiter cannot know of a slate: how many offers of an answer a cap on several of them leaves, and whose
 * control group the customer is in. Owned by one shard; allocates nothing.
 */
final class SlateAdmission implements SlateGuard {
    private final CountedCap[][] held = new CountedCap[SlateRules.MAX_PLACES][];
    private Offer[] offers;
    private boolean[] controlled;
    private boolean keepsControlledOut;
    private CapCheck caps;
    private int count;

    /** Starts a slate. */
    void begin(
        final Offer[] contenders, final boolean[] inControl, final boolean withoutControlled, final CapCheck check) {
        offers = contenders;
        controlled = inControl;
        keepsControlledOut = withoutControlled;
        caps = check;
        count = 0;
    }

    @Override
    public boolean admits(final int contender) {
        if (keepsControlledOut && controlled[contender]) {
            return false;
        }
        if (count > 0) {
            for (final CountedCap cap : offers[contender].sharedCaps()) {
                if (cap.isUsedByAnswers() && used(cap) >= caps.leftOfShared(cap)) {
                    return false;
                }
            }
        }
        return true;
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
    }
}
