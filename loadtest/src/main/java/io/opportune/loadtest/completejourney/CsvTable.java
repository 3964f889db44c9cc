package io.opportune.loadtest.completejourney;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;

/**
 * Reads one CSV file (RFC 4180 without line breaks in fields) strictly: exactly the expected columns, as many fields in
 * every row, values of the asked type. Whatever is wrong is reported with file and line. Not thread-safe.
 */
final class CsvTable implements AutoCloseable {
    private static final BigDecimal MICROS = BigDecimal.valueOf(1_000_000);

    private final Path file;
    private final BufferedReader reader;
    private final int columnCount;
    private final String[] fields;
    private long line = 1;

    CsvTable(final Path directory, final String name, final String... columns) throws IOException {
        file = directory.resolve(name);
        columnCount = columns.length;
        fields = new String[columnCount];
        reader = Files.newBufferedReader(file, StandardCharsets.UTF_8);
        final String head = reader.readLine();
        if (head == null || !head.equals(String.join(",", columns))) {
            throw new JourneyFormatException(file, 1, "expected the columns " + List.of(columns) + ", found " + head);
        }
    }

    /** Moves to the next row; false at the end. */
    boolean next() {
        final String text;
        try {
            text = reader.readLine();
        } catch (final IOException e) {
            throw new UncheckedIOException(file + ": line " + (line + 1), e);
        }
        if (text == null) {
            return false;
        }
        line++;
        split(text);
        return true;
    }

    String text(final int column) {
        return fields[column];
    }

    int integer(final int column) {
        final long value = longInteger(column);
        if (value != (int) value) {
            throw wrong(column, "a whole number of at most 2147483647");
        }
        return (int) value;
    }

    /** A whole number; the data set was exported by R, which writes 900000 as 9e+05. */
    long longInteger(final int column) {
        try {
            return new BigDecimal(fields[column]).longValueExact();
        } catch (final ArithmeticException | NumberFormatException e) {
            throw wrong(column, "a whole number");
        }
    }

    /** An amount; residues of floating point beyond six decimals are rounded half even. */
    long micros(final int column) {
        try {
            return new BigDecimal(fields[column]).multiply(MICROS).setScale(0, RoundingMode.HALF_EVEN).longValueExact();
        } catch (final ArithmeticException | NumberFormatException e) {
            throw wrong(column, "an amount");
        }
    }

    /** Whether an amount has more than six decimals. */
    boolean rounded(final int column) {
        return new BigDecimal(fields[column]).stripTrailingZeros().scale() > 6;
    }

    LocalDate date(final int column) {
        try {
            return LocalDate.parse(fields[column]);
        } catch (final DateTimeParseException e) {
            throw wrong(column, "a date as 2017-03-03");
        }
    }

    Instant instant(final int column) {
        try {
            return Instant.parse(fields[column]);
        } catch (final DateTimeParseException e) {
            throw wrong(column, "a time as 2017-03-03T10:15:30Z");
        }
    }

    JourneyFormatException wrong(final int column, final String expected) {
        return new JourneyFormatException(
            file, line, "column " + (column + 1) + ": expected " + expected + ", found '" + fields[column] + "'");
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }

    private void split(final String text) {
        int column = 0;
        int position = 0;
        Arrays.fill(fields, "");
        while (position <= text.length()) {
            if (column == columnCount) {
                throw new JourneyFormatException(file, line, "more than " + columnCount + " fields");
            }
            final int end;
            if (position < text.length() && text.charAt(position) == '"') {
                end = quoted(text, position, column);
            } else {
                final int comma = text.indexOf(',', position);
                end = comma < 0 ? text.length() : comma;
                fields[column] = text.substring(position, end);
            }
            if (end < text.length() && text.charAt(end) != ',') {
                throw new JourneyFormatException(file, line, "text after a closing quote in field " + (column + 1));
            }
            column++;
            position = end + 1;
        }
        if (column != columnCount) {
            throw new JourneyFormatException(file, line, "expected " + columnCount + " fields, found " + column);
        }
    }

    private int quoted(final String text, final int start, final int column) {
        final StringBuilder value = new StringBuilder();
        int position = start + 1;
        while (position < text.length()) {
            final char c = text.charAt(position);
            if (c != '"') {
                value.append(c);
                position++;
            } else if (position + 1 < text.length() && text.charAt(position + 1) == '"') {
                value.append('"');
                position += 2;
            } else {
                fields[column] = value.toString();
                return position + 1;
            }
        }
        throw new JourneyFormatException(file, line, "quote without end in field " + (column + 1));
    }
}
