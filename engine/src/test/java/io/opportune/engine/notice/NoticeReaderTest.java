package io.opportune.engine.notice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.AllocationProbe;
import io.opportune.engine.catalogue.ExchangeFiles;
import io.opportune.engine.exchange.ExchangeProfiles;
import io.opportune.engine.exchange.NoticeKind;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.EventReportDecoder;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NoticeReaderTest {
    private static final long NOW_NS = 1_790_000_000_000_000_000L;
    private static final long HOUR_NS = 3_600_000_000_000L;
    private static final int USD = 840;
    private static final ExchangeProfiles EXCHANGES = ExchangeFiles.shipped().profiles();
    private static final int GENERIC = EXCHANGES.find("generic").number();
    private static final int GOOGLE = EXCHANGES.find("google-authorized-buyers").number();
    private static final int OPENX = EXCHANGES.find("openx").number();
    private static final int MARKUP_ONLY = EXCHANGES.find("pubmatic").number();
    private static final PriceKeys KEYS = PriceKeys.of(
        "skU7Ax_NL5pPAFyKdkfZjZz2-VhIN8bjj1rVFOaJ_5o=", "arO23ykdNqUQ5LEoQ0FVmPkBd7xB5CO89PDZlSjpFxo=");
    private static final int ALL = 0x3f;

    private final NoticeSeal seal = new NoticeSeal(NoticeKeys.of(List.of(new byte[NoticeKeys.KEY_BYTES])));
    private final NoticeReader reader = new NoticeReader(seal, EXCHANGES, PriceKeyring.of(Map.of(GOOGLE, KEYS)));
    private final NoticeRequest notice = new NoticeRequest();

    private String token(final int exchange) {
        return token(exchange, ALL, 2_000);
    }

    private String token(final int exchange, final int kinds, final long bidMicros) {
        final UnsafeBuffer text = new UnsafeBuffer(new byte[NoticeSeal.TOKEN_LENGTH]);
        seal.seal(new NoticeToken().kinds(kinds).exchange(exchange).impOrdinal(1).decisionId(5, 6).rootKey(7, 8)
            .offer(11, 12, 13).bidPrice(bidMicros, USD).businessTimeNs(NOW_NS).expiryNs(NOW_NS + HOUR_NS), text, 0);
        return text.getStringWithoutLengthAscii(0, NoticeSeal.TOKEN_LENGTH);
    }

    private NoticeOutcome read(final String target) {
        return read(target, NOW_NS);
    }

    private NoticeOutcome read(final String target, final long nowNs) {
        final byte[] bytes = ("##" + target + "##").getBytes(StandardCharsets.ISO_8859_1);
        return reader.read(new UnsafeBuffer(bytes), 2, bytes.length - 4, nowNs, notice);
    }

    @Test
    void shouldReadAWin() {
        assertEquals(NoticeOutcome.ACCEPTED,
            read("/notice/win?t=" + token(GENERIC) + "&p=1.25&c=USD&m=0.91&l=0"));
        assertEquals(NoticeKind.WIN, notice.kind());
        assertEquals(PriceState.PLAIN, notice.priceState());
        assertEquals(1_250, notice.priceMicros());
        assertEquals(1_250, notice.payableMicros());
        assertEquals(910, notice.minToWinMicros());
        assertEquals(0, notice.lossReason());
        assertEquals(11, notice.token().offerId());
        assertEquals(7, notice.token().rootHigh());
    }

    @Test
    void shouldReadALoss() {
        assertEquals(NoticeOutcome.ACCEPTED, read("/notice/loss?l=102&m=2.4&p=&t=" + token(GENERIC)));
        assertEquals(102, notice.lossReason());
        assertEquals(2_400, notice.minToWinMicros());
        assertEquals(PriceState.ABSENT, notice.priceState());
    }

    @Test
    void shouldFindTheTokenHoweverTheQueryIsWritten() {
        final String token = token(GENERIC);
        for (final String query : List.of("t=" + token, "&&t=" + token, "x=1&t=" + token + "&", "t=" + token + "#t=x",
            "a&b=&t=" + token, "t=" + token + "&t=forged", "p=1&amp;t=" + token + "&amp;c=USD",
            "t=" + token.replaceFirst("A", "%41"))) {
            assertEquals(NoticeOutcome.ACCEPTED, read("/notice/imp?" + query), query);
        }
        assertEquals(NoticeOutcome.ACCEPTED, read("/notice/click/?t=" + token));
        final StringBuilder escaped = new StringBuilder();
        token.chars().forEach(c -> escaped.append(String.format("%%%02x", c)));
        assertEquals(NoticeOutcome.MALFORMED, read("/notice/imp?t=" + escaped + "A"));
        assertEquals(NoticeOutcome.ACCEPTED, read("/notice/imp?t=" + escaped));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/notice", "/notice/", "/notice/win", "/notice/?t=x", "/notice/wins?t=x",
        "/notice/WIN?t=x", "/notices/win?t=x", "notice/win?t=x", "/notice/win?", "/notice/win?t", "/notice/win?t=",
        "/notice/win?tt=x", "/notice/win?T=x", "/notice/win?t=%", "/notice/win?t=%4", "/notice/win?t=%zz",
        "/notice//?t=x"})
    void shouldCallOthersMalformed(final String target) {
        assertEquals(NoticeOutcome.MALFORMED, read(target));
        assertTrue(notice.eventId().isNone());
    }

    @Test
    void shouldCallTooLongOnesMalformed() {
        assertEquals(NoticeOutcome.MALFORMED, read("/notice/win?t=" + token(GENERIC) + "&x=" + "y".repeat(4_096)));
        assertEquals(NoticeOutcome.MALFORMED, read("/notice/win?t=" + "A".repeat(2_000)));
        assertEquals(NoticeOutcome.ACCEPTED, read("/notice/win?p=" + "1".repeat(2_000) + "&t=" + token(GENERIC)));
        assertEquals(PriceState.MALFORMED, notice.priceState());
    }

    @Test
    void shouldTellForgedExpiredAndWrongOnes() {
        final String token = token(GENERIC, NoticeKind.IMP.bit(), 2_000);
        assertEquals(NoticeOutcome.WRONG_KIND, read("/notice/bill?p=0.01&t=" + token));
        assertTrue(notice.eventId().isNone());
        assertEquals(NoticeOutcome.EXPIRED, read("/notice/imp?t=" + token, NOW_NS + HOUR_NS));
        assertEquals(11, notice.token().offerId());
        final char last = token.charAt(NoticeSeal.TOKEN_LENGTH - 1) == 'A' ? 'B' : 'A';
        assertEquals(NoticeOutcome.FORGED,
            read("/notice/imp?t=" + token.substring(0, NoticeSeal.TOKEN_LENGTH - 1) + last));
        assertEquals(NoticeOutcome.UNKNOWN_VERSION, read("/notice/imp?t=B" + token.substring(1)));
        assertEquals(NoticeOutcome.UNKNOWN_KEY,
            new NoticeReader(new NoticeSeal(NoticeKeys.of(List.of("another key of thirty-two bytes.".getBytes(
                StandardCharsets.US_ASCII)))), EXCHANGES, PriceKeyring.of(Map.of()))
                .read(new UnsafeBuffer(("/notice/imp?t=" + token).getBytes(StandardCharsets.US_ASCII)), 0,
                    14 + NoticeSeal.TOKEN_LENGTH, NOW_NS, notice));
    }

    @Test
    void shouldGiveARepeatedNoticeTheSameEventId() {
        final String token = token(GENERIC);
        read("/notice/win?t=" + token + "&p=1.25");
        final String first = notice.eventId().toString();
        read("/notice/win?p=${AUCTION_PRICE}&t=" + token, NOW_NS + HOUR_NS - 1);
        assertEquals(first, notice.eventId().toString());
        read("/notice/bill?t=" + token + "&p=1.25");
        assertNotEquals(first, notice.eventId().toString());
    }

    @ParameterizedTest
    @CsvSource({
        "1.25, PLAIN, 1250, 1250", "0, PLAIN, 0, 0", "2.000, PLAIN, 2000, 2000", "2.001, ABOVE_BID, 2001, 2000",
        "'', ABSENT, , 2000", "${AUCTION_PRICE}, UNRESOLVED, , 2000", "%24%7BAUCTION_PRICE%7D, UNRESOLVED, , 2000",
        "${AUCTION_PRICE:OXCRYPT}, UNRESOLVED, , 2000", "{winning_price}, UNRESOLVED, , 2000",
        "%%WINNING_PRICE%%, UNRESOLVED, , 2000", "%25%25WINNING_PRICE%25%25, UNRESOLVED, , 2000",
        "AUDIT, AUDIT, , 0", "-1, MALFORMED, , 2000", "abc, MALFORMED, , 2000", "1%2E5, PLAIN, 1500, 1500",
        "1.0E-3, PLAIN, 1, 1", "MS4yNQ==, PLAIN, 1250, 1250", "MS4yNQ, PLAIN, 1250, 1250", "QVVESVQ=, AUDIT, , 0",
        "MS4yNQ%3D%3D, PLAIN, 1250, 1250", "Pz8_, MALFORMED, , 2000", "Pz8/, MALFORMED, , 2000", "M, MALFORMED, , 2000",
        "YWJjMTIzZGVmNDU2Z2hpN7fhCuPemCce_6msaw, MALFORMED, , 2000"})
    void shouldReadPlainPrices(final String text, final PriceState state, final Long price, final long payable) {
        assertEquals(NoticeOutcome.ACCEPTED, read("/notice/bill?t=" + token(GENERIC) + "&p=" + text));
        assertEquals(state, notice.priceState());
        assertEquals(price == null ? NoticeRequest.NONE : price, notice.priceMicros());
        assertEquals(payable, notice.payableMicros());
    }

    @ParameterizedTest
    @CsvSource({"USD, PLAIN", "usd, PLAIN", "EUR, OTHER_CURRENCY", "'', PLAIN", "${AUCTION_CURRENCY}, PLAIN",
        "??, OTHER_CURRENCY", "BTC, OTHER_CURRENCY", "US, OTHER_CURRENCY"})
    void shouldNotMixCurrencies(final String currency, final PriceState state) {
        read("/notice/bill?p=1.5&c=" + currency + "&t=" + token(GENERIC));
        assertEquals(state, notice.priceState());
        assertEquals(state == PriceState.PLAIN ? 1_500 : 2_000, notice.payableMicros());
    }

    @ParameterizedTest
    @CsvSource({
        "YWJjMTIzZGVmNDU2Z2hpN7fhCuPemCAWJRxOgA, DECRYPTED, 1900, 1900",
        "YWJjMTIzZGVmNDU2Z2hpN7fhCuPemCAWJRxOgA%3D%3D, DECRYPTED, 1900, 1900",
        "YWJjMTIzZGVmNDU2Z2hpN7fhCuPemC32prpWWw, ABOVE_BID, 2700, 2000",
        "YWJjMTIzZGVmNDU2Z2hpN7fhCuPemCAWJRxOgB, UNREADABLE, , 2000",
        "0.01, UNREADABLE, , 2000", "${AUCTION_PRICE}, UNRESOLVED, , 2000", "'', ABSENT, , 2000"})
    void shouldReadEncryptedPrices(final String text, final PriceState state, final Long price, final long payable) {
        read("/notice/imp?t=" + token(GOOGLE) + "&p=" + text);
        assertEquals(state, notice.priceState());
        assertEquals(price == null ? NoticeRequest.NONE : price, notice.priceMicros());
        assertEquals(payable, notice.payableMicros());
    }

    /** Of a lost bid the price is what it was lost to, which may be above the bid, but never in another currency. */
    @ParameterizedTest
    @CsvSource({"1.5, USD, 0.9, 1500, 900", "2.5, '', 2.4, 2500, 2400", "1.5, EUR, 0.9, , ", "1.5, BTC, 0.9, , ",
        "x, USD, x, , ", "AUDIT, USD, '', , ", "'', USD, 0.9, , 900", "1.5, ${AUCTION_CURRENCY}, MC45, 1500, 900"})
    void shouldReportTheMoneyOfALossInTheBidsCurrencyOnly(
        final String price, final String currency, final String minToWin, final Long amount, final Long least) {
        read("/notice/loss?l=102&p=" + price + "&m=" + minToWin + "&c=" + currency + "&t=" + token(GENERIC));
        final UnsafeBuffer message = new UnsafeBuffer(new byte[256]);
        new NoticeReport().encode(notice, 77, NOW_NS, message, 0);
        final EventReportDecoder decoder =
            new EventReportDecoder().wrapAndApplyHeader(message, 0, new MessageHeaderDecoder());
        assertEquals(amount == null ? EventReportDecoder.amountMicrosNullValue() : amount, decoder.amountMicros());
        assertEquals(least == null ? EventReportDecoder.minToWinMicrosNullValue() : least, decoder.minToWinMicros());
    }

    /** What a page says of a price is believed only where nobody else says it, or where it cannot be made up. */
    @Test
    void shouldNotLetAPageSetThePrice() {
        read("/notice/imp?p=0.01&t=" + token(GENERIC));
        assertEquals(PriceState.UNTRUSTED, notice.priceState());
        assertFalse(notice.priceState().isKnown());
        read("/notice/imp?p=0.01&t=" + token(MARKUP_ONLY));
        assertEquals(PriceState.PLAIN, notice.priceState(), "neither nurl nor burl: there is no other word for it");
        assertEquals(10, notice.payableMicros());
    }

    @Test
    void shouldSayWhenThereAreNoKeys() {
        read("/notice/imp?t=" + token(OPENX) + "&p=YWJjMTIzZGVmNDU2Z2hpN7fhCuPemCAWJRxOgA");
        assertEquals(PriceState.NO_KEYS, notice.priceState());
        read("/notice/imp?t=" + token(OPENX) + "&p=0.01");
        assertEquals(PriceState.NO_KEYS, notice.priceState());
        final PriceKeyring keys = PriceKeyring.load(EXCHANGES, Path.of("."), Map.of());
        assertEquals(2, keys.missing().size());
        assertTrue(keys.missing().getFirst().startsWith("google-authorized-buyers: "));
        read("/notice/bill?t=" + token(9_999) + "&p=1.00");
        assertEquals(PriceState.PLAIN, notice.priceState(), "an exchange that is gone is read as generic");
    }

    @ParameterizedTest
    @CsvSource({"102, 102", "'', -1", "${AUCTION_LOSS}, -1", "-1, -1", "65535, 65535", "65536, -1", "x, -1"})
    void shouldReadLossReasons(final String text, final int reason) {
        read("/notice/loss?l=" + text + "&t=" + token(GENERIC));
        assertEquals(reason, notice.lossReason());
    }

    @ParameterizedTest
    @CsvSource({"403, 403", "'', -1", "[ERRORCODE], -1", "%5BERRORCODE%5D, -1", "0, 0", "999, 999", "1000, -1",
        "-1, -1"})
    void shouldReadVastErrors(final String text, final int code) {
        read("/notice/error?x=" + text + "&t=" + token(GENERIC));
        assertEquals(NoticeKind.ERROR, notice.kind());
        assertEquals(code, notice.errorCode());
        read("/notice/imp?x=" + text + "&t=" + token(GENERIC));
        assertEquals(NoticeRequest.NO_ERROR_CODE, notice.errorCode());
    }

    @Test
    void shouldBecomeAnEvent() {
        final NoticeReport report = new NoticeReport();
        final UnsafeBuffer message = new UnsafeBuffer(new byte[256]);
        final EventReportDecoder decoder = new EventReportDecoder();
        for (final NoticeKind kind : NoticeKind.values()) {
            if (kind == NoticeKind.ERROR) {
                continue;
            }
            read("/notice/" + kind.word() + "?p=1.25&t=" + token(GENERIC));
            final int length = report.encode(notice, 77, NOW_NS, message, 4);
            decoder.wrapAndApplyHeader(message, 4, new MessageHeaderDecoder());
            assertEquals(77, decoder.correlationId());
            assertEquals(notice.eventId().high(), decoder.eventId().high());
            assertEquals(notice.eventId().low(), decoder.eventId().low());
            assertEquals(5, decoder.decisionId().high());
            assertEquals(6, decoder.decisionId().low());
            assertEquals(EventReportDecoder.eventTimeNsNullValue(), decoder.eventTimeNs());
            assertEquals(11, decoder.offerId());
            assertEquals(12, decoder.creativeId());
            assertEquals(13, decoder.placementId());
            assertEquals(USD, decoder.currency());
            assertEquals(Channel.AD_EXCHANGE, decoder.channel());
            assertEquals(kind.eventTypeCode(), decoder.eventTypeRaw());
            assertEquals(!kind.isOfMarkup() ? 1_250
                : EventReportDecoder.amountMicrosNullValue(), decoder.amountMicros());
            assertEquals(EventReportDecoder.minToWinMicrosNullValue(), decoder.minToWinMicros());
            assertEquals(EventReportDecoder.lossReasonNullValue(), decoder.lossReason());
            assertEquals(0, decoder.basketLines().count());
            assertEquals("", decoder.customerId());
            assertEquals(length, MessageHeaderDecoder.ENCODED_LENGTH + decoder.encodedLength());
        }
        read("/notice/imp?p=9.99&t=" + token(GENERIC));
        report.encode(notice, 77, NOW_NS, message, 4);
        assertEquals(EventReportDecoder.amountMicrosNullValue(),
            decoder.wrapAndApplyHeader(message, 4, new MessageHeaderDecoder()).amountMicros());
        read("/notice/bill?p=9.99&t=" + token(GENERIC));
        report.encode(notice, 77, NOW_NS, message, 4);
        decoder.wrapAndApplyHeader(message, 4, new MessageHeaderDecoder());
        assertEquals(2_000, decoder.amountMicros(), "the bid is the most that is paid");
        read("/notice/loss?l=102&m=1.5&t=" + token(GENERIC));
        report.encode(notice, 77, NOW_NS, message, 4);
        decoder.wrapAndApplyHeader(message, 4, new MessageHeaderDecoder());
        assertEquals(notice.minToWinMicros(), decoder.minToWinMicros());
        assertEquals(102, decoder.lossReason());
        assertEquals(EventType.WIN.value(), NoticeKind.WIN.eventTypeCode());
        assertEquals(EventType.BILLING.value(), NoticeKind.BILL.eventTypeCode());
        assertEquals(EventType.LOSS.value(), NoticeKind.LOSS.eventTypeCode());
        for (final NoticeOutcome outcome : NoticeOutcome.values()) {
            assertEquals("NOTICE_" + outcome.name(), ReasonCode.of(outcome.code()).name());
        }
        assertEquals(EventType.IMPRESSION.value(), NoticeKind.IMP.eventTypeCode());
        assertEquals(EventType.CLICK.value(), NoticeKind.CLICK.eventTypeCode());
    }

    @Test
    void shouldSurviveAnyTarget() {
        final Random random = new Random(13);
        final String good =
            "/notice/win?t=" + token(GOOGLE) + "&p=YWJjMTIzZGVmNDU2Z2hpN7fhCuPemCAWJRxOgA&m=1.2&l=1";
        int accepted = 0;
        for (int i = 0; i < 100_000; i++) {
            final StringBuilder target = new StringBuilder(good);
            for (int change = random.nextInt(6); change >= 0; change--) {
                final int at = random.nextInt(target.length());
                switch (random.nextInt(4)) {
                    case 0 -> target.setCharAt(at, (char) random.nextInt(256));
                    case 1 -> target.insert(at, "%&=?#/.e{${AUDIT".charAt(random.nextInt(16)));
                    case 2 -> target.delete(at, Math.min(target.length(), at + 1 + random.nextInt(20)));
                    default -> target.insert(at, URLEncoder.encode(
                        target.substring(at, Math.min(target.length(), at + 9)), StandardCharsets.ISO_8859_1));
                }
                if (target.isEmpty()) {
                    target.append('/');
                }
            }
            final NoticeOutcome outcome = read(target.toString());
            assertEquals(outcome, notice.outcome());
            if (outcome == NoticeOutcome.ACCEPTED) {
                accepted++;
                assertEquals(11, notice.token().offerId());
                assertTrue(notice.payableMicros() >= 0 && notice.payableMicros() <= 2_000);
                assertFalse(notice.eventId().isNone());
            }
        }
        assertTrue(accepted > 1_000 && accepted < 90_000, "accepted " + accepted);
    }

    @Test
    void shouldAllocateNothing() {
        final byte[] plain = ("/notice/win?t=" + token(GENERIC) + "&p=1.25&c=USD&m=0.91&l=0").getBytes(
            StandardCharsets.US_ASCII);
        final byte[] encrypted = ("/notice/imp?t=" + token(GOOGLE) + "&p=YWJjMTIzZGVmNDU2Z2hpN7fhCuPemCAWJRxOgA")
            .getBytes(StandardCharsets.US_ASCII);
        final byte[] junk = "/notice/win?t=AAAA&p=%zz".getBytes(StandardCharsets.US_ASCII);
        final UnsafeBuffer[] targets = {new UnsafeBuffer(plain), new UnsafeBuffer(encrypted), new UnsafeBuffer(junk)};
        final NoticeReport report = new NoticeReport();
        final UnsafeBuffer message = new UnsafeBuffer(new byte[256]);
        final long[] sum = new long[1];
        assertEquals(0, AllocationProbe.bytesOf(() -> {
            for (int i = 0; i < 30_000; i++) {
                final UnsafeBuffer target = targets[i % 3];
                if (reader.read(target, 0, target.capacity(), NOW_NS, notice) == NoticeOutcome.ACCEPTED) {
                    sum[0] += report.encode(notice, i + 1, NOW_NS, message, 0);
                }
            }
        }));
        assertTrue(sum[0] > 0);
    }
}
