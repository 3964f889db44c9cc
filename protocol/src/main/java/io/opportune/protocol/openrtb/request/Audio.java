package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code Audio} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.8.
 */
public final class Audio extends RecordFlyweight {
    private static final int MIMES = OpenRtbSchema.AUDIO.slot("mimes");
    private static final int MINDURATION = OpenRtbSchema.AUDIO.slot("minduration");
    private static final int MAXDURATION = OpenRtbSchema.AUDIO.slot("maxduration");
    private static final int PODDUR = OpenRtbSchema.AUDIO.slot("poddur");
    private static final int PROTOCOLS = OpenRtbSchema.AUDIO.slot("protocols");
    private static final int STARTDELAY = OpenRtbSchema.AUDIO.slot("startdelay");
    private static final int RQDDURS = OpenRtbSchema.AUDIO.slot("rqddurs");
    private static final int PODID = OpenRtbSchema.AUDIO.slot("podid");
    private static final int PODSEQ = OpenRtbSchema.AUDIO.slot("podseq");
    private static final int SEQUENCE = OpenRtbSchema.AUDIO.slot("sequence");
    private static final int SLOTINPOD = OpenRtbSchema.AUDIO.slot("slotinpod");
    private static final int MINCPMPERSEC = OpenRtbSchema.AUDIO.slot("mincpmpersec");
    private static final int BATTR = OpenRtbSchema.AUDIO.slot("battr");
    private static final int MAXEXTENDED = OpenRtbSchema.AUDIO.slot("maxextended");
    private static final int MINBITRATE = OpenRtbSchema.AUDIO.slot("minbitrate");
    private static final int MAXBITRATE = OpenRtbSchema.AUDIO.slot("maxbitrate");
    private static final int DELIVERY = OpenRtbSchema.AUDIO.slot("delivery");
    private static final int COMPANIONAD = OpenRtbSchema.AUDIO.slot("companionad");
    private static final int API = OpenRtbSchema.AUDIO.slot("api");
    private static final int COMPANIONTYPE = OpenRtbSchema.AUDIO.slot("companiontype");
    private static final int MAXSEQ = OpenRtbSchema.AUDIO.slot("maxseq");
    private static final int FEED = OpenRtbSchema.AUDIO.slot("feed");
    private static final int STITCHED = OpenRtbSchema.AUDIO.slot("stitched");
    private static final int NVOL = OpenRtbSchema.AUDIO.slot("nvol");
    private static final int DURFLOORS = OpenRtbSchema.AUDIO.slot("durfloors");
    private static final int EXT = OpenRtbSchema.AUDIO.slot("ext");

    private final Banner companionad = new Banner();
    private final DurFloors durfloors = new DurFloors();

    /** Views belong to the view they are asked from. */
    Audio() {
    }

    Audio on(final RequestArena arena, final int record) {
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
     * {@code startdelay} (AdCOM 1.0 list Start Delay Modes).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int startdelay() {
        return intAt(STARTDELAY, ABSENT);
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
     * {@code podid}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long podid() {
        return textAt(PODID);
    }

    /**
     * {@code podseq} (AdCOM 1.0 list Pod Sequence).
     *
     * @return the value, or 0 where it is not given.
     */
    public int podseq() {
        return intAt(PODSEQ, 0);
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
     * {@code maxseq}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int maxseq() {
        return intAt(MAXSEQ, ABSENT);
    }

    /**
     * {@code feed} (AdCOM 1.0 list Feed Types).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int feed() {
        return intAt(FEED, ABSENT);
    }

    /**
     * {@code stitched}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int stitched() {
        return intAt(STITCHED, ABSENT);
    }

    /**
     * {@code nvol} (AdCOM 1.0 list Volume Normalization Modes).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int nvol() {
        return intAt(NVOL, ABSENT);
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
