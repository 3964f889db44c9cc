package io.opportune.engine.targeting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.targeting.RuleExplanation.Reason;
import io.opportune.protocol.codec.NameKind;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an explanation says, and that it is neither too much nor too little. */
class RuleExplanationTest {
    private final Rules rules = new Rules();
    private final Situation situation = new Situation(rules.schema());

    private void set(final String attribute, final long value) {
        situation.set(rules.slot(attribute), value);
    }

    private void add(final String list, final NameKind kind, final String... names) {
        situation.begin(rules.slot(list));
        for (final String name : names) {
            situation.addToList(rules.slot(list), rules.id(kind, name));
        }
    }

    private RuleExplanation explanation(final String text) {
        return RuleExplanation.of(rules.rule(text), situation, rules.registry());
    }

    private void says(final String expected, final String text) {
        assertEquals(expected, explanation(text).toString(), text);
    }

    @Test
    void shouldSayWhatWasFound() {
        set("customer.visits_30d", 1);
        set("moment.channel", Vocabulary.CHANNEL.code("app"));
        set("customer.tier", rules.id(NameKind.ATTRIBUTE_VALUE, "silver"));
        set("request.temperature", 21_500_000);
        set("customer.score", 30_000_000);
        set("customer.member", 1);
        set("customer.since", 1_483_228_800_000_000_000L);
        says("customer.visits_30d >= 2: is 1", "customer.visits_30d >= 2");
        says("customer.visits_30d in [2, 3]: is 1", "customer.visits_30d in [2, 3]");
        says("moment.channel == \"till\": is \"app\"", "moment.channel == \"till\"");
        says("customer.tier != \"silver\": is \"silver\"", "customer.tier != \"silver\"");
        says("request.temperature > 25.0: is 21.5", "request.temperature > 25.0");
        says("request.temperature > customer.score: is 21.5 against 30", "request.temperature > customer.score");
        says("!customer.member: is true", "!customer.member");
        says("customer.since > timestamp(\"2017-06-01T00:00:00Z\"): is 2017-01-01T00:00:00Z",
            "customer.since > timestamp(\"2017-06-01T00:00:00Z\")");
        says("!has(customer.tier): is there, is \"silver\"", "!has(customer.tier)");
        says("false: the rule itself says false", "customer.member && false");
        set("customer.tier", -1);
        says("customer.tier == \"gold\": is a text that no catalogue or profile holds", "customer.tier == \"gold\"");
    }

    @Test
    void shouldTellMissingFromDifferent() {
        says("customer.age >= 18: customer.age is missing", "customer.age >= 18");
        says("has(customer.tier): is missing", "has(customer.tier)");
        says("\"dairy\" in basket.categories: absent, basket.categories is missing", "\"dairy\" in basket.categories");
        says("customer.purchases_30d[\"dairy\"] > 1: customer.purchases_30d is missing",
            "customer.purchases_30d[\"dairy\"] > 1");
        says("position.distance_km(0, 0) < 5: the position is missing", "position.distance_km(0, 0) < 5");
        says("position.within([0, 2, 0, 3, 1, 2]): the position is missing", "position.within([0, 2, 0, 3, 1, 2])");
        says("customer.age > request.queue: customer.age is missing", "customer.age > request.queue");
        situation.putInMap(rules.slot("customer.purchases_30d"), rules.id(NameKind.CATEGORY, "wine"), 3);
        says("customer.purchases_30d[\"dairy\"] > 1: customer.purchases_30d has no \"dairy\"",
            "customer.purchases_30d[\"dairy\"] > 1");
        says("\"dairy\" in customer.purchases_30d: absent, customer.purchases_30d is [\"wine\"]",
            "\"dairy\" in customer.purchases_30d");
        says("customer.purchases_30d[\"wine\"] > 3: is 3", "customer.purchases_30d[\"wine\"] > 3");
    }

    @Test
    void shouldShowTheValuesOfLists() {
        add("basket.categories", NameKind.CATEGORY, "bread", "wine");
        add("customer.segments", NameKind.SEGMENT);
        says("\"dairy\" in basket.categories: absent, basket.categories is [\"bread\", \"wine\"]",
            "\"dairy\" in basket.categories");
        says("!(\"wine\" in basket.categories): is there", "!(\"wine\" in basket.categories)");
        says("customer.segments.exists(s, s == \"vip\" || has(customer.tier)): customer.segments is empty",
            "customer.segments.exists(s, s == \"vip\" || has(customer.tier))");
        says("basket.categories.exists(c, c in [\"dairy\", \"fish\"]): holds for none of them,"
            + " basket.categories is [\"bread\", \"wine\"]", "basket.categories.exists(c, c in [\"dairy\", \"fish\"])");
        says("!(basket.categories.exists(c, c in [\"dairy\", \"wine\"])): holds for \"wine\"",
            "!basket.categories.exists(c, c in [\"dairy\", \"wine\"])");
        says("basket.categories.all(c, c in [\"dairy\", \"bread\"]): fails for \"wine\"",
            "basket.categories.all(c, c in [\"dairy\", \"bread\"])");
        for (int i = 0; i < 20; i++) {
            situation.addToList(rules.slot("basket.items"), i);
        }
        says("77 in basket.items: absent, basket.items is [0, 1, 2, 3, 4, 5, 6, 7, ... 20 in all]",
            "77 in basket.items");
    }

    @Test
    void shouldMeasureTheDistance() {
        situation.setPosition(0, 10_000_000);
        says("position.distance_km(0, 0) < 5: is 111.195 km", "position.distance_km(0, 0) < 5");
        says("position.within([0, 2, 0, 3, 1, 2]): 0.0000000, 1.0000000 is outside",
            "position.within([0, 2, 0, 3, 1, 2])");
        says("!(position.within([0, 1, 0, 3, 1, 2])): 0.0000000, 1.0000000 is inside",
            "!position.within([0, 1, 0, 3, 1, 2])");
    }

    @Test
    void shouldNameEveryFailedAlternativeAndNothingThatHolds() {
        set("customer.visits_30d", 5);
        set("moment.hour", 12);
        set("customer.known", 1);
        add("basket.categories", NameKind.CATEGORY, "bread");
        final RuleExplanation explanation = explanation("customer.visits_30d >= 2"
            + " && (moment.hour < 9 || \"wine\" in basket.categories || (customer.known && moment.hour > 20"
            + " && has(customer.tier))) && !(\"bread\" in basket.categories && moment.hour == 12)");
        assertEquals(List.of(
            "none of 3 alternatives:",
            "  moment.hour < 9: is 12",
            "  \"wine\" in basket.categories: absent, basket.categories is [\"bread\"]",
            "  all of:",
            "    moment.hour > 20: is 12",
            "    has(customer.tier): is missing",
            "none of 2 alternatives:",
            "  !(\"bread\" in basket.categories): is there",
            "  !(moment.hour == 12): is 12"), explanation.lines());
        assertEquals("(moment.hour < 9: is 12 or \"wine\" in basket.categories: absent, basket.categories is"
            + " [\"bread\"] or (moment.hour > 20: is 12 and has(customer.tier): is missing)) and"
            + " (!(\"bread\" in basket.categories): is there or !(moment.hour == 12): is 12)", explanation.toString());
    }

    @Test
    void shouldSayNothingWhenTheRuleMatches() {
        assertTrue(explanation("!customer.known").matches());
        assertNull(explanation("!customer.known").reason());
        assertEquals(List.of(), explanation("!customer.known").lines());
        assertEquals("", explanation("true").toString());
    }

    /** With the conditions of the explanation turned round the rule matches; with one of them left out it does not. */
    @Test
    void shouldBeWholeAndMinimal() {
        final long seed = Long.getLong("seed", 20170104L);
        final RandomRules random = new RandomRules(seed);
        int explained = 0;
        int needed = 0;
        for (int i = 0; i < 300; i++) {
            final Rule rule = random.rule(4);
            for (int j = 0; j < 40; j++) {
                final Situation moment = random.situation(random.nextInt(10));
                final RuleExplanation explanation = RuleExplanation.of(rule, moment, null);
                final String context = "seed " + seed + ", rule " + i + ": " + rule + ": " + explanation;
                assertEquals(rule.matches(moment), explanation.matches(), context);
                if (explanation.matches()) {
                    continue;
                }
                explained++;
                final Map<Node, Boolean> turned = new IdentityHashMap<>();
                turn(explanation.reason(), turned);
                assertTrue(holds(rule.root(), moment, turned), context);
                for (final Node one : turned.keySet().toArray(new Node[0])) {
                    final boolean value = turned.remove(one);
                    assertEquals(!value, one.holds(moment), context);
                    assertEquals(false, holds(rule.root(), moment, turned), () -> "without " + one + ": " + context);
                    turned.put(one, value);
                    needed++;
                }
            }
        }
        assertTrue(explained > 2_000 && needed > explained, explained + " explained, " + needed + " conditions");
    }

    /** Of alternatives the last one. */
    private static void turn(final Reason reason, final Map<Node, Boolean> turned) {
        switch (reason) {
            case RuleExplanation.Failed failed -> turned.put(failed.condition(), failed.wanted());
            case RuleExplanation.Each each -> each.parts().forEach(part -> turn(part, turned));
            case RuleExplanation.Alternatives alternatives -> turn(alternatives.parts().getLast(), turned);
        }
    }

    private static boolean holds(final Node node, final Situation moment, final Map<Node, Boolean> turned) {
        final Boolean value = turned.get(node);
        if (value != null) {
            return value;
        }
        return switch (node) {
            case Node.Not not -> !holds(not.part(), moment, turned);
            case Node.And and -> and.parts().stream().allMatch(part -> holds(part, moment, turned));
            case Node.Or or -> or.parts().stream().anyMatch(part -> holds(part, moment, turned));
            default -> node.holds(moment);
        };
    }
}
