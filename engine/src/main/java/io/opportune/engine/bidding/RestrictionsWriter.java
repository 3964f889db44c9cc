package io.opportune.engine.bidding;

import io.opportune.engine.screening.ImpRestrictions;
import org.agrona.MutableDirectBuffer;

/**
 * Writes what an impression takes behind a decision request, for the shard. The wire schema of version 1 has no place
 * for it: until it has, nothing is written, and the creative is chosen when the answer has come.
 */
final class RestrictionsWriter {
    private RestrictionsWriter() {
    }

    /** Whether decisions take restrictions into account. */
    static boolean isSupported() {
        return false;
    }

    /** Appends them at an offset; the length in bytes. */
    static int write(final ImpRestrictions restrictions, final MutableDirectBuffer into, final int offset) {
        return 0;
    }
}
