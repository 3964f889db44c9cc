package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code NativeRequest} of a {@link BidRequest}:
 * OpenRTB Dynamic Native Ads 1.2 section 4.1.
 */
public final class NativeRequest extends RecordFlyweight {
    private static final int VER = OpenRtbSchema.NATIVE_REQUEST.slot("ver");
    private static final int LAYOUT = OpenRtbSchema.NATIVE_REQUEST.slot("layout");
    private static final int ADUNIT = OpenRtbSchema.NATIVE_REQUEST.slot("adunit");
    private static final int CONTEXT = OpenRtbSchema.NATIVE_REQUEST.slot("context");
    private static final int CONTEXTSUBTYPE = OpenRtbSchema.NATIVE_REQUEST.slot("contextsubtype");
    private static final int PLCMTTYPE = OpenRtbSchema.NATIVE_REQUEST.slot("plcmttype");
    private static final int PLCMTCNT = OpenRtbSchema.NATIVE_REQUEST.slot("plcmtcnt");
    private static final int SEQ = OpenRtbSchema.NATIVE_REQUEST.slot("seq");
    private static final int ASSETS = OpenRtbSchema.NATIVE_REQUEST.slot("assets");
    private static final int AURLSUPPORT = OpenRtbSchema.NATIVE_REQUEST.slot("aurlsupport");
    private static final int DURLSUPPORT = OpenRtbSchema.NATIVE_REQUEST.slot("durlsupport");
    private static final int EVENTTRACKERS = OpenRtbSchema.NATIVE_REQUEST.slot("eventtrackers");
    private static final int PRIVACY = OpenRtbSchema.NATIVE_REQUEST.slot("privacy");
    private static final int EXT = OpenRtbSchema.NATIVE_REQUEST.slot("ext");

    private final NativeAsset assets = new NativeAsset();
    private final NativeEventTrackers eventtrackers = new NativeEventTrackers();

    /** Views belong to the view they are asked from. */
    NativeRequest() {
    }

    NativeRequest on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
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
     * {@code layout}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int layout() {
        return intAt(LAYOUT, ABSENT);
    }

    /**
     * {@code adunit}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int adunit() {
        return intAt(ADUNIT, ABSENT);
    }

    /**
     * {@code context}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int context() {
        return intAt(CONTEXT, ABSENT);
    }

    /**
     * {@code contextsubtype}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int contextsubtype() {
        return intAt(CONTEXTSUBTYPE, ABSENT);
    }

    /**
     * {@code plcmttype}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int plcmttype() {
        return intAt(PLCMTTYPE, ABSENT);
    }

    /**
     * {@code plcmtcnt}.
     *
     * @return the value, or 1 where it is not given.
     */
    public int plcmtcnt() {
        return intAt(PLCMTCNT, 1);
    }

    /**
     * {@code seq}.
     *
     * @return the value, or 0 where it is not given.
     */
    public int seq() {
        return intAt(SEQ, 0);
    }

    /**
     * How many {@code assets} there are.
     *
     * @return 0 or more.
     */
    public int assetsCount() {
        return countAt(ASSETS);
    }

    /**
     * One of {@code assets}.
     *
     * @param index 0 to count - 1.
     * @return a view, moved by the next call.
     */
    public NativeAsset assets(final int index) {
        return assets.on(arena, recordItem(ASSETS, index));
    }

    /**
     * {@code aurlsupport}.
     *
     * @return the value, or 0 where it is not given.
     */
    public int aurlsupport() {
        return intAt(AURLSUPPORT, 0);
    }

    /**
     * {@code durlsupport}.
     *
     * @return the value, or 0 where it is not given.
     */
    public int durlsupport() {
        return intAt(DURLSUPPORT, 0);
    }

    /**
     * How many {@code eventtrackers} there are.
     *
     * @return 0 or more.
     */
    public int eventtrackersCount() {
        return countAt(EVENTTRACKERS);
    }

    /**
     * One of {@code eventtrackers}.
     *
     * @param index 0 to count - 1.
     * @return a view, moved by the next call.
     */
    public NativeEventTrackers eventtrackers(final int index) {
        return eventtrackers.on(arena, recordItem(EVENTTRACKERS, index));
    }

    /**
     * {@code privacy}.
     *
     * @return the value, or 0 where it is not given.
     */
    public int privacy() {
        return intAt(PRIVACY, 0);
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
