package io.opportune.engine.exchange;

import org.agrona.DirectBuffer;

/** Compares names without making them. */
final class Bytes {
    private Bytes() {
    }

    static boolean equal(final byte[] name, final DirectBuffer text, final int offset, final int lengthBytes) {
        if (name.length != lengthBytes) {
            return false;
        }
        for (int i = 0; i < lengthBytes; i++) {
            if (name[i] != text.getByte(offset + i)) {
                return false;
            }
        }
        return true;
    }
}
