package io.opportune.engine.affinity;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.agrona.collections.Int2IntHashMap;

/**
 * What was counted of items, or of categories: how much of each was bought, and how much of each with and after which
 * other one. When all numbers are taken a quarter of the ids, those least bought, gives way. Owned by one thread.
 */
final class LevelCounts {
    private static final int MISSING = -1;

    private final int maxIds;
    private final Int2IntHashMap indexById = new Int2IntHashMap(1024, 0.6f, MISSING);
    private final PairWeights pairs;
    private int[] ids = new int[1024];
    private int[] parents = new int[1024];
    private double[] bought = new double[1024];
    private double[] seen = new double[1024];
    private int count;
    private double total;
    private long dropped;

    LevelCounts(final int maxIds, final int maxPairs) {
        this.maxIds = maxIds;
        pairs = new PairWeights(maxPairs);
    }

    int count() {
        return count;
    }

    int id(final int index) {
        return ids[index];
    }

    /** What an id belongs to, 0 for nothing. */
    int parent(final int index) {
        return parents[index];
    }

    /** Weight of all purchases of an id. */
    double bought(final int index) {
        return bought[index];
    }

    /** Weight of all that was bought with and after an id. */
    double seen(final int index) {
        return seen[index];
    }

    /** Weight of all purchases. */
    double total() {
        return total;
    }

    PairWeights pairs() {
        return pairs;
    }

    /** Ids that gave way to others. */
    long dropped() {
        return dropped;
    }

    int find(final int id) {
        return indexById.get(id);
    }

    /** Makes room for new ids, so that numbers stay as they are until as many are added. */
    void reserve(final int more) {
        if (count + more > maxIds) {
            dropLeastBought();
        }
    }

    int index(final int id, final int parent) {
        int index = indexById.get(id);
        if (index == MISSING) {
            index = count++;
            if (index == ids.length) {
                final int length = Math.min(maxIds, ids.length * 2);
                ids = Arrays.copyOf(ids, length);
                parents = Arrays.copyOf(parents, length);
                bought = Arrays.copyOf(bought, length);
                seen = Arrays.copyOf(seen, length);
            }
            ids[index] = id;
            bought[index] = 0;
            seen[index] = 0;
            parents[index] = 0;
            indexById.put(id, index);
        }
        if (parent != 0) {
            parents[index] = parent;
        }
        return index;
    }

    void buy(final int index, final float weight) {
        bought[index] += weight;
        total += weight;
    }

    void see(final int from, final int to, final float weight) {
        pairs.add(from, to, weight);
        seen[from] += weight;
    }

    void scale(final float factor) {
        for (int i = 0; i < count; i++) {
            bought[i] *= factor;
            seen[i] *= factor;
        }
        total *= factor;
        pairs.scale(factor);
    }

    private void dropLeastBought() {
        final int keep = maxIds - maxIds / 4;
        final int[] order = IntStream.range(0, count).boxed()
            .sorted((a, b) -> bought[a] != bought[b] ? Double.compare(bought[b], bought[a]) : Integer.compare(a, b))
            .mapToInt(Integer::intValue).limit(keep).sorted().toArray();
        final int[] newIndex = new int[count];
        Arrays.fill(newIndex, MISSING);
        dropped += count - order.length;
        indexById.clear();
        for (int i = 0; i < order.length; i++) {
            final int old = order[i];
            newIndex[old] = i;
            ids[i] = ids[old];
            parents[i] = parents[old];
            bought[i] = bought[old];
            seen[i] = seen[old];
            indexById.put(ids[i], i);
        }
        count = order.length;
        pairs.renumber(newIndex);
    }

    void write(final DataOutputStream out) throws IOException {
        out.writeInt(count);
        out.writeDouble(total);
        out.writeLong(dropped);
        for (int i = 0; i < count; i++) {
            out.writeInt(ids[i]);
            out.writeInt(parents[i]);
            out.writeDouble(bought[i]);
            out.writeDouble(seen[i]);
        }
        pairs.write(out);
    }

    void read(final DataInputStream in) throws IOException {
        final int entries = in.readInt();
        if (entries < 0 || entries > maxIds) {
            throw new IOException("found " + entries + " ids, allowed are 0 to " + maxIds);
        }
        total = in.readDouble();
        dropped = in.readLong();
        for (int i = 0; i < entries; i++) {
            final int index = index(in.readInt(), in.readInt());
            bought[index] = in.readDouble();
            seen[index] = in.readDouble();
        }
        pairs.read(in);
    }
}
