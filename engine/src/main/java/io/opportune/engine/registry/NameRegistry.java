package io.opportune.engine.registry;

import io.opportune.protocol.codec.NameKind;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
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
         * Keeps one addition.
         *
         * @param kind of name.
         * @param id   given to it, 1 or more.
         * @param name itself.
         */
        void append(NameKind kind, int id, String name);

        /**
         * Writes down one of many additions; {@link #endOfBatch()} follows.
         *
         * @param kind of the name.
         * @param id   it gets.
         * @param name itself.
         */
        default void appendInBatch(final NameKind kind, final int id, final String name) {
            append(kind, id, name);
        }

        /** Makes sure that what was written in this batch lasts. */
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

    private final Log log;
    private final int[] limits = new int[KINDS];
    private final Table[] tables = new Table[KINDS];
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

    private synchronized int add(final NameKind kind, final String name) {
        final int known = find(kind, name);
        if (known != 0) {
            return known;
        }
        final byte[] utf8 = checkedBytes(kind, name);
        final int id = tables[kind.value()].lastId + 1;
        if (id > limits[kind.value()]) {
            throw new LimitReachedException(kind, limits[kind.value()], name);
        }
        log.append(kind, id, name);
        insert(kind, id, name, utf8);
        return id;
    }

    /**
     * Adds many names, which the log may write together: none can be found before all are in the log.
     *
     * @param names by kind, in the order in which they get their ids; those that are known keep theirs.
     * @throws LimitReachedException when a kind has no room for all of its names; none is added then.
     */
    public synchronized void addAll(final Map<NameKind, ? extends Collection<String>> names) {
        final Map<NameKind, List<String>> missing = new EnumMap<>(NameKind.class);
        names.forEach((kind, wanted) -> {
            final List<String> ofKind =
                new LinkedHashSet<>(wanted).stream().filter(name -> find(kind, name) == 0).toList();
            ofKind.forEach(name -> checkedBytes(kind, name));
            if (!ofKind.isEmpty() && tables[kind.value()].lastId > limits[kind.value()] - ofKind.size()) {
                throw new LimitReachedException(kind, limits[kind.value()], ofKind.getLast());
            }
            missing.put(kind, ofKind);
        });
        int logged = 0;
        try {
            for (final Map.Entry<NameKind, List<String>> ofKind : missing.entrySet()) {
                int id = tables[ofKind.getKey().value()].lastId;
                for (final String name : ofKind.getValue()) {
                    log.appendInBatch(ofKind.getKey(), ++id, name);
                    logged++;
                }
            }
            log.endOfBatch();
        } finally {
            // What stands in the log has its id, also when the log failed after it.
            insert(missing, logged);
        }
    }

    private void insert(final Map<NameKind, List<String>> names, final int count) {
        int left = count;
        for (final Map.Entry<NameKind, List<String>> ofKind : names.entrySet()) {
            final NameKind kind = ofKind.getKey();
            for (final String name : ofKind.getValue()) {
                if (left-- > 0) {
                    insert(kind, tables[kind.value()].lastId + 1, name, checkedBytes(kind, name));
                }
            }
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
    public synchronized void restore(final NameKind kind, final int id, final String name) {
        final byte[] utf8 = checkedBytes(kind, name);
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
