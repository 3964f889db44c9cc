package io.opportune.engine.training;

import io.opportune.engine.learning.Feedback;
import io.opportune.engine.learning.FtrlRates;
import io.opportune.engine.learning.Head;
import io.opportune.engine.learning.HeadSpec;
import io.opportune.engine.learning.LearnerKind;
import io.opportune.engine.learning.Level;
import io.opportune.engine.learning.ModelSpec;
import io.opportune.engine.learning.Priors;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * A model in one line of the configuration: {@code NAME:VERSION LEARNER [KEY=VALUE]...}, for example
 * {@code house:1 bayes forgetting=0.0001}. Stateless.
 */
public final class ModelText {
    private static final String FORM = "NAME:VERSION LEARNER [KEY=VALUE]..., such as house:1 bayes forgetting=0.0001";
    private static final List<String> BOTH = List.of("linear-bits", "width", "advertiser-rows", "campaign-rows",
        "category-rows", "offer-rows", "calibrated");
    private static final List<String> OF_FTRL = List.of("alpha", "beta", "l1", "l2");
    private static final List<String> OF_BAYES = List.of("bias", "linear", "intercept", "cross", "forgetting",
        "drift", "advertiser-intercept", "campaign-intercept", "category-intercept", "offer-intercept",
        "advertiser-cross", "campaign-cross", "category-cross", "offer-cross");

    private final String text;
    private final Map<String, String> values = new HashMap<>();

    private ModelText(final String text) {
        this.text = text;
    }

    /**
     * Reads a line.
     *
     * @param text as in {@code learning.model}.
     * @return what the model is made of.
     * @throws IllegalArgumentException that says what is wrong and what is allowed.
     */
    public static ModelSpec parse(final String text) {
        return new ModelText(text.strip()).spec();
    }

    /**
     * Name and version of a line, by which models are promoted.
     *
     * @param text as in {@code learning.model}, or empty.
     * @return its first word; empty for an empty line.
     */
    public static String nameOf(final String text) {
        return text.strip().split("\\s+")[0];
    }

    private ModelSpec spec() {
        final String[] words = text.split("\\s+");
        final int colon = words[0].lastIndexOf(':');
        if (words.length < 2 || colon < 1) {
            throw new IllegalArgumentException('"' + text + "\" is no model; allowed: " + FORM);
        }
        final LearnerKind learner = switch (words[1]) {
            case "ftrl" -> LearnerKind.FTRL;
            case "bayes" -> LearnerKind.BAYES;
            default -> throw new IllegalArgumentException(
                '"' + words[1] + "\" in \"" + text + "\" is no learner; allowed: bayes, ftrl");
        };
        final TreeSet<String> known = new TreeSet<>(BOTH);
        known.addAll(learner == LearnerKind.FTRL ? OF_FTRL : OF_BAYES);
        for (int i = 2; i < words.length; i++) {
            final int equals = words[i].indexOf('=');
            final String key = equals < 0 ? words[i] : words[i].substring(0, equals);
            if (equals < 0 || !known.contains(key)) {
                throw new IllegalArgumentException('"' + words[i] + "\" in \"" + text + "\" is not known for "
                    + words[1] + "; allowed: " + String.join("=, ", known) + '=');
            }
            if (values.put(key, words[i].substring(equals + 1)) != null) {
                throw new IllegalArgumentException('"' + key + "\" stands twice in \"" + text + '"');
            }
        }
        final int width = whole("width", 64);
        final ModelSpec.Builder builder = ModelSpec.of(words[0].substring(0, colon), version(words[0]), learner)
            .linearBits(whole("linear-bits", 19))
            .levels(level("advertiser", width, 12), level("campaign", width, 14), level("category", width, 11),
                level("offer", width, 15))
            .calibrated(!"false".equals(values.getOrDefault("calibrated", "true")))
            .heads(new HeadSpec(Head.CLICK, Feedback.FAKE_NEGATIVE),
                new HeadSpec(Head.CONVERSION, Feedback.FAKE_NEGATIVE), new HeadSpec(Head.AMOUNT, Feedback.IMMEDIATE));
        if (learner == LearnerKind.FTRL) {
            final FtrlRates usual = FtrlRates.DEFAULT;
            builder.rates(new FtrlRates(number("alpha", usual.alpha()), number("beta", usual.beta()),
                number("l1", usual.l1()), number("l2", usual.l2())));
        } else {
            final Priors usual = Priors.DEFAULT;
            builder.priors(new Priors(number("bias", usual.bias()), number("linear", usual.linear()),
                number("intercept", usual.intercept()), number("cross", usual.cross()),
                number("forgetting", usual.forgetting()), number("drift", usual.drift())));
        }
        return builder.build();
    }

    private Level level(final String name, final int width, final int rowBits) {
        return Level.folded(width, whole(name + "-rows", rowBits))
            .withPriors(number(name + "-intercept", 0), number(name + "-cross", 0));
    }

    private int version(final String word) {
        final String digits = word.substring(word.lastIndexOf(':') + 1);
        try {
            return Integer.parseInt(digits);
        } catch (final NumberFormatException e) {
            throw new IllegalArgumentException(
                '"' + digits + "\" in \"" + text + "\" is no version; allowed: " + FORM, e);
        }
    }

    private int whole(final String key, final int usual) {
        final float number = number(key, usual);
        if (number != (int) number) {
            throw new IllegalArgumentException(
                key + " in \"" + text + "\" is " + number + ", allowed is a whole number");
        }
        return (int) number;
    }

    private float number(final String key, final float usual) {
        final String value = values.get(key);
        try {
            return value == null ? usual : Float.parseFloat(value);
        } catch (final NumberFormatException e) {
            throw new IllegalArgumentException(
                key + " in \"" + text + "\" is \"" + value + "\", allowed is a number", e);
        }
    }
}
