package io.opportune.engine.evaluation;

/**
 * Something in a log that cannot be used.
 *
 * @param line    where the row begins, from 1.
 * @param column  name of the column, or null for the whole row.
 * @param found   what stands there.
 * @param allowed what may stand there.
 */
public record LogMistake(long line, String column, String found, String allowed) {
    private static final int MAX_FOUND_LENGTH = 80;

    /** Shortens what was found. */
    public LogMistake {
        if (found.length() > MAX_FOUND_LENGTH) {
            found = found.substring(0, MAX_FOUND_LENGTH) + "...";
        }
    }

    /**
     * The mistake as a sentence.
     *
     * @return line, column, what was found and what is allowed.
     */
    @Override
    public String toString() {
        return "line " + line + (column == null ? "" : ", column " + column) + ": found " + found + ", allowed "
            + allowed;
    }
}
