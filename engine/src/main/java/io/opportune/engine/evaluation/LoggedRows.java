package io.opportune.engine.evaluation;

import java.nio.file.Path;
import java.util.List;

/**
 * A log that was read: for each row what was done, with which probability, and what came of it; by column. Filled by
 * {@link LogReader}, not changed afterwards.
 */
public final class LoggedRows {
    /** For {@link #action(String)}. */
    public static final int NO_ACTION = -1;

    Path file;
    LogForm form;
    List<String> actions;
    boolean actionsFromLog;
    int rowCount;
    long skippedRows;
    List<LogMistake> firstSkipped = List.of();
    List<String> unusedColumns = List.of();
    int[] action;
    int[] position;
    int positionCount = 1;
    double[] reward;
    double[] propensity;
    Clusters clusters;
    /** Probability of the logged action, or null. */
    double[] target;
    /** Probabilities of all actions, row by row, or null. */
    double[] wholeTarget;
    /** Categories of the row: codes by feature, then row; and how many there are of each. */
    int[][] categories = {};
    int[] categoryCounts = {};
    /** Numbers of the row: by feature, then row. */
    double[][] numbers = {};
    /** A number of each action in each row, row by row, or null. */
    float[] pairs;

    LoggedRows() {
    }

    /**
     * Where it was read.
     *
     * @return the file.
     */
    public Path file() {
        return file;
    }

    /**
     * How it was read.
     *
     * @return its form.
     */
    public LogForm form() {
        return form;
    }

    /**
     * What could be done.
     *
     * @return names; their places are the indexes of actions.
     */
    public List<String> actions() {
        return actions;
    }

    /**
     * Looks an action up.
     *
     * @param name of it.
     * @return its index, or {@link #NO_ACTION}.
     */
    public int action(final String name) {
        return actions.indexOf(name);
    }

    /**
     * Number of rows that can be used.
     *
     * @return 1 or more.
     */
    public int rowCount() {
        return rowCount;
    }

    /**
     * Rows with mistakes that were left out as asked.
     *
     * @return 0 or more.
     */
    public long skippedRows() {
        return skippedRows;
    }

    /**
     * What was wrong with them.
     *
     * @return the first few mistakes.
     */
    public List<LogMistake> firstSkipped() {
        return firstSkipped;
    }

    /**
     * Columns that mean nothing here.
     *
     * @return names.
     */
    public List<String> unusedColumns() {
        return unusedColumns;
    }

    /**
     * Whether target probabilities stand in the log.
     *
     * @return false: {@link TargetPolicy#given} cannot be used.
     */
    public boolean givesTarget() {
        return target != null || wholeTarget != null;
    }

    boolean givesWholeTarget() {
        return wholeTarget != null;
    }

    double givenTarget(final int row, final int ofAction) {
        return wholeTarget == null ? target[row] : wholeTarget[row * actions.size() + ofAction];
    }

    /**
     * What was done in a row.
     *
     * @param row 0..{@link #rowCount()} - 1.
     * @return index of the action.
     */
    public int action(final int row) {
        return action[row];
    }

    /**
     * In which place it was done.
     *
     * @param row 0..{@link #rowCount()} - 1.
     * @return from 0.
     */
    public int position(final int row) {
        return position[row];
    }

    /**
     * How many places there are.
     *
     * @return 1 or more.
     */
    public int positionCount() {
        return positionCount;
    }

    /**
     * What came of it.
     *
     * @param row 0..{@link #rowCount()} - 1.
     * @return finite.
     */
    public double reward(final int row) {
        return reward[row];
    }

    /**
     * With which probability it was done.
     *
     * @param row 0..{@link #rowCount()} - 1.
     * @return above 0, at most 1.
     */
    public double propensity(final int row) {
        return propensity[row];
    }
}
