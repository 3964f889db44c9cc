package io.opportune.engine.index;

import io.opportune.engine.targeting.Situation;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Which elements of one list all rules want, and which they forbid. Elements that no rule speaks of have no code and
 * cost one lookup. Immutable.
 */
final class ListColumn {
    private final int slot;
    private final CodeTable codes;
    private final long[] free;
    private final Postings wanted;
    private final Postings forbidden;

    /**
     * Builds the column.
     *
     * @param slot      of the list.
     * @param anyOf     sorted elements by rank, ascending, of which one must be there.
     * @param noneOf    sorted elements by rank, ascending, of which none may be there.
     * @param ruleCount of all rules.
     */
    ListColumn(
        final int slot, final Map<Integer, long[]> anyOf, final Map<Integer, long[]> noneOf, final int ruleCount) {
        this.slot = slot;
        codes = new CodeTable(Stream.concat(anyOf.values().stream(), noneOf.values().stream())
            .flatMapToLong(Arrays::stream).sorted().distinct().toArray());
        free = BitRows.ones(ruleCount);
        anyOf.keySet().forEach(rank -> BitRows.clear(free, rank));
        wanted = postings(anyOf, ruleCount);
        forbidden = postings(noneOf, ruleCount);
    }

    private Postings postings(final Map<Integer, long[]> elements, final int ruleCount) {
        final Postings.Builder builder = new Postings.Builder(codes.count(), ruleCount, null, false);
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
        return builder.build();
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

    /** Rules that want nothing of the list. */
    long[] free() {
        return free;
    }

    /** Rules that want an element; neither rows nor ranks include the free ones. */
    Postings wanted() {
        return wanted;
    }

    /** Rules that forbid an element. */
    Postings forbidden() {
        return forbidden;
    }

    long bytes() {
        return codes.bytes() + (long) free.length * Long.BYTES + wanted.bytes() + forbidden.bytes();
    }
}
