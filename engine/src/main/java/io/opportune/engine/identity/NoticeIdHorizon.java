package io.opportune.engine.identity;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Remembers which notices of auctions were taken, so that none counts twice as long as its token is good. Tokens live
 * for hours or days, and memory is bounded, so that the horizon also knows how old the youngest notice is that it has
 * forgotten: a notice of an earlier bid can no longer be told from a repeated one and must not be taken. Shared by all
 * shards; the memory is off-heap and allocated at start, no call allocates.
 *
 * <p>Of an id 56 bits are kept, in one of {@link #SLICES} hash tables that follow each other in time. Ids go into the
 * youngest; when it is full the oldest is forgotten as a whole and becomes the youngest. Each slot carries the round of
 * its table, so that nothing is cleared. That takes about 12 bytes for each id of the capacity. Of a capacity of 4
 * million ids one notice in 17 thousand million is taken for another. Threads wait for each other only when a table is
 * full, until the last writer of it has published.
 *
 * <pre>
 *  slot:  round of its table, 1..255 (8) | fingerprint of the id, not 0 (56)
 * </pre>
 */
public final class NoticeIdHorizon implements AutoCloseable {
    /** Tables that follow each other; the oldest is forgotten as a whole. */
    public static final int SLICES = 8;
    /** Smallest capacity. */
    public static final int MIN_CAPACITY = 1_024;
    /** Largest capacity; takes 3.3 GB. */
    public static final int MAX_CAPACITY = 1 << 28;

    private static final int FINGERPRINT_BITS = 56;
    private static final long FINGERPRINT_MASK = (1L << FINGERPRINT_BITS) - 1;
    /** After so many rounds three of four slots were overwritten each time: none of the same number is left. */
    private static final int ROUNDS = 255;
    private static final long LOW_WORD = 0xffffffffL;
    private static final long MIX_1 = 0xbf58476d1ce4e5b9L;
    private static final long MIX_2 = 0x94d049bb133111ebL;
    private static final long NONE = Long.MIN_VALUE;
    /** Lines of {@link #state}. */
    private static final int EPOCH = 0;
    private static final int CLAIMS = BitUtil.CACHE_LINE_LENGTH;
    private static final int PUBLISHED = 2 * BitUtil.CACHE_LINE_LENGTH;
    private static final int FORGOTTEN = 3 * BitUtil.CACHE_LINE_LENGTH;
    private static final int YOUNGEST = 4 * BitUtil.CACHE_LINE_LENGTH;

    /** Takes what is remembered during a dump, in the order in which {@link #restore} must get it. */
    @FunctionalInterface
    public interface Sink {
        /**
         * Takes one entry.
         *
         * @param fingerprint of an id; 0 for the time up to which all is forgotten.
         * @param timeNs      up to which the ids of its table are, nanoseconds since 1970.
         */
        void onEntry(long fingerprint, long timeNs);
    }

    private final Arena arena = Arena.ofShared();
    private final int capacity;
    private final int sliceCapacity;
    private final int slots;
    private final UnsafeBuffer[] slices = new UnsafeBuffer[SLICES];
    /** Cache lines apart: epoch, claims and publications of the youngest table, time forgotten, times of all tables. */
    private final UnsafeBuffer state;

    /**
     * Allocates the memory.
     *
     * @param capacity how many of the most recent ids are remembered at least, {@link #MIN_CAPACITY}..{@link
     *                 #MAX_CAPACITY}.
     */
    public NoticeIdHorizon(final int capacity) {
        if (capacity < MIN_CAPACITY || capacity > MAX_CAPACITY) {
            throw new IllegalArgumentException(
                "capacity must be " + MIN_CAPACITY + ".." + MAX_CAPACITY + ", not " + capacity);
        }
        this.capacity = capacity;
        sliceCapacity = (capacity + SLICES - 2) / (SLICES - 1);
        slots = sliceCapacity + sliceCapacity / 3 + 1;
        for (int i = 0; i < SLICES; i++) {
            slices[i] = allocate((long) slots * Long.BYTES);
        }
        state = allocate((long) BitUtil.CACHE_LINE_LENGTH * (4 + SLICES));
        state.putLong(FORGOTTEN, NONE);
        for (int i = 0; i < SLICES; i++) {
            state.putLong(youngest(i), NONE);
        }
        // Of the first generation there are as many before as are looked at; their slots, all zero, belong to none.
        state.putLong(CLAIMS, (long) SLICES << Integer.SIZE);
        state.putLongVolatile(EPOCH, (long) SLICES << 1);
    }

    private UnsafeBuffer allocate(final long bytes) {
        final MemorySegment segment = arena.allocate(bytes, BitUtil.CACHE_LINE_LENGTH);
        return new UnsafeBuffer(segment.address(), (int) bytes);
    }

    private static int slice(final long generation) {
        return (int) (generation % SLICES);
    }

    private static int youngest(final int slice) {
        return YOUNGEST + slice * BitUtil.CACHE_LINE_LENGTH;
    }

    private static long round(final long generation) {
        return generation / SLICES % ROUNDS + 1 << FINGERPRINT_BITS;
    }

    private static long mix(final long bits) {
        long mixed = (bits ^ bits >>> 30) * MIX_1;
        mixed = (mixed ^ mixed >>> 27) * MIX_2;
        return mixed ^ mixed >>> 31;
    }

    private static long fingerprint(final long high, final long low) {
        final long fingerprint = mix(high + mix(low)) & FINGERPRINT_MASK;
        return fingerprint == 0 ? 1 : fingerprint;
    }

    private int position(final long fingerprint) {
        return (int) ((mix(fingerprint) >>> Integer.SIZE) * slots >>> Integer.SIZE);
    }

    /**
     * Adds an id unless it is remembered.
     *
     * @param high   upper half.
     * @param low    lower half.
     * @param timeNs when the notice came, nanoseconds since 1970: not before its bid.
     * @return true when it was not remembered and is now; of threads that add the same id at the same moment exactly
     *     one gets true.
     */
    public boolean addIfAbsent(final long high, final long low, final long timeNs) {
        return add(fingerprint(high, low), timeNs);
    }

    private boolean add(final long fingerprint, final long timeNs) {
        while (true) {
            final long generation = stableGeneration();
            final boolean found = holds(generation, fingerprint);
            if (stableGeneration() != generation) {
                // The oldest table may have been overwritten while it was being read.
                continue;
            }
            if (found) {
                return false;
            }
            if (claim(generation)) {
                return publish(generation, fingerprint, timeNs);
            }
            turn(generation);
        }
    }

    /**
     * Whether an id is remembered.
     *
     * @param high upper half.
     * @param low  lower half.
     * @return always true for those added last, as many as the capacity.
     */
    public boolean contains(final long high, final long low) {
        final long fingerprint = fingerprint(high, low);
        while (true) {
            final long generation = stableGeneration();
            final boolean found = holds(generation, fingerprint);
            if (stableGeneration() == generation) {
                return found;
            }
        }
    }

    /**
     * Whether an id that is not remembered may have been. To be asked after {@link #contains}.
     *
     * @param bidNs when the bid was made that the notice is about, nanoseconds since 1970.
     * @return false when no notice of such a bid was forgotten.
     */
    public boolean isForgotten(final long bidNs) {
        return bidNs <= forgottenNs();
    }

    /**
     * Up to when notices are forgotten.
     *
     * @return nanoseconds since 1970; {@link Long#MIN_VALUE} when none is.
     */
    public long forgottenNs() {
        return state.getLongVolatile(FORGOTTEN);
    }

    /** The epoch is twice the generation's number, and odd while generations change. */
    private long stableGeneration() {
        while (true) {
            final long epoch = state.getLongVolatile(EPOCH);
            if ((epoch & 1) == 0) {
                return epoch >>> 1;
            }
            Thread.onSpinWait();
        }
    }

    /** Looks through all tables, the youngest first: what is repeated is mostly repeated soon. */
    private boolean holds(final long generation, final long fingerprint) {
        final int start = position(fingerprint);
        for (long each = generation; each > generation - SLICES; each--) {
            final UnsafeBuffer table = slices[slice(each)];
            final long round = round(each);
            int position = start;
            // A table has more slots than it takes ids, so that one of another round ends every search.
            for (int probes = 0; probes < slots; probes++) {
                final long slot = table.getLongVolatile(position << 3);
                if ((slot & ~FINGERPRINT_MASK) != round) {
                    break;
                }
                if ((slot & FINGERPRINT_MASK) == fingerprint) {
                    return true;
                }
                position = position + 1 == slots ? 0 : position + 1;
            }
        }
        return false;
    }

    /** Claims room for an id; false when the table is full or its time has passed. */
    private boolean claim(final long generation) {
        while (true) {
            final long word = state.getLongVolatile(CLAIMS);
            if (word >>> Integer.SIZE != (generation & LOW_WORD) || (word & LOW_WORD) >= sliceCapacity) {
                return false;
            }
            if (state.compareAndSetLong(CLAIMS, word, word + 1)) {
                return true;
            }
        }
    }

    private boolean publish(final long generation, final long fingerprint, final long timeNs) {
        final UnsafeBuffer table = slices[slice(generation)];
        final long round = round(generation);
        raise(youngest(slice(generation)), timeNs);
        int position = position(fingerprint);
        boolean added = false;
        while (true) {
            final long slot = table.getLongVolatile(position << 3);
            if ((slot & ~FINGERPRINT_MASK) != round) {
                if (table.compareAndSetLong(position << 3, slot, round | fingerprint)) {
                    added = true;
                    break;
                }
                continue;
            }
            if ((slot & FINGERPRINT_MASK) == fingerprint) {
                break;
            }
            position = position + 1 == slots ? 0 : position + 1;
        }
        state.getAndAddLong(PUBLISHED, 1);
        return added;
    }

    private void raise(final int at, final long timeNs) {
        long before = state.getLongVolatile(at);
        while (before < timeNs && !state.compareAndSetLong(at, before, timeNs)) {
            before = state.getLongVolatile(at);
        }
    }

    /** Forgets the oldest table and starts it anew, or waits until another thread has. */
    private void turn(final long generation) {
        final long epoch = generation << 1;
        while (state.getLongVolatile(EPOCH) == epoch && state.getLongVolatile(PUBLISHED) < sliceCapacity) {
            Thread.onSpinWait();
        }
        if (state.compareAndSetLong(EPOCH, epoch, epoch | 1)) {
            final long next = generation + 1;
            final int at = youngest(slice(next));
            raise(FORGOTTEN, state.getLongVolatile(at));
            state.putLongVolatile(at, NONE);
            state.putLongVolatile(PUBLISHED, 0);
            state.putLongVolatile(CLAIMS, (next & LOW_WORD) << Integer.SIZE);
            state.putLongVolatile(EPOCH, next << 1);
        }
    }

    /**
     * How many of the most recent ids are remembered at least.
     *
     * @return as given to the constructor.
     */
    public int capacity() {
        return capacity;
    }

    /**
     * Forgets, in effect, all notices up to a time: their bids' notices are not taken any more.
     *
     * @param timeNs nanoseconds since 1970.
     */
    public void forgetUpTo(final long timeNs) {
        raise(FORGOTTEN, timeNs);
    }

    /**
     * Hands out what is remembered, oldest first, and last the time up to which all is forgotten. Other threads may add
     * meanwhile; their ids may be missing.
     *
     * @param sink takes the entries.
     * @return how many ids.
     */
    public int dump(final Sink sink) {
        final long generation = stableGeneration();
        int count = 0;
        for (long each = generation - SLICES + 1; each <= generation; each++) {
            final UnsafeBuffer table = slices[slice(each)];
            final long round = round(each);
            for (int position = 0; position < slots; position++) {
                final long slot = table.getLongVolatile(position << 3);
                if ((slot & ~FINGERPRINT_MASK) == round) {
                    sink.onEntry(slot & FINGERPRINT_MASK, state.getLongVolatile(youngest(slice(each))));
                    count++;
                }
            }
        }
        // Read last: it covers what was forgotten meanwhile.
        sink.onEntry(0, forgottenNs());
        return count;
    }

    /**
     * Takes one entry of a dump, in its order.
     *
     * @param fingerprint as dumped.
     * @param timeNs      as dumped.
     */
    public void restore(final long fingerprint, final long timeNs) {
        if (fingerprint == 0) {
            forgetUpTo(timeNs);
        } else {
            add(fingerprint & FINGERPRINT_MASK, timeNs);
        }
    }

    /** Frees the memory. No thread may use the horizon any more. */
    @Override
    public void close() {
        arena.close();
    }
}
