package io.opportune.bench.prequential.example;

/** What one household bought of something before a day: how often, how lately, for how much. Reused. */
final class Purchases {
    private static final long MICROS = 1_000_000;
    private int lines;
    private long lastDay;
    private long amountMicros;

    void clear() {
        lines = 0;
        lastDay = 0;
        amountMicros = 0;
    }

    void add(final long day, final long micros) {
        lines++;
        lastDay = Math.max(lastDay, day);
        amountMicros += micros;
    }

    /** Bucket of how often. */
    int frequency() {
        return Buckets.log2(lines);
    }

    /** Bucket of the days since the last time; 63 when there was none. */
    int recency(final long today) {
        return lines == 0 ? Long.SIZE - 1 : Buckets.log2((today - lastDay) / 7);
    }

    /** Bucket of the amount, in whole units of currency. */
    int monetary() {
        return Buckets.log2(amountMicros / MICROS);
    }
}
