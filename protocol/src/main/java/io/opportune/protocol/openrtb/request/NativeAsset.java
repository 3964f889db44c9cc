package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code NativeAsset} of a {@link BidRequest}:
 * OpenRTB Dynamic Native Ads 1.2 section 4.2.
 */
public final class NativeAsset extends RecordFlyweight {
    private static final int ID = OpenRtbSchema.NATIVE_ASSET.slot("id");
    private static final int REQUIRED = OpenRtbSchema.NATIVE_ASSET.slot("required");
    private static final int TITLE = OpenRtbSchema.NATIVE_ASSET.slot("title");
    private static final int IMG = OpenRtbSchema.NATIVE_ASSET.slot("img");
    private static final int VIDEO = OpenRtbSchema.NATIVE_ASSET.slot("video");
    private static final int DATA = OpenRtbSchema.NATIVE_ASSET.slot("data");
    private static final int EXT = OpenRtbSchema.NATIVE_ASSET.slot("ext");

    private final NativeTitle title = new NativeTitle();
    private final NativeImage img = new NativeImage();
    private final Video video = new Video();
    private final NativeData data = new NativeData();

    /** Views belong to the view they are asked from. */
    NativeAsset() {
    }

    NativeAsset on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }

    /**
     * {@code id}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int id() {
        return intAt(ID, ABSENT);
    }

    /**
     * {@code required}.
     *
     * @return the value, or 0 where it is not given.
     */
    public int required() {
        return intAt(REQUIRED, 0);
    }

    /**
     * {@code title}.
     *
     * @return a view, or null where it is not given.
     */
    public NativeTitle title() {
        final int inner = recordAt(TITLE);
        return inner == RequestArena.NO_RECORD ? null : title.on(arena, inner);
    }

    /**
     * {@code img}.
     *
     * @return a view, or null where it is not given.
     */
    public NativeImage img() {
        final int inner = recordAt(IMG);
        return inner == RequestArena.NO_RECORD ? null : img.on(arena, inner);
    }

    /**
     * {@code video}.
     *
     * @return a view, or null where it is not given.
     */
    public Video video() {
        final int inner = recordAt(VIDEO);
        return inner == RequestArena.NO_RECORD ? null : video.on(arena, inner);
    }

    /**
     * {@code data}.
     *
     * @return a view, or null where it is not given.
     */
    public NativeData data() {
        final int inner = recordAt(DATA);
        return inner == RequestArena.NO_RECORD ? null : data.on(arena, inner);
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
