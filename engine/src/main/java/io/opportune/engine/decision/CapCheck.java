package io.opportune.engine.decision;

import io.opportune.engine.catalogue.Cap;
import io.opportune.engine.catalogue.ContactPolicy;
import io.opportune.engine.catalogue.CountedCap;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.profile.ProfileFlyweight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How much the caps leave of each offer for one customer in one moment. What a cap on many offers leaves is worked out
 * when it is first asked for and remembered for the request. Owned by one shard; allocates only when a catalogue has
 * more caps than any before.
 */
public final class CapCheck {
    /** More than any limit: no cap stands in the way. */
    static final int UNLIMITED = Integer.MAX_VALUE;

    private ContactPolicy contact;
    private ProfileFlyweight profile;
    private int person;
    private long timeNs;
    private boolean mayCount;
    private boolean mayBeUnknown;
    /** A bit for each counter of the profile, by the last bits of its key. */
    private long present;
    private int request;
    private int[] askedIn = new int[16];
    private int[] left = new int[16];

    /** Makes one for one shard. */
    public CapCheck() {
        // Room grows with the first catalogue that needs more.
    }

    /**
     * Starts a request.
     *
     * @param policy         caps of the catalogue in use that are on more than one offer.
     * @param stored         the customer's profile; null when nothing is remembered, and then no cap is reached.
     * @param personTag      who of the household is there; 0 when it is not known or there is no household.
     * @param businessTimeNs of the request.
     */
    public void begin(
        final ContactPolicy policy, final ProfileFlyweight stored, final int personTag, final long businessTimeNs) {
        contact = policy;
        profile = stored;
        person = personTag;
        timeNs = businessTimeNs;
        final int shared = policy.count();
        if (shared > left.length) {
            left = new int[shared];
            askedIn = new int[shared];
            request = 0;
        }
        if (++request == 0) {
            Arrays.fill(askedIn, 0);
            request = 1;
        }
        present = 0;
        mayBeUnknown = false;
        if (stored != null) {
            for (int at = stored.firstCounter(); at >= 0; at = stored.nextCounter(at)) {
                present |= stored.isAnswers(at) ? 0 : 1L << stored.counterKey(at);
            }
            mayBeUnknown = stored.countersUnknownUntilSecond() != 0 || stored.lifetimeCountersUnknown()
                || stored.sessionCountersUnknown();
        }
        mayCount = present != 0 || mayBeUnknown;
    }

    /**
     * The first cap that holds an offer back.
     *
     * @param offer of the catalogue in use.
     * @return null when none does.
     */
    public CountedCap reached(final Offer offer) {
        if (!mayCount) {
            return null;
        }
        for (final CountedCap cap : offer.ownCaps()) {
            if (left(cap) == 0) {
                return cap;
            }
        }
        for (final CountedCap cap : offer.sharedCaps()) {
            if (leftOfShared(cap) == 0) {
                return cap;
            }
        }
        return null;
    }

    /** How many offers of an answer the caps on all offers allow; 0 when one of them is reached. */
    int leftOfAll() {
        int least = UNLIMITED;
        for (final CountedCap cap : contact.onAll()) {
            final int rest = leftOfShared(cap);
            if (rest == 0 || cap.isUsedByAnswers()) {
                least = Math.min(least, rest);
            }
        }
        return least;
    }

    /** Whether a cap on the offer and others leaves less than an answer could hold. */
    boolean isTight(final Offer offer, final int offersWanted) {
        if (offersWanted == 1) {
            return false;
        }
        for (final CountedCap cap : offer.sharedCaps()) {
            if (cap.isUsedByAnswers() && leftOfShared(cap) < offersWanted) {
                return true;
            }
        }
        return false;
    }

    /** What a cap on many offers leaves: 0 when it is reached. */
    int leftOfShared(final CountedCap cap) {
        if (profile == null) {
            return cap.cap().limit();
        }
        final int index = cap.index();
        if (askedIn[index] != request) {
            askedIn[index] = request;
            left[index] = left(cap);
        }
        return left[index];
    }

    private int left(final CountedCap cap) {
        if (!mayBeUnknown && (present >>> cap.key() & 1) == 0) {
            return cap.cap().limit();
        }
        return Math.max(0, cap.cap().limit() - counted(cap));
    }

    private int counted(final CountedCap counted) {
        final Cap cap = counted.cap();
        return profile.counted(
            counted.key(), cap.window(), cap.days(), person, timeNs, contact.sessionGapSeconds());
    }

    /** The caps that hold an offer back, for people; allocates. */
    List<String> lines(final Offer offer) {
        final List<String> lines = new ArrayList<>();
        if (profile != null) {
            addLines(offer.ownCaps(), lines);
            addLines(offer.sharedCaps(), lines);
        }
        return lines;
    }

    private void addLines(final CountedCap[] caps, final List<String> lines) {
        for (final CountedCap cap : caps) {
            final int count = counted(cap);
            if (count == ProfileFlyweight.UNKNOWN_COUNT) {
                lines.add("cap on " + cap.owner() + ": " + cap.cap().words()
                    + "; how many there were was forgotten for want of room, so that it counts as reached");
            } else if (count >= cap.cap().limit()) {
                lines.add("cap on " + cap.owner() + ": " + cap.cap().words() + "; " + count
                    + (count == 1 ? " was" : " were") + " counted");
            }
        }
    }
}
