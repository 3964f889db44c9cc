package io.opportune.engine.catalogue;

import io.opportune.engine.arbitration.ChoicePolicy;
import io.opportune.engine.arbitration.Contenders;
import io.opportune.engine.arbitration.Exploration;
import io.opportune.engine.arbitration.ScoreFormula;
import io.opportune.engine.arbitration.SlateRules;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;

/** Reads how a placement chooses. Stateless. */
final class ChoiceReader {
    private static final double DEFAULT_EPSILON = 0.1;
    private static final double MICROS = 1e6;
    private static final List<String> FACTORS = List.of("propensity", "weight", "value", "lever");

    private ChoiceReader() {
    }

    /** The choice of a placement, or null when it has none or a faulty one. */
    static Choice read(final YamlValue placement) {
        final YamlValue value = placement.get("choice");
        if (value == null || value.kind() != YamlValue.Kind.MAP) {
            return null;
        }
        final Exploration policy = constant(Exploration.values(), value, "policy", Exploration.GREEDY);
        belongsTo(value, "epsilon", policy, Exploration.EPSILON);
        belongsTo(value, "temperature", policy, Exploration.SOFTMAX);
        belongsTo(value, "spread", policy, Exploration.THOMPSON);
        final Choice.Objective objective =
            constant(Choice.Objective.values(), value, "objective", Choice.Objective.VALUE);
        final List<String> factors = value.get("factors") == null ? FACTORS : Fields.texts(value, "factors");
        final boolean counts = objective == Choice.Objective.CONVERSIONS || objective == Choice.Objective.CLICKS;
        final boolean money = factors.contains("value") && !counts;
        if (!money && !factors.contains("propensity")) {
            value.file().problems().add(value.get("factors"), "neither probability nor value ranks the offers",
                "propensity, value or both");
        }
        final boolean learns = Fields.flag(value, "learned");
        if (objective == Choice.Objective.REVENUE && !learns) {
            value.file().problems().add(value, "the objective revenue without a model",
                "learned: true, because only a model knows what is spent; or the objective value");
        }
        final int candidates = Fields.integer(value, "candidates", Choice.DEFAULT_CANDIDATES);
        if (value.get("second_stage") != null && !(learns && factors.contains("propensity"))) {
            value.file().problems().add(value.get("second_stage"), "a second stage "
                + (learns ? "where no probability ranks the offers" : "without features"),
                learns ? "the factor propensity" : "learned: true, because only then features are made");
        }
        return new Choice(policy(value, policy),
            new SlateRules(within(value, "per_category", 1), within(value, "per_advertiser", SlateRules.MAX_PLACES), 0,
                threshold(value, money)),
            new ScoreFormula(factors.contains("propensity"), factors.contains("weight"), money,
                factors.contains("lever")),
            objective, learns, affinity(value, learns),
            Math.max(1, Math.min(Contenders.MAX_CONTENDERS, candidates)),
            Math.clamp(Fields.integer(value, "second_stage", 0), 0, Choice.MAX_SECOND_STAGE));
    }

    private static AffinityUse affinity(final YamlValue value, final boolean learns) {
        final AffinityUse use = constant(AffinityUse.values(), value, "affinity", AffinityUse.OFF);
        if (use.feature() && !learns) {
            value.file().problems().add(value.get("affinity"), "affinity: " + use.word() + " without a model",
                "candidates or off, because only a model learns from features; or learned: true");
        }
        return use;
    }

    /** What is out of range is reported by the structure check; here it must only not fail. */
    private static ChoicePolicy policy(final YamlValue value, final Exploration policy) {
        return new ChoicePolicy(policy,
            policy == Exploration.EPSILON ? share(value, "epsilon", DEFAULT_EPSILON) : 0,
            policy == Exploration.SOFTMAX ? Math.clamp(decimal(value, "temperature", 1), 0.01, 100) : 1,
            policy == Exploration.THOMPSON ? Math.clamp(decimal(value, "spread", 1), 0.05, 4) : 1,
            share(value, "floor", 0));
    }

    private static double share(final YamlValue value, final String key, final double missing) {
        return Math.clamp(decimal(value, key, missing), 0, 1);
    }

    private static int within(final YamlValue value, final String key, final int missing) {
        return Math.max(1, Math.min(SlateRules.MAX_PLACES, Fields.integer(value, key, missing)));
    }

    private static double threshold(final YamlValue value, final boolean money) {
        final double given = decimal(value, "threshold", 0);
        if (!money && given > 1) {
            value.file().problems().add(value.get("threshold"), "a threshold of " + given + " for a probability",
                "0 to 1, because no value counts here");
        }
        return Math.max(0, money ? given * MICROS : given);
    }

    private static double decimal(final YamlValue value, final String key, final double missing) {
        final BigDecimal number = Fields.number(value, key);
        return number == null ? missing : number.doubleValue();
    }

    private static void belongsTo(
        final YamlValue value, final String key, final Exploration policy, final Exploration owner) {
        if (value.get(key) != null && policy != owner) {
            value.file().problems().add(value.get(key), '"' + key + "\" with the policy " + words(policy),
                "the policy " + words(owner));
        }
    }

    private static String words(final Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static <E extends Enum<E>> E constant(
        final E[] values, final YamlValue value, final String key, final E missing) {
        final String word = Fields.text(value, key, words(missing));
        for (final E each : values) {
            if (words(each).equals(word)) {
                return each;
            }
        }
        return missing; // reported by the structure check
    }
}
