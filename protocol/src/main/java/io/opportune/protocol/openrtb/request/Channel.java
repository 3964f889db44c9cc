package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code Channel} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.24.
 */
public final class Channel extends RecordFlyweight {
    private static final int ID = OpenRtbSchema.CHANNEL.slot("id");
    private static final int NAME = OpenRtbSchema.CHANNEL.slot("name");
    private static final int DOMAIN = OpenRtbSchema.CHANNEL.slot("domain");
    private static final int EXT = OpenRtbSchema.CHANNEL.slot("ext");

    /** Views belong to the view they are asked from. */
    Channel() {
    }

    Channel on(final RequestArena arena, final int record) {
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
