package io.opportune.loadtest.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A limit that a run must keep, written {@code name=limit}: {@code p50, p90, p99, p99.9, p99.99, max} with a duration
 * limit decision latency; {@code decisions-per-second} must be reached; any counter, e.g. {@code late=0} or
 * {@code shed=0.1%} (of what was sent), must not be exceeded.
 */
public final class Objective {
    private static final String RATE = "decisions-per-second";

    private final String text;
    private final String name;
    private final double limit;
    private final boolean percent;

    private Objective(final String text, final String name, final double limit, final boolean percent) {
        this.text = text;
        this.name = name;
        this.limit = limit;
        this.percent = percent;
    }

    /**
     * Reads an objective.
     *
     * @param text {@code name=limit}.
     * @return the objective.
     * @throws IllegalArgumentException naming what was found and what is allowed.
     */
    public static Objective parse(final String text) {
        final int equals = text.indexOf('=');
        if (equals < 1 || equals == text.length() - 1) {
            throw new IllegalArgumentException("objective '" + text + "': expected name=limit, e.g. p99=5ms or late=0");
        }
        final String name = text.substring(0, equals).strip().toLowerCase(Locale.ROOT);
        final String value = text.substring(equals + 1).strip();
        if (percentile(name) >= 0) {
            return new Objective(text, name, Durations.parseNs(value), false);
        }
        final boolean percent = value.endsWith("%");
        if (!name.equals(RATE) && counter(name).isEmpty()) {
            throw new IllegalArgumentException("objective '" + text + "': unknown name '" + name
                + "'; allowed: p50, p90, p99, p99.9,"
                + " p99.99, max, " + RATE + " and counters such as late, shed, fallback, unanswered");
        }
        try {
            final double limit = Double.parseDouble(percent ? value.substring(0, value.length() - 1) : value);
            return new Objective(text, name, limit, percent);
        } catch (final NumberFormatException e) {
            throw new IllegalArgumentException("objective '" + text + "': '" + value + "' is no number", e);
        }
    }

    /**
     * What every run must keep whether asked or not: each message answered and none rejected, no connection lost.
     *
     * @return the objectives.
     */
    public static List<Objective> always() {
        final List<Objective> objectives = new ArrayList<>();
        objectives.add(parse("unanswered=0"));
        objectives.add(parse("rejected=0"));
        objectives.add(parse("connections-lost=0"));
        return objectives;
    }

    /**
     * The objective as it was written.
     *
     * @return {@code name=limit}.
     */
    public String text() {
        return text;
    }

    /**
     * The latency limit in it.
     *
     * @return nanoseconds; {@link Long#MAX_VALUE} when it does not limit latency.
     */
    public long latencyLimitNs() {
        return percentile(name) >= 0 ? (long) limit : Long.MAX_VALUE;
    }

    /**
     * What the run reached, in the objective's unit.
     *
     * @param result of the run.
     * @return nanoseconds, a count, a percentage or a rate.
     */
    public double reachedBy(final RunResult result) {
        final double percentile = percentile(name);
        if (percentile >= 0) {
            return result.histogram(RunTally.Series.DECISION).getValueAtPercentile(percentile);
        }
        if (name.equals(RATE)) {
            return result.decisionsPerSecond();
        }
        final long count = result.count(counter(name).orElseThrow());
        return percent ? 100.0 * count / Math.max(1, result.count(RunCounter.SENT)) : count;
    }

    /**
     * Judges a run. A latency objective is missed when no decision was answered at all.
     *
     * @param result of the run.
     * @return whether the objective was met.
     */
    public boolean metBy(final RunResult result) {
        if (percentile(name) >= 0 && result.histogram(RunTally.Series.DECISION).getTotalCount() == 0) {
            return false;
        }
        final double reached = reachedBy(result);
        return name.equals(RATE) ? reached >= limit : reached <= limit;
    }

    /**
     * One line for people.
     *
     * @param result of the run.
     * @return objective, what was reached, and whether that is enough.
     */
    public String verdict(final RunResult result) {
        final double reached = reachedBy(result);
        final String reachedText = percentile(name) >= 0 ? Durations.format((long) reached)
            : String.format(Locale.ROOT, percent ? "%.4f%%" : "%.0f", reached);
        return (metBy(result) ? "met     " : "MISSED  ") + text + "  (reached " + reachedText + ")";
    }

    private static Optional<RunCounter> counter(final String name) {
        for (final RunCounter counter : RunCounter.values()) {
            if (counter.key().equals(name)) {
                return Optional.of(counter);
            }
        }
        return Optional.empty();
    }

    private static double percentile(final String name) {
        return switch (name) {
            case "p50" -> 50;
            case "p90" -> 90;
            case "p99" -> 99;
            case "p99.9" -> 99.9;
            case "p99.99" -> 99.99;
            case "max" -> 100;
            default -> -1;
        };
    }
}
