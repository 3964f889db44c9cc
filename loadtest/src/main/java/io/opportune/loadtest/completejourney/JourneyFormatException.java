package io.opportune.loadtest.completejourney;

import java.nio.file.Path;

/** A file of the data set is not what it should be; the message starts with file and line. */
public final class JourneyFormatException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param file where it was found.
     * @param line from 1.
     * @param what was found and what is allowed.
     */
    public JourneyFormatException(final Path file, final long line, final String what) {
        super(file + ":" + line + ": " + what);
    }
}
