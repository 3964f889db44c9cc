package io.opportune.engine.learning;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Which rows belong to each offer that the learner knows, so that they are added beforehand in each epoch. Owned by
 * the learner's thread.
 */
final class OfferRows {
    private static final int LEVELS = ModelSpec.LEVELS;
    private static final byte BOTH_TABLES = 3;
    private static final int FIRST_CAPACITY = 1024;

    private final ModelSpec spec;
    private final boolean[] folded = new boolean[LEVELS];
    /** By combined row: the rows of its offer, zeros where none is known. */
    private final int[] rows;
    /** By combined row: bit per table in which these rows are not added yet. */
    private final byte[] pending;
    private int[] known = new int[FIRST_CAPACITY];
    private int knownCount;

    OfferRows(final ModelSpec spec) {
        this.spec = spec;
        for (int i = 0; i < LEVELS; i++) {
            folded[i] = spec.levels().get(i).form() == Level.Form.FOLDED;
        }
        rows = new int[spec.combinedCount() * LEVELS];
        pending = new byte[spec.combinedCount()];
    }

    void add(final int[] offer, final int at) {
        final int index = spec.combinedIndex(offer[at + ModelSpec.OFFER]);
        if (index < 0) {
            return;
        }
        final int first = index * LEVELS;
        if (rows[first + ModelSpec.OFFER] == 0) {
            if (knownCount == known.length) {
                known = Arrays.copyOf(known, 2 * knownCount);
            }
            known[knownCount++] = index;
        } else if (Arrays.equals(rows, first, first + LEVELS, offer, at, at + LEVELS)) {
            return;
        }
        System.arraycopy(offer, at, rows, first, LEVELS);
        pending[index] = BOTH_TABLES;
    }

    /** Adds the rows of all offers of which something changed. */
    void combine(final int table, final BlockSet changed, final WeightMemory weights, final CombinedRow combiner,
        final WeightMemory into) {
        final int words = spec.width() / 2;
        for (int i = 0; i < knownCount; i++) {
            final int index = known[i];
            if ((pending[index] & 1 << table) != 0 || changed(changed, index * LEVELS)) {
                combiner.build(weights, rows, index * LEVELS, folded, into, index * words);
            }
        }
    }

    private boolean changed(final BlockSet changed, final int first) {
        for (int i = 0; i < LEVELS; i++) {
            final int row = rows[first + i];
            if (folded[i] && row != 0 && changed.contains(row / ModelSpec.BLOCK_SLOTS)) {
                return true;
            }
        }
        return false;
    }

    /** All heads have added what was pending in a table. */
    void combined(final int table) {
        for (int i = 0; i < knownCount; i++) {
            pending[known[i]] &= (byte) ~(1 << table);
        }
    }

    void write(final DataOutput out) throws IOException {
        out.writeInt(knownCount);
        for (int i = 0; i < knownCount; i++) {
            for (int level = 0; level < LEVELS; level++) {
                out.writeInt(rows[known[i] * LEVELS + level]);
            }
        }
    }

    void read(final DataInput in) throws IOException {
        final int count = in.readInt();
        if (count < 0 || count > spec.combinedCount()) {
            throw new IOException("a model's snapshot has " + count + " offers");
        }
        final int[] offer = new int[LEVELS];
        for (int i = 0; i < count; i++) {
            for (int level = 0; level < LEVELS; level++) {
                offer[level] = in.readInt();
                if (folded[level] && (offer[level] < 0 || offer[level] > spec.slotCount() - spec.width())) {
                    throw new IOException("a model's snapshot has an offer's row outside the table");
                }
            }
            if (spec.combinedIndex(offer[ModelSpec.OFFER]) < 0) {
                throw new IOException("a model's snapshot has an offer without a row");
            }
            add(offer, 0);
        }
    }
}
