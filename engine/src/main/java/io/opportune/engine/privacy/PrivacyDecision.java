package io.opportune.engine.privacy;

/** What one request permits, and what switched off the rest. Reused; filled by {@link PrivacyGate#evaluate}. */
public final class PrivacyDecision {
    private static final int REASON_BITS = Byte.SIZE;
    private static final int REASON_MASK = 0xff;

    /** A reason for each action, a byte each, {@link PrivacyAction#READ_PROFILE} lowest; 0 is permitted. */
    private int verdict = nothing(PrivacyReason.GDPR_UNKNOWN);

    /** A decision that permits nothing yet. */
    public PrivacyDecision() {
    }

    /** The verdict that permits everything. */
    static final int EVERYTHING = 0;

    /** The verdict that permits nothing, for one reason. */
    static int nothing(final PrivacyReason reason) {
        return reason.ordinal() * 0x010101;
    }

    /** A verdict with one action forbidden more; the first reason stays. */
    static int forbid(final int verdict, final PrivacyAction action, final PrivacyReason reason) {
        final int shift = action.ordinal() * REASON_BITS;
        return (verdict >>> shift & REASON_MASK) != 0 ? verdict : verdict | reason.ordinal() << shift;
    }

    /** What both permit; where both forbid an action the first reason stays. */
    static int stricter(final int first, final int second) {
        if (first == 0) {
            return second;
        }
        int verdict = first;
        for (int shift = 0; shift < PrivacyAction.COUNT * REASON_BITS; shift += REASON_BITS) {
            if ((first >>> shift & REASON_MASK) == 0) {
                verdict |= second & REASON_MASK << shift;
            }
        }
        return verdict;
    }

    void set(final int reasons) {
        verdict = reasons;
    }

    /**
     * Whether an action is permitted.
     *
     * @param action of ours.
     * @return whether nothing forbids it.
     */
    public boolean permits(final PrivacyAction action) {
        return (verdict >>> action.ordinal() * REASON_BITS & REASON_MASK) == 0;
    }

    /**
     * All permitted actions.
     *
     * @return {@link PrivacyAction#bit()} of each.
     */
    public int permitted() {
        int actions = 0;
        for (int i = 0; i < PrivacyAction.COUNT; i++) {
            if ((verdict >>> i * REASON_BITS & REASON_MASK) == 0) {
                actions |= 1 << i;
            }
        }
        return actions;
    }

    /**
     * Why an action is not permitted.
     *
     * @param action of ours.
     * @return {@link PrivacyReason#PERMITTED} when it is.
     */
    public PrivacyReason reason(final PrivacyAction action) {
        return PrivacyReason.of(verdict >>> action.ordinal() * REASON_BITS & REASON_MASK);
    }

    /**
     * The one reason to tell: what switched off the first of {@link PrivacyAction} that is not permitted, the profile
     * before all others.
     *
     * @return {@link PrivacyReason#PERMITTED} when all are.
     */
    public PrivacyReason reason() {
        return verdict == 0 ? PrivacyReason.PERMITTED
            : PrivacyReason.of(verdict >>> (Integer.numberOfTrailingZeros(verdict) & -REASON_BITS) & REASON_MASK);
    }
}
