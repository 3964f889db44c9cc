package io.opportune.engine.privacy;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of the published vectors decodes to what it says, field by field. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsentVectorTest {
    private static final int BEFORE = 3;
    private static final int BEYOND = 80;
    /** Some vectors hold what the decoder that made them skips; other decoders refuse such strings. */
    private static final Set<DecodeStatus> READABLE = EnumSet.of(DecodeStatus.VALID, DecodeStatus.OVERLONG,
        DecodeStatus.INCONSISTENT, DecodeStatus.UNKNOWN_SEGMENT, DecodeStatus.DUPLICATE_SEGMENT);
    private static final List<String> RESTRICTIONS =
        List.of("NOT_ALLOWED", "REQUIRE_CONSENT", "REQUIRE_LEGITIMATE_INTEREST", "UNDEFINED");

    private final TcfString tcf = new TcfString();
    private final GppString gpp = new GppString();
    private final UsPrivacyString usPrivacy = new UsPrivacyString();

    List<JsonNode> validTcf() {
        return ConsentVectors.rows("tcf-valid.jsonl");
    }

    List<JsonNode> invalidTcf() {
        return ConsentVectors.rows("tcf-invalid.jsonl");
    }

    List<JsonNode> validGpp() {
        return ConsentVectors.rows("gpp-valid.jsonl");
    }

    List<JsonNode> usPrivacyStrings() {
        return ConsentVectors.rows("usprivacy.jsonl");
    }

    @ParameterizedTest
    @MethodSource("validTcf")
    void shouldDecodeATcString(final JsonNode row) {
        final String text = row.get("string").asText();
        final DecodeStatus status = tcf.decode(ConsentVectors.surrounded(text, BEFORE), BEFORE, text.length());
        if (row.get("agree_java_js").asBoolean()) {
            assertEquals(DecodeStatus.VALID, status);
        } else {
            assertTrue(READABLE.contains(status), status.name());
        }
        final List<Executable> checks = new ArrayList<>();
        row.get("expected").properties().forEach(field ->
            checks.add(() -> assertTcfField(field.getKey(), field.getValue())));
        assertTrue(checks.size() >= 10);
        assertAll(text, checks);
    }

    private void assertTcfField(final String name, final JsonNode expected) {
        switch (name) {
            case "version" -> assertEquals(expected.asInt(), tcf.version());
            case "created" -> assertEquals(expected.asLong(), tcf.createdMs());
            case "lastUpdated" -> assertEquals(expected.asLong(), tcf.lastUpdatedMs());
            case "cmpId" -> assertEquals(expected.asInt(), tcf.cmpId());
            case "cmpVersion" -> assertEquals(expected.asInt(), tcf.cmpVersion());
            case "consentScreen" -> assertEquals(expected.asInt(), tcf.consentScreen());
            case "consentLanguage" -> assertEquals(expected.asText(), language(tcf));
            case "vendorListVersion" -> assertEquals(expected.asInt(), tcf.vendorListVersion());
            case "tcfPolicyVersion" -> assertEquals(expected.asInt(), tcf.tcfPolicyVersion());
            case "isServiceSpecific" -> assertEquals(expected.asBoolean(), tcf.isServiceSpecific());
            case "useNonStandardStacks" -> assertEquals(expected.asBoolean(), tcf.useNonStandardStacks());
            case "specialFeatureOptIns" -> assertIds(name, expected, tcf::specialFeatureOptIn);
            case "purposesConsent" -> assertIds(name, expected, tcf::purposeConsent);
            case "purposesLITransparency" -> assertIds(name, expected, tcf::purposeLegitimateInterest);
            case "purposeOneTreatment" -> assertEquals(expected.asBoolean(), tcf.purposeOneTreatment());
            case "publisherCC" -> assertEquals(expected.asText(), country(tcf));
            case "vendorConsent" -> assertIds(name, expected, tcf::vendorConsent);
            case "vendorLegitimateInterest" -> assertIds(name, expected, tcf::vendorLegitimateInterest);
            case "disclosedVendors" -> assertIds(name, expected, tcf::vendorDisclosed);
            case "allowedVendors" -> assertIds(name, expected, tcf::vendorAllowed);
            case "pubPurposesConsent" -> assertIds(name, expected, tcf::publisherPurposeConsent);
            case "pubPurposesLITransparency" -> assertIds(name, expected, tcf::publisherPurposeLegitimateInterest);
            case "customPurposesConsent" -> assertIds(name, expected, tcf::customPurposeConsent);
            case "customPurposesLITransparency" -> assertIds(name, expected, tcf::customPurposeLegitimateInterest);
            case "publisherRestrictions" -> assertRestrictions(expected);
            default -> throw new AssertionError("A field that nothing compares: " + name);
        }
    }

    private static String language(final TcfString string) {
        return "" + string.consentLanguage(0) + string.consentLanguage(1);
    }

    private static String country(final TcfString string) {
        return "" + string.publisherCountry(0) + string.publisherCountry(1);
    }

    private static void assertIds(final String name, final JsonNode expected, final IntPredicate actual) {
        final Set<Integer> ids = new TreeSet<>();
        expected.forEach(id -> ids.add(id.asInt()));
        final Set<Integer> found = new TreeSet<>();
        final int last = ids.isEmpty() ? BEYOND : ids.stream().mapToInt(id -> id).max().getAsInt() + BEYOND;
        for (int id = -1; id <= last; id++) {
            if (actual.test(id)) {
                found.add(id);
            }
        }
        assertEquals(ids, found, name);
        assertFalse(actual.test(65_535) && !ids.contains(65_535), name);
    }

    private void assertRestrictions(final JsonNode expected) {
        final Map<String, Integer> types = new TreeMap<>();
        int lastVendor = 0;
        for (final JsonNode restriction : expected) {
            for (final JsonNode vendor : restriction.get("vendors")) {
                types.merge(restriction.get("purpose").asInt() + " for " + vendor.asInt(),
                    1 << RESTRICTIONS.indexOf(restriction.get("type").asText()), (a, b) -> a | b);
                lastVendor = Math.max(lastVendor, vendor.asInt());
            }
        }
        final Map<String, Integer> found = new TreeMap<>();
        for (int purpose = 0; purpose < 64; purpose++) {
            for (int vendor = 1; vendor <= lastVendor + BEYOND; vendor++) {
                final int restrictions = tcf.restrictions(purpose, vendor);
                if (restrictions != 0) {
                    found.put(purpose + " for " + vendor, restrictions);
                }
            }
        }
        assertEquals(types, found);
        assertEquals(expected.size(), tcf.restrictionCount());
    }

    @ParameterizedTest
    @MethodSource("invalidTcf")
    void shouldRefuseAnInvalidTcString(final JsonNode row) {
        final String text = row.get("string").asText();
        final DecodeStatus status = tcf.decode(ConsentVectors.surrounded(text, BEFORE), BEFORE, text.length());
        assertNotEquals(DecodeStatus.VALID, status);
        assertEquals(status, tcf.status());
        for (int id = 0; id < 2_000; id++) {
            assertFalse(tcf.vendorConsent(id) || tcf.vendorLegitimateInterest(id) || tcf.purposeConsent(id) ||
                tcf.purposeLegitimateInterest(id) || tcf.specialFeatureOptIn(id));
        }
    }

    @ParameterizedTest
    @MethodSource("validGpp")
    void shouldDecodeAGppString(final JsonNode row) {
        final String text = row.get("string").asText();
        final DecodeStatus status = gpp.decode(ConsentVectors.surrounded(text, BEFORE), BEFORE, text.length());
        assertTrue(READABLE.contains(status), status.name());
        final List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < gpp.sectionCount(); i++) {
            // Neither the withdrawn TCF v1 nor Minnesota is a section of the decoder that made the vectors.
            if (gpp.sectionId(i) != GppString.TCF_EU_V1 && gpp.sectionId(i) < UsLayout.USMN.sectionId) {
                ids.add(gpp.sectionId(i));
            }
        }
        final List<Integer> expectedIds = new ArrayList<>();
        row.get("sectionIds").forEach(id -> expectedIds.add(id.asInt()));
        assertEquals(expectedIds, ids);
        final List<Executable> checks = new ArrayList<>();
        row.get("expected").properties().forEach(section ->
            checks.add(() -> assertSection(section.getKey(), section.getValue())));
        assertEquals(ids.size(), checks.size());
        assertAll(text, checks);
    }

    private void assertSection(final String name, final JsonNode expected) {
        final List<Executable> checks = new ArrayList<>();
        switch (name) {
            case "tcfeuv2" -> {
                assertCoreStatus(gpp.tcfEu().status(), expected);
                expected.properties().forEach(field -> checks.add(() ->
                    assertGppTcfField(gpp.tcfEu(), field.getKey(), field.getValue())));
            }
            case "tcfcav1" -> {
                assertCoreStatus(gpp.tcfCanada().status(), expected);
                expected.properties().forEach(field -> checks.add(() ->
                    assertGppTcfField(gpp.tcfCanada(), field.getKey(), field.getValue())));
            }
            case "uspv1" -> {
                assertEquals(DecodeStatus.VALID, gpp.usPrivacy().status());
                expected.properties().forEach(field -> checks.add(() ->
                    assertUspField(field.getKey(), field.getValue().asText())));
            }
            default -> {
                final UsSection section = gpp.us(UsLayout.valueOf(name.toUpperCase(Locale.ROOT)).sectionId);
                // The newest version of the national section is 2, that of each state's is 1.
                if (expected.path("Version").asInt() > (name.equals("usnat") ? 2 : 1)) {
                    assertTrue(Set.of(DecodeStatus.UNSUPPORTED_VERSION, DecodeStatus.OVERLONG)
                        .contains(section.status()), section.status().name());
                } else {
                    assertCoreStatus(section.status(), expected);
                }
                expected.properties().forEach(field -> checks.add(() ->
                    assertUsField(section, field.getKey(), field.getValue())));
            }
        }
        assertAll(name, checks);
    }

    /** A core segment that the other decoder could not read is stated without its fields. */
    private static void assertCoreStatus(final DecodeStatus status, final JsonNode expected) {
        assertEquals(expected.has("Version"), READABLE.contains(status), status.name());
    }

    private void assertUspField(final String name, final String expected) {
        switch (name) {
            case "Version" -> assertEquals("1", expected);
            case "Notice" -> assertEquals(expected, "" + gpp.usPrivacy().notice());
            case "OptOutSale" -> assertEquals(expected, "" + gpp.usPrivacy().optOutSale());
            case "LspaCovered" -> assertEquals(expected, "" + gpp.usPrivacy().lspaCovered());
            default -> throw new AssertionError("A field that nothing compares: " + name);
        }
    }

    private static void assertUsField(final UsSection section, final String name, final JsonNode expected) {
        switch (name) {
            case "GpcSegmentType" -> assertEquals(1, expected.asInt());
            case "GpcSegmentIncluded" -> assertEquals(expected.asBoolean(), section.gpcSegmentIncluded());
            case "Gpc" -> assertEquals(expected.asBoolean(), section.gpc());
            case "SensitiveDataProcessing" -> {
                assertEquals(expected.size(), section.sensitiveDataCount());
                for (int i = 0; i < expected.size(); i++) {
                    assertEquals(expected.get(i).asInt(), section.sensitiveData(i + 1), name + " " + i);
                }
            }
            case "KnownChildSensitiveDataConsents" -> {
                assertEquals(expected.isArray() ? expected.size() : 1, section.knownChildCount());
                for (int i = 0; i < section.knownChildCount(); i++) {
                    final JsonNode element = expected.isArray() ? expected.get(i) : expected;
                    assertEquals(element.asInt(), section.knownChild(i + 1), name + " " + i);
                }
            }
            default -> assertEquals(expected.asInt(), section.value(UsField.valueOf(constant(name))), name);
        }
    }

    private static String constant(final String name) {
        // Iowa's name of the same notice.
        return name.equals("SensitiveDataOptOutNotice") ? UsField.SENSITIVE_DATA_PROCESSING_OPT_OUT_NOTICE.name()
            : name.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
    }

    private static void assertGppTcfField(final TcfString section, final String name, final JsonNode expected) {
        switch (name) {
            case "Version" -> assertEquals(expected.asInt(), section.version());
            case "Created" -> assertEquals(instant(expected), Instant.ofEpochMilli(section.createdMs()));
            case "LastUpdated" -> assertEquals(instant(expected), Instant.ofEpochMilli(section.lastUpdatedMs()));
            case "CmpId" -> assertEquals(expected.asInt(), section.cmpId());
            case "CmpVersion" -> assertEquals(expected.asInt(), section.cmpVersion());
            case "ConsentScreen" -> assertEquals(expected.asInt(), section.consentScreen());
            case "ConsentLanguage" -> assertEquals(expected.asText(), language(section));
            case "VendorListVersion" -> assertEquals(expected.asInt(), section.vendorListVersion());
            case "PolicyVersion", "TcfPolicyVersion" ->
                assertEquals(expected.asInt(), section.tcfPolicyVersion());
            case "IsServiceSpecific" -> assertEquals(expected.asBoolean(), section.isServiceSpecific());
            case "UseNonStandardStacks" -> assertEquals(expected.asBoolean(), section.useNonStandardStacks());
            case "PurposeOneTreatment" -> assertEquals(expected.asBoolean(), section.purposeOneTreatment());
            case "PublisherCountryCode" -> assertEquals(expected.asText(), country(section));
            case "SpecialFeatureOptins", "SpecialFeatureExpressConsent" ->
                assertFlags(name, expected, section::specialFeatureOptIn);
            case "PurposeConsents", "PurposesExpressConsent" -> assertFlags(name, expected, section::purposeConsent);
            case "PurposeLegitimateInterests", "PurposesImpliedConsent" ->
                assertFlags(name, expected, section::purposeLegitimateInterest);
            case "VendorConsents", "VendorExpressConsent" -> assertIds(name, expected, section::vendorConsent);
            case "VendorLegitimateInterests", "VendorImpliedConsent" ->
                assertIds(name, expected, section::vendorLegitimateInterest);
            case "VendorsDisclosed", "DisclosedVendors" -> assertIds(name, expected, section::vendorDisclosed);
            case "VendorsAllowed" -> assertIds(name, expected, section::vendorAllowed);
            case "PublisherRestrictions", "PubRestrictions" -> {
                // No vector has one; those of TC strings are compared by vendor.
                assertEquals(0, expected.size(), name);
                assertEquals(0, section.restrictionCount());
            }
            case "PublisherConsents", "PubPurposesExpressConsent" ->
                assertFlags(name, expected, section::publisherPurposeConsent);
            case "PublisherLegitimateInterests", "PubPurposesImpliedConsent" ->
                assertFlags(name, expected, section::publisherPurposeLegitimateInterest);
            case "NumCustomPurposes" -> assertEquals(expected.asInt(), section.customPurposeCount());
            case "PublisherCustomConsents", "CustomPurposesExpressConsent" ->
                assertFlags(name, expected, section::customPurposeConsent);
            case "PublisherCustomLegitimateInterests", "CustomPurposesImpliedConsent" ->
                assertFlags(name, expected, section::customPurposeLegitimateInterest);
            case "VendorsDisclosedSegmentType", "DisclosedVendorsSegmentType" ->
                assertEquals(expected.asInt(), TcfString.SEGMENT_DISCLOSED_VENDORS);
            case "VendorsAllowedSegmentType" -> assertEquals(expected.asInt(), TcfString.SEGMENT_ALLOWED_VENDORS);
            case "PublisherPurposesSegmentType", "PubPurposesSegmentType" ->
                assertEquals(expected.asInt(), TcfString.SEGMENT_PUBLISHER_TC);
            default -> throw new AssertionError("A field that nothing compares: " + name);
        }
    }

    private static Instant instant(final JsonNode time) {
        return ZonedDateTime.parse(time.asText()).toInstant();
    }

    private static void assertFlags(final String name, final JsonNode expected, final IntPredicate actual) {
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i).asBoolean(), actual.test(i + 1), name + " " + (i + 1));
        }
        assertFalse(actual.test(0) || actual.test(expected.size() + 1), name);
    }

    @ParameterizedTest
    @MethodSource("usPrivacyStrings")
    void shouldDecodeAUsPrivacyString(final JsonNode row) {
        final String text = row.get("string").asText();
        final DecodeStatus status = usPrivacy.decode(ConsentVectors.surrounded(text, BEFORE), BEFORE, text.length());
        assertEquals(row.get("valid").asBoolean(), status == DecodeStatus.VALID, status.name());
        if (row.get("valid").asBoolean()) {
            assertEquals(row.get("notice").asText(), "" + usPrivacy.notice());
            assertEquals(row.get("optOutSale").asText(), "" + usPrivacy.optOutSale());
            assertEquals(row.get("lspa").asText(), "" + usPrivacy.lspaCovered());
        }
    }

    @Test
    void shouldHaveAllRows() {
        assertTrue(validTcf().size() >= 100);
        assertTrue(invalidTcf().size() >= 24);
        assertTrue(validGpp().size() >= 27);
        assertTrue(usPrivacyStrings().size() >= 12);
    }
}
