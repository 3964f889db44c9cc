package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code BrandVersion} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.30.
 */
public final class BrandVersion extends RecordFlyweight {
    private static final int BRAND = OpenRtbSchema.BRAND_VERSION.slot("brand");
    private static final int VERSION = OpenRtbSchema.BRAND_VERSION.slot("version");
    private static final int EXT = OpenRtbSchema.BRAND_VERSION.slot("ext");

    /** Views belong to the view they are asked from. */
    BrandVersion() {
    }

    BrandVersion on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }

    /**
     * {@code brand}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long brand() {
        return textAt(BRAND);
    }

    /**
     * How many {@code version} there are.
     *
     * @return 0 or more.
     */
    public int versionCount() {
        return countAt(VERSION);
    }

    /**
     * One of {@code version}.
     *
     * @param index 0 to count - 1.
     * @return a slice of the request's text.
     */
    public long version(final int index) {
        return textItem(VERSION, index);
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
