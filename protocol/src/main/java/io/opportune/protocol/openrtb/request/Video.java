package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code Video} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.7.
 */
public final class Video extends RecordFlyweight {
    private static final int MIMES = OpenRtbSchema.VIDEO.slot("mimes");
    private static final int MINDURATION = OpenRtbSchema.VIDEO.slot("minduration");
    private static final int MAXDURATION = OpenRtbSchema.VIDEO.slot("maxduration");
    private static final int STARTDELAY = OpenRtbSchema.VIDEO.slot("startdelay");
    private static final int MAXSEQ = OpenRtbSchema.VIDEO.slot("maxseq");
    private static final int PODDUR = OpenRtbSchema.VIDEO.slot("poddur");
    private static final int PROTOCOLS = OpenRtbSchema.VIDEO.slot("protocols");
    private static final int W = OpenRtbSchema.VIDEO.slot("w");
    private static final int H = OpenRtbSchema.VIDEO.slot("h");
    private static final int PODID = OpenRtbSchema.VIDEO.slot("podid");
    private static final int PODSEQ = OpenRtbSchema.VIDEO.slot("podseq");
    private static final int RQDDURS = OpenRtbSchema.VIDEO.slot("rqddurs");
    private static final int PLACEMENT = OpenRtbSchema.VIDEO.slot("placement");
    private static final int PLCMT = OpenRtbSchema.VIDEO.slot("plcmt");
    private static final int LINEARITY = OpenRtbSchema.VIDEO.slot("linearity");
    private static final int SKIP = OpenRtbSchema.VIDEO.slot("skip");
    private static final int SKIPMIN = OpenRtbSchema.VIDEO.slot("skipmin");
    private static final int SKIPAFTER = OpenRtbSchema.VIDEO.slot("skipafter");
    private static final int SEQUENCE = OpenRtbSchema.VIDEO.slot("sequence");
    private static final int SLOTINPOD = OpenRtbSchema.VIDEO.slot("slotinpod");
    private static final int MINCPMPERSEC = OpenRtbSchema.VIDEO.slot("mincpmpersec");
    private static final int BATTR = OpenRtbSchema.VIDEO.slot("battr");
    private static final int MAXEXTENDED = OpenRtbSchema.VIDEO.slot("maxextended");
    private static final int MINBITRATE = OpenRtbSchema.VIDEO.slot("minbitrate");
    private static final int MAXBITRATE = OpenRtbSchema.VIDEO.slot("maxbitrate");
    private static final int BOXINGALLOWED = OpenRtbSchema.VIDEO.slot("boxingallowed");
    private static final int PLAYBACKMETHOD = OpenRtbSchema.VIDEO.slot("playbackmethod");
    private static final int PLAYBACKEND = OpenRtbSchema.VIDEO.slot("playbackend");
    private static final int DELIVERY = OpenRtbSchema.VIDEO.slot("delivery");
    private static final int POS = OpenRtbSchema.VIDEO.slot("pos");
    private static final int COMPANIONAD = OpenRtbSchema.VIDEO.slot("companionad");
    private static final int API = OpenRtbSchema.VIDEO.slot("api");
    private static final int COMPANIONTYPE = OpenRtbSchema.VIDEO.slot("companiontype");
    private static final int PODDEDUPE = OpenRtbSchema.VIDEO.slot("poddedupe");
    private static final int DURFLOORS = OpenRtbSchema.VIDEO.slot("durfloors");
    private static final int EXT = OpenRtbSchema.VIDEO.slot("ext");

    private final Banner companionad = new Banner();
    private final DurFloors durfloors = new DurFloors();

    /** Views belong to the view they are asked from. */
    Video() {
    }

    Video on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
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
     * {@code minduration} (seconds).
     *
     * @return the value, or 0 where it is not given.
     */
    public int minduration() {
        return intAt(MINDURATION, 0);
    }

    /**
     * {@code maxduration} (seconds).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int maxduration() {
        return intAt(MAXDURATION, ABSENT);
    }

    /**
     * {@code startdelay} (AdCOM 1.0 list Start Delay Modes).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int startdelay() {
        return intAt(STARTDELAY, ABSENT);
    }

    /**
     * {@code maxseq}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int maxseq() {
        return intAt(MAXSEQ, ABSENT);
    }

    /**
     * {@code poddur} (seconds).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int poddur() {
        return intAt(PODDUR, ABSENT);
    }

    /**
     * How many {@code protocols} there are.
     *
     * @return 0 or more.
     */
    public int protocolsCount() {
        return countAt(PROTOCOLS);
    }

    /**
     * One of {@code protocols} (AdCOM 1.0 list Creative Subtypes - Audio/Video).
     *
     * @param index 0 to count - 1.
     * @return the value.
     */
    public int protocols(final int index) {
        return intItem(PROTOCOLS, index);
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
     * {@code podid}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long podid() {
        return textAt(PODID);
    }

    /**
     * {@code podseq}.
     *
     * @return the value, or 0 where it is not given.
     */
    public int podseq() {
        return intAt(PODSEQ, 0);
    }

    /**
     * How many {@code rqddurs} there are.
     *
     * @return 0 or more.
     */
    public int rqddursCount() {
        return countAt(RQDDURS);
    }

    /**
     * One of {@code rqddurs} (seconds).
     *
     * @param index 0 to count - 1.
     * @return the value.
     */
    public int rqddurs(final int index) {
        return intItem(RQDDURS, index);
    }

    /**
     * {@code placement} (deprecated).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int placement() {
        return intAt(PLACEMENT, ABSENT);
    }

    /**
     * {@code plcmt} (AdCOM 1.0 list Plcmt Subtypes - Video).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int plcmt() {
        return intAt(PLCMT, ABSENT);
    }

    /**
     * {@code linearity} (AdCOM 1.0 list Linearity Modes).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int linearity() {
        return intAt(LINEARITY, ABSENT);
    }

    /**
     * {@code skip} (AdCOM 1.0 list Creative Attributes).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int skip() {
        return intAt(SKIP, ABSENT);
    }

    /**
     * {@code skipmin} (seconds).
     *
     * @return the value, or 0 where it is not given.
     */
    public int skipmin() {
        return intAt(SKIPMIN, 0);
    }

    /**
     * {@code skipafter} (seconds).
     *
     * @return the value, or 0 where it is not given.
     */
    public int skipafter() {
        return intAt(SKIPAFTER, 0);
    }

    /**
     * {@code sequence} (deprecated).
     *
     * @return the value, or 0 where it is not given.
     */
    public int sequence() {
        return intAt(SEQUENCE, 0);
    }

    /**
     * {@code slotinpod} (AdCOM 1.0 list Slot Position in Pod).
     *
     * @return the value, or 0 where it is not given.
     */
    public int slotinpod() {
        return intAt(SLOTINPOD, 0);
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
     * {@code maxextended} (seconds, 0 not allowed, -1 unlimited).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int maxextended() {
        return intAt(MAXEXTENDED, ABSENT);
    }

    /**
     * {@code minbitrate} (Kbps).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int minbitrate() {
        return intAt(MINBITRATE, ABSENT);
    }

    /**
     * {@code maxbitrate} (Kbps).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int maxbitrate() {
        return intAt(MAXBITRATE, ABSENT);
    }

    /**
     * {@code boxingallowed}.
     *
     * @return the value, or 1 where it is not given.
     */
    public int boxingallowed() {
        return intAt(BOXINGALLOWED, 1);
    }

    /**
     * How many {@code playbackmethod} there are.
     *
     * @return 0 or more.
     */
    public int playbackmethodCount() {
        return countAt(PLAYBACKMETHOD);
    }

    /**
     * One of {@code playbackmethod} (AdCOM 1.0 list Playback Methods).
     *
     * @param index 0 to count - 1.
     * @return the value.
     */
    public int playbackmethod(final int index) {
        return intItem(PLAYBACKMETHOD, index);
    }

    /**
     * {@code playbackend} (AdCOM 1.0 list Playback Cessation Modes).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int playbackend() {
        return intAt(PLAYBACKEND, ABSENT);
    }

    /**
     * How many {@code delivery} there are.
     *
     * @return 0 or more.
     */
    public int deliveryCount() {
        return countAt(DELIVERY);
    }

    /**
     * One of {@code delivery} (AdCOM 1.0 list Delivery Methods).
     *
     * @param index 0 to count - 1.
     * @return the value.
     */
    public int delivery(final int index) {
        return intItem(DELIVERY, index);
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
     * How many {@code companionad} there are.
     *
     * @return 0 or more.
     */
    public int companionadCount() {
        return countAt(COMPANIONAD);
    }

    /**
     * One of {@code companionad}.
     *
     * @param index 0 to count - 1.
     * @return a view, moved by the next call.
     */
    public Banner companionad(final int index) {
        return companionad.on(arena, recordItem(COMPANIONAD, index));
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
     * How many {@code companiontype} there are.
     *
     * @return 0 or more.
     */
    public int companiontypeCount() {
        return countAt(COMPANIONTYPE);
    }

    /**
     * One of {@code companiontype} (AdCOM 1.0 list Companion Types).
     *
     * @param index 0 to count - 1.
     * @return the value.
     */
    public int companiontype(final int index) {
        return intItem(COMPANIONTYPE, index);
    }

    /**
     * How many {@code poddedupe} there are.
     *
     * @return 0 or more.
     */
    public int poddedupeCount() {
        return countAt(PODDEDUPE);
    }

    /**
     * One of {@code poddedupe} (AdCOM 1.0 list Pod Deduplication).
     *
     * @param index 0 to count - 1.
     * @return the value.
     */
    public int poddedupe(final int index) {
        return intItem(PODDEDUPE, index);
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
