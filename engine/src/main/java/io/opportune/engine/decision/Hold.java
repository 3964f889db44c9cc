package io.opportune.engine.decision;

/**
 * One change of what is held.
 *
 * @param epoch  counts these changes over the life of the store, from 1, without gaps.
 * @param target what kind of thing is held.
 * @param id     registry id of the offer or campaign.
 * @param reason why.
 * @param held   false: this reason holds it no longer.
 */
public record Hold(long epoch, Target target, int id, HoldReason reason, boolean held) {
    /** What can be held. */
    public enum Target {
        /** One offer. */
        OFFER(1),
        /** All offers of a campaign. */
        CAMPAIGN(2);

        private final int code;

        Target(final int code) {
            this.code = code;
        }

        /**
         * Number in the journal.
         *
         * @return 1..255, never reused.
         */
        public int code() {
            return code;
        }

        /**
         * The target with a number.
         *
         * @param code from the journal.
         * @return null when this version does not know it.
         */
        public static Target of(final int code) {
            return code == 1 ? OFFER : code == 2 ? CAMPAIGN : null;
        }
    }
}
