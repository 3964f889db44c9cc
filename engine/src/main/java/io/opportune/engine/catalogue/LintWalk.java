package io.opportune.engine.catalogue;

import io.opportune.engine.lint.LintFinding;
import io.opportune.engine.lint.LintPlace;
import io.opportune.engine.lint.LintRule;
import io.opportune.engine.lint.PersonalDataLinter;
import io.opportune.engine.targeting.NearestNames;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks at every text of one file that may hold personal data. What a text means follows from its key; an exception
 * {@code lint: {allow: [rule ...], reason: ...}} holds for the map that it stands in and all below, and one in the list
 * {@code lint} of a file for the texts {@code values} that it names.
 */
final class LintWalk {
    private static final String LINT = "lint";
    private static final String FEATURES = "features";
    /** Keys whose texts are words of a fixed list, numbers, times, or names defined elsewhere. */
    private static final Set<String> FIXED = Set.of("zone", "type", "currency", "objective", "start", "end", "amount",
        "mode", "window", "count", "event", "per", "days", "channels", "moments", "consent", "lang", "cat", "cattax",
        "mime", "mimes", "registry", "campaign", "advertiser", "placements", "fallback", "time_budget", "valid_for",
        "session_gap", "duration", "skip_after", "delivery", "cost", "source", "kind", "max_age");
    private static final Set<String> LINKS = Set.of("adomain", "bundle");
    private static final Set<String> NAMES = Set.of("id", "category", "categories", "tactic");
    /** A text in a rule: CEL writes it in either quotes. */
    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|'((?:[^'\\\\]|\\\\.)*)'");
    private static final Pattern OF_SEGMENTS = Pattern.compile("^\\s*in\\s+customer\\.segments\\b");

    /** What may stand, and why. */
    private static final class Exemption {
        private final YamlValue at;
        private final Set<LintRule> rules;
        private final Set<String> values;
        private final String reason;
        private boolean isUsed;

        Exemption(final YamlValue at, final Set<LintRule> rules, final Set<String> values, final String reason) {
            this.at = at;
            this.rules = rules;
            this.values = values;
            this.reason = reason;
        }

        boolean allows(final LintRule rule, final String text) {
            return rules.contains(rule) && (values.isEmpty() || values.contains(text));
        }
    }

    private final Consumer<CatalogueFinding> findings;
    private final Consumer<YamlValue> unused;
    private final Deque<Exemption> exemptions = new ArrayDeque<>();
    private int texts;

    /**
     * Makes one for one file.
     *
     * @param findings gets what is found.
     * @param unused   gets exceptions that allow nothing.
     */
    LintWalk(final Consumer<CatalogueFinding> findings, final Consumer<YamlValue> unused) {
        this.findings = findings;
        this.unused = unused;
    }

    /** Number of texts that were looked at. */
    int texts() {
        return texts;
    }

    void walk(final YamlValue root) {
        visit(root, "", "");
    }

    private void visit(final YamlValue value, final String list, final String key) {
        switch (value.kind()) {
            case MAP -> map(value, list);
            case LIST -> value.elements().forEach(element -> visit(element, list.isEmpty() ? key : list, key));
            case TEXT -> text(value, list, key);
            default -> { }
        }
    }

    private void map(final YamlValue map, final String list) {
        final List<Exemption> own = exemptions(map.get(LINT));
        own.forEach(exemptions::push);
        for (final Map.Entry<String, YamlValue> entry : map.entries().entrySet()) {
            if (!entry.getKey().equals(LINT)) {
                visit(entry.getValue(), list, entry.getKey());
            }
        }
        for (final Exemption exemption : own) {
            exemptions.remove(exemption);
            if (!exemption.isUsed) {
                unused.accept(exemption.at);
            }
        }
    }

    /** One exception of a map, or those of a file. */
    private static List<Exemption> exemptions(final YamlValue value) {
        if (value == null) {
            return List.of();
        }
        final List<Exemption> exemptions = new ArrayList<>();
        for (final YamlValue one : value.kind() == YamlValue.Kind.LIST ? value.elements() : List.of(value)) {
            final Set<LintRule> rules = new HashSet<>();
            Fields.each(one, "allow", name -> {
                final LintRule rule = name.text() == null ? null : LintRule.find(name.text());
                if (rule == null) {
                    name.file().problems().add(name, name.words() + " is no rule",
                        "known: " + NearestNames.describe(name.text(), LintRule.names()));
                } else {
                    rules.add(rule);
                }
            });
            final Set<String> values = new HashSet<>();
            Fields.each(one, "values", text -> values.add(text.text()));
            final String reason = Fields.text(one, "reason", "").strip();
            final boolean ofFile = value.kind() == YamlValue.Kind.LIST;
            if (reason.isEmpty()) {
                one.file().problems().add(one, "an exception without a reason", "reason: why it is no personal data");
            } else if (ofFile && values.isEmpty()) {
                one.file().problems().add(one, "an exception for a whole file", "values: [the texts that it is about]");
            } else {
                exemptions.add(new Exemption(one, rules, values, reason));
            }
        }
        return exemptions;
    }

    private void text(final YamlValue value, final String list, final String key) {
        if (FIXED.contains(key) && !value.text().contains("://")) {
            return;
        }
        texts++;
        if (key.equals("targeting")) {
            rule(value);
        } else if (key.equals("name") && (list.equals("attributes") || list.equals(FEATURES)) || key.equals(FEATURES)) {
            report(value, value.text(), PersonalDataLinter.checkAttribute(value.text(), kindOf(value)));
        } else {
            report(value, value.text(), PersonalDataLinter.check(place(value, list, key), value.text()));
        }
    }

    private static LintPlace place(final YamlValue value, final String list, final String key) {
        if (LINKS.contains(key) || value.text().startsWith("http://") || value.text().startsWith("https://")) {
            return LintPlace.URL;
        }
        if (list.equals("segments")) {
            return LintPlace.SEGMENT;
        }
        if (list.equals("advertisers") && key.equals("name")) {
            return LintPlace.ORGANISATION;
        }
        return NAMES.contains(key) ? LintPlace.NAME : LintPlace.TEXT;
    }

    private static PersonalDataLinter.ValueKind kindOf(final YamlValue name) {
        final YamlValue type = name.parent() == null ? null : name.parent().get("type");
        return type == null || type.text() == null ? PersonalDataLinter.ValueKind.TEXT : switch (type.text()) {
            case "bool" -> PersonalDataLinter.ValueKind.FLAG;
            case "int", "list<int>" -> PersonalDataLinter.ValueKind.INTEGER;
            case "decimal" -> PersonalDataLinter.ValueKind.DECIMAL;
            case "time" -> PersonalDataLinter.ValueKind.TIME;
            default -> PersonalDataLinter.ValueKind.TEXT;
        };
    }

    private void rule(final YamlValue value) {
        final Matcher literal = LITERAL.matcher(value.text());
        while (literal.find()) {
            final String text = literal.group(1) != null ? literal.group(1) : literal.group(2);
            final boolean segment = OF_SEGMENTS.matcher(value.text().substring(literal.end())).find();
            report(value, text, PersonalDataLinter.check(segment ? LintPlace.SEGMENT : LintPlace.NAME, text));
        }
    }

    private void report(final YamlValue at, final String text, final List<LintFinding> found) {
        for (final LintFinding finding : found) {
            String reason = null;
            for (final Exemption exemption : exemptions) {
                if (reason == null && exemption.allows(finding.rule(), text)) {
                    exemption.isUsed = true;
                    reason = exemption.reason;
                }
            }
            findings.accept(new CatalogueFinding(
                at.file().path(), at.line(), at.column(), at.path(), finding, reason));
        }
    }

    /** What a walk over several files found, in the order of files and lines. */
    static List<CatalogueFinding> sorted(final List<CatalogueFinding> findings) {
        final List<CatalogueFinding> sorted = new ArrayList<>(findings);
        Collections.sort(sorted);
        return Collections.unmodifiableList(sorted);
    }
}
