package io.opportune.engine.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.config.ConfigKey;
import io.opportune.engine.session.HttpRoutes;
import io.opportune.engine.session.SessionKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The small parts by themselves, each beside something simple that is known to be right. */
class HttpPartsTest {
    @Test
    void shouldWriteDatesAsTheJdkDoes() {
        final DateTimeFormatter expected = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[HttpDate.LENGTH]);
        final Random random = new Random(3);
        for (int i = 0; i < 100_000; i++) {
            // The years 1970 to 2400, and every day of one leap year.
            final long second = i < 366 ? 1_704_067_200L + i * 86_400L : random.nextLong(13_569_465_600L);
            HttpDate.put(buffer, 0, second);
            assertEquals(expected.format(Instant.ofEpochSecond(second).atOffset(ZoneOffset.UTC)),
                buffer.getStringWithoutLengthAscii(0, HttpDate.LENGTH));
        }
    }

    @Test
    void shouldExpireEachDeadlineWithinTheMillisecondBeforeIt() {
        final long seed = new Random().nextLong();
        final Random random = new Random(seed);
        final long start = random.nextLong();
        final DeadlineWheel wheel = new DeadlineWheel(start);
        final Map<HttpExchange, Long> waiting = new HashMap<>();
        final List<HttpExchange> expired = new ArrayList<>();
        long now = start;
        for (int turn = 0; turn < 20_000; turn++) {
            for (int i = random.nextInt(5); i > 0; i--) {
                final HttpExchange exchange = new HttpExchange(i);
                final long deadline = now - 2_000_000 + random.nextLong(random.nextInt(20) == 0
                    ? 5_000_000_000L : 50_000_000L);
                wheel.add(exchange, deadline);
                // One that has passed already is found at the next turn.
                waiting.put(exchange, Math.max(now - start, deadline - start));
            }
            if (random.nextInt(3) == 0 && !waiting.isEmpty()) {
                final HttpExchange answered = waiting.keySet().iterator().next();
                wheel.remove(answered);
                wheel.remove(answered);
                waiting.remove(answered);
            }
            now += random.nextInt(50) == 0 ? random.nextLong(3_000_000_000L) : random.nextLong(DeadlineWheel.TICK_NS);
            expired.clear();
            wheel.turn(now, expired::add);
            final String message = "seed " + seed + " turn " + turn;
            for (final HttpExchange exchange : expired) {
                final Long deadline = waiting.remove(exchange);
                assertTrue(deadline != null && deadline - (now - start) < 2 * DeadlineWheel.TICK_NS, message);
            }
            final long late = now - start;
            assertTrue(waiting.values().stream().allMatch(deadline -> deadline - late > -2 * DeadlineWheel.TICK_NS),
                message);
        }
        wheel.turn(now + 10_000_000_000L, expired::add);
        assertTrue(expired.containsAll(waiting.keySet()));
    }

    @Test
    void shouldNeverGiveAKeyTwiceAndFindOnlyWhatIsInFlight() {
        final ExchangeTable table = new ExchangeTable(5);
        final HeadFields fields = new HeadFields();
        final Set<Long> keys = new HashSet<>();
        final List<HttpExchange> inFlight = new ArrayList<>();
        final Random random = new Random(9);
        for (int i = 0; i < 100_000; i++) {
            if (inFlight.size() < 1000 && random.nextInt(5) > 1 || inFlight.isEmpty()) {
                final HttpExchange exchange = table.take();
                assertNull(table.find(exchange.key));
                exchange.begin(new NoConnection(), fields);
                assertTrue(keys.add(exchange.key) && exchange.key > 0);
                assertEquals(5, SessionKey.eventLoopIndex(exchange.key));
                assertSame(exchange, table.find(exchange.key));
                inFlight.add(exchange);
            } else {
                final HttpExchange exchange = inFlight.remove(random.nextInt(inFlight.size()));
                final long key = exchange.key;
                table.giveBack(exchange);
                assertNull(table.find(key));
            }
            assertEquals(inFlight.size(), table.inFlight());
        }
        assertNull(table.find(Long.MAX_VALUE));
        assertNull(table.find(0));
    }

    /** Only there to own exchanges. */
    private static final class NoConnection extends HttpConnection {
        NoConnection() {
            super(null);
        }

        @Override
        void onAnswer(final HttpExchange exchange, final int status, final int variant, final int form,
            final org.agrona.DirectBuffer buffer, final int offset, final int lengthBytes) {
            throw new AssertionError();
        }

        @Override
        void onFlush() {
            throw new AssertionError();
        }

        @Override
        void resume() {
            throw new AssertionError();
        }

        @Override
        void onTimes(final long nowNs) {
            throw new AssertionError();
        }

        @Override
        public void beginShutdown() {
            throw new AssertionError();
        }

        @Override
        void onOpen() {
            throw new AssertionError();
        }

        @Override
        void onClosed() {
            throw new AssertionError();
        }

        @Override
        void onInputEnd() {
            throw new AssertionError();
        }

        @Override
        void onWritabilityChanged() {
            throw new AssertionError();
        }
    }

    @ParameterizedTest
    @CsvSource({"/openrtb2/bid/abc,0,13", "/openrtb2/bid/,-1,0", "/openrtb2/bid/a/b,-1,0", "/notice/win,1,11",
        "/notice/wi,-1,0", "/notice/winn,-1,0", "/notice/click/x,2,14", "/,-1,0"})
    void shouldFindRoutes(final String path, final int id, final int parameterStart) {
        final HttpRoutes routes = HttpHarness.routes();
        final byte[] bytes = ("xx" + path + "/y").getBytes(StandardCharsets.US_ASCII);
        final int position = routes.find(new UnsafeBuffer(bytes), 2, path.length());
        if (id < 0) {
            assertEquals(HttpRoutes.NOT_FOUND, position);
        } else {
            assertEquals(id, routes.id(position));
            assertEquals(parameterStart + (path.startsWith("/openrtb2") ? 1 : 0), routes.parameterStart(position));
        }
    }

    @Test
    void shouldRefuseRoutesThatAreNone() {
        final HttpRoutes.Builder builder = HttpRoutes.builder().add(HttpRoutes.GET, "/a/{}", 1);
        for (final String path : List.of("a", "", "/a{}", "/{}/a", "/a b", "/a/{}")) {
            assertThrows(IllegalArgumentException.class, () -> builder.add(HttpRoutes.GET, path, 1), path);
        }
        assertThrows(IllegalArgumentException.class, () -> builder.add(0, "/b", 1));
        assertThrows(IllegalArgumentException.class, () -> builder.add(4, "/b", 1));
    }

    @Test
    void shouldNameTheSettingThatIsOutOfRange() {
        final IllegalArgumentException refused = assertThrows(IllegalArgumentException.class,
            () -> HttpGatewaySettings.builder().maxConnections(1 << 15).build());
        assertTrue(refused.getMessage().startsWith("maxConnections times inFlightLimit is 2097152"),
            refused.getMessage());
        assertThrows(IllegalArgumentException.class, () -> HttpGatewaySettings.builder().tlsPort(0).build());
        assertThrows(IllegalArgumentException.class,
            () -> HttpGatewaySettings.builder().openRtbVersion("2.6\r\nX: 1").build());
    }

    @Test
    void shouldTakeAsManyConnectionsAsTheConfigurationAllows() {
        final String allowed = ConfigKey.GATEWAY_HTTP_MAX_CONNECTIONS.allowed();
        final int most = Integer.parseInt(allowed.substring(allowed.lastIndexOf(' ') + 1));
        assertEquals(most, HttpGatewaySettings.builder().maxConnections(most).build().connections().maxConnections());
        assertThrows(IllegalArgumentException.class,
            () -> HttpGatewaySettings.builder().maxConnections(most + 1).build());
    }

    @Test
    void shouldNotConfuseRefusals() {
        final Set<String> texts = new HashSet<>();
        for (final HttpRefusal refusal : HttpRefusal.values()) {
            assertTrue(texts.add(refusal.text()));
            assertNotEquals(0, refusal.status());
            assertFalse(refusal.text().isBlank());
        }
        assertEquals(505, List.of(HttpRefusal.values()).stream().max(Comparator.comparingInt(HttpRefusal::status))
            .orElseThrow().status());
    }

    @Test
    void shouldLetTwoOfTheLongestRequestsWaitWhateverIsSet() {
        final PendingMemory memory = new PendingMemory(
            HttpGatewaySettings.builder().maxHeadBytes(1_000).maxBodyBytes(9_000).maxPendingBytes(1).build());
        assertTrue(memory.take(10_000));
        assertTrue(memory.take(10_000));
        assertFalse(memory.take(1));
        memory.giveBack(5_000);
        assertFalse(memory.take(5_001));
        assertTrue(memory.take(5_000));
        final PendingMemory more = new PendingMemory(HttpGatewaySettings.builder().maxPendingBytes(1L << 32).build());
        assertTrue(more.take(Integer.MAX_VALUE) && more.take(Integer.MAX_VALUE));
        assertFalse(more.take(3));
        assertTrue(more.take(2));
    }
}
