package io.opportune.engine.learning;

import io.opportune.engine.numeric.Logistic;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Weights that wander while nobody looks: each follows an Ornstein-Uhlenbeck process whose stationary distribution is
 * its prior, so that with every example of the head its posterior goes a share of the way back, mean and variance, and
 * what was not tried for long is uncertain again (a dynamic model as in West and Harrison 1997, chapter 14; Graepel et
 * al. 2010, section 3.4, let variances go back likewise). Applied to one block an example, in turns, for as many
 * examples as passed since its last turn: a weight is behind by one round at most. One thread.
 */
final class Drift {
    private static final int BLOCK = ModelSpec.BLOCK_SLOTS;
    private static final int FIRST_CAPACITY = 64;

    private final ModelSpec spec;
    private final double drift;
    private final BlockSet known;
    /** Blocks that learned something, in the order in which they did first. */
    private int[] blocks = new int[FIRST_CAPACITY];
    /** The head's examples at the block's last turn. */
    private long[] turns = new long[FIRST_CAPACITY];
    private int count;
    private int next;

    Drift(final ModelSpec spec) {
        this.spec = spec;
        drift = spec.learner() == LearnerKind.BAYES ? spec.priors().drift() : 0;
        known = new BlockSet(spec.slotCount() / BLOCK);
    }

    boolean isOn() {
        return drift > 0;
    }

    /** A block that learns something. */
    void add(final int block, final long examples) {
        if (known.contains(block)) {
            return;
        }
        known.add(block);
        if (count == blocks.length) {
            blocks = Arrays.copyOf(blocks, 2 * count);
            turns = Arrays.copyOf(turns, 2 * count);
        }
        blocks[count] = block;
        turns[count++] = examples;
    }

    /** Whose turn it is wanders; gives its block. */
    int step(final WeightMemory state, final long examples) {
        next = next < count ? next : 0;
        final int block = blocks[next];
        wander(state, block, examples - turns[next]);
        turns[next++] = examples;
        return block;
    }

    private void wander(final WeightMemory state, final int block, final long passed) {
        final int first = block * BLOCK;
        final float kept = (float) Logistic.exp(-drift * passed);
        if (first < ModelSpec.LINEAR_START) {
            // The bias's prior says that nothing is known of it, not how far it wanders.
            final float variance = state.getFloat(2 * first + 1);
            state.putFloat(2 * first + 1,
                Math.min(spec.priors().bias(), variance + (1 - kept * kept) * spec.priors().linear()));
            return;
        }
        final long at = state.address(2 * first, 2 * BLOCK);
        final float back = 1 - kept * kept;
        final float gained = back * spec.prior(first + BLOCK - 1);
        for (int i = 0; i < BLOCK; i++) {
            final float variance = WeightMemory.floatAt(at, 2 * i + 1);
            WeightMemory.putFloatAt(at, 2 * i, kept * WeightMemory.floatAt(at, 2 * i));
            WeightMemory.putFloatAt(at, 2 * i + 1, kept * kept * variance + gained);
        }
        // Rows begin with their intercepts, which have another prior.
        final int step = spec.width() == 0 ? BLOCK : Math.min(BLOCK, spec.width());
        for (int i = 0; i < BLOCK; i += step) {
            final float more = back * spec.prior(first + i) - gained;
            WeightMemory.putFloatAt(at, 2 * i + 1, WeightMemory.floatAt(at, 2 * i + 1) + more);
        }
    }

    void write(final DataOutput out) throws IOException {
        out.writeInt(count);
        out.writeInt(next);
        for (int i = 0; i < count; i++) {
            out.writeInt(blocks[i]);
            out.writeLong(turns[i]);
        }
    }

    void read(final DataInput in) throws IOException {
        final int size = in.readInt();
        final int turn = in.readInt();
        final int most = spec.slotCount() / BLOCK;
        if (size < 0 || size > most || turn < 0 || turn > size) {
            throw new IOException("a model's snapshot has " + size + " blocks that wander");
        }
        for (int i = 0; i < size; i++) {
            final int block = in.readInt();
            if (block < 0 || block >= most || known.contains(block)) {
                throw new IOException("block " + block + " wanders twice or is outside the table");
            }
            add(block, in.readLong());
        }
        next = turn;
    }
}
