package io.opportune.ops;

/** Ends a command with a sentence for the user and an exit code; its stack trace is of no interest. */
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /**
     * A failure without a cause worth showing.
     *
     * @param exitCode of {@link ExitCode}.
     * @param sentence what is wrong, where, and what is allowed.
     */
    public CommandFailure(final int exitCode, final String sentence) {
        this(exitCode, sentence, null);
    }

    /**
     * A failure with a cause, which {@code --verbose} shows.
     *
     * @param exitCode of {@link ExitCode}.
     * @param sentence what is wrong, where, and what is allowed.
     * @param cause    may be null.
     */
    public CommandFailure(final int exitCode, final String sentence, final Throwable cause) {
        super(sentence, cause);
        this.exitCode = exitCode;
    }

    /**
     * What the process ends with.
     *
     * @return of {@link ExitCode}.
     */
    public int exitCode() {
        return exitCode;
    }
}
