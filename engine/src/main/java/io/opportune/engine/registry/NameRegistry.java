package io.opportune.engine.registry;

import io.opportune.protocol.codec.NameKind;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToIntFunction;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Maps names to int32 ids that start at 1 within each kind and are never reused. Any thread reads without lock or
 * allocation; additions are synchronised and reach the {@link Log} before the id can be seen. It never forgets a name,
 * so that profiles, journal and models may store ids alone.
 */
public final class NameRegistry {
    /** Longest name in UTF-8 bytes: what the widest text of a context update is allowed to be. */
    public static final int MAX_NAME_BYTES = 255;

    /** Takes every addition, in order, before the id is given to anyone. */
    @FunctionalInterface
    public interface Log {
        /**
         * Writes one addition down; {@link #endOfBatch()} follows. What this does not throw for has its id for good.
         *
         * @param kind of name.
         * @param id   given to it, 1 or more.
         * @param name itself.
         */
        void append(NameKind kind, int id, String name);

        /** Makes sure that what was written lasts. When it throws, it is called again before anything else. */
        default void endOfBatch() {
        }
    }

    /** No id is left for this kind: its limit is reached. */
    public static final class LimitReachedException extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        LimitReachedException(final NameKind kind, final int limit, final String name) {
            super("no id left for " + kind + " \"" + name + "\": the limit of " + limit + " names is reached");
        }
    }

    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(int[].class);
    private static final VarHandle TABLE = MethodHandles.arrayElementVarHandle(Table[].class);
    private static final int KINDS = 16;
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;
    private static final int INITIAL_CAPACITY = 64;
    /** What one sync takes to the disk: some ms for whoever waits to add one name. */
    private static final int BATCH_NAMES = 1_000;

    private final Log log;
    private final int[] limits = new int[KINDS];
    private final Table[] tables = new Table[KINDS];
    /** Fair, so that a till's new text stands between two batches of a catalogue and not behind all of them. */
    private final ReentrantLock lock = new ReentrantLock(true);
    private final List<Addition> logged = new ArrayList<>();
    /** Secret per process, so that nobody can choose names that collide. */
    private final long seed = ThreadLocalRandom.current().nextLong();

    /**
     * A registry with the ordinary limits, see {@link #defaultLimit(NameKind)}.
     *
     * @param log takes every addition.
     */
    public NameRegistry(final Log log) {
        this(log, NameRegistry::defaultLimit);
    }

    /**
     * A registry with limits of its own.
     *
     * @param log    takes every addition.
     * @param limits most names of a kind, 1 or more.
     */
    public NameRegistry(final Log log, final ToIntFunction<NameKind> limits) {
        this.log = Objects.requireNonNull(log, "log");
        for (final NameKind kind : NameKind.values()) {
            if (isNamed(kind)) {
                this.limits[kind.value()] = Math.max(1, limits.applyAsInt(kind));
                tables[kind.value()] = new Table(INITIAL_CAPACITY, INITIAL_CAPACITY);
            }
        }
    }

    /**
     * The ordinary limit of a kind: a bound on memory, far above what a catalogue needs.
     *
     * @param kind of name.
     * @return most names of this kind.
     */
    public static int defaultLimit(final NameKind kind) {
        return switch (kind) {
            case OFFER, CREATIVE -> 4_000_000;
            case ATTRIBUTE -> 4_096;
            case PLACEMENT -> 65_536;
            default -> 1_000_000;
        };
    }

    /**
     * Finds the id of a name given as bytes. Lock-free, allocates nothing.
     *
     * @param kind        of name.
     * @param utf8        holding the name.
     * @param offset      of its first byte.
     * @param lengthBytes of the name.
     * @return the id, or 0 when the name is not known.
     */
    public int find(final NameKind kind, final DirectBuffer utf8, final int offset, final int lengthBytes) {
        final int index = kind.value();
        if (index >= KINDS || lengthBytes <= 0 || lengthBytes > MAX_NAME_BYTES) {
            return 0;
        }
        final Table table = (Table) TABLE.getAcquire(tables, index);
        return table == null ? 0 : table.find(hash(utf8, offset, lengthBytes), utf8, offset, lengthBytes);
    }

    /**
     * Finds the id of a name. For control threads: it encodes the name.
     *
     * @param kind of name.
     * @param name itself.
     * @return the id, or 0 when the name is not known.
     */
    public int find(final NameKind kind, final CharSequence name) {
        final UnsafeBuffer utf8 = new UnsafeBuffer(name.toString().getBytes(StandardCharsets.UTF_8));
        return find(kind, utf8, 0, utf8.capacity());
    }

    /**
     * Finds the id of a name and gives it the next one when it has none.
     *
     * @param kind of name.
     * @param name itself, 1..{@value #MAX_NAME_BYTES} bytes of UTF-8.
     * @return the id, 1 or more.
     * @throws LimitReachedException    when the kind's limit is reached.
     * @throws IllegalArgumentException when the name is empty or too long.
     */
    public int findOrAdd(final NameKind kind, final String name) {
        final int known = find(kind, name);
        return known != 0 ? known : add(kind, name);
    }

    private int add(final NameKind kind, final String name) {
        final byte[] utf8 = checkedBytes(kind, name);
        lock.lock();
        try {
            settle();
            final int known = find(kind, name);
            if (known != 0) {
                return known;
            }
            checkRoom(kind, 1, name);
            log(kind, name, utf8);
            settle();
            return find(kind, name);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Adds many names, in batches: each can be found once its batch is in the log for good. Other threads may add names
     * between two batches.
     *
     * @param names by kind, in the order in which they get their ids; those that are known keep theirs.
     * @throws LimitReachedException when a kind has no room for all of its names; none is added then, unless others
     *     took the room meanwhile.
     */
    public void addAll(final Map<NameKind, ? extends Collection<String>> names) {
        final List<Addition> missing = missing(names);
        for (int from = 0; from < missing.size(); from += BATCH_NAMES) {
            lock.lock();
            try {
                settle();
                for (final Addition name : missing.subList(from, Math.min(missing.size(), from + BATCH_NAMES))) {
                    if (find(name.kind, name.name) == 0) {
                        checkRoom(name.kind, 1, name.name);
                        log(name.kind, name.name, name.utf8);
                    }
                }
                settle();
            } finally {
                lock.unlock();
            }
        }
    }

    /** A name that has no id yet (0), or one that stands in the log but may not last. */
    private record Addition(NameKind kind, int id, String name, byte[] utf8) {
    }

    private List<Addition> missing(final Map<NameKind, ? extends Collection<String>> names) {
        final List<Addition> missing = new ArrayList<>();
        lock.lock();
        try {
            names.forEach((kind, wanted) -> {
                final List<String> ofKind =
                    new LinkedHashSet<>(wanted).stream().filter(name -> find(kind, name) == 0).toList();
                ofKind.forEach(name -> missing.add(new Addition(kind, 0, name, checkedBytes(kind, name))));
                if (!ofKind.isEmpty()) {
                    checkRoom(kind, ofKind.size(), ofKind.getLast());
                }
            });
        } finally {
            lock.unlock();
        }
        return missing;
    }

    private void checkRoom(final NameKind kind, final int count, final String name) {
        if (nextId(kind) - 1 > limits[kind.value()] - count) {
            throw new LimitReachedException(kind, limits[kind.value()], name);
        }
    }

    private int nextId(final NameKind kind) {
        int last = tables[kind.value()].lastId;
        for (int i = logged.size() - 1; i >= 0; i--) {
            if (logged.get(i).kind == kind) {
                last = logged.get(i).id;
                break;
            }
        }
        return last + 1;
    }

    private void log(final NameKind kind, final String name, final byte[] utf8) {
        final int id = nextId(kind);
        log.append(kind, id, name);
        logged.add(new Addition(kind, id, name, utf8));
    }

    /**
     * Lets names be found that the log holds for good. Where it does not yet, their ids are taken and nobody gets them:
     * what refers to an id must not outlast it.
     */
    private void settle() {
        if (!logged.isEmpty()) {
            log.endOfBatch();
            logged.forEach(name -> insert(name.kind, name.id, name.name, name.utf8));
            logged.clear();
        }
    }

    /**
     * Puts back one addition at start. Ids may arrive in any order and more than once; nothing is logged.
     *
     * @param kind of name.
     * @param id   it had, 1 or more.
     * @param name itself.
     * @throws IllegalStateException when the id belongs to another name or the name to another id.
     */
    public void restore(final NameKind kind, final int id, final String name) {
        final byte[] utf8 = checkedBytes(kind, name);
        lock.lock();
        try {
            restore(kind, id, name, utf8);
        } finally {
            lock.unlock();
        }
    }

    private void restore(final NameKind kind, final int id, final String name, final byte[] utf8) {
        if (id < 1 || id > limits[kind.value()]) {
            throw new IllegalStateException("registry: " + kind + " \"" + name + "\" has id " + id
                + "; allowed: 1.." + limits[kind.value()]);
        }
        final String present = name(kind, id);
        if (name.equals(present)) {
            return;
        }
        if (present != null) {
            throw new IllegalStateException("registry: " + kind + " id " + id + " is \"" + present
                + "\" and cannot also be \"" + name + "\"");
        }
        final int other = find(kind, name);
        if (other != 0) {
            throw new IllegalStateException("registry: " + kind + " \"" + name + "\" has id " + other
                + " and cannot also have " + id);
        }
        insert(kind, id, name, utf8);
    }

    /**
     * The name behind an id.
     *
     * @param kind of name.
     * @param id   to look up.
     * @return the name, or null when the id is not given.
     */
    public String name(final NameKind kind, final int id) {
        final int index = kind.value();
        final Table table = index < KINDS ? (Table) TABLE.getAcquire(tables, index) : null;
        return table == null || id <= 0 || id >= table.names.length ? null : table.names[id];
    }

    /**
     * The highest id given to a kind; the number of names when ids arrived dense.
     *
     * @param kind of name.
     * @return 0 or more.
     */
    public int lastId(final NameKind kind) {
        final int index = kind.value();
        final Table table = index < KINDS ? (Table) TABLE.getAcquire(tables, index) : null;
        return table == null ? 0 : table.lastId;
    }

    private static boolean isNamed(final NameKind kind) {
        return kind != NameKind.NULL_VAL && kind != NameKind.SBE_UNKNOWN;
    }

    private static byte[] checkedBytes(final NameKind kind, final String name) {
        if (!isNamed(kind)) {
            throw new IllegalArgumentException("not a kind of name: " + kind);
        }
        final byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        if (utf8.length == 0 || utf8.length > MAX_NAME_BYTES) {
            throw new IllegalArgumentException(kind + " name of " + utf8.length + " bytes; allowed: 1.."
                + MAX_NAME_BYTES);
        }
        return utf8;
    }

    private void insert(final NameKind kind, final int id, final String name, final byte[] utf8) {
        final int index = kind.value();
        Table table = tables[index];
        if (!table.hasRoomFor(id)) {
            final Table grown = new Table(Math.max(table.slots.length, Table.slotsFor(table.size + 1)),
                Math.max(id + 1, table.names.length * 2));
            for (int other = 1; other <= table.lastId; other++) {
                if (table.names[other] != null) {
                    grown.put(other, table.names[other], table.utf8[other], hash(table.utf8[other]));
                }
            }
            table = grown;
        }
        table.put(id, name, utf8, hash(utf8));
        TABLE.setRelease(tables, index, table);
    }

    private long hash(final byte[] utf8) {
        return hash(new UnsafeBuffer(utf8), 0, utf8.length);
    }

    private long hash(final DirectBuffer utf8, final int offset, final int lengthBytes) {
        long hash = seed ^ lengthBytes;
        int at = offset;
        final int end = offset + lengthBytes;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            hash = mix(hash ^ utf8.getLong(at, ByteOrder.LITTLE_ENDIAN));
        }
        long tail = 0;
        for (int shift = 0; at < end; at++, shift += Byte.SIZE) {
            tail |= (utf8.getByte(at) & 0xFFL) << shift;
        }
        return mix(hash ^ tail);
    }

    private static long mix(final long value) {
        final long product = value * MULTIPLIER;
        return (product ^ product >>> 32) * MULTIPLIER;
    }

    /**
     * Open addressing over one kind. Only the lock's holder writes; an entry is complete before its slot is published,
     * and a table that must grow is replaced by a copy.
     */
    private static final class Table {
        private final int[] slots;
        private final long[] hashes;
        private final byte[][] utf8;
        private final String[] names;
        private volatile int lastId;
        private int size;

        Table(final int slotCount, final int idCount) {
            slots = new int[slotCount];
            hashes = new long[slotCount];
            utf8 = new byte[idCount][];
            names = new String[idCount];
        }

        static int slotsFor(final int size) {
            return Integer.highestOneBit(Math.max(INITIAL_CAPACITY, size * 4));
        }

        boolean hasRoomFor(final int id) {
            return id < names.length && (size + 1) * 2 <= slots.length;
        }

        void put(final int id, final String name, final byte[] bytes, final long hash) {
            utf8[id] = bytes;
            names[id] = name;
            int slot = start(hash);
            while (slots[slot] != 0) {
                slot = slot + 1 & slots.length - 1;
            }
            hashes[slot] = hash;
            SLOT.setRelease(slots, slot, id);
            size++;
            lastId = Math.max(lastId, id);
        }

        int find(final long hash, final DirectBuffer buffer, final int offset, final int lengthBytes) {
            int slot = start(hash);
            while (true) { // ends: at most half of the slots are taken
                final int id = (int) SLOT.getAcquire(slots, slot);
                if (id == 0) {
                    return 0;
                }
                if (hashes[slot] == hash && same(utf8[id], buffer, offset, lengthBytes)) {
                    return id;
                }
                slot = slot + 1 & slots.length - 1;
            }
        }

        private int start(final long hash) {
            return (int) (hash >>> 32) & slots.length - 1;
        }

        private static boolean same(
            final byte[] bytes, final DirectBuffer buffer, final int offset, final int lengthBytes) {
            if (bytes.length != lengthBytes) {
                return false;
            }
            for (int i = 0; i < lengthBytes; i++) {
                if (bytes[i] != buffer.getByte(offset + i)) {
                    return false;
                }
            }
            return true;
        }
    }
}
