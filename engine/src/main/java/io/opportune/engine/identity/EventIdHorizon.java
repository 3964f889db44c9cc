package io.opportune.engine.identity;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Remembers the most recent 128-bit ids of events or requests, so that none is applied twice. Shared by all shards; the
 * memory is off-heap, bounded and allocated at start, and no call allocates.
 *
 * <p>There are two generations. Ids go into the younger one: an append-only log of ids and a hash table of log indexes,
 * claimed and published by compare-and-set. When the log is full the older generation is forgotten as a whole and
 * becomes the younger one; slots carry their generation's number, so nothing is cleared. Threads wait for each other
 * only at that moment, until the last writer of a full log has published. The horizon: the most recent
 * {@link #horizon()} ids are always remembered, at most about twice as many.
 */
public final class EventIdHorizon implements AutoCloseable {
    /** Smallest horizon. */
    public static final int MIN_HORIZON = 16;
    /** Largest horizon; a generation's tables then take 3 GiB. */
    public static final int MAX_HORIZON = 1 << 26;

    /** Log entries lost to threads that add the same id at the same moment must not shorten the horizon. */
    private static final int MIN_SPARE = 64;
    private static final int SPARE_SHIFT = 6;
    private static final int ID_LENGTH = 16;
    private static final long LOW_WORD = 0xffffffffL;
    private static final int EPOCH = 0;
    /** The one before it must not be 0 either, since a slot of zeros belongs to no generation. */
    private static final long FIRST_GENERATION = 2;
    private static final int STATE_LINES = 5;

    /** Takes ids during a dump, oldest first. */
    @FunctionalInterface
    public interface Sink {
        /**
         * Takes one id.
         *
         * @param high upper half.
         * @param low  lower half.
         */
        void onId(long high, long low);
    }

    private final Arena arena = Arena.ofShared();
    private final int horizon;
    private final int logCapacity;
    private final int tableMask;
    private final UnsafeBuffer[] logs = new UnsafeBuffer[2];
    private final UnsafeBuffer[] tables = new UnsafeBuffer[2];
    /** Cache lines apart: epoch, claims of the even and of the odd generations, publications of both. */
    private final UnsafeBuffer state;
    private final NoticeIdHorizon notices;

    /**
     * Allocates the memory, with the smallest horizon for notices.
     *
     * @param horizon as below.
     */
    public EventIdHorizon(final int horizon) {
        this(horizon, NoticeIdHorizon.MIN_CAPACITY);
    }

    /**
     * Allocates the memory.
     *
     * @param horizon how many of the most recent ids are remembered at least, {@link #MIN_HORIZON}..{@link
     *                #MAX_HORIZON}; about 64 bytes each are taken at once.
     * @param notices how many ids of notices are remembered beside, see {@link NoticeIdHorizon#NoticeIdHorizon}.
     */
    public EventIdHorizon(final int horizon, final int notices) {
        if (horizon < MIN_HORIZON || horizon > MAX_HORIZON) {
            throw new IllegalArgumentException(
                "horizon must be " + MIN_HORIZON + ".." + MAX_HORIZON + ", not " + horizon);
        }
        this.horizon = horizon;
        logCapacity = horizon + Math.max(MIN_SPARE, horizon >> SPARE_SHIFT);
        final int tableCapacity = BitUtil.findNextPositivePowerOfTwo(logCapacity + (logCapacity >> 1));
        tableMask = tableCapacity - 1;
        for (int side = 0; side < 2; side++) {
            logs[side] = allocate((long) logCapacity * ID_LENGTH);
            tables[side] = allocate((long) tableCapacity * Long.BYTES);
        }
        state = allocate((long) BitUtil.CACHE_LINE_LENGTH * STATE_LINES);
        state.putLong(claims(FIRST_GENERATION), FIRST_GENERATION << Integer.SIZE);
        state.putLongVolatile(EPOCH, FIRST_GENERATION << 1);
        this.notices = new NoticeIdHorizon(notices);
    }

    /**
     * The horizon of notices, which come much later than events of tills and are counted in money.
     *
     * @return it; closed with this one.
     */
    public NoticeIdHorizon notices() {
        return notices;
    }

    private static int claims(final long generation) {
        return BitUtil.CACHE_LINE_LENGTH * (1 + (int) (generation & 1));
    }

    private static int published(final long generation) {
        return BitUtil.CACHE_LINE_LENGTH * (3 + (int) (generation & 1));
    }

    private UnsafeBuffer allocate(final long bytes) {
        final MemorySegment segment = arena.allocate(bytes, BitUtil.CACHE_LINE_LENGTH);
        return new UnsafeBuffer(segment.address(), (int) bytes);
    }

    /**
     * Adds an id unless it is remembered.
     *
     * @param high upper half.
     * @param low  lower half.
     * @return true when it was not remembered and is now; of threads that add the same id at the same moment exactly
     *     one gets true.
     */
    public boolean addIfAbsent(final long high, final long low) {
        while (true) {
            final long generation = stableGeneration();
            final boolean found = holds(generation - 1, high, low) || holds(generation, high, low);
            if (stableGeneration() != generation) {
                // The older generation may have been overwritten while it was being read.
                continue;
            }
            if (found) {
                return false;
            }
            final int index = claim(generation);
            if (index >= 0) {
                return publish(generation, index, high, low);
            }
            turn(generation);
        }
    }

    /**
     * Whether an id is remembered.
     *
     * @param high upper half.
     * @param low  lower half.
     * @return true only for ids that were added; always true within the horizon.
     */
    public boolean contains(final long high, final long low) {
        while (true) {
            final long generation = stableGeneration();
            final boolean found = holds(generation - 1, high, low) || holds(generation, high, low);
            if (stableGeneration() == generation) {
                return found;
            }
        }
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

    private boolean holds(final long generation, final long high, final long low) {
        final UnsafeBuffer table = tables[(int) (generation & 1)];
        final UnsafeBuffer log = logs[(int) (generation & 1)];
        int position = hash(high, low) & tableMask;
        // The log's capacity is below the table's, so that an unused slot ends every search.
        for (int probes = 0; probes <= tableMask; probes++) {
            final long slot = table.getLongVolatile(position << 3);
            if (slot >>> Integer.SIZE != (generation & LOW_WORD)) {
                return false;
            }
            final int at = (int) slot * ID_LENGTH;
            if (log.getLong(at) == high && log.getLong(at + Long.BYTES) == low) {
                return true;
            }
            position = position + 1 & tableMask;
        }
        return false;
    }

    /** Claims the next log entry; -1 when the log is full or the generation has passed. */
    private int claim(final long generation) {
        final int at = claims(generation);
        while (true) {
            final long word = state.getLongVolatile(at);
            if (word >>> Integer.SIZE != (generation & LOW_WORD) || (word & LOW_WORD) >= logCapacity) {
                return -1;
            }
            if (state.compareAndSetLong(at, word, word + 1)) {
                return (int) word;
            }
        }
    }

    private boolean publish(final long generation, final int index, final long high, final long low) {
        final UnsafeBuffer table = tables[(int) (generation & 1)];
        final UnsafeBuffer log = logs[(int) (generation & 1)];
        log.putLong(index * ID_LENGTH, high);
        log.putLong(index * ID_LENGTH + Long.BYTES, low);
        final long mine = (generation & LOW_WORD) << Integer.SIZE | index;
        int position = hash(high, low) & tableMask;
        boolean added = false;
        while (true) {
            final long slot = table.getLongVolatile(position << 3);
            if (slot >>> Integer.SIZE != (generation & LOW_WORD)) {
                if (table.compareAndSetLong(position << 3, slot, mine)) {
                    added = true;
                    break;
                }
                continue;
            }
            final int at = (int) slot * ID_LENGTH;
            if (log.getLong(at) == high && log.getLong(at + Long.BYTES) == low) {
                break;
            }
            position = position + 1 & tableMask;
        }
        state.getAndAddLong(published(generation), 1);
        return added;
    }

    /** Starts the next generation, or waits until another thread has. */
    private void turn(final long generation) {
        final long epoch = generation << 1;
        while (state.getLongVolatile(EPOCH) == epoch
            && state.getLongVolatile(published(generation)) < logCapacity) {
            Thread.onSpinWait();
        }
        if (state.compareAndSetLong(EPOCH, epoch, epoch | 1)) {
            final long next = generation + 1;
            state.putLongVolatile(published(next), 0);
            state.putLongVolatile(claims(next), (next & LOW_WORD) << Integer.SIZE);
            state.putLongVolatile(EPOCH, next << 1);
        }
    }

    /**
     * How many of the most recent ids are remembered at least.
     *
     * @return as given to the constructor.
     */
    public int horizon() {
        return horizon;
    }

    /**
     * Hands out the remembered ids, oldest first; {@link #addIfAbsent} in this order restores a horizon. Other threads
     * may add meanwhile; their ids may be missing.
     *
     * @param sink takes the ids.
     * @return how many.
     */
    public int dump(final Sink sink) {
        final long generation = stableGeneration();
        int count = 0;
        for (long each = generation - 1; each <= generation; each++) {
            final long word = state.getLongVolatile(claims(each));
            if (word >>> Integer.SIZE != (each & LOW_WORD)) {
                continue;
            }
            final UnsafeBuffer log = logs[(int) (each & 1)];
            for (int index = 0; index < (word & LOW_WORD); index++) {
                final long high = log.getLong(index * ID_LENGTH);
                final long low = log.getLong(index * ID_LENGTH + Long.BYTES);
                if (isPublished(each, index, high, low)) {
                    sink.onId(high, low);
                    count++;
                }
            }
        }
        return count;
    }

    private boolean isPublished(final long generation, final int index, final long high, final long low) {
        final UnsafeBuffer table = tables[(int) (generation & 1)];
        int position = hash(high, low) & tableMask;
        for (int probes = 0; probes <= tableMask; probes++) {
            final long slot = table.getLongVolatile(position << 3);
            if (slot >>> Integer.SIZE != (generation & LOW_WORD)) {
                return false;
            }
            if ((int) slot == index) {
                return true;
            }
            position = position + 1 & tableMask;
        }
        return false;
    }

    private static int hash(final long high, final long low) {
        long mixed = (high ^ Long.rotateLeft(low, 32)) * 0x9e3779b97f4a7c15L;
        mixed ^= mixed >>> 32;
        mixed = (mixed ^ low) * 0xc2b2ae3d27d4eb4fL;
        return (int) (mixed ^ mixed >>> 29);
    }

    /** Frees the memory. No thread may use the horizon any more. */
    @Override
    public void close() {
        notices.close();
        arena.close();
    }
}
