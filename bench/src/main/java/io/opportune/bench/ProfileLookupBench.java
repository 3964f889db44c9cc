package io.opportune.bench;

import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.profile.ProfileStore;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Finds profiles and reads one field of each: at random over all of them, and as the mix of requests asks for them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
public class ProfileLookupBench {
    private static final int RANDOM_KEYS = 1 << 20;

    private WorldState world;
    private ProfileStore profiles;
    private final ProfileFlyweight flyweight = new ProfileFlyweight();
    private long[] keyHigh;
    private long[] keyLow;
    private int[] keyPartition;
    private int random;
    private int next;

    /**
     * Collects the keys of all profiles and shuffles them.
     *
     * @param state of the world.
     */
    @Setup
    public void collect(final WorldState state) {
        world = state;
        profiles = state.fixture.profiles();
        final int size = (int) profiles.size();
        keyHigh = new long[size];
        keyLow = new long[size];
        keyPartition = new int[size];
        final int[] count = new int[1];
        for (int partition = 0; partition < profiles.partitions(); partition++) {
            final int owner = partition;
            for (int chunk = 0; chunk < profiles.chunkCount(partition); chunk++) {
                profiles.copyChunk(partition, chunk, (rootHigh, rootLow, buffer, offset, length) -> {
                    keyHigh[count[0]] = rootHigh;
                    keyLow[count[0]] = rootLow;
                    keyPartition[count[0]++] = owner;
                });
            }
        }
        final Random shuffle = new Random(1);
        for (int i = size - 1; i > 0; i--) {
            swap(i, shuffle.nextInt(i + 1));
        }
        keyHigh = java.util.Arrays.copyOf(keyHigh, Math.min(size, RANDOM_KEYS));
    }

    private void swap(final int a, final int b) {
        final long high = keyHigh[a];
        final long low = keyLow[a];
        final int partition = keyPartition[a];
        keyHigh[a] = keyHigh[b];
        keyLow[a] = keyLow[b];
        keyPartition[a] = keyPartition[b];
        keyHigh[b] = high;
        keyLow[b] = low;
        keyPartition[b] = partition;
    }

    /**
     * Any profile.
     *
     * @return a field of it.
     */
    @Benchmark
    public int random() {
        final int i = random;
        random = i + 1 == keyHigh.length ? 0 : i + 1;
        return profiles.find(keyPartition[i], keyHigh[i], keyLow[i], flyweight) ? flyweight.visitCount() : -1;
    }

    /**
     * The profile of the next request; none for an unknown customer.
     *
     * @return a field of it.
     */
    @Benchmark
    public int mix() {
        final int i = next;
        next = world.after(i);
        final long high = world.admitted.rootHigh(i);
        final long low = world.admitted.rootLow(i);
        return (high | low) != 0 && profiles.find(world.admitted.partition(i), high, low, flyweight)
            ? flyweight.visitCount() : -1;
    }
}
