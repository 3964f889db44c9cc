package io.opportune.engine.affinity;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Where things stand in a table, in memory and in its file alike. Little endian.
 *
 * <pre>
 *    0  magic OPAFFINE (8)                        8  layout version (4)      12 CRC-32C of all behind it (4)
 *   16  version of the table (8)                 24  business time of the last basket, ns (8)
 *   32  baskets (8)                              40  neighbours of an entry (4)   44  half-life in days (4)
 *   48  items (4)                                52  categories (4)               56  reserved (8)
 *   64  items: hash table, entries; categories: hash table, entries
 *
 *   hash table: power of two of at least twice the entries, each  id (4)  index + 1, 0 for none (4)
 *   entry, in order of popularity:
 *    0  id, folded (4)     4  index of its category or -1 (4)   8  share of all purchases f32   12  back-off f32
 *   16  neighbours, best first, each  index or -1 (4)  share of what follows f32
 * </pre>
 */
final class TableLayout {
    static final long MAGIC = 0x454e_4946_4641_504fL;
    static final int VERSION = 1;
    static final int HEADER_LENGTH = 64;
    static final int MAGIC_AT = 0;
    static final int VERSION_AT = 8;
    static final int CRC_AT = 12;
    static final int TABLE_VERSION_AT = 16;
    static final int TIME_AT = 24;
    static final int BASKETS_AT = 32;
    static final int NEIGHBOURS_AT = 40;
    static final int HALF_LIFE_AT = 44;
    static final int ITEMS_AT = 48;
    static final int CATEGORIES_AT = 52;

    static final int HASH_ENTRY_LENGTH = 8;
    static final int ID_OFFSET = 0;
    static final int CATEGORY_OFFSET = 4;
    static final int SHARE_OFFSET = 8;
    static final int BACK_OFF_OFFSET = 12;
    static final int NEIGHBOURS_OFFSET = 16;
    static final int NEIGHBOUR_LENGTH = 8;

    private static final int LEAST_CAPACITY = 8;
    private static final int GOLDEN = 0x9e37_79b9;

    private TableLayout() {
    }

    static int stride(final int neighbours) {
        return NEIGHBOURS_OFFSET + neighbours * NEIGHBOUR_LENGTH;
    }

    static int hashCapacity(final int entries) {
        return Math.max(LEAST_CAPACITY, Integer.highestOneBit(Math.max(1, entries)) * 4);
    }

    static int hash(final int id) {
        final int mixed = id * GOLDEN;
        return mixed ^ mixed >>> 15;
    }

    /** Bytes of a level; an ArithmeticException where a table would be larger than 2 GiB. */
    static int levelLength(final int entries, final int neighbours) {
        return Math.addExact(hashCapacity(entries) * HASH_ENTRY_LENGTH,
            Math.multiplyExact(entries, stride(neighbours)));
    }

    static int length(final int items, final int categories, final int neighbours) {
        return Math.addExact(HEADER_LENGTH,
            Math.addExact(levelLength(items, neighbours), levelLength(categories, neighbours)));
    }

    static int checksum(final ByteBuffer table) {
        final CRC32C crc = new CRC32C();
        crc.update(table.duplicate().position(TABLE_VERSION_AT).limit(table.capacity()));
        return (int) crc.getValue();
    }
}
