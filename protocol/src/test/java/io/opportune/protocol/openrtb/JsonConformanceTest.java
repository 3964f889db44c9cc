package io.opportune.protocol.openrtb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.protocol.openrtb.request.BidRequest;
import io.opportune.protocol.openrtb.request.ReadStatus;
import io.opportune.protocol.openrtb.request.ReadStatus.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The files of JSON Parsing Test Suite, by themselves and as the value of fields of each kind and of none. */
class JsonConformanceTest {
    private static final long SEED = 20261122L;
    private static final List<String> PLACES =
        List.of("unknown", "ext", "id", "at", "bcat", "cur", "imp", "site", "user\":{\"ext\":{\"consent");
    private final BidRequest request = new BidRequest();
    private final OpenRtbReader reader = new OpenRtbReader();

    private Outcome outcome(final byte[]... pieces) {
        request.begin();
        for (final byte[] piece : pieces) {
            request.append(piece, 0, piece.length);
        }
        return reader.readJson(request).outcome();
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(OpenRtbFiles.path("json-test-suite/test_parsing"))) {
            return files.sorted().toList();
        }
    }

    private static boolean isRight(final String name, final Outcome outcome) {
        final boolean malformed = outcome == Outcome.MALFORMED;
        return name.startsWith("y_") ? !malformed : !name.startsWith("n_") || malformed;
    }

    @Test
    void shouldAcceptAndRefuseWhatTheSuiteSays() throws IOException {
        final List<String> wrong = new ArrayList<>();
        for (final Path file : files()) {
            final String name = file.getFileName().toString();
            final Outcome outcome = outcome(Files.readAllBytes(file));
            if (!isRight(name, outcome)) {
                wrong.add(name + " " + reader.errorText(request));
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(files().size() > 300);
    }

    @Test
    void shouldAcceptAndRefuseTheSameInEachField() throws IOException {
        final List<String> wrong = new ArrayList<>();
        for (final Path file : files()) {
            final String name = file.getFileName().toString();
            final byte[] content = Files.readAllBytes(file);
            // What is malformed only because more follows, or ends, is another thing inside an object.
            if (isRight(name, outcome(content)) && !name.startsWith("n_structure_")
                && !name.equals("n_object_trailing_comment_slash_open.json")) {
                for (final String place : PLACES) {
                    final byte[] head = ("{\"" + place + "\":").getBytes(StandardCharsets.US_ASCII);
                    final String tail = place.contains("{") ? "}}}" : "}";
                    final Outcome inside = outcome(head, content, tail.getBytes(StandardCharsets.US_ASCII));
                    if (!isRight(name, inside)) {
                        wrong.add(name + " in " + place + ": " + reader.errorText(request));
                    }
                }
            }
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    void shouldRefuseDepthBeyondTheLimitAndAcceptTheLimit() {
        assertEquals(Outcome.UNUSABLE, outcome(nested(OpenRtbReader.DEFAULT_MAX_DEPTH)));
        assertEquals(ReadStatus.NOT_AN_OBJECT, request.status());
        assertEquals(Outcome.UNUSABLE, outcome(nested(OpenRtbReader.DEFAULT_MAX_DEPTH + 1)));
        assertEquals(ReadStatus.TOO_DEEP, request.status());
        assertEquals(Outcome.UNUSABLE, outcome(nested(30_000)));
        assertEquals(ReadStatus.TOO_DEEP, request.status());
    }

    @Test
    void shouldTellJsonThatIsTooDeepFromWhatIsNoJson() {
        final SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 300; round++) {
            final StringBuilder head = new StringBuilder("{\"id\":\"r\",\"at\":");
            final StringBuilder tail = new StringBuilder("}");
            final int depth = OpenRtbReader.DEFAULT_MAX_DEPTH + random.nextInt(200);
            for (int i = 0; i < depth; i++) {
                switch (random.nextInt(4)) {
                    case 0 -> {
                        head.append("[1, {}, [ ],");
                        tail.insert(0, " ,\"]\"]");
                    }
                    case 1 -> {
                        head.append("{\"a\" : [] ,\"b}\":");
                        tail.insert(0, ",\"c\":-1.5e3}");
                    }
                    case 2 -> {
                        head.append("[");
                        tail.insert(0, "]");
                    }
                    default -> {
                        head.append("{\"d\":");
                        tail.insert(0, " }");
                    }
                }
            }
            head.append("{\"e\":");
            tail.insert(0, "}");
            final String whole = head + "true" + tail;
            assertEquals(Outcome.UNUSABLE, outcome(bytes(whole)), whole);
            assertEquals(ReadStatus.TOO_DEEP, request.status());
            assertEquals(Outcome.MALFORMED, outcome(bytes(whole + "]")), whole);
            final int cut = random.nextInt(whole.length() - tail.length(), whole.length());
            assertEquals(Outcome.MALFORMED, outcome(bytes(whole.substring(0, cut))), whole);
            assertEquals(ReadStatus.TRUNCATED, request.status());
            for (final String wrong
                : new String[] {"}", "]", ",", ":", "tru", "01", "\"\\x\"", "[}", "{]", "{,}", ""}) {
                assertEquals(Outcome.MALFORMED, outcome(bytes(head + wrong + tail)), head + wrong + tail);
            }
        }
    }

    /** An array in place of a value counts as deep as any other. */
    @Test
    void shouldCountAnArrayInPlaceOfAValueAsOthers() {
        for (final String key : new String[] {"at", "unknown", "cur", "site"}) {
            for (int arrays = 1; arrays <= OpenRtbReader.DEFAULT_MAX_DEPTH; arrays++) {
                final String body = "{\"" + key + "\":" + "[".repeat(arrays) + "]".repeat(arrays) + "}";
                outcome(bytes(body));
                assertEquals(arrays < OpenRtbReader.DEFAULT_MAX_DEPTH ? ReadStatus.MISSING_ID : ReadStatus.TOO_DEEP,
                    request.status(), key + " " + arrays);
            }
        }
    }

    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] nested(final int depth) {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes("[".repeat(depth).getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes("]".repeat(depth).getBytes(StandardCharsets.US_ASCII));
        return bytes.toByteArray();
    }
}
