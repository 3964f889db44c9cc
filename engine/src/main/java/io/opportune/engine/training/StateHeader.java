package io.opportune.engine.training;

import io.opportune.engine.journal.JournalReader;
import java.io.BufferedInputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a state of the models begins: what it is and how far it has read.
 *
 * @param number       of its publication.
 * @param timeNs       when that was, nanoseconds since 1970.
 * @param queueIndex   of that publication's record in the queue of models; {@link JournalReader#NO_INDEX} when it is in
 *     none.
 * @param afterBreak   whether this state does not follow from what was published before it.
 * @param pendingBytes room for decisions whose outcome may still come.
 * @param champion     line of the model that decides.
 * @param shadow       line of the one that only learns; empty for none.
 * @param positions    by shard: index of the last record that was learned from.
 * @param marks        by shard: tells that record from another one in its place.
 */
record StateHeader(
    long number, long timeNs, long queueIndex, boolean afterBreak, int pendingBytes, String champion, String shadow,
    Map<Integer, Long> positions, Map<Integer, Long> marks) {
    private static final int MAGIC = 0x4F505452;
    private static final int VERSION = 2;
    private static final int MAX_LINE_BYTES = 4_096;
    private static final int MIN_PENDING_BYTES = 1 << 16;
    private static final int MAX_SHARDS = 1 << 16;

    void write(final DataOutput out) throws IOException {
        out.writeInt(MAGIC);
        out.writeInt(VERSION);
        out.writeLong(number);
        out.writeLong(timeNs);
        out.writeLong(queueIndex);
        out.writeBoolean(afterBreak);
        out.writeInt(pendingBytes);
        out.writeUTF(champion);
        out.writeUTF(shadow);
        out.writeInt(positions.size());
        for (final Map.Entry<Integer, Long> each : positions.entrySet()) {
            out.writeInt(each.getKey());
            out.writeLong(each.getValue());
            out.writeLong(marks.get(each.getKey()));
        }
    }

    /** Refuses what is no state, or of another layout; what follows in the file is not looked at. */
    static StateHeader read(final DataInput in) throws IOException {
        if (in.readInt() != MAGIC) {
            throw new IOException("these are no models");
        }
        final int version = in.readInt();
        if (version != VERSION) {
            throw new IOException("models of layout " + version + ", this reads " + VERSION);
        }
        final long number = in.readLong();
        final long timeNs = in.readLong();
        final long queueIndex = in.readLong();
        final boolean afterBreak = in.readBoolean();
        final int pendingBytes = in.readInt();
        if (pendingBytes < MIN_PENDING_BYTES) {
            throw new IOException("room for pending examples of " + pendingBytes + " bytes");
        }
        final String champion = in.readUTF();
        final String shadow = in.readUTF();
        if (champion.length() + shadow.length() > 2 * MAX_LINE_BYTES) {
            throw new IOException("lines of models of " + champion.length() + " and " + shadow.length());
        }
        final int shards = in.readInt();
        if (shards < 0 || shards > MAX_SHARDS) {
            throw new IOException("positions in " + shards + " queues");
        }
        final Map<Integer, Long> positions = new TreeMap<>();
        final Map<Integer, Long> marks = new TreeMap<>();
        for (int i = 0; i < shards; i++) {
            final int shard = in.readInt();
            positions.put(shard, in.readLong());
            marks.put(shard, in.readLong());
        }
        return new StateHeader(
            number, timeNs, queueIndex, afterBreak, pendingBytes, champion, shadow, positions, marks);
    }

    /** Of a file; null when it cannot be read. */
    static StateHeader of(final Path file) {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            return read(in);
        } catch (final IOException e) {
            return null;
        }
    }
}
