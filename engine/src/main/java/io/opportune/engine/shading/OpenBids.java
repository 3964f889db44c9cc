package io.opportune.engine.shading;

/**
 * Bids of which nothing has been heard yet, by key, each until its time is over. Only of these is learned, so that what
 * finds no room is left out whether it wins or not. Open addressing over flat arrays and a queue in order of arrival;
 * one thread; allocates nothing.
 */
final class OpenBids {
    private static final int NONE = -1;

    private final int capacity;
    private final int mask;
    private final long[] keys;
    /** Also tells a bid from an earlier one with the same key that still stands in the queue. */
    private final long[] endsNs;
    private final long[] prices;
    /** Placement (32 bits), exchange (16), currency (16). */
    private final long[] wheres;
    /** Shade and deal (8), floor band (8). */
    private final short[] hows;
    private final long[] queueKeys;
    private final long[] queueEndsNs;
    private int head;
    private int queued;
    private int size;

    /** Takes a bid whose time is over. */
    @FunctionalInterface
    interface Expiry {
        void onExpired(long priceMicros, long where, int how);
    }

    /** Room for a power of two of bids. */
    OpenBids(final int capacity) {
        this.capacity = capacity;
        keys = new long[2 * capacity];
        endsNs = new long[keys.length];
        prices = new long[keys.length];
        wheres = new long[keys.length];
        hows = new short[keys.length];
        mask = keys.length - 1;
        // Twice as long as there are bids, so that tidying up frees half of it at least.
        queueKeys = new long[2 * capacity];
        queueEndsNs = new long[queueKeys.length];
    }

    int size() {
        return size;
    }

    /** Takes a bid until a time, later than those before; false when there is no room, or it is there already. */
    boolean add(final long key, final long priceMicros, final long where, final int how, final long endNs) {
        if (size == capacity || find(key) != NONE) {
            return false;
        }
        if (queued == queueKeys.length) {
            forgetQueuedThatAreHeardOf();
        }
        int at = home(key);
        while (keys[at] != 0) {
            at = at + 1 & mask;
        }
        keys[at] = key;
        endsNs[at] = endNs;
        prices[at] = priceMicros;
        wheres[at] = where;
        hows[at] = (short) how;
        final int last = head + queued++ & mask;
        queueKeys[last] = key;
        queueEndsNs[last] = endNs;
        size++;
        return true;
    }

    private void forgetQueuedThatAreHeardOf() {
        int kept = 0;
        for (int i = 0; i < queued; i++) {
            final int from = head + i & mask;
            if (findQueued(from) != NONE) {
                final int to = head + kept++ & mask;
                queueKeys[to] = queueKeys[from];
                queueEndsNs[to] = queueEndsNs[from];
            }
        }
        queued = kept;
    }

    private int home(final long key) {
        return (int) (key ^ key >>> Integer.SIZE) & mask;
    }

    private int find(final long key) {
        for (int at = home(key); keys[at] != 0; at = at + 1 & mask) {
            if (keys[at] == key) {
                return at;
            }
        }
        return NONE;
    }

    private int findQueued(final int place) {
        final int at = find(queueKeys[place]);
        return at == NONE || endsNs[at] != queueEndsNs[place] ? NONE : at;
    }

    /** Forgets a bid; false when it is not there. */
    boolean remove(final long key) {
        final int at = find(key);
        if (at == NONE) {
            return false;
        }
        removeAt(at);
        return true;
    }

    /** Closes the gap, so that every key is found from its home on. */
    private void removeAt(final int at) {
        int gap = at;
        for (int next = gap + 1 & mask; keys[next] != 0; next = next + 1 & mask) {
            if ((next - home(keys[next]) & mask) >= (next - gap & mask)) {
                keys[gap] = keys[next];
                endsNs[gap] = endsNs[next];
                prices[gap] = prices[next];
                wheres[gap] = wheres[next];
                hows[gap] = hows[next];
                gap = next;
            }
        }
        keys[gap] = 0;
        size--;
    }

    /** Hands over the bids whose time is over; how many there were. */
    int expire(final long nowNs, final Expiry expiry) {
        int expired = 0;
        while (queued > 0 && nowNs - queueEndsNs[head] >= 0) {
            final int at = findQueued(head);
            if (at != NONE) {
                expiry.onExpired(prices[at], wheres[at], hows[at] & 0xffff);
                removeAt(at);
                expired++;
            }
            head = head + 1 & mask;
            queued--;
        }
        return expired;
    }
}
