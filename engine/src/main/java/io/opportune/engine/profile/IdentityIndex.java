package io.opportune.engine.profile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import net.openhft.chronicle.hash.serialization.SizeMarshaller;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;

/**
 * Says which root key an id belongs to: the person's or the household's. Ids that were never linked are not kept; they
 * are their own root. Every id maps straight to its root, so a look-up follows no chain; the members of a cluster form
 * a circular list for changes. Any thread looks up, each with its own {@link RootLookup}; changes are serialised here,
 * and a reader sees each id before or after a change, never half of it. Like the profile store it is a cache of the
 * journal.
 */
public final class IdentityIndex implements AutoCloseable {
    /** Most ids in one cluster; it bounds the work of a change. */
    public static final int MAX_CLUSTER_SIZE = 64;
    /** Most ids an index can be planned for. */
    public static final long MAX_IDENTITIES = 1_000_000_000;

    private static final String FORMAT = "1";
    private static final int ENTRY_OVERHEAD_BYTES = 24;

    private final StoreDirectory directory;
    private final ChronicleMap<MapKey, IdentityEntry> map;
    private final long maxIdentities;
    private final Object changes = new Object();
    private final MapKey key = new MapKey();
    /** Points into the map during {@link #forEach}. */
    private final MapKey walked = new MapKey();
    private final IdentityEntry member = new IdentityEntry();
    private final IdentityEntry root = new IdentityEntry();
    private final long[] clusterHigh = new long[MAX_CLUSTER_SIZE];
    private final long[] clusterLow = new long[MAX_CLUSTER_SIZE];
    private boolean closed;

    private IdentityIndex(
        final StoreDirectory directory,
        final ChronicleMap<MapKey, IdentityEntry> map,
        final long maxIdentities) {
        this.directory = directory;
        this.map = map;
        this.maxIdentities = maxIdentities;
    }

    /**
     * Opens an index with its map beside the header.
     *
     * @param dir           of the index; it is created when missing.
     * @param maxIdentities linked ids and roots of linked ids it is planned for, 1..{@link #MAX_IDENTITIES}.
     * @param keyId         id of the pseudonym key.
     * @return the open index, empty.
     * @throws StoreRefusedException see the other method.
     * @throws UncheckedIOException  when the file system fails.
     */
    public static IdentityIndex open(final Path dir, final long maxIdentities, final String keyId) {
        return open(dir, dir, maxIdentities, keyId);
    }

    /**
     * Opens an index. The map of an earlier process is deleted.
     *
     * @param dir           of the header, on a disk; it is created when missing.
     * @param mapDir        of the map, on a disk or in memory; it is created when missing.
     * @param maxIdentities linked ids and roots of linked ids it is planned for, 1..{@link #MAX_IDENTITIES}.
     * @param keyId         id of the pseudonym key.
     * @return the open index, empty.
     * @throws StoreRefusedException when it belongs to another key, is open elsewhere or the disk is too small.
     * @throws UncheckedIOException  when the file system fails.
     */
    public static IdentityIndex open(
        final Path dir, final Path mapDir, final long maxIdentities, final String keyId) {
        if (maxIdentities < 1 || maxIdentities > MAX_IDENTITIES) {
            throw new IllegalArgumentException("maxIdentities must be 1.." + MAX_IDENTITIES + ", not " + maxIdentities);
        }
        try {
            final StoreDirectory directory = StoreDirectory.lock(dir, mapDir);
            try {
                return open(directory, maxIdentities, keyId);
            } catch (final IOException | RuntimeException failed) {
                directory.close();
                throw failed;
            }
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static IdentityIndex open(
        final StoreDirectory directory, final long maxIdentities, final String keyId) throws IOException {
        final Map<String, String> found = directory.readHeader();
        directory.require(found, "format", FORMAT);
        directory.require(found, "key", keyId);
        directory.deleteMaps();
        directory.requireSpace(maxIdentities * (MapKey.LENGTH + IdentityEntry.LENGTH + ENTRY_OVERHEAD_BYTES));
        final Map<String, String> header = new LinkedHashMap<>();
        header.put("format", FORMAT);
        header.put("key", keyId);
        header.put("identities", Long.toString(maxIdentities));
        directory.writeHeader(header);
        final ChronicleMap<MapKey, IdentityEntry> map = openMap(directory.file("identities"), maxIdentities);
        directory.reserveMaps();
        return new IdentityIndex(directory, map, maxIdentities);
    }

    /** One spare tier beyond the plan: segments fill unevenly, but the index stops at the planned number. */
    private static ChronicleMap<MapKey, IdentityEntry> openMap(final Path file, final long maxIdentities)
        throws IOException {
        return ChronicleMapBuilder.of(MapKey.class, IdentityEntry.class)
            .name("identities")
            .constantKeySizeBySample(new MapKey())
            .valueMarshallers(IdentityEntry.Marshaller.INSTANCE, IdentityEntry.Marshaller.INSTANCE)
            .valueSizeMarshaller(SizeMarshaller.constant(IdentityEntry.LENGTH))
            .entries(maxIdentities)
            .maxBloatFactor(2.0)
            .checksumEntries(false)
            .putReturnsNull(true)
            .removeReturnsNull(true)
            .skipCloseOnExitHook(true)
            .createPersistedTo(file.toFile());
    }

    /**
     * Looks up the root of an id. Any thread; allocates nothing once the thread has looked something up.
     *
     * @param idHigh upper half of the id's pseudonym.
     * @param idLow  lower half of the id's pseudonym.
     * @param into   gets the root; the id itself when it was never linked.
     * @return true when the id is in the index.
     */
    public boolean rootOf(final long idHigh, final long idLow, final RootLookup into) {
        if (map.getUsing(into.key.set(idHigh, idLow), into.entry) == null) {
            into.result(idHigh, idLow, 0);
            return false;
        }
        into.result(into.entry.rootHigh, into.entry.rootLow, into.entry.person);
        return true;
    }

    /**
     * Lets an id that is alone join a cluster.
     *
     * @param memberHigh upper half of the id's pseudonym.
     * @param memberLow  lower half of the id's pseudonym.
     * @param rootHigh   upper half of the cluster's root key; a root of its own when it was never linked.
     * @param rootLow    lower half of the cluster's root key.
     * @return what became of it; {@link LinkOutcome#OTHER_ROOT} when the id or the root has another root.
     */
    public LinkOutcome link(
        final long memberHigh, final long memberLow, final long rootHigh, final long rootLow) {
        synchronized (changes) {
            read(memberHigh, memberLow, member);
            if (member.rootHigh == rootHigh && member.rootLow == rootLow) {
                return LinkOutcome.UNCHANGED;
            }
            if (member.rootHigh != memberHigh || member.rootLow != memberLow) {
                return LinkOutcome.OTHER_ROOT;
            }
            return absorbLocked(memberHigh, memberLow, rootHigh, rootLow, 0);
        }
    }

    /**
     * Lets all members of one cluster join another.
     *
     * @param sourceHigh upper half of the root key that goes.
     * @param sourceLow  lower half of the root key that goes.
     * @param targetHigh upper half of the root key that stays.
     * @param targetLow  lower half of the root key that stays.
     * @param personTag  who of the target's household the members are, 1..65534; 0 when they are no person of one, or
     *                   are a household whose persons keep their tags.
     * @return what became of it; {@link LinkOutcome#OTHER_ROOT} when the target is itself no root, or when the source
     *     is none and belongs to a third one.
     */
    public LinkOutcome absorb(
        final long sourceHigh, final long sourceLow, final long targetHigh, final long targetLow,
        final int personTag) {
        synchronized (changes) {
            return absorbLocked(sourceHigh, sourceLow, targetHigh, targetLow, personTag);
        }
    }

    private LinkOutcome absorbLocked(
        final long sourceHigh, final long sourceLow, final long targetHigh, final long targetLow,
        final int personTag) {
        final int targetMembers = collect(targetHigh, targetLow, 0);
        final int members = collect(sourceHigh, sourceLow, targetMembers);
        if (sourceHigh == targetHigh && sourceLow == targetLow) {
            return LinkOutcome.UNCHANGED;
        }
        if (members == targetMembers) {
            read(sourceHigh, sourceLow, member);
            return member.rootHigh == targetHigh && member.rootLow == targetLow
                ? LinkOutcome.UNCHANGED : LinkOutcome.OTHER_ROOT;
        }
        if (targetMembers == 0) {
            return LinkOutcome.OTHER_ROOT;
        }
        if (members > MAX_CLUSTER_SIZE) {
            return LinkOutcome.CLUSTER_FULL;
        }
        if (missing(members) > room()) {
            return LinkOutcome.INDEX_FULL;
        }
        dropHead(sourceHigh, sourceLow);
        for (int i = targetMembers; i < members && personTag != 0; i++) {
            read(clusterHigh[i], clusterLow[i], member);
            member.person = personTag;
            write(clusterHigh[i], clusterLow[i], member);
        }
        writeCluster(members, targetHigh, targetLow);
        leave(sourceHigh, sourceLow, targetHigh, targetLow);
        return LinkOutcome.DONE;
    }

    private long room() {
        return maxIdentities - map.longSize();
    }

    /** How many entries writing the collected cluster would add. */
    private int missing(final int members) {
        int missing = 0;
        for (int i = 0; i < members; i++) {
            missing += map.containsKey(key.set(clusterHigh[i], clusterLow[i])) ? 0 : 1;
        }
        return missing;
    }

    /**
     * Lets an id leave its cluster for a root of its own.
     *
     * @param memberHigh upper half of the id's pseudonym.
     * @param memberLow  lower half of the id's pseudonym.
     * @param freshHigh  upper half of the new root key, under which nothing is yet.
     * @param freshLow   lower half of the new root key.
     * @return what became of it.
     */
    public LinkOutcome unlink(
        final long memberHigh, final long memberLow, final long freshHigh, final long freshLow) {
        synchronized (changes) {
            read(memberHigh, memberLow, member);
            if (member.rootHigh == freshHigh && member.rootLow == freshLow) {
                return LinkOutcome.UNCHANGED;
            }
            if (room() < 2) {
                return LinkOutcome.INDEX_FULL;
            }
            final long oldHigh = member.rootHigh;
            final long oldLow = member.rootLow;
            final int members = collect(oldHigh, oldLow, 0);
            int rest = 0;
            for (int i = 0; i < members; i++) {
                if (clusterHigh[i] != memberHigh || clusterLow[i] != memberLow) {
                    clusterHigh[rest] = clusterHigh[i];
                    clusterLow[rest++] = clusterLow[i];
                }
            }
            dropHead(oldHigh, oldLow);
            writeCluster(rest, oldHigh, oldLow);
            clusterHigh[0] = memberHigh;
            clusterLow[0] = memberLow;
            read(memberHigh, memberLow, member);
            member.person = 0;
            write(memberHigh, memberLow, member);
            writeCluster(1, freshHigh, freshLow);
            return LinkOutcome.DONE;
        }
    }

    /**
     * Forgets a root and every id that belongs to it, for an erased customer. Only an id that bears the name of another
     * root stays, as the sole kind of member: forgotten, it would be taken for one of that root's.
     *
     * @param rootHigh upper half of the root key.
     * @param rootLow  lower half of the root key.
     * @return how many ids were forgotten; 0 when the root was never linked.
     */
    public int forget(final long rootHigh, final long rootLow) {
        synchronized (changes) {
            if (map.getUsing(key.set(rootHigh, rootLow), root) == null) {
                return 0;
            }
            final int members = collect(rootHigh, rootLow, 0);
            dropHead(rootHigh, rootLow);
            int kept = 0;
            for (int i = 0; i < members; i++) {
                read(clusterHigh[i], clusterLow[i], member);
                if (member.isHead()) {
                    // Its name is the root of others, among whom it must not fall back: it stays with this root.
                    clusterHigh[kept] = clusterHigh[i];
                    clusterLow[kept++] = clusterLow[i];
                } else {
                    map.remove(key.set(clusterHigh[i], clusterLow[i]));
                }
            }
            writeCluster(kept, rootHigh, rootLow);
            read(rootHigh, rootLow, root);
            if (!root.isListed() && !root.isHead()) {
                // Otherwise the id whose name the root bears has left for another root and stays there.
                map.remove(key.set(rootHigh, rootLow));
            }
            return members;
        }
    }

    /**
     * Hands out the members of a cluster; a root that was never linked is its own only member.
     *
     * @param rootHigh upper half of the root key.
     * @param rootLow  lower half of the root key.
     * @param sink     takes the members; it must not change the index.
     * @return how many; 0 when the key is no root.
     */
    public int forEachMember(final long rootHigh, final long rootLow, final IdentitySink sink) {
        synchronized (changes) {
            final int members = collect(rootHigh, rootLow, 0);
            for (int i = 0; i < members; i++) {
                sink.onIdentity(clusterHigh[i], clusterLow[i], rootHigh, rootLow);
            }
            return members;
        }
    }

    /**
     * Hands out every linked id with its root, for a copy; {@link #restore} takes them in any order. Changes wait
     * meanwhile, look-ups do not.
     *
     * @param sink takes the ids; it must not change the index.
     * @return how many.
     */
    public long forEach(final PersonSink sink) {
        synchronized (changes) {
            final long[] count = new long[1];
            map.forEachEntry(found -> {
                found.value().getUsing(member);
                if (member.isListed()) {
                    found.key().getUsing(walked);
                    count[0]++;
                    sink.onIdentity(
                        walked.high(), walked.low(), member.rootHigh, member.rootLow, member.person);
                }
            });
            return count[0];
        }
    }

    /**
     * Puts back an id that {@link #forEach} handed out, into an index that is being rebuilt.
     *
     * @param idHigh   upper half of the id's pseudonym.
     * @param idLow    lower half of the id's pseudonym.
     * @param rootHigh upper half of its root key.
     * @param rootLow  lower half of its root key.
     * @param person   tag of the person in the household; 0 for none.
     * @return DONE, UNCHANGED, CLUSTER_FULL or INDEX_FULL.
     */
    public LinkOutcome restore(
        final long idHigh, final long idLow, final long rootHigh, final long rootLow, final int person) {
        synchronized (changes) {
            read(idHigh, idLow, member);
            if (member.isListed()) {
                return member.rootHigh == rootHigh && member.rootLow == rootLow
                    ? LinkOutcome.UNCHANGED : LinkOutcome.OTHER_ROOT;
            }
            read(rootHigh, rootLow, root);
            final int members = root.isHead() ? walk(root.headHigh, root.headLow, 0) : 0;
            if (members == MAX_CLUSTER_SIZE) {
                return LinkOutcome.CLUSTER_FULL;
            }
            if (room() < 2) {
                return LinkOutcome.INDEX_FULL;
            }
            clusterHigh[members] = idHigh;
            clusterLow[members] = idLow;
            read(idHigh, idLow, member);
            member.person = person;
            write(idHigh, idLow, member);
            writeCluster(members + 1, rootHigh, rootLow);
            return LinkOutcome.DONE;
        }
    }

    /** Collects the members of a root from an index of the arrays on; counts beyond their end but does not write. */
    private int collect(final long rootHigh, final long rootLow, final int from) {
        read(rootHigh, rootLow, root);
        if (root.isHead()) {
            return walk(root.headHigh, root.headLow, from);
        }
        if (root.rootHigh != rootHigh || root.rootLow != rootLow) {
            return from;
        }
        return note(rootHigh, rootLow, from);
    }

    private int walk(final long headHigh, final long headLow, final int from) {
        int members = from;
        long high = headHigh;
        long low = headLow;
        do {
            members = note(high, low, members);
            read(high, low, member);
            high = member.nextHigh;
            low = member.nextLow;
        } while ((high != headHigh || low != headLow) && members <= 2 * MAX_CLUSTER_SIZE);
        return members;
    }

    private int note(final long high, final long low, final int members) {
        if (members < MAX_CLUSTER_SIZE) {
            clusterHigh[members] = high;
            clusterLow[members] = low;
        }
        return members + 1;
    }

    /** Writes the collected members as the one circle of a root. */
    private void writeCluster(final int members, final long rootHigh, final long rootLow) {
        for (int i = 0; i < members; i++) {
            final int next = i + 1 == members ? 0 : i + 1;
            read(clusterHigh[i], clusterLow[i], member);
            member.root(rootHigh, rootLow).next(clusterHigh[next], clusterLow[next]);
            write(clusterHigh[i], clusterLow[i], member);
        }
        if (members > 0) {
            read(rootHigh, rootLow, root);
            write(rootHigh, rootLow, root.head(clusterHigh[0], clusterLow[0]));
        }
    }

    private void dropHead(final long rootHigh, final long rootLow) {
        read(rootHigh, rootLow, root);
        if (root.isHead()) {
            write(rootHigh, rootLow, root.head(0, 0));
        }
    }

    /** A root that is no member itself, as after an unlink, maps to its successor, so that repeats are seen. */
    private void leave(
        final long sourceHigh, final long sourceLow, final long targetHigh, final long targetLow) {
        read(sourceHigh, sourceLow, root);
        if (!root.isListed() && root.rootHigh == sourceHigh && root.rootLow == sourceLow) {
            write(sourceHigh, sourceLow, root.root(targetHigh, targetLow));
        }
    }

    /** A key without an entry is its own root, in no list. */
    private void read(final long high, final long low, final IdentityEntry into) {
        if (map.getUsing(key.set(high, low), into) == null) {
            into.root(high, low).next(0, 0).head(0, 0);
            into.person = 0;
        }
    }

    private void write(final long high, final long low, final IdentityEntry entry) {
        map.put(key.set(high, low), entry);
    }

    /** {@return entries: linked ids and roots of linked ids; any thread} */
    public long size() {
        return map.longSize();
    }

    /** {@return entries that the index is planned for} */
    public long capacity() {
        return maxIdentities;
    }

    /** {@return size of the map file in bytes} */
    public long fileBytes() {
        return directory.mapBytes();
    }

    /** Closes the map. */
    @Override
    public void close() {
        synchronized (changes) {
            if (closed) {
                return;
            }
            closed = true;
            map.close();
            try {
                directory.close();
            } catch (final IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }
}
