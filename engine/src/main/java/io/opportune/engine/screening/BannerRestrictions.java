package io.opportune.engine.screening;

/**
 * A banner of an impression (OpenRTB 2.6, section 3.2.6). A number of 0 is not stated. Reused; one thread; allocates
 * nothing.
 */
public final class BannerRestrictions {
    /** Most formats; further ones are passed over, which costs a bid at most. */
    public static final int MAX_FORMATS = 64;
    private static final int MAX_MIMES = 64;

    final KeySet mimes = new KeySet(MAX_MIMES);
    final Codes battr = new Codes();
    final Codes api = new Codes();
    final int[] widths = new int[MAX_FORMATS];
    final int[] heights = new int[MAX_FORMATS];
    final int[] ratioWidths = new int[MAX_FORMATS];
    final int[] ratioHeights = new int[MAX_FORMATS];
    final int[] leastWidths = new int[MAX_FORMATS];
    int formatCount;
    boolean present;
    int w;
    int h;
    int btypeBits;
    int pos;

    void clear() {
        mimes.clear();
        battr.clear();
        api.clear();
        formatCount = 0;
        present = false;
        w = 0;
        h = 0;
        btypeBits = 0;
        pos = -1;
    }

    /**
     * Says that the impression is offered as a banner.
     *
     * @return this.
     */
    public BannerRestrictions present() {
        present = true;
        return this;
    }

    /**
     * Sets the size.
     *
     * @param width  {@code w}.
     * @param height {@code h}.
     * @return this.
     */
    public BannerRestrictions size(final int width, final int height) {
        w = width;
        h = height;
        return this;
    }

    /**
     * Adds a format (section 3.2.10).
     *
     * @param width       {@code w}.
     * @param height      {@code h}.
     * @param ratioWidth  {@code wratio}.
     * @param ratioHeight {@code hratio}.
     * @param leastWidth  {@code wmin}.
     * @return this.
     */
    public BannerRestrictions format(
        final int width, final int height, final int ratioWidth, final int ratioHeight, final int leastWidth) {
        if (formatCount < MAX_FORMATS) {
            widths[formatCount] = width;
            heights[formatCount] = height;
            ratioWidths[formatCount] = ratioWidth;
            ratioHeights[formatCount] = ratioHeight;
            leastWidths[formatCount] = leastWidth;
            formatCount++;
        }
        return this;
    }

    /**
     * Blocks a type of banner.
     *
     * @param btype 1..30; others are passed over.
     * @return this.
     */
    public BannerRestrictions btype(final int btype) {
        btypeBits |= btype > 0 && btype < Integer.SIZE - 1 ? 1 << btype : 0;
        return this;
    }

    /**
     * Sets the position.
     *
     * @param position AdCOM 1.0, list Placement Positions; -1: not stated.
     * @return this.
     */
    public BannerRestrictions pos(final int position) {
        pos = position;
        return this;
    }

    /**
     * MIME types that are accepted.
     *
     * @return set of {@code BlockKey.ofMime}.
     */
    public KeySet mimes() {
        return mimes;
    }

    /**
     * Blocked attributes.
     *
     * @return codes.
     */
    public Codes battr() {
        return battr;
    }

    /**
     * APIs that are supported.
     *
     * @return codes.
     */
    public Codes api() {
        return api;
    }
}
