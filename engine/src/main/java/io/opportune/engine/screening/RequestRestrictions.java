package io.opportune.engine.screening;

/**
 * The lists of a request that hold for all its impressions (OpenRTB 2.6, section 3.2.1). Keys are those of
 * {@link io.opportune.engine.catalogue.BlockKey}. Reused; one thread; allocates nothing.
 */
public final class RequestRestrictions {
    /** Most entries of {@code badv}, {@code bapp} and {@code bcat} each. */
    public static final int MAX_BLOCKED = 4_096;
    private static final int MAX_LANGUAGES = 64;

    final KeySet badv = new KeySet(MAX_BLOCKED);
    final KeySet bapp = new KeySet(MAX_BLOCKED);
    final KeySet bcat = new KeySet(MAX_BLOCKED);
    final KeySet acat = new KeySet(MAX_BLOCKED);
    final KeySet wlang = new KeySet(MAX_LANGUAGES);
    int cattax = 1;
    int withheld;

    /**
     * Forgets the request.
     *
     * @return this.
     */
    public RequestRestrictions clear() {
        badv.clear();
        bapp.clear();
        bcat.clear();
        acat.clear();
        wlang.clear();
        cattax = 1;
        withheld = 0;
        return this;
    }

    /**
     * Blocked advertisers.
     *
     * @return set of {@code BlockKey.ofDomain}.
     */
    public KeySet badv() {
        return badv;
    }

    /**
     * Blocked apps.
     *
     * @return set of {@code BlockKey.of}.
     */
    public KeySet bapp() {
        return bapp;
    }

    /**
     * Blocked categories.
     *
     * @return set of {@code BlockKey.of}.
     */
    public KeySet bcat() {
        return bcat;
    }

    /**
     * Allowed categories.
     *
     * @return set of {@code BlockKey.of}.
     */
    public KeySet acat() {
        return acat;
    }

    /**
     * Allowed languages, of {@code wlang} and {@code wlangb} alike.
     *
     * @return set of {@code BlockKey.of}.
     */
    public KeySet wlang() {
        return wlang;
    }

    /**
     * Sets the taxonomy of the categories.
     *
     * @param taxonomy AdCOM 1.0, list Category Taxonomies; 1 when the request names none.
     * @return this.
     */
    public RequestRestrictions cattax(final int taxonomy) {
        cattax = taxonomy;
        return this;
    }

    /**
     * Says why nothing personal may be read for the request.
     *
     * @param reasonCode of {@link io.opportune.protocol.ReasonCode}; 0: it may.
     * @return this.
     */
    public RequestRestrictions withheld(final int reasonCode) {
        withheld = reasonCode;
        return this;
    }

    /**
     * Why nothing personal may be read for the request.
     *
     * @return code of a reason; 0: it may.
     */
    public int withheld() {
        return withheld;
    }
}
