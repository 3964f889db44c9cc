package io.opportune.engine.bidding;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.agrona.DirectBuffer;

/** Numbers of names, looked up by bytes. Immutable, any thread; looking up allocates nothing. */
final class NameTable {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;
    private static final int MIX_SHIFT = 32;

    private final byte[][] names;
    private final int[] numbers;
    private final int mask;

    NameTable(final Map<String, Integer> byName) {
        final int slots = Integer.highestOneBit(Math.max(4, byName.size() * 2)) << 1;
        names = new byte[slots][];
        numbers = new int[slots];
        mask = slots - 1;
        for (final Map.Entry<String, Integer> entry : byName.entrySet()) {
            final byte[] name = entry.getKey().getBytes(StandardCharsets.UTF_8);
            long hash = FNV_OFFSET;
            for (final byte b : name) {
                hash = (hash ^ b & 0xFF) * FNV_PRIME;
            }
            int slot = slot(hash);
            while (names[slot] != null) {
                slot = slot + 1 & mask;
            }
            names[slot] = name;
            numbers[slot] = entry.getValue();
        }
    }

    private int slot(final long hash) {
        return (int) (hash ^ hash >>> MIX_SHIFT) & mask;
    }

    /** The number of a name, or 0. */
    int find(final DirectBuffer text, final int offset, final int lengthBytes) {
        long hash = FNV_OFFSET;
        for (int i = 0; i < lengthBytes; i++) {
            hash = (hash ^ text.getByte(offset + i) & 0xFF) * FNV_PRIME;
        }
        for (int slot = slot(hash); names[slot] != null; slot = slot + 1 & mask) {
            if (equal(names[slot], text, offset, lengthBytes)) {
                return numbers[slot];
            }
        }
        return 0;
    }

    static boolean equal(final byte[] name, final DirectBuffer text, final int offset, final int lengthBytes) {
        if (name.length != lengthBytes) {
            return false;
        }
        for (int i = 0; i < lengthBytes; i++) {
            if (name[i] != text.getByte(offset + i)) {
                return false;
            }
        }
        return true;
    }
}
