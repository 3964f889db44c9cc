package io.opportune.protocol;

/** Compares what decoders of different versions print: {@code [Name](header):field=value|group=[(field=value|...)]}. */
public final class FieldTexts {
    private FieldTexts() {
    }

    /**
     * Whether all fields of a message are there with their values and in their order; there may be more.
     *
     * @param actual   text of a decoder of any version.
     * @param expected text of a decoder of an older version.
     * @return true when nothing is lost or changed.
     */
    public static boolean contains(final String actual, final String expected) {
        final String[] found = fields(actual);
        int next = 0;
        for (final String field : fields(expected)) {
            while (next < found.length && !found[next].equals(field)) {
                next++;
            }
            if (next++ >= found.length) {
                return false;
            }
        }
        return true;
    }

    /** Acting version and block length stand before the colon and are not compared. */
    private static String[] fields(final String text) {
        return text.substring(text.indexOf("):") + 2).split("[|(){}\\[\\]]+");
    }
}
