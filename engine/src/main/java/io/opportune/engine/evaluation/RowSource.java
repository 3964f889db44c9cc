package io.opportune.engine.evaluation;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** Rows of a log as texts under named columns. For one thread. */
interface RowSource extends Closeable {
    /** Longest row: what is longer is no log. */
    int MAX_ROW_CHARS = 16 << 20;

    /** Names, known before the first row. */
    List<String> columns();

    /**
     * Steps to the next row.
     *
     * @return false behind the last one.
     */
    boolean next() throws IOException;

    /** Where the current row begins, from 1. */
    long line();

    /** What is wrong with the current row as a whole, or null. */
    LogMistake mistake();

    /** A cell of the current row; empty where the row does not have it. */
    String cell(int column);
}
