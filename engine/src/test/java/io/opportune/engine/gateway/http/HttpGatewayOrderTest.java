package io.opportune.engine.gateway.http;

import static io.opportune.engine.gateway.http.RawClient.post;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.gateway.GatewayTransport;
import io.opportune.engine.gateway.http.RawClient.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When answers leave, and in which order: pipelining, deadlines, limits, the ways back. */
@Timeout(60)
class HttpGatewayOrderTest {
    private static String held(final String body) {
        return post("hold", body);
    }

    /** Answers what is held, in the order given, by the way back that the mode asks for. */
    private static void answer(final HttpHarness harness, final List<StubExchangeHandler.Seen> held,
        final boolean inline) {
        for (final StubExchangeHandler.Seen request : held) {
            final Runnable answer = () -> harness.handler().answer(request.key(), "to " + request.body());
            if (inline) {
                harness.handler().tasks.add(answer);
            } else {
                answer.run();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldAnswerInTheOrderOfRequestsWhateverTheOrderOfAnswers(final boolean inline) throws IOException {
        final long seed = new Random().nextLong();
        final Random random = new Random(seed);
        try (HttpHarness harness = new HttpHarness(settings -> settings.inline(inline));
            RawClient client = harness.connect()) {
            for (int run = 0; run < 50; run++) {
                harness.handler().seen.clear();
                final StringBuilder requests = new StringBuilder();
                for (int i = 0; i < 20; i++) {
                    requests.append(i % 7 == 3 ? post("echo", "at once " + i) : held("request " + i));
                }
                client.send(requests.toString());
                HttpHarness.await("20 requests", () -> harness.handler().seen.size() == 20);
                final List<StubExchangeHandler.Seen> held = new ArrayList<>(harness.handler().seen.stream()
                    .filter(seen -> seen.parameter().equals("hold")).toList());
                Collections.shuffle(held, random);
                answer(harness, held, inline);
                for (int i = 0; i < 20; i++) {
                    final String expected = i % 7 == 3 ? "at once " + i : "to request " + i;
                    assertEquals(expected, client.read().text(), "seed " + seed + " run " + run);
                }
            }
            assertEquals(0, harness.counters.answersDropped().get());
            assertEquals(List.of(), harness.failures);
        }
    }

    @Test
    void shouldAnswer204ByItselfWithinTheMillisecondBeforeTheDeadline() throws IOException {
        try (HttpHarness harness = HttpHarness.start(); RawClient client = harness.connect()) {
            final List<Long> earlyNs = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                final long sentNs = System.nanoTime();
                assertEquals(204, client.send(post("deadline?20", "{}", "x-openrtb-version: 2.6")).read().status());
                earlyNs.add(sentNs + 20_000_000 - System.nanoTime());
            }
            assertEquals(50, harness.counters.answersExpired().get());
            Collections.sort(earlyNs);
            // This machine may pause: the middle of them tells what the wheel does.
            assertTrue(earlyNs.get(25) > -500_000 && earlyNs.get(25) < 2_500_000, "early by ns " + earlyNs);
        }
    }

    @Test
    void shouldDropAnAnswerThatComesAfterItsDeadlineOrTwice() throws IOException {
        try (HttpHarness harness = HttpHarness.start(); RawClient client = harness.connect()) {
            assertEquals(204, client.send(post("deadline?5", "late")).read().status());
            final StubExchangeHandler.Seen late = harness.handler().seen.poll();
            client.send(held("next"));
            HttpHarness.await("the next request", () -> !harness.handler().seen.isEmpty());
            final StubExchangeHandler.Seen next = harness.handler().seen.poll();
            answer(harness, List.of(late, next, next), true);
            assertEquals("to next", client.read().text());
            HttpHarness.await("dropped answers", () -> harness.counters.answersDropped().get() == 2);
            assertTrue(client.isSilent());
        }
    }

    @Test
    void shouldAnswerAfterTheDefaultTimeoutWhateverHappensToThoseBehind() throws IOException {
        try (HttpHarness harness = new HttpHarness(settings -> settings.answerTimeoutNs(50_000_000));
            RawClient client = harness.connect()) {
            client.send(held("1") + post("echo", "2") + "broken\r\n\r\n");
            assertEquals(204, client.read().status());
            assertEquals("2", client.read().text());
            assertEquals(400, client.read().status());
            client.assertClosed();
        }
    }

    @ParameterizedTest
    @EnumSource(value = GatewayTransport.class, names = {"EPOLL", "NIO"})
    void shouldReadNoMoreThanTheLimitInFlightAndGoOnLater(final GatewayTransport transport) throws IOException {
        try (HttpHarness harness = new HttpHarness(transport, settings -> settings.inFlightLimit(4));
            RawClient client = harness.connect()) {
            final StringBuilder requests = new StringBuilder();
            for (int i = 0; i < 100; i++) {
                requests.append(held("request " + i));
            }
            client.send(requests.toString()).finish();
            for (int i = 0; i < 100; i++) {
                HttpHarness.await("another request", () -> !harness.handler().seen.isEmpty());
                assertTrue(harness.handler().seen.size() <= 4);
                answer(harness, List.of(harness.handler().seen.poll()), true);
                assertEquals("to request " + i, client.read().text());
            }
            client.assertClosed();
            assertEquals(List.of(), harness.failures);
        }
    }

    @ParameterizedTest
    @EnumSource(value = GatewayTransport.class, names = {"EPOLL", "NIO"})
    void shouldReadARequestCutAtEveryByte(final GatewayTransport transport) throws IOException {
        final byte[] request = (post("echo", "{\"id\":\"1\"}")
            + "POST /openrtb2/bid/echo HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "2\r\n{}\r\n3\r\n[1]\r\n0\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        try (HttpHarness harness = new HttpHarness(transport, settings -> settings);
            RawClient client = harness.connect()) {
            for (int cut = 1; cut < request.length; cut++) {
                final long readBytes = (cut - 1L) * request.length + cut;
                client.send(Arrays.copyOf(request, cut));
                HttpHarness.await("the first piece", () -> harness.counters.bytesRead().get() == readBytes);
                client.send(Arrays.copyOfRange(request, cut, request.length));
                assertEquals("{\"id\":\"1\"}", client.read().text());
                assertEquals("{}[1]", client.read().text());
            }
            // And every byte on its own.
            for (final byte b : request) {
                client.send(new byte[] {b});
            }
            assertEquals("{\"id\":\"1\"}", client.read().text());
            assertEquals("{}[1]", client.read().text());
        }
    }

    @ParameterizedTest
    @EnumSource(value = GatewayTransport.class, names = {"EPOLL", "NIO"})
    void shouldAnswerLaterAClientThatHasEndedItsSide(final GatewayTransport transport) throws Exception {
        try (HttpHarness harness = new HttpHarness(transport, settings -> settings);
            RawClient client = harness.connect()) {
            client.send(held("a") + held("b")).finish();
            HttpHarness.await("both requests", () -> harness.handler().seen.size() == 2);
            Thread.sleep(100);
            answer(harness, List.of(harness.handler().seen.poll()), true);
            assertEquals("to a", client.read().text());
            Thread.sleep(100);
            answer(harness, List.of(harness.handler().seen.poll()), true);
            final Answer last = client.read();
            assertEquals("to b", last.text());
            assertTrue(last.closes());
            client.assertClosed();
        }
    }

    @Test
    void shouldInviteABodyOnlyBehindTheAnswersBeforeIt() throws IOException {
        try (HttpHarness harness = HttpHarness.start(); RawClient client = harness.connect()) {
            client.send(held("1") + "POST /openrtb2/bid/echo HTTP/1.1\r\nHost: b\r\nExpect: 100-continue\r\n"
                + "Content-Length: 2\r\n\r\n");
            HttpHarness.await("the first request", () -> !harness.handler().seen.isEmpty());
            answer(harness, List.of(harness.handler().seen.poll()), true);
            assertEquals("to 1", client.read().text());
            assertEquals(100, client.read().status());
            assertEquals("{}", client.send("{}").read().text());
        }
    }

    @Test
    void shouldReplaceAnAnswerLongerThanTheWayBack() throws IOException {
        try (HttpHarness harness = new HttpHarness(settings -> settings.inline(false).answerRingBytes(1 << 12));
            RawClient client = harness.connect()) {
            client.send(held("a") + held("b"));
            HttpHarness.await("both requests", () -> harness.handler().seen.size() == 2);
            final long first = harness.handler().seen.poll().key();
            final long second = harness.handler().seen.poll().key();
            harness.handler().answer(second, "x".repeat(harness.handler().sink.maxBodyBytes()));
            harness.handler().answer(first, "x".repeat(harness.handler().sink.maxBodyBytes() + 1));
            assertEquals(204, client.read().status());
            assertEquals(harness.handler().sink.maxBodyBytes(), client.read().body().length);
            assertEquals(1, harness.counters.answersTooLong().get());
        }
    }

    @Test
    void shouldForgetRequestsWhoseClientHasGone() throws IOException {
        try (HttpHarness harness = HttpHarness.start()) {
            try (RawClient client = harness.connect()) {
                client.send(held("a") + held("b"));
                HttpHarness.await("both requests", () -> harness.handler().seen.size() == 2);
            }
            // A client that closes both sides looks like one that ended its own, until it is written to.
            answer(harness, List.copyOf(harness.handler().seen), true);
            HttpHarness.await("the connection's end", () -> harness.counters.connectionsOpen().get() == 0);
            answer(harness, List.copyOf(harness.handler().seen), true);
            // Idle work is done while there are connections.
            try (RawClient client = harness.connect()) {
                assertEquals("{}", client.send(post("echo", "{}")).read().text());
                HttpHarness.await("dropped answers", () -> harness.counters.answersDropped().get() >= 2);
            }
        }
    }

    @Test
    void shouldAnswerWhatIsInFlightWhenTheGatewayCloses() throws Exception {
        final HttpHarness harness = HttpHarness.start();
        try (RawClient client = harness.connect(); RawClient idle = harness.connect()) {
            idle.send(post("echo", "{}")).read();
            harness.handler().seen.clear();
            client.send(held("a") + held("b"));
            HttpHarness.await("both requests", () -> harness.handler().seen.size() == 2);
            final Thread closing = Thread.ofPlatform().start(harness::close);
            idle.assertClosed();
            answer(harness, List.copyOf(harness.handler().seen), true);
            assertEquals("to a", client.read().text());
            final Answer last = client.read();
            assertEquals("to b", last.text());
            assertTrue(last.closes());
            client.assertClosed();
            closing.join();
        }
    }
}
