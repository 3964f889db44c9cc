package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code Dooh} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.32.
 */
public final class Dooh extends RecordFlyweight {
    private static final int ID = OpenRtbSchema.DOOH.slot("id");
    private static final int NAME = OpenRtbSchema.DOOH.slot("name");
    private static final int VENUETYPE = OpenRtbSchema.DOOH.slot("venuetype");
    private static final int VENUETYPETAX = OpenRtbSchema.DOOH.slot("venuetypetax");
    private static final int PUBLISHER = OpenRtbSchema.DOOH.slot("publisher");
    private static final int DOMAIN = OpenRtbSchema.DOOH.slot("domain");
    private static final int KEYWORDS = OpenRtbSchema.DOOH.slot("keywords");
    private static final int CONTENT = OpenRtbSchema.DOOH.slot("content");
    private static final int EXT = OpenRtbSchema.DOOH.slot("ext");

    private final Publisher publisher = new Publisher();
    private final Content content = new Content();

    /** Views belong to the view they are asked from. */
    Dooh() {
    }

    Dooh on(final RequestArena arena, final int record) {
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
     * How many {@code venuetype} there are.
     *
     * @return 0 or more.
     */
    public int venuetypeCount() {
        return countAt(VENUETYPE);
    }

    /**
     * One of {@code venuetype}.
     *
     * @param index 0 to count - 1.
     * @return a slice of the request's text.
     */
    public long venuetype(final int index) {
        return textItem(VENUETYPE, index);
    }

    /**
     * {@code venuetypetax}.
     *
     * @return the value, or 1 where it is not given.
     */
    public int venuetypetax() {
        return intAt(VENUETYPETAX, 1);
    }

    /**
     * {@code publisher}.
     *
     * @return a view, or null where it is not given.
     */
    public Publisher publisher() {
        final int inner = recordAt(PUBLISHER);
        return inner == RequestArena.NO_RECORD ? null : publisher.on(arena, inner);
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
     * {@code keywords}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long keywords() {
        return textAt(KEYWORDS);
    }

    /**
     * {@code content}.
     *
     * @return a view, or null where it is not given.
     */
    public Content content() {
        final int inner = recordAt(CONTENT);
        return inner == RequestArena.NO_RECORD ? null : content.on(arena, inner);
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
