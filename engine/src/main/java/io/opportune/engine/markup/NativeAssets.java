package io.opportune.engine.markup;

import io.opportune.engine.compact.CompactReader;
import io.opportune.engine.compact.CompactWriter;
import java.util.Arrays;

/**
 * What a native request asks for (OpenRTB Native 1.2, section 4), as numbers that its reader fills in: {@link #clear},
 * then per asset one of {@link #addTitle}, {@link #addImage}, {@link #addData}, {@link #addOther}. Reused; one thread;
 * allocates nothing.
 */
public final class NativeAssets {
    /** Most assets of a request; one with more is not bid for. */
    public static final int MAX_ASSETS = 64;
    /** Most MIME types of an image; one with more accepts the first only. */
    public static final int MAX_MIMES = 16;
    /** Event "impression", Native 1.2, table 7.6. */
    public static final int EVENT_IMPRESSION = 1;
    /** Method "img", Native 1.2, table 7.7. */
    public static final int METHOD_IMG = 1;

    private static final int LEAST_ASSET_BYTES = 4;

    static final int TITLE = 1;
    static final int IMAGE = 2;
    static final int DATA = 3;
    static final int OTHER = 4;
    static final int VIDEO = 5;
    private static final int EVENTS = 5;
    private static final int METHODS = 3;

    final int[] ids = new int[MAX_ASSETS];
    final int[] kinds = new int[MAX_ASSETS];
    final boolean[] required = new boolean[MAX_ASSETS];
    final int[] types = new int[MAX_ASSETS];
    final int[] lengths = new int[MAX_ASSETS];
    final int[] widths = new int[MAX_ASSETS];
    final int[] heights = new int[MAX_ASSETS];
    final int[] leastWidths = new int[MAX_ASSETS];
    final int[] leastHeights = new int[MAX_ASSETS];
    final int[] leastSeconds = new int[MAX_ASSETS];
    final long[] protocols = new long[MAX_ASSETS];
    final int[] mimeCounts = new int[MAX_ASSETS];
    final long[] mimes = new long[MAX_ASSETS * MAX_MIMES];
    private int count;
    private boolean tooMany;
    private int version;
    private boolean wrapped;
    private boolean privacy;
    private boolean listsTrackers;
    /** A bit for each event and method that can be told. */
    private int trackers;

    /**
     * Forgets the request.
     *
     * @return this.
     */
    public NativeAssets clear() {
        Arrays.fill(mimeCounts, 0, count, 0);
        count = 0;
        tooMany = false;
        version = 12;
        wrapped = false;
        privacy = false;
        listsTrackers = false;
        trackers = 0;
        return this;
    }

    /**
     * Sets the version that the answer must have.
     *
     * @param majorMinor 10 for 1.0, 11 for 1.1, 12 for 1.2; others count as 12, the default.
     * @return this.
     */
    public NativeAssets version(final int majorMinor) {
        version = majorMinor == 10 || majorMinor == 11 ? majorMinor : 12;
        return this;
    }

    /**
     * Sets whether the request's root is an object with the one key {@code native}, as in Native 1.0: the answer's is,
     * too.
     *
     * @param isWrapped true when it is.
     * @return this.
     */
    public NativeAssets wrapped(final boolean isWrapped) {
        wrapped = isWrapped;
        return this;
    }

    /**
     * Sets whether a link of the buyer's own privacy notice is supported.
     *
     * @param isSupported {@code privacy} is 1.
     * @return this.
     */
    public NativeAssets privacy(final boolean isSupported) {
        privacy = isSupported;
        return this;
    }

    /**
     * Notes one of the supported {@code eventtrackers}.
     *
     * @param event  table 7.6.
     * @param method table 7.7.
     * @return this.
     */
    public NativeAssets tracker(final int event, final int method) {
        listsTrackers = true;
        trackers |= bit(event, method);
        return this;
    }

    private static int bit(final int event, final int method) {
        return event > 0 && event < EVENTS && method > 0 && method < METHODS ? 1 << event * METHODS + method : 0;
    }

    /**
     * Adds a title.
     *
     * @param id         of the asset.
     * @param isRequired whether a bid without it is refused.
     * @param len        most characters; 0: no limit is stated.
     */
    public void addTitle(final int id, final boolean isRequired, final int len) {
        if (add(id, isRequired, TITLE, 0)) {
            lengths[count - 1] = len;
        }
    }

    /**
     * Adds an image. A size of 0 is not stated.
     *
     * @param id         of the asset.
     * @param isRequired whether a bid without it is refused.
     * @param type       table 7.5; 0: not stated.
     * @param w          exact width, unless the least is stated.
     * @param h          exact height, unless the least is stated.
     * @param wmin       least width.
     * @param hmin       least height.
     */
    public void addImage(
        final int id, final boolean isRequired, final int type, final int w, final int h, final int wmin,
        final int hmin) {
        if (add(id, isRequired, IMAGE, type)) {
            widths[count - 1] = w;
            heights[count - 1] = h;
            leastWidths[count - 1] = wmin;
            leastHeights[count - 1] = hmin;
        }
    }

    /**
     * Adds a MIME type to those that the image added last may have.
     *
     * @param mimeKey {@link io.opportune.engine.catalogue.BlockKey#ofMime}.
     */
    public void addMime(final long mimeKey) {
        final int asset = count - 1;
        if (asset >= 0 && !tooMany && mimeCounts[asset] < MAX_MIMES) {
            mimes[asset * MAX_MIMES + mimeCounts[asset]++] = mimeKey;
        }
    }

    /**
     * Adds a text.
     *
     * @param id         of the asset.
     * @param isRequired whether a bid without it is refused.
     * @param type       table 7.4.
     * @param len        most characters; 0: no limit is stated.
     */
    public void addData(final int id, final boolean isRequired, final int type, final int len) {
        if (add(id, isRequired, DATA, type)) {
            lengths[count - 1] = len;
        }
    }

    /**
     * Adds a video, whose MIME types follow.
     *
     * @param id           of the asset.
     * @param isRequired   whether a bid without it is refused.
     * @param least        seconds, {@code minduration}; 0: not stated.
     * @param most         seconds, {@code maxduration}; 0: not stated.
     * @param protocolBits bit {@code 1L << protocol} of each that is accepted; 0: not stated.
     */
    public void addVideo(
        final int id, final boolean isRequired, final int least, final int most, final long protocolBits) {
        if (add(id, isRequired, VIDEO, 0)) {
            leastSeconds[count - 1] = least;
            lengths[count - 1] = most;
            protocols[count - 1] = protocolBits;
        }
    }

    /**
     * Adds an asset of another kind, of which no creative has one.
     *
     * @param id         of the asset.
     * @param isRequired whether a bid without it is refused.
     */
    public void addOther(final int id, final boolean isRequired) {
        add(id, isRequired, OTHER, 0);
    }

    private boolean add(final int id, final boolean isRequired, final int kind, final int type) {
        if (count == MAX_ASSETS) {
            tooMany = true;
            return false;
        }
        ids[count] = id;
        required[count] = isRequired;
        kinds[count] = kind;
        types[count] = type;
        count++;
        return true;
    }

    /**
     * Writes what is asked for.
     *
     * @param out gets some ten bytes an asset.
     */
    public void writeTo(final CompactWriter out) {
        out.putInt(version);
        out.putByte((tooMany ? 1 : 0) | (wrapped ? 2 : 0) | (privacy ? 4 : 0) | (listsTrackers ? 8 : 0));
        out.putInt(trackers);
        out.putInt(count);
        for (int i = 0; i < count; i++) {
            out.putInt(ids[i]);
            out.putByte(kinds[i] << 1 | (required[i] ? 1 : 0));
            out.putInt(types[i]);
            if (kinds[i] == TITLE || kinds[i] == DATA) {
                out.putInt(lengths[i]);
            } else if (kinds[i] == IMAGE) {
                out.putInt(widths[i]);
                out.putInt(heights[i]);
                out.putInt(leastWidths[i]);
                out.putInt(leastHeights[i]);
            } else if (kinds[i] == VIDEO) {
                out.putInt(leastSeconds[i]);
                out.putInt(lengths[i]);
                out.putLong(protocols[i]);
            }
            out.putInt(mimeCounts[i]);
            for (int j = 0; j < mimeCounts[i]; j++) {
                out.putLong(mimes[i * MAX_MIMES + j]);
            }
        }
    }

    /**
     * Reads what {@link #writeTo} wrote.
     *
     * @param in says whether it could be read.
     */
    public void readFrom(final CompactReader in) {
        clear();
        version(in.getInt());
        final int flags = in.getByte();
        tooMany = (flags & 1) != 0;
        wrapped = (flags & 2) != 0;
        privacy = (flags & 4) != 0;
        listsTrackers = (flags & 8) != 0;
        trackers = in.getInt();
        final int assets = in.getCount(MAX_ASSETS, LEAST_ASSET_BYTES);
        for (int i = 0; i < assets && in.isGood(); i++) {
            count++;
            readAsset(in, i);
        }
    }

    private void readAsset(final CompactReader in, final int i) {
        ids[i] = in.getInt();
        final int kind = in.getByte();
        kinds[i] = kind >>> 1;
        required[i] = (kind & 1) != 0;
        types[i] = in.getInt();
        if (kinds[i] == TITLE || kinds[i] == DATA) {
            lengths[i] = in.getInt();
        } else if (kinds[i] == IMAGE) {
            widths[i] = in.getInt();
            heights[i] = in.getInt();
            leastWidths[i] = in.getInt();
            leastHeights[i] = in.getInt();
        } else if (kinds[i] == VIDEO) {
            leastSeconds[i] = in.getInt();
            lengths[i] = in.getInt();
            protocols[i] = in.getLong();
        } else if (in.isGood() && kinds[i] != OTHER) {
            in.malform();
        }
        mimeCounts[i] = in.getCount(MAX_MIMES, Long.BYTES);
        for (int j = 0; j < mimeCounts[i]; j++) {
            mimes[i * MAX_MIMES + j] = in.getLong();
        }
    }

    int count() {
        return count;
    }

    boolean tooMany() {
        return tooMany;
    }

    int version() {
        return version;
    }

    boolean isWrapped() {
        return wrapped;
    }

    boolean hasPrivacy() {
        return privacy;
    }

    /** Whether impressions are told by {@code eventtrackers}; else by {@code imptrackers}, which 1.2 still knows. */
    boolean hasImpressionTracker() {
        return tells(EVENT_IMPRESSION, METHOD_IMG);
    }

    /** Whether an event can be told in a way. */
    boolean tells(final int event, final int method) {
        return listsTrackers && (trackers & bit(event, method)) != 0;
    }
}
