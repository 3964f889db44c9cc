package io.opportune.engine.journal;

/**
 * Something could not be kept in a journal, mostly for want of disk space. The message says what, and what to do. It
 * may be tried again.
 */
public final class JournalRefusedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /**
     * Something could not be kept.
     *
     * @param message for people.
     */
    public JournalRefusedException(final String message) {
        super(message);
    }
}
