package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code DsaTransparency} of a {@link BidRequest}:
 * {@code regs.ext.dsa.transparency}.
 */
public final class DsaTransparency extends RecordFlyweight {
    private static final int DOMAIN = OpenRtbSchema.DSA_TRANSPARENCY.slot("domain");
    private static final int DSAPARAMS = OpenRtbSchema.DSA_TRANSPARENCY.slot("dsaparams");

    /** Views belong to the view they are asked from. */
    DsaTransparency() {
    }

    DsaTransparency on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
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
     * How many {@code dsaparams} there are.
     *
     * @return 0 or more.
     */
    public int dsaparamsCount() {
        return countAt(DSAPARAMS);
    }

    /**
     * One of {@code dsaparams}.
     *
     * @param index 0 to count - 1.
     * @return the value.
     */
    public int dsaparams(final int index) {
        return intItem(DSAPARAMS, index);
    }
}
