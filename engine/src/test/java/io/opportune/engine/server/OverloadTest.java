package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.client.Decision;
import io.opportune.protocol.client.DecisionCall;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.client.TillClientSettings;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionStatus;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.OffsetEpochNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A shard that stands still: who cannot be served gets the fallback at once, and afterwards all is as before. */
@Timeout(60)
class OverloadTest {
    private static final int RING_SIZE = 64;
    private static final int REQUESTS = 200;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);

    @TempDir
    Path folder;

    private volatile boolean stalled;

    /** Holds the shard's thread whenever it looks at the clock. */
    private NanoClock stallingClock() {
        return () -> {
            if (stalled && Thread.currentThread().getName().startsWith("shard-")) {
                while (stalled) {
                    Thread.onSpinWait();
                }
            }
            return System.nanoTime();
        };
    }

    private static Map<ReasonCode, Integer> reasons(final List<CompletableFuture<Decision>> decisions)
        throws Exception {
        final Map<ReasonCode, Integer> reasons = new EnumMap<>(ReasonCode.class);
        for (final CompletableFuture<Decision> future : decisions) {
            final Decision decision = future.get(20, TimeUnit.SECONDS);
            assertTrue(decision.fromServer(), decision::toString);
            reasons.merge(decision.reason(), 1, Integer::sum);
        }
        return reasons;
    }

    @Test
    void shouldAnswerAtOnceWhileAShardStandsStillAndRecover() throws Exception {
        try (TestServer test = new TestServer(folder).set("server.threading", "ring").set("server.shards", "1")
            .set("pipeline.ring-size", Integer.toString(RING_SIZE))) {
            test.start(new OffsetEpochNanoClock(), stallingClock());
            try (TillClient client = TillClient.start(
                TillClientSettings.builder("127.0.0.1", test.server().port(), "till", "sesame-open")
                    .inFlightLimits(REQUESTS, 16).build())) {
                client.firstLogon().get(10, TimeUnit.SECONDS);
                final DecisionCall call = DecisionCall.at(TestServer.id(client, NameKind.PLACEMENT, "checkout"),
                    Channel.TILL, Moment.BASKET_UPDATE).customer(1, "card").currency(840).build();
                assertDecides(client, call);

                stalled = true;
                final List<CompletableFuture<Decision>> asked = new ArrayList<>();
                for (int i = 0; i < REQUESTS; i++) {
                    asked.add(client.decide(call, PATIENCE_NS, Decision::none));
                }
                // One may be in the shard's hands; the ring takes as many as it has places.
                awaitAnswers(asked, REQUESTS - RING_SIZE - 1);
                final List<CompletableFuture<Decision>> early =
                    asked.stream().filter(CompletableFuture::isDone).toList();
                final Map<ReasonCode, Integer> turnedAway = reasons(early);
                assertTrue(turnedAway.getOrDefault(ReasonCode.RING_FULL, 0)
                    + turnedAway.getOrDefault(ReasonCode.SHED_ON_ENTRY, 0) == early.size(), turnedAway::toString);
                // Longer than any budget, so long that it spoils every estimate.
                Thread.sleep(1_500);
                stalled = false;
                final Map<ReasonCode, Integer> all = reasons(asked);
                assertTrue(all.getOrDefault(ReasonCode.LATE_BEFORE_CONTEXT, 0) > 0, all::toString);
                assertDecides(client, call);
            }
        }
    }

    private static void awaitAnswers(final List<CompletableFuture<Decision>> asked, final int count)
        throws InterruptedException {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (asked.stream().filter(CompletableFuture::isDone).count() < count) {
            assertTrue(System.nanoTime() - deadlineNs < 0, "answers are missing");
            Thread.sleep(1);
        }
    }

    private static void assertDecides(final TillClient client, final DecisionCall call) throws Exception {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        Decision decision;
        do {
            assertTrue(System.nanoTime() - deadlineNs < 0, "no decision in time");
            decision = client.decide(call, PATIENCE_NS, Decision::none).get(20, TimeUnit.SECONDS);
        } while (decision.status() != DecisionStatus.OFFERS);
    }
}
