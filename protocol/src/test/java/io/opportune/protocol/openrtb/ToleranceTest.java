package io.opportune.protocol.openrtb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.protocol.openrtb.request.BidRequest;
import io.opportune.protocol.openrtb.request.Imp;
import io.opportune.protocol.openrtb.request.ImpStatus;
import io.opportune.protocol.openrtb.request.NativeRequest;
import io.opportune.protocol.openrtb.request.ReadStatus;
import io.opportune.protocol.openrtb.request.RecordFlyweight;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is not as declared: what is clear is taken, what is not is passed over, what is no JSON is refused. */
class ToleranceTest {
    private static final long SEED = 20261122L;
    private static final String IMP = "\"imp\":[{\"id\":\"1\",\"banner\":{}}]";
    private final BidRequest request = new BidRequest(1 << 16, 4096);
    private final OpenRtbReader reader = new OpenRtbReader();

    private ReadStatus read(final String json) {
        final byte[] body = json.getBytes(StandardCharsets.UTF_8);
        request.begin();
        request.append(body, 0, body.length);
        return reader.readJson(request);
    }

    private Imp imp(final String fields) {
        assertEquals(ReadStatus.OK, read("{\"id\":\"r\",\"imp\":[{\"id\":\"1\",\"banner\":{}," + fields + "}]}"),
            () -> reader.errorText(request));
        return request.imp(0);
    }

    private String user(final String fields) {
        read("{\"id\":\"r\"," + IMP + ",\"user\":{" + fields + "}}");
        return request.string(request.user().consent());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", quoteCharacter = '`', value = {
        "1|1", "0|0", "-7|-7", "true|1", "false|0", "\"1\"|1", "\" 12 \"|12", "\"true\"|1", "1.0|1", "1e2|100",
        "[1]|1", "[\"1\",null]|1", "\"\\u0031\"|1",
        "null|none", "\"\"|none", "\"x\"|none", "1.5|none", "[1,2]|none", "[]|none", "{}|none", "2147483648|none",
        "\"1x\"|none", "\"01\"|none", "1e400|none", "[[1]]|none", "-2147483648|none",
    })
    void shouldReadAnIntegerWhereItIsClear(final String value, final Integer expected) {
        assertEquals(expected == null ? RecordFlyweight.ABSENT : expected, imp("\"secure\":" + value).secure());
        assertEquals(expected != null || value.equals("null") ? 0 : 1, request.ignoredCount());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "0.25|0.25", "\"0.25\"|0.25", "3|3", "[1.5]|1.5", "-1|-1", "true|0", "\"NaN\"|0", "1e999|0", "null|0", "{}|0",
    })
    void shouldReadADecimalWhereItIsClear(final String value, final double expected) {
        assertEquals(expected, imp("\"bidfloor\":" + value).bidfloor());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", quoteCharacter = '`', value = {
        "\"a\"|a", "70092|70092", "1.50|1.50", "true|true", "[\"a\"]|a", "\"\"|``", "[\"a\",\"b\"]|none", "{}|none",
        "null|none", "\"\\u00e9\\ud83d\\ude00\\n\\/\"|`é😀\n/`", "\"\\ud83d\"|\uFFFD",
        "\"\\ude00\\ud83dx\"|\uFFFD\uFFFDx",
        "\"é\"|é", "\"a\\\"b\\\\\"|a\"b\\",
    })
    void shouldReadATextWhereItIsClear(final String value, final String expected) {
        assertEquals(expected, request.string(imp("\"tagid\":" + value).tagid()));
    }

    @Test
    void shouldReadOneValueForAnArrayAndLeaveOutWhatIsUnclear() {
        read("{\"id\":\"r\",\"cur\":\"EUR\",\"bcat\":[13423,\"IAB1\",null,{},true]," + IMP + "}");
        assertEquals("EUR", request.string(request.cur(0)));
        assertEquals(3, request.bcatCount());
        assertEquals("13423", request.string(request.bcat(0)));
        assertEquals("true", request.string(request.bcat(2)));
        assertEquals(1, request.ignoredCount());
        final Imp imp = imp("\"video\":{\"api\":7,\"battr\":[\"1\",2.0,\"x\",null,3]}");
        assertEquals(7, imp.video().api(0));
        assertEquals(3, imp.video().battrCount());
        assertEquals(3, imp.video().battr(2));
    }

    @Test
    void shouldReadOneObjectForAnArrayAndAnArrayOfOneForAnObject() {
        assertEquals(ReadStatus.OK, read("{\"id\":\"r\",\"imp\":{\"id\":1,\"video\":[{\"w\":\"5\"}]}}"));
        assertEquals(1, request.impCount());
        assertEquals("1", request.string(request.imp(0).id()));
        assertEquals(5, request.imp(0).video().w());
        assertNull(imp("\"audio\":[{},{}]").audio());
        assertEquals(1, request.ignoredCount());
    }

    @Test
    void shouldHoldToTheLastOfEqualKeys() {
        assertEquals(2, imp("\"secure\":1,\"secure\":2").secure());
        assertEquals(RecordFlyweight.ABSENT, imp("\"secure\":1,\"secure\":null").secure());
        assertEquals(RecordFlyweight.ABSENT, imp("\"secure\":1,\"secure\":{}").secure());
        assertEquals(3, imp("\"banner\":{\"w\":2},\"banner\":{\"h\":3}").banner().h());
        assertEquals(RecordFlyweight.ABSENT, request.imp(0).banner().w());
        assertEquals(4, imp("\"s\\u0065cure\":4").secure());
    }

    @Test
    void shouldCompareTexts() {
        final Imp imp = imp("\"tagid\":\"a\\u0062\"");
        assertTrue(request.textEquals(imp.tagid(), new byte[] {'a', 'b'}));
        assertFalse(request.textEquals(imp.tagid(), new byte[] {'a', 'c'}));
        assertFalse(request.textEquals(imp.tagid(), new byte[] {'a'}));
        assertFalse(request.textEquals(imp.displaymanager(), new byte[0]), "not given is not empty");
    }

    @Test
    void shouldPreferTheDeclaredPlace() {
        assertEquals("new", user("\"consent\":\"new\",\"ext\":{\"consent\":\"old\"}"));
        assertEquals("new", user("\"ext\":{\"consent\":\"old\"},\"consent\":\"new\""));
        assertEquals("old", user("\"ext\":{\"consent\":\"old\"}"));
        assertEquals("old", user("\"ext\":{\"consent\":\"old\"},\"consent\":null"));
        assertEquals("old", user("\"consent\":null,\"ext\":{\"consent\":\"old\"}"));
        assertNull(user("\"ext\":{\"consent\":\"old\",\"consent\":null}"));
        assertEquals("last", user("\"ext\":{\"consent\":\"old\"},\"ext\":{\"consent\":\"last\"}"));
        user("\"ext\":{\"eids\":[{\"source\":\"s\",\"uids\":[{\"id\":\"u\"}]}]}");
        assertEquals("u", request.string(request.user().eids(0).uids(0).id()));
    }

    @Test
    void shouldReadTheOldPlacesOfRegulations() {
        read("{\"id\":\"r\"," + IMP + ",\"regs\":{\"ext\":{\"gdpr\":1,\"us_privacy\":\"1YNN\",\"gpp\":\"g\","
            + "\"gpp_sid\":[7,8],\"gpc\":\"1\",\"dsa\":{\"dsarequired\":2,"
            + "\"transparency\":[{\"domain\":\"d\",\"dsaparams\":[1,2]}]}}}}");
        assertEquals(1, request.regs().gdpr());
        assertEquals("1YNN", request.string(request.regs().usPrivacy()));
        assertEquals("g", request.string(request.regs().gpp()));
        assertEquals(8, request.regs().gppSid(1));
        assertEquals("1", request.string(request.regs().extGpc()));
        assertEquals(2, request.regs().extDsa().transparency(0).dsaparams(1));
        assertTrue(request.string(request.regs().ext()).startsWith("{\"gdpr\":1,"));
    }

    @Test
    void shouldReadTheOldPlacesOfRewardAndSupplyChain() {
        assertEquals(1, imp("\"video\":{\"ext\":{\"rewarded\":1}}").rwdd());
        assertEquals(1, imp("\"ext\":{\"prebid\":{\"is_rewarded_inventory\":1}}").rwdd());
        assertEquals(0, imp("\"rwdd\":0,\"ext\":{\"prebid\":{\"is_rewarded_inventory\":1}}").rwdd());
        assertEquals(3, imp("\"video\":{\"protocol\":3}").video().protocols(0));
        read("{\"id\":\"r\"," + IMP
            + ",\"source\":{\"ext\":{\"schain\":{\"complete\":1,\"nodes\":[{\"asi\":\"a\"}]}}}}");
        assertEquals("a", request.string(request.supplyChain().nodes(0).asi()));
        read("{\"id\":\"r\"," + IMP + ",\"ext\":{\"schain\":{\"ver\":\"1.0\"}}}");
        assertEquals("1.0", request.string(request.supplyChain().ver()));
    }

    @Test
    void shouldReadTheNativeRequestInItsText() {
        final String text = "{\\\"ver\\\":\\\"1.2\\\",\\\"assets\\\":[{\\\"id\\\":1,\\\"required\\\":1,\\\"title\\\":{"
            + "\\\"len\\\":90}},{\\\"id\\\":2,\\\"img\\\":{\\\"type\\\":3,\\\"w\\\":\\\"\\\\u0036\\\"}}]}";
        assertNative(imp("\"native\":{\"request\":\"" + text + "\"}"));
        assertNative(imp("\"native\":{\"request\":\"{\\\"native\\\":" + text + "}\"}"));
        assertNative(imp("\"native\":{\"request\":" + text.replace("\\\"", "\"").replace("\\\\", "\\") + "}"));
    }

    private void assertNative(final Imp imp) {
        final NativeRequest found = imp.nativeAd().requestNative();
        assertNotNull(found);
        assertEquals("1.2", request.string(found.ver()));
        assertEquals(2, found.assetsCount());
        assertEquals(90, found.assets(0).title().len());
        assertNull(found.assets(0).img());
        assertEquals(6, found.assets(1).img().w());
        assertEquals(1, found.plcmtcnt());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"\"\"", "\"{\"", "\"{}x\"", "\"[]\"", "7", "\"{\\\"a\"",
        "\"{\\\"ver\\\":\\\"1\\\"\"", "[]", "\"null\""})
    void shouldKeepTheRequestWhenItsNativeRequestIsMalformed(final String value) {
        final Imp imp = imp("\"native\":{\"request\":" + value + ",\"ver\":\"1.1\"}");
        assertNull(imp.nativeAd().requestNative());
        assertEquals("1.1", request.string(imp.nativeAd().ver()));
        assertEquals(1, request.ignoredCount());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "``|EMPTY_BODY", "` \n`|EMPTY_BODY", "[]|NOT_AN_OBJECT", "null|NOT_AN_OBJECT", "{}|MISSING_ID",
        "{\"id\":\"\",\"imp\":[{}]}|MISSING_ID", "{\"id\":\"1\"}|NO_IMP", "{\"id\":\"1\",\"imp\":[null,7]}|NO_IMP",
        "{\"id\":\"1\",\"imp\":[{}]}|NO_USABLE_IMP", "{\"id\":1,\"imp\":{\"id\":2,\"native\":{}}}|OK",
        "{\"id\":\"1\"|TRUNCATED", "{\"id\":\"1|TRUNCATED", "{\"at\":tru|TRUNCATED", "{\"at\":-|TRUNCATED",
        "{\"id\":\"1\",}|MALFORMED", "{\"at\":01}|MALFORMED", "{'id':1}|MALFORMED", "{\"id\":\"1\"}}|MALFORMED",
        "{\"id\":\"1\"} x|MALFORMED", "{\"x\":\"\\q\"}|MALFORMED", "{\"at\":nul}|MALFORMED", "\uFEFF{}|MISSING_ID",
    })
    void shouldSayWhatIsWrong(final String body, final ReadStatus expected) {
        assertEquals(expected, read(body), () -> reader.errorText(request));
    }

    @Test
    void shouldSayWhereItIsWrong() {
        read("{\"id\":\"1\",\"at\":}");
        assertEquals(15, reader.errorOffset());
        assertEquals("malformed: at byte 15 found '}', allowed is a value", reader.errorText(request));
        read("{\"id\":\"1\" \"at\":1}");
        assertEquals("malformed: at byte 10 found '\"', allowed is , or }", reader.errorText(request));
        read("{\"id\":\"1\n\"}");
        assertEquals("malformed: at byte 8 found the byte 0x0A, allowed is no control character within a text",
            reader.errorText(request));
        read("{\"id\":");
        assertEquals("it ends too early: at byte 6 found the end, allowed is a value", reader.errorText(request));
    }

    @Test
    void shouldStopAtTheLimitOfTheArena() {
        assertEquals(ReadStatus.TOO_MANY_VALUES, read("{\"id\":\"r\",\"imp\":[" + "{},".repeat(1000) + "{}]}"));
        assertEquals(ReadStatus.TOO_MANY_VALUES, read("{\"id\":\"r\",\"bcat\":[" + "1,".repeat(5000) + "1]}"));
        assertEquals(0, request.impCount());
        assertEquals(ReadStatus.OK, read("{\"id\":\"r\"," + IMP + "}"));
    }

    @Test
    void shouldTellWhichImpIsUsable() {
        assertEquals(ReadStatus.OK, read("{\"id\":\"r\",\"imp\":[{\"banner\":{}},{\"id\":\"a\"},"
            + "{\"id\":\"a\",\"video\":{}},"
            + "{\"id\":\"ab\",\"audio\":{}},{\"id\":\"\",\"native\":{}},{\"id\":\"b\",\"native\":{}}]}"));
        assertEquals(ImpStatus.MISSING_ID, request.imp(0).status());
        assertEquals(ImpStatus.NO_MEDIA, request.imp(1).status());
        assertEquals(ImpStatus.DUPLICATE_ID, request.imp(2).status());
        assertEquals(ImpStatus.USABLE, request.imp(3).status());
        assertEquals(ImpStatus.MISSING_ID, request.imp(4).status());
        assertEquals(ImpStatus.USABLE, request.imp(5).status());
    }

    /** Ids in the table of many imps are found again as when each is compared with each. */
    @Test
    void shouldFindTheSameIdsAgainAmongFewAndMany() {
        final BidRequest many = new BidRequest();
        final SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 60; round++) {
            final int count = 1 + random.nextInt(round % 3 == 0 ? 1_200 : 40);
            final Set<String> seen = new HashSet<>();
            final List<ImpStatus> expected = new ArrayList<>();
            final StringBuilder body = new StringBuilder("{\"id\":\"r\",\"imp\":[");
            for (int i = 0; i < count; i++) {
                final String id = "imp-of-one-page-".substring(random.nextInt(3) * 8) + random.nextInt(count)
                    + (random.nextInt(20) == 0 ? "/" : "");
                final boolean media = random.nextInt(8) != 0;
                final boolean named = random.nextInt(8) != 0;
                expected.add(!named ? ImpStatus.MISSING_ID : !media ? ImpStatus.NO_MEDIA
                    : seen.contains(id) ? ImpStatus.DUPLICATE_ID : ImpStatus.USABLE);
                if (named) {
                    seen.add(id);
                }
                body.append(i == 0 ? "{" : ",{").append(named ? "\"id\":\"" + id + "\"," : "")
                    .append(media ? "\"banner\":{}}" : "\"tagid\":\"t\"}");
            }
            final byte[] bytes = body.append("]}").toString().getBytes(StandardCharsets.UTF_8);
            many.begin();
            many.append(bytes, 0, bytes.length);
            reader.readJson(many);
            final List<ImpStatus> found = new ArrayList<>();
            for (int i = 0; i < many.impCount(); i++) {
                found.add(many.imp(i).status());
            }
            assertEquals(expected, found, "seed " + SEED + ", round " + round);
        }
    }

    @Test
    void shouldGiveBackWhatALongRequestHasTaken() {
        final BidRequest one = new BidRequest();
        final long newBytes = one.sizeBytes();
        final byte[] body = ("{\"id\":\"r\",\"imp\":["
            + "{\"id\":\"1\",\"banner\":{}},".repeat(1_000) + "{\"id\":\"\\u0032\",\"banner\":{}}]}")
            .getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 2; round++) {
            one.begin();
            one.append(body, 0, body.length);
            assertEquals(ReadStatus.OK, reader.readJson(one));
            assertEquals(ImpStatus.DUPLICATE_ID, one.imp(999).status());
            assertEquals("2", one.string(one.imp(1_000).id()));
            assertTrue(one.sizeBytes() > newBytes + 3 * body.length, () -> one.sizeBytes() + " bytes");
            assertTrue(newBytes < 16_000, () -> newBytes + " bytes");
            one.shrink();
            assertEquals(newBytes, one.sizeBytes());
            assertEquals(0, one.impCount());
            assertEquals(0, one.bodyLengthBytes());
        }
    }
}
