package io.opportune.engine.notice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.AllocationProbe;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriceDecrypterTest {
    private static final PriceKeys KEYS = PriceKeys.of(
        "skU7Ax_NL5pPAFyKdkfZjZz2-VhIN8bjj1rVFOaJ_5o=", "arO23ykdNqUQ5LEoQ0FVmPkBd7xB5CO89PDZlSjpFxo=");

    private final PriceDecrypter decrypter = new PriceDecrypter(KEYS);

    private long decrypted(final String text) {
        final byte[] bytes = ("x" + text + "x").getBytes(StandardCharsets.ISO_8859_1);
        return decrypter.decrypt(new UnsafeBuffer(bytes), 1, text.length());
    }

    /**
     * The keys of Google's and BidSwitch's documentation with the messages that implementations of the scheme test with
     * (danielhedren/doubleclickcrypto, benjaminch/openrtb-pricers).
     */
    @ParameterizedTest
    @CsvSource({
        "YWJjMTIzZGVmNDU2Z2hpN7fhCuPemCce_6msaw, 100",
        "YWJjMTIzZGVmNDU2Z2hpN7fhCuPemCAWJRxOgA, 1900",
        "YWJjMTIzZGVmNDU2Z2hpN7fhCuPemC32prpWWw, 2700"})
    void shouldReadThePublishedMessages(final String text, final long price) {
        assertEquals(price, decrypted(text));
        final UnsafeBuffer into = new UnsafeBuffer(new byte[PriceDecrypter.TEXT_LENGTH + 3]);
        final UnsafeBuffer vector = new UnsafeBuffer("abc123def456ghi7".getBytes(StandardCharsets.US_ASCII));
        assertEquals(PriceDecrypter.TEXT_LENGTH, new PriceEncrypter(KEYS).encrypt(price,
            vector.getLong(0, java.nio.ByteOrder.BIG_ENDIAN), vector.getLong(8, java.nio.ByteOrder.BIG_ENDIAN),
            into, 3));
        assertEquals(text, into.getStringWithoutLengthAscii(3, PriceDecrypter.TEXT_LENGTH));
    }

    /** Google's openrtb-doubleclick, DoubleClickCryptoTest: 1.2 as 1,200,000 micros, with padding. */
    @Test
    void shouldReadTheMessageOfGooglesLibrary() {
        final PriceDecrypter google = new PriceDecrypter(PriceKeys.of(
            "sIxwz7yw62yrfoLGt12lIHKuYrK_S5kLuApI2BQe7Ac=", "v3fsVcMBMMHYzRhi7SpM0sdqwzvAxM6KPTu9OtVod5I="));
        for (final String padding : new String[] {"==", "", ".."}) {
            final byte[] text =
                ("5nmwvgAM0UABI0VniavN72_sy3T6V9ohlpvOpA" + padding).getBytes(StandardCharsets.US_ASCII);
            assertEquals(1_200_000, google.decrypt(new UnsafeBuffer(text), 0, text.length));
        }
        final UnsafeBuffer into = new UnsafeBuffer(new byte[PriceDecrypter.TEXT_LENGTH]);
        new PriceEncrypter(PriceKeys.of(
            "sIxwz7yw62yrfoLGt12lIHKuYrK_S5kLuApI2BQe7Ac=", "v3fsVcMBMMHYzRhi7SpM0sdqwzvAxM6KPTu9OtVod5I="))
            .encrypt(1_200_000, 0xE679B0BE000CD140L, 0x0123456789ABCDEFL, into, 0);
        assertEquals("5nmwvgAM0UABI0VniavN72_sy3T6V9ohlpvOpA",
            into.getStringWithoutLengthAscii(0, PriceDecrypter.TEXT_LENGTH));
    }

    @Test
    void shouldNoticeEveryChangedBit() {
        final byte[] message = Base64.getUrlDecoder().decode("YWJjMTIzZGVmNDU2Z2hpN7fhCuPemCce_6msaw");
        for (int bit = 0; bit < message.length * 8; bit++) {
            message[bit >> 3] ^= (byte) (1 << (bit & 7));
            assertEquals(PriceDecrypter.UNREADABLE,
                decrypted(Base64.getUrlEncoder().withoutPadding().encodeToString(message)), "bit " + bit);
            message[bit >> 3] ^= (byte) (1 << (bit & 7));
        }
    }

    @Test
    void shouldRefuseWhatIsNoEncryptedPrice() {
        for (final String text : new String[] {"", "1.23", "garbage", "${AUCTION_PRICE}", "A".repeat(38),
            "YWJjMTIzZGVmNDU2Z2hpN7fhCuPemCce_6msax", "YWJjMTIzZGVmNDU2Z2hpN7fhCuPemCce_6msaw=x",
            "YWJjMTIzZGVmNDU2Z2hpN7fhCuPemCce_6msaw===", "YWJjMTIzZGVmNDU2Z2hpN7fhCuPemCce/6msaw"}) {
            assertEquals(PriceDecrypter.UNREADABLE, decrypted(text), text);
        }
        final UnsafeBuffer negative = new UnsafeBuffer(new byte[PriceDecrypter.TEXT_LENGTH]);
        new PriceEncrypter(KEYS).encrypt(-5, 1, 2, negative, 0);
        assertEquals(PriceDecrypter.UNREADABLE, decrypter.decrypt(negative, 0, PriceDecrypter.TEXT_LENGTH));
    }

    @Test
    void shouldReadWhatIsWrittenWithoutAllocating() {
        final PriceEncrypter encrypter = new PriceEncrypter(KEYS);
        final UnsafeBuffer text = new UnsafeBuffer(new byte[PriceDecrypter.TEXT_LENGTH]);
        final Random random = new Random(3);
        for (int i = 0; i < 2_000; i++) {
            final long price = random.nextLong() >>> 1 + random.nextInt(62);
            encrypter.encrypt(price, random.nextLong(), random.nextLong(), text, 0);
            assertEquals(price, decrypter.decrypt(text, 0, PriceDecrypter.TEXT_LENGTH), () -> "seed 3");
        }
        final long[] sum = new long[1];
        assertEquals(0, AllocationProbe.bytesOf(() -> {
            for (int i = 0; i < 20_000; i++) {
                encrypter.encrypt(i, i, i, text, 0);
                sum[0] += decrypter.decrypt(text, 0, PriceDecrypter.TEXT_LENGTH);
            }
        }));
        assertTrue(sum[0] > 0);
    }
}
