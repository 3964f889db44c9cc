package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code SupplyChainNode} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.26.
 */
public final class SupplyChainNode extends RecordFlyweight {
    private static final int ASI = OpenRtbSchema.SUPPLY_CHAIN_NODE.slot("asi");
    private static final int SID = OpenRtbSchema.SUPPLY_CHAIN_NODE.slot("sid");
    private static final int RID = OpenRtbSchema.SUPPLY_CHAIN_NODE.slot("rid");
    private static final int NAME = OpenRtbSchema.SUPPLY_CHAIN_NODE.slot("name");
    private static final int DOMAIN = OpenRtbSchema.SUPPLY_CHAIN_NODE.slot("domain");
    private static final int HP = OpenRtbSchema.SUPPLY_CHAIN_NODE.slot("hp");
    private static final int EXT = OpenRtbSchema.SUPPLY_CHAIN_NODE.slot("ext");

    /** Views belong to the view they are asked from. */
    SupplyChainNode() {
    }

    SupplyChainNode on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }

    /**
     * {@code asi}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long asi() {
        return textAt(ASI);
    }

    /**
     * {@code sid}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long sid() {
        return textAt(SID);
    }

    /**
     * {@code rid}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long rid() {
        return textAt(RID);
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
     * {@code hp}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int hp() {
        return intAt(HP, ABSENT);
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
