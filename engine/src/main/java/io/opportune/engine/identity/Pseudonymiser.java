package io.opportune.engine.identity;

import io.opportune.protocol.Namespaces;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Turns a customer's id into a pseudonym: SipHash-128, under a key derived for this purpose, of tenant and namespace
 * (one 8-byte little-endian word, tenant in the lower half) and the id's bytes. One per thread; allocates nothing after
 * construction and keeps no id.
 */
public final class Pseudonymiser {
    private static final long NOT_A_HOUSEHOLD = Long.MIN_VALUE;
    /** A UUID is 36 long; longer ids are taken as they are. */
    private static final int MAX_ADVERTISING_ID_BYTES = 64;

    private final long k0;
    private final long k1;
    private final Key128 pseudonym = new Key128();
    private final UnsafeBuffer folded = new UnsafeBuffer(new byte[MAX_ADVERTISING_ID_BYTES]);

    /**
     * Creates a pseudonymiser.
     *
     * @param key of the store.
     */
    public Pseudonymiser(final PseudonymKey key) {
        final Key128 derived = key.derive("pseudonym");
        k0 = derived.high();
        k1 = derived.low();
    }

    /**
     * Hashes an id; the result stands in {@link #high()} and {@link #low()} until the next call. The top bit is 0 for
     * {@link Namespaces#HOUSEHOLD} and 1 otherwise, so that a household is the smaller root when ids are linked. The
     * result is never (0,0).
     *
     * @param tenant      0..65535.
     * @param namespace   who issued the id, as in {@link Namespaces}; 0..65535.
     * @param id          holding the id's bytes, taken as they are, except that of an advertising id that is written in
     *                    hexadecimal digits and hyphens (RFC 9562) capitals count as small letters.
     * @param offset      of the id.
     * @param lengthBytes of the id, 1 or more.
     */
    public void hash(
        final int tenant, final int namespace, final DirectBuffer id, final int offset, final int lengthBytes) {
        final long prefix = ((long) namespace << 32) | (tenant & 0xffffffffL);
        if (namespace == Namespaces.ADVERTISING_ID && fold(id, offset, lengthBytes)) {
            SipHash.hash128(k0, k1, prefix, folded, 0, lengthBytes, pseudonym);
        } else {
            SipHash.hash128(k0, k1, prefix, id, offset, lengthBytes, pseudonym);
        }
        final long high = namespace == Namespaces.HOUSEHOLD
            ? pseudonym.high() & ~NOT_A_HOUSEHOLD
            : pseudonym.high() | NOT_A_HOUSEHOLD;
        final long low = pseudonym.low();
        pseudonym.set(high, (high | low) == 0 ? 1 : low);
    }

    /** Whether the id is a hexadecimal number, which is then copied in small letters. */
    private boolean fold(final DirectBuffer id, final int offset, final int lengthBytes) {
        if (lengthBytes > MAX_ADVERTISING_ID_BYTES) {
            return false;
        }
        for (int i = 0; i < lengthBytes; i++) {
            final byte c = id.getByte(offset + i);
            final boolean letter = c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
            if (!letter && c != '-' && (c < '0' || c > '9')) {
                return false;
            }
            folded.putByte(i, (byte) (letter ? c | 0x20 : c));
        }
        return true;
    }

    /**
     * Upper half of the last pseudonym.
     *
     * @return 64 bits; negative except for households.
     */
    public long high() {
        return pseudonym.high();
    }

    /**
     * Lower half of the last pseudonym.
     *
     * @return 64 bits.
     */
    public long low() {
        return pseudonym.low();
    }
}
