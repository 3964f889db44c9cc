package io.opportune.engine.learning;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * The form of a snapshot, big endian:
 * <pre>
 * magic "OPMODEL\0" u64, layout version u32, spec hash u64, epoch u64
 * number of features with a slot u32, each: key u32, slot u8; uses of each slot of a row u64
 * number of known offers u32, each: its rows 4 x u32
 * for each head in its order: figures, blocks that wander u32, whose turn u32, each: block u32, last turn u64, number
 * of blocks u32, each: block number u32, 64 x 2 floats
 * CRC-32C of all before it, u32
 * </pre>
 * Only blocks that learned something are written. Stateless.
 */
final class ModelSnapshot {
    private static final long MAGIC = 0x4f50_4d4f_4445_4c00L;
    private static final int LAYOUT_VERSION = 2;

    private ModelSnapshot() {
    }

    static void write(final OutputStream out, final ModelSpec spec, final long epoch, final FeatureSlots features,
        final OfferRows offers, final HeadModel[] heads) throws IOException {
        final CheckedOutputStream checked = new CheckedOutputStream(out, new CRC32C());
        final DataOutputStream data = new DataOutputStream(new BufferedOutputStream(checked, 1 << 16));
        data.writeLong(MAGIC);
        data.writeInt(LAYOUT_VERSION);
        data.writeLong(spec.hash());
        data.writeLong(epoch);
        features.write(data);
        offers.write(data);
        for (final HeadModel head : heads) {
            if (head != null) {
                head.write(data);
            }
        }
        data.flush();
        data.writeInt((int) checked.getChecksum().getValue());
        data.flush();
    }

    /** Reads all, and nothing behind it; what heads hold afterwards is of use only when this returns. */
    static long read(final InputStream in, final ModelSpec spec, final FeatureSlots features, final OfferRows offers,
        final HeadModel[] heads) throws IOException {
        // Not buffered here: that would read beyond the snapshot.
        final CheckedInputStream checked = new CheckedInputStream(in, new CRC32C());
        final DataInputStream data = new DataInputStream(checked);
        try {
            if (data.readLong() != MAGIC) {
                throw new IOException("no snapshot of a model");
            }
            final int layout = data.readInt();
            if (layout != LAYOUT_VERSION) {
                throw new IOException("a model's snapshot of layout " + layout + ", readable is " + LAYOUT_VERSION);
            }
            final long hash = data.readLong();
            if (hash != spec.hash()) {
                throw new IOException("a snapshot of another model: its spec has hash " + Long.toHexString(hash)
                    + ", " + spec.name() + " version " + spec.version() + " has " + Long.toHexString(spec.hash()));
            }
            final long epoch = data.readLong();
            features.read(data);
            offers.read(data);
            for (final HeadModel head : heads) {
                if (head != null) {
                    head.read(data, offers);
                }
            }
            final int expected = (int) checked.getChecksum().getValue();
            if (data.readInt() != expected) {
                throw new IOException("a model's snapshot is damaged: its checksum is another");
            }
            return epoch;
        } catch (final EOFException e) {
            throw new IOException("a model's snapshot is cut off", e);
        }
    }
}
