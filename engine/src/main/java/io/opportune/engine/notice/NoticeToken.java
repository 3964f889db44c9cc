package io.opportune.engine.notice;

import java.util.concurrent.TimeUnit;

/**
 * What a notice must know of the bid that it is about. Reused: filled by whoever writes a bid before {@link
 * NoticeSeal#seal}, or by {@link NoticeSeal#open} from a token that came back. Owned by one thread.
 */
public final class NoticeToken {
    /** Latest expiry that fits: the year 2106. */
    public static final long MAX_EXPIRY_SECONDS = 0xffff_ffffL;

    /** Highest price that fits, a bound that no auction reaches: 48 bits. */
    public static final long MAX_PRICE_MICROS = (1L << 48) - 1;
    /** Given by {@link #shade()} for a bid that says nothing about prices: a fixed price, a second-price auction. */
    public static final int NO_SHADE = 0;

    /** Bit of the byte of kinds; no kind has it. */
    private static final int TEST = 0x80;
    private static final int KINDS = 0x7f;
    private static final int IN_DEAL = 0x80;
    private static final int EXPLORED = 0x80;
    private static final int SHADE = 0x7f;
    private static final int FLOOR_BAND = 0x7f;
    private static final long NS_PER_S = TimeUnit.SECONDS.toNanos(1);

    private int kinds;
    private int exchange;
    private int impOrdinal;
    private long decisionHigh;
    private long decisionLow;
    private long rootHigh;
    private long rootLow;
    private int offerId;
    private int creativeId;
    private int placementId;
    private long bidPriceMicros;
    private long bidCampaignMicros;
    private int shade;
    private int floorBand;
    private int currency;
    private long businessTimeNs;
    private long expirySeconds;
    /** Of the layout that the token was opened in: the id of its events is made of that. */
    private int version;

    /** Creates a token of zeros. */
    public NoticeToken() {
        clear();
    }

    /**
     * Forgets everything.
     *
     * @return this.
     */
    public NoticeToken clear() {
        kinds = 0;
        exchange = 0;
        impOrdinal = 0;
        decisionHigh = 0;
        decisionLow = 0;
        rootHigh = 0;
        rootLow = 0;
        offerId = 0;
        creativeId = 0;
        placementId = 0;
        bidPriceMicros = 0;
        bidCampaignMicros = 0;
        shade = 0;
        floorBand = 0;
        currency = 0;
        businessTimeNs = 0;
        expirySeconds = 0;
        version = NoticeSeal.VERSION;
        return this;
    }

    /**
     * Which notices the token is good for. A token that stands in markup can be read by the browser, so it is made for
     * impressions and clicks only: otherwise a page could report wins and prices.
     *
     * @param mask bits of {@link io.opportune.engine.exchange.NoticeKind#bit()}.
     * @return this.
     */
    public NoticeToken kinds(final int mask) {
        kinds = kinds & TEST | mask & KINDS;
        return this;
    }

    /**
     * Which notices the token is good for.
     *
     * @return bits of {@link io.opportune.engine.exchange.NoticeKind#bit()}.
     */
    public int kinds() {
        return kinds & KINDS;
    }

    /**
     * Marks the bid as one that only tries the connection: its notices count nothing.
     *
     * @param isTest whether the request said {@code test: 1}.
     * @return this.
     */
    public NoticeToken test(final boolean isTest) {
        kinds = isTest ? kinds | TEST : kinds & KINDS;
        return this;
    }

    /**
     * Whether the bid only tries the connection.
     *
     * @return true when its notices count nothing.
     */
    public boolean isTest() {
        return (kinds & TEST) != 0;
    }

    /** Kinds and mark, as they stand in a token. */
    int flags() {
        return kinds;
    }

    NoticeToken flags(final int bits) {
        kinds = bits & (TEST | KINDS);
        return this;
    }

    /**
     * The exchange that got the bid.
     *
     * @param number of its profile, 0..65535.
     * @return this.
     */
    public NoticeToken exchange(final int number) {
        exchange = number & 0xffff;
        return this;
    }

    /**
     * The exchange that got the bid.
     *
     * @return number of its profile, 0..65535.
     */
    public int exchange() {
        return exchange;
    }

    /**
     * Which impression of the bid request.
     *
     * @param ordinal place in {@code imp}, from 0 to 65535.
     * @return this.
     */
    public NoticeToken impOrdinal(final int ordinal) {
        impOrdinal = ordinal & 0xffff;
        return this;
    }

    /**
     * Which impression of the bid request.
     *
     * @return place in {@code imp}, from 0.
     */
    public int impOrdinal() {
        return impOrdinal;
    }

    /**
     * The decision that made the bid.
     *
     * @param high upper half.
     * @param low  lower half.
     * @return this.
     */
    public NoticeToken decisionId(final long high, final long low) {
        decisionHigh = high;
        decisionLow = low;
        return this;
    }

    /**
     * The decision that made the bid.
     *
     * @return upper half.
     */
    public long decisionHigh() {
        return decisionHigh;
    }

    /**
     * The decision that made the bid.
     *
     * @return lower half.
     */
    public long decisionLow() {
        return decisionLow;
    }

    /**
     * The customer; zeros when the decision was made without one.
     *
     * @param high upper half of the root key.
     * @param low  lower half of the root key.
     * @return this.
     */
    public NoticeToken rootKey(final long high, final long low) {
        rootHigh = high;
        rootLow = low;
        return this;
    }

    /**
     * The customer's root key.
     *
     * @return upper half; zero in both halves for nobody.
     */
    public long rootHigh() {
        return rootHigh;
    }

    /**
     * The customer's root key.
     *
     * @return lower half.
     */
    public long rootLow() {
        return rootLow;
    }

    /**
     * What was bid with.
     *
     * @param offer     registry id.
     * @param creative  registry id, 0 for none.
     * @param placement registry id, 0 for none.
     * @return this.
     */
    public NoticeToken offer(final int offer, final int creative, final int placement) {
        offerId = offer;
        creativeId = creative;
        placementId = placement;
        return this;
    }

    /**
     * The offer.
     *
     * @return registry id.
     */
    public int offerId() {
        return offerId;
    }

    /**
     * The creative.
     *
     * @return registry id, 0 for none.
     */
    public int creativeId() {
        return creativeId;
    }

    /**
     * The placement.
     *
     * @return registry id, 0 for none.
     */
    public int placementId() {
        return placementId;
    }

    /**
     * The bid.
     *
     * @param priceMicros  micros per impression (a CPM of 1.00 is 1,000), 0..{@link #MAX_PRICE_MICROS}.
     * @param currencyCode ISO 4217 numeric.
     * @return this.
     */
    public NoticeToken bidPrice(final long priceMicros, final int currencyCode) {
        bidPriceMicros = priceMicros;
        currency = currencyCode & 0xffff;
        return this;
    }

    /**
     * The bid.
     *
     * @return micros per impression.
     */
    public long bidPriceMicros() {
        return bidPriceMicros;
    }

    /**
     * The bid in the currency of its campaign, at the exchange rate of the bid: what is settled with the campaign's
     * budget, whatever the rate has become since.
     *
     * @param micros per impression, 0..{@link #MAX_PRICE_MICROS}.
     * @return this.
     */
    public NoticeToken bidCampaignMicros(final long micros) {
        bidCampaignMicros = micros;
        return this;
    }

    /**
     * The bid in the currency of its campaign, at the exchange rate of the bid.
     *
     * @return micros per impression; 0 when the token does not say it, which those of version 1 do not.
     */
    public long bidCampaignMicros() {
        return bidCampaignMicros;
    }

    /**
     * How the price was found, so that what becomes of the bid can teach the next ones.
     *
     * @param newShade 64ths of the worth that were bid, 1..64, or {@link #NO_SHADE}.
     * @param inDeal   whether it was bid in a deal.
     * @param band     of the floor, 0..127, as the learner of prices has it.
     * @param explored whether another shade than the best known was tried.
     * @return this.
     */
    public NoticeToken shade(final int newShade, final boolean inDeal, final int band, final boolean explored) {
        shade = newShade & SHADE | (inDeal ? IN_DEAL : 0);
        floorBand = band & FLOOR_BAND | (explored ? EXPLORED : 0);
        return this;
    }

    /**
     * What share of the worth was bid.
     *
     * @return 64ths, 1..64; {@link #NO_SHADE} for a bid that says nothing about prices.
     */
    public int shade() {
        return shade & SHADE;
    }

    /**
     * Whether it was bid in a deal.
     *
     * @return true for a deal with a floor; false in the open auction and at a fixed price.
     */
    public boolean isInDeal() {
        return (shade & IN_DEAL) != 0;
    }

    /**
     * In which band the floor was.
     *
     * @return 0..127.
     */
    public int floorBand() {
        return floorBand & FLOOR_BAND;
    }

    /**
     * Whether another shade than the best known was tried.
     *
     * @return true when the bid was made to learn.
     */
    public boolean isExplored() {
        return (floorBand & EXPLORED) != 0;
    }

    int shadeBits() {
        return shade;
    }

    int floorBits() {
        return floorBand;
    }

    void shadeBits(final int ofShade, final int ofFloor) {
        shade = ofShade & 0xff;
        floorBand = ofFloor & 0xff;
    }

    int version() {
        return version;
    }

    NoticeToken version(final int newVersion) {
        version = newVersion;
        return this;
    }

    /**
     * Currency of the bid.
     *
     * @return ISO 4217 numeric.
     */
    public int currency() {
        return currency;
    }

    /**
     * When it was bid.
     *
     * @param epochNs nanoseconds since 1970 on the clock that the expiry is set by.
     * @return this.
     */
    public NoticeToken businessTimeNs(final long epochNs) {
        businessTimeNs = epochNs;
        return this;
    }

    /**
     * When it was bid.
     *
     * @return nanoseconds since 1970.
     */
    public long businessTimeNs() {
        return businessTimeNs;
    }

    /**
     * From when on the token is refused; kept in whole seconds, rounded up.
     *
     * @param epochNs nanoseconds since 1970 on the clock that {@link NoticeSeal#open} is asked with.
     * @return this.
     */
    public NoticeToken expiryNs(final long epochNs) {
        final long seconds = Math.floorDiv(epochNs, NS_PER_S) + (Math.floorMod(epochNs, NS_PER_S) == 0 ? 0 : 1);
        expirySeconds = Math.max(0, Math.min(seconds, MAX_EXPIRY_SECONDS));
        return this;
    }

    /**
     * From when on the token is refused.
     *
     * @return seconds since 1970, 0..{@link #MAX_EXPIRY_SECONDS}.
     */
    public long expirySeconds() {
        return expirySeconds;
    }

    void expirySeconds(final long seconds) {
        expirySeconds = seconds;
    }
}
