package io.opportune.engine.catalogue;

import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.TextKind;

/** How an offer is worded on some channels. Texts are UTF-8 already, as they go on the wire; callers must not write. */
public final class Creative {
    private final int creativeId;
    private final String id;
    private final int channelMask;
    private final byte[][] texts;
    private final AuctionAd ad;

    Creative(
        final int creativeId, final String id, final int channelMask, final byte[][] texts, final AuctionAd ad) {
        this.ad = ad;
        this.creativeId = creativeId;
        this.id = id;
        this.channelMask = channelMask;
        this.texts = texts;
    }

    /**
     * Its number.
     *
     * @return registry id.
     */
    public int creativeId() {
        return creativeId;
    }

    /**
     * Its name in the catalogue.
     *
     * @return 1..64 bytes of UTF-8.
     */
    public String id() {
        return id;
    }

    /**
     * The channels it is made for.
     *
     * @return bit {@code 1 << channel.value()} of each.
     */
    public int channelMask() {
        return channelMask;
    }

    /**
     * Whether it is made for a channel.
     *
     * @param channel of the request.
     * @return true when it is.
     */
    public boolean isFor(final Channel channel) {
        return (channelMask >>> channel.value() & 1) != 0;
    }

    /**
     * One of its texts, the offer's benefit and terms included.
     *
     * @param kind of text.
     * @return UTF-8, or null when there is none.
     */
    public byte[] text(final TextKind kind) {
        return kind.value() < texts.length ? texts[kind.value()] : null;
    }

    /**
     * How it is sold in auctions.
     *
     * @return null when it has no form for them.
     */
    public AuctionAd ad() {
        return ad;
    }
}
