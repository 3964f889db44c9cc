package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code Regs} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.3.
 */
public final class Regs extends RecordFlyweight {
    private static final int COPPA = OpenRtbSchema.REGS.slot("coppa");
    private static final int GDPR = OpenRtbSchema.REGS.slot("gdpr");
    private static final int US_PRIVACY = OpenRtbSchema.REGS.slot("us_privacy");
    private static final int GPP = OpenRtbSchema.REGS.slot("gpp");
    private static final int GPP_SID = OpenRtbSchema.REGS.slot("gpp_sid");
    private static final int EXT = OpenRtbSchema.REGS.slot("ext");
    private static final int EXT_GPC = OpenRtbSchema.REGS.slot("ext.gpc");
    private static final int EXT_DSA = OpenRtbSchema.REGS.slot("ext.dsa");

    private final Dsa extDsa = new Dsa();

    /** Views belong to the view they are asked from. */
    Regs() {
    }

    Regs on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }

    /**
     * {@code coppa}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int coppa() {
        return intAt(COPPA, ABSENT);
    }

    /**
     * {@code gdpr}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int gdpr() {
        return intAt(GDPR, ABSENT);
    }

    /**
     * {@code us_privacy}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long usPrivacy() {
        return textAt(US_PRIVACY);
    }

    /**
     * {@code gpp}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long gpp() {
        return textAt(GPP);
    }

    /**
     * How many {@code gpp_sid} there are.
     *
     * @return 0 or more.
     */
    public int gppSidCount() {
        return countAt(GPP_SID);
    }

    /**
     * One of {@code gpp_sid}.
     *
     * @param index 0 to count - 1.
     * @return the value.
     */
    public int gppSid(final int index) {
        return intItem(GPP_SID, index);
    }

    /**
     * {@code ext} as it came: JSON text, or the bytes of the protobuf message.
     *
     * @return a slice of the request's text, or 0.
     */
    public long ext() {
        return textAt(EXT);
    }

    /**
     * {@code ext.gpc}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long extGpc() {
        return textAt(EXT_GPC);
    }

    /**
     * {@code ext.dsa}.
     *
     * @return a view, or null where it is not given.
     */
    public Dsa extDsa() {
        final int inner = recordAt(EXT_DSA);
        return inner == RequestArena.NO_RECORD ? null : extDsa.on(arena, inner);
    }
}
