package io.opportune.engine.bidding;

/** What stands against bidding for a deal. */
public enum DealVerdict {
    /** Nothing: it is ours and its floor is reached. */
    REACHED("can be bid for"),
    /** It has no id that a bid could name. */
    NO_ID("has no id"),
    /** {@code wseat} names other seats. */
    SEAT("is for other seats"),
    /** {@code wadomain} names other advertisers. */
    ADVERTISER("is for other advertisers"),
    /** No rate leads to the currency of its floor. */
    CURRENCY("has a floor in a currency without a rate"),
    /** The offer is worth less than its floor. */
    BELOW_FLOOR("has a floor that is not reached");

    private final String words;

    DealVerdict(final String words) {
        this.words = words;
    }

    /**
     * In words.
     *
     * @return what the deal is or has.
     */
    public String words() {
        return words;
    }
}
