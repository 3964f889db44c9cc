package io.opportune.protocol.openrtb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.opportune.protocol.openrtb.OpenRtbFiles.Row;
import io.opportune.protocol.openrtb.request.BidRequest;
import io.opportune.protocol.openrtb.request.ReadStatus;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests as adapters and exchanges write them are read, and each declared path says what Jackson says. */
class OpenRtbCorpusTest {
    private final BidRequest request = new BidRequest();
    private final OpenRtbReader reader = new OpenRtbReader();

    private ReadStatus read(final byte[] body) {
        request.begin();
        request.append(body, 0, body.length);
        return reader.readJson(request);
    }

    @Test
    void shouldReadEveryRequestOfTheSchema() throws Exception {
        final List<String> unread = new ArrayList<>();
        int count = 0;
        for (final Row row : OpenRtbFiles.rows("requests.jsonl")) {
            if (row.isSchema26()) {
                count++;
                if (read(row.body()) != (bidIsPossible(row.request()) ? ReadStatus.OK : ReadStatus.NO_USABLE_IMP)) {
                    unread.add(row + ": " + reader.errorText(request));
                }
            }
        }
        assertTrue(count > 2000, () -> "only a few rows");
        assertEquals(List.of(), unread);
    }

    /** Some rows show that an adapter gets along with an imp without any medium. */
    private static boolean bidIsPossible(final JsonNode request) {
        for (final JsonNode imp : request.path("imp")) {
            if (!imp.path("id").asText("").isEmpty()
                && (imp.has("banner") || imp.has("video") || imp.has("audio") || imp.has("native"))) {
                return true;
            }
        }
        return false;
    }

    @Test
    void shouldSayAtEachDeclaredPathWhatJacksonSays() throws Exception {
        final JacksonOracle oracle = new JacksonOracle();
        assertEquals(672, oracle.pathCount());
        final List<String> differences = new ArrayList<>();
        int count = 0;
        for (final String file : List.of("requests.jsonl", "captured-adx-2016.jsonl", "invalid-requests.jsonl")) {
            for (final Row row : OpenRtbFiles.rows(file)) {
                if (!row.request().isObject()) {
                    continue;
                }
                final ReadStatus status = read(row.body());
                assertTrue(status.outcome() == ReadStatus.Outcome.READ
                    || status.outcome() == ReadStatus.Outcome.UNUSABLE, () -> row + ": " + reader.errorText(request));
                try {
                    oracle.compare(request, row.request());
                    count++;
                } catch (final AssertionError e) {
                    differences.add(row + ": " + e.getMessage());
                }
            }
        }
        assertEquals(List.of(), differences.stream().limit(20).toList(), differences.size() + " rows differ");
        assertTrue(count > 4000);
        assertTrue(oracle.comparisonCount() > 300_000, "only " + oracle.comparisonCount() + " comparisons");
    }

    @Test
    void shouldReadSomethingAtEachDeclaredPath() throws Exception {
        final ObjectNode full = FullRequest.create();
        assertEquals(ReadStatus.OK, read(OpenRtbFiles.JACKSON.writeValueAsBytes(full)));
        assertEquals("imp[].video.podid", request.string(request.imp(1).video().podid()).replaceAll("\\d+$", ""));
        assertEquals(2, request.app().content().data(1).segmentCount());
        // The native request's text is no JSON here.
        assertEquals(2, request.ignoredCount());
        new JacksonOracle().compare(request, full);
    }

    @Test
    void shouldReadTheCapturedRequests() {
        for (final Row row : OpenRtbFiles.rows("captured-adx-2016.jsonl")) {
            assertEquals(ReadStatus.OK, read(row.body()), () -> row + ": " + reader.errorText(request));
            assertEquals(0, request.ignoredCount(), row::toString);
        }
    }

    @Test
    void shouldTellUnusableFromMalformed() {
        for (final Row row : OpenRtbFiles.rows("invalid-requests.jsonl")) {
            final ReadStatus status = read(row.body());
            assertTrue(status.outcome() == ReadStatus.Outcome.READ
                || status.outcome() == ReadStatus.Outcome.UNUSABLE, () -> row + ": " + status);
            final boolean hasId = row.request().path("id").asText("").length() > 0;
            final boolean hasImp = row.request().path("imp").size() > 0;
            if (row.request().isObject()) {
                assertEquals(!hasId, status == ReadStatus.MISSING_ID, row::toString);
                assertEquals(hasId && !hasImp, status == ReadStatus.NO_IMP, row::toString);
            }
        }
    }
}
