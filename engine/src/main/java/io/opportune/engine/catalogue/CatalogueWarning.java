package io.opportune.engine.catalogue;

/**
 * Something in a catalogue that is allowed and can hardly be meant. It keeps no catalogue from being used.
 *
 * @param kind   of it.
 * @param file   path within the catalogue's directory, with slashes.
 * @param line   from 1.
 * @param column from 1.
 * @param field  path such as {@code offers[3].targeting}.
 * @param offer  name of the offer; empty where it is about no offer.
 * @param words  what it is and why, for people.
 */
public record CatalogueWarning(
    Kind kind, String file, int line, int column, String field, String offer, String words)
    implements Comparable<CatalogueWarning> {
    /** What may be noticed. */
    public enum Kind {
        /** A cap counts what does not happen on a channel of the offer. */
        UNCOUNTED("warning"),
        /** The offer's rule matches nothing where the offer is made. */
        NEVER("warning"),
        /** No placement makes the offer. */
        NOWHERE("warning"),
        /** An alternative of the rule never holds where the offer is made. */
        DEAD_ALTERNATIVE("warning"),
        /** A value in the rule never occurs where the offer is made. */
        DEAD_VALUE("warning"),
        /** A text may be personal data. */
        PERSONAL_DATA("warning"),
        /** The rule matches everything and might be left out. */
        ALWAYS("note");

        private final String level;

        Kind(final String level) {
            this.level = level;
        }

        /**
         * How much it matters.
         *
         * @return {@code warning}, or {@code note} when offers are made as they would be without it.
         */
        public String level() {
            return level;
        }
    }

    private FilePlace place() {
        return new FilePlace(file, line, column, field);
    }

    @Override
    public int compareTo(final CatalogueWarning other) {
        return place().compareTo(other.place());
    }

    @Override
    public String toString() {
        return place() + " " + kind.level() + ": " + words;
    }
}
