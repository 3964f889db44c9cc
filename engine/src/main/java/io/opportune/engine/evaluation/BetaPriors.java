package io.opportune.engine.evaluation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Parameters of Beta distributions by action, as {@code prior_bts.yaml} of the Open Bandit Pipeline writes them:
 *
 * <pre>
 * campaign:
 *   alpha:
 *     - 47.0
 *   beta:
 *     - 12198.0
 * </pre>
 *
 * @param alpha by action, above 0.
 * @param beta  by action, above 0.
 */
public record BetaPriors(double[] alpha, double[] beta) {
    /**
     * Reads those of one campaign. Only the form above is read, comments and blank lines apart.
     *
     * @param file     of the priors.
     * @param campaign name at the left margin.
     * @return as many parameters of both kinds.
     * @throws IOException        when the file cannot be read.
     * @throws LogFormatException when it has another form, a number that is none, or no such campaign.
     */
    public static BetaPriors read(final Path file, final String campaign) throws IOException, LogFormatException {
        final Map<String, Map<String, List<Double>>> campaigns = new LinkedHashMap<>();
        Map<String, List<Double>> current = null;
        List<Double> numbers = null;
        final List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        for (int i = 0; i < lines.size(); i++) {
            final String line = lines.get(i).stripTrailing();
            final String text = line.strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            if (text.startsWith("- ") && numbers != null) {
                numbers.add(number(file, i + 1, text.substring(2).strip()));
            } else if (text.endsWith(":") && !line.startsWith(" ")) {
                current = campaigns.computeIfAbsent(text.substring(0, text.length() - 1), key -> new LinkedHashMap<>());
                numbers = null;
            } else if (current != null && (text.equals("alpha:") || text.equals("beta:"))) {
                numbers = current.computeIfAbsent(text.substring(0, text.length() - 1), key -> new ArrayList<>());
            } else {
                throw wrong(file, i + 1, text, "campaign:, then alpha: and beta:, each with lines \"- number\"");
            }
        }
        final Map<String, List<Double>> found = campaigns.get(campaign);
        if (found == null) {
            throw wrong(file, lines.size(), "no campaign " + campaign, String.join(", ", campaigns.keySet()));
        }
        final double[] alpha = toArray(found.getOrDefault("alpha", List.of()));
        final double[] beta = toArray(found.getOrDefault("beta", List.of()));
        if (alpha.length == 0 || alpha.length != beta.length) {
            throw wrong(file, lines.size(), alpha.length + " of alpha and " + beta.length + " of beta for campaign "
                + campaign, "as many of both");
        }
        return new BetaPriors(alpha, beta);
    }

    private static double number(final Path file, final int line, final String text) throws LogFormatException {
        try {
            final double value = Double.parseDouble(text);
            if (value > 0 && value < Double.POSITIVE_INFINITY) {
                return value;
            }
        } catch (final NumberFormatException noNumber) {
            throw wrong(file, line, text, "a number above 0");
        }
        throw wrong(file, line, text, "a number above 0");
    }

    private static LogFormatException wrong(
        final Path file, final int line, final String found, final String allowed) {
        return new LogFormatException(file, 1, List.of(new LogMistake(line, null, found, allowed)));
    }

    private static double[] toArray(final List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /**
     * The action with the greatest mean.
     *
     * @return the first such index.
     */
    public int bestByMean() {
        int best = 0;
        for (int i = 1; i < alpha.length; i++) {
            if (alpha[i] / (alpha[i] + beta[i]) > alpha[best] / (alpha[best] + beta[best])) {
                best = i;
            }
        }
        return best;
    }
}
