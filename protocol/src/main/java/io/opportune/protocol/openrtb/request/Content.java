package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code Content} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.16.
 */
public final class Content extends RecordFlyweight {
    private static final int ID = OpenRtbSchema.CONTENT.slot("id");
    private static final int EPISODE = OpenRtbSchema.CONTENT.slot("episode");
    private static final int TITLE = OpenRtbSchema.CONTENT.slot("title");
    private static final int SERIES = OpenRtbSchema.CONTENT.slot("series");
    private static final int SEASON = OpenRtbSchema.CONTENT.slot("season");
    private static final int ARTIST = OpenRtbSchema.CONTENT.slot("artist");
    private static final int GENRE = OpenRtbSchema.CONTENT.slot("genre");
    private static final int GTAX = OpenRtbSchema.CONTENT.slot("gtax");
    private static final int GENRES = OpenRtbSchema.CONTENT.slot("genres");
    private static final int ALBUM = OpenRtbSchema.CONTENT.slot("album");
    private static final int ISRC = OpenRtbSchema.CONTENT.slot("isrc");
    private static final int PRODUCER = OpenRtbSchema.CONTENT.slot("producer");
    private static final int URL = OpenRtbSchema.CONTENT.slot("url");
    private static final int CATTAX = OpenRtbSchema.CONTENT.slot("cattax");
    private static final int CAT = OpenRtbSchema.CONTENT.slot("cat");
    private static final int PRODQ = OpenRtbSchema.CONTENT.slot("prodq");
    private static final int CONTEXT = OpenRtbSchema.CONTENT.slot("context");
    private static final int CONTENTRATING = OpenRtbSchema.CONTENT.slot("contentrating");
    private static final int USERRATING = OpenRtbSchema.CONTENT.slot("userrating");
    private static final int QAGMEDIARATING = OpenRtbSchema.CONTENT.slot("qagmediarating");
    private static final int KEYWORDS = OpenRtbSchema.CONTENT.slot("keywords");
    private static final int KWARRAY = OpenRtbSchema.CONTENT.slot("kwarray");
    private static final int LIVESTREAM = OpenRtbSchema.CONTENT.slot("livestream");
    private static final int SOURCERELATIONSHIP = OpenRtbSchema.CONTENT.slot("sourcerelationship");
    private static final int LEN = OpenRtbSchema.CONTENT.slot("len");
    private static final int LANGUAGE = OpenRtbSchema.CONTENT.slot("language");
    private static final int LANGB = OpenRtbSchema.CONTENT.slot("langb");
    private static final int EMBEDDABLE = OpenRtbSchema.CONTENT.slot("embeddable");
    private static final int DATA = OpenRtbSchema.CONTENT.slot("data");
    private static final int NETWORK = OpenRtbSchema.CONTENT.slot("network");
    private static final int CHANNEL = OpenRtbSchema.CONTENT.slot("channel");
    private static final int REALTIME = OpenRtbSchema.CONTENT.slot("realtime");
    private static final int FIRSTBROADCAST = OpenRtbSchema.CONTENT.slot("firstbroadcast");
    private static final int EXT = OpenRtbSchema.CONTENT.slot("ext");

    private final Producer producer = new Producer();
    private final Data data = new Data();
    private final Network network = new Network();
    private final Channel channel = new Channel();

    /** Views belong to the view they are asked from. */
    Content() {
    }

    Content on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }

    /**
     * {@code id}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long id() {
        return textAt(ID);
    }

    /**
     * {@code episode}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int episode() {
        return intAt(EPISODE, ABSENT);
    }

    /**
     * {@code title}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long title() {
        return textAt(TITLE);
    }

    /**
     * {@code series}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long series() {
        return textAt(SERIES);
    }

    /**
     * {@code season}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long season() {
        return textAt(SEASON);
    }

    /**
     * {@code artist}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long artist() {
        return textAt(ARTIST);
    }

    /**
     * {@code genre}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long genre() {
        return textAt(GENRE);
    }

    /**
     * {@code gtax} (AdCOM 1.0 list Category Taxonomies).
     *
     * @return the value, or 9 where it is not given.
     */
    public int gtax() {
        return intAt(GTAX, 9);
    }

    /**
     * How many {@code genres} there are.
     *
     * @return 0 or more.
     */
    public int genresCount() {
        return countAt(GENRES);
    }

    /**
     * One of {@code genres}.
     *
     * @param index 0 to count - 1.
     * @return a slice of the request's text.
     */
    public long genres(final int index) {
        return textItem(GENRES, index);
    }

    /**
     * {@code album}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long album() {
        return textAt(ALBUM);
    }

    /**
     * {@code isrc}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long isrc() {
        return textAt(ISRC);
    }

    /**
     * {@code producer}.
     *
     * @return a view, or null where it is not given.
     */
    public Producer producer() {
        final int inner = recordAt(PRODUCER);
        return inner == RequestArena.NO_RECORD ? null : producer.on(arena, inner);
    }

    /**
     * {@code url}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long url() {
        return textAt(URL);
    }

    /**
     * {@code cattax} (AdCOM 1.0 list Category Taxonomies).
     *
     * @return the value, or 1 where it is not given.
     */
    public int cattax() {
        return intAt(CATTAX, 1);
    }

    /**
     * How many {@code cat} there are.
     *
     * @return 0 or more.
     */
    public int catCount() {
        return countAt(CAT);
    }

    /**
     * One of {@code cat}.
     *
     * @param index 0 to count - 1.
     * @return a slice of the request's text.
     */
    public long cat(final int index) {
        return textItem(CAT, index);
    }

    /**
     * {@code prodq} (AdCOM 1.0 list Production Qualities).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int prodq() {
        return intAt(PRODQ, ABSENT);
    }

    /**
     * {@code context} (AdCOM 1.0 list Content Contexts).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int context() {
        return intAt(CONTEXT, ABSENT);
    }

    /**
     * {@code contentrating}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long contentrating() {
        return textAt(CONTENTRATING);
    }

    /**
     * {@code userrating}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long userrating() {
        return textAt(USERRATING);
    }

    /**
     * {@code qagmediarating} (AdCOM 1.0 list Media Ratings).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int qagmediarating() {
        return intAt(QAGMEDIARATING, ABSENT);
    }

    /**
     * {@code keywords}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long keywords() {
        return textAt(KEYWORDS);
    }

    /**
     * How many {@code kwarray} there are.
     *
     * @return 0 or more.
     */
    public int kwarrayCount() {
        return countAt(KWARRAY);
    }

    /**
     * One of {@code kwarray}.
     *
     * @param index 0 to count - 1.
     * @return a slice of the request's text.
     */
    public long kwarray(final int index) {
        return textItem(KWARRAY, index);
    }

    /**
     * {@code livestream}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int livestream() {
        return intAt(LIVESTREAM, ABSENT);
    }

    /**
     * {@code sourcerelationship}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int sourcerelationship() {
        return intAt(SOURCERELATIONSHIP, ABSENT);
    }

    /**
     * {@code len}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int len() {
        return intAt(LEN, ABSENT);
    }

    /**
     * {@code language}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long language() {
        return textAt(LANGUAGE);
    }

    /**
     * {@code langb}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long langb() {
        return textAt(LANGB);
    }

    /**
     * {@code embeddable}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int embeddable() {
        return intAt(EMBEDDABLE, ABSENT);
    }

    /**
     * How many {@code data} there are.
     *
     * @return 0 or more.
     */
    public int dataCount() {
        return countAt(DATA);
    }

    /**
     * One of {@code data}.
     *
     * @param index 0 to count - 1.
     * @return a view, moved by the next call.
     */
    public Data data(final int index) {
        return data.on(arena, recordItem(DATA, index));
    }

    /**
     * {@code network}.
     *
     * @return a view, or null where it is not given.
     */
    public Network network() {
        final int inner = recordAt(NETWORK);
        return inner == RequestArena.NO_RECORD ? null : network.on(arena, inner);
    }

    /**
     * {@code channel}.
     *
     * @return a view, or null where it is not given.
     */
    public Channel channel() {
        final int inner = recordAt(CHANNEL);
        return inner == RequestArena.NO_RECORD ? null : channel.on(arena, inner);
    }

    /**
     * {@code realtime}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int realtime() {
        return intAt(REALTIME, ABSENT);
    }

    /**
     * {@code firstbroadcast}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int firstbroadcast() {
        return intAt(FIRSTBROADCAST, ABSENT);
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
