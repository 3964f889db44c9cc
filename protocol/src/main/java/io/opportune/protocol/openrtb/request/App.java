package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code App} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.14.
 */
public final class App extends RecordFlyweight {
    private static final int ID = OpenRtbSchema.APP.slot("id");
    private static final int NAME = OpenRtbSchema.APP.slot("name");
    private static final int BUNDLE = OpenRtbSchema.APP.slot("bundle");
    private static final int DOMAIN = OpenRtbSchema.APP.slot("domain");
    private static final int STOREURL = OpenRtbSchema.APP.slot("storeurl");
    private static final int CATTAX = OpenRtbSchema.APP.slot("cattax");
    private static final int CAT = OpenRtbSchema.APP.slot("cat");
    private static final int SECTIONCAT = OpenRtbSchema.APP.slot("sectioncat");
    private static final int PAGECAT = OpenRtbSchema.APP.slot("pagecat");
    private static final int VER = OpenRtbSchema.APP.slot("ver");
    private static final int PRIVACYPOLICY = OpenRtbSchema.APP.slot("privacypolicy");
    private static final int PAID = OpenRtbSchema.APP.slot("paid");
    private static final int PUBLISHER = OpenRtbSchema.APP.slot("publisher");
    private static final int CONTENT = OpenRtbSchema.APP.slot("content");
    private static final int KEYWORDS = OpenRtbSchema.APP.slot("keywords");
    private static final int KWARRAY = OpenRtbSchema.APP.slot("kwarray");
    private static final int INVENTORYPARTNERDOMAIN = OpenRtbSchema.APP.slot("inventorypartnerdomain");
    private static final int EXT = OpenRtbSchema.APP.slot("ext");

    private final Publisher publisher = new Publisher();
    private final Content content = new Content();

    /** Views belong to the view they are asked from. */
    App() {
    }

    App on(final RequestArena arena, final int record) {
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
     * {@code bundle}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long bundle() {
        return textAt(BUNDLE);
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
     * {@code storeurl}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long storeurl() {
        return textAt(STOREURL);
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
     * How many {@code sectioncat} there are.
     *
     * @return 0 or more.
     */
    public int sectioncatCount() {
        return countAt(SECTIONCAT);
    }

    /**
     * One of {@code sectioncat}.
     *
     * @param index 0 to count - 1.
     * @return a slice of the request's text.
     */
    public long sectioncat(final int index) {
        return textItem(SECTIONCAT, index);
    }

    /**
     * How many {@code pagecat} there are.
     *
     * @return 0 or more.
     */
    public int pagecatCount() {
        return countAt(PAGECAT);
    }

    /**
     * One of {@code pagecat}.
     *
     * @param index 0 to count - 1.
     * @return a slice of the request's text.
     */
    public long pagecat(final int index) {
        return textItem(PAGECAT, index);
    }

    /**
     * {@code ver}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long ver() {
        return textAt(VER);
    }

    /**
     * {@code privacypolicy}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int privacypolicy() {
        return intAt(PRIVACYPOLICY, ABSENT);
    }

    /**
     * {@code paid}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int paid() {
        return intAt(PAID, ABSENT);
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
     * {@code content}.
     *
     * @return a view, or null where it is not given.
     */
    public Content content() {
        final int inner = recordAt(CONTENT);
        return inner == RequestArena.NO_RECORD ? null : content.on(arena, inner);
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
     * How many {@code kwarray} there are.
     *
     * @return 0 or more.
     */
    public int kwarrayCount() {
        return countAt(KWARRAY);
    }

    /**
     * One of {@code kwarray}.
     *
     * @param index 0 to count - 1.
     * @return a slice of the request's text.
     */
    public long kwarray(final int index) {
        return textItem(KWARRAY, index);
    }

    /**
     * {@code inventorypartnerdomain}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long inventorypartnerdomain() {
        return textAt(INVENTORYPARTNERDOMAIN);
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
