package io.opportune.engine.onnx;

import io.opportune.engine.config.NearestWord;
import io.opportune.engine.feature.FeatureText;
import io.opportune.engine.registry.NameRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads a manifest, line by line, and finds all its mistakes at once. The form stands in {@code engine/ONNX.md}. Used
 * once.
 */
final class ManifestReader {
    /** The column that holds what the first stage predicts. */
    static final String FIRST_LOGIT = "first.logit";
    private static final int MOST_COLUMNS = 4_096;
    /** So many values are told one by one. */
    private static final int FEW = 16;
    private static final String WORDS = "version, predicts, output, input, column";

    private final String file;
    private final FeatureText text;
    private final NameRegistry registry;
    private final List<String> mistakes = new ArrayList<>();
    private final Map<String, List<FeatureText.Value>> known = new HashMap<>();
    private final List<ModelManifest.Input> inputs = new ArrayList<>();
    private final Set<String> inputNames = new HashSet<>();
    private List<ModelManifest.Column> columns;
    private String version;
    private String predicts;
    private ModelManifest.Output output;
    private int line;
    private int columnCount;

    ManifestReader(final String file, final FeatureText text, final NameRegistry registry) {
        this.file = file;
        this.text = text;
        this.registry = registry;
    }

    ModelManifest read(final List<String> lines) throws BadModelException {
        for (final String each : lines) {
            line++;
            final String trimmed = each.strip();
            if (!trimmed.isEmpty() && trimmed.charAt(0) != '#') {
                final String[] words = trimmed.split("\\s+", 2);
                statement(words[0], words.length == 1 ? "" : words[1]);
            }
        }
        required(version != null, "version", "version NAME:VERSION");
        required(predicts != null, "predicts", "predicts conversion, predicts click");
        required(output != null, "output", "output NAME [COLUMN] probability, output NAME [COLUMN] logit");
        required(!inputs.isEmpty(), "input", "input NAME, and its columns behind it");
        for (final ModelManifest.Input input : inputs) {
            if (input.columns().isEmpty()) {
                mistakes.add(file + ":" + input.line() + ": input \"" + input.name() + "\" has no columns; allowed: one"
                    + " or more");
            }
        }
        if (columnCount > MOST_COLUMNS) {
            mistakes.add(file + ": " + columnCount + " columns; allowed: up to " + MOST_COLUMNS);
        }
        if (!mistakes.isEmpty()) {
            throw new BadModelException(mistakes);
        }
        return new ModelManifest(version, "click".equals(predicts), output, List.copyOf(inputs));
    }

    private void required(final boolean is, final String what, final String allowed) {
        if (!is) {
            mistakes.add(file + ": no \"" + what + "\"; allowed: " + allowed);
        }
    }

    private void mistake(final String found, final String allowed) {
        mistakes.add(file + ":" + line + ": " + found + "; allowed: " + allowed);
    }

    private void statement(final String word, final String rest) {
        switch (word) {
            case "version" -> version = once(word, version, rest, rest.matches("[\\w.-]{1,32}:[\\w.-]{1,32}"),
                "NAME:VERSION of letters, digits, \"_\", \"-\" and \".\"");
            case "predicts" -> predicts = once(word, predicts, rest,
                rest.equals("conversion") || rest.equals("click"), "conversion, click");
            case "output" -> output(rest.split("\\s+"));
            case "input" -> {
                if (rest.isEmpty() || !inputNames.add(rest)) {
                    mistake(rest.isEmpty() ? "an input without a name" : "input \"" + rest + "\" twice",
                        "the name of each input of the model once");
                }
                columns = new ArrayList<>();
                inputs.add(new ModelManifest.Input(rest, columns, line));
            }
            case "column" -> column(rest);
            default -> mistake("unknown word \"" + word + '"', WORDS);
        }
    }

    private String once(
        final String word, final String before, final String value, final boolean valid, final String allowed) {
        if (before != null) {
            mistake('"' + word + "\" twice", "once");
        } else if (!valid) {
            mistake(word + " \"" + value + '"', allowed);
        }
        return value;
    }

    private void output(final String[] words) {
        final String scale = words[words.length - 1];
        final boolean valid = (words.length == 2 || words.length == 3 && words[1].matches("[0-9]{1,4}"))
            && (scale.equals("probability") || scale.equals("logit"));
        if (!valid || output != null) {
            mistake(valid ? "\"output\" twice" : "output \"" + String.join(" ", words) + '"',
                "once NAME [COLUMN] probability, or NAME [COLUMN] logit, COLUMN from 0");
        }
        output = new ModelManifest.Output(words[0],
            valid && words.length == 3 ? Integer.parseInt(words[1]) : 0, scale.equals("probability"), line);
    }

    private void column(final String rest) {
        final String[] words = rest.split("\\s+", 3);
        final String name = words[0];
        final String encoding = words.length > 1 ? words[1] : "";
        final String argument = words.length > 2 ? words[2] : "";
        columnCount++;
        if (columns == null) {
            mistake("a column before any input", "\"input NAME\" before it");
            columns = new ArrayList<>();
        }
        final boolean number = encoding.equals("number");
        final ModelManifest.Column column;
        if (!number && !encoding.equals("is") || number && !argument.isEmpty() && missing(argument) == null
            || !number && argument.isEmpty()) {
            mistake("column \"" + rest + '"',
                "NAME is VALUE, NAME number, NAME number missing NUMBER");
            column = null;
        } else if (name.equals(FIRST_LOGIT)) {
            column = firstLogit(number && argument.isEmpty());
        } else if (OfferFields.of(name) != null) {
            column = ofOffer(OfferFields.of(name), name, number ? null : argument);
        } else {
            column = number ? number(name, argument.isEmpty() ? Float.valueOf(0) : missing(argument))
                : is(name, argument);
        }
        columns.add(column);
    }

    private static Float missing(final String argument) {
        final String[] words = argument.split("\\s+");
        if (words.length == 2 && words[0].equals("missing")) {
            try {
                final float number = Float.parseFloat(words[1]);
                return Float.isInfinite(number) ? null : Float.valueOf(number);
            } catch (final NumberFormatException e) {
                return null;
            }
        }
        return null;
    }

    private ModelManifest.Column firstLogit(final boolean valid) {
        if (!valid) {
            mistake(FIRST_LOGIT + " as something else", FIRST_LOGIT + " number: it is never missing");
        }
        return new ModelManifest.Column(true, 0, List.of());
    }

    private ModelManifest.Column ofOffer(final OfferFields field, final String name, final String value) {
        if (value == null) {
            mistake(name + " as a number: its values have no order", name + " is VALUE");
            return null;
        }
        final int id = registry.find(field.kind(), value);
        if (id <= 0) {
            mistake(name + " \"" + value + "\", which no catalogue has had", "what a catalogue has had");
            return null;
        }
        return new ModelManifest.Column(false, 0, List.of(new ModelManifest.Value(field.key(id), 1)));
    }

    private List<FeatureText.Value> values(final String name) {
        if (!text.names().contains(name)) {
            final List<String> names = new ArrayList<>(text.names());
            names.addAll(OfferFields.NAMES);
            names.add(FIRST_LOGIT);
            mistake("unknown feature \"" + name + '"', "such as " + NearestWord.to(name, names)
                + "; engine/FEATURES.md and engine/ONNX.md list them");
            return null;
        }
        return known.computeIfAbsent(name, text::values);
    }

    private ModelManifest.Column number(final String name, final float missing) {
        final List<FeatureText.Value> values = values(name);
        if (values == null) {
            return null;
        }
        final List<ModelManifest.Value> numbers = new ArrayList<>();
        for (final FeatureText.Value value : values) {
            if (!Double.isNaN(value.number())) {
                numbers.add(new ModelManifest.Value(value.key(), (float) value.number()));
            }
        }
        if (numbers.isEmpty()) {
            mistake(name + " as a number: its values have no order", name + " is VALUE");
        }
        return new ModelManifest.Column(false, missing, numbers);
    }

    private ModelManifest.Column is(final String name, final String words) {
        final List<FeatureText.Value> values = values(name);
        if (values == null) {
            return null;
        }
        for (final FeatureText.Value value : values) {
            if (value.words().equals(words)) {
                return new ModelManifest.Column(false, 0, List.of(new ModelManifest.Value(value.key(), 1)));
            }
        }
        final List<String> allowed = values.stream().map(FeatureText.Value::words).distinct().toList();
        mistake(name + " is \"" + words + '"', allowed.isEmpty() ? "nothing yet: no value of it is known"
            : allowed.size() <= FEW ? String.join(", ", allowed)
            : "one of " + allowed.size() + " values that are known, such as " + NearestWord.to(words, allowed));
        return null;
    }
}
