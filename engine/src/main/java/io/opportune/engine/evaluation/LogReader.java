package io.opportune.engine.evaluation;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads a log into columns. Nothing is dropped silently: a row that cannot be used stops the reading, with line,
 * column, what was found and what is allowed; or, where asked, it is left out and counted. For one thread, one file.
 */
public final class LogReader {
    /** Most mistakes that are told. */
    public static final int MAX_MISTAKES = 20;
    private static final int INITIAL_ROWS = 1024;
    private static final int MAX_POSITION = 1_000;
    private static final int MAX_ACTIONS = 1 << 20;
    /** A table of all actions in all rows: 2^26 probabilities are half a gigabyte. */
    private static final long MAX_CELLS = 1L << 26;
    /** Given target probabilities of a row come to 1 but for what was lost in writing decimals. */
    private static final double TARGET_SUM_ERROR = 1e-6;
    private static final int NONE = -1;
    private static final Pattern DECIMAL =
        Pattern.compile("[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?");
    private static final String AFFINITY = "user-item_affinity_";

    private final Path file;
    private boolean skipBadRows;
    private List<String> givenActions;
    private final LoggedRows log = new LoggedRows();
    private final Map<String, Integer> actionIndexes = new HashMap<>();
    private final List<String> actionNames = new ArrayList<>();
    private final Map<String, Integer> clusterIndexes = new HashMap<>();
    private final List<LogMistake> mistakes = new ArrayList<>();
    private long mistakeCount;
    private boolean rowIsBad;
    private RowSource source;

    private boolean openBandit;
    private int actionColumn = NONE;
    private int rewardColumn = NONE;
    private int propensityColumn = NONE;
    private int positionColumn = NONE;
    private int targetColumn = NONE;
    private int clusterColumn = NONE;
    private final List<Integer> categoryColumns = new ArrayList<>();
    private final List<Map<String, Integer>> categoryCodes = new ArrayList<>();
    private final List<Integer> numberColumns = new ArrayList<>();
    /** Columns by index of the action, as the heading names them. */
    private final Map<Integer, Integer> targetColumns = new HashMap<>();
    private final Map<Integer, Integer> pairColumns = new HashMap<>();
    private int[] clusterOfRow;
    /** Columns of the tables with one for each action. */
    private int pairWidth;

    /**
     * Will read a file.
     *
     * @param file of one of the forms of {@link LogForm}.
     */
    public LogReader(final Path file) {
        this.file = file;
    }

    /**
     * Leaves rows with mistakes out, counted, instead of refusing the log.
     *
     * @return this.
     */
    public LogReader skippingBadRows() {
        skipBadRows = true;
        return this;
    }

    /**
     * Names all that could be done, where the log does not show all of it.
     *
     * @param actions names; a row with another one is a mistake.
     * @return this.
     */
    public LogReader actions(final List<String> actions) {
        givenActions = List.copyOf(actions);
        return this;
    }

    /**
     * Reads.
     *
     * @param form of the file, or null: {@code .jsonl}, {@code .ndjson} and {@code .json} are JSON Lines, a heading
     *     with {@code item_id} and {@code propensity_score} is that of the Open Bandit Dataset, all else general CSV.
     * @return the log.
     * @throws IOException        when the file cannot be read.
     * @throws LogFormatException when it cannot be used.
     */
    public LoggedRows read(final LogForm form) throws IOException, LogFormatException {
        try (RowSource rows = open(form)) {
            source = rows;
            log.file = file;
            openBandit = form == null ? isOpenBandit(rows.columns()) : form == LogForm.OPEN_BANDIT;
            log.form = openBandit ? LogForm.OPEN_BANDIT
                : rows instanceof JsonLinesSource ? LogForm.JSON_LINES : LogForm.CSV;
            heading();
            refuse();
            rows();
        } catch (final MalformedInputException notText) {
            throw new IOException(file + " is no UTF-8 text behind line " + (source == null ? 0 : source.line()),
                notText);
        }
        return log;
    }

    private RowSource open(final LogForm form) throws IOException {
        final String name = file.getFileName().toString();
        final boolean json = form == null
            ? name.endsWith(".jsonl") || name.endsWith(".ndjson") || name.endsWith(".json")
            : form == LogForm.JSON_LINES;
        return json ? new JsonLinesSource(file) : new CsvSource(file);
    }

    private static boolean isOpenBandit(final List<String> columns) {
        return columns.contains("item_id") && columns.contains("propensity_score");
    }

    private void heading() {
        final List<String> columns = source.columns();
        final List<String> unused = new ArrayList<>();
        if (givenActions != null) {
            givenActions.forEach(this::addAction);
        }
        for (int i = 0; i < columns.size(); i++) {
            if (columns.indexOf(columns.get(i)) != i) {
                wrong(columns.get(i), "the column twice", "each column once");
            } else if (openBandit ? !openBanditColumn(columns.get(i), i) : !generalColumn(columns.get(i), i)) {
                unused.add(columns.get(i));
            }
        }
        log.unusedColumns = List.copyOf(unused);
        required(openBandit ? "item_id" : "action", actionColumn);
        required(openBandit ? "click" : "reward", rewardColumn);
        required(openBandit ? "propensity_score" : "propensity", propensityColumn);
        if (targetColumn != NONE && !targetColumns.isEmpty()) {
            wrong("target", "this column beside target:ACTION", "one of the two");
        }
        log.actionsFromLog = givenActions == null && pairColumns.isEmpty() && targetColumns.isEmpty();
    }

    private void required(final String column, final int index) {
        if (index == NONE) {
            wrong(column, "no such column", "columns " + (openBandit
                ? "item_id, click, propensity_score; and position, user_feature_*, " + AFFINITY + "*"
                : "action, reward, propensity; and position, target, target:ACTION, customer, feature:NAME, "
                + "number:NAME, pair:ACTION") + "; there are " + String.join(", ", source.columns()));
        }
    }

    private boolean openBanditColumn(final String name, final int column) {
        switch (name) {
            case "item_id" -> actionColumn = column;
            case "position" -> positionColumn = column;
            case "click" -> rewardColumn = column;
            case "propensity_score" -> propensityColumn = column;
            default -> {
                if (name.startsWith(AFFINITY)) {
                    pairColumns.put(addAction(name.substring(AFFINITY.length())), column);
                } else if (name.startsWith("user_feature_")) {
                    categoryColumns.add(column);
                } else {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean generalColumn(final String name, final int column) {
        switch (name) {
            case "action" -> actionColumn = column;
            case "position" -> positionColumn = column;
            case "reward" -> rewardColumn = column;
            case "propensity" -> propensityColumn = column;
            case "target" -> targetColumn = column;
            case "customer" -> clusterColumn = column;
            default -> {
                final int colon = name.indexOf(':');
                final String rest = name.substring(colon + 1);
                switch (colon < 0 ? "" : name.substring(0, colon)) {
                    case "target" -> targetColumns.put(addAction(rest), column);
                    case "pair" -> pairColumns.put(addAction(rest), column);
                    case "feature" -> categoryColumns.add(column);
                    case "number" -> numberColumns.add(column);
                    default -> {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private int addAction(final String name) {
        final Integer known = actionIndexes.putIfAbsent(name, actionNames.size());
        if (known != null) {
            return known;
        }
        actionNames.add(name);
        return actionNames.size() - 1;
    }

    private void wrong(final String column, final String found, final String allowed) {
        rowIsBad = true;
        mistakeCount++;
        if (mistakes.size() < MAX_MISTAKES) {
            mistakes.add(new LogMistake(source.line() == 0 ? 1 : source.line(), column, found, allowed));
        }
    }

    private void refuse() throws LogFormatException {
        if (mistakeCount > 0) {
            throw new LogFormatException(file, mistakeCount, mistakes);
        }
    }

    private void rows() throws IOException, LogFormatException {
        allocate(INITIAL_ROWS);
        while (source.next()) {
            rowIsBad = false;
            row();
            if (rowIsBad) {
                log.skippedRows++;
            } else {
                log.rowCount++;
            }
        }
        if (skipBadRows) {
            log.firstSkipped = List.copyOf(mistakes);
        } else {
            refuse();
        }
        if (log.rowCount < 2) {
            wrong(null, log.rowCount + " rows that can be used", "2 rows or more");
            refuse();
        }
        finish();
    }

    private void row() throws IOException {
        if (source.mistake() != null) {
            final LogMistake mistake = source.mistake();
            wrong(mistake.column(), mistake.found(), mistake.allowed());
            return;
        }
        final int row = log.rowCount;
        if (row == log.reward.length) {
            allocate(2 * row);
        }
        log.propensity[row] = number(propensityColumn, "a probability above 0, at most 1", Double.MIN_VALUE, 1);
        log.reward[row] = openBandit ? number(rewardColumn, "0 or 1", 0, 1)
            : number(rewardColumn, "a finite number", -Double.MAX_VALUE, Double.MAX_VALUE);
        if (openBandit && !rowIsBad && log.reward[row] != 0 && log.reward[row] != 1) {
            wrong(name(rewardColumn), source.cell(rewardColumn), "0 or 1");
        }
        if (positionColumn != NONE) {
            position(row);
        }
        if (targetColumn != NONE) {
            log.target[row] = number(targetColumn, "a probability of 0 to 1", 0, 1);
        }
        for (int i = 0; i < numberColumns.size(); i++) {
            log.numbers[i][row] =
                number(numberColumns.get(i), "a finite number", -Double.MAX_VALUE, Double.MAX_VALUE);
        }
        wide(row);
        // Names are taken only from rows that are good.
        final int known = action();
        if (rowIsBad) {
            return;
        }
        log.action[row] = known == NONE ? addAction(source.cell(actionColumn)) : known;
        for (int i = 0; i < categoryColumns.size(); i++) {
            final Map<String, Integer> codes = categoryCodes.get(i);
            log.categories[i][row] =
                codes.computeIfAbsent(source.cell(categoryColumns.get(i)), name -> codes.size());
        }
        if (clusterColumn != NONE) {
            clusterOfRow[row] = cluster(row);
        }
    }

    /** Who has no customer stands alone. */
    private int cluster(final int row) {
        final String name = source.cell(clusterColumn);
        return clusterIndexes.computeIfAbsent(
            name.isEmpty() ? "row " + row : "customer " + name, key -> clusterIndexes.size());
    }

    private void wide(final int row) {
        final int actionCount = actionNames.size();
        if (log.pairs != null) {
            for (int i = 0; i < pairWidth; i++) {
                final Integer column = pairColumns.get(i);
                log.pairs[row * pairWidth + i] = column == null || source.cell(column).isEmpty() ? 0
                    : (float) number(column, "a finite number or nothing", -Float.MAX_VALUE, Float.MAX_VALUE);
            }
        }
        if (log.wholeTarget == null) {
            return;
        }
        double sum = 0;
        for (int i = 0; i < pairWidth; i++) {
            final Integer column = targetColumns.get(i);
            final double probability = column == null || source.cell(column).isEmpty() ? 0
                : number(column, "a probability of 0 to 1 or nothing", 0, 1);
            log.wholeTarget[row * pairWidth + i] = probability;
            sum += probability;
        }
        if (!rowIsBad && Math.abs(sum - 1) > TARGET_SUM_ERROR) {
            wrong("target:*", "a sum of " + sum + " over " + actionCount + " actions", "a sum of 1");
        }
    }

    private int action() {
        final String name = source.cell(actionColumn);
        final Integer known = actionIndexes.get(name);
        if (name.isEmpty()) {
            wrong(name(actionColumn), "nothing", "the name of an action");
        } else if (known == null && !log.actionsFromLog) {
            wrong(name(actionColumn), name, "one of the " + actionNames.size() + " actions "
                + (givenActions == null ? "that the heading names" : "given"));
        } else if (known == null && actionNames.size() >= MAX_ACTIONS) {
            wrong(name(actionColumn), "more than " + MAX_ACTIONS + " different actions", "so many");
        }
        return known == null ? NONE : known;
    }

    private void position(final int row) {
        final double value = number(positionColumn, "a whole number from 1 to " + MAX_POSITION, 1, MAX_POSITION);
        if (value == StrictMath.rint(value)) {
            log.position[row] = (int) value - 1;
        } else if (!Double.isNaN(value)) {
            wrong(name(positionColumn), source.cell(positionColumn), "a whole number from 1 to " + MAX_POSITION);
        }
    }

    private String name(final int column) {
        return source.columns().get(column);
    }

    /** A number within bounds; not a number, and the row is bad, where it is none. */
    private double number(final int column, final String allowed, final double min, final double max) {
        final String text = source.cell(column);
        double value = Double.NaN;
        if (DECIMAL.matcher(text).matches()) {
            value = Double.parseDouble(text);
        }
        if (value >= min && value <= max) {
            return value;
        }
        wrong(name(column), text.isEmpty() ? "nothing" : text, allowed);
        return Double.NaN;
    }

    private void allocate(final int capacity) throws IOException {
        if (log.reward == null) {
            pairWidth = actionNames.size();
            log.action = new int[0];
            log.position = new int[0];
            log.reward = new double[0];
            log.propensity = new double[0];
            log.target = targetColumn == NONE ? null : new double[0];
            log.wholeTarget = targetColumns.isEmpty() ? null : new double[0];
            log.pairs = pairColumns.isEmpty() ? null : new float[0];
            log.categories = new int[categoryColumns.size()][0];
            log.numbers = new double[numberColumns.size()][0];
            clusterOfRow = clusterColumn == NONE ? null : new int[0];
            categoryColumns.forEach(column -> categoryCodes.add(new HashMap<>()));
        }
        resize(capacity);
    }

    private void resize(final int capacity) throws IOException {
        if ((long) capacity * pairWidth > MAX_CELLS && (log.pairs != null || log.wholeTarget != null)) {
            throw new IOException(file + ": " + capacity + " rows with a column for each of " + pairWidth
                + " actions do not fit into memory; leave the columns of actions out, or evaluate parts of the log");
        }
        log.action = Arrays.copyOf(log.action, capacity);
        log.position = Arrays.copyOf(log.position, capacity);
        log.reward = Arrays.copyOf(log.reward, capacity);
        log.propensity = Arrays.copyOf(log.propensity, capacity);
        log.target = log.target == null ? null : Arrays.copyOf(log.target, capacity);
        log.wholeTarget = log.wholeTarget == null ? null : Arrays.copyOf(log.wholeTarget, capacity * pairWidth);
        log.pairs = log.pairs == null ? null : Arrays.copyOf(log.pairs, capacity * pairWidth);
        Arrays.setAll(log.categories, i -> Arrays.copyOf(log.categories[i], capacity));
        Arrays.setAll(log.numbers, i -> Arrays.copyOf(log.numbers[i], capacity));
        clusterOfRow = clusterOfRow == null ? null : Arrays.copyOf(clusterOfRow, capacity);
    }

    private void finish() throws IOException {
        resize(log.rowCount);
        log.actions = List.copyOf(actionNames);
        log.categoryCounts = categoryCodes.stream().mapToInt(Map::size).toArray();
        log.clusters = clusterOfRow == null
            ? Clusters.none(log.rowCount) : Clusters.of(clusterOfRow, clusterIndexes.size());
        for (final int place : log.position) {
            log.positionCount = Math.max(log.positionCount, place + 1);
        }
    }
}
