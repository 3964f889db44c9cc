package io.opportune.engine.notice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.AllocationProbe;
import io.opportune.engine.exchange.NoticeKind;
import io.opportune.engine.identity.Key128;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class NoticeSealTest {
    private static final long NOW_NS = 1_790_000_000_123_456_789L;
    private static final long DAY_NS = 86_400_000_000_000L;
    private static final int ALL_KINDS = 0x3f;

    private final byte[] key = new byte[NoticeKeys.KEY_BYTES];
    private final byte[] olderKey = new byte[NoticeKeys.KEY_BYTES];
    private final NoticeSeal seal;

    NoticeSealTest() {
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) i;
            olderKey[i] = (byte) (100 + i);
        }
        seal = new NoticeSeal(NoticeKeys.of(List.of(key)));
    }

    private static NoticeToken sample() {
        return new NoticeToken()
            .kinds(ALL_KINDS)
            .exchange(65_535)
            .impOrdinal(300)
            .decisionId(0x0102030405060708L, 0x1112131415161718L)
            .rootKey(0xf1f2f3f4f5f6f7f8L, 0x2122232425262728L)
            .offer(12_345, 678, 90)
            .bidPrice(1_234_567_890_123L, 840)
            .bidCampaignMicros(1_111_111_111_111L)
            .shade(48, true, 41, true)
            .businessTimeNs(NOW_NS)
            .expiryNs(NOW_NS + DAY_NS);
    }

    private static String sealed(final NoticeSeal by, final NoticeToken state) {
        final UnsafeBuffer text = new UnsafeBuffer(new byte[NoticeSeal.TOKEN_LENGTH + 7]);
        assertEquals(NoticeSeal.TOKEN_LENGTH, by.seal(state, text, 7));
        return text.getStringWithoutLengthAscii(7, NoticeSeal.TOKEN_LENGTH);
    }

    private static NoticeOutcome opened(
        final NoticeSeal by, final String text, final NoticeKind kind, final long nowNs, final NoticeToken into) {
        final byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return by.open(new UnsafeBuffer(bytes), 0, bytes.length, kind, nowNs, into);
    }

    private static void assertSame(final NoticeToken expected, final NoticeToken found) {
        assertEquals(expected.kinds(), found.kinds());
        assertEquals(expected.exchange(), found.exchange());
        assertEquals(expected.impOrdinal(), found.impOrdinal());
        assertEquals(expected.decisionHigh(), found.decisionHigh());
        assertEquals(expected.decisionLow(), found.decisionLow());
        assertEquals(expected.rootHigh(), found.rootHigh());
        assertEquals(expected.rootLow(), found.rootLow());
        assertEquals(expected.offerId(), found.offerId());
        assertEquals(expected.creativeId(), found.creativeId());
        assertEquals(expected.placementId(), found.placementId());
        assertEquals(expected.bidPriceMicros(), found.bidPriceMicros());
        assertEquals(expected.currency(), found.currency());
        assertEquals(expected.bidCampaignMicros(), found.bidCampaignMicros());
        assertEquals(expected.shade(), found.shade());
        assertEquals(expected.isInDeal(), found.isInDeal());
        assertEquals(expected.floorBand(), found.floorBand());
        assertEquals(expected.isExplored(), found.isExplored());
        assertEquals(expected.businessTimeNs(), found.businessTimeNs());
        assertEquals(expected.expirySeconds(), found.expirySeconds());
    }

    @Test
    void shouldBringBackWhatWasSealed() {
        final NoticeToken found = new NoticeToken();
        for (final NoticeKind kind : NoticeKind.values()) {
            assertEquals(NoticeOutcome.ACCEPTED, opened(seal, sealed(seal, sample()), kind, NOW_NS, found));
            assertSame(sample(), found);
        }
        final Random random = new Random(7);
        for (int i = 0; i < 1_000; i++) {
            final NoticeToken state = new NoticeToken().kinds(ALL_KINDS).exchange(random.nextInt(65_536))
                .impOrdinal(random.nextInt(65_536)).decisionId(random.nextLong(), random.nextLong())
                .rootKey(random.nextLong(), random.nextLong())
                .offer(random.nextInt(), random.nextInt(), random.nextInt())
                .bidPrice(random.nextLong(1L << 48), random.nextInt(1_000))
                .bidCampaignMicros(random.nextLong(1L << 48)).businessTimeNs(random.nextLong())
                .shade(random.nextInt(65), random.nextBoolean(), random.nextInt(128), random.nextBoolean())
                .expiryNs(NOW_NS + 1 + random.nextLong(DAY_NS));
            assertEquals(NoticeOutcome.ACCEPTED,
                opened(seal, sealed(seal, state), NoticeKind.BILL, NOW_NS, found), () -> "seed 7");
            assertSame(state, found);
        }
    }

    /** The same bytes from the platform's own HMAC and counter mode. */
    @Test
    void shouldBeHmacAndAesCounterMode() throws Exception {
        final byte[] token = Base64.getUrlDecoder().decode(sealed(seal, sample()));
        assertEquals(NoticeSeal.TOKEN_BYTES, token.length);
        final Cipher aes = Cipher.getInstance("AES/CTR/NoPadding");
        final byte[] bodyKey = hmac(key, "notice token body".getBytes(StandardCharsets.US_ASCII));
        aes.init(Cipher.DECRYPT_MODE, new SecretKeySpec(bodyKey, 0, 16, "AES"), new IvParameterSpec(token, 4, 16));
        final byte[] body = aes.doFinal(token, 20, 76);
        final byte[] signed = new byte[80];
        System.arraycopy(token, 0, signed, 0, 4);
        System.arraycopy(body, 0, signed, 4, 76);
        final byte[] tag = hmac(hmac(key, "notice token mac".getBytes(StandardCharsets.US_ASCII)), signed);
        for (int i = 0; i < 16; i++) {
            assertEquals(tag[i], token[4 + i]);
        }
        assertEquals(2, token[0]);
        assertEquals(0x01, body[4]);
        assertEquals((byte) 0xf1, body[20]);
        assertEquals(1_234_567_890_123L, new BigInteger(1, body, 48, 6).longValue());
        assertEquals(1_111_111_111_111L, new BigInteger(1, body, 54, 6).longValue());
        assertEquals((byte) (0x80 | 48), body[60]);
        assertEquals((byte) (0x80 | 41), body[61]);
    }

    private static byte[] hmac(final byte[] secret, final byte[] message) throws Exception {
        final Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        return mac.doFinal(message);
    }

    @Test
    void shouldCountIn128Bits() {
        final UnsafeBuffer counters = new UnsafeBuffer(new byte[80]);
        final long[][] firsts = {{0, 0}, {7, -1}, {7, -3}, {-1, -2}, {Long.MAX_VALUE, -4}, {5, Long.MAX_VALUE}};
        for (final long[] first : firsts) {
            NoticeSeal.putCounters(first[0], first[1], counters);
            BigInteger expected = unsigned(first[0]).shiftLeft(64).add(unsigned(first[1]));
            for (int at = 0; at < 80; at += 16) {
                final byte[] block = new byte[16];
                counters.getBytes(at, block);
                assertEquals(expected, new BigInteger(1, block));
                expected = expected.add(BigInteger.ONE).mod(BigInteger.TWO.pow(128));
            }
        }
    }

    private static BigInteger unsigned(final long word) {
        return new BigInteger(Long.toUnsignedString(word));
    }

    @Test
    void shouldNoticeEveryChangedBit() {
        final byte[] token = Base64.getUrlDecoder().decode(sealed(seal, sample()));
        final NoticeToken found = new NoticeToken();
        for (int bit = 0; bit < token.length * 8; bit++) {
            token[bit >> 3] ^= (byte) (1 << (bit & 7));
            final String text = Base64.getUrlEncoder().withoutPadding().encodeToString(token);
            final NoticeOutcome outcome = opened(seal, text, NoticeKind.WIN, NOW_NS, found);
            final NoticeOutcome expected = bit < 8 ? NoticeOutcome.UNKNOWN_VERSION
                : bit >= 16 && bit < 32 ? NoticeOutcome.UNKNOWN_KEY : NoticeOutcome.FORGED;
            assertEquals(expected, outcome, "bit " + bit);
            assertEquals(0, found.rootHigh(), "a forged token says nothing");
            token[bit >> 3] ^= (byte) (1 << (bit & 7));
        }
    }

    @Test
    void shouldNoticeEveryOtherCharacter() {
        final String good = sealed(seal, sample());
        final NoticeToken found = new NoticeToken();
        for (int at = 0; at < good.length(); at++) {
            for (int c = 0; c < 256; c++) {
                if (c != good.charAt(at)) {
                    final String text = good.substring(0, at) + (char) c + good.substring(at + 1);
                    assertNotEquals(NoticeOutcome.ACCEPTED, opened(seal, text, NoticeKind.WIN, NOW_NS, found));
                }
            }
        }
        for (int length = 0; length < good.length(); length++) {
            // As long as one of version 1, but it says that it is of another.
            assertEquals(length == 120 ? NoticeOutcome.UNKNOWN_VERSION : NoticeOutcome.MALFORMED,
                opened(seal, good.substring(0, length), NoticeKind.WIN, NOW_NS, found));
        }
        assertEquals(NoticeOutcome.MALFORMED, opened(seal, good + "A", NoticeKind.WIN, NOW_NS, found));
        assertEquals(NoticeOutcome.MALFORMED, opened(seal, good + "==", NoticeKind.WIN, NOW_NS, found));
    }

    @Test
    void shouldExpireAtItsSecond() {
        final NoticeToken found = new NoticeToken();
        final String text = sealed(seal, sample().expiryNs(1_800_000_000_000_000_001L));
        final long expiryNs = 1_800_000_001_000_000_000L;
        assertEquals(NoticeOutcome.ACCEPTED, opened(seal, text, NoticeKind.WIN, expiryNs - 1, found));
        assertEquals(NoticeOutcome.EXPIRED, opened(seal, text, NoticeKind.WIN, expiryNs, found));
        assertEquals(12_345, found.offerId(), "the late ones are counted by campaign");
    }

    @Test
    void shouldBeGoodForItsKindsOnly() {
        final int browser = NoticeKind.IMP.bit() | NoticeKind.CLICK.bit();
        final String text = sealed(seal, sample().kinds(browser));
        final NoticeToken found = new NoticeToken();
        for (final NoticeKind kind : NoticeKind.values()) {
            assertEquals((browser & kind.bit()) != 0 ? NoticeOutcome.ACCEPTED : NoticeOutcome.WRONG_KIND,
                opened(seal, text, kind, NOW_NS, found));
        }
    }

    @Test
    void shouldOpenTokensOfOlderKeysUntilTheyAreTakenOut() {
        final NoticeSeal before = new NoticeSeal(NoticeKeys.of(List.of(olderKey)));
        final NoticeSeal announced = new NoticeSeal(NoticeKeys.of(List.of(olderKey, key)));
        final NoticeSeal turned = new NoticeSeal(NoticeKeys.of(List.of(key, olderKey)));
        final String old = sealed(before, sample());
        final String young = sealed(turned, sample());
        final NoticeToken found = new NoticeToken();
        assertEquals(old, sealed(announced, sample()));
        assertNotEquals(old, young);
        assertEquals(NoticeOutcome.ACCEPTED, opened(announced, young, NoticeKind.WIN, NOW_NS, found));
        assertEquals(NoticeOutcome.ACCEPTED, opened(turned, old, NoticeKind.WIN, NOW_NS, found));
        assertEquals(NoticeOutcome.UNKNOWN_KEY, opened(seal, old, NoticeKind.WIN, NOW_NS, found));
        assertEquals(NoticeOutcome.UNKNOWN_KEY, opened(before, young, NoticeKind.WIN, NOW_NS, found));
        final Key128 one = new Key128();
        final Key128 two = new Key128();
        opened(turned, old, NoticeKind.WIN, NOW_NS, found);
        turned.eventId(found, NoticeKind.WIN, one);
        opened(turned, young, NoticeKind.WIN, NOW_NS, found);
        turned.eventId(found, NoticeKind.WIN, two);
        assertEquals(one.toString(), two.toString(), "the same bid is the same event under any key");
    }

    @Test
    void shouldGiveDuplicatesTheSameEventIdAndOthersAnother() {
        final NoticeToken found = new NoticeToken();
        final String text = sealed(seal, sample());
        final List<String> seen = new ArrayList<>();
        for (final NoticeKind kind : NoticeKind.values()) {
            seen.add(eventId(text, kind, found));
            assertEquals(seen.getLast(), eventId(text, kind, found));
        }
        final List<NoticeToken> others = List.of(
            sample().exchange(1), sample().impOrdinal(1), sample().decisionId(1, 1), sample().rootKey(1, 1),
            sample().offer(1, 678, 90), sample().offer(12_345, 1, 90), sample().offer(12_345, 678, 1),
            sample().bidPrice(1, 840), sample().bidPrice(1_234_567_890_123L, 978), sample().businessTimeNs(1),
            sample().bidCampaignMicros(1), sample().shade(47, true, 41, true), sample().shade(48, false, 41, true),
            sample().shade(48, true, 40, true), sample().shade(48, true, 41, false));
        for (final NoticeToken other : others) {
            seen.add(eventId(sealed(seal, other), NoticeKind.WIN, found));
        }
        assertEquals(seen.size(), seen.stream().distinct().count());
        assertEquals(seen.getFirst(), eventId(
            sealed(seal, sample().kinds(NoticeKind.WIN.bit()).expiryNs(NOW_NS + 5 * DAY_NS)), NoticeKind.WIN, found));
    }

    private String eventId(final String text, final NoticeKind kind, final NoticeToken found) {
        assertEquals(NoticeOutcome.ACCEPTED, opened(seal, text, kind, NOW_NS, found));
        final Key128 id = new Key128();
        seal.eventId(found, kind, id);
        assertFalse(id.isNone());
        return id.toString();
    }

    @Test
    void shouldNotShowTheCustomerOrThePrice() {
        final byte[] token = Base64.getUrlDecoder().decode(sealed(seal, sample()));
        final byte[] other = Base64.getUrlDecoder().decode(sealed(seal, sample().impOrdinal(301)));
        int same = 0;
        for (int i = 20; i < token.length; i++) {
            same += token[i] == other[i] ? 1 : 0;
        }
        assertTrue(same < 10, "one imp further, and " + same + " of 76 bytes are the same");
    }

    @Test
    void shouldSurviveAnyInput() {
        final Random random = new Random(11);
        final NoticeToken found = new NoticeToken();
        for (int i = 0; i < 50_000; i++) {
            final byte[] bytes = new byte[random.nextInt(4) == 0 ? random.nextInt(300) : NoticeSeal.TOKEN_LENGTH];
            random.nextBytes(bytes);
            if (random.nextBoolean()) {
                for (int at = 0; at < bytes.length; at++) {
                    bytes[at] = (byte) "ABCDwxyz0189-_".charAt(random.nextInt(14));
                }
            }
            assertNotEquals(NoticeOutcome.ACCEPTED,
                seal.open(new UnsafeBuffer(bytes), 0, bytes.length, NoticeKind.WIN, NOW_NS, found), () -> "seed 11");
        }
    }

    @Test
    void shouldAllocateNothing() {
        final NoticeToken state = sample();
        final NoticeToken found = new NoticeToken();
        final Key128 id = new Key128();
        final UnsafeBuffer text = new UnsafeBuffer(new byte[NoticeSeal.TOKEN_LENGTH]);
        final UnsafeBuffer forged = new UnsafeBuffer(new byte[NoticeSeal.TOKEN_LENGTH]);
        forged.setMemory(0, forged.capacity(), (byte) 'A');
        final long[] accepted = new long[1];
        assertEquals(0, AllocationProbe.bytesOf(() -> {
            accepted[0] = 0;
            for (int i = 0; i < 20_000; i++) {
                seal.seal(state.impOrdinal(i), text, 0);
                final NoticeOutcome outcome =
                    seal.open(text, 0, NoticeSeal.TOKEN_LENGTH, NoticeKind.BILL, NOW_NS, found);
                seal.eventId(found, NoticeKind.BILL, id);
                accepted[0] += outcome == NoticeOutcome.ACCEPTED ? 1 : 0;
                seal.open(forged, 0, NoticeSeal.TOKEN_LENGTH, NoticeKind.BILL, NOW_NS, found);
            }
        }));
        assertEquals(20_000, accepted[0]);
    }

    /** The mark is sealed like all else; what kinds the token is good for stays the same. */
    @Test
    void shouldMarkTheTokensOfTests() {
        final NoticeToken found = new NoticeToken();
        final String text = sealed(seal, sample().test(true).kinds(NoticeKind.IMP.bit()));
        assertEquals(NoticeOutcome.TEST, opened(seal, text, NoticeKind.IMP, NOW_NS, found));
        assertTrue(found.isTest());
        assertEquals(NoticeKind.IMP.bit(), found.kinds());
        assertEquals(NoticeOutcome.WRONG_KIND, opened(seal, text, NoticeKind.WIN, NOW_NS, found));
        assertEquals(NoticeOutcome.EXPIRED,
            opened(seal, text, NoticeKind.IMP, sample().expirySeconds() * 1_000_000_000L, found));
        assertEquals(NoticeOutcome.ACCEPTED,
            opened(seal, sealed(seal, sample().test(true).test(false)), NoticeKind.IMP, NOW_NS, found));
        assertFalse(found.isTest());
    }

    /** They are on their way when a server is upgraded; the events of both servers must be the same. */
    @Test
    void shouldOpenTokensOfVersionOneWithTheirEventIds() {
        final String old = "AR9jDWamBVflBWig3wBD-DE-vpZLh8KGvt7o6SYZyCvNqVS8rWTWqE4exAMB_sVB0QNORp55HZI0eVap"
            + "-cOPuigmmIYzHc9c_9QD0y0PCMq_FUu4IaBB0JMA";
        final NoticeToken found = new NoticeToken();
        assertEquals(NoticeOutcome.ACCEPTED, opened(seal, old, NoticeKind.WIN, NOW_NS, found));
        assertSame(sample().kinds(0x1f).bidCampaignMicros(0).shade(NoticeToken.NO_SHADE, false, 0, false), found);
        final Key128 id = new Key128();
        seal.eventId(found, NoticeKind.WIN, id);
        assertEquals("077c9e395322ed7663120d70296db910", id.toString());
        assertNotEquals(id.toString(), eventId(sealed(seal, sample()), NoticeKind.WIN, new NoticeToken()));
        for (int at = 0; at < old.length(); at++) {
            final char other = old.charAt(at) == 'A' ? 'B' : 'A';
            assertNotEquals(NoticeOutcome.ACCEPTED,
                opened(seal, old.substring(0, at) + other + old.substring(at + 1), NoticeKind.WIN, NOW_NS, found));
        }
    }

    /** A header alone makes no token of another version. */
    @Test
    void shouldNotTakeOneVersionForTheOther() {
        final NoticeToken found = new NoticeToken();
        final byte[] token = Base64.getUrlDecoder().decode(sealed(seal, sample()));
        token[0] = 1;
        final Base64.Encoder encoder = Base64.getUrlEncoder();
        assertEquals(NoticeOutcome.UNKNOWN_VERSION,
            opened(seal, encoder.encodeToString(token), NoticeKind.WIN, NOW_NS, found));
        assertEquals(NoticeOutcome.FORGED, opened(
            seal, encoder.encodeToString(Arrays.copyOf(token, 90)), NoticeKind.WIN, NOW_NS, found));
        token[0] = 2;
        assertEquals(NoticeOutcome.UNKNOWN_VERSION, opened(
            seal, encoder.encodeToString(Arrays.copyOf(token, 90)), NoticeKind.WIN, NOW_NS, found));
    }
}
