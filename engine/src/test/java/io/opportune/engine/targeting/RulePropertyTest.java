package io.opportune.engine.targeting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.compiler.CelCompiler;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Random rules on random situations: the program against the tree, and both against CEL's own interpreter where the
 * meanings coincide, that is where nothing is missing.
 */
class RulePropertyTest {
    @Test
    void shouldAgreeWithTheInterpreterOfCelWhenNothingIsMissing() throws Exception {
        final long seed = Long.getLong("seed", 20170102L);
        final RandomRules random = new RandomRules(seed).withoutPositions();
        final CelCompiler language = CelLanguage.compiler(random.schema());
        final CelRuntime runtime = CelRuntimeFactory.standardCelRuntimeBuilder()
            .setOptions(CelOptions.current().enableHeterogeneousNumericComparisons(true).build())
            .build();
        int matches = 0;
        final int ruleCount = 200;
        for (int i = 0; i < ruleCount; i++) {
            final String text = random.condition(3);
            final Rule rule = random.compiled(text);
            final CelAbstractSyntaxTree tree = language.compile(text).getAst();
            final CelRuntime.Program oracle = runtime.createProgram(tree);
            for (int j = 0; j < 50; j++) {
                final Map<String, Object> values = new HashMap<>();
                final Situation situation = random.situation(0, values);
                final String context = "seed " + seed + ", rule " + i + ": " + text + " on " + values;
                final Object expected;
                try {
                    expected = oracle.eval(values);
                } catch (final CelEvaluationException failure) {
                    throw new AssertionError(context, failure);
                }
                assertEquals(expected, rule.root().holds(situation), context);
                assertEquals(expected, rule.matches(situation), context);
                matches += rule.matches(situation) ? 1 : 0;
            }
        }
        assertTrue(matches > 5 * ruleCount && matches < 45 * ruleCount, matches + " matches: the test tells something");
    }

    @Test
    void shouldAgreeWithTheTreeWhateverIsMissing() {
        final long seed = Long.getLong("seed", 20170103L);
        final RandomRules random = new RandomRules(seed);
        int matches = 0;
        for (int i = 0; i < 400; i++) {
            final String text = random.condition(4);
            final Rule rule = random.compiled(text);
            for (int j = 0; j < 250; j++) {
                final Situation situation = random.situation(random.nextInt(10));
                final boolean expected = rule.root().holds(situation);
                assertEquals(expected, rule.matches(situation), "seed " + seed + ", rule " + i + ": " + text);
                matches += expected ? 1 : 0;
            }
        }
        assertTrue(matches > 10_000 && matches < 90_000, matches + " matches: the test tells something");
    }
}
