package io.opportune.engine.gateway.http;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The deadlines of the requests in flight on one event loop, in lists by millisecond: adding and removing take the
 * same short time however many there are. A deadline is rounded down, so that whoever looks every millisecond finds it
 * before it has passed. Owned by that event loop; allocates nothing.
 */
final class DeadlineWheel {
    /** How often the wheel wants to be turned. */
    static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Deadlines further away than this many ticks are passed by once a round; a power of two. */
    private static final int BUCKETS = 1024;

    private final HttpExchange[] buckets = new HttpExchange[BUCKETS];
    private final long startNs;
    private long turnedTick;
    private int count;

    DeadlineWheel(final long startNs) {
        this.startNs = startNs;
    }

    void add(final HttpExchange exchange, final long deadlineNs) {
        // One that has passed already is found at the next turn.
        exchange.deadlineTick = Math.max(turnedTick + 1, Math.floorDiv(deadlineNs - startNs, TICK_NS));
        final int bucket = bucketOf(exchange.deadlineTick);
        final HttpExchange first = buckets[bucket];
        exchange.wheelPrevious = null;
        exchange.wheelNext = first;
        if (first != null) {
            first.wheelPrevious = exchange;
        }
        buckets[bucket] = exchange;
        exchange.onWheel = true;
        count++;
    }

    void remove(final HttpExchange exchange) {
        if (!exchange.onWheel) {
            return;
        }
        if (exchange.wheelPrevious == null) {
            buckets[bucketOf(exchange.deadlineTick)] = exchange.wheelNext;
        } else {
            exchange.wheelPrevious.wheelNext = exchange.wheelNext;
        }
        if (exchange.wheelNext != null) {
            exchange.wheelNext.wheelPrevious = exchange.wheelPrevious;
        }
        exchange.wheelPrevious = null;
        exchange.wheelNext = null;
        exchange.onWheel = false;
        count--;
    }

    /** Takes all whose deadline comes within the next tick from the wheel and hands them over. */
    void turn(final long nowNs, final Consumer<HttpExchange> onExpired) {
        final long tick = Math.floorDiv(nowNs - startNs, TICK_NS) + 1;
        if (tick <= turnedTick) {
            return;
        }
        final long from = Math.max(turnedTick + 1, tick - BUCKETS + 1);
        turnedTick = tick;
        if (count == 0) {
            return;
        }
        for (long t = from; t <= tick; t++) {
            turnBucket(bucketOf(t), tick, onExpired);
        }
    }

    private void turnBucket(final int bucket, final long tick, final Consumer<HttpExchange> onExpired) {
        HttpExchange exchange = buckets[bucket];
        while (exchange != null) {
            final HttpExchange next = exchange.wheelNext;
            if (exchange.deadlineTick <= tick) {
                remove(exchange);
                onExpired.accept(exchange);
                // Whoever is told may take others off, should a connection end.
                exchange = next != null && next.onWheel ? next : buckets[bucket];
            } else {
                exchange = next;
            }
        }
    }

    private static int bucketOf(final long tick) {
        return (int) tick & BUCKETS - 1;
    }
}
