package io.opportune.engine.ledger;

/**
 * Claims that an event has settled and that wait until all streams are complete up to it, in the order in which the
 * events came. A claim that was forgotten meanwhile is told by its round.
 */
final class ClaimQueue {
    private static final int LONGS = 2;

    private long[] ring = new long[64 * LONGS];
    private int head;
    private int size;

    void add(final int claim, final int round, final long dueNs) {
        if (size * LONGS == ring.length) {
            final long[] larger = new long[2 * ring.length];
            for (int i = 0; i < ring.length; i++) {
                larger[i] = ring[(head * LONGS + i) % ring.length];
            }
            ring = larger;
            head = 0;
        }
        final int at = (head + size) * LONGS % ring.length;
        ring[at] = (long) round << Integer.SIZE | claim;
        ring[at + 1] = dueNs;
        size++;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int claim() {
        return (int) ring[head * LONGS];
    }

    int round() {
        return (int) (ring[head * LONGS] >>> Integer.SIZE);
    }

    long dueNs() {
        return ring[head * LONGS + 1];
    }

    void remove() {
        head = (head + 1) * LONGS % ring.length / LONGS;
        size--;
    }
}
