package io.opportune.engine.catalogue;

/**
 * The text of one offer as a file of the catalogue. Fields alone are put into a list {@code offers}, and places in the
 * file are told as places in the text that was given.
 *
 * @param file    text of the file.
 * @param wrapped whether the text was put into a list.
 */
record OfferText(String file, boolean wrapped) {
    private static final int INDENT = 2;
    private static final String DOCUMENT = "---";

    static OfferText of(final String text) {
        if (text.lines().anyMatch(line -> line.startsWith("offers:") || line.startsWith("\"offers\":"))) {
            return new OfferText(text, false);
        }
        final StringBuilder file = new StringBuilder("offers:\n");
        // The dash stands alone, so that a comment or an empty line may come first.
        file.append("-\n");
        boolean begun = false;
        for (final String line : text.lines().toList()) {
            // A document may begin with a mark, which cannot stand in a list.
            final boolean mark = !begun && (line.equals(DOCUMENT) || line.startsWith(DOCUMENT + " "));
            begun |= mark || !line.isBlank() && !line.startsWith("#");
            final String kept = mark ? line.substring(DOCUMENT.length()) : line;
            file.append(kept.isEmpty() ? "" : " ".repeat(INDENT + line.length() - kept.length())).append(kept)
                .append('\n');
        }
        return new OfferText(file.toString(), true);
    }

    /** An error with its place in the text that was given. */
    CatalogueError place(final CatalogueError error) {
        return new CatalogueError(error.file(), line(error.line()), column(error.column()), error.field(),
            error.found(), error.allowed());
    }

    /** A warning with its place in the text that was given. */
    CatalogueWarning place(final CatalogueWarning warning) {
        return new CatalogueWarning(warning.kind(), warning.file(), line(warning.line()), column(warning.column()),
            warning.field(), warning.offer(), warning.words());
    }

    private int line(final int ofFile) {
        return wrapped ? Math.max(1, ofFile - 2) : ofFile;
    }

    private int column(final int ofFile) {
        return wrapped ? Math.max(1, ofFile - INDENT) : ofFile;
    }
}
