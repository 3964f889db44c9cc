package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code Banner} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.6.
 */
public final class Banner extends RecordFlyweight {
    private static final int FORMAT = OpenRtbSchema.BANNER.slot("format");
    private static final int W = OpenRtbSchema.BANNER.slot("w");
    private static final int H = OpenRtbSchema.BANNER.slot("h");
    private static final int BTYPE = OpenRtbSchema.BANNER.slot("btype");
    private static final int BATTR = OpenRtbSchema.BANNER.slot("battr");
    private static final int POS = OpenRtbSchema.BANNER.slot("pos");
    private static final int MIMES = OpenRtbSchema.BANNER.slot("mimes");
    private static final int TOPFRAME = OpenRtbSchema.BANNER.slot("topframe");
    private static final int EXPDIR = OpenRtbSchema.BANNER.slot("expdir");
    private static final int API = OpenRtbSchema.BANNER.slot("api");
    private static final int ID = OpenRtbSchema.BANNER.slot("id");
    private static final int VCM = OpenRtbSchema.BANNER.slot("vcm");
    private static final int EXT = OpenRtbSchema.BANNER.slot("ext");

    private final Format format = new Format();

    /** Views belong to the view they are asked from. */
    Banner() {
    }

    Banner on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }

    /**
     * How many {@code format} there are.
     *
     * @return 0 or more.
     */
    public int formatCount() {
        return countAt(FORMAT);
    }

    /**
     * One of {@code format}.
     *
     * @param index 0 to count - 1.
     * @return a view, moved by the next call.
     */
    public Format format(final int index) {
        return format.on(arena, recordItem(FORMAT, index));
    }

    /**
     * {@code w}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int w() {
        return intAt(W, ABSENT);
    }

    /**
     * {@code h}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int h() {
        return intAt(H, ABSENT);
    }

    /**
     * How many {@code btype} there are.
     *
     * @return 0 or more.
     */
    public int btypeCount() {
        return countAt(BTYPE);
    }

    /**
     * One of {@code btype}.
     *
     * @param index 0 to count - 1.
     * @return the value.
     */
    public int btype(final int index) {
        return intItem(BTYPE, index);
    }

    /**
     * How many {@code battr} there are.
     *
     * @return 0 or more.
     */
    public int battrCount() {
        return countAt(BATTR);
    }

    /**
     * One of {@code battr} (AdCOM 1.0 list Creative Attributes).
     *
     * @param index 0 to count - 1.
     * @return the value.
     */
    public int battr(final int index) {
        return intItem(BATTR, index);
    }

    /**
     * {@code pos} (AdCOM 1.0 list Placement Positions).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int pos() {
        return intAt(POS, ABSENT);
    }

    /**
     * How many {@code mimes} there are.
     *
     * @return 0 or more.
     */
    public int mimesCount() {
        return countAt(MIMES);
    }

    /**
     * One of {@code mimes}.
     *
     * @param index 0 to count - 1.
     * @return a slice of the request's text.
     */
    public long mimes(final int index) {
        return textItem(MIMES, index);
    }

    /**
     * {@code topframe}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int topframe() {
        return intAt(TOPFRAME, ABSENT);
    }

    /**
     * How many {@code expdir} there are.
     *
     * @return 0 or more.
     */
    public int expdirCount() {
        return countAt(EXPDIR);
    }

    /**
     * One of {@code expdir} (AdCOM 1.0 list Expandable Directions).
     *
     * @param index 0 to count - 1.
     * @return the value.
     */
    public int expdir(final int index) {
        return intItem(EXPDIR, index);
    }

    /**
     * How many {@code api} there are.
     *
     * @return 0 or more.
     */
    public int apiCount() {
        return countAt(API);
    }

    /**
     * One of {@code api} (AdCOM 1.0 list API Frameworks).
     *
     * @param index 0 to count - 1.
     * @return the value.
     */
    public int api(final int index) {
        return intItem(API, index);
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
     * {@code vcm}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int vcm() {
        return intAt(VCM, ABSENT);
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
