package io.opportune.engine.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The kinds of values and how each is written. */
public enum ConfigType {
    /** Any text. */
    TEXT("text"),
    /** Path of a file or folder, relative to the working directory. */
    PATH("path"),
    /** Whole number. */
    INTEGER("whole number"),
    /** Bytes: a whole number, with k, m or g for the powers of 1,024. */
    SIZE("size such as 16k, 512m, 2g"),
    /** Duration: a whole number and ns, us, ms, s, m, h or d. */
    DURATION("duration such as 500us, 5ms, 10s, 1h, 7d"),
    /** true or false. */
    FLAG("true or false"),
    /** Whole numbers, or none. */
    NUMBERS("whole numbers joined by commas"),
    /** One of a few words. */
    CHOICE("choice");

    /** No numbers. */
    static final String NO_NUMBERS = "none";
    private static final Pattern SIZE_PATTERN = Pattern.compile("(\\d{1,18})([kmg]?)");
    private static final Pattern DURATION_PATTERN = Pattern.compile("(\\d{1,18})(ns|us|ms|s|m|h|d)");

    private final String allowed;

    ConfigType(final String allowed) {
        this.allowed = allowed;
    }

    /**
     * What may be written.
     *
     * @return a few words.
     */
    public String allowed() {
        return allowed;
    }

    /**
     * Reads a number of the types INTEGER, SIZE (in bytes), DURATION (in nanoseconds) or FLAG (0 or 1).
     *
     * @param text as written.
     * @return the number.
     * @throws IllegalArgumentException when it is not written as the type wants it, or is too great for 64 bits.
     */
    long parse(final String text) {
        try {
            return switch (this) {
                case INTEGER -> Long.parseLong(text);
                case SIZE -> parseSize(text.toLowerCase(Locale.ROOT));
                case DURATION -> parseDuration(text.toLowerCase(Locale.ROOT));
                case FLAG -> parseFlag(text.toLowerCase(Locale.ROOT));
                case TEXT, PATH, NUMBERS, CHOICE -> throw new IllegalStateException(this + " is no number");
            };
        } catch (final ArithmeticException e) {
            throw new IllegalArgumentException("too great", e);
        }
    }

    /**
     * Reads whole numbers.
     *
     * @param text as written: {@code 1, 3, 7}, or {@code none}.
     * @return in the order of the text; empty for none.
     * @throws IllegalArgumentException when one is no number.
     */
    static int[] parseNumbers(final String text) {
        return text.strip().equals(NO_NUMBERS) ? new int[0]
            : Arrays.stream(text.split(",", -1)).map(String::strip).mapToInt(Integer::parseInt).toArray();
    }

    /**
     * Writes a number as {@link #parse} reads it, in the greatest unit that divides it.
     *
     * @param value as parsed.
     * @return for instance 64k or 5ms.
     */
    String format(final long value) {
        return switch (this) {
            case SIZE -> formatSize(value);
            case DURATION -> formatDuration(value);
            case FLAG -> value == 0 ? "false" : "true";
            case INTEGER, TEXT, PATH, NUMBERS, CHOICE -> Long.toString(value);
        };
    }

    private static long parseSize(final String text) {
        final Matcher matcher = match(SIZE_PATTERN, text);
        final long unit = switch (matcher.group(2)) {
            case "k" -> 1L << 10;
            case "m" -> 1L << 20;
            case "g" -> 1L << 30;
            default -> 1L;
        };
        return Math.multiplyExact(Long.parseLong(matcher.group(1)), unit);
    }

    private static long parseDuration(final String text) {
        final Matcher matcher = match(DURATION_PATTERN, text);
        return Math.multiplyExact(Long.parseLong(matcher.group(1)), nanosPer(matcher.group(2)));
    }

    private static long parseFlag(final String text) {
        return switch (text) {
            case "true" -> 1;
            case "false" -> 0;
            default -> throw new IllegalArgumentException("neither true nor false");
        };
    }

    private static Matcher match(final Pattern pattern, final String text) {
        final Matcher matcher = pattern.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not of the form " + pattern);
        }
        return matcher;
    }

    private static long nanosPer(final String unit) {
        return switch (unit) {
            case "ns" -> 1L;
            case "us" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            default -> 86_400_000_000_000L;
        };
    }

    private static String formatSize(final long value) {
        int shift = 0;
        String unit = "";
        for (final String next : new String[] {"k", "m", "g"}) {
            if (value == 0 || value % (1L << shift + 10) != 0) {
                break;
            }
            shift += 10;
            unit = next;
        }
        return (value >> shift) + unit;
    }

    private static String formatDuration(final long value) {
        for (final String unit : new String[] {"d", "h", "m", "s", "ms", "us"}) {
            if (value != 0 && value % nanosPer(unit) == 0) {
                return value / nanosPer(unit) + unit;
            }
        }
        return value == 0 ? "0s" : value + "ns";
    }
}
