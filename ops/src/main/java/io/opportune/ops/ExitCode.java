package io.opportune.ops;

/**
 * The exit codes that all commands share. 1 and 2 judge what was looked at.
 */
public final class ExitCode {
    /** Done. */
    public static final int OK = 0;
    /** Done, and what was looked at is not in order: mistakes in a catalogue or a configuration. */
    public static final int NOT_IN_ORDER = 1;
    /** Done, but the figures must not be used: a run of load or replay is invalid, an estimate is not reliable. */
    public static final int INVALID = 2;
    /** It could not be done: a file is missing, a port is taken, no server has run. */
    public static final int NOT_POSSIBLE = 3;
    /** A mistake in Opportune. */
    public static final int UNEXPECTED = 4;

    /** The command line itself is wrong: EX_USAGE of sysexits.h, out of the way of all verdicts. */
    public static final int USAGE = 64;

    private ExitCode() {
    }
}
