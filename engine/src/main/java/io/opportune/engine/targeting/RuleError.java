package io.opportune.engine.targeting;

/**
 * One thing that is wrong with a rule.
 *
 * @param line    in the rule's text, from 1.
 * @param column  in that line, from 1.
 * @param found   what stands there and what is wrong with it.
 * @param allowed what may stand there; may be empty.
 */
public record RuleError(int line, int column, String found, String allowed) {
    @Override
    public String toString() {
        return line + ":" + column + ": " + found + (allowed.isEmpty() ? "" : "; allowed: " + allowed);
    }
}
