package io.opportune.protocol.openrtb;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opportune.protocol.openrtb.request.BidRequest;
import io.opportune.protocol.openrtb.request.ReadStatus;
import io.opportune.protocol.openrtb.request.ReadStatus.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever bytes come in: nothing is thrown, the same is read however they are cut, and JSON is valid exactly where
 * Jackson says so.
 *
 * <p>{@code mvn verify} fuzzes for one minute, coverage-guided (Jazzer), in a JVM of its own;
 * {@code -Djazzer.fuzz=0} only tries the seeds. For ten minutes:
 * <pre>
 *   JAZZER_FUZZ=1 mvn -pl protocol test -Dtest='OpenRtbReaderFuzzTest#shouldWithstandAnyBytesForTenMinutes' \
 *       -Dexcluded.test.tags=none -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 * What it learns is kept in {@code .cifuzz-corpus} and used by the next run; an input that fails is written to
 * {@code src/test/resources} beside this class's package, where ordinary runs try it again.
 */
class OpenRtbReaderFuzzTest {
    private static final ObjectMapper JACKSON =
        new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final BidRequest WHOLE = new BidRequest(1 << 16, 1 << 14);
    private static final BidRequest PIECES = new BidRequest(1 << 16, 1 << 14);
    private static final OpenRtbReader READER = new OpenRtbReader();
    private static final String BYTE_ORDER_MARK =
        new String("\uFEFF".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "1m")
    void shouldWithstandAnyBytes(final byte[] input) {
        check(input);
    }

    @Tag("slow")
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void shouldWithstandAnyBytesForTenMinutes(final byte[] input) {
        check(input);
    }

    /** The first byte says where the body is cut, and whether it is read as protobuf. */
    private static void check(final byte[] input) {
        if (input.length == 0) {
            return;
        }
        final byte[] body = Arrays.copyOfRange(input, 1, input.length);
        final boolean protobuf = input[0] < 0;
        final int cut = (input[0] & 0x7F) % (body.length + 1);
        final ReadStatus status = read(WHOLE, body, 0, protobuf);
        final Map<String, Object> tree = RequestTree.of(WHOLE, true);
        final ReadStatus statusInPieces = read(PIECES, body, cut, protobuf);
        if (status != statusInPieces || !tree.equals(RequestTree.of(PIECES, true))) {
            throw new AssertionError("in one piece " + status + " " + tree + ", in pieces " + statusInPieces + " "
                + RequestTree.of(PIECES, true));
        }
        if (status.outcome() == Outcome.MALFORMED && READER.errorOffset() > body.length) {
            throw new AssertionError("error at byte " + READER.errorOffset() + " of " + body.length);
        }
        if (!protobuf && status != ReadStatus.TOO_DEEP && status != ReadStatus.TOO_MANY_VALUES) {
            compareWithJackson(body, status);
        }
    }

    private static ReadStatus read(final BidRequest request, final byte[] body, final int cut, final boolean protobuf) {
        request.begin();
        request.append(body, 0, cut);
        request.append(body, cut, body.length - cut);
        return protobuf ? READER.readProtobuf(request) : READER.readJson(request);
    }

    private static void compareWithJackson(final byte[] body, final ReadStatus status) {
        // As a string, because Jackson would take bytes for UTF-16 or refuse what is no UTF-8 within a text. One
        // character for each byte, because Jackson looks at the lower half only of what stands for a hexadecimal digit.
        String text = new String(body, StandardCharsets.ISO_8859_1);
        if (text.startsWith(BYTE_ORDER_MARK)) {
            text = text.substring(BYTE_ORDER_MARK.length());
        }
        JsonNode expected = null;
        try {
            expected = JACKSON.readTree(text);
        } catch (final JsonProcessingException e) {
            // Malformed: stays null. Jackson also refuses numbers of a thousand digits, which JSON allows.
            if (e.getMessage().contains("exceeds the maximum")) {
                return;
            }
        }
        final boolean valid = expected != null && !expected.isMissingNode();
        if (valid != (status.outcome() != Outcome.MALFORMED)) {
            throw new AssertionError(status + " where Jackson " + (valid ? "reads " + expected : "refuses"));
        }
        if (valid && expected.isObject() == (status == ReadStatus.NOT_AN_OBJECT)) {
            throw new AssertionError(status + " for " + expected);
        }
    }

    static Stream<byte[]> seeds() {
        final List<String> json = List.of(
            "{\"id\":\"r\",\"imp\":[{\"id\":\"1\",\"banner\":{\"w\":300,\"h\":250,\"format\":[{\"w\":1}]},"
                + "\"bidfloor\":0.25}]}",
            "{\"id\":\"\\u00e9\\ud83d\\ude00\",\"imp\":[{\"id\":1,\"native\":"
                + "{\"request\":\"{\\\"ver\\\":\\\"1.2\\\"}\"}}]}",
            "{\"user\":{\"ext\":{\"consent\":\"C\",\"eids\":[{\"source\":\"s\",\"uids\":[{\"id\":\"u\"}]}]}},"
                + "\"cur\":\"EUR\"}",
            "{\"imp\":{\"video\":[{\"mimes\":\"video/mp4\",\"protocol\":2,\"ext\":{\"rewarded\":true}}]},"
                + "\"tmax\":\"100\"}",
            "{\"unknown\":[null,true,false,-1.5e-3,\"\\n\",{\"a\":{}}],"
                + "\"device\":{\"geo\":{\"lat\":52.5,\"lon\":1e400}}}",
            "{\"id\":\"\\u00e\u0463\"}",
            "[]", " null ", "\uFEFF{\"at\":1}", "{\"bcat\":[1,\"IAB1\",null,[]],\"regs\":{\"coppa\":1}}");
        final byte[] protobuf = {10, 1, 'r', 18, 10, 10, 1, '1', 18, 5, 8, 5, 16, 6, 24, 56, 1, 0x5A, 3, 'E', 'U', 'R'};
        return Stream.concat(json.stream().map(text -> withHead(5, text.getBytes(StandardCharsets.UTF_8))),
            Stream.of(withHead(0x85, protobuf)));
    }

    private static byte[] withHead(final int head, final byte[] body) {
        final byte[] input = new byte[1 + body.length];
        input[0] = (byte) head;
        System.arraycopy(body, 0, input, 1, body.length);
        return input;
    }
}
