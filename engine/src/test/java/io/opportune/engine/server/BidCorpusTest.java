package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opportune.engine.counters.CounterDescriptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Requests as real adapters and exchanges write them, and files that try parsers, posted to a running server: never a
 * status that blames the server, and every response is what the specification's schema allows.
 */
@Timeout(120)
class BidCorpusTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private BidServer bidder;
    private ResponseSchema schema;
    private int bids;

    @BeforeEach
    void start() throws IOException {
        schema = new ResponseSchema();
        bidder = new BidServer(folder);
        bidder.start();
    }

    @AfterEach
    void stop() {
        if (bidder != null) {
            bidder.close();
        }
    }

    private BidServer.Answer post(final String exchange, final JsonNode request) throws IOException {
        final BidServer.Answer answer = bidder.post(exchange, JSON.writeValueAsString(request));
        if (answer.status() == 200) {
            bids += schema.check(request, answer.text());
        }
        return answer;
    }

    /** Whether a request has an id and an impression with an id and a form of ad. */
    private static boolean isUsable(final JsonNode request) {
        return !request.path("id").asText().isEmpty() && StreamSupport
            .stream(request.path("imp").spliterator(), false)
            .anyMatch(imp -> !imp.path("id").asText().isEmpty()
                && Stream.of("banner", "video", "audio", "native").anyMatch(form -> imp.path(form).isObject()));
    }

    @ParameterizedTest
    @CsvSource({
        "requests.jsonl,        3170",
        "invalid-requests.jsonl,  69",
        "captured-adx-2016.jsonl, 1000"})
    void shouldAnswerRealRequests(final String name, final int count) throws IOException {
        final List<String> lines = Files.readAllLines(ResponseSchema.shared("openrtb/" + name));
        assertEquals(count, lines.size());
        int unusable = 0;
        for (int i = 0; i < lines.size(); i++) {
            final JsonNode request = JSON.readTree(lines.get(i)).get("request");
            final int status = post(i % 2 == 0 ? "generic" : "prebid-server", request).status();
            final String where = name + ":" + (i + 1);
            // All are JSON, so that nothing is malformed; what cannot be used is no bid.
            assertTrue(status == 200 || status == 204, () -> where + ": " + status);
            unusable += isUsable(request) ? 0 : 1;
        }
        assertEquals(0, bidder.count(CounterDescriptor.BIDS_MALFORMED));
        assertEquals(0, bidder.count(CounterDescriptor.BIDS_NONE_TECHNICAL_ERROR));
        assertEquals(unusable, bidder.count(CounterDescriptor.BIDS_NONE_INVALID_REQUEST));
        assertEquals(bids, bidder.count(CounterDescriptor.BIDS_MADE));
        assertTrue(bids >= count / 20, name + ": " + bids + " bids");
        System.out.printf("%s: %d requests, %d responses with %d bids%n", name, count,
            bidder.count(CounterDescriptor.BIDS_RESPONSES), bids);
        bidder.assertNoErrors();
    }

    @Test
    void shouldAnswerFilesThatTryParsers() throws IOException {
        final List<Path> files;
        try (Stream<Path> found = Files.walk(ResponseSchema.shared("json-test-suite"))) {
            files = found.filter(file -> file.toString().endsWith(".json")).sorted().toList();
        }
        assertTrue(files.size() >= 318, files.size() + " files");
        for (final Path file : files) {
            final int status =
                bidder.post("generic", Files.readAllBytes(file), "application/json").status();
            final String name = file.getFileName().toString();
            // y: every parser accepts it, n: none does, i: as it likes.
            final Set<Integer> allowed = name.startsWith("y_") ? Set.of(204)
                : name.startsWith("n_") ? Set.of(400) : Set.of(204, 400);
            assertTrue(allowed.contains(status), name + ": " + status);
        }
        assertEquals(200, bidder.post("generic",
            "{\"id\":\"1\",\"imp\":[{\"id\":\"1\",\"banner\":{\"w\":300,\"h\":250}}]}").status());
        bidder.assertNoErrors();
    }

    @Test
    void shouldNeverFailForCutRequests() throws IOException {
        final List<String> lines = Files.readAllLines(ResponseSchema.shared("openrtb/captured-adx-2016.jsonl"));
        final byte[] body = JSON.readTree(lines.getFirst()).get("request").toString().getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < body.length; length++) {
            final byte[] cut = Arrays.copyOf(body, length);
            assertEquals(400, bidder.post("generic", cut, "application/json").status(), "cut to " + length);
            final int status = bidder.post("generic", cut, "application/x-protobuf").status();
            assertTrue(status == 400 || status == 204, () -> "as protobuf: " + status);
        }
        bidder.assertNoErrors();
    }
}
