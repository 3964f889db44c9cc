package io.opportune.engine.notice;

/**
 * What became of a notice when its token was looked at. The last two are known only when the shard has looked for its
 * event id; they come on top of {@link #ACCEPTED}.
 */
public enum NoticeOutcome {
    /** The token is ours, fits the notice and is in time. */
    ACCEPTED(600, "accepted"),
    /** No token, a broken one, or a request that is none of the notices. */
    MALFORMED(601, "the request is no notice, or its token is broken"),
    /** The token was made by a version that this server does not read. */
    UNKNOWN_VERSION(602, "the token's version is not known"),
    /** The token was sealed under a key that is not, or no longer, in the key file. */
    UNKNOWN_KEY(603, "the token's key is not known, or no longer accepted"),
    /** The token's seal does not hold. */
    FORGED(604, "the token was changed, or not made here"),
    /** The token is good, but not for this kind of notice. */
    WRONG_KIND(605, "the token was not made for this kind of notice"),
    /** The token is good but came too late. */
    EXPIRED(606, "the token has expired"),
    /** The token is good, and of a bid on a request that was a test: nothing of it counts. */
    TEST(607, "the notice is about a test"),
    /** Known after it was accepted: it came before. */
    DUPLICATE(608, "the notice came before"),
    /** Known after it was accepted: notices of the same time have been forgotten, so that it may have come before. */
    FORGOTTEN(609, "the notice is of a bid before the oldest notice remembered");

    private final int code;
    private final String text;

    NoticeOutcome(final int code, final String text) {
        this.code = code;
        this.text = text;
    }

    /**
     * A number in the band that follows those of {@code io.opportune.protocol.ReasonCode}.
     *
     * @return 600..699.
     */
    public int code() {
        return code;
    }

    /**
     * The meaning in words for people.
     *
     * @return text without a full stop.
     */
    public String text() {
        return text;
    }
}
