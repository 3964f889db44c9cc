package io.opportune.engine.catalogue;

import io.opportune.engine.lint.LintFinding;
import io.opportune.engine.lint.LintRule;
import java.util.Locale;

/**
 * A text of a catalogue or a feature file that looks like personal data.
 *
 * @param file    path below the directory, with slashes.
 * @param line    from 1.
 * @param column  from 1.
 * @param field   where it stands, such as {@code offers[3].creatives[0].title}.
 * @param finding what was found.
 * @param reason  of the exception that allows it; null when none does.
 */
public record CatalogueFinding(
    String file, int line, int column, String field, LintFinding finding, String reason)
    implements Comparable<CatalogueFinding> {

    private FilePlace place() {
        return new FilePlace(file, line, column, field);
    }

    /** {@return whether an exception allows it} */
    public boolean isAllowed() {
        return reason != null;
    }

    /** {@return whether it refuses the catalogue} */
    public boolean isError() {
        return !isAllowed() && finding.level() == LintFinding.Level.ERROR;
    }

    /** {@return what was found} */
    public String foundWords() {
        final LintRule rule = finding.rule();
        return "[" + rule.ruleName() + "] " + '"' + Problems.clip(finding.found()) + "\" looks like " + rule.thing()
            + ": " + rule.why();
    }

    /** {@return what to do} */
    public String adviceWords() {
        return finding.rule().advice() + ", or state an exception: lint: {allow: [" + finding.rule().ruleName()
            + "], reason: ...}";
    }

    @Override
    public int compareTo(final CatalogueFinding other) {
        return place().compareTo(other.place());
    }

    @Override
    public String toString() {
        return place() + " " + (isAllowed() ? "allowed" : finding.level().name().toLowerCase(Locale.ROOT)) + ": "
            + foundWords() + "; " + (isAllowed() ? "reason: " + reason : adviceWords());
    }
}
