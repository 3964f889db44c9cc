package io.opportune.engine.gateway.http;

import io.opportune.engine.session.SessionKey;

/**
 * The requests in flight on one event loop, by their keys. Owned by that event loop; allocates only while it grows.
 *
 * <pre>
 *  63  62        52 51           20 19        0
 *  +---+-----------+---------------+-----------+
 *  | 0 | event     | use of the    | slot      |
 *  |   | loop      | slot, from 1  |           |
 *  +---+-----------+---------------+-----------+
 * </pre>
 */
final class ExchangeTable {
    /** Most requests in flight on one event loop. */
    static final int MAX_EXCHANGES = 1 << 20;

    private static final int SLOT_BITS = 20;
    private static final int SLOT_MASK = MAX_EXCHANGES - 1;
    private static final long USE_MASK = (1L << 32) - 1;
    private static final int FIRST_CAPACITY = 256;

    private final int loopIndex;
    private HttpExchange[] slots = new HttpExchange[0];
    /** The slots that are free, last in first out, so that those in use stay in the cache. */
    private HttpExchange[] free = new HttpExchange[0];
    private int freeCount;

    ExchangeTable(final int loopIndex) {
        this.loopIndex = loopIndex;
        grow(FIRST_CAPACITY);
    }

    private void grow(final int capacity) {
        final HttpExchange[] grown = new HttpExchange[capacity];
        System.arraycopy(slots, 0, grown, 0, slots.length);
        final HttpExchange[] grownFree = new HttpExchange[capacity];
        for (int i = capacity - 1; i >= slots.length; i--) {
            grown[i] = new HttpExchange(i);
            grown[i].key = keyOf(0, i);
            grownFree[freeCount++] = grown[i];
        }
        slots = grown;
        free = grownFree;
    }

    private long keyOf(final long use, final int slot) {
        return SessionKey.of(loopIndex, (use & USE_MASK) << SLOT_BITS | slot);
    }

    /** A free slot with a new key; there is always one, because the settings bound what is in flight. */
    HttpExchange take() {
        if (freeCount == 0) {
            if (slots.length == MAX_EXCHANGES) {
                throw new IllegalStateException("more than " + MAX_EXCHANGES + " requests in flight");
            }
            grow(2 * slots.length);
        }
        final HttpExchange exchange = free[--freeCount];
        exchange.key = keyOf((exchange.key >>> SLOT_BITS & USE_MASK) + 1, exchange.slot);
        return exchange;
    }

    /** Takes a slot back. */
    void giveBack(final HttpExchange exchange) {
        exchange.end();
        free[freeCount++] = exchange;
    }

    /** The request in flight with this key, or null when its answer has been given or it never was. */
    HttpExchange find(final long key) {
        final int slot = (int) key & SLOT_MASK;
        if (slot >= slots.length) {
            return null;
        }
        final HttpExchange exchange = slots[slot];
        return exchange.key == key && exchange.connection != null && !exchange.answered ? exchange : null;
    }

    int inFlight() {
        return slots.length - freeCount;
    }
}
