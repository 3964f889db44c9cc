package io.opportune.engine.profile;

import net.openhft.chronicle.bytes.Byteable;
import net.openhft.chronicle.bytes.BytesStore;

/** Points at a profile record inside its Chronicle Map instead of copying it. Owned by the partition's shard. */
final class MapValue implements Byteable {
    private BytesStore<?, ?> bytes;
    private long offset;
    private long address;

    /** Chronicle Map makes instances of its own for serialisation. */
    MapValue() {
        // Points nowhere.
    }

    /** Address of the record in memory; it stays valid until the entry is removed or the map is closed. */
    @Override
    public long address() {
        return address;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public void bytesStore(final BytesStore newBytes, final long newOffset, final long length) {
        bytes = newBytes;
        offset = newOffset;
        address = newBytes.addressForRead(newOffset);
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
        return ProfileLayout.LENGTH;
    }
}
