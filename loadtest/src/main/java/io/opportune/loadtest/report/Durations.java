package io.opportune.loadtest.report;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads and writes durations as people write them: {@code 250us}, {@code 5ms}, {@code 20s}, {@code 2m}. */
public final class Durations {
    private static final Pattern FORM = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ns|us|ms|s|m|h)");

    private Durations() {
    }

    /**
     * Reads a duration.
     *
     * @param text number and unit: ns, us, ms, s, m or h.
     * @return nanoseconds.
     * @throws IllegalArgumentException naming what was found and what is allowed.
     */
    public static long parseNs(final String text) {
        final Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no duration; expected a number and one of ns, us, ms,"
                + " s, m, h, e.g. 5ms");
        }
        final double unitNs = switch (matcher.group(2)) {
            case "ns" -> 1;
            case "us" -> 1e3;
            case "ms" -> 1e6;
            case "s" -> 1e9;
            case "m" -> 60e9;
            default -> 3600e9;
        };
        return Math.round(Double.parseDouble(matcher.group(1)) * unitNs);
    }

    /**
     * Writes a duration with three or four significant digits.
     *
     * @param ns nanoseconds, 0 or more.
     * @return e.g. {@code 812 us}.
     */
    public static String format(final long ns) {
        if (ns < 1_000) {
            return ns + " ns";
        }
        if (ns < 1_000_000) {
            return String.format(Locale.ROOT, ns < 10_000 ? "%.2f us" : "%.1f us", ns / 1e3);
        }
        if (ns < 1_000_000_000) {
            return String.format(Locale.ROOT, ns < 10_000_000 ? "%.2f ms" : "%.1f ms", ns / 1e6);
        }
        return String.format(Locale.ROOT, "%.2f s", ns / 1e9);
    }
}
