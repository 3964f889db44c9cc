package io.opportune.engine.profile;

import net.openhft.chronicle.bytes.Byteable;
import net.openhft.chronicle.bytes.BytesStore;

/** A 16-byte key of a Chronicle Map, upper half first. One per thread; its memory is off-heap and its own. */
final class MapKey implements Byteable {
    static final int LENGTH = 16;

    private BytesStore<?, ?> bytes = BytesStore.nativeStore(LENGTH);
    private long offset;

    /** Chronicle Map makes instances of its own for serialisation. */
    MapKey() {
        // The key is (0,0).
    }

    MapKey set(final long high, final long low) {
        bytes.writeLong(offset, high);
        bytes.writeLong(offset + Long.BYTES, low);
        return this;
    }

    long high() {
        return bytes.readLong(offset);
    }

    long low() {
        return bytes.readLong(offset + Long.BYTES);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public void bytesStore(final BytesStore newBytes, final long newOffset, final long length) {
        bytes = newBytes;
        offset = newOffset;
    }

    @Override
    public BytesStore<?, ?> bytesStore() {
        return bytes;
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public long maxSize() {
        return LENGTH;
    }
}
