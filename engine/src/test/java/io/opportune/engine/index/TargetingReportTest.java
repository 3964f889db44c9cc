package io.opportune.engine.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.targeting.AttributeSchema;
import io.opportune.engine.targeting.RandomRules;
import io.opportune.engine.targeting.Rule;
import io.opportune.engine.targeting.RuleCompiler;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class TargetingReportTest {
    private final NameRegistry registry = new NameRegistry((kind, id, name) -> { });
    private final AttributeSchema schema = new AttributeSchema(List.of());
    private final RuleCompiler compiler = new RuleCompiler(schema);

    private TargetingReport report(final String... texts) {
        final List<Rule> rules = new ArrayList<>();
        for (final String text : texts) {
            try {
                rules.add(compiler.compile(text, registry));
            } catch (final RuleCompiler.RuleException wrong) {
                throw new AssertionError(text, wrong);
            }
        }
        return TargetingReport.of(schema, rules);
    }

    private static List<String> attributes(final TargetingReport report) {
        return report.attributes().stream().map(use -> String.format(Locale.ROOT, "%s %d %d %.3f %.3f",
            use.attribute(), use.rules(), use.classes(), use.accepted(), use.removed())).toList();
    }

    private static List<String> conditions(final TargetingReport report) {
        return report.conditions().stream().map(use -> String.format(Locale.ROOT, "%s: %d %.3f %.3f",
            use.words(), use.rules(), use.accepted(), use.removed())).toList();
    }

    /** 11 channels, 24 hours; amounts fall apart at 10 and 20; three categories are named. */
    @Test
    void shouldCountValuesWhereThereAreFewAndStretchesWhereThereAreMany() {
        final TargetingReport report = report(
            "moment.channel == \"till\" && moment.hour >= 18",
            "moment.channel == \"till\" && basket.amount > 20.0",
            "moment.channel != \"web\" && basket.amount >= 10.0",
            "\"milk\" in basket.categories && !(\"wine\" in basket.categories)",
            "!(\"bread\" in basket.categories)",
            "true",
            "moment.hour > 5 && moment.hour < 3",
            "customer.known || moment.hour < 3");
        assertEquals(8, report.ruleCount());
        assertEquals(1, report.neverCount());
        assertEquals(1, report.residueCount());
        assertEquals(List.of(
            // (1/11 + 1/11 + 10/11) / 3 are accepted; (10/11 + 10/11 + 1/11) / 8 rules fall out.
            "moment.channel 3 11 0.364 0.239",
            // Above 20 one of the three stretches, from 10 two.
            "basket.amount 2 3 0.500 0.125",
            // One of three lists, and two of three.
            "basket.categories 2 3 0.500 0.125",
            "moment.hour 1 24 0.250 0.094"), attributes(report));
        assertEquals("moment.channel == \"till\": 2 0.091 0.227", conditions(report).getFirst());
        assertTrue(conditions(report).containsAll(List.of(
            "moment.hour >= 18: 1 0.250 0.094", "basket.amount > 20.0: 1 0.333 0.083",
            "\"milk\" in basket.categories: 1 0.333 0.083", "!(\"wine\" in basket.categories): 1 0.667 0.042",
            "moment.channel != \"web\": 1 0.909 0.011")), conditions(report).toString());
    }

    @Test
    void shouldMeasureNothingInAnEmptyCatalogue() {
        assertEquals(List.of(), report().attributes());
        assertEquals(List.of(), report("true").conditions());
    }

    /** Whatever the rules, shares are shares. */
    @Test
    void shouldGiveShares() {
        final long seed = Long.getLong("seed", 20170106L);
        final RandomRules random = new RandomRules(seed);
        final List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            rules.add(random.rule(3));
        }
        final TargetingReport report = TargetingReport.of(random.situation(0).schema(), rules);
        assertTrue(report.attributes().size() > 20 && report.conditions().size() > 200, report.attributes()::toString);
        for (final TargetingReport.AttributeUse use : report.attributes()) {
            assertTrue(use.accepted() >= 0 && use.accepted() <= 1 && use.removed() >= 0 && use.removed() <= 1
                && use.rules() > 0 && use.classes() > 0, "seed " + seed + ": " + use);
        }
        for (final TargetingReport.ConditionUse use : report.conditions()) {
            assertTrue(use.accepted() >= 0 && use.accepted() <= 1 && use.removed() >= 0 && use.removed() <= 1,
                "seed " + seed + ": " + use);
        }
    }
}
