package io.opportune.engine.lint;

import io.opportune.engine.lint.LintFinding.Level;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of people in names and texts: a frequent given name before a frequent family name, an address by name, and a
 * place where a name would be put in. Stateless.
 */
final class PersonNames {
    private static final WordList NAMES = WordList.read("/lint/names.txt");
    private static final Set<String> GIVEN = new HashSet<>(NAMES.entries("given"));
    private static final Set<String> FAMILY = new HashSet<>(NAMES.entries("family"));
    private static final Set<String> KNOWN = new HashSet<>(NAMES.entries("known"));
    private static final Set<String> GREETINGS = Set.of("dear", "hello", "hi", "hey", "liebe", "lieber", "liebes",
        "hallo", "sehr", "guten", "beste", "geachte", "lieve", "cher", "chere", "bonjour", "salut", "hola", "querido",
        "querida", "estimado", "estimada");
    private static final int LONGEST_FAMILY_NAME = 3;
    /** An address such as "Liebe Frau Schmidt": a greeting, a title and a name, none of them a common noun. */
    private static final Pattern TITLED = Pattern.compile(
        "(?U)\\b(?:(?:Dear|Hello|Hi)\\s+(?:Mr|Mrs|Ms|Miss|Mx|Dr)\\b\\.?"
            + "|(?:Liebe[rs]?|Hallo|Sehr\\s+geehrter?|Guten\\s+Tag)\\s+(?:Frau|Herrn?)"
            + "|(?:Beste|Geachte|Hallo)\\s+(?:[Mm]evrouw|[Mm]eneer|[Hh]eer|[Dd]hr\\.|[Mm]evr\\.)"
            + "|(?:Ch[eè]re?|Bonjour)\\s+(?:[Mm]onsieur|[Mm]adame|M\\.|Mme)"
            + "|(?:Estimad[oa]|Querid[oa]|Hola)\\s+(?:[Ss]eñora?|Sra?\\.|[Dd]oña?))"
            + "\\s+(?:(?:van|von|der|den|de|la)\\s+)*(?!(?:Kund|Customer|Klant|Client|Nachbar|President|Doktor))"
            + "(\\p{Lu}[\\p{L}'-]+)");
    /** A greeting before a word that may be a given name. */
    private static final Pattern GREETED = Pattern.compile(
        "(?U)\\b(?:Dear|Hi|Hello|Hey|Liebe[rs]?|Hallo|Beste|Lieve|Ch[eè]re?|Bonjour|Salut|Hola|Querid[oa]|Estimad[oa])"
            + ",?\\s+(\\p{Lu}[\\p{L}'-]+)(?=\\s*(?:[,!.:;–-]|$))");
    /** A slot for a name in a template. */
    private static final Pattern SLOT = Pattern.compile(
        "(?:\\{\\{?|\\[|%%|\\$\\{|<%=?)\\s*(?:(?:customer|user|contact|kunde|klant|client|cliente)[._])?"
            + "(first_?name|last_?name|full_?name|sur_?name|given_?name|family_?name|vor_?name|nach_?name|voornaam|"
            + "achternaam"
            + "|prenom|prénom|apellidos?|nombre|name)\\s*(?:\\}|\\]|%%|%>)",
        Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

    private PersonNames() {
    }

    /** Looks for a given and a family name side by side in a name. */
    static void inName(final String name, final Level level, final BiConsumer<Level, String> found) {
        fullName(name, Folding.words(name), false, level, found);
    }

    /** Looks for names in words for customers. */
    static void inText(final String text, final BiConsumer<Level, String> found) {
        final List<String> words = Folding.words(text);
        fullName(text, words, true, Level.WARNING, found);
        if (greets(words)) {
            final Matcher titled = TITLED.matcher(text);
            if (titled.find()) {
                found.accept(Level.ERROR, titled.group());
            }
            final Matcher greeted = GREETED.matcher(text);
            while (greeted.find()) {
                if (GIVEN.contains(Folding.fold(greeted.group(1)))) {
                    found.accept(Level.ERROR, greeted.group());
                }
            }
        }
        if (hasSlot(text)) {
            final Matcher slot = SLOT.matcher(text);
            if (slot.find()) {
                found.accept(Level.ERROR, slot.group());
            }
        }
    }

    /** Whether a word of greeting is there at all: most texts have none, and the patterns are slow. */
    private static boolean greets(final List<String> words) {
        for (final String word : words) {
            if (GREETINGS.contains(word)) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasSlot(final String text) {
        return text.indexOf('{') >= 0 || text.indexOf('[') >= 0 || text.contains("%%") || text.contains("<%");
    }

    private static void fullName(
        final String text, final List<String> words, final boolean capitalised, final Level level,
        final BiConsumer<Level, String> found) {
        for (int at = 0; at + 1 < words.size(); at++) {
            if (!GIVEN.contains(words.get(at))) {
                continue;
            }
            final StringBuilder family = new StringBuilder();
            for (int i = at + 1; i < Math.min(words.size(), at + 1 + LONGEST_FAMILY_NAME); i++) {
                family.append(family.isEmpty() ? "" : "_").append(words.get(i));
                final String name = words.get(at) + '_' + family;
                if (FAMILY.contains(family.toString()) && !KNOWN.contains(name)
                    && (!capitalised || isWritten(text, words.get(at), words.get(i)))) {
                    found.accept(level, name.replace('_', ' '));
                    return;
                }
            }
        }
    }

    /** Whether both are written as names in a text: with a capital, and nothing but blanks between them. */
    private static boolean isWritten(final String text, final String given, final String last) {
        final Matcher pair = Pattern.compile("(?U)\\b(\\p{Lu}[\\p{L}'-]*)\\s+(?:(?:van|von|der|den|de|la)\\s+)*"
            + "(\\p{Lu}[\\p{L}'-]*)\\b").matcher(text);
        int from = 0;
        while (pair.find(from)) {
            if (Folding.fold(pair.group(1)).equals(given) && Folding.fold(pair.group(2)).endsWith(last)) {
                return true;
            }
            from = pair.end(1);
        }
        return false;
    }
}
