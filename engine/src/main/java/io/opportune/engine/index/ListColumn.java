package io.opportune.engine.index;

import io.opportune.engine.targeting.Situation;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Which elements of one list, or of something that stands as a list, all rules want. Elements that no rule speaks of
 * have no code and cost one lookup. Immutable.
 */
class ListColumn {
    private final int slot;
    private final CodeTable codes;
    private final long[] free;
    private final Postings wanted;
    private final boolean isAsked;

    /**
     * Builds the column.
     *
     * @param slot      of the list.
     * @param anyOf     sorted elements by rank, ascending, of which one must be there.
     * @param asked     elements that survivors are asked for one by one: forbidden ones and those of clauses.
     * @param ruleCount of all rules.
     */
    ListColumn(
        final int slot,
        final Map<Integer, long[]> anyOf,
        final Collection<Long> asked,
        final int ruleCount) {
        this.slot = slot;
        codes = new CodeTable(LongStream.concat(anyOf.values().stream().flatMapToLong(Arrays::stream),
            asked.stream().mapToLong(Long::longValue)).sorted().distinct().toArray());
        isAsked = !asked.isEmpty();
        free = BitRows.ones(ruleCount);
        anyOf.keySet().forEach(rank -> BitRows.clear(free, rank));
        final Postings.Builder builder = new Postings.Builder(codes.count(), ruleCount, null, false);
        anyOf.forEach((rank, values) -> {
            for (final long value : values) {
                builder.count(codes.codeOf(value), codes.codeOf(value));
            }
        });
        builder.allocate();
        anyOf.forEach((rank, values) -> {
            for (final long value : values) {
                builder.fill(rank, codes.codeOf(value), codes.codeOf(value));
            }
        });
        wanted = builder.build();
    }

    /**
     * Encodes the situation's list.
     *
     * @param situation holding it.
     * @param into      takes the codes of the elements that rules speak of.
     * @return how many they are.
     */
    int encode(final Situation situation, final int[] into) {
        final int size = situation.size(slot);
        int count = 0;
        for (int i = 0; i < size; i++) {
            final int code = codes.codeOf(situation.element(slot, i));
            if (code != CodeTable.UNKNOWN) {
                into[count++] = code;
            }
        }
        return count;
    }

    /** Most codes that a situation can have, when its lists have so many elements at most. */
    int mostElements(final int listCapacity) {
        return listCapacity;
    }

    /** Code of an element that some rule speaks of. */
    int codeOf(final long element) {
        return codes.codeOf(element);
    }

    int codeCount() {
        return codes.count();
    }

    /** Whether survivors are asked for single elements of the list. */
    boolean isAsked() {
        return isAsked;
    }

    int slot() {
        return slot;
    }

    /** Rules that want nothing of the list. */
    long[] free() {
        return free;
    }

    /** Rules that want an element; neither rows nor ranks include the free ones. */
    Postings wanted() {
        return wanted;
    }

    long bytes() {
        return codes.bytes() + (long) free.length * Long.BYTES + wanted.bytes();
    }
}
