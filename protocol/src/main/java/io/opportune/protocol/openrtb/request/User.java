package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code User} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.20.
 */
public final class User extends RecordFlyweight {
    private static final int ID = OpenRtbSchema.USER.slot("id");
    private static final int BUYERUID = OpenRtbSchema.USER.slot("buyeruid");
    private static final int YOB = OpenRtbSchema.USER.slot("yob");
    private static final int GENDER = OpenRtbSchema.USER.slot("gender");
    private static final int KEYWORDS = OpenRtbSchema.USER.slot("keywords");
    private static final int KWARRAY = OpenRtbSchema.USER.slot("kwarray");
    private static final int CUSTOMDATA = OpenRtbSchema.USER.slot("customdata");
    private static final int GEO = OpenRtbSchema.USER.slot("geo");
    private static final int DATA = OpenRtbSchema.USER.slot("data");
    private static final int CONSENT = OpenRtbSchema.USER.slot("consent");
    private static final int EIDS = OpenRtbSchema.USER.slot("eids");
    private static final int EXT = OpenRtbSchema.USER.slot("ext");

    private final Geo geo = new Geo();
    private final Data data = new Data();
    private final Eid eids = new Eid();

    /** Views belong to the view they are asked from. */
    User() {
    }

    User on(final RequestArena arena, final int record) {
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
     * {@code buyeruid}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long buyeruid() {
        return textAt(BUYERUID);
    }

    /**
     * {@code yob} (deprecated).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int yob() {
        return intAt(YOB, ABSENT);
    }

    /**
     * {@code gender} (deprecated).
     *
     * @return a slice of the request's text, or 0.
     */
    public long gender() {
        return textAt(GENDER);
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
     * {@code customdata}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long customdata() {
        return textAt(CUSTOMDATA);
    }

    /**
     * {@code geo}.
     *
     * @return a view, or null where it is not given.
     */
    public Geo geo() {
        final int inner = recordAt(GEO);
        return inner == RequestArena.NO_RECORD ? null : geo.on(arena, inner);
    }

    /**
     * How many {@code data} there are.
     *
     * @return 0 or more.
     */
    public int dataCount() {
        return countAt(DATA);
    }

    /**
     * One of {@code data}.
     *
     * @param index 0 to count - 1.
     * @return a view, moved by the next call.
     */
    public Data data(final int index) {
        return data.on(arena, recordItem(DATA, index));
    }

    /**
     * {@code consent}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long consent() {
        return textAt(CONSENT);
    }

    /**
     * How many {@code eids} there are.
     *
     * @return 0 or more.
     */
    public int eidsCount() {
        return countAt(EIDS);
    }

    /**
     * One of {@code eids}.
     *
     * @param index 0 to count - 1.
     * @return a view, moved by the next call.
     */
    public Eid eids(final int index) {
        return eids.on(arena, recordItem(EIDS, index));
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
