package io.opportune.engine.notice;

import io.opportune.engine.exchange.NoticeKind;
import io.opportune.engine.identity.Key128;
import io.opportune.engine.identity.SipHash;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Seals the state of a bid into a token for notice URLs, and opens tokens that come back. Owned by one thread;
 * allocates nothing after construction.
 *
 * <pre>
 *   0       1       2       4                               20                                            96
 *  +-------+-------+-------+-------------------------------+---------------------------------------------+
 *  |version| kinds |key id |          tag, 16 bytes        |        body, 76 bytes, encrypted            |
 *  +-------+-------+-------+-------------------------------+---------------------------------------------+
 *  body: exchange u16 | imp ordinal u16 | decision id 16 | root key 16 | offer i32 | creative i32 |
 *        placement i32 | bid price micros u48 | the same in the campaign's currency u48 | shade u8 |
 *        floor band u8 | time ns i64 | expiry s u32 | currency u16
 *  kinds: a bit for each kind of notice, and 0x80 for a test
 *  shade: 64ths of the worth, and 0x80 in a deal; floor band: 0..127, and 0x80 when another shade was tried
 * </pre>
 *
 * <p>All numbers are big endian, and the 96 bytes are 128 characters of base64url without spare bits. Tokens of
 * version 1, on their way when a server is upgraded, still open: their body has 70 bytes, with the price as i64 and
 * without the three fields behind it, and they have 120 characters. The tag is
 * HMAC-SHA-256 over header and body, cut to 128 bits, and is also the initial counter block of AES-128-CTR over the
 * body: a synthetic initialisation vector (P. Rogaway, T. Shrimpton, "Deterministic Authenticated-Encryption", 2006;
 * the idea of RFC 5297). So a token needs no random number and no nonce, the same bid gives the same token, and
 * nothing of it can be read by the exchange or the browser that carries it: the root key identifies a customer, and the
 * price is what we were ready to pay.
 */
public final class NoticeSeal {
    /** Bytes of a token before base64url. */
    public static final int TOKEN_BYTES = 96;
    /** Characters of a token. */
    public static final int TOKEN_LENGTH = TOKEN_BYTES * 4 / 3;
    /** The version that is written. */
    public static final int VERSION = 2;

    /** Read, but not written any more. */
    private static final int VERSION_1 = 1;
    private static final int VERSION_1_BYTES = 90;
    private static final int VERSION_1_LENGTH = VERSION_1_BYTES * 4 / 3;
    private static final int NO_SIZE = 0;
    private static final int KINDS_AT = 1;
    private static final int KEY_ID_AT = 2;
    private static final int HEADER_BYTES = 4;
    private static final int TAG_BYTES = 16;
    private static final int BODY_AT = HEADER_BYTES + TAG_BYTES;
    private static final int AES_BLOCK_BYTES = 16;
    private static final int STREAM_BYTES =
        (TOKEN_BYTES - BODY_AT + AES_BLOCK_BYTES - 1) / AES_BLOCK_BYTES * AES_BLOCK_BYTES;

    private static final int EXCHANGE_AT = BODY_AT;
    private static final int IMP_AT = EXCHANGE_AT + 2;
    private static final int DECISION_AT = IMP_AT + 2;
    private static final int ROOT_AT = DECISION_AT + 16;
    private static final int OFFER_AT = ROOT_AT + 16;
    private static final int CREATIVE_AT = OFFER_AT + 4;
    private static final int PLACEMENT_AT = CREATIVE_AT + 4;
    private static final int PRICE_AT = PLACEMENT_AT + 4;
    private static final int CAMPAIGN_PRICE_AT = PRICE_AT + 6;
    private static final int SHADE_AT = CAMPAIGN_PRICE_AT + 6;
    private static final int FLOOR_BAND_AT = SHADE_AT + 1;
    /** Here the fields begin that stand at another place in version 1: time, expiry, currency. */
    private static final int TIME_AT = FLOOR_BAND_AT + 1;
    private static final int VERSION_1_TIME_AT = PRICE_AT + 8;
    private static final int EXPIRY_AFTER_TIME = 8;
    private static final int CURRENCY_AFTER_TIME = 12;
    private static final long NS_PER_S = 1_000_000_000L;

    /** Event ids need no secret: nobody gets an event in without a token that opens. */
    private static final long EVENT_ID_K0 = 0x6e6f746963652065L;
    private static final long EVENT_ID_K1 = 0x76656e7420696473L;

    private final int[] keyIds;
    private final Hmac[] macs;
    private final Cipher[] ciphers;
    private final byte[] bytes = new byte[TOKEN_BYTES];
    private final UnsafeBuffer token = new UnsafeBuffer(bytes);
    private final byte[] counters = new byte[STREAM_BYTES];
    private final UnsafeBuffer counterWords = new UnsafeBuffer(counters);
    private final byte[] stream = new byte[STREAM_BYTES];

    /**
     * Makes the seal of one thread.
     *
     * @param keys the first one seals, all of them open.
     */
    public NoticeSeal(final NoticeKeys keys) {
        keyIds = new int[keys.count()];
        macs = new Hmac[keys.count()];
        ciphers = new Cipher[keys.count()];
        for (int i = 0; i < keyIds.length; i++) {
            keyIds[i] = keys.id(i);
            macs[i] = new Hmac(Hmac.SHA_256, keys.derive(i, "notice token mac"));
            ciphers[i] = aes(keys.derive(i, "notice token body"));
        }
    }

    private static Cipher aes(final byte[] key) {
        try {
            // The bare block function: counter mode would need a new parameter object for each token.
            final Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, 0, AES_BLOCK_BYTES, "AES"));
            return cipher;
        } catch (final GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has AES", impossible);
        }
    }

    /**
     * Writes a token.
     *
     * @param state  of the bid.
     * @param into   gets {@link #TOKEN_LENGTH} bytes of ASCII.
     * @param offset where.
     * @return {@link #TOKEN_LENGTH}.
     */
    public int seal(final NoticeToken state, final MutableDirectBuffer into, final int offset) {
        bytes[0] = VERSION;
        bytes[KINDS_AT] = (byte) state.flags();
        putShort(KEY_ID_AT, keyIds[0]);
        putBid(state, VERSION);
        putInt(TIME_AT + EXPIRY_AFTER_TIME, (int) state.expirySeconds());
        putShort(TIME_AT + CURRENCY_AFTER_TIME, state.currency());
        System.arraycopy(tag(0, TOKEN_BYTES), 0, bytes, HEADER_BYTES, TAG_BYTES);
        cipher(0, TOKEN_BYTES);
        return Base64Url.encode(bytes, TOKEN_BYTES, into, offset);
    }

    /**
     * Opens a token.
     *
     * @param text        holding the token.
     * @param offset      of the token.
     * @param lengthBytes of the token.
     * @param kind        of the notice that brought it.
     * @param nowNs       nanoseconds since 1970 on the clock that the expiry was set by.
     * @param state       gets what the token holds, when it is {@link NoticeOutcome#ACCEPTED}, {@link
     *                    NoticeOutcome#TEST}, {@link NoticeOutcome#EXPIRED} or {@link NoticeOutcome#WRONG_KIND};
     *                    otherwise zeros.
     * @return what is to be thought of it.
     */
    public NoticeOutcome open(
        final DirectBuffer text, final int offset, final int lengthBytes, final NoticeKind kind, final long nowNs,
        final NoticeToken state) {
        state.clear();
        final int size = lengthBytes == TOKEN_LENGTH ? TOKEN_BYTES
            : lengthBytes == VERSION_1_LENGTH ? VERSION_1_BYTES : NO_SIZE;
        if (size == NO_SIZE || Base64Url.decode(text, offset, lengthBytes, bytes) != size) {
            return NoticeOutcome.MALFORMED;
        }
        if (bytes[0] != (size == TOKEN_BYTES ? VERSION : VERSION_1)) {
            return NoticeOutcome.UNKNOWN_VERSION;
        }
        final int key = keyIndex(token.getShort(KEY_ID_AT, ByteOrder.BIG_ENDIAN) & 0xffff);
        if (key < 0) {
            return NoticeOutcome.UNKNOWN_KEY;
        }
        cipher(key, size);
        if (!isTag(tag(key, size))) {
            return NoticeOutcome.FORGED;
        }
        read(state);
        if ((state.kinds() & kind.bit()) == 0) {
            return NoticeOutcome.WRONG_KIND;
        }
        if (nowNs >= state.expirySeconds() * NS_PER_S) {
            return NoticeOutcome.EXPIRED;
        }
        return state.isTest() ? NoticeOutcome.TEST : NoticeOutcome.ACCEPTED;
    }

    private int keyIndex(final int id) {
        for (int i = 0; i < keyIds.length; i++) {
            if (keyIds[i] == id) {
                return i;
            }
        }
        return -1;
    }

    private void read(final NoticeToken state) {
        final boolean first = bytes[0] == VERSION_1;
        final int timeAt = first ? VERSION_1_TIME_AT : TIME_AT;
        state.version(bytes[0]).flags(bytes[KINDS_AT])
            .exchange(token.getShort(EXCHANGE_AT, ByteOrder.BIG_ENDIAN))
            .impOrdinal(token.getShort(IMP_AT, ByteOrder.BIG_ENDIAN))
            .decisionId(getLong(DECISION_AT), getLong(DECISION_AT + Long.BYTES))
            .rootKey(getLong(ROOT_AT), getLong(ROOT_AT + Long.BYTES))
            .offer(getInt(OFFER_AT), getInt(CREATIVE_AT), getInt(PLACEMENT_AT))
            .bidPrice(first ? getLong(PRICE_AT) : getLong48(PRICE_AT),
                token.getShort(timeAt + CURRENCY_AFTER_TIME, ByteOrder.BIG_ENDIAN))
            .businessTimeNs(getLong(timeAt))
            .expirySeconds(getInt(timeAt + EXPIRY_AFTER_TIME) & 0xffff_ffffL);
        if (!first) {
            state.bidCampaignMicros(getLong48(CAMPAIGN_PRICE_AT)).shadeBits(bytes[SHADE_AT], bytes[FLOOR_BAND_AT]);
        }
    }

    /**
     * The id of the event that the last token, as opened or sealed, and a kind of notice make: the same for every
     * repetition. SipHash-128 over all that the token says of the bid (not over its kinds, key and expiry) and the
     * kind, laid out as in the version of the token: an upgrade changes no id.
     *
     * @param state as sealed or opened.
     * @param kind  of the notice.
     * @param into  gets the id; never zero.
     */
    public void eventId(final NoticeToken state, final NoticeKind kind, final Key128 into) {
        final int endAt = putBid(state, state.version());
        putShort(endAt, state.currency());
        bytes[endAt + 2] = (byte) kind.ordinal();
        SipHash.hash128(EVENT_ID_K0, EVENT_ID_K1, token, BODY_AT, endAt + 3 - BODY_AT, into);
        if (into.isNone()) {
            into.set(0, 1);
        }
    }

    private byte[] tag(final int key, final int size) {
        return macs[key].begin().update(bytes, 0, HEADER_BYTES).update(bytes, BODY_AT, size - BODY_AT).end();
    }

    /** Compares without saying by its time where the first difference is. */
    private boolean isTag(final byte[] expected) {
        int difference = 0;
        for (int i = 0; i < TAG_BYTES; i++) {
            difference |= expected[i] ^ bytes[HEADER_BYTES + i];
        }
        return difference == 0;
    }

    /** Encrypts or decrypts the body with the stream that starts at the tag. */
    private void cipher(final int key, final int size) {
        putCounters(getLong(HEADER_BYTES), getLong(HEADER_BYTES + Long.BYTES), counterWords);
        try {
            ciphers[key].update(counters, 0, STREAM_BYTES, stream, 0);
        } catch (final GeneralSecurityException impossible) {
            throw new IllegalStateException("whole blocks into an array of their length", impossible);
        }
        for (int i = BODY_AT; i < size; i++) {
            bytes[i] ^= stream[i - BODY_AT];
        }
    }

    /** Fills a buffer with the blocks that follow a first one, as 128-bit numbers. */
    static void putCounters(final long high, final long low, final MutableDirectBuffer into) {
        long block = 0;
        for (int at = 0; at < into.capacity(); at += AES_BLOCK_BYTES) {
            final long counter = low + block++;
            final long carry = Long.compareUnsigned(counter, low) < 0 ? 1 : 0;
            into.putLong(at, high + carry, ByteOrder.BIG_ENDIAN);
            into.putLong(at + Long.BYTES, counter, ByteOrder.BIG_ENDIAN);
        }
    }

    /** Writes what a version says of a bid, all but its expiry and currency; where it ends. */
    private int putBid(final NoticeToken state, final int version) {
        putShort(EXCHANGE_AT, state.exchange());
        putShort(IMP_AT, state.impOrdinal());
        putLong(DECISION_AT, state.decisionHigh());
        putLong(DECISION_AT + Long.BYTES, state.decisionLow());
        putLong(ROOT_AT, state.rootHigh());
        putLong(ROOT_AT + Long.BYTES, state.rootLow());
        putInt(OFFER_AT, state.offerId());
        putInt(CREATIVE_AT, state.creativeId());
        putInt(PLACEMENT_AT, state.placementId());
        if (version == VERSION_1) {
            putLong(PRICE_AT, state.bidPriceMicros());
            putLong(VERSION_1_TIME_AT, state.businessTimeNs());
            return VERSION_1_TIME_AT + EXPIRY_AFTER_TIME;
        }
        putLong48(PRICE_AT, state.bidPriceMicros());
        putLong48(CAMPAIGN_PRICE_AT, state.bidCampaignMicros());
        bytes[SHADE_AT] = (byte) state.shadeBits();
        bytes[FLOOR_BAND_AT] = (byte) state.floorBits();
        putLong(TIME_AT, state.businessTimeNs());
        return TIME_AT + EXPIRY_AFTER_TIME;
    }

    private void putLong48(final int at, final long value) {
        putShort(at, (int) (value >>> Integer.SIZE));
        putInt(at + 2, (int) value);
    }

    private long getLong48(final int at) {
        return (token.getShort(at, ByteOrder.BIG_ENDIAN) & 0xffffL) << Integer.SIZE | getInt(at + 2) & 0xffff_ffffL;
    }

    private void putShort(final int at, final int value) {
        token.putShort(at, (short) value, ByteOrder.BIG_ENDIAN);
    }

    private void putInt(final int at, final int value) {
        token.putInt(at, value, ByteOrder.BIG_ENDIAN);
    }

    private void putLong(final int at, final long value) {
        token.putLong(at, value, ByteOrder.BIG_ENDIAN);
    }

    private int getInt(final int at) {
        return token.getInt(at, ByteOrder.BIG_ENDIAN);
    }

    private long getLong(final int at) {
        return token.getLong(at, ByteOrder.BIG_ENDIAN);
    }
}
