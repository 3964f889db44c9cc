package io.opportune.engine.evaluation;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Comma-separated values with a heading (RFC 4180), UTF-8, with or without a byte order mark. For one thread. */
final class CsvSource implements RowSource {
    private static final int END = -1;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final Reader reader;
    private final List<String> columns;
    private final List<String> cells = new ArrayList<>();
    private final StringBuilder cell = new StringBuilder();
    private long nextLine = 1;
    private long line;
    private int pushedBack = Integer.MIN_VALUE;
    private LogMistake mistake;

    CsvSource(final Path file) throws IOException {
        reader = new BufferedReader(
            new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8.newDecoder()), 1 << 16);
        try {
            final int first = read();
            if (first != BYTE_ORDER_MARK) {
                pushedBack = first;
            }
            columns = readRow() ? List.copyOf(cells) : List.of();
        } catch (final IOException | RuntimeException notRead) {
            reader.close();
            throw notRead;
        }
    }

    @Override
    public List<String> columns() {
        return columns;
    }

    @Override
    public long line() {
        return line;
    }

    @Override
    public LogMistake mistake() {
        return mistake;
    }

    @Override
    public String cell(final int column) {
        return column < cells.size() ? cells.get(column) : "";
    }

    @Override
    public boolean next() throws IOException {
        if (!readRow()) {
            return false;
        }
        if (mistake == null && cells.size() != columns.size()) {
            mistake = new LogMistake(line, null, cells.size() + " cells",
                columns.size() + " cells as in the heading");
        }
        return true;
    }

    /** Lines without any character are no rows. */
    private boolean readRow() throws IOException {
        do {
            cells.clear();
            mistake = null;
            line = nextLine;
            int c = read();
            if (c == END) {
                return false;
            }
            while (true) {
                c = readCell(c);
                cells.add(cell.toString());
                if (c != ',') {
                    break;
                }
                c = read();
            }
            nextLine++;
        } while (cells.size() == 1 && cells.getFirst().isEmpty());
        return true;
    }

    /** Reads a cell that begins with the character; gives what ended it: a comma, a new line or the end. */
    private int readCell(final int first) throws IOException {
        cell.setLength(0);
        int c = first;
        if (c == '"') {
            c = readQuoted();
        }
        while (c != ',' && c != '\n' && c != END) {
            if (c == '\r') {
                final int after = read();
                if (after == '\n' || after == END) {
                    return after;
                }
                pushedBack = after;
            }
            append(c);
            c = read();
        }
        return c;
    }

    private int readQuoted() throws IOException {
        while (true) {
            final int c = read();
            if (c == END) {
                mistake = new LogMistake(line, null, "a quote that is never closed", "a closing quote");
                return END;
            }
            if (c == '"') {
                final int after = read();
                if (after != '"') {
                    if (after != ',' && after != '\n' && after != '\r' && after != END) {
                        mistake = new LogMistake(line, null, "text behind a closing quote", "a comma or a new line");
                    }
                    return after;
                }
            } else if (c == '\n') {
                nextLine++;
            }
            append(c);
        }
    }

    private void append(final int c) throws IOException {
        if (cell.length() >= MAX_ROW_CHARS) {
            throw new IOException("the cell that begins in line " + line + " is longer than " + MAX_ROW_CHARS
                + " characters");
        }
        cell.append((char) c);
    }

    private int read() throws IOException {
        if (pushedBack != Integer.MIN_VALUE) {
            final int c = pushedBack;
            pushedBack = Integer.MIN_VALUE;
            return c;
        }
        return reader.read();
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
