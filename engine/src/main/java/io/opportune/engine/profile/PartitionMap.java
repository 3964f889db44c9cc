package io.opportune.engine.profile;

import java.io.IOException;
import java.nio.file.Path;
import net.openhft.chronicle.bytes.BytesStore;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One partition's Chronicle Map: a single segment of fixed size with entries of constant length, so that capacity is
 * exact and records never move. Touched only by the shard that owns the partition. Beside the map it keeps the address
 * of every record, in slots that copies walk in small chunks; a slot never moves to another record while that lives.
 */
final class PartitionMap {
    /** Profiles in one chunk of a copy: 45 KiB, tens of microseconds to copy from cold memory. */
    static final int CHUNK_PROFILES = 64;

    private final ChronicleMap<MapKey, MapValue> map;
    private final MapKey key = new MapKey();
    private final MapValue value = new MapValue();
    private final UnsafeBuffer entry = new UnsafeBuffer(0, 0);
    private final long[] addresses;
    private int slots;
    private int profiles;

    private PartitionMap(final ChronicleMap<MapKey, MapValue> map, final int capacity) {
        this.map = map;
        addresses = new long[capacity];
    }

    /** Creates the file, which must not exist. */
    static PartitionMap open(final Path file, final int capacity) throws IOException {
        final MapValue sample = new MapValue();
        final BytesStore<?, ?> sampleBytes = BytesStore.nativeStore(ProfileLayout.LENGTH);
        sample.bytesStore(sampleBytes, 0, ProfileLayout.LENGTH);
        return new PartitionMap(
            ChronicleMapBuilder.of(MapKey.class, MapValue.class)
                .constantKeySizeBySample(new MapKey())
                .constantValueSizeBySample(sample)
                .entries(capacity)
                .actualSegments(1)
                .entriesPerSegment(capacity)
                .maxBloatFactor(1.0)
                .checksumEntries(false)
                .putReturnsNull(true)
                .removeReturnsNull(true)
                .skipCloseOnExitHook(true)
                .createPersistedTo(file.toFile()),
            capacity);
    }

    boolean find(final long high, final long low, final ProfileFlyweight into) {
        if (map.getUsing(key.set(high, low), value) == null) {
            return false;
        }
        into.wrap(value.address());
        return true;
    }

    boolean findOrCreate(final long high, final long low, final ProfileFlyweight into) {
        if (find(high, low, into)) {
            return true;
        }
        if (profiles == addresses.length) {
            return false;
        }
        map.acquireUsing(key, value);
        final long address = value.address();
        wrapEntry(address);
        if (entry.getLong(0) != high || entry.getLong(Long.BYTES) != low) {
            throw new IllegalStateException("Chronicle Map no longer keeps a key right before its value");
        }
        into.wrap(address);
        into.bytes().setMemory(0, ProfileLayout.LENGTH, (byte) 0);
        into.bytes().putShort(ProfileLayout.LAYOUT_VERSION, (short) ProfileLayout.VERSION);
        addresses[freeSlot()] = address;
        profiles++;
        return true;
    }

    private int freeSlot() {
        if (profiles == slots) {
            return slots++;
        }
        int slot = 0;
        while (addresses[slot] != 0) {
            slot++;
        }
        return slot;
    }

    boolean remove(final long high, final long low) {
        if (map.getUsing(key.set(high, low), value) == null) {
            return false;
        }
        final long address = value.address();
        wrapEntry(address);
        entry.setMemory(MapKey.LENGTH, ProfileLayout.LENGTH, (byte) 0);
        map.remove(key);
        int slot = 0;
        while (addresses[slot] != address) {
            slot++;
        }
        addresses[slot] = 0;
        profiles--;
        return true;
    }

    int chunkCount() {
        return (slots + CHUNK_PROFILES - 1) / CHUNK_PROFILES;
    }

    int copyChunk(final int chunk, final ProfileSink sink) {
        final int first = chunk * CHUNK_PROFILES;
        final int end = Math.min(first + CHUNK_PROFILES, slots);
        int copied = 0;
        for (int slot = first; slot < end; slot++) {
            final long address = addresses[slot];
            if (address != 0) {
                wrapEntry(address);
                sink.onProfile(
                    entry.getLong(0), entry.getLong(Long.BYTES), entry, MapKey.LENGTH, ProfileLayout.LENGTH);
                copied++;
            }
        }
        return copied;
    }

    private void wrapEntry(final long address) {
        entry.wrap(address - MapKey.LENGTH, MapKey.LENGTH + ProfileLayout.LENGTH);
    }

    /** Number of profiles; may be read from other threads, which then see a value that was true a moment ago. */
    int size() {
        return profiles;
    }

    void close() {
        map.close();
    }
}
