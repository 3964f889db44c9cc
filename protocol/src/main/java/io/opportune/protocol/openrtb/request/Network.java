package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code Network} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.23.
 */
public final class Network extends RecordFlyweight {
    private static final int ID = OpenRtbSchema.NETWORK.slot("id");
    private static final int NAME = OpenRtbSchema.NETWORK.slot("name");
    private static final int DOMAIN = OpenRtbSchema.NETWORK.slot("domain");
    private static final int EXT = OpenRtbSchema.NETWORK.slot("ext");

    /** Views belong to the view they are asked from. */
    Network() {
    }

    Network on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }

    /**
     * {@code id}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long id() {
        return textAt(ID);
    }

    /**
     * {@code name}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long name() {
        return textAt(NAME);
    }

    /**
     * {@code domain}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long domain() {
        return textAt(DOMAIN);
    }

    /**
     * {@code ext} as it came: JSON text, or the bytes of the protobuf message.
     *
     * @return a slice of the request's text, or 0.
     */
    public long ext() {
        return textAt(EXT);
    }
}
