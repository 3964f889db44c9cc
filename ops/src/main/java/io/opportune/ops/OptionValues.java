package io.opportune.ops;

import io.opportune.loadtest.completejourney.ReplaySettings;
import io.opportune.loadtest.generator.LoadSettings;
import io.opportune.loadtest.report.Durations;
import io.opportune.loadtest.report.Objective;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/** Reads the values of options and refuses the wrong ones, each with what was found and what is allowed. */
final class OptionValues {
    /** Requests state their budget in microseconds, as a signed 32-bit number. */
    static final long MAX_TIME_BUDGET_NS = 1_800_000_000_000L;

    private OptionValues() {
    }

    /** A whole number; its range is a matter of each option. */
    static int wholeNumber(final String text) {
        try {
            return Integer.parseInt(text);
        } catch (final NumberFormatException e) {
            throw notAllowed(text, "whole numbers from " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE);
        }
    }

    /** A whole number that may be large, such as a seed. */
    static long longNumber(final String text) {
        try {
            return Long.parseLong(text);
        } catch (final NumberFormatException e) {
            throw notAllowed(text, "whole numbers from " + Long.MIN_VALUE + " to " + Long.MAX_VALUE);
        }
    }

    /** Refuses a number that is out of range, before anything is done. */
    static void require(final CommandSpec spec, final String option, final long value, final long min, final long max) {
        if (value < min || value > max) {
            throw new ParameterException(
                spec.commandLine(), "Invalid value for option '" + option + "': '" + value + "', allowed are " + min
                + " to " + max);
        }
    }

    /** Refuses more messages in flight than a run can tell apart. */
    static void requireWidth(final CommandSpec spec, final int connections, final int inFlight) {
        require(spec, "--connections", connections, 1, LoadSettings.MAX_SLOTS);
        require(spec, "--in-flight", inFlight, 1, LoadSettings.MAX_SLOTS / connections);
    }

    /** Refuses options that were typed and would do nothing, with the reason. */
    static void refuseTogether(
        final CommandSpec spec, final String reason, final ParseResult typed, final String... options) {
        for (final String option : options) {
            if (typed.hasMatchedOption(option)) {
                throw new ParameterException(
                    spec.commandLine(), option + " has no effect here and is not allowed: " + reason);
            }
        }
    }

    /** What a run must keep, always and as asked. */
    static List<Objective> objectives(final CommandSpec spec, final List<String> texts) {
        final List<Objective> objectives = new ArrayList<>(Objective.always());
        for (final String text : texts) {
            try {
                objectives.add(Objective.parse(text));
            } catch (final IllegalArgumentException e) {
                throw new ParameterException(
                    spec.commandLine(), "Invalid value for option '--objective': " + e.getMessage(), e);
            }
        }
        return objectives;
    }

    /** Refuses a time that is out of range, before anything is done. */
    static void requireNs(
        final CommandSpec spec, final String option, final long valueNs, final long minNs, final long maxNs) {
        if (valueNs < minNs || valueNs > maxNs) {
            throw new ParameterException(
                spec.commandLine(), "Invalid value for option '" + option + "': '" + Durations.format(valueNs)
                + "', allowed are " + Durations.format(minNs) + " to " + Durations.format(maxNs));
        }
    }

    private static TypeConversionException notAllowed(final String found, final String allowed) {
        return new TypeConversionException("'" + found + "', allowed are " + allowed);
    }

    private static double aboveZero(final String text, final String allowed) {
        try {
            final double value = Double.parseDouble(text);
            if (value > 0 && value < Double.POSITIVE_INFINITY) {
                return value;
            }
        } catch (final NumberFormatException e) {
            throw notAllowed(text, allowed);
        }
        throw notAllowed(text, allowed);
    }

    /** A rate. */
    static final class AboveZero implements ITypeConverter<Double> {
        @Override
        public Double convert(final String text) {
            return aboveZero(text, "numbers above 0");
        }
    }

    /** How much faster than life. */
    static final class SpeedUp implements ITypeConverter<Double> {
        @Override
        public Double convert(final String text) {
            return "max".equalsIgnoreCase(text) ? ReplaySettings.AS_FAST_AS_POSSIBLE
                : aboveZero(text, "max and numbers above 0");
        }
    }

    /** A time in nanoseconds, written like {@code 5ms}. */
    static final class TimeNs implements ITypeConverter<Long> {
        @Override
        public Long convert(final String text) {
            try {
                return Durations.parseNs(text);
            } catch (final IllegalArgumentException e) {
                throw notAllowed(text, "a number and one of ns, us, ms, s, m, h, such as 5ms");
            }
        }
    }
}
