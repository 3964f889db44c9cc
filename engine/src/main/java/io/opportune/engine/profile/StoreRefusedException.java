package io.opportune.engine.profile;

/** Files on disk do not belong to this configuration, or are damaged; the message says which, what and why. */
public final class StoreRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message file, what was found and what was expected.
     */
    public StoreRefusedException(final String message) {
        super(message);
    }

    /**
     * Creates the exception.
     *
     * @param message file, what was found and what was expected.
     * @param cause   from the file system or a library.
     */
    public StoreRefusedException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
