package io.opportune.engine.catalogue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A creative as auctions see it: what is compared with a request's sizes and block lists as numbers, what a bid says as
 * UTF-8, and the content that its markup is made of. Immutable; any thread; nothing here allocates when read. Arrays
 * must not be written.
 */
public final class AuctionAd {
    /** {@code Bid.mtype} of a banner. */
    public static final int BANNER = 1;
    /** {@code Bid.mtype} of a video. */
    public static final int VIDEO = 2;
    /** {@code Bid.mtype} of an audio ad. */
    public static final int AUDIO = 3;
    /** {@code Bid.mtype} of a native ad. */
    public static final int NATIVE = 4;
    /** Creative attribute "Ad Provides Skip Button", which a skippable ad must declare (OpenRTB 2.6, section 3.2.7). */
    public static final int ATTR_SKIP_BUTTON = 16;
    /** The language of what has none. */
    public static final String NO_LANGUAGE = "xx";

    /** The fields while they are read. */
    static final class Draft {
        int mtype;
        int w;
        int h;
        List<Integer> attr = new ArrayList<>();
        List<Integer> apis = new ArrayList<>();
        List<Integer> protocols = new ArrayList<>();
        List<Integer> plcmt = new ArrayList<>();
        List<Integer> pos = new ArrayList<>();
        List<String> mimes = new ArrayList<>();
        int btypeBits;
        boolean secure;
        AdTraits traits;
        String iurl = "";
        String tactic = "";
        int qagmediarating;
        int wratio;
        int hratio;
        AdContent content;
    }

    private final int mtype;
    private final int w;
    private final int h;
    private final CodeSet attr;
    private final CodeSet apis;
    private final CodeSet protocols;
    private final CodeSet plcmt;
    private final CodeSet pos;
    private final int btypeBits;
    private final boolean secure;
    private final long[] mimeKeys;
    private final long[] fileMimeKeys;
    private final long[] videoMimeKeys;
    private final int[] titleLengths;
    private final int[] dataLengths;
    private final byte[][] adomain;
    private final long[] domainKeys;
    private final byte[][] cat;
    private final int cattax;
    private final long[][] categoryKeys;
    private final byte[] language;
    private final byte[] langb;
    private final long[] languageKeys;
    private final boolean withoutLanguage;
    private final byte[] bundle;
    private final long bundleKey;
    private final byte[] iurl;
    private final byte[] tactic;
    private final int qagmediarating;
    private final int wratio;
    private final int hratio;
    private final AdContent content;

    AuctionAd(final Draft draft) {
        mtype = draft.mtype;
        w = draft.w;
        h = draft.h;
        attr = CodeSet.of(draft.attr);
        apis = CodeSet.of(draft.apis);
        protocols = CodeSet.of(draft.protocols);
        plcmt = CodeSet.of(draft.plcmt);
        pos = CodeSet.of(draft.pos);
        btypeBits = draft.btypeBits;
        secure = draft.secure;
        mimeKeys = draft.mimes.stream().mapToLong(BlockKey::ofMime).distinct().toArray();
        content = draft.content;
        fileMimeKeys = switch (content) {
            case AdContent.Media media ->
                media.files().stream().mapToLong(file -> BlockKey.ofMime(file.mime())).toArray();
            case AdContent.Native ad ->
                ad.images().stream().mapToLong(image -> BlockKey.ofMime(image.mime())).toArray();
            case AdContent.Banner banner -> new long[0];
        };
        videoMimeKeys = content instanceof AdContent.Native ad && ad.video() != null
            ? ad.video().files().stream().mapToLong(file -> BlockKey.ofMime(file.mime())).toArray() : new long[0];
        titleLengths = content instanceof AdContent.Native ad
            ? ad.titles().stream().mapToInt(AuctionAd::characters).toArray() : new int[0];
        dataLengths = content instanceof AdContent.Native ad
            ? ad.data().stream().mapToInt(data -> characters(data.value())).toArray() : new int[0];
        final AdTraits traits = draft.traits;
        adomain = utf8(traits.adomain());
        domainKeys = traits.adomain().stream().flatMap(domain -> withParents(domain).stream())
            .mapToLong(BlockKey::ofDomain).distinct().toArray();
        cat = utf8(traits.cat());
        cattax = traits.cattax();
        categoryKeys = traits.cat().stream().map(code -> categoryPath(code, cattax)).toArray(long[][]::new);
        final String tag = traits.lang();
        withoutLanguage = tag.equals(NO_LANGUAGE);
        language = tag.isEmpty() ? null : utf8(tag.substring(0, 2));
        langb = tag.length() > 2 ? utf8(tag) : null;
        languageKeys = languageKeys(tag);
        bundle = traits.bundle().isEmpty() ? null : utf8(traits.bundle());
        bundleKey = traits.bundle().isEmpty() ? BlockKey.NONE : BlockKey.of(traits.bundle());
        iurl = draft.iurl.isEmpty() ? null : utf8(draft.iurl);
        tactic = draft.tactic.isEmpty() ? null : utf8(draft.tactic);
        qagmediarating = draft.qagmediarating;
        wratio = draft.wratio;
        hratio = draft.hratio;
    }

    private static int characters(final String text) {
        return text.codePointCount(0, text.length());
    }

    private static byte[] utf8(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[][] utf8(final List<String> texts) {
        return texts.stream().map(AuctionAd::utf8).toArray(byte[][]::new);
    }

    /**
     * A block of {@code ford.com} means {@code shop.ford.com} as well. The last label alone is no domain of anybody.
     */
    private static List<String> withParents(final String domain) {
        final List<String> all = new ArrayList<>(List.of(domain));
        int dot = domain.indexOf('.');
        while (dot >= 0 && domain.indexOf('.', dot + 1) >= 0) {
            all.add(domain.substring(dot + 1));
            dot = domain.indexOf('.', dot + 1);
        }
        return all;
    }

    /**
     * In taxonomy 1 {@code IAB8-18} is part of {@code IAB8}; the ids of the others do not tell what they are part of.
     */
    private static long[] categoryPath(final String code, final int taxonomy) {
        final int dash = taxonomy == 1 ? code.indexOf('-') : -1;
        return dash < 0 ? new long[] {BlockKey.of(code)}
            : new long[] {BlockKey.of(code), BlockKey.of(code.substring(0, dash))};
    }

    /** A tag and what is left of it at each dash: basic filtering, RFC 4647, section 3.3.1. */
    private static long[] languageKeys(final String tag) {
        final List<Long> keys = new ArrayList<>();
        for (String range = tag; !range.isEmpty();
            range = range.contains("-") ? range.substring(0, range.lastIndexOf('-')) : "") {
            keys.add(BlockKey.of(range));
        }
        return keys.stream().mapToLong(Long::longValue).toArray();
    }

    /**
     * What it is.
     *
     * @return {@link #BANNER}, {@link #VIDEO}, {@link #AUDIO} or {@link #NATIVE}.
     */
    public int mtype() {
        return mtype;
    }

    /**
     * Its width.
     *
     * @return device independent pixels; of a video that of its largest file; 0 when it has none.
     */
    public int w() {
        return w;
    }

    /**
     * Its height.
     *
     * @return as {@link #w()}.
     */
    public int h() {
        return h;
    }

    /**
     * Its attributes.
     *
     * @return AdCOM 1.0, list Creative Attributes.
     */
    public CodeSet attr() {
        return attr;
    }

    /**
     * APIs that its markup needs.
     *
     * @return AdCOM 1.0, list API Frameworks.
     */
    public CodeSet apis() {
        return apis;
    }

    /**
     * Protocols in which a video or audio ad, or the video of a native ad, can be delivered.
     *
     * @return AdCOM 1.0, list Creative Subtypes - Audio/Video; empty for others.
     */
    public CodeSet protocols() {
        return protocols;
    }

    /**
     * Kinds of video placements it may stand in.
     *
     * @return AdCOM 1.0, list Plcmt Subtypes - Video; empty: all.
     */
    public CodeSet plcmt() {
        return plcmt;
    }

    /**
     * Positions on the screen it may stand in.
     *
     * @return AdCOM 1.0, list Placement Positions; empty: all.
     */
    public CodeSet pos() {
        return pos;
    }

    /**
     * What kind of banner it is.
     *
     * @return bit {@code 1 << btype} of each value of OpenRTB 2.6, section 3.2.6; 0 for others.
     */
    public int btypeBits() {
        return btypeBits;
    }

    /**
     * Whether all of it is fetched by HTTPS.
     *
     * @return true when it is.
     */
    public boolean secure() {
        return secure;
    }

    /**
     * MIME types that must be accepted for a banner, or one of which for a native ad's images.
     *
     * @return {@link BlockKey#ofMime} of each; empty for video and audio, see {@link #fileMimeKeys()}.
     */
    public long[] mimeKeys() {
        return mimeKeys;
    }

    /**
     * MIME types of a video's or audio ad's files, or of a native ad's images.
     *
     * @return {@link BlockKey#ofMime} of each, in the order of {@link AdContent.Media#files()} or {@link
     *     AdContent.Native#images()}; empty for a banner.
     */
    public long[] fileMimeKeys() {
        return fileMimeKeys;
    }

    /**
     * MIME types of the files of a native ad's video.
     *
     * @return {@link BlockKey#ofMime} of each, in the order of {@link AdContent.Media#files()}; else empty.
     */
    public long[] videoMimeKeys() {
        return videoMimeKeys;
    }

    /**
     * How long the titles of a native ad are.
     *
     * @return characters of each, in the order of {@link AdContent.Native#titles()}; empty for other ads.
     */
    public int[] titleLengths() {
        return titleLengths;
    }

    /**
     * How long the other texts of a native ad are.
     *
     * @return characters of each, in the order of {@link AdContent.Native#data()}; empty for other ads.
     */
    public int[] dataLengths() {
        return dataLengths;
    }

    /**
     * The advertiser's domains for the bid.
     *
     * @return UTF-8; one or more.
     */
    public byte[][] adomain() {
        return adomain;
    }

    /**
     * Its domains and those that they are part of.
     *
     * @return {@link BlockKey#ofDomain} of each.
     */
    public long[] domainKeys() {
        return domainKeys;
    }

    /**
     * Its categories for the bid.
     *
     * @return UTF-8; may be empty.
     */
    public byte[][] cat() {
        return cat;
    }

    /**
     * Taxonomy of its categories.
     *
     * @return AdCOM 1.0, list Category Taxonomies.
     */
    public int cattax() {
        return cattax;
    }

    /**
     * Its categories.
     *
     * @return for each {@link BlockKey#of} of itself and of what it is part of.
     */
    public long[][] categoryKeys() {
        return categoryKeys;
    }

    /**
     * Its language for the bid.
     *
     * @return ISO 639-1, or null when it is not known.
     */
    public byte[] language() {
        return language;
    }

    /**
     * Its language with region or script for the bid.
     *
     * @return BCP 47, or null when it is no more than {@link #language()}.
     */
    public byte[] langb() {
        return langb;
    }

    /**
     * Its language and what this is part of.
     *
     * @return {@link BlockKey#of} of {@code pt-BR} and {@code pt}; empty when the language is not known.
     */
    public long[] languageKeys() {
        return languageKeys;
    }

    /**
     * Whether it speaks no language at all, which suits all.
     *
     * @return true for {@code xx}.
     */
    public boolean withoutLanguage() {
        return withoutLanguage;
    }

    /**
     * Store id of the advertised app for the bid.
     *
     * @return UTF-8, or null when it advertises none.
     */
    public byte[] bundle() {
        return bundle;
    }

    /**
     * The advertised app.
     *
     * @return {@link BlockKey#of} of its store id; {@link BlockKey#NONE} when it advertises none.
     */
    public long bundleKey() {
        return bundleKey;
    }

    /**
     * A sample image for quality checks.
     *
     * @return URL in UTF-8, or null.
     */
    public byte[] iurl() {
        return iurl;
    }

    /**
     * The tactic that bids with it are labelled with.
     *
     * @return UTF-8, or null.
     */
    public byte[] tactic() {
        return tactic;
    }

    /**
     * Its media rating.
     *
     * @return AdCOM 1.0, list Media Ratings: 1 all audiences, 2 over 12, 3 mature; 0 when it is not stated.
     */
    public int qagmediarating() {
        return qagmediarating;
    }

    /**
     * Relative width of a banner that fills what it is given.
     *
     * @return 0 when its size is fixed.
     */
    public int wratio() {
        return wratio;
    }

    /**
     * Relative height of a banner that fills what it is given.
     *
     * @return 0 when its size is fixed.
     */
    public int hratio() {
        return hratio;
    }

    /**
     * What its markup is made of.
     *
     * @return never null.
     */
    public AdContent content() {
        return content;
    }
}
