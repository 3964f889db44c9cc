package io.opportune.ops;

/** The exit codes that all commands share; {@code load} has its own, which its help names. */
public final class ExitCode {
    /** Done. */
    public static final int OK = 0;
    /** Done, and what was looked at is not in order: mistakes in a catalogue or a configuration. */
    public static final int NOT_IN_ORDER = 1;
    /** The command line itself is wrong. */
    public static final int USAGE = 2;
    /** It could not be done: a file is missing, a port is taken, no server has run. */
    public static final int NOT_POSSIBLE = 3;
    /** A mistake in Opportune. */
    public static final int UNEXPECTED = 4;

    private ExitCode() {
    }
}
