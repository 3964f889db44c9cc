package io.opportune.engine.server;

import io.opportune.engine.profile.IdentityIndex;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.profile.ProfileStore;
import io.opportune.engine.state.PartitionTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All that recovery must bring back, as text by key, so that two states can be compared to the byte. */
record StateDump(Map<String, String> profiles, Map<String, String> roots, Map<Integer, String> partitions) {
    static StateDump of(final ServerState state) {
        return of(state.profiles(), state.identities(), state.table());
    }

    static StateDump of(final ProfileStore profiles, final IdentityIndex identities, final PartitionTable table) {
        final Map<String, String> records = new TreeMap<>();
        final Map<Integer, String> partitions = new TreeMap<>();
        for (int p = 0; p < table.partitions(); p++) {
            final int partition = p;
            partitions.put(partition, table.lastSequence(partition) + " at " + table.businessTimeNs(partition));
            for (int chunk = 0; chunk < profiles.chunkCount(partition); chunk++) {
                profiles.copyChunk(partition, chunk, (high, low, buffer, offset, length) -> {
                    final byte[] bytes = new byte[ProfileFlyweight.LENGTH_BYTES];
                    buffer.getBytes(offset, bytes);
                    records.put(key(high, low), HexFormat.of().formatHex(bytes));
                });
            }
        }
        final Map<String, String> roots = new TreeMap<>();
        identities.forEach((memberHigh, memberLow, rootHigh, rootLow, person) ->
            roots.put(key(memberHigh, memberLow), key(rootHigh, rootLow) + " " + person));
        return new StateDump(records, roots, partitions);
    }

    private static String key(final long high, final long low) {
        return String.format("%016x%016x", high, low);
    }

    /** The first differences, in words. */
    List<String> differences(final StateDump other) {
        final List<String> found = new ArrayList<>();
        compare("profile", profiles, other.profiles, found);
        compare("root of", roots, other.roots, found);
        compare("partition", partitions, other.partitions, found);
        return found.subList(0, Math.min(found.size(), 5));
    }

    private static <K> void compare(
        final String what, final Map<K, String> a, final Map<K, String> b, final List<String> found) {
        final TreeMap<K, String> keys = new TreeMap<>(a);
        keys.putAll(b);
        for (final K key : keys.keySet()) {
            final String left = a.getOrDefault(key, "missing");
            final String right = b.getOrDefault(key, "missing");
            if (!left.equals(right)) {
                final int at = Arrays.mismatch(left.toCharArray(), right.toCharArray());
                found.add(what + " " + key + " differs at byte " + at / 2 + ":\n" + left + "\n" + right);
            }
        }
    }
}
