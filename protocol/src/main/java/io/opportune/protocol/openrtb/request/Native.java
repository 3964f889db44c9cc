package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code Native} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.9.
 */
public final class Native extends RecordFlyweight {
    private static final int REQUEST = OpenRtbSchema.NATIVE.slot("request");
    private static final int VER = OpenRtbSchema.NATIVE.slot("ver");
    private static final int API = OpenRtbSchema.NATIVE.slot("api");
    private static final int BATTR = OpenRtbSchema.NATIVE.slot("battr");
    private static final int EXT = OpenRtbSchema.NATIVE.slot("ext");
    private static final int REQUEST_NATIVE = OpenRtbSchema.NATIVE.slot("request_native");
    private static final int WRAPPED = OpenRtbSchema.NATIVE_REQUEST.slot("native");

    private final NativeRequest requestNative = new NativeRequest();

    /** Views belong to the view they are asked from. */
    Native() {
    }

    Native on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }

    /**
     * {@code request}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long request() {
        return textAt(REQUEST);
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
     * {@code ext} as it came: JSON text, or the bytes of the protobuf message.
     *
     * @return a slice of the request's text, or 0.
     */
    public long ext() {
        return textAt(EXT);
    }

    /**
     * The native request, read from the text in {@code request} or from the message in its place; that of version 1.0
     * is taken out of its wrapper.
     *
     * @return a view, or null where the text is no JSON object or was not given.
     */
    public NativeRequest requestNative() {
        int inner = recordAt(REQUEST_NATIVE);
        while (inner != RequestArena.NO_RECORD && arena.has(inner, WRAPPED)) {
            inner = (int) arena.value(inner, WRAPPED);
        }
        return inner == RequestArena.NO_RECORD ? null : requestNative.on(arena, inner);
    }
}
