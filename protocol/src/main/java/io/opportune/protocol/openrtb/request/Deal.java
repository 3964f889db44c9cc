package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code Deal} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.12.
 */
public final class Deal extends RecordFlyweight {
    private static final int ID = OpenRtbSchema.DEAL.slot("id");
    private static final int BIDFLOOR = OpenRtbSchema.DEAL.slot("bidfloor");
    private static final int BIDFLOORCUR = OpenRtbSchema.DEAL.slot("bidfloorcur");
    private static final int AT = OpenRtbSchema.DEAL.slot("at");
    private static final int WSEAT = OpenRtbSchema.DEAL.slot("wseat");
    private static final int WADOMAIN = OpenRtbSchema.DEAL.slot("wadomain");
    private static final int GUAR = OpenRtbSchema.DEAL.slot("guar");
    private static final int MINCPMPERSEC = OpenRtbSchema.DEAL.slot("mincpmpersec");
    private static final int DURFLOORS = OpenRtbSchema.DEAL.slot("durfloors");
    private static final int EXT = OpenRtbSchema.DEAL.slot("ext");

    private final DurFloors durfloors = new DurFloors();

    /** Views belong to the view they are asked from. */
    Deal() {
    }

    Deal on(final RequestArena arena, final int record) {
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
     * {@code bidfloor} (CPM).
     *
     * @return the value, or 0 where it is not given.
     */
    public double bidfloor() {
        return decimalAt(BIDFLOOR, 0.0);
    }

    /**
     * {@code bidfloorcur}.
     *
     * @return a slice of the request's text, or 0 (the specification then means USD).
     */
    public long bidfloorcur() {
        return textAt(BIDFLOORCUR);
    }

    /**
     * {@code at}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int at() {
        return intAt(AT, ABSENT);
    }

    /**
     * How many {@code wseat} there are.
     *
     * @return 0 or more.
     */
    public int wseatCount() {
        return countAt(WSEAT);
    }

    /**
     * One of {@code wseat}.
     *
     * @param index 0 to count - 1.
     * @return a slice of the request's text.
     */
    public long wseat(final int index) {
        return textItem(WSEAT, index);
    }

    /**
     * How many {@code wadomain} there are.
     *
     * @return 0 or more.
     */
    public int wadomainCount() {
        return countAt(WADOMAIN);
    }

    /**
     * One of {@code wadomain}.
     *
     * @param index 0 to count - 1.
     * @return a slice of the request's text.
     */
    public long wadomain(final int index) {
        return textItem(WADOMAIN, index);
    }

    /**
     * {@code guar}.
     *
     * @return the value, or 0 where it is not given.
     */
    public int guar() {
        return intAt(GUAR, 0);
    }

    /**
     * {@code mincpmpersec} (CPM per second).
     *
     * @return the value, or NaN.
     */
    public double mincpmpersec() {
        return decimalAt(MINCPMPERSEC, Double.NaN);
    }

    /**
     * How many {@code durfloors} there are.
     *
     * @return 0 or more.
     */
    public int durfloorsCount() {
        return countAt(DURFLOORS);
    }

    /**
     * One of {@code durfloors}.
     *
     * @param index 0 to count - 1.
     * @return a view, moved by the next call.
     */
    public DurFloors durfloors(final int index) {
        return durfloors.on(arena, recordItem(DURFLOORS, index));
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
