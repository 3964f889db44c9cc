package io.opportune.engine.profile;

/** Takes ids of the identity index with the root and the person that each belongs to. */
@FunctionalInterface
public interface PersonSink {
    /**
     * Takes one id.
     *
     * @param idHigh   upper half of the id's pseudonym.
     * @param idLow    lower half of the id's pseudonym.
     * @param rootHigh upper half of its root key.
     * @param rootLow  lower half of its root key.
     * @param person   tag of the person in the household; 0 for none.
     */
    void onIdentity(long idHigh, long idLow, long rootHigh, long rootLow, int person);
}
