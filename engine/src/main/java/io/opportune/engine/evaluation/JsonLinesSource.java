package io.opportune.engine.evaluation;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One JSON object a line (RFC 8259). A member is a column; a member that is an object itself stands for columns
 * {@code name:member}, as they are called in CSV. The file is read twice, first for the names. For one thread.
 */
final class JsonLinesSource implements RowSource {
    private final BufferedReader reader;
    private final Map<String, Integer> indexes = new LinkedHashMap<>();
    private final List<String> columns;
    private String[] cells;
    private long line;
    private LogMistake mistake;

    JsonLinesSource(final Path file) throws IOException {
        try (BufferedReader first = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String text = first.readLine(); text != null; text = first.readLine()) {
                try {
                    FlatJson.read(text).keySet().forEach(name -> indexes.putIfAbsent(name, indexes.size()));
                } catch (final FlatJson.SyntaxException told) {
                    // The second reading tells where.
                    continue;
                }
            }
        }
        columns = new ArrayList<>(indexes.keySet());
        cells = new String[columns.size()];
        reader = Files.newBufferedReader(file, StandardCharsets.UTF_8);
    }

    @Override
    public List<String> columns() {
        return columns;
    }

    @Override
    public boolean next() throws IOException {
        String text;
        do {
            text = reader.readLine();
            line++;
        } while (text != null && text.isBlank());
        if (text == null) {
            return false;
        }
        cells = new String[columns.size()];
        mistake = null;
        try {
            FlatJson.read(text).forEach((name, value) -> cells[indexes.get(name)] = value);
        } catch (final FlatJson.SyntaxException wrong) {
            mistake = new LogMistake(line, null, wrong.getMessage(), "one JSON object a line");
        }
        return true;
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
        return cells[column] == null ? "" : cells[column];
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
