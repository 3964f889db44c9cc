package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code SupplyChain} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.25.
 */
public final class SupplyChain extends RecordFlyweight {
    private static final int COMPLETE = OpenRtbSchema.SUPPLY_CHAIN.slot("complete");
    private static final int NODES = OpenRtbSchema.SUPPLY_CHAIN.slot("nodes");
    private static final int VER = OpenRtbSchema.SUPPLY_CHAIN.slot("ver");
    private static final int EXT = OpenRtbSchema.SUPPLY_CHAIN.slot("ext");

    private final SupplyChainNode nodes = new SupplyChainNode();

    /** Views belong to the view they are asked from. */
    SupplyChain() {
    }

    SupplyChain on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }

    /**
     * {@code complete}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int complete() {
        return intAt(COMPLETE, ABSENT);
    }

    /**
     * How many {@code nodes} there are.
     *
     * @return 0 or more.
     */
    public int nodesCount() {
        return countAt(NODES);
    }

    /**
     * One of {@code nodes}.
     *
     * @param index 0 to count - 1.
     * @return a view, moved by the next call.
     */
    public SupplyChainNode nodes(final int index) {
        return nodes.on(arena, recordItem(NODES, index));
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
     * {@code ext} as it came: JSON text, or the bytes of the protobuf message.
     *
     * @return a slice of the request's text, or 0.
     */
    public long ext() {
        return textAt(EXT);
    }
}
