package io.opportune.bench.match;

import io.opportune.bench.match.rival.RivalKind;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What {@code match} is asked for.
 *
 * @param directory of the workload.
 * @param best      how many winners each event wants; 0 for all that match.
 * @param trees     whether rules are made from checked trees instead of CEL text.
 * @param sigma     of the logarithm of the offers' values when winners are wanted; 0 makes all values equal.
 * @param rivals    to time beside the index; only when all matches are wanted.
 */
public record MatchOptions(Path directory, int best, boolean trees, double sigma, List<RivalKind> rivals) {
    /** How to write them. */
    public static final String USAGE =
        "match DIR [--mode all|best:K] [--trees] [--sigma S] [--with lucene,roaring,drools]";
    private static final double SIGMA = 1.0;

    /**
     * Reads them.
     *
     * @param args {@code match} and what follows.
     * @return options.
     * @throws IllegalArgumentException saying what was found and what is allowed.
     */
    public static MatchOptions of(final String[] args) {
        if (args.length < 2 || args[1].startsWith("--")) {
            throw new IllegalArgumentException("match: the folder is missing; expected " + USAGE);
        }
        int best = 0;
        boolean trees = false;
        double sigma = SIGMA;
        List<RivalKind> rivals = List.of();
        for (int i = 2; i < args.length; i++) {
            switch (args[i]) {
                case "--trees" -> trees = true;
                case "--mode" -> best = best(valueOf(args, ++i));
                case "--sigma" -> sigma = sigma(valueOf(args, ++i));
                case "--with" -> rivals = RivalKind.listOf(valueOf(args, ++i));
                default -> throw new IllegalArgumentException(
                    "match: found " + args[i] + " in " + Arrays.toString(args) + "; expected " + USAGE);
            }
        }
        if (best > 0 && !rivals.isEmpty()) {
            throw new IllegalArgumentException("match: found --mode best:" + best
                + " and --with; rivals find all that match, so that only --mode all goes with them");
        }
        return new MatchOptions(Path.of(args[1]), best, trees, sigma, rivals);
    }

    private static String valueOf(final String[] args, final int i) {
        if (i == args.length) {
            throw new IllegalArgumentException("match: " + args[i - 1] + " has no value; expected " + USAGE);
        }
        return args[i];
    }

    private static int best(final String mode) {
        if ("all".equals(mode)) {
            return 0;
        }
        if (!mode.matches("best:[1-9][0-9]{0,3}")) {
            throw new IllegalArgumentException("match: found --mode " + mode + ", allowed: all, best:1 .. best:9999");
        }
        return Integer.parseInt(mode.substring("best:".length()));
    }

    private static double sigma(final String text) {
        if (!text.matches("[0-9](\\.[0-9]{1,6})?")) {
            throw new IllegalArgumentException("match: found --sigma " + text + ", allowed: 0 up to 10, such as 1.0");
        }
        return Double.parseDouble(text);
    }
}
