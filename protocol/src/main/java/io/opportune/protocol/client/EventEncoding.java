package io.opportune.protocol.client;

import io.opportune.protocol.codec.EventReportEncoder;

/** Fills in an event report without garbage. Called on the caller's thread, before the call returns. */
@FunctionalInterface
public interface EventEncoding {
    /**
     * Encodes everything but correlation id and send time, which the client has written, and the event id, which the
     * client has made and the caller may replace by its own. All other fields hold their null values. Either the basket
     * lines and the customer id are both written, or neither.
     *
     * @param report to fill in; not to be kept.
     */
    void encode(EventReportEncoder report);
}
