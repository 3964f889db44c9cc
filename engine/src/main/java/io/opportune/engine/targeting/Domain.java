package io.opportune.engine.targeting;

import io.opportune.protocol.codec.AttributeType;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * Which values of an attribute can occur at all, whatever a request or a profile holds, and whether the attribute is
 * ever missing. What a rule asks beyond it never happens. A value that is only unlikely lies within. Immutable.
 *
 * @param low           smallest value.
 * @param high          greatest value.
 * @param sortedCodes   the only values between them that occur; empty: all do.
 * @param isAlwaysThere the attribute is missing in no decision.
 */
public record Domain(long low, long high, List<Long> sortedCodes, boolean isAlwaysThere) {
    /** Every value, perhaps none. */
    public static final Domain ANY = between(Long.MIN_VALUE, Long.MAX_VALUE);
    /** What can be counted: 0 and more. */
    public static final Domain COUNT = between(0, Long.MAX_VALUE);
    /** False and true. */
    public static final Domain FLAG = between(0, 1);

    /** Copies the codes. */
    public Domain {
        sortedCodes = List.copyOf(sortedCodes);
    }

    /**
     * An interval.
     *
     * @param low  smallest value.
     * @param high greatest value.
     * @return the domain; the attribute may be missing.
     */
    public static Domain between(final long low, final long high) {
        return new Domain(low, high, List.of(), false);
    }

    /**
     * Some values only.
     *
     * @param codes one or more, in any order.
     * @return the domain; the attribute may be missing.
     */
    public static Domain oneOf(final Collection<Long> codes) {
        final long[] sorted = codes.stream().mapToLong(Long::longValue).sorted().distinct().toArray();
        return new Domain(
            sorted[0], sorted[sorted.length - 1], Arrays.stream(sorted).boxed().toList(), false);
    }

    /** The values of an enumeration. */
    static Domain of(final Vocabulary enumeration) {
        return oneOf(enumeration.allCodes().stream().map(Integer::longValue).toList());
    }

    /** The values of a declared attribute, of which only the type is known. */
    static Domain of(final AttributeType type) {
        return type == AttributeType.BOOLEAN ? FLAG : ANY;
    }

    /** One code more. */
    Domain and(final long code) {
        final Collection<Long> codes = new TreeSet<>(sortedCodes);
        codes.add(code);
        return oneOf(codes);
    }

    /**
     * The same of an attribute that is never missing.
     *
     * @return a domain of the same values.
     */
    public Domain alwaysThere() {
        return new Domain(low, high, sortedCodes, true);
    }

    /**
     * Whether a value can occur.
     *
     * @param value of the attribute.
     * @return false: it never does.
     */
    public boolean contains(final long value) {
        return sortedCodes.isEmpty() ? low <= value && value <= high : sortedCodes.contains(value);
    }
}
