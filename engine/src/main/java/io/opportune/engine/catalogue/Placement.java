package io.opportune.engine.catalogue;

import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.Moment;

/** A place where offers may be made. Immutable. */
public final class Placement {
    private final int placementId;
    private final String id;
    private final int channelMask;
    private final int momentMask;
    private final int offerCount;
    private final long timeBudgetNs;
    private final Offer fallback;
    private final Choice choice;

    Placement(
        final int placementId, final String id, final int channelMask, final int momentMask, final int offerCount,
        final long timeBudgetNs, final Offer fallback, final Choice choice) {
        this.placementId = placementId;
        this.id = id;
        this.channelMask = channelMask;
        this.momentMask = momentMask;
        this.offerCount = offerCount;
        this.timeBudgetNs = timeBudgetNs;
        this.fallback = fallback;
        this.choice = choice;
    }

    /** The same place with another fallback, or with none. */
    Placement withFallback(final Offer other) {
        return new Placement(placementId, id, channelMask, momentMask, offerCount, timeBudgetNs, other, choice);
    }

    /**
     * Its number.
     *
     * @return registry id.
     */
    public int placementId() {
        return placementId;
    }

    /**
     * Its name in the catalogue.
     *
     * @return 1..64 bytes of UTF-8.
     */
    public String id() {
        return id;
    }

    /**
     * The channels it exists on.
     *
     * @return bit {@code 1 << channel.value()} of each.
     */
    public int channelMask() {
        return channelMask;
    }

    /**
     * Whether it exists on a channel.
     *
     * @param channel of the request.
     * @return true when it does.
     */
    public boolean isOn(final Channel channel) {
        return (channelMask >>> channel.value() & 1) != 0;
    }

    /** The moments in which it makes offers: bit {@code 1 << moment.value()} of each; 0: all. */
    int momentMask() {
        return momentMask;
    }

    /**
     * Whether offers are made in a moment.
     *
     * @param moment of the request.
     * @return false: the answer is NOT_A_SELLING_MOMENT.
     */
    public boolean sellsIn(final Moment moment) {
        return momentMask == 0 || moment.value() < Integer.SIZE && (momentMask >>> moment.value() & 1) != 0;
    }

    /**
     * How many offers an answer has unless the request wants fewer.
     *
     * @return 1..32.
     */
    public int offerCount() {
        return offerCount;
    }

    /**
     * How long a decision may take when the request does not say.
     *
     * @return nanoseconds; 0: the server's own limit.
     */
    public long timeBudgetNs() {
        return timeBudgetNs;
    }

    /**
     * The offer made when nothing is eligible or time is up.
     *
     * @return null when there is none.
     */
    public Offer fallback() {
        return fallback;
    }

    /**
     * How it chooses among the offers that fit.
     *
     * @return null: the best by value times prior propensity, one of each category, nothing left to chance.
     */
    public Choice choice() {
        return choice;
    }
}
