package io.opportune.engine.gateway.http;

/**
 * What one event loop may hold of requests that are not whole, over all its connections: whoever announces much and
 * sends little takes nothing away from the others. Owned by that event loop; only counts.
 */
final class PendingMemory {
    private final long limitBytes;
    private long takenBytes;

    /** Two of the longest requests have room whatever is set. */
    PendingMemory(final HttpGatewaySettings settings) {
        limitBytes = Math.max(
            settings.maxPendingBytes(), 2L * (settings.maxHeadBytes() + settings.maxBodyBytes()));
    }

    /** Asks for memory, 0 bytes or more; false when others have it all. */
    boolean take(final int bytes) {
        if (bytes > limitBytes - takenBytes) {
            return false;
        }
        takenBytes += bytes;
        return true;
    }

    /** Gives back what {@link #take} gave. */
    void giveBack(final int bytes) {
        takenBytes -= bytes;
    }
}
