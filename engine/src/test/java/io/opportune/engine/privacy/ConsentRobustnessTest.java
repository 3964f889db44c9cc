package io.opportune.engine.privacy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.iabtcf.decoder.TCString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever a string holds, decoding it ends, throws nothing, reads nothing beyond it, and invents no permission. */
@Timeout(60)
class ConsentRobustnessTest {
    private static final long SEED = 20_261_122L;
    /** A string's 8,192 characters at 60 ns each: a look-up that goes through all for each would take longer. */
    private static final long MOST_NS = 500_000;
    private static final int MUTATIONS = 60_000;
    private static final int BEFORE = 5;
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private final Random random = new Random(SEED);
    private final TcfString tcf = new TcfString();
    private final GppString gpp = new GppString();
    private final UsPrivacyString usPrivacy = new UsPrivacyString();
    private final PrivacySignals signals = new PrivacySignals();
    private final PrivacyDecision decision = new PrivacyDecision();
    private final PrivacyGate gate = new PrivacyGate(PrivacySettings.builder().vendorId(TcStrings.VENDOR)
        .legitimateInterestFor(2, 7, 8, 9, 10).globalScopeAccepted(true).cache(0, 1).build());

    private static List<String> seeds() {
        final List<String> seeds = new ArrayList<>();
        seeds.add(TcStrings.permissive().build());
        seeds.add(TcStrings.permissive().disclosed(10, TcStrings.VENDOR).restrict(4, 0, 1, 9).build());
        seeds.add(TcStrings.permissive().interests(2, 7).vendorInterests(1, TcStrings.VENDOR).build());
        seeds.add(GppStrings.withHeader(new int[] {2, 5, 6, 7}, TcStrings.permissive().build(),
            TcStrings.permissive().buildCanada(), "1YNN",
            GppStrings.us(7, GppStrings.permissive(7)).split("~")[1]));
        for (int id = 7; id <= 22; id++) {
            seeds.add(GppStrings.us(id, GppStrings.permissive(id)));
        }
        return seeds;
    }

    private static List<String> allStrings() {
        final List<String> strings = new ArrayList<>(seeds());
        strings.addAll(ConsentVectors.strings("tcf-valid.jsonl"));
        strings.addAll(ConsentVectors.strings("tcf-invalid.jsonl"));
        strings.addAll(ConsentVectors.strings("gpp-valid.jsonl"));
        strings.addAll(ConsentVectors.strings("usprivacy.jsonl"));
        return strings;
    }

    /** Flips bits of characters, cuts, doubles and inserts; mostly stays in the alphabet so that much is decoded. */
    private String mutate(final String seed) {
        final StringBuilder text = new StringBuilder(seed);
        for (int i = random.nextInt(4); i >= 0 && !text.isEmpty(); i--) {
            final int at = random.nextInt(text.length());
            switch (random.nextInt(8)) {
                case 0 -> text.setLength(at);
                case 1 -> text.deleteCharAt(at);
                case 2 -> text.insert(at, ALPHABET.charAt(random.nextInt(64)));
                case 3 -> text.setCharAt(at, (char) (text.charAt(at) ^ 1 << random.nextInt(8)));
                case 4 -> text.insert(at, ".~=\u0000\u00ff".charAt(random.nextInt(5)));
                default -> {
                    final int value = ALPHABET.indexOf(text.charAt(at));
                    text.setCharAt(at, ALPHABET.charAt((Math.max(0, value) ^ 1 << random.nextInt(6)) & 63));
                }
            }
        }
        return text.toString();
    }

    /** A buffer that ends with the string, so that one byte too many throws. */
    private static UnsafeBuffer atTheEnd(final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        final byte[] all = new byte[BEFORE + bytes.length];
        System.arraycopy(bytes, 0, all, BEFORE, bytes.length);
        return new UnsafeBuffer(all);
    }

    private void decodeAll(final String text) {
        final UnsafeBuffer buffer = atTheEnd(text);
        assertEquals(tcf.decode(buffer, BEFORE, text.length()), tcf.status());
        assertEquals(gpp.decode(buffer, BEFORE, text.length()), gpp.status());
        assertEquals(usPrivacy.decode(buffer, BEFORE, text.length()), usPrivacy.status());
        final int vendor = random.nextInt(70_000) - 10;
        tcf.restrictions(random.nextInt(64), vendor);
        if (tcf.vendorConsent(vendor) || tcf.vendorLegitimateInterest(vendor) || tcf.vendorDisclosed(vendor)) {
            assertTrue(vendor >= 0 && vendor <= 65_535);
        }
    }

    @Test
    void shouldSurviveMutations() {
        final List<String> seeds = allStrings();
        for (int i = 0; i < MUTATIONS; i++) {
            decodeAll(mutate(seeds.get(random.nextInt(seeds.size()))));
        }
    }

    @Test
    void shouldSurviveEveryTruncation() {
        for (final String seed : allStrings()) {
            for (int length = 0; length < seed.length(); length++) {
                decodeAll(seed.substring(0, length));
            }
        }
    }

    @Test
    void shouldSurviveStringsThatAreMadeToBeSlow() {
        decodeAll("C" + "_".repeat(TcfString.MAX_LENGTH - 1));
        decodeAll("C" + "A".repeat(TcfString.MAX_LENGTH - 1));
        decodeAll("." + ".".repeat(TcfString.MAX_LENGTH - 1));
        decodeAll("D" + "~".repeat(GppString.MAX_LENGTH - 1));
        decodeAll("DBP_" + "_".repeat(200));
        final String tooLong = "C".repeat(GppString.MAX_LENGTH + 1);
        decodeAll(tooLong);
        assertEquals(DecodeStatus.TOO_LONG, tcf.status());
        assertEquals(DecodeStatus.TOO_LONG, gpp.status());
    }

    /** Valid strings as long as any that is looked at, with as many ranges as fit, none of which is about us. */
    @Test
    void shouldDecideSoonByTheLongestStrings() {
        final TcStrings oneByOne = TcStrings.permissive().policyVersion(2);
        final TcStrings allInOne = TcStrings.permissive().policyVersion(2).restrictMany(4, 0, 1_001, 2_800);
        for (int i = 0; i < 880; i++) {
            oneByOne.restrict(1 + i % 24, 0, 1_000 + 2 * i, 1_000 + 2 * i);
        }
        final TcStrings product = TcStrings.permissive().policyVersion(2);
        for (int purpose = 1; purpose <= 24; purpose++) {
            product.restrictMany(purpose, 0, 1_001, 110);
        }
        final TcStrings ours = TcStrings.permissive().policyVersion(2).restrictMany(4, 0, 284, 2_800);
        assertPermitsSoon(oneByOne, true);
        assertPermitsSoon(allInOne, true);
        assertPermitsSoon(product, true);
        assertPermitsSoon(ours, false);
    }

    private void assertPermitsSoon(final TcStrings strings, final boolean permitted) {
        final String text = strings.build();
        assertTrue(text.length() > TcfString.MAX_LENGTH * 9 / 10 && text.length() <= TcfString.MAX_LENGTH,
            () -> text.length() + " characters");
        assertEquals(DecodeStatus.VALID, tcf.decode(atTheEnd(text), BEFORE, text.length()));
        final UnsafeBuffer buffer = atTheEnd(text);
        final PrivacyGate forgetful = new PrivacyGate(
            PrivacySettings.builder().vendorId(TcStrings.VENDOR).cache(0, 1).build());
        long leastNs = Long.MAX_VALUE;
        for (int i = 0; i < 200; i++) {
            final long startNs = System.nanoTime();
            forgetful.evaluate(signals.reset().gdpr(1).consent(buffer, BEFORE, text.length()), decision);
            leastNs = Math.min(leastNs, System.nanoTime() - startNs);
            assertEquals(permitted, decision.permits(PrivacyAction.READ_PROFILE));
        }
        assertTrue(leastNs < MOST_NS, "took " + leastNs + " ns");
    }

    private void evaluateEurope(final String text) {
        gate.evaluate(signals.reset().gdpr(1).consent(atTheEnd(text), BEFORE, text.length()), decision);
    }

    @Test
    void shouldPermitNothingByInvalidStrings() {
        for (final String text : ConsentVectors.strings("tcf-invalid.jsonl")) {
            evaluateEurope(text);
            assertEquals(0, decision.permitted(), text);
            gate.evaluate(signals.reset().gdpr(0).addSectionId(2)
                .gpp(atTheEnd("DBABM~" + text), BEFORE, text.length() + 6), decision);
            assertEquals(0, decision.permitted(), text);
        }
    }

    /** Each permission that a mutated string seems to give is also found by IAB's decoder. */
    @Test
    void shouldPermitOnlyWhatAnotherDecoderFinds() {
        final List<String> seeds = seeds().subList(0, 3);
        int permitted = 0;
        int denied = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            final String text = mutate(seeds.get(random.nextInt(seeds.size())));
            evaluateEurope(text);
            if (decision.permits(PrivacyAction.READ_PROFILE)) {
                permitted++;
                final TCString other = TCString.decode(text);
                assertEquals(2, other.getVersion(), text);
                assertTrue(other.getVendorConsent().contains(TcStrings.VENDOR), text);
                assertTrue(other.getPurposesConsent().containsAll(1, 4), text);
                assertFalse(other.getPublisherRestrictions().stream().anyMatch(restriction ->
                    (restriction.getPurposeId() == 1 || restriction.getPurposeId() == 4) &&
                    restriction.getRestrictionType().ordinal() != 1 &&
                    restriction.getVendorIds().contains(TcStrings.VENDOR)), text);
            } else {
                denied++;
            }
        }
        assertTrue(permitted > MUTATIONS / 20, () -> "hardly any string permitted, seed " + SEED);
        assertTrue(denied > MUTATIONS / 20, () -> "hardly any string denied, seed " + SEED);
    }

    /** Cutting characters off can only take permissions away. */
    @Test
    void shouldPermitNothingMoreByTruncation() {
        for (final String seed : seeds()) {
            final boolean europe = seed.charAt(0) == 'C';
            for (int length = 0; length < seed.length(); length++) {
                final String text = seed.substring(0, length);
                // Without its segment of disclosed vendors a string is another, whole string.
                if (europe && seed.indexOf('.') < 0) {
                    evaluateEurope(text);
                    if (decision.permitted() != 0) {
                        // Only padding was cut off.
                        assertEquals("A".repeat(seed.length() - length), seed.substring(length), text);
                    }
                } else if (!europe && length > 0) {
                    gate.evaluate(signals.reset().gdpr(0).addSectionId(7).addSectionId(22)
                        .gpp(atTheEnd(text), BEFORE, length), decision);
                    assertEquals(0, decision.permitted(), text);
                }
            }
        }
    }
}
