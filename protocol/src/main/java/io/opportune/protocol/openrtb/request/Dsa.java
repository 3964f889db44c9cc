package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code Dsa} of a {@link BidRequest}:
 * {@code regs.ext.dsa}, the community extension for transparency under the Digital Services Act.
 */
public final class Dsa extends RecordFlyweight {
    private static final int DSAREQUIRED = OpenRtbSchema.DSA.slot("dsarequired");
    private static final int PUBRENDER = OpenRtbSchema.DSA.slot("pubrender");
    private static final int DATATOPUB = OpenRtbSchema.DSA.slot("datatopub");
    private static final int TRANSPARENCY = OpenRtbSchema.DSA.slot("transparency");

    private final DsaTransparency transparency = new DsaTransparency();

    /** Views belong to the view they are asked from. */
    Dsa() {
    }

    Dsa on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }

    /**
     * {@code dsarequired}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int dsarequired() {
        return intAt(DSAREQUIRED, ABSENT);
    }

    /**
     * {@code pubrender}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int pubrender() {
        return intAt(PUBRENDER, ABSENT);
    }

    /**
     * {@code datatopub}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int datatopub() {
        return intAt(DATATOPUB, ABSENT);
    }

    /**
     * How many {@code transparency} there are.
     *
     * @return 0 or more.
     */
    public int transparencyCount() {
        return countAt(TRANSPARENCY);
    }

    /**
     * One of {@code transparency}.
     *
     * @param index 0 to count - 1.
     * @return a view, moved by the next call.
     */
    public DsaTransparency transparency(final int index) {
        return transparency.on(arena, recordItem(TRANSPARENCY, index));
    }
}
