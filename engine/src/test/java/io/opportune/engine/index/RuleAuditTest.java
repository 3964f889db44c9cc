package io.opportune.engine.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.targeting.Attribute;
import io.opportune.engine.targeting.AttributeSchema;
import io.opportune.engine.targeting.Domain;
import io.opportune.engine.targeting.RandomRules;
import io.opportune.engine.targeting.Rule;
import io.opportune.engine.targeting.RuleCompiler;
import io.opportune.engine.targeting.Situation;
import io.opportune.engine.targeting.Vocabulary;
import io.opportune.protocol.codec.AttributeType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is found, in which words, and that nothing is called impossible that is possible. */
class RuleAuditTest {
    private final NameRegistry registry = new NameRegistry((kind, id, name) -> { });
    private final AttributeSchema schema = new AttributeSchema(List.of(
        new AttributeSchema.Declared(1, "customer.tier", AttributeType.TEXT),
        new AttributeSchema.Declared(2, "customer.age", AttributeType.INTEGER),
        new AttributeSchema.Declared(3, "customer.member", AttributeType.BOOLEAN)));
    private final RuleCompiler compiler = new RuleCompiler(schema);
    private final RuleAudit audit = new RuleAudit(schema, registry);

    private Rule rule(final String text) {
        try {
            return compiler.compile(text, registry);
        } catch (final RuleCompiler.RuleException wrong) {
            throw new AssertionError(text, wrong);
        }
    }

    private List<String> found(final String text, final Map<Integer, Domain> context) {
        return audit.audit(rule(text).root(), context).stream()
            .map(finding -> finding.kind() + " " + finding.words()).toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', value = {
        "customer.age > 5 && customer.age < 3 ~ NEVER customer.age < 3 contradicts customer.age > 5",
        "customer.age > 5 && customer.known && customer.age != 6 && customer.age < 7 ~ NEVER customer.age > 5,"
            + " customer.age != 6 and customer.age < 7 contradict each other",
        "customer.tier == \"gold\" && !has(customer.tier) ~"
            + " NEVER !has(customer.tier) contradicts customer.tier == \"gold\"",
        "customer.tier == \"gold\" && customer.tier in [\"silver\", \"iron\"] ~"
            + " NEVER customer.tier in [\"silver\", \"iron\"] contradicts customer.tier == \"gold\"",
        "customer.tier == \"gold\" && customer.tier != \"gold\" ~"
            + " NEVER customer.tier != \"gold\" contradicts customer.tier == \"gold\"",
        "moment.hour > 23 ~ NEVER moment.hour > 23 never holds: moment.hour is 0 to 23",
        "moment.day_of_week == 9 ~ NEVER moment.day_of_week == 9 never holds: moment.day_of_week is 1 to 7",
        "customer.visits_30d < 0 ~ NEVER customer.visits_30d < 0 never holds: customer.visits_30d is 0 to 30",
        "customer.visits_7d >= 8 ~ NEVER customer.visits_7d >= 8 never holds: customer.visits_7d is 0 to 7",
        "basket.line_count < 0 ~ NEVER basket.line_count < 0 never holds: basket.line_count is 0 or more",
        "!has(moment.hour) ~ NEVER !has(moment.hour) never holds: moment.hour is never missing",
        "!has(basket.items) ~ NEVER !has(basket.items) never holds: basket.items is never missing",
        "!has(customer.segments) && \"vip\" in customer.segments ~"
            + " NEVER \"vip\" in customer.segments contradicts !has(customer.segments)",
        "\"a\" in customer.segments && !(\"a\" in customer.segments) ~"
            + " NEVER !(\"a\" in customer.segments) contradicts \"a\" in customer.segments",
        "customer.purchases_30d[\"milk\"] >= 3 && !(\"milk\" in customer.purchases_30d) ~ NEVER"
            + " !(\"milk\" in customer.purchases_30d) contradicts customer.purchases_30d[\"milk\"] >= 3",
        "customer.days_since_purchase[\"milk\"] < 0 ~ NEVER customer.days_since_purchase[\"milk\"] < 0 never holds:"
            + " customer.days_since_purchase is 0 or more",
        "basket.items.exists(i, i > 9 && i < 4) ~ NEVER basket.items.exists(i, i > 9 && i < 4) never holds:"
            + " i < 4 contradicts i > 9",
        "position.distance_km(0, 0) < -1 ~ NEVER position.distance_km(0, 0) < -1 never holds:"
            + " no two points are so far apart, or so near",
        "position.distance_km(0, 0) > 30000 ~ NEVER position.distance_km(0, 0) > 30000 never holds:"
            + " no two points are so far apart, or so near",
        "customer.known && false ~ NEVER the rule itself says false",
        "!(customer.age > 3 || customer.age <= 3) && has(customer.age) ~ NEVER *",
        "(moment.hour > 23 || customer.age > 5 && customer.age < 5) && customer.known ~ NEVER none of the"
            + " alternatives of (moment.hour > 23 || (customer.age > 5 && customer.age < 5)) can hold",
        "moment.hour > 23 || customer.known ~ DEAD_ALTERNATIVE this alternative never holds:"
            + " moment.hour > 23 never holds: moment.hour is 0 to 23",
        "customer.age > 5 && (customer.age < 3 || customer.known) ~ DEAD_ALTERNATIVE this alternative never holds:"
            + " customer.age < 3 contradicts customer.age > 5",
        "customer.age > 5 && !(customer.age > 3 && customer.known) ~ DEAD_ALTERNATIVE this alternative never holds:"
            + " !(customer.age > 3) contradicts customer.age > 5",
        "moment.day_of_week in [6, 7, 8] ~ DEAD_VALUE 8 in moment.day_of_week in [6, 7, 8] never occurs:"
            + " moment.day_of_week is 1 to 7",
        "moment.hour >= 0 ~ ALWAYS the rule holds for everybody, always",
        "customer.age == 1 || customer.age != 1 || !has(customer.age) ~ ALWAYS the rule holds for everybody, always",
        "customer.known || !customer.known ~ ALWAYS the rule holds for everybody, always",
        "customer.age > 3 && customer.age < 5 ~ ``",
        "customer.age != 1 || customer.age == 1 ~ ``",
        "!(customer.age > 5) && !(customer.age < 5) && customer.age != 5 || !has(customer.age) ~ *",
        "customer.visits_30d >= 0 ~ ``",
        "customer.last_channel != \"till\" ~ ``",
        "basket.amount < 0.0 ~ ``",
        "customer.purchases_30d[\"a\"] >= 1 && customer.purchases_30d[\"b\"] < 1 ~ ``",
    })
    void shouldFind(final String text, final String expected) {
        final List<String> found = found(text, Map.of());
        if (expected == null || expected.isEmpty()) {
            assertEquals(List.of(), found, text);
        } else if (expected.endsWith("*")) {
            assertEquals(1, found.size(), text + ": " + found);
            assertTrue(found.getFirst().startsWith(expected.replace("*", "").strip()), text + ": " + found);
        } else {
            assertEquals(List.of(expected), found, text);
        }
    }

    @Test
    void shouldKnowWhereTheOfferIsMade() {
        final Map<Integer, Domain> tills = Map.of(AttributeSchema.MOMENT_CHANNEL, Domain.oneOf(List.of(
            (long) Vocabulary.CHANNEL.code("till"), (long) Vocabulary.CHANNEL.code("app"))).alwaysThere());
        assertEquals(List.of("NEVER moment.channel == \"web\" never holds: moment.channel is \"till\", \"app\" only"
            + " where the offer is made"), found("customer.known && moment.channel == \"web\"", tills));
        assertEquals(List.of("DEAD_VALUE \"web\" in moment.channel in [\"till\", \"web\"] never occurs:"
            + " moment.channel is \"till\", \"app\" only where the offer is made"),
            found("moment.channel in [\"till\", \"web\"]", tills));
        assertEquals(List.of(), found("moment.channel != \"web\"", tills), "true here, but not everywhere");
        assertEquals(List.of(), found("moment.channel == \"web\"", Map.of()));
    }

    /** Random situations within the domains: no rule that is called impossible matches, none called certain fails. */
    @Test
    void shouldBeCertain() {
        final long seed = Long.getLong("seed", 20170105L);
        final RandomRules random = new RandomRules(seed);
        final Situation[] situations = new Situation[400];
        for (int i = 0; i < situations.length; i++) {
            situations[i] = random.situation(i % 10);
            confine(situations[i]);
        }
        final RuleAudit every = new RuleAudit(situations[0].schema(), null);
        int never = 0;
        int always = 0;
        int shapes = 0;
        for (int i = 0; i < 4_000; i++) {
            final Rule rule = random.rule(4);
            final String context = "seed " + seed + ", rule " + i + ": " + rule;
            final boolean mayMatch = every.mayMatch(rule.root(), Map.of());
            final List<RuleAudit.Finding> findings = every.audit(rule.root(), Map.of());
            final boolean holdsAlways =
                findings.size() == 1 && findings.getFirst().kind() == RuleAudit.Kind.ALWAYS;
            assertEquals(mayMatch, findings.isEmpty() || findings.getFirst().kind() != RuleAudit.Kind.NEVER, context);
            never += mayMatch ? 0 : 1;
            always += holdsAlways ? 1 : 0;
            if (RuleShape.of(rule.root()).isNever()) {
                shapes++;
                assertFalse(mayMatch, "the index knows that it never matches, " + context);
            }
            for (final Situation situation : situations) {
                assertFalse(!mayMatch && rule.matches(situation), () -> "matches, " + context + ": " + findings);
                assertFalse(holdsAlways && !rule.matches(situation), () -> "does not match, " + context);
            }
        }
        assertTrue(never > 100 && always > 100 && shapes > 5 && shapes < never,
            never + " never, of these " + shapes + " known to the index, " + always + " always");
    }

    /** Puts what is always there, and only values that occur. */
    private static void confine(final Situation situation) {
        for (final Attribute attribute : situation.schema().attributes()) {
            final Domain domain = attribute.domain();
            final int slot = attribute.slot();
            if (attribute.shape() == Attribute.Shape.SCALAR) {
                if (domain.isAlwaysThere() && !situation.has(slot)) {
                    situation.set(slot, 0);
                }
                if (situation.has(slot) && !domain.contains(situation.get(slot))) {
                    situation.set(slot, domain.low());
                }
            } else if (domain.isAlwaysThere() && !situation.has(slot)) {
                situation.begin(slot);
            } else if (attribute.shape() == Attribute.Shape.MAP) {
                for (int i = 0; i < situation.size(slot); i++) {
                    final long key = situation.element(slot, i);
                    situation.putInMap(slot, key, Math.max(domain.low(), situation.getFromMap(slot, key, 0)));
                }
            }
        }
    }
}
