package io.opportune.engine.catalogue;

/** One file of the catalogue while it is being read: its name, its text, and the errors found in it. */
final class SourceFile {
    private final String path;
    private final String text;
    private final Problems problems;

    SourceFile(final String path, final String text, final Problems problems) {
        this.path = path;
        this.text = text;
        this.problems = problems;
    }

    String path() {
        return path;
    }

    String text() {
        return text;
    }

    Problems problems() {
        return problems;
    }

    /** Number of blanks at the start of a line, lines from 1; 0 when there is no such line. */
    int indentOf(final int line) {
        int at = 0;
        for (int current = 1; current < line; current++) {
            at = text.indexOf('\n', at) + 1;
            if (at == 0) {
                return 0;
            }
        }
        int indent = 0;
        while (at + indent < text.length() && text.charAt(at + indent) == ' ') {
            indent++;
        }
        return indent;
    }
}
