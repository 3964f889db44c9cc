package io.opportune.protocol.client;

import static org.junit.jupiter.api.Assertions.fail;

import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.Moment;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Settings and calls that the tests of the client share. */
final class ClientFixture {
    static final long SECOND_NS = 1_000_000_000L;
    static final Customer CUSTOMER = new Customer(1, "card-1");
    /** Far above what anything here needs: reaching it is a hang. */
    private static final long HANG_SECONDS = 15;

    private ClientFixture() {
    }

    /** Short delays before reconnecting, so that tests need not wait. */
    static TillClientSettings.Builder settings(final int port) {
        return TillClientSettings.builder("127.0.0.1", port, "till-7", "sesame")
            .backoff(Duration.ofMillis(5), Duration.ofMillis(20), Duration.ofSeconds(60))
            .closeTimeout(Duration.ofMillis(200))
            .random(new SplittableRandom(1));
    }

    static DecisionCall call(final int placementId) {
        return DecisionCall.at(placementId, Channel.TILL, Moment.TENDER).customer(1, "card-1").build();
    }

    static EventCall event() {
        return EventCall.of(EventType.IMPRESSION, CUSTOMER, Channel.TILL).offerId(11).build();
    }

    static <T> T get(final Future<T> future) {
        try {
            return future.get(HANG_SECONDS, TimeUnit.SECONDS);
        } catch (final Exception e) {
            return fail("no completion: " + e, e);
        }
    }

    static void awaitUntil(final String what, final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(HANG_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadlineNs) {
                fail("never happened: " + what);
            }
            Thread.onSpinWait();
            Thread.yield();
        }
    }

    static TillClient start(final TillClientSettings.Builder settings) {
        final TillClient client = TillClient.start(settings.build());
        get(client.firstLogon());
        awaitUntil("ready", client::isReady);
        return client;
    }

    static FailureKind failure(final Decision decision) {
        return decision.failure() == null ? null : decision.failure().kind();
    }
}
