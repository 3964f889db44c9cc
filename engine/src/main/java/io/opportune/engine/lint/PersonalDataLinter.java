package io.opportune.engine.lint;

import io.opportune.engine.lint.LintFinding.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Looks for personal data in one name or text. It finds forms, check digits and words of five languages (English,
 * German, Dutch, French, Spanish); it cannot know that a segment "club 17" has one member. Stateless, any thread.
 */
public final class PersonalDataLinter {
    private static final WordList ATTRIBUTES = WordList.read("/lint/attributes.txt");
    private static final WordList SPECIAL = WordList.read("/lint/special.txt");
    /** Beside these an identifier's name says that it is there or may be used, not what it is. */
    private static final Set<String> ABOUT = Set.of("has", "is", "opt", "optin", "consent", "subscribed", "subscriber",
        "verified", "confirmed", "count", "frequency", "clicks", "opens", "opened", "open", "rate", "allowed", "valid",
        "model", "brand", "os", "type", "make", "plan", "contract", "domain", "length", "days", "last", "age", "kind",
        "quality", "score", "accuracy", "status");
    /** Beside these words a special category is about food, animals, giving or sport. */
    private static final Set<String> HARMLESS = Set.of("food", "foods", "cuisine", "kitchen", "recipe", "recipes",
        "restaurant", "restaurants", "dish", "dishes", "meal", "meals", "cooking", "sauce", "sauces", "snacks",
        "art", "music",
        "kueche", "essen", "gerichte", "rezepte", "keuken", "eten", "gerechten", "cuisines", "plats", "cocina",
        "comida",
        "pet", "pets", "dog", "dogs", "cat", "cats", "hund", "hunde", "katze", "katzen", "hond", "kat", "chien", "chat",
        "perro", "gato", "charity", "donor", "donors", "donation", "awareness", "fundraiser", "golf");

    /** What the values of an attribute can be. */
    public enum ValueKind {
        /** True or false: says of nobody who he is, but may say what. */
        FLAG,
        /** A whole number. */
        INTEGER,
        /** A number with decimals. */
        DECIMAL,
        /** A point in time. */
        TIME,
        /** Any text. */
        TEXT
    }

    private PersonalDataLinter() {
    }

    /**
     * Looks at a name or text.
     *
     * @param place where it stands.
     * @param text  itself.
     * @return what looks like personal data, at most one finding for each rule; empty as a rule.
     */
    public static List<LintFinding> check(final LintPlace place, final String text) {
        return place == LintPlace.ATTRIBUTE ? checkAttribute(text, ValueKind.TEXT) : values(place, text);
    }

    /**
     * Looks at an attribute's name.
     *
     * @param name  with or without {@code customer.} or {@code request.}.
     * @param kind  of its values.
     * @return what its values seem to be; at most one finding for each rule.
     */
    public static List<LintFinding> checkAttribute(final String name, final ValueKind kind) {
        final List<LintFinding> findings = new ArrayList<>(values(LintPlace.ATTRIBUTE, name));
        final List<String> words = Folding.words(name.substring(name.indexOf('.') + 1));
        if (words.stream().noneMatch(ABOUT::contains)) {
            for (final WordList.Hit hit : ATTRIBUTES.find(words)) {
                final LintRule rule = LintRule.find(hit.what());
                if (canHold(kind, rule)) {
                    add(findings, rule, rule == LintRule.POSTCODE || rule == LintRule.BIRTH_YEAR
                        ? Level.WARNING : Level.ERROR, joined(words, hit));
                }
            }
        }
        special(words, findings);
        return findings;
    }

    private static boolean canHold(final ValueKind kind, final LintRule rule) {
        return switch (kind) {
            case TEXT -> true;
            case FLAG -> false;
            case TIME -> rule == LintRule.BIRTH_DATE;
            case DECIMAL -> rule == LintRule.PRECISE_POSITION;
            case INTEGER -> switch (rule) {
                case PERSON_NAME, EMAIL, STREET_ADDRESS -> false;
                default -> true;
            };
        };
    }

    private static List<LintFinding> values(final LintPlace place, final String text) {
        final List<LintFinding> findings = new ArrayList<>(0);
        Identifiers.find(place, text, (rule, found) -> add(findings, rule, level(place, rule), found));
        switch (place) {
            case TEXT -> PersonNames.inText(text,
                (level, found) -> add(findings, LintRule.PERSON_NAME, level, found));
            case SEGMENT -> {
                PersonNames.inName(text, Level.ERROR,
                    (level, found) -> add(findings, LintRule.PERSON_NAME, level, found));
                special(Folding.words(text), findings);
            }
            case NAME, ATTRIBUTE -> PersonNames.inName(text, Level.WARNING,
                (level, found) -> add(findings, LintRule.PERSON_NAME, level, found));
            default -> { }
        }
        return findings;
    }

    /** In words for customers a store's telephone or street may well be meant. */
    private static Level level(final LintPlace place, final LintRule rule) {
        final boolean words = place == LintPlace.TEXT || place == LintPlace.ORGANISATION;
        return words && (rule == LintRule.PHONE || rule == LintRule.STREET_ADDRESS || rule == LintRule.IP_ADDRESS)
            ? Level.WARNING : Level.ERROR;
    }

    private static void special(final List<String> words, final List<LintFinding> findings) {
        if (words.stream().noneMatch(HARMLESS::contains)) {
            for (final WordList.Hit hit : SPECIAL.find(words)) {
                add(findings, LintRule.find(hit.what()), Level.ERROR, joined(words, hit));
            }
        }
    }

    private static String joined(final List<String> words, final WordList.Hit hit) {
        return String.join("_", words.subList(hit.at(), hit.at() + hit.length()));
    }

    private static void add(
        final List<LintFinding> findings, final LintRule rule, final Level level, final String found) {
        if (findings.stream().noneMatch(finding -> finding.rule() == rule)) {
            findings.add(new LintFinding(rule, level, found));
        }
    }
}
