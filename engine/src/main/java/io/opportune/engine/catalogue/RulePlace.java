package io.opportune.engine.catalogue;

/**
 * A place within a rule as the place in its file, as well as the way the rule is quoted allows.
 *
 * @param line   of the file, from 1.
 * @param column of the line, from 1.
 * @param remark to be added to the words, where the place cannot be told by line and column; mostly empty.
 */
record RulePlace(int line, int column, String remark) {
    /** The place in the file of a place in the text of a value. */
    static RulePlace of(final YamlValue at, final int line, final int column) {
        return switch (at.style()) {
            case LITERAL -> {
                final String text = at.text().lines().skip(line - 1L).findFirst().orElse("");
                final int blanks = text.length() - text.stripLeading().length();
                final int indent = at.file().indentOf(at.line() + line) - blanks;
                yield new RulePlace(at.line() + line, Math.max(0, indent) + column, "");
            }
            case FOLDED -> new RulePlace(at.line(), at.column(), " (column " + column + " of the rule)");
            case PLAIN -> new RulePlace(at.line(), at.column() + column - 1, "");
            default -> {
                final String before = at.text().substring(0, Math.min(at.text().length(), column - 1));
                final boolean single = at.style() == YamlValue.Style.SINGLE_QUOTED;
                final int escapes = (int) before.chars()
                    .filter(character -> single ? character == '\'' : character == '"' || character == '\\').count();
                yield new RulePlace(at.line(), at.column() + column + escapes, "");
            }
        };
    }
}
