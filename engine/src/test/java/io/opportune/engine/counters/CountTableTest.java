package io.opportune.engine.counters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class CountTableTest {
    @Test
    void shouldCountLikeAMap() {
        final long seed = 20_261_122;
        final Random random = new Random(seed);
        final CountTable table = new CountTable(7);
        final Map<Long, Long> oracle = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            if (i % 1_000 == 0) {
                table.reserve(random.nextInt(5_000));
            }
            final int row = random.nextInt(5_000);
            final int column = random.nextInt(7);
            table.increment(row, column);
            oracle.merge((table.has(row) ? row : CountTable.OTHERS) * 7L + column, 1L, Long::sum);
        }
        for (int row = 0; row < table.rowLimit(); row++) {
            for (int column = 0; column < 7; column++) {
                assertEquals(oracle.getOrDefault(row * 7L + column, 0L), table.get(row, column), "seed " + seed);
            }
        }
    }

    @Test
    void shouldBoundItsMemoryAndLoseNothing() {
        final CountTable table = new CountTable(1);
        int reserved = 0;
        for (int chunk = 0; chunk < 2 * CountTable.MAX_CHUNKS; chunk++) {
            reserved += table.reserve(chunk * CountTable.CHUNK_ROWS) ? 1 : 0;
        }
        assertEquals(CountTable.MAX_CHUNKS, reserved);
        final int beyond = CountTable.MAX_CHUNKS * CountTable.CHUNK_ROWS;
        assertFalse(table.has(beyond));
        assertFalse(table.reserve(Integer.MAX_VALUE));
        table.add(beyond, 0, 3);
        table.increment(Integer.MAX_VALUE, 0);
        assertEquals(4, table.get(CountTable.OTHERS, 0));
        assertEquals(0, table.get(beyond, 0));
    }

    @Test
    void shouldKeepCountsWhileItGrows() throws InterruptedException {
        final CountTable table = new CountTable(2);
        final int counts = 200_000;
        final Thread grows = new Thread(() -> {
            for (int chunk = 1; chunk < 200; chunk++) {
                table.reserve(chunk * CountTable.CHUNK_ROWS);
                Thread.onSpinWait();
            }
        });
        grows.start();
        for (int i = 0; i < counts; i++) {
            table.increment(i % (200 * CountTable.CHUNK_ROWS), 1);
        }
        grows.join();
        long sum = 0;
        for (int row = 0; row < table.rowLimit(); row++) {
            sum += table.get(row, 1);
        }
        assertEquals(counts, sum);
        assertTrue(table.has(199 * CountTable.CHUNK_ROWS));
    }
}
