package io.opportune.engine.screening;

import io.opportune.engine.compact.CompactReader;
import io.opportune.engine.compact.CompactWriter;

/**
 * A banner of an impression (OpenRTB 2.6, section 3.2.6). A number of 0 is not stated. Reused; one thread; allocates
 * nothing.
 */
public final class BannerRestrictions {
    /** Most formats; further ones are passed over, which costs a bid at most. */
    public static final int MAX_FORMATS = 64;
    private static final int MAX_MIMES = 64;
    private static final int NUMBERS_PER_FORMAT = 5;

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

    void writeTo(final CompactWriter out) {
        out.putInt(w);
        out.putInt(h);
        out.putInt(btypeBits);
        out.putInt(pos);
        mimes.writeTo(out);
        battr.writeTo(out);
        api.writeTo(out);
        out.putInt(formatCount);
        for (int i = 0; i < formatCount; i++) {
            out.putInt(widths[i]);
            out.putInt(heights[i]);
            out.putInt(ratioWidths[i]);
            out.putInt(ratioHeights[i]);
            out.putInt(leastWidths[i]);
        }
    }

    void readFrom(final CompactReader in) {
        present = true;
        w = in.getInt();
        h = in.getInt();
        btypeBits = in.getInt();
        pos = in.getInt();
        mimes.readFrom(in);
        battr.readFrom(in);
        api.readFrom(in);
        formatCount = in.getCount(MAX_FORMATS, NUMBERS_PER_FORMAT);
        for (int i = 0; i < formatCount; i++) {
            widths[i] = in.getInt();
            heights[i] = in.getInt();
            ratioWidths[i] = in.getInt();
            ratioHeights[i] = in.getInt();
            leastWidths[i] = in.getInt();
        }
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
