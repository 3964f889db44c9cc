package io.opportune.engine.decision;

import io.opportune.engine.experiment.ControlGroups;

/** The control groups of the catalogue in use, asked about one customer after the other. Owned by one shard. */
public final class CustomerControl implements ControlCheck {
    private ControlGroups groups = ControlGroups.NONE;
    private long rootHigh;
    private long rootLow;

    /** Makes one that knows of no group. */
    public CustomerControl() {
        // Groups come with a catalogue.
    }

    /**
     * Asks other groups from here on.
     *
     * @param next of the catalogue in use, or the next one.
     */
    public void use(final ControlGroups next) {
        groups = next;
    }

    /**
     * Starts a request.
     *
     * @param high upper half of the customer's root key.
     * @param low  lower half; both 0 for somebody unknown, who is in no group.
     */
    public void begin(final long high, final long low) {
        rootHigh = high;
        rootLow = low;
    }

    @Override
    public boolean exists() {
        return groups.exist();
    }

    @Override
    public boolean inGlobal() {
        return groups.inGlobal(rootHigh, rootLow);
    }

    @Override
    public boolean inCampaign(final int campaignId) {
        return groups.inCampaign(rootHigh, rootLow, campaignId);
    }
}
