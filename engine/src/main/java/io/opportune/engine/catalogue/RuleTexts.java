package io.opportune.engine.catalogue;

import io.opportune.engine.targeting.NearestNames;
import io.opportune.engine.targeting.Rule;
import io.opportune.engine.targeting.RuleCompiler;
import io.opportune.engine.targeting.RuleError;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Turns the texts of rules into rules: each text is compiled once, also when it stands at many offers, and one that is
 * known from another catalogue not at all. Reports what is wrong at its place in the file. One thread.
 */
final class RuleTexts implements OfferReader.RuleSource {
    private final RuleCompiler compiler;
    private final ProvisionalIds ids;
    private final Set<String> storeNames;
    private final Map<String, Catalogue.KnownRule> reusable;
    private final Map<String, Catalogue.KnownRule> rules;

    /**
     * Prepares for one reading.
     *
     * @param compiler   of the schema.
     * @param ids        for new names.
     * @param storeNames all stores of the catalogue.
     * @param reusable   rules that need not be compiled, by text.
     * @param rules      gets every rule that is asked for.
     */
    RuleTexts(
        final RuleCompiler compiler, final ProvisionalIds ids, final Set<String> storeNames,
        final Map<String, Catalogue.KnownRule> reusable, final Map<String, Catalogue.KnownRule> rules) {
        this.compiler = compiler;
        this.ids = ids;
        this.storeNames = storeNames;
        this.reusable = reusable;
        this.rules = rules;
    }

    @Override
    public Rule rule(final YamlValue at, final Set<String> placements) {
        Catalogue.KnownRule known = rules.get(at.text());
        if (known == null) {
            known = reusable.get(at.text());
        }
        if (known == null) {
            final RuleCompiler.Outcome outcome = compiler.compile(at.text(), ids::of);
            for (final RuleError error : outcome.errors()) {
                report(at, error.line(), error.column(), error.found(),
                    error.allowed().isEmpty() ? "" : "allowed: " + error.allowed());
            }
            if (outcome.rule() == null) {
                return Rule.ALWAYS;
            }
            known = new Catalogue.KnownRule(outcome.rule(), outcome.names());
        }
        rules.put(at.text(), known);
        checkNames(at, known.names(), placements);
        return known.rule();
    }

    /** Stores and placements are all in the catalogue, so that a wrong name in a rule can be told. */
    private void checkNames(final YamlValue at, final List<RuleCompiler.UsedName> names, final Set<String> placements) {
        for (final RuleCompiler.UsedName name : names) {
            final Set<String> known = switch (name.vocabulary()) {
                case PLACEMENT -> placements;
                case STORE -> storeNames.isEmpty() ? null : storeNames;
                default -> null;
            };
            if (known != null && !known.contains(name.text())) {
                report(at, name.line(), name.column(), '"' + name.text() + "\" is not a "
                    + (known == placements ? "placement" : "store"),
                    "known: " + NearestNames.describe(name.text(), known));
            }
        }
    }

    /** Reports a place within a rule as the place in the file, as well as the way it is quoted allows. */
    private static void report(
        final YamlValue at, final int line, final int column, final String found, final String allowed) {
        final RulePlace place = RulePlace.of(at, line, column);
        at.file().problems().add(
            at.file().path(), place.line(), place.column(), at.path(), found + place.remark(), allowed);
    }
}
