package io.opportune.engine.notice;

import io.opportune.engine.exchange.CurrencyCodes;
import io.opportune.engine.exchange.ExchangeProfile;
import io.opportune.engine.exchange.ExchangeProfiles;
import io.opportune.engine.exchange.NoticeKind;
import io.opportune.engine.exchange.PriceScheme;
import io.opportune.engine.exchange.PriceUnit;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads the target of {@code GET /notice/{kind}?t=TOKEN&p=PRICE&c=CURRENCY&l=LOSS&m=MIN_TO_WIN&x=ERROR}. Tolerant in
 * what comes beside the token: parameters in any order, repeated (the first counts), percent encoded or not, with
 * {@code &amp;} between them, unknown, empty, or with the macro still in its place. A price that cannot be believed
 * does not undo a win; it has its own state. Owned by one event loop; allocates nothing per notice and throws for no
 * input.
 */
public final class NoticeReader {
    /** What paths of notices start with. */
    public static final String PREFIX = "/notice/";
    /** Longest target that is read; longer ones are malformed. */
    public static final int MAX_TARGET_BYTES = 4_096;

    private static final int MAX_VALUE_BYTES = 256;
    /** A CPM is for a thousand impressions, and a unit of money has a million micros. */
    private static final int CPM_TO_MICROS = 3;
    private static final int MILLE = 1_000;
    private static final int MAX_LOSS_REASON = 0xffff;
    private static final int MAX_ERROR_CODE = 999;
    private static final byte[] AMP = {'a', 'm', 'p', ';'};
    private static final byte[] AUDIT = {'A', 'U', 'D', 'I', 'T'};

    /** How an exchange says prices; some have no notices of their own, so that only their markup says them. */
    private record Prices(
        PriceDecrypter decrypter, boolean encrypted, PriceUnit unit, int plainIn, boolean markupOnly) {
    }

    private static final Prices PLAIN = new Prices(null, false, PriceUnit.CPI_MICROS, 0, false);

    private final NoticeSeal seal;
    private final Int2ObjectHashMap<Prices> pricesByExchange = new Int2ObjectHashMap<>();
    private final int[] starts = new int['z' + 1];
    private final int[] ends = new int['z' + 1];
    private final UnsafeBuffer value = new UnsafeBuffer(new byte[MAX_VALUE_BYTES]);
    private final byte[] decoded = new byte[MAX_VALUE_BYTES];
    private int valueLength;

    /**
     * Makes the reader of one event loop.
     *
     * @param seal      of the same event loop.
     * @param exchanges whose notices come.
     * @param keys      of those that encrypt prices.
     */
    public NoticeReader(final NoticeSeal seal, final ExchangeProfiles exchanges, final PriceKeyring keys) {
        this.seal = seal;
        for (final ExchangeProfile profile : exchanges.all()) {
            final PriceKeys found = keys.keys(profile.number());
            pricesByExchange.put(profile.number(), new Prices(found == null ? null : new PriceDecrypter(found),
                profile.price().scheme() != PriceScheme.PLAIN, profile.price().unit(), profile.price().plainIn(),
                !profile.notices().fires(NoticeKind.WIN) && !profile.notices().fires(NoticeKind.BILL)));
        }
    }

    /**
     * Reads a notice.
     *
     * @param target      holding the request's target: path and query.
     * @param offset      of the target.
     * @param lengthBytes of the target.
     * @param nowNs       nanoseconds since 1970 on the clock that tokens expire by.
     * @param notice      gets what it says.
     * @return the notice's outcome.
     */
    public NoticeOutcome read(
        final DirectBuffer target, final int offset, final int lengthBytes, final long nowNs,
        final NoticeRequest notice) {
        notice.clear();
        final int end = offset + lengthBytes;
        final int query = indexOf(target, '?', offset, end);
        if (lengthBytes > MAX_TARGET_BYTES || query == end) {
            return NoticeOutcome.MALFORMED;
        }
        notice.kind = kind(target, offset, query);
        if (notice.kind == null) {
            return NoticeOutcome.MALFORMED;
        }
        split(target, query + 1, end);
        load(target, 't');
        notice.outcome = seal.open(value, 0, valueLength, notice.kind, nowNs, notice.token);
        if (notice.outcome == NoticeOutcome.ACCEPTED) {
            seal.eventId(notice.token, notice.kind, notice.eventId);
            readPrices(target, notice);
            readReason(target, notice);
            readError(target, notice);
        }
        return notice.outcome;
    }

    private static int indexOf(final DirectBuffer text, final char wanted, final int from, final int end) {
        int at = from;
        while (at < end && text.getByte(at) != wanted) {
            at++;
        }
        return at;
    }

    private static NoticeKind kind(final DirectBuffer target, final int offset, final int pathEnd) {
        if (pathEnd - offset <= PREFIX.length()) {
            return null;
        }
        for (int i = 0; i < PREFIX.length(); i++) {
            if (target.getByte(offset + i) != PREFIX.charAt(i)) {
                return null;
            }
        }
        final int at = offset + PREFIX.length();
        final int end = target.getByte(pathEnd - 1) == '/' ? pathEnd - 1 : pathEnd;
        return NoticeKind.of(target, at, Math.max(0, end - at));
    }

    /** Notes where the values of parameters with one letter stand. */
    private void split(final DirectBuffer target, final int from, final int limit) {
        for (char name = 'a'; name <= 'z'; name++) {
            starts[name] = -1;
        }
        final int end = indexOf(target, '#', from, limit);
        int at = from;
        while (at < end) {
            final int next = indexOf(target, '&', at, end);
            final int name = startsWithAmp(target, at, next) ? at + AMP.length : at;
            if (next - name >= 2 && target.getByte(name + 1) == '=') {
                final byte letter = target.getByte(name);
                if (letter >= 'a' && letter <= 'z' && starts[letter] < 0) {
                    starts[letter] = name + 2;
                    ends[letter] = next;
                }
            }
            at = next + 1;
        }
    }

    private static boolean startsWithAmp(final DirectBuffer target, final int at, final int end) {
        if (end - at < AMP.length) {
            return false;
        }
        for (int i = 0; i < AMP.length; i++) {
            if (target.getByte(at + i) != AMP[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Another parameter of the notice that was read last, for whoever answers it.
     *
     * @param target holding it still.
     * @param name   one letter, a to z.
     * @param into   gets the value, percent-decoded.
     * @return its length in bytes; 0 when it is absent, longer than there is room, or a macro that was not replaced.
     */
    public int text(final DirectBuffer target, final char name, final MutableDirectBuffer into) {
        if (starts[name] < 0) {
            return 0;
        }
        final int length = decode(target, name, into);
        return length < 0 || isMacro(into, length) ? 0 : length;
    }

    /** Decodes a parameter's value; length 0 when it is absent, and -1 when it is longer than any that is read. */
    private void load(final DirectBuffer target, final char name) {
        valueLength = starts[name] < 0 ? 0 : decode(target, name, value);
    }

    /** Decodes what a parameter has; its length, or -1 when there is no room for it. */
    private int decode(final DirectBuffer target, final char name, final MutableDirectBuffer into) {
        int length = 0;
        for (int at = starts[name]; at < ends[name]; at++) {
            if (length == into.capacity()) {
                return -1;
            }
            final byte c = target.getByte(at);
            if (c == '%' && at + 2 < ends[name]) {
                final int high = Character.digit(target.getByte(at + 1), 16);
                final int low = Character.digit(target.getByte(at + 2), 16);
                if (high >= 0 && low >= 0) {
                    into.putByte(length++, (byte) (high << 4 | low));
                    at += 2;
                    continue;
                }
            }
            into.putByte(length++, c);
        }
        return length;
    }

    /** Whether a macro of any exchange's style stands where its value should. */
    private static boolean isMacro(final DirectBuffer text, final int length) {
        for (int i = 0; i < length; i++) {
            if (text.getByte(i) == '{') {
                return true;
            }
        }
        return length > 2 && text.getByte(0) == '%' && text.getByte(1) == '%';
    }

    private boolean isAudit() {
        if (valueLength != AUDIT.length) {
            return false;
        }
        for (int i = 0; i < AUDIT.length; i++) {
            if (value.getByte(i) != AUDIT[i]) {
                return false;
            }
        }
        return true;
    }

    private void readPrices(final DirectBuffer target, final NoticeRequest notice) {
        load(target, 'c');
        // Only nothing, or a macro in its place, says nothing; all else is a currency, though perhaps none of ISO 4217.
        final boolean ours = valueLength == 0 || valueLength > 0 && isMacro(value, valueLength)
            || CurrencyCodes.number(value, 0, Math.max(0, valueLength)) == notice.token.currency();
        load(target, 'p');
        PriceState state = price(notice);
        if (state.isKnown()) {
            if (!ours) {
                state = PriceState.OTHER_CURRENCY;
            } else if (notice.priceMicros > notice.token.bidPriceMicros()) {
                state = PriceState.ABOVE_BID;
            } else if (state == PriceState.PLAIN && notice.kind == NoticeKind.IMP && !prices(notice).markupOnly) {
                state = PriceState.UNTRUSTED;
            }
        }
        notice.priceState = state;
        load(target, 'm');
        if (ours && valueLength > 0) {
            final long decrypted = decrypt(prices(notice));
            final long plain = plain();
            notice.minToWinMicros = decrypted != PriceDecrypter.UNREADABLE ? decrypted
                : plain != FixedPoint.INVALID ? plain : NoticeRequest.NONE;
        }
    }

    private PriceState price(final NoticeRequest notice) {
        if (valueLength == 0) {
            return PriceState.ABSENT;
        }
        if (isMacro(value, valueLength)) {
            return PriceState.UNRESOLVED;
        }
        if (isAudit()) {
            return PriceState.AUDIT;
        }
        final Prices prices = prices(notice);
        final long decrypted = decrypt(prices);
        if (decrypted != PriceDecrypter.UNREADABLE) {
            notice.priceMicros = decrypted;
            return PriceState.DECRYPTED;
        }
        final long plain = plain();
        if (isAudit()) {
            return PriceState.AUDIT;
        }
        if (!prices.encrypted || (prices.plainIn & notice.kind.bit()) != 0 && plain != FixedPoint.INVALID) {
            if (plain == FixedPoint.INVALID) {
                return PriceState.MALFORMED;
            }
            notice.priceMicros = plain;
            return PriceState.PLAIN;
        }
        return prices.decrypter == null ? PriceState.NO_KEYS : PriceState.UNREADABLE;
    }

    /** The value as a CPM, in micros per impression; exchanges that replace {@code ${AUCTION_PRICE:B64}} encode it. */
    private long plain() {
        if (valueLength <= 0) {
            return FixedPoint.INVALID;
        }
        final long number = FixedPoint.scaled(value, 0, valueLength, CPM_TO_MICROS);
        if (number != FixedPoint.INVALID) {
            return number;
        }
        return decodeText() ? FixedPoint.scaled(value, 0, valueLength, CPM_TO_MICROS) : FixedPoint.INVALID;
    }

    /** Replaces a value in Base64, of either alphabet, padded or not, by what it stands for. */
    private boolean decodeText() {
        int length = valueLength;
        while (length > 0 && length > valueLength - 2 && value.getByte(length - 1) == '=') {
            length--;
        }
        for (int i = 0; i < length; i++) {
            final byte c = value.getByte(i);
            value.putByte(i, c == '+' ? (byte) '-' : c == '/' ? (byte) '_' : c);
        }
        final int decodedLength = Base64Url.decode(value, 0, length, decoded);
        if (decodedLength <= 0) {
            return false;
        }
        value.putBytes(0, decoded, 0, decodedLength);
        valueLength = decodedLength;
        return true;
    }

    private Prices prices(final NoticeRequest notice) {
        final Prices prices = pricesByExchange.get(notice.token.exchange());
        return prices == null ? PLAIN : prices;
    }

    /** The value as an encrypted price, in micros per impression. */
    private long decrypt(final Prices prices) {
        if (prices.decrypter == null || valueLength < 0) {
            return PriceDecrypter.UNREADABLE;
        }
        final long number = prices.decrypter.decrypt(value, 0, valueLength);
        return number == PriceDecrypter.UNREADABLE || prices.unit == PriceUnit.CPI_MICROS ? number : perMille(number);
    }

    /** A thousandth, rounded half to even. */
    private static long perMille(final long number) {
        final long quotient = number / MILLE;
        final long twice = number % MILLE * 2;
        return quotient + (twice > MILLE || twice == MILLE && (quotient & 1) != 0 ? 1 : 0);
    }

    private void readReason(final DirectBuffer target, final NoticeRequest notice) {
        load(target, 'l');
        if (valueLength > 0) {
            final long reason = FixedPoint.scaled(value, 0, valueLength, 0);
            notice.lossReason = reason < 0 || reason > MAX_LOSS_REASON
                ? NoticeRequest.NO_LOSS_REASON : (int) reason;
        }
    }

    private void readError(final DirectBuffer target, final NoticeRequest notice) {
        if (notice.kind == NoticeKind.ERROR) {
            load(target, 'x');
            final long code = valueLength > 0 ? FixedPoint.scaled(value, 0, valueLength, 0) : FixedPoint.INVALID;
            notice.errorCode = code < 0 || code > MAX_ERROR_CODE ? NoticeRequest.NO_ERROR_CODE : (int) code;
        }
    }
}
