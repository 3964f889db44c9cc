package io.opportune.engine.lint;

/**
 * Something in a text that looks like personal data.
 *
 * @param rule  that found it.
 * @param level how sure it is.
 * @param found the part of the text.
 */
public record LintFinding(LintRule rule, Level level, String found) {
    /** How sure a finding is. */
    public enum Level {
        /** Refused unless an exception is stated. */
        ERROR,
        /** May well be harmless: told only. */
        WARNING
    }
}
