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

    static OfferText of(final String text) {
        if (text.lines().anyMatch(line -> line.startsWith("offers:") || line.startsWith("\"offers\":"))) {
            return new OfferText(text, false);
        }
        final StringBuilder file = new StringBuilder("offers:\n");
        // The dash stands alone, so that a comment or an empty line may come first.
        file.append("-\n");
        text.lines().forEach(line -> file.append(line.isEmpty() ? "" : " ".repeat(INDENT)).append(line).append('\n'));
        return new OfferText(file.toString(), true);
    }

    /** An error with its place in the text that was given. */
    CatalogueError place(final CatalogueError error) {
        return wrapped
            ? new CatalogueError(error.file(), Math.max(1, error.line() - 2), Math.max(1, error.column() - INDENT),
                error.field(), error.found(), error.allowed())
            : error;
    }
}
