package io.opportune.engine.privacy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.iab.gpp.encoder.GppModel;
import com.iabtcf.decoder.TCString;
import com.iabtcf.utils.IntIterable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Random strings decode as IAB's own decoders have it. */
@Timeout(60)
class ConsentOracleTest {
    private static final long SEED = 4L;
    private static final int STRINGS = 3_000;
    private static final int VENDORS = 700;
    private static final Set<DecodeStatus> READABLE = EnumSet.of(DecodeStatus.VALID, DecodeStatus.OVERLONG,
        DecodeStatus.INCONSISTENT, DecodeStatus.UNKNOWN_SEGMENT, DecodeStatus.DUPLICATE_SEGMENT);

    private final Random random = new Random(SEED);
    private final TcfString tcf = new TcfString();
    private final GppString gpp = new GppString();

    private static UnsafeBuffer buffer(final String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.US_ASCII));
    }

    private int[] vendors() {
        return random.ints(random.nextInt(30), 1, VENDORS).distinct().toArray();
    }

    private int[] numbers(final int max) {
        return random.ints(random.nextInt(max), 1, max + 1).distinct().toArray();
    }

    private String randomTcString() {
        final TcStrings text = TcStrings.permissive().policyVersion(random.nextInt(64))
            .serviceSpecific(random.nextBoolean()).specialFeatures(numbers(12)).consents(numbers(24))
            .interests(numbers(24)).vendorConsents(vendors()).vendorInterests(vendors());
        for (int i = random.nextInt(5); i > 0; i--) {
            final int first = 1 + random.nextInt(VENDORS);
            text.restrict(1 + random.nextInt(24), random.nextInt(4), first, first + random.nextInt(50));
        }
        if (random.nextBoolean()) {
            text.disclosed(vendors());
        }
        if (random.nextInt(4) == 0) {
            text.allowed(vendors());
        }
        return text.build();
    }

    @Test
    void shouldDecodeRandomTcStringsAsAnotherDecoder() {
        for (int i = 0; i < STRINGS; i++) {
            assertSame(randomTcString(), true);
        }
    }

    /** Strings with a character changed are read alike where both read them; what is valid to us is to others. */
    @Test
    void shouldAgreeOnChangedTcStrings() {
        final List<String> seeds = ConsentVectors.strings("tcf-valid.jsonl");
        int both = 0;
        for (int i = 0; i < STRINGS; i++) {
            final StringBuilder text = new StringBuilder(seeds.get(random.nextInt(seeds.size())));
            text.setCharAt(random.nextInt(text.length()), "ABIQYaz019_-".charAt(random.nextInt(12)));
            both += assertSame(text.toString(), false) ? 1 : 0;
        }
        assertTrue(both > STRINGS / 4, "hardly any string was read by both: " + both);
    }

    private boolean assertSame(final String text, final boolean valid) {
        final DecodeStatus status = tcf.decode(buffer(text), 0, text.length());
        final TCString other;
        try {
            other = TCString.decode(text);
            if (other.getVersion() == 2) {
                other.getPubPurposesConsent();
            }
        } catch (final RuntimeException e) {
            assertNotEquals(DecodeStatus.VALID, status, text + " " + e);
            return false;
        }
        if (valid) {
            assertEquals(DecodeStatus.VALID, status, text);
        }
        if (!READABLE.contains(status) || other.getVersion() != 2) {
            return false;
        }
        assertEquals(other.getCreated().toEpochMilli(), tcf.createdMs(), text);
        assertEquals(other.getLastUpdated().toEpochMilli(), tcf.lastUpdatedMs(), text);
        assertEquals(other.getTcfPolicyVersion(), tcf.tcfPolicyVersion(), text);
        assertEquals(other.isServiceSpecific(), tcf.isServiceSpecific(), text);
        assertEquals(other.getPurposeOneTreatment(), tcf.purposeOneTreatment(), text);
        assertIds(other.getSpecialFeatureOptIns(), 12, tcf::specialFeatureOptIn, text);
        assertIds(other.getPurposesConsent(), 24, tcf::purposeConsent, text);
        assertIds(other.getPurposesLITransparency(), 24, tcf::purposeLegitimateInterest, text);
        assertIds(other.getVendorConsent(), VENDORS, tcf::vendorConsent, text);
        assertIds(other.getVendorLegitimateInterest(), VENDORS, tcf::vendorLegitimateInterest, text);
        assertIds(other.getDisclosedVendors(), VENDORS, tcf::vendorDisclosed, text);
        assertIds(other.getAllowedVendors(), VENDORS, tcf::vendorAllowed, text);
        final int vendor = 1 + random.nextInt(VENDORS);
        final int[] byType = new int[4];
        tcf.restrictionsOf(vendor, byType);
        for (int purpose = 1; purpose <= TcfString.MAX_PURPOSE; purpose++) {
            final int number = purpose;
            final int expected = other.getPublisherRestrictions().stream()
                .filter(restriction -> restriction.getPurposeId() == number &&
                    restriction.getVendorIds().contains(vendor))
                .mapToInt(restriction -> 1 << restriction.getRestrictionType().ordinal()).reduce(0, (a, b) -> a | b);
            assertEquals(expected, tcf.restrictions(purpose, vendor), text);
            for (int type = 0; type < 4; type++) {
                assertEquals(expected >> type & 1, byType[type] >> (purpose - 1) & 1, text);
            }
        }
        return true;
    }

    private static void assertIds(
        final IntIterable expected, final int max, final IntPredicate actual, final String text) {
        for (int id = 1; id <= max; id++) {
            assertEquals(expected.contains(id), actual.test(id), text);
        }
    }

    @Test
    void shouldDecodeRandomUsSectionsAsAnotherEncoderWroteThem() {
        for (int i = 0; i < STRINGS / 3; i++) {
            final Map<Integer, Map<UsField, Integer>> sections = new TreeMap<>();
            String text = "";
            for (int id = 7; id <= 22; id++) {
                if (random.nextInt(3) == 0) {
                    sections.put(id, randomValues(id));
                }
            }
            final Map<Integer, List<List<Integer>>> lists = new TreeMap<>();
            final GppModel model = new GppModel();
            for (final Map.Entry<Integer, Map<UsField, Integer>> section : sections.entrySet()) {
                final int id = section.getKey();
                final List<Integer> sensitive = randomList(UsLayout.of(id).sensitiveCount);
                final List<Integer> child = randomList(UsLayout.of(id).childCount);
                lists.put(id, List.of(sensitive, child));
                final String one = GppStrings.us(id, section.getValue(), sensitive, child, random.nextBoolean());
                model.decodeSection(id, one.split("~")[1]);
                text = model.encode();
            }
            if (!text.isEmpty()) {
                assertEquals(DecodeStatus.VALID, gpp.decode(buffer(text), 0, text.length()), text);
                assertEquals(sections.size(), gpp.sectionCount());
                assertSections(text, sections, lists);
            }
        }
    }

    private void assertSections(
        final String text, final Map<Integer, Map<UsField, Integer>> sections,
        final Map<Integer, List<List<Integer>>> lists) {
        final GppModel other = new GppModel(text);
        sections.forEach((id, values) -> {
            final UsSection section = gpp.us(id);
            assertEquals(DecodeStatus.VALID, section.status(), text);
            values.forEach((field, value) -> assertEquals(value, section.value(field), text + " " + field));
            for (int i = 1; i <= section.sensitiveDataCount(); i++) {
                assertEquals(lists.get(id).get(0).get(i - 1), section.sensitiveData(i), text);
            }
            for (int i = 1; i <= section.knownChildCount(); i++) {
                assertEquals(lists.get(id).get(1).get(i - 1), section.knownChild(i), text);
            }
            if (UsLayout.of(id).hasGpc) {
                assertEquals(other.getFieldValue(id, "Gpc"), section.gpc(), text);
            }
        });
        assertEquals(new ArrayList<>(sections.keySet()), other.getSectionIds());
    }

    private Map<UsField, Integer> randomValues(final int id) {
        final Map<UsField, Integer> values = GppStrings.permissive(id);
        values.replaceAll((field, value) -> random.nextInt(3));
        values.put(UsField.MSPA_COVERED_TRANSACTION, 1 + random.nextInt(2));
        values.put(UsField.MSPA_SERVICE_PROVIDER_MODE, random.nextInt(3));
        return values;
    }

    private List<Integer> randomList(final int count) {
        return random.ints(count, 0, 3).boxed().toList();
    }
}
