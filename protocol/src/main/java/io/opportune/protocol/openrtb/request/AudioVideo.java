package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.ObjectType;

/**
 * What {@link Audio} and {@link Video} have in common: OpenRTB 2.6 sections 3.2.7 and 3.2.8. Whoever does not care
 * which of both is played asks this view.
 */
public abstract class AudioVideo extends RecordFlyweight {
    private final Slots slots;
    private final Banner companionad = new Banner();
    private final DurFloors durfloors = new DurFloors();

    AudioVideo(final Slots slots) {
        this.slots = slots;
    }

    /** Where the shared fields stand in the records of one kind. */
    static final class Slots {
        private final int mimes;
        private final int minduration;
        private final int maxduration;
        private final int poddur;
        private final int protocols;
        private final int startdelay;
        private final int rqddurs;
        private final int podid;
        private final int podseq;
        private final int sequence;
        private final int slotinpod;
        private final int mincpmpersec;
        private final int battr;
        private final int maxextended;
        private final int minbitrate;
        private final int maxbitrate;
        private final int delivery;
        private final int companionad;
        private final int api;
        private final int companiontype;
        private final int maxseq;
        private final int durfloors;
        private final int ext;

        Slots(final ObjectType type) {
            mimes = type.slot("mimes");
            minduration = type.slot("minduration");
            maxduration = type.slot("maxduration");
            poddur = type.slot("poddur");
            protocols = type.slot("protocols");
            startdelay = type.slot("startdelay");
            rqddurs = type.slot("rqddurs");
            podid = type.slot("podid");
            podseq = type.slot("podseq");
            sequence = type.slot("sequence");
            slotinpod = type.slot("slotinpod");
            mincpmpersec = type.slot("mincpmpersec");
            battr = type.slot("battr");
            maxextended = type.slot("maxextended");
            minbitrate = type.slot("minbitrate");
            maxbitrate = type.slot("maxbitrate");
            delivery = type.slot("delivery");
            companionad = type.slot("companionad");
            api = type.slot("api");
            companiontype = type.slot("companiontype");
            maxseq = type.slot("maxseq");
            durfloors = type.slot("durfloors");
            ext = type.slot("ext");
        }
    }

    /**
     * How many {@code mimes} there are.
     *
     * @return 0 or more.
     */
    public int mimesCount() {
        return countAt(slots.mimes);
    }

    /**
     * One of {@code mimes}.
     *
     * @param index 0 to count - 1.
     * @return a slice of the request's text.
     */
    public long mimes(final int index) {
        return textItem(slots.mimes, index);
    }

    /**
     * {@code minduration} (seconds).
     *
     * @return the value, or 0 where it is not given.
     */
    public int minduration() {
        return intAt(slots.minduration, 0);
    }

    /**
     * {@code maxduration} (seconds).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int maxduration() {
        return intAt(slots.maxduration, ABSENT);
    }

    /**
     * {@code poddur} (seconds).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int poddur() {
        return intAt(slots.poddur, ABSENT);
    }

    /**
     * How many {@code protocols} there are.
     *
     * @return 0 or more.
     */
    public int protocolsCount() {
        return countAt(slots.protocols);
    }

    /**
     * One of {@code protocols} (AdCOM 1.0 list Creative Subtypes - Audio/Video).
     *
     * @param index 0 to count - 1.
     * @return the value.
     */
    public int protocols(final int index) {
        return intItem(slots.protocols, index);
    }

    /**
     * {@code startdelay} (AdCOM 1.0 list Start Delay Modes).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int startdelay() {
        return intAt(slots.startdelay, ABSENT);
    }

    /**
     * How many {@code rqddurs} there are.
     *
     * @return 0 or more.
     */
    public int rqddursCount() {
        return countAt(slots.rqddurs);
    }

    /**
     * One of {@code rqddurs} (seconds).
     *
     * @param index 0 to count - 1.
     * @return the value.
     */
    public int rqddurs(final int index) {
        return intItem(slots.rqddurs, index);
    }

    /**
     * {@code podid}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long podid() {
        return textAt(slots.podid);
    }

    /**
     * {@code podseq} (AdCOM 1.0 list Pod Sequence).
     *
     * @return the value, or 0 where it is not given.
     */
    public int podseq() {
        return intAt(slots.podseq, 0);
    }

    /**
     * {@code sequence} (deprecated).
     *
     * @return the value, or 0 where it is not given.
     */
    public int sequence() {
        return intAt(slots.sequence, 0);
    }

    /**
     * {@code slotinpod} (AdCOM 1.0 list Slot Position in Pod).
     *
     * @return the value, or 0 where it is not given.
     */
    public int slotinpod() {
        return intAt(slots.slotinpod, 0);
    }

    /**
     * {@code mincpmpersec} (CPM per second).
     *
     * @return the value, or NaN.
     */
    public double mincpmpersec() {
        return decimalAt(slots.mincpmpersec, Double.NaN);
    }

    /**
     * How many {@code battr} there are.
     *
     * @return 0 or more.
     */
    public int battrCount() {
        return countAt(slots.battr);
    }

    /**
     * One of {@code battr} (AdCOM 1.0 list Creative Attributes).
     *
     * @param index 0 to count - 1.
     * @return the value.
     */
    public int battr(final int index) {
        return intItem(slots.battr, index);
    }

    /**
     * {@code maxextended} (seconds, 0 not allowed, -1 unlimited).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int maxextended() {
        return intAt(slots.maxextended, ABSENT);
    }

    /**
     * {@code minbitrate} (Kbps).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int minbitrate() {
        return intAt(slots.minbitrate, ABSENT);
    }

    /**
     * {@code maxbitrate} (Kbps).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int maxbitrate() {
        return intAt(slots.maxbitrate, ABSENT);
    }

    /**
     * How many {@code delivery} there are.
     *
     * @return 0 or more.
     */
    public int deliveryCount() {
        return countAt(slots.delivery);
    }

    /**
     * One of {@code delivery} (AdCOM 1.0 list Delivery Methods).
     *
     * @param index 0 to count - 1.
     * @return the value.
     */
    public int delivery(final int index) {
        return intItem(slots.delivery, index);
    }

    /**
     * How many {@code companionad} there are.
     *
     * @return 0 or more.
     */
    public int companionadCount() {
        return countAt(slots.companionad);
    }

    /**
     * One of {@code companionad}.
     *
     * @param index 0 to count - 1.
     * @return a view, moved by the next call.
     */
    public Banner companionad(final int index) {
        return companionad.on(arena, recordItem(slots.companionad, index));
    }

    /**
     * How many {@code api} there are.
     *
     * @return 0 or more.
     */
    public int apiCount() {
        return countAt(slots.api);
    }

    /**
     * One of {@code api} (AdCOM 1.0 list slots.api Frameworks).
     *
     * @param index 0 to count - 1.
     * @return the value.
     */
    public int api(final int index) {
        return intItem(slots.api, index);
    }

    /**
     * How many {@code companiontype} there are.
     *
     * @return 0 or more.
     */
    public int companiontypeCount() {
        return countAt(slots.companiontype);
    }

    /**
     * One of {@code companiontype} (AdCOM 1.0 list Companion Types).
     *
     * @param index 0 to count - 1.
     * @return the value.
     */
    public int companiontype(final int index) {
        return intItem(slots.companiontype, index);
    }

    /**
     * {@code maxseq}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int maxseq() {
        return intAt(slots.maxseq, ABSENT);
    }

    /**
     * How many {@code durfloors} there are.
     *
     * @return 0 or more.
     */
    public int durfloorsCount() {
        return countAt(slots.durfloors);
    }

    /**
     * One of {@code durfloors}.
     *
     * @param index 0 to count - 1.
     * @return a view, moved by the next call.
     */
    public DurFloors durfloors(final int index) {
        return durfloors.on(arena, recordItem(slots.durfloors, index));
    }

    /**
     * {@code ext} as it came: JSON text, or the bytes of the protobuf message.
     *
     * @return a slice of the request's text, or 0.
     */
    public long ext() {
        return textAt(slots.ext);
    }
}
