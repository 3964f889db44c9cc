package io.opportune.engine.server;

import java.util.ArrayDeque;
import java.util.Deque;

/** What a start has opened so far, so that a start that fails leaves nothing open. Used by the starting thread only. */
final class OpenedParts {
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    /** Takes note of a part and gives it back. */
    <T extends AutoCloseable> T add(final T part) {
        parts.push(part);
        return part;
    }

    /** Closes everything, the last opened first; what fails is added to the reason of the failed start. */
    void closeAfter(final Throwable reason) {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (final Exception e) {
                reason.addSuppressed(e);
            }
        }
    }
}
