package io.opportune.engine.index;

import io.opportune.engine.targeting.Situation;
import java.util.Arrays;
import java.util.Map;

/**
 * Which elements of one list all rules want, or forbid. Elements that no rule speaks of have no code and cost one
 * lookup. Immutable.
 */
final class ListColumn {
    private final int slot;
    private final CodeTable codes;
    private final long[] free;
    private final Postings postings;

    /**
     * Builds the column.
     *
     * @param slot      of the list.
     * @param elements  sorted, by rank, ascending.
     * @param ruleCount of all rules.
     */
    ListColumn(final int slot, final Map<Integer, long[]> elements, final int ruleCount) {
        this.slot = slot;
        final long[] all = elements.values().stream().flatMapToLong(Arrays::stream).sorted().distinct()
            .toArray();
        codes = new CodeTable(all);
        free = BitRows.ones(ruleCount);
        elements.keySet().forEach(rank -> BitRows.clear(free, rank));
        final Postings.Builder builder = new Postings.Builder(all.length, ruleCount, null, false);
        elements.forEach((rank, values) -> {
            for (final long value : values) {
                builder.count(codes.codeOf(value), codes.codeOf(value));
            }
        });
        builder.allocate();
        elements.forEach((rank, values) -> {
            for (final long value : values) {
                builder.fill(rank, codes.codeOf(value), codes.codeOf(value));
            }
        });
        postings = builder.build();
    }

    int size(final Situation situation) {
        return situation.size(slot);
    }

    /** Code of an element of the situation's list, {@link CodeTable#UNKNOWN} when no rule speaks of it. */
    int codeOf(final Situation situation, final int index) {
        return codes.codeOf(situation.element(slot, index));
    }

    /** Rules that say nothing of the list. */
    long[] free() {
        return free;
    }

    /** Rules that name an element; neither rows nor ranks include the free ones. */
    Postings postings() {
        return postings;
    }

    int slot() {
        return slot;
    }

    long bytes() {
        return codes.bytes() + (long) free.length * Long.BYTES + postings.bytes();
    }
}
