package io.opportune.engine.counters;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Totals in rows and columns, for what is counted by an id: exchanges, campaigns. One thread counts, any thread reads;
 * counting costs one store with release semantics and allocates nothing. Control threads make room for the rows that
 * are in use; what was counted stays where it is while the table grows. A row that there is no room for counts in
 * {@link #OTHERS}, so that nothing is lost and memory is bounded.
 */
public final class CountTable {
    /** The row of all that has no row of its own. */
    public static final int OTHERS = 0;
    /** Rows that come into being together. */
    public static final int CHUNK_ROWS = 256;
    /** Most rows there is memory for, in chunks; ids beyond count in {@link #OTHERS}. */
    public static final int MAX_CHUNKS = 256;
    /** Ids of registries grow for ever; what points to their chunks stays below half a megabyte. */
    private static final int MAX_DIRECTORY = 1 << 16;
    private static final int CHUNK_SHIFT = 8;
    private static final int ROW_MASK = CHUNK_ROWS - 1;
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final int columns;
    private int chunkCount;
    private volatile long[][] chunks;

    /**
     * A table with room for the rows below {@link #CHUNK_ROWS}.
     *
     * @param columns 1 or more.
     */
    public CountTable(final int columns) {
        this.columns = columns;
        chunks = new long[][] {new long[CHUNK_ROWS * columns]};
        chunkCount = 1;
    }

    /**
     * Makes room for a row; control threads only.
     *
     * @param row 0 or more.
     * @return false when there is none: the row counts in {@link #OTHERS}.
     */
    public synchronized boolean reserve(final int row) {
        final int chunk = row >>> CHUNK_SHIFT;
        long[][] now = chunks;
        if (chunk < now.length && now[chunk] != null) {
            return true;
        }
        if (chunk >= MAX_DIRECTORY || chunkCount == MAX_CHUNKS) {
            return false;
        }
        // Copied also where it is long enough: who counts must see a whole chunk.
        now = Arrays.copyOf(now, Math.max(chunk + 1, now.length));
        now[chunk] = new long[CHUNK_ROWS * columns];
        chunks = now;
        chunkCount++;
        return true;
    }

    /**
     * Counts one; the table's one thread only.
     *
     * @param row    any; one without room counts in {@link #OTHERS}.
     * @param column 0..columns - 1.
     */
    public void increment(final int row, final int column) {
        add(row, column, 1);
    }

    /**
     * Counts several; the table's one thread only.
     *
     * @param row    any; one without room counts in {@link #OTHERS}.
     * @param column 0..columns - 1.
     * @param count  0 or more.
     */
    public void add(final int row, final int column, final long count) {
        final long[][] now = chunks;
        final int chunk = row >>> CHUNK_SHIFT;
        long[] cells = chunk < now.length ? now[chunk] : null;
        int at = (row & ROW_MASK) * columns + column;
        if (cells == null) {
            cells = now[0];
            at = column;
        }
        CELL.setRelease(cells, at, cells[at] + count);
    }

    /**
     * Reads a total; any thread.
     *
     * @param row    0 or more.
     * @param column 0..columns - 1.
     * @return 0 where there is no such row.
     */
    public long get(final int row, final int column) {
        final long[][] now = chunks;
        final int chunk = row >>> CHUNK_SHIFT;
        return chunk >= now.length || now[chunk] == null
            ? 0 : (long) CELL.getAcquire(now[chunk], (row & ROW_MASK) * columns + column);
    }

    /**
     * Whether a row has room of its own; any thread.
     *
     * @param row 0 or more.
     * @return false: it counts in {@link #OTHERS}.
     */
    public boolean has(final int row) {
        final long[][] now = chunks;
        return row >>> CHUNK_SHIFT < now.length && now[row >>> CHUNK_SHIFT] != null;
    }

    /**
     * Above all rows that there is room for; any thread.
     *
     * @return a multiple of {@link #CHUNK_ROWS}.
     */
    public int rowLimit() {
        return chunks.length * CHUNK_ROWS;
    }

    /**
     * How many columns there are.
     *
     * @return as given.
     */
    public int columns() {
        return columns;
    }
}
