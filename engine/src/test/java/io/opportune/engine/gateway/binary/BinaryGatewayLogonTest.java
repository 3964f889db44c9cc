package io.opportune.engine.gateway.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.session.SessionKey;
import io.opportune.protocol.Sofh;
import io.opportune.protocol.codec.EventAckDecoder;
import io.opportune.protocol.codec.HeartbeatDecoder;
import io.opportune.protocol.codec.LogoffDecoder;
import io.opportune.protocol.codec.LogonAckDecoder;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.RejectReason;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logon, its limits and refusals. */
@Timeout(30)
class BinaryGatewayLogonTest {
    @Test
    void shouldAnswerLogonWithItsLimits() throws IOException {
        try (GatewayHarness harness = new GatewayHarness(settings().serverVersion("9.8"));
             WireClient client = new WireClient(harness.port())) {
            client.send(WireClient.logon(1, 1000, 1000, WireClient.CLIENT_ID, WireClient.CLIENT_KEY));
            final LogonAckDecoder ack = new LogonAckDecoder().wrapAndApplyHeader(
                client.expect(LogonAckDecoder.TEMPLATE_ID), Sofh.HEADER_LENGTH_BYTES, new MessageHeaderDecoder());
            assertEquals(2, ack.protocolVersion());
            assertEquals(5000, ack.heartbeatIntervalMs());
            assertEquals(64, ack.inFlightLimit(), "the client's own limit is the smallest");
            assertEquals(16 * 1024, ack.maxFrameLengthBytes());
            assertEquals(100_000, ack.maxTimeBudgetUs());
            assertEquals(255, ack.maxOffers());
            assertEquals(GatewayHarness.CATALOGUE_COUNTER, ack.catalogueVersion().counter());
            assertEquals(GatewayHarness.CATALOGUE_HASH, ack.catalogueVersion().contentHash());
            assertEquals(77, ack.clientSendTimeNs());
            assertTrue(ack.serverTimeNs() > 0);
            assertEquals("9.8", ack.serverVersion());
            assertEquals(1, harness.counters().logons().get());
        }
    }

    @Test
    void shouldTellTheEngineWhoIsSpeaking() throws IOException {
        try (GatewayHarness harness = new GatewayHarness(settings());
             WireClient client = WireClient.loggedOn(harness.port())) {
            client.send(WireClient.request(5, 1));
            client.expect(EventAckDecoder.TEMPLATE_ID);
            final var session = harness.handler().lastSession;
            assertEquals(1, session.clientIndex());
            assertTrue(session.maySetEventTime());
            assertEquals(1_000, session.eventTimeBehindNs());
            assertEquals(2_000, session.eventTimeAheadNs());
            assertTrue(session.sessionKey() > 0);
            assertEquals(0, SessionKey.eventLoopIndex(session.sessionKey()));
        }
    }

    @Test
    void shouldRefuseWrongCredentialsAndClose() throws IOException {
        try (GatewayHarness harness = new GatewayHarness(settings())) {
            final List<byte[]> logons = List.of(
                WireClient.logon(1, 1000, 1, WireClient.CLIENT_ID, "wrong"),
                WireClient.logon(1, 1000, 1, WireClient.CLIENT_ID, ""),
                WireClient.logon(1, 1000, 1, "nobody", WireClient.CLIENT_KEY),
                WireClient.logon(1, 1000, 1, "nobody", ""),
                WireClient.logon(1, 1000, 1, "", ""));
            for (final byte[] logon : logons) {
                try (WireClient client = new WireClient(harness.port())) {
                    client.send(logon);
                    client.expectReject(RejectReason.BAD_CREDENTIALS);
                    client.expectEnd();
                }
            }
            assertEquals(5, harness.counters().logonFailures().get());
            assertEquals(5, harness.peerErrors(SessionRefusal.BAD_CREDENTIALS));
            harness.awaitCounter(harness.counters().sessionsOpen(), 0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1001, 65534})
    void shouldRefuseImplausibleVersion(final int version) throws IOException {
        expectRefusedLogon(
            WireClient.logon(version, 1000, 1, WireClient.CLIENT_ID, WireClient.CLIENT_KEY),
            RejectReason.UNSUPPORTED_VERSION);
    }

    @Test
    void shouldAcceptLogonOfNewerClient() throws IOException {
        try (GatewayHarness harness = new GatewayHarness(settings());
             WireClient client = new WireClient(harness.port())) {
            client.send(WireClient.logon(2, 1000, 1, WireClient.CLIENT_ID, WireClient.CLIENT_KEY));
            client.expect(LogonAckDecoder.TEMPLATE_ID);
            assertEquals(1, harness.counters().logons().get());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 99, 60_001, 4_294_967_294L})
    void shouldRefuseHeartbeatIntervalOutOfRange(final long intervalMs) throws IOException {
        expectRefusedLogon(
            WireClient.logon(1, intervalMs, 1, WireClient.CLIENT_ID, WireClient.CLIENT_KEY),
            RejectReason.INVALID_FIELD);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 4_294_967_294L})
    void shouldRefuseInFlightLimitOutOfRange(final long inFlightLimit) throws IOException {
        expectRefusedLogon(
            WireClient.logon(1, 1000, inFlightLimit, WireClient.CLIENT_ID, WireClient.CLIENT_KEY),
            RejectReason.INVALID_FIELD);
    }

    @Test
    void shouldRefuseEverythingBeforeLogon() throws IOException {
        expectRefusedLogon(WireClient.request(42, 2), RejectReason.NOT_LOGGED_ON);
        expectRefusedLogon(WireClient.heartbeat(1), RejectReason.NOT_LOGGED_ON);
    }

    @Test
    void shouldRefuseSecondLogonAndGoOn() throws IOException {
        try (GatewayHarness harness = new GatewayHarness(settings());
             WireClient client = WireClient.loggedOn(harness.port())) {
            client.send(WireClient.logon(1, 1000, 1, WireClient.CLIENT_ID, WireClient.CLIENT_KEY));
            client.expectReject(RejectReason.ALREADY_LOGGED_ON);
            client.send(WireClient.request(5, 0));
            client.expect(EventAckDecoder.TEMPLATE_ID);
            assertEquals(1, harness.counters().malformedFrames().get());
        }
    }

    @Test
    void shouldCloseWhenLogonDoesNotComeInTime() throws IOException {
        try (GatewayHarness harness = new GatewayHarness(settings());
             WireClient silent = new WireClient(harness.port());
             WireClient cut = new WireClient(harness.port())) {
            final byte[] logon = WireClient.logon(1, 1000, 1, WireClient.CLIENT_ID, WireClient.CLIENT_KEY);
            cut.send(logon, 0, logon.length - 1);
            harness.awaitCounter(harness.counters().bytesRead(), logon.length - 1);
            harness.awaitCounter(harness.counters().sessionsOpen(), 2);
            harness.skip(5, TimeUnit.SECONDS);
            silent.expectReject(RejectReason.LOGON_TIMEOUT);
            silent.expectEnd();
            cut.expectReject(RejectReason.LOGON_TIMEOUT);
            cut.expectEnd();
            assertEquals(2, harness.counters().logonFailures().get());
        }
    }

    @Test
    void shouldRefuseConnectionsBeyondTheLimit() throws IOException {
        try (GatewayHarness harness = new GatewayHarness(settings().maxConnections(2))) {
            try (WireClient first = WireClient.loggedOn(harness.port());
                 WireClient second = new WireClient(harness.port());
                 WireClient third = new WireClient(harness.port())) {
                third.expectReject(RejectReason.TOO_MANY_SESSIONS);
                third.expectEnd();
                assertEquals(1, harness.counters().sessionsRefused().get());
                first.send(WireClient.request(5, 0));
                first.expect(EventAckDecoder.TEMPLATE_ID);
                second.send(WireClient.logon(1, 1000, 1, WireClient.CLIENT_ID, WireClient.CLIENT_KEY));
                second.expect(LogonAckDecoder.TEMPLATE_ID);
            }
            harness.awaitCounter(harness.counters().sessionsOpen(), 0);
            WireClient.loggedOn(harness.port()).close();
        }
    }

    @Test
    void shouldAnswerHeartbeatWithBothClocks() throws IOException {
        try (GatewayHarness harness = new GatewayHarness(settings());
             WireClient client = WireClient.loggedOn(harness.port())) {
            client.send(WireClient.heartbeat(123_456));
            final HeartbeatDecoder answer = heartbeat(client);
            assertEquals(123_456, answer.peerSendTimeNs());
            assertTrue(answer.sendTimeNs() >= answer.peerReceiveTimeNs());
            assertTrue(answer.peerReceiveTimeNs() > 0);
        }
    }

    @Test
    void shouldSendHeartbeatWhenSilentForItsInterval() throws IOException {
        try (GatewayHarness harness = new GatewayHarness(settings());
             WireClient client = WireClient.loggedOn(harness.port())) {
            harness.skip(5, TimeUnit.SECONDS);
            final HeartbeatDecoder heartbeat = heartbeat(client);
            assertEquals(HeartbeatDecoder.peerSendTimeNsNullValue(), heartbeat.peerSendTimeNs());
            assertTrue(heartbeat.sendTimeNs() > 0);
        }
    }

    @Test
    void shouldEndSessionOfClientThatBreaksItsPromise() throws IOException {
        try (GatewayHarness harness = new GatewayHarness(settings());
             WireClient client = new WireClient(harness.port())) {
            client.send(WireClient.logon(1, 1000, 1, WireClient.CLIENT_ID, WireClient.CLIENT_KEY));
            client.expect(LogonAckDecoder.TEMPLATE_ID);
            harness.skip(3, TimeUnit.SECONDS);
            assertEquals(RejectReason.IDLE_TIMEOUT, logoffReason(client));
            client.expectEnd();
            assertEquals(1, harness.counters().idleCloses().get());
        }
    }

    @Test
    void shouldEndSessionAtTheServersOwnIdleLimit() throws IOException {
        try (GatewayHarness harness = new GatewayHarness(settings().idleTimeoutNs(TimeUnit.SECONDS.toNanos(2)));
             WireClient client = WireClient.loggedOn(harness.port())) {
            harness.skip(2, TimeUnit.SECONDS);
            assertEquals(RejectReason.IDLE_TIMEOUT, logoffReason(client));
            client.expectEnd();
        }
    }

    @Test
    void shouldRefuseDirectoryWithTwoClientsOfOneName() {
        assertThrows(IllegalArgumentException.class,
            () -> new ClientDirectory(List.of(GatewayHarness.CLIENT, GatewayHarness.CLIENT)));
    }

    private static void expectRefusedLogon(final byte[] message, final RejectReason reason) throws IOException {
        try (GatewayHarness harness = new GatewayHarness(settings());
             WireClient client = new WireClient(harness.port())) {
            client.send(message);
            client.expectReject(reason);
            client.expectEnd();
            harness.awaitCounter(harness.counters().sessionsOpen(), 0);
            assertEquals(0, harness.counters().logons().get());
            assertEquals(1, harness.counters().rejects().get());
        }
    }

    static BinaryGatewaySettings.Builder settings() {
        return BinaryGatewaySettings.builder();
    }

    private static HeartbeatDecoder heartbeat(final WireClient client) throws IOException {
        return new HeartbeatDecoder().wrapAndApplyHeader(
            client.expect(HeartbeatDecoder.TEMPLATE_ID), Sofh.HEADER_LENGTH_BYTES, new MessageHeaderDecoder());
    }

    static RejectReason logoffReason(final WireClient client) throws IOException {
        return new LogoffDecoder().wrapAndApplyHeader(
            client.expect(LogoffDecoder.TEMPLATE_ID), Sofh.HEADER_LENGTH_BYTES, new MessageHeaderDecoder()).reason();
    }
}
