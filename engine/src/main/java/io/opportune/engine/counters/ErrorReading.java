package io.opportune.engine.counters;

/**
 * One distinct error as read from a counters file.
 *
 * @param count       how often it was seen.
 * @param firstTimeMs when first, milliseconds since 1970.
 * @param lastTimeMs  when last, milliseconds since 1970.
 * @param text        what happened; with the stack trace when it was unexpected.
 */
public record ErrorReading(int count, long firstTimeMs, long lastTimeMs, String text) {
    /**
     * The error without its stack trace.
     *
     * @return the first line of the text.
     */
    public String summary() {
        return text.lines().findFirst().orElse("");
    }
}
