package io.opportune.engine.index;

import io.opportune.engine.targeting.Situation;

/**
 * A situation in the codes of one index: the class of each scalar, the codes of each list's elements. Encoded once,
 * searched by a cursor. Owned by one shard; allocates nothing after construction.
 */
public final class IndexEvent {
    private final TargetingIndex index;
    private final int[] classes;
    private final int[][] codes;
    private final int[] codeCounts;
    private Situation situation;

    /**
     * An event that is nobody's yet.
     *
     * @param index        whose codes it holds.
     * @param listCapacity most elements of a list in the situations.
     */
    public IndexEvent(final TargetingIndex index, final int listCapacity) {
        this.index = index;
        classes = new int[index.scalars().length];
        codes = new int[index.lists().length][listCapacity];
        codeCounts = new int[codes.length];
    }

    /**
     * Encodes a situation.
     *
     * @param where must not change until the search is over.
     */
    public void encode(final Situation where) {
        situation = where;
        final ScalarColumn[] scalars = index.scalars();
        for (int i = 0; i < scalars.length; i++) {
            classes[i] = scalars[i].classOf(where);
        }
        final ListColumn[] lists = index.lists();
        for (int i = 0; i < lists.length; i++) {
            codeCounts[i] = lists[i].encode(where, codes[i]);
        }
    }

    TargetingIndex index() {
        return index;
    }

    Situation situation() {
        return situation;
    }

    int[] classes() {
        return classes;
    }

    int[] codes(final int list) {
        return codes[list];
    }

    int codeCount(final int list) {
        return codeCounts[list];
    }
}
