package io.opportune.engine.training;

import java.util.Map;
import java.util.TreeMap;

/**
 * A published state of the models, as the queue of models keeps it.
 *
 * @param number       counts them over the life of the store, from 1.
 * @param kind         why it was published.
 * @param examples     learned since the store was made.
 * @param checksum     over all that was learned.
 * @param champion     line of the model that decides, see {@link ModelText}.
 * @param shadow       line of the one that only learns; empty for none.
 * @param pendingBytes room for decisions whose outcome may still come.
 * @param positions    by shard: index of the last record of its queue that was learned from.
 */
public record ModelPublication(
    long number, Kind kind, long examples, long checksum, String champion, String shadow, int pendingBytes,
    Map<Integer, Long> positions) {
    /** Copies the positions, in the order of the shards, which is the order of learning. */
    public ModelPublication {
        positions = new TreeMap<>(positions);
    }

    /**
     * Whether it is of models that had learned nothing, so that all since can be learned again without a state.
     *
     * @return true for the first one, and where models had to begin anew.
     */
    public boolean isBeginning() {
        return kind == Kind.RESUMED && positions.isEmpty() && examples == 0 && checksum == 0;
    }

    /** Why something was published. */
    public enum Kind {
        /** The models learned on. */
        LEARNED(1),
        /** Another model decides from here on, or the shadow was dropped. */
        PROMOTED(2),
        /** The server started; the shadow may be another. */
        RESUMED(3);

        private final int code;

        Kind(final int code) {
            this.code = code;
        }

        /**
         * What is journalled.
         *
         * @return 1..3.
         */
        public int code() {
            return code;
        }

        static Kind of(final int code) {
            return code == 2 ? PROMOTED : code == 3 ? RESUMED : LEARNED;
        }
    }
}
