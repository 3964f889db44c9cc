package io.opportune.engine.ledger;

import java.util.Arrays;

/**
 * What is known of each offer of each decision that money was reserved for or spent on: a claim, with the amounts that
 * it reserved and the events that settle it, in order of their time. Primitive arrays in slabs, found by open
 * addressing, in a heap by the time when something is due. Belongs to the ledger's thread.
 *
 * <p>A claim takes 5 longs and 6 ints, two ints of the hash table and one of the heap (76 bytes), 16 bytes for each
 * amount and 48 for each event.
 */
final class ClaimTable {
    static final int NONE = -1;
    /** The decision's record has come. */
    static final int RESERVED = 1;
    /** Nothing is held any more, and no event can change which one settled it. */
    static final int FINAL = 2;
    /** Something was committed: it may be refunded. */
    static final int COMMITTED = 4;

    private static final int LONGS = 5;
    private static final int HIGH = 0;
    private static final int LOW = 1;
    private static final int EXPIRES = 2;
    private static final int TOUCHED = 3;
    private static final int DUE = 4;

    private static final int INTS = 6;
    private static final int OFFER = 0;
    private static final int FLAGS = 1;
    private static final int AMOUNTS = 2;
    private static final int EVENTS = 3;
    private static final int PLACE = 4;
    private static final int ROUND = 5;

    private static final int EVENT_LONGS = 4;
    private static final int TIME = 2;
    private static final int JOURNAL_INDEX = 3;
    private static final int EVENT_INTS = 4;
    private static final int KIND = 0;
    private static final int EVENT_AMOUNTS = 1;
    private static final int NEXT = 2;
    private static final int ORIGIN = 3;
    private static final int DECISIVE = 1 << 16;

    private static final long MIX_1 = 0xbf58476d1ce4e5b9L;
    private static final long MIX_2 = 0x94d049bb133111ebL;

    private long[] longs;
    private int[] ints;
    private int[] table;
    private int[] heap;
    private int count;
    private int freeClaim = NONE;
    private int claimEnd;

    private long[] amounts;
    private int[] amountLines;
    private int[] amountNext;
    private int freeAmount = NONE;
    private int amountEnd;

    private long[] eventLongs;
    private int[] eventInts;
    private int freeEvent = NONE;
    private int eventEnd;

    /**
     * Allocates.
     *
     * @param capacity claims that find room at once; more make it grow.
     */
    ClaimTable(final int capacity) {
        longs = new long[capacity * LONGS];
        ints = new int[capacity * INTS];
        heap = new int[capacity];
        table = new int[Math.max(16, Integer.highestOneBit(capacity) << 2)];
        amounts = new long[2 * capacity];
        amountLines = new int[2 * capacity];
        amountNext = new int[2 * capacity];
        eventLongs = new long[capacity * EVENT_LONGS];
        eventInts = new int[capacity * EVENT_INTS];
    }

    int count() {
        return count;
    }

    int find(final long high, final long low, final int offerId) {
        final int mask = table.length - 1;
        int at = hash(high, low, offerId) & mask;
        while (table[at] != 0) {
            final int claim = table[at] - 1;
            if (longs[claim * LONGS + HIGH] == high && longs[claim * LONGS + LOW] == low
                && ints[claim * INTS + OFFER] == offerId) {
                return claim;
            }
            at = at + 1 & mask;
        }
        return NONE;
    }

    private static int hash(final long high, final long low, final int offerId) {
        long mixed = (high ^ low * MIX_1) + offerId * MIX_2;
        mixed = (mixed ^ mixed >>> 30) * MIX_1;
        mixed = (mixed ^ mixed >>> 27) * MIX_2;
        return (int) (mixed ^ mixed >>> 31);
    }

    int add(final long high, final long low, final int offerId, final long timeNs) {
        if (2 * (count + 1) > table.length) {
            rehash();
        }
        final int claim;
        if (freeClaim != NONE) {
            claim = freeClaim;
            freeClaim = ints[claim * INTS + AMOUNTS];
        } else {
            claim = claimEnd++;
            if (claimEnd > heap.length) {
                final int capacity = grown(heap.length);
                heap = Arrays.copyOf(heap, capacity);
                longs = Arrays.copyOf(longs, capacity * LONGS);
                ints = Arrays.copyOf(ints, capacity * INTS);
            }
        }
        final int l = claim * LONGS;
        longs[l + HIGH] = high;
        longs[l + LOW] = low;
        longs[l + EXPIRES] = Long.MIN_VALUE;
        longs[l + TOUCHED] = timeNs;
        longs[l + DUE] = Long.MAX_VALUE;
        final int i = claim * INTS;
        ints[i + OFFER] = offerId;
        ints[i + FLAGS] = 0;
        ints[i + AMOUNTS] = NONE;
        ints[i + EVENTS] = NONE;
        insert(claim);
        heap[count] = claim;
        ints[i + PLACE] = count;
        count++;
        return claim;
    }

    private void insert(final int claim) {
        final int mask = table.length - 1;
        int at = hash(decisionHigh(claim), decisionLow(claim), offerId(claim)) & mask;
        while (table[at] != 0) {
            at = at + 1 & mask;
        }
        table[at] = claim + 1;
    }

    private void rehash() {
        table = new int[table.length << 1];
        for (int i = 0; i < count; i++) {
            insert(heap[i]);
        }
    }

    private static int grown(final int capacity) {
        return Math.max(64, capacity + (capacity >> 1));
    }

    /** Forgets a claim; its amounts must have been taken off the lines before. */
    void remove(final int claim) {
        final int i = claim * INTS;
        removeFromTable(claim);
        final int place = ints[i + PLACE];
        final int last = heap[--count];
        if (last != claim) {
            heap[place] = last;
            ints[last * INTS + PLACE] = place;
            settle(place);
        }
        freeAmounts(ints[i + AMOUNTS]);
        int event = ints[i + EVENTS];
        while (event != NONE) {
            final int next = eventInts[event * EVENT_INTS + NEXT];
            freeEvent(event);
            event = next;
        }
        ints[i + ROUND]++;
        ints[i + AMOUNTS] = freeClaim;
        freeClaim = claim;
    }

    /** Moves back those that only stand behind because this one stood in their way. */
    private void removeFromTable(final int claim) {
        final int mask = table.length - 1;
        int hole = hash(decisionHigh(claim), decisionLow(claim), offerId(claim)) & mask;
        while (table[hole] != claim + 1) {
            hole = hole + 1 & mask;
        }
        int at = hole;
        while (true) {
            table[hole] = 0;
            do {
                at = at + 1 & mask;
                if (table[at] == 0) {
                    return;
                }
            } while ((at - home(table[at] - 1) & mask) < (at - hole & mask));
            table[hole] = table[at];
            hole = at;
        }
    }

    private int home(final int claim) {
        return hash(decisionHigh(claim), decisionLow(claim), offerId(claim)) & table.length - 1;
    }

    /** Of the claims, each once, in no order. */
    int at(final int position) {
        return heap[position];
    }

    long decisionHigh(final int claim) {
        return longs[claim * LONGS + HIGH];
    }

    long decisionLow(final int claim) {
        return longs[claim * LONGS + LOW];
    }

    int offerId(final int claim) {
        return ints[claim * INTS + OFFER];
    }

    /** Tells a claim from another one that took its place. */
    int round(final int claim) {
        return ints[claim * INTS + ROUND];
    }

    boolean is(final int claim, final int flag) {
        return (ints[claim * INTS + FLAGS] & flag) != 0;
    }

    int flags(final int claim) {
        return ints[claim * INTS + FLAGS];
    }

    void flag(final int claim, final int flags) {
        ints[claim * INTS + FLAGS] |= flags;
    }

    long expiresNs(final int claim) {
        return longs[claim * LONGS + EXPIRES];
    }

    void expiresNs(final int claim, final long timeNs) {
        longs[claim * LONGS + EXPIRES] = timeNs;
    }

    /** When it last changed, by the append times of records. */
    long touchedNs(final int claim) {
        return longs[claim * LONGS + TOUCHED];
    }

    void touch(final int claim, final long timeNs) {
        final int at = claim * LONGS + TOUCHED;
        longs[at] = Math.max(longs[at], timeNs);
    }

    int amounts(final int claim) {
        return ints[claim * INTS + AMOUNTS];
    }

    void amounts(final int claim, final int amount) {
        ints[claim * INTS + AMOUNTS] = amount;
    }

    int addAmount(final int line, final long amount, final int next) {
        final int at;
        if (freeAmount != NONE) {
            at = freeAmount;
            freeAmount = amountNext[at];
        } else {
            at = amountEnd++;
            if (amountEnd > amounts.length) {
                final int capacity = grown(amounts.length);
                amounts = Arrays.copyOf(amounts, capacity);
                amountLines = Arrays.copyOf(amountLines, capacity);
                amountNext = Arrays.copyOf(amountNext, capacity);
            }
        }
        amountLines[at] = line;
        amounts[at] = amount;
        amountNext[at] = next;
        return at;
    }

    private void freeAmounts(final int first) {
        int at = first;
        while (at != NONE) {
            final int next = amountNext[at];
            amountNext[at] = freeAmount;
            freeAmount = at;
            at = next;
        }
    }

    int nextAmount(final int amount) {
        return amountNext[amount];
    }

    int line(final int amount) {
        return amountLines[amount];
    }

    long amount(final int amount) {
        return amounts[amount];
    }

    int events(final int claim) {
        return ints[claim * INTS + EVENTS];
    }

    int nextEvent(final int event) {
        return eventInts[event * EVENT_INTS + NEXT];
    }

    int kind(final int event) {
        return eventInts[event * EVENT_INTS + KIND] & ~DECISIVE;
    }

    boolean isDecisive(final int event) {
        return (eventInts[event * EVENT_INTS + KIND] & DECISIVE) != 0;
    }

    void decisive(final int event) {
        eventInts[event * EVENT_INTS + KIND] |= DECISIVE;
    }

    long timeNs(final int event) {
        return eventLongs[event * EVENT_LONGS + TIME];
    }

    long journalIndex(final int event) {
        return eventLongs[event * EVENT_LONGS + JOURNAL_INDEX];
    }

    int shard(final int event) {
        return eventInts[event * EVENT_INTS + ORIGIN];
    }

    long eventIdHigh(final int event) {
        return eventLongs[event * EVENT_LONGS];
    }

    long eventIdLow(final int event) {
        return eventLongs[event * EVENT_LONGS + 1];
    }

    int eventAmounts(final int event) {
        return eventInts[event * EVENT_INTS + EVENT_AMOUNTS];
    }

    int findEvent(final int claim, final long idHigh, final long idLow) {
        int event = events(claim);
        while (event != NONE && (eventIdHigh(event) != idHigh || eventIdLow(event) != idLow)) {
            event = nextEvent(event);
        }
        return event;
    }

    /** Adds an event at its place in the order of time, shard and journal index. */
    int addEvent(
        final int claim,
        final int kind,
        final int shard,
        final long journalIndex,
        final long timeNs,
        final long idHigh,
        final long idLow,
        final int firstAmount) {

        final int event;
        if (freeEvent != NONE) {
            event = freeEvent;
            freeEvent = eventInts[event * EVENT_INTS + NEXT];
        } else {
            event = eventEnd++;
            if (eventEnd * EVENT_INTS > eventInts.length) {
                final int capacity = grown(eventInts.length / EVENT_INTS);
                eventLongs = Arrays.copyOf(eventLongs, capacity * EVENT_LONGS);
                eventInts = Arrays.copyOf(eventInts, capacity * EVENT_INTS);
            }
        }
        eventLongs[event * EVENT_LONGS] = idHigh;
        eventLongs[event * EVENT_LONGS + 1] = idLow;
        eventLongs[event * EVENT_LONGS + TIME] = timeNs;
        eventLongs[event * EVENT_LONGS + JOURNAL_INDEX] = journalIndex;
        eventInts[event * EVENT_INTS + KIND] = kind;
        eventInts[event * EVENT_INTS + ORIGIN] = shard;
        eventInts[event * EVENT_INTS + EVENT_AMOUNTS] = firstAmount;
        link(claim, event);
        return event;
    }

    private void link(final int claim, final int event) {
        int before = NONE;
        int at = events(claim);
        while (at != NONE && isEarlier(at, timeNs(event), shard(event), journalIndex(event))) {
            before = at;
            at = nextEvent(at);
        }
        eventInts[event * EVENT_INTS + NEXT] = at;
        if (before == NONE) {
            ints[claim * INTS + EVENTS] = event;
        } else {
            eventInts[before * EVENT_INTS + NEXT] = event;
        }
    }

    /** Whether an event stands before a moment in the order of all streams. */
    boolean isEarlier(final int event, final long timeNs, final int shard, final long journalIndex) {
        if (timeNs(event) != timeNs) {
            return timeNs(event) < timeNs;
        }
        if (shard(event) != shard) {
            return shard(event) < shard;
        }
        return journalIndex(event) < journalIndex;
    }

    /** The same event came before, and from another stream: it moves to where it belongs. */
    void moveEvent(
        final int claim, final int event, final int shard, final long journalIndex, final long timeNs) {

        int before = NONE;
        for (int at = events(claim); at != event; at = nextEvent(at)) {
            before = at;
        }
        if (before == NONE) {
            ints[claim * INTS + EVENTS] = nextEvent(event);
        } else {
            eventInts[before * EVENT_INTS + NEXT] = nextEvent(event);
        }
        eventLongs[event * EVENT_LONGS + TIME] = timeNs;
        eventLongs[event * EVENT_LONGS + JOURNAL_INDEX] = journalIndex;
        eventInts[event * EVENT_INTS + ORIGIN] = shard;
        link(claim, event);
    }

    private void freeEvent(final int event) {
        freeAmounts(eventAmounts(event));
        eventInts[event * EVENT_INTS + NEXT] = freeEvent;
        freeEvent = event;
    }

    /** The claim that is due first. */
    int first() {
        return count == 0 ? NONE : heap[0];
    }

    long dueNs(final int claim) {
        return longs[claim * LONGS + DUE];
    }

    void dueNs(final int claim, final long timeNs) {
        longs[claim * LONGS + DUE] = timeNs;
        settle(ints[claim * INTS + PLACE]);
    }

    private void settle(final int from) {
        int place = from;
        final int claim = heap[place];
        final long due = dueNs(claim);
        while (place > 0 && dueNs(heap[place - 1 >> 1]) > due) {
            put(place, heap[place - 1 >> 1]);
            place = place - 1 >> 1;
        }
        while (true) {
            int child = 2 * place + 1;
            if (child >= count) {
                break;
            }
            if (child + 1 < count && dueNs(heap[child + 1]) < dueNs(heap[child])) {
                child++;
            }
            if (dueNs(heap[child]) >= due) {
                break;
            }
            put(place, heap[child]);
            place = child;
        }
        put(place, claim);
    }

    private void put(final int place, final int claim) {
        heap[place] = claim;
        ints[claim * INTS + PLACE] = place;
    }
}
