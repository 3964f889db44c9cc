package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code Publisher} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.15.
 */
public final class Publisher extends RecordFlyweight {
    private static final int ID = OpenRtbSchema.PUBLISHER.slot("id");
    private static final int NAME = OpenRtbSchema.PUBLISHER.slot("name");
    private static final int CATTAX = OpenRtbSchema.PUBLISHER.slot("cattax");
    private static final int CAT = OpenRtbSchema.PUBLISHER.slot("cat");
    private static final int DOMAIN = OpenRtbSchema.PUBLISHER.slot("domain");
    private static final int EXT = OpenRtbSchema.PUBLISHER.slot("ext");

    /** Views belong to the view they are asked from. */
    Publisher() {
    }

    Publisher on(final RequestArena arena, final int record) {
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
     * {@code cattax} (AdCOM 1.0 list Category Taxonomies).
     *
     * @return the value, or 1 where it is not given.
     */
    public int cattax() {
        return intAt(CATTAX, 1);
    }

    /**
     * How many {@code cat} there are.
     *
     * @return 0 or more.
     */
    public int catCount() {
        return countAt(CAT);
    }

    /**
     * One of {@code cat}.
     *
     * @param index 0 to count - 1.
     * @return a slice of the request's text.
     */
    public long cat(final int index) {
        return textItem(CAT, index);
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
