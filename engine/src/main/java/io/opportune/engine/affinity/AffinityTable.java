package io.opportune.engine.affinity;

import io.opportune.engine.files.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What is bought with and after what, as counted up to a moment: for each item and each category its best neighbours.
 * Off-heap, immutable, safe to publish by any means; look-ups neither lock nor allocate. Its memory goes with it.
 */
public final class AffinityTable {
    private final ByteBuffer bytes;
    private final AffinityLevel items;
    private final AffinityLevel categories;

    /** Takes checked bytes over. */
    AffinityTable(final ByteBuffer bytes) {
        this.bytes = bytes;
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        final int neighbours = bytes.getInt(TableLayout.NEIGHBOURS_AT);
        final int itemCount = bytes.getInt(TableLayout.ITEMS_AT);
        items = new AffinityLevel(buffer, TableLayout.HEADER_LENGTH, itemCount, neighbours);
        categories = new AffinityLevel(
            buffer, TableLayout.HEADER_LENGTH + TableLayout.levelLength(itemCount, neighbours),
            bytes.getInt(TableLayout.CATEGORIES_AT), neighbours);
    }

    /** {@return items by their folded ids, see {@link io.opportune.engine.profile.ProfileFlyweight#foldItem}} */
    public AffinityLevel items() {
        return items;
    }

    /** {@return categories by their registry ids} */
    public AffinityLevel categories() {
        return categories;
    }

    /** {@return the version that it was built as} */
    public long version() {
        return bytes.getLong(TableLayout.TABLE_VERSION_AT);
    }

    /** {@return checksum of the content: tables that differ hardly ever have the same} */
    public int checksum() {
        return bytes.getInt(TableLayout.CRC_AT);
    }

    /** {@return what names the table in journals and archives: its version and, in the lower half, its checksum} */
    public long tableId() {
        return version() << Integer.SIZE | checksum() & 0xffff_ffffL;
    }

    /** {@return business time of the last basket in it, ns since 1970} */
    public long lastTimeNs() {
        return bytes.getLong(TableLayout.TIME_AT);
    }

    /** {@return baskets counted} */
    public long baskets() {
        return bytes.getLong(TableLayout.BASKETS_AT);
    }

    /** {@return after how many days an earlier purchase counts half} */
    public int halfLifeDays() {
        return bytes.getInt(TableLayout.HALF_LIFE_AT);
    }

    /** {@return bytes off-heap, and of its file} */
    public int lengthBytes() {
        return bytes.capacity();
    }

    /**
     * Writes the table, whole or not at all.
     *
     * @param file to create or replace.
     * @throws IOException when it cannot be written; the file is what it was.
     */
    public void write(final Path file) throws IOException {
        final byte[] content = new byte[bytes.capacity()];
        bytes.get(0, content);
        DurableFiles.write(file, content);
    }

    /**
     * Reads a table.
     *
     * @param file that {@link #write} wrote.
     * @return the same table.
     * @throws IOException when the file is absent, damaged, of another layout or none of these.
     */
    public static AffinityTable read(final Path file) throws IOException {
        final byte[] content = Files.readAllBytes(file);
        final ByteBuffer bytes = ByteBuffer.allocateDirect(Math.max(content.length, TableLayout.HEADER_LENGTH))
            .order(ByteOrder.LITTLE_ENDIAN).put(0, content);
        if (content.length < TableLayout.HEADER_LENGTH || bytes.getLong(TableLayout.MAGIC_AT) != TableLayout.MAGIC) {
            throw new IOException(file + " holds no affinities");
        }
        final int layout = bytes.getInt(TableLayout.VERSION_AT);
        if (layout != TableLayout.VERSION) {
            throw new IOException(
                file + " has layout " + layout + ", this build reads " + TableLayout.VERSION + ": build it again");
        }
        if (bytes.getInt(TableLayout.CRC_AT) != TableLayout.checksum(bytes)) {
            throw new IOException(file + " is damaged: its checksum is another");
        }
        return new AffinityTable(bytes);
    }
}
