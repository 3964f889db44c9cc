package io.opportune.bench.prequential.contender;

import io.opportune.bench.prequential.example.Examples;
import io.opportune.engine.feature.FeatureVector;

/** Reads {@link VwText}'s lines for our models, so that both can start from the same text. Reused; one thread. */
final class TextReader {
    private static final int DECIMAL = 10;
    private static final int ID_MASK = (1 << VwText.LEVEL_SHIFT) - 1;
    final FeatureVector context = new FeatureVector();
    final FeatureVector pair = new FeatureVector();
    /** Ids of advertiser, campaign, category and offer; 0 where there is none. */
    final int[] entity = new int[Examples.ENTITIES];
    double label;
    double weight;

    /**
     * Reads a line.
     *
     * @param line with label and weight.
     * @throws IllegalArgumentException when it is none.
     */
    void read(final String line) {
        context.clear();
        pair.clear();
        for (int i = 0; i < Examples.ENTITIES; i++) {
            entity[i] = 0;
        }
        final int labelEnd = line.indexOf(' ');
        final int weightEnd = line.indexOf(' ', labelEnd + 1);
        label = line.charAt(0) == '-' ? 0 : 1;
        weight = Float.parseFloat(line.substring(labelEnd + 1, weightEnd));
        int at = weightEnd + 1;
        char namespace = ' ';
        while (at < line.length()) {
            if (line.charAt(at) == '|') {
                namespace = line.charAt(at + 1);
                at += 3;
            } else {
                int number = 0;
                while (at < line.length() && line.charAt(at) != ' ') {
                    number = number * DECIMAL + line.charAt(at++) - '0';
                }
                at++;
                add(namespace, number);
            }
        }
    }

    private void add(final char namespace, final int number) {
        switch (namespace) {
            case 'c' -> context.add(number, 1);
            case 'p' -> pair.add(number, 1);
            case 'o' -> entity[number >>> VwText.LEVEL_SHIFT] = number & ID_MASK;
            default -> throw new IllegalArgumentException("no namespace " + namespace);
        }
    }
}
