package io.opportune.engine.profile;

/** Takes ids of the identity index with the root each maps to. */
@FunctionalInterface
public interface IdentitySink {
    /**
     * Takes one id.
     *
     * @param idHigh   upper half of the id's pseudonym.
     * @param idLow    lower half of the id's pseudonym.
     * @param rootHigh upper half of its root key.
     * @param rootLow  lower half of its root key.
     */
    void onIdentity(long idHigh, long idLow, long rootHigh, long rootLow);
}
