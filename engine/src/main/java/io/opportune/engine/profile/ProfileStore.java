package io.opportune.engine.profile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The profiles of all customers, one Chronicle Map per partition, read in place. A partition is touched only by the
 * shard that owns it; open, close and the sizes belong to the composition root. It is a cache of the journal: it
 * starts empty, and whoever owns the journal and its snapshots fills it.
 */
public final class ProfileStore implements AutoCloseable {
    /** Profiles that {@link #copyChunk} copies at most in one call. */
    public static final int CHUNK_PROFILES = PartitionMap.CHUNK_PROFILES;

    private static final String FORMAT = "1";
    /** What Chronicle Map adds to a key and a value, rounded up: hash slot, free list, header of each map. */
    private static final int ENTRY_OVERHEAD_BYTES = 16;

    private final StoreDirectory directory;
    private final ProfileStoreSettings settings;
    private final PartitionMap[] partitions;
    private boolean closed;

    private ProfileStore(
        final StoreDirectory directory,
        final ProfileStoreSettings settings,
        final PartitionMap[] partitions) {
        this.directory = directory;
        this.settings = settings;
        this.partitions = partitions;
    }

    /**
     * Opens a store with its maps beside the header.
     *
     * @param dir      of the store; it is created when missing.
     * @param settings of the store.
     * @return the open store, empty.
     * @throws StoreRefusedException see the other method.
     * @throws UncheckedIOException  when the file system fails.
     */
    public static ProfileStore open(final Path dir, final ProfileStoreSettings settings) {
        return open(dir, dir, settings);
    }

    /**
     * Opens a store. Maps of an earlier process are deleted.
     *
     * @param dir      of the header, on a disk; it is created when missing.
     * @param mapDir   of the maps, on a disk or in memory; it is created when missing.
     * @param settings of the store.
     * @return the open store, empty.
     * @throws StoreRefusedException when the directory belongs to another key, tenant, partition count or newer layout,
     *                               is open elsewhere, or the disk is too small.
     * @throws UncheckedIOException  when the file system fails.
     */
    public static ProfileStore open(final Path dir, final Path mapDir, final ProfileStoreSettings settings) {
        try {
            final StoreDirectory directory = StoreDirectory.lock(dir, mapDir);
            try {
                return open(dir, directory, settings);
            } catch (final IOException | RuntimeException failed) {
                directory.close();
                throw failed;
            }
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static ProfileStore open(
        final Path dir, final StoreDirectory directory, final ProfileStoreSettings settings) throws IOException {
        final Map<String, String> found = directory.readHeader();
        directory.require(found, "format", FORMAT);
        directory.require(found, "key", settings.keyId());
        directory.require(found, "partitions", Integer.toString(settings.partitions()));
        directory.require(found, "tenant", Integer.toString(settings.tenant()));
        final int layout = Integer.parseInt(found.getOrDefault("layout", "0"));
        if (layout > ProfileLayout.VERSION) {
            throw new StoreRefusedException(
                dir + ": profiles have layout " + layout + ", this server knows up to " + ProfileLayout.VERSION);
        }
        final int slots = settings.slotsPerPartition();
        directory.deleteMaps();
        directory.requireSpace(plannedBytes(settings));
        directory.writeHeader(header(settings));
        final PartitionMap[] maps = openMaps(directory, settings.partitions(), slots);
        directory.reserveMaps();
        return new ProfileStore(directory, settings, maps);
    }

    private static Map<String, String> header(final ProfileStoreSettings settings) {
        final Map<String, String> header = new LinkedHashMap<>();
        header.put("format", FORMAT);
        header.put("layout", Integer.toString(ProfileLayout.VERSION));
        header.put("key", settings.keyId());
        header.put("tenant", Integer.toString(settings.tenant()));
        header.put("partitions", Integer.toString(settings.partitions()));
        header.put("slots", Integer.toString(settings.slotsPerPartition()));
        return header;
    }

    private static long plannedBytes(final ProfileStoreSettings settings) {
        return (long) settings.partitions() * settings.slotsPerPartition()
            * (MapKey.LENGTH + ProfileLayout.LENGTH + ENTRY_OVERHEAD_BYTES);
    }

    /** The first map is opened alone, since Chronicle Map then generates its classes; the others in parallel. */
    private static PartitionMap[] openMaps(final StoreDirectory directory, final int count, final int slots) {
        final PartitionMap[] maps = new PartitionMap[count];
        try {
            maps[0] = PartitionMap.open(directory.file(name(0)), slots);
            IntStream.range(1, count).parallel().forEach(partition -> {
                try {
                    maps[partition] = PartitionMap.open(directory.file(name(partition)), slots);
                } catch (final IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            });
        } catch (final IOException | RuntimeException failed) {
            for (final PartitionMap map : maps) {
                if (map != null) {
                    map.close();
                }
            }
            throw new StoreRefusedException("a profile map cannot be opened: " + failed.getMessage(), failed);
        }
        return maps;
    }

    private static String name(final int partition) {
        return String.format("partition-%05d", partition);
    }

    /**
     * Looks a profile up and points a flyweight at it. Owning shard only; allocates nothing once the calling thread has
     * used the partition before, see {@link #warmUp(int)}.
     *
     * @param partition of the root key.
     * @param rootHigh  upper half of the root key.
     * @param rootLow   lower half of the root key.
     * @param into      is wrapped around the record; valid until the record is removed or the store closed.
     * @return false when there is none; the flyweight is then unchanged.
     */
    public boolean find(
        final int partition, final long rootHigh, final long rootLow, final ProfileFlyweight into) {
        return partitions[partition].find(rootHigh, rootLow, into);
    }

    /**
     * Looks a profile up or creates it, empty but for its layout version.
     *
     * @param partition of the root key.
     * @param rootHigh  upper half of the root key.
     * @param rootLow   lower half of the root key.
     * @param into      is wrapped around the record.
     * @return false when there is none and the partition is full; the flyweight is then unchanged.
     */
    public boolean findOrCreate(
        final int partition, final long rootHigh, final long rootLow, final ProfileFlyweight into) {
        return partitions[partition].findOrCreate(rootHigh, rootLow, into);
    }

    /**
     * Whether a partition can take another profile. Owning shard only.
     *
     * @param partition 0 or more.
     * @return false when {@link #findOrCreate} would refuse a new one.
     */
    public boolean hasRoom(final int partition) {
        return partitions[partition].size() < settings.slotsPerPartition();
    }

    /**
     * Removes a profile and overwrites its bytes. Flyweights that point at it must not be used any more.
     *
     * @param partition of the root key.
     * @param rootHigh  upper half of the root key.
     * @param rootLow   lower half of the root key.
     * @return false when there is none.
     */
    public boolean remove(final int partition, final long rootHigh, final long rootLow) {
        return partitions[partition].remove(rootHigh, rootLow);
    }

    /**
     * Lets the calling thread make what Chronicle Map keeps per thread and map, so that look-ups allocate nothing.
     *
     * @param partition that the thread is going to own.
     */
    public void warmUp(final int partition) {
        partitions[partition].find(0, 0, new ProfileFlyweight());
    }

    /**
     * How many chunks a copy of a partition has now. A profile created during a copy may be missing from it; its
     * journal records are later than the copy's start, so replaying from there brings it back.
     *
     * @param partition 0 or more.
     * @return 0 or more.
     */
    public int chunkCount(final int partition) {
        return partitions[partition].chunkCount();
    }

    /**
     * Hands the profiles of one chunk to a sink, between two decisions of the owning shard.
     *
     * @param partition 0 or more.
     * @param chunk     0 or more; beyond the last one nothing is copied.
     * @param sink      takes the records.
     * @return how many were copied, at most {@link #CHUNK_PROFILES}.
     */
    public int copyChunk(final int partition, final int chunk, final ProfileSink sink) {
        return partitions[partition].copyChunk(chunk, sink);
    }

    /**
     * Number of partitions.
     *
     * @return as in the settings.
     */
    public int partitions() {
        return partitions.length;
    }

    /**
     * Profiles in a partition. Any thread; elsewhere than on the owning shard the figure may be a moment old.
     *
     * @param partition 0 or more.
     * @return 0..{@link ProfileStoreSettings#slotsPerPartition()}.
     */
    public int size(final int partition) {
        return partitions[partition].size();
    }

    /**
     * Profiles in all partitions. Any thread; the figure may be a moment old.
     *
     * @return 0 or more.
     */
    public long size() {
        long sum = 0;
        for (final PartitionMap partition : partitions) {
            sum += partition.size();
        }
        return sum;
    }

    /**
     * Profiles that the store is planned for. Single partitions may take a few per cent more than their share.
     *
     * @return as in the settings.
     */
    public long capacity() {
        return settings.maxProfiles();
    }

    /**
     * Size of the map files, which is also the most memory they can take.
     *
     * @return bytes.
     */
    public long fileBytes() {
        return directory.mapBytes();
    }

    /** Closes the maps. No shard may use the store any more. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (final PartitionMap partition : partitions) {
            partition.close();
        }
        try {
            directory.close();
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
