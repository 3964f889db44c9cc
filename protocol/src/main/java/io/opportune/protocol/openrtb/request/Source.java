package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code Source} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.2.
 */
public final class Source extends RecordFlyweight {
    private static final int FD = OpenRtbSchema.SOURCE.slot("fd");
    private static final int TID = OpenRtbSchema.SOURCE.slot("tid");
    private static final int PCHAIN = OpenRtbSchema.SOURCE.slot("pchain");
    private static final int SCHAIN = OpenRtbSchema.SOURCE.slot("schain");
    private static final int EXT = OpenRtbSchema.SOURCE.slot("ext");
    private static final int EXT_OMIDPN = OpenRtbSchema.SOURCE.slot("ext.omidpn");
    private static final int EXT_OMIDPV = OpenRtbSchema.SOURCE.slot("ext.omidpv");

    private final SupplyChain schain = new SupplyChain();

    /** Views belong to the view they are asked from. */
    Source() {
    }

    Source on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }

    /**
     * {@code fd}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int fd() {
        return intAt(FD, ABSENT);
    }

    /**
     * {@code tid}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long tid() {
        return textAt(TID);
    }

    /**
     * {@code pchain}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long pchain() {
        return textAt(PCHAIN);
    }

    /**
     * {@code schain}.
     *
     * @return a view, or null where it is not given.
     */
    public SupplyChain schain() {
        final int inner = recordAt(SCHAIN);
        return inner == RequestArena.NO_RECORD ? null : schain.on(arena, inner);
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
     * {@code ext.omidpn}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long extOmidpn() {
        return textAt(EXT_OMIDPN);
    }

    /**
     * {@code ext.omidpv}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long extOmidpv() {
        return textAt(EXT_OMIDPV);
    }
}
