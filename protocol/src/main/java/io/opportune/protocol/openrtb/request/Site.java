package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code Site} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.13.
 */
public final class Site extends RecordFlyweight {
    private static final int ID = OpenRtbSchema.SITE.slot("id");
    private static final int NAME = OpenRtbSchema.SITE.slot("name");
    private static final int DOMAIN = OpenRtbSchema.SITE.slot("domain");
    private static final int CATTAX = OpenRtbSchema.SITE.slot("cattax");
    private static final int CAT = OpenRtbSchema.SITE.slot("cat");
    private static final int SECTIONCAT = OpenRtbSchema.SITE.slot("sectioncat");
    private static final int PAGECAT = OpenRtbSchema.SITE.slot("pagecat");
    private static final int PAGE = OpenRtbSchema.SITE.slot("page");
    private static final int REF = OpenRtbSchema.SITE.slot("ref");
    private static final int SEARCH = OpenRtbSchema.SITE.slot("search");
    private static final int MOBILE = OpenRtbSchema.SITE.slot("mobile");
    private static final int PRIVACYPOLICY = OpenRtbSchema.SITE.slot("privacypolicy");
    private static final int PUBLISHER = OpenRtbSchema.SITE.slot("publisher");
    private static final int CONTENT = OpenRtbSchema.SITE.slot("content");
    private static final int KEYWORDS = OpenRtbSchema.SITE.slot("keywords");
    private static final int KWARRAY = OpenRtbSchema.SITE.slot("kwarray");
    private static final int INVENTORYPARTNERDOMAIN = OpenRtbSchema.SITE.slot("inventorypartnerdomain");
    private static final int EXT = OpenRtbSchema.SITE.slot("ext");

    private final Publisher publisher = new Publisher();
    private final Content content = new Content();

    /** Views belong to the view they are asked from. */
    Site() {
    }

    Site on(final RequestArena arena, final int record) {
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
     * {@code page}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long page() {
        return textAt(PAGE);
    }

    /**
     * {@code ref}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long ref() {
        return textAt(REF);
    }

    /**
     * {@code search}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long search() {
        return textAt(SEARCH);
    }

    /**
     * {@code mobile}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int mobile() {
        return intAt(MOBILE, ABSENT);
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
