package io.opportune.engine.bidding;

import io.opportune.engine.session.ClientSession;

/**
 * All exchanges of one event loop as one client, for bids and notices: their answers go to the sink that both share.
 */
final class ExchangeSession implements ClientSession {
    private static final long KEY = 1;

    private final int clientIndex;

    ExchangeSession(final int clientIndex) {
        this.clientIndex = clientIndex;
    }

    /** Leads nowhere but to the sink of the same event loop, which serves this session alone. */
    @Override
    public long sessionKey() {
        return KEY;
    }

    @Override
    public int clientIndex() {
        return clientIndex;
    }

    @Override
    public boolean maySetEventTime() {
        return false;
    }

    @Override
    public long eventTimeBehindNs() {
        return 0;
    }

    @Override
    public long eventTimeAheadNs() {
        return 0;
    }
}
