package io.opportune.bench.prequential.contender;

import io.opportune.bench.prequential.example.Examples;

/**
 * Examples as Vowpal Wabbit's text: namespace c is the context, o the offer and what stands above it, p the pair. The
 * numbers are the same 32-bit keys that our models get; an id has its level in front. One thread.
 */
public final class VwText {
    /** Crosses each of c with each of o, as rows do. */
    public static final String CROSSES = "-q co";
    /** Four levels within the table's 22 bits. */
    static final int LEVEL_SHIFT = 20;
    private final Examples examples;
    private final StringBuilder text = new StringBuilder();

    /**
     * Makes text.
     *
     * @param examples of these.
     */
    public VwText(final Examples examples) {
        this.examples = examples;
    }

    /**
     * An example with its label.
     *
     * @param example number.
     * @return one line.
     */
    public String labelled(final int example) {
        text.setLength(0);
        text.append(examples.label(example) ? "1 " : "-1 ").append(examples.weight(example)).append(' ');
        features(example);
        return text.toString();
    }

    /**
     * An example without its label.
     *
     * @param example number.
     * @return one line.
     */
    public String unlabelled(final int example) {
        text.setLength(0);
        features(example);
        return text.toString();
    }

    private void features(final int example) {
        text.append("|c");
        final int contextEnd = examples.contextStart(example + 1);
        for (int i = examples.contextStart(example); i < contextEnd; i++) {
            append(examples.contextKey(i));
        }
        text.append(" |o");
        for (int level = 0; level < Examples.ENTITIES; level++) {
            if (examples.entity(example, level) != 0) {
                append(entity(level, examples.entity(example, level)));
            }
        }
        text.append(" |p");
        final int pairEnd = examples.pairStart(example + 1);
        for (int i = examples.pairStart(example); i < pairEnd; i++) {
            append(examples.pairKey(i));
        }
    }

    /** An id with its level in front; Vowpal Wabbit takes a number as its own hash. */
    static int entity(final int level, final int id) {
        if (id >= 1 << LEVEL_SHIFT) {
            throw new IllegalArgumentException("an id of " + id + " is too large");
        }
        return level << LEVEL_SHIFT | id;
    }

    private void append(final int key) {
        text.append(' ').append(key & 0xffff_ffffL);
    }
}
