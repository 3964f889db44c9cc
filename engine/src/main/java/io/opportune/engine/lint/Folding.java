package io.opportune.engine.lint;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Texts to comparable words: lower case, without accents, cut where names are. Stateless. */
final class Folding {
    private Folding() {
    }

    /** Lower case without accents; German umlauts as two letters, as people write them where they have none. */
    static String fold(final String text) {
        boolean ascii = true;
        for (int i = 0; i < text.length() && ascii; i++) {
            ascii = text.charAt(i) < 0x80;
        }
        if (ascii) {
            return text.toLowerCase(Locale.ROOT);
        }
        final String composed = Normalizer.normalize(text, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
        final StringBuilder germanised = new StringBuilder(composed.length() + 4);
        for (int i = 0; i < composed.length(); i++) {
            final char c = composed.charAt(i);
            switch (c) {
                case 'ä' -> germanised.append("ae");
                case 'ö' -> germanised.append("oe");
                case 'ü' -> germanised.append("ue");
                case 'ß' -> germanised.append("ss");
                default -> germanised.append(c);
            }
        }
        final String parts = Normalizer.normalize(germanised, Normalizer.Form.NFD);
        final StringBuilder folded = new StringBuilder(parts.length());
        for (int i = 0; i < parts.length(); i++) {
            final char c = parts.charAt(i);
            if (Character.getType(c) != Character.NON_SPACING_MARK) {
                folded.append(c);
            }
        }
        return folded.toString();
    }

    /** The words of a name or text, folded: runs of letters and digits, also cut inside {@code camelCase}. */
    static List<String> words(final String text) {
        final List<String> words = new ArrayList<>();
        int start = -1;
        for (int i = 0; i <= text.length(); i++) {
            final boolean inside = i < text.length() && Character.isLetterOrDigit(text.charAt(i));
            final boolean hump = inside && start >= 0 && Character.isUpperCase(text.charAt(i))
                && Character.isLowerCase(text.charAt(i - 1));
            if (start >= 0 && (!inside || hump)) {
                words.add(fold(text.substring(start, i)));
                start = -1;
            }
            if (inside && start < 0) {
                start = i;
            }
        }
        return words;
    }
}
