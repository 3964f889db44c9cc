package io.opportune.engine.identity;

import io.opportune.protocol.Namespaces;
import org.agrona.DirectBuffer;

/**
 * Turns a customer's id into a pseudonym: SipHash-128, under a key derived for this purpose, of tenant and namespace
 * (one 8-byte little-endian word, tenant in the lower half) and the id's bytes. One per thread; allocates nothing after
 * construction and keeps no id.
 */
public final class Pseudonymiser {
    private static final long NOT_A_HOUSEHOLD = Long.MIN_VALUE;

    private final long k0;
    private final long k1;
    private final Key128 pseudonym = new Key128();

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
     * @param id          holding the id's bytes, taken as they are.
     * @param offset      of the id.
     * @param lengthBytes of the id, 1 or more.
     */
    public void hash(
        final int tenant, final int namespace, final DirectBuffer id, final int offset, final int lengthBytes) {
        final long prefix = ((long) namespace << 32) | (tenant & 0xffffffffL);
        SipHash.hash128(k0, k1, prefix, id, offset, lengthBytes, pseudonym);
        final long high = namespace == Namespaces.HOUSEHOLD
            ? pseudonym.high() & ~NOT_A_HOUSEHOLD
            : pseudonym.high() | NOT_A_HOUSEHOLD;
        final long low = pseudonym.low();
        pseudonym.set(high, (high | low) == 0 ? 1 : low);
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
