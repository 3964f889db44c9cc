package io.opportune.loadtest.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HttpLoadTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long PLENTY_NS = 5_000 * MS;

    private record Requests(long timeNs, List<String> bodies) implements HttpLoadSource {
        @Override
        public int count() {
            return bodies.size();
        }

        @Override
        public byte[] request(final int index) {
            return AnsweringServer.request(bodies.get(index));
        }

        @Override
        public long timeNs(final int index) {
            return timeNs + index;
        }
    }

    private static HttpTally run(
        final int connections, final int depth, final double rate, final long timeNs, final String... bodies)
        throws IOException {
        try (AnsweringServer server = new AnsweringServer()) {
            return new HttpLoad(new HttpLoadSettings(server.port(), connections, depth, rate, 0, 300 * MS, PLENTY_NS),
                new Requests(timeNs, List.of(bodies))).run();
        }
    }

    @Test
    void shouldCountEveryAnswerOnceByTheTimeOfItsRequest() throws IOException {
        final HttpTally tally = run(3, 4, 0, PLENTY_NS, AnsweringServer.OK, AnsweringServer.NONE, AnsweringServer.OK,
            AnsweringServer.BROKEN);
        assertTrue(tally.sent() > 20, () -> "sent " + tally.sent());
        assertEquals(tally.sent(), tally.ok() + tally.none() + tally.other());
        assertEquals(0, tally.unanswered());
        assertEquals(3 * tally.ok(), tally.bodyBytes());
        assertEquals(4, tally.classes().size());
        for (int i = 0; i < 4; i++) {
            final HttpTally.ByTime ofTime = tally.classes().get(i);
            assertEquals(PLENTY_NS + i, ofTime.timeNs());
            assertEquals(i == 0 || i == 2, ofTime.ok() > 0);
            assertEquals(i == 1, ofTime.none() > 0);
            assertEquals(0, ofTime.lateOk() + ofTime.lateNone());
        }
        assertEquals(tally.sent(), tally.fromSend().getTotalCount());
        assertTrue(tally.late().isEmpty());
    }

    @Test
    void shouldTellWhichAnswersAreLateFromTheirActualSend() throws IOException {
        final HttpTally tally = run(1, 1, 0, 10 * MS, AnsweringServer.SLOW, AnsweringServer.SLOW);
        final long late = tally.classes().stream().mapToLong(HttpTally.ByTime::lateNone).sum();
        assertTrue(late > 0 && late == tally.none(), () -> late + " of " + tally.none());
        assertEquals(late, tally.late().size());
        for (final HttpTally.Late each : tally.late()) {
            assertTrue(each.answeredNs() - each.sentNs() >= AnsweringServer.SLOW_MS * MS, each::toString);
            assertEquals(204, each.status());
        }
        assertEquals(0, tally.lateOk());
    }

    @Test
    void shouldKeepItsRateWhateverTheServerDoesAndSayWhatFoundNoRoom() throws IOException {
        final HttpTally kept = run(4, 8, 500, PLENTY_NS, AnsweringServer.NONE);
        assertEquals(150, kept.sent());
        assertEquals(0, kept.unsent());
        assertEquals(150, kept.sendDelay().getTotalCount());
        final HttpTally held = run(1, 1, 500, PLENTY_NS, AnsweringServer.SLOW);
        assertTrue(held.heldBack() > 0 && held.unsent() > 0, () -> held.heldBack() + " " + held.unsent());
        assertEquals(150, held.sent() + held.unsent());
        // What waits for room is late by its schedule and not by its send.
        assertTrue(held.fromIntended().getMaxValue() > held.fromSend().getMaxValue());
    }

    @Test
    void shouldSayThatAConnectionWasLost() {
        final IOException lost =
            assertThrows(IOException.class, () -> run(1, 2, 0, PLENTY_NS, AnsweringServer.GONE));
        assertTrue(lost.getMessage() != null, lost::toString);
    }
}
