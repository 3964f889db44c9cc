package io.opportune.engine.index;

import io.opportune.engine.targeting.Situation;
import java.util.Arrays;

/**
 * A situation in the codes of one index: the class of each scalar, the codes of each list's elements. Encoded once,
 * searched by a cursor. Owned by one shard; allocates nothing after construction.
 */
public final class IndexEvent {
    private final TargetingIndex index;
    private final int[] classes;
    private final int[][] codes;
    private final int[] codeCounts;
    /** By list: one bit for each code that its list holds; null for a list of which no element is asked for. */
    private final long[][] held;
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
        codes = Arrays.stream(index.lists())
            .map(list -> new int[list.mostElements(listCapacity)]).toArray(int[][]::new);
        codeCounts = new int[codes.length];
        held = new long[codes.length][];
        for (int i = 0; i < held.length; i++) {
            held[i] = index.lists()[i].isAsked()
                ? new long[BitRows.wordCount(index.lists()[i].codeCount())] : null;
        }
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
            if (held[i] == null) {
                codeCounts[i] = lists[i].encode(where, codes[i]);
            } else {
                encodeWithBits(lists[i], i);
            }
        }
    }

    private void encodeWithBits(final ListColumn list, final int i) {
        for (int k = 0; k < codeCounts[i]; k++) {
            BitRows.clear(held[i], codes[i][k]);
        }
        codeCounts[i] = list.encode(situation, codes[i]);
        for (int k = 0; k < codeCounts[i]; k++) {
            BitRows.set(held[i], codes[i][k]);
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

    /** Whether a list holds the element of a code. */
    boolean holds(final int list, final int code) {
        return BitRows.get(held[list], code);
    }

    /** One bit for each code that a list holds. */
    long[] heldBits(final int list) {
        return held[list];
    }

    int codeCount(final int list) {
        return codeCounts[list];
    }
}
