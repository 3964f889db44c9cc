package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.opportune.engine.affinity.AffinityBuilder;
import io.opportune.engine.affinity.AffinitySettings;
import io.opportune.engine.affinity.Basket;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.gateway.WithoutLeakDetection;
import io.opportune.protocol.Consent;
import io.opportune.protocol.Namespaces;
import io.opportune.protocol.client.Attribute;
import io.opportune.protocol.client.ContextChange;
import io.opportune.protocol.client.Customer;
import io.opportune.protocol.client.DecisionEncoding;
import io.opportune.protocol.client.DecisionHandler;
import io.opportune.protocol.client.EventEncoding;
import io.opportune.protocol.client.FailureKind;
import io.opportune.protocol.client.ReceiptHandler;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.client.TillClientSettings;
import io.opportune.protocol.codec.AckStatus;
import io.opportune.protocol.codec.AttributeType;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionRequestEncoder;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.EventReportEncoder;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import io.opportune.protocol.codec.RejectReason;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server's threads allocate while it decides and records, over real sockets and with the journal on. */
@Timeout(180)
@ExtendWith(WithoutLeakDetection.class)
class AllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int CUSTOMERS = 64;
    private static final int IN_FLIGHT = 64;
    private static final int WARM_UP_MESSAGES = 100_000;
    private static final int MEASURED_MESSAGES = 100_000;
    /**
     * On a busy machine code is compiled late, and a pool or a class may still be growing: what each message costs
     * shows in all windows.
     */
    private static final int MOST_WINDOWS = 20;
    /** A bare echo on the same event loop measures as nothing; the JVM's own bookkeeping may show up. */
    private static final double TOLERATED_BYTES_PER_MESSAGE = 0.05;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);

    @TempDir
    Path folder;

    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private volatile boolean running;

    private static Customer customer(final int i) {
        return new Customer(Namespaces.LOYALTY, "card-" + i % CUSTOMERS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "ring"})
    void shouldAllocateNothingPerMessage(final String threading) throws Exception {
        try (TestServer test = new TestServer(folder).set("server.threading", threading).set("server.shards", "1")
            .set("snapshot.interval", "1h").set("journal.roll", "daily")) {
            test.start();
            try (TillClient client = TillClient.start(
                TillClientSettings.builder("127.0.0.1", test.server().port(), "till", "sesame-open")
                    .inFlightLimits(IN_FLIGHT, IN_FLIGHT).build())) {
                client.firstLogon().get(10, TimeUnit.SECONDS);
                measure(test, client, threading);
            }
            assertEquals(0, test.server().counters().total(CounterDescriptor.ERRORS));
        }
    }

    /** A model predicts, chance has its part, and groups are kept out. */
    @Test
    void shouldAllocateNothingWhereAModelPredictsAndSomethingIsTriedOut() throws Exception {
        try (TestServer test = new TestServer(folder).set("server.threading", "ring").set("server.shards", "1")
            .set("snapshot.interval", "1h").set("journal.roll", "daily").set("learning.model", "house:1 bayes")
            .set("learning.publish-interval", "1h")
            .set("affinity.table", folder.resolve("affinity.table").toString())) {
            writeAffinities();
            Files.writeString(folder.resolve("catalogue/all.yaml"), TestServer.CATALOGUE
                .replaceFirst("  - id: checkout\n",
                    "  - id: checkout\n    choice: {policy: thompson, floor: 0.05, learned: true, affinity: both, "
                        + "candidates: 1}\n")
                + "control: {percent: 5}\n");
            test.start();
            try (TillClient client = TillClient.start(
                TillClientSettings.builder("127.0.0.1", test.server().port(), "till", "sesame-open")
                    .inFlightLimits(IN_FLIGHT, IN_FLIGHT).build())) {
                client.firstLogon().get(10, TimeUnit.SECONDS);
                introduce(client);
                final long full = test.server().counters().total(CounterDescriptor.DECISIONS_FULL);
                assertNothing("ring", "decision by a model", decisions(client));
                assertTrue(test.server().counters().total(CounterDescriptor.DECISIONS_FULL) - full
                    > MEASURED_MESSAGES / 2);
            }
            assertEquals(0, test.server().counters().total(CounterDescriptor.ERRORS));
        }
    }

    /** What the decisions' baskets hold is bought with milk. */
    private void writeAffinities() throws IOException {
        final AffinityBuilder builder = new AffinityBuilder(AffinitySettings.defaults());
        final Basket basket = new Basket();
        for (int i = 0; i < 1_000; i++) {
            basket.clear().add(7 + i % 3, 1 + i % 3);
            basket.add(i % 2 == 0 ? 1029743 : 100 + i % 50, 0);
            builder.onBasket(0, 0, i, basket);
        }
        builder.build(1).write(folder.resolve("affinity.table"));
    }

    private static void introduce(final TillClient client) throws Exception {
        final int tier = TestServer.id(client, NameKind.ATTRIBUTE, "customer.tier");
        for (int i = 0; i < CUSTOMERS; i++) {
            client.updateContext(ContextChange.of(customer(i), new ContextChange.GrantConsent(Consent.ALL),
                new ContextChange.SetAttribute(Attribute.text(tier, i % 2 == 0 ? "gold" : "tin"))), PATIENCE_NS).get();
        }
    }

    private void measure(final TestServer test, final TillClient client, final String threading) throws Exception {
        introduce(client);
        final IntFunction<Pump> decide = decisions(client);
        final IntFunction<Pump> report = events(client);
        final long full = test.server().counters().total(CounterDescriptor.DECISIONS_FULL);
        assertNothing(threading, "decision", decide);
        assertTrue(test.server().counters().total(CounterDescriptor.DECISIONS_FULL) - full > MEASURED_MESSAGES);
        final long accepted = test.server().counters().total(CounterDescriptor.EVENTS_ACCEPTED);
        assertNothing(threading, "event", report);
        assertTrue(test.server().counters().total(CounterDescriptor.EVENTS_ACCEPTED) - accepted > MEASURED_MESSAGES);
    }

    /**
     * Sends one message after the other and makes no garbage: a collection would clear the views that Chronicle Queue
     * holds weakly, some 250 bytes that are then made anew. Owned by the client's event loop.
     */
    private abstract class Pump {
        private int sent;

        abstract void send(int customer);

        void next() {
            send(sent++ % CUSTOMERS);
        }

        void onAnswer(final boolean good) {
            if (good) {
                answered.lazySet(answered.getPlain() + 1);
            } else {
                refused.incrementAndGet();
            }
            if (running) {
                next();
            }
        }
    }

    private static byte[][] customerIds() {
        final byte[][] ids = new byte[CUSTOMERS][];
        for (int i = 0; i < CUSTOMERS; i++) {
            ids[i] = customer(i).id().getBytes(StandardCharsets.UTF_8);
        }
        return ids;
    }

    /** Decisions with three basket lines and an attribute, for customers with profiles. */
    private IntFunction<Pump> decisions(final TillClient client) throws Exception {
        final int checkout = TestServer.id(client, NameKind.PLACEMENT, "checkout");
        final int weather = TestServer.id(client, NameKind.ATTRIBUTE, "request.weather");
        final byte[][] ids = customerIds();
        final byte[] rain = "rain".getBytes(StandardCharsets.UTF_8);
        return first -> new Pump() {
            private int customer;
            private final DecisionEncoding encoding = encoder -> {
                encoder.placementId(checkout).customerNamespace(Namespaces.LOYALTY).currency(840)
                    .channel(Channel.TILL).moment(Moment.BASKET_UPDATE).intent(Intent.BUYING);
                final DecisionRequestEncoder.BasketLinesEncoder lines = encoder.basketLinesCount(3);
                for (int line = 0; line < 3; line++) {
                    lines.next().itemId(7 + line).categoryId(1 + line).quantityMilli(1000).amountMicros(2_000_000)
                        .currency(0);
                }
                encoder.attributesCount(1).next().attributeId(weather).valueType(AttributeType.TEXT).value(0);
                encoder.attributeTextsCount(1).next().attributeId(weather).putText(rain, 0, rain.length);
                encoder.putCustomerId(ids[customer], 0, ids[customer].length);
            };
            private final DecisionHandler handler = new DecisionHandler() {
                @Override
                public void onDecision(final DecisionResponseDecoder response) {
                    onAnswer(true);
                }

                @Override
                public void onFallback(final FailureKind kind, final RejectReason reason) {
                    onAnswer(false);
                }
            };

            @Override
            void send(final int next) {
                customer = next;
                client.decide(encoding, PATIENCE_NS, handler);
            }
        };
    }

    /** Purchases of two lines and impressions in turn. */
    private IntFunction<Pump> events(final TillClient client) throws Exception {
        final int milk = TestServer.id(client, NameKind.OFFER, "milk-10");
        final byte[][] ids = customerIds();
        return first -> new Pump() {
            private int customer;
            private int count;
            private final EventEncoding encoding = encoder -> {
                final boolean purchase = count++ % 2 == 0;
                encoder.customerNamespace(Namespaces.LOYALTY).channel(Channel.TILL).intent(Intent.BUYING)
                    .currency(840).eventType(purchase ? EventType.PURCHASE : EventType.IMPRESSION)
                    .amountMicros(purchase ? 3_000_000 : EventReportEncoder.amountMicrosNullValue())
                    .offerId(purchase ? 0 : milk);
                final EventReportEncoder.BasketLinesEncoder lines = encoder.basketLinesCount(purchase ? 2 : 0);
                for (int line = 0; purchase && line < 2; line++) {
                    lines.next().itemId(count % 50 + line).categoryId(1 + count % 9).quantityMilli(1000)
                        .amountMicros(1_000_000).currency(840);
                }
                encoder.putCustomerId(ids[customer], 0, ids[customer].length);
            };
            private final ReceiptHandler handler = new ReceiptHandler() {
                @Override
                public void onReceipt(
                    final long high, final long low, final AckStatus status, final int reasonCode) {
                    onAnswer(status == AckStatus.ACCEPTED);
                }

                @Override
                public void onFailure(final FailureKind kind, final RejectReason reason, final String text) {
                    onAnswer(false);
                }
            };

            @Override
            void send(final int next) {
                customer = next;
                client.report(encoding, PATIENCE_NS, handler);
            }
        };
    }

    private void assertNothing(
        final String threading, final String what, final IntFunction<Pump> pumps) throws Exception {
        final long loop = threadId("gateway-");
        final long shard = threading.equals("ring") ? threadId("shard-0") : loop;
        running = true;
        for (int i = 0; i < IN_FLIGHT; i++) {
            pumps.apply(i).next();
        }
        await(WARM_UP_MESSAGES);
        long onShard = Long.MAX_VALUE;
        double perMessage = Double.MAX_VALUE;
        for (int window = 0; window < MOST_WINDOWS && isTooMuch(shard != loop ? onShard : 0, perMessage); window++) {
            final long countBefore = answered.get();
            final long loopBefore = THREADS.getThreadAllocatedBytes(loop);
            final long shardBefore = THREADS.getThreadAllocatedBytes(shard);
            await(MEASURED_MESSAGES);
            onShard = Math.min(onShard, THREADS.getThreadAllocatedBytes(shard) - shardBefore);
            perMessage = Math.min(perMessage, (double) (THREADS.getThreadAllocatedBytes(loop) - loopBefore)
                / (answered.get() - countBefore));
        }
        running = false;
        final String figures = "%s, %s: the shard's thread allocated %d bytes in %d messages, the event loop %.4f each"
            .formatted(threading, what, onShard, MEASURED_MESSAGES, perMessage);
        System.out.println(figures);
        if (shard != loop) {
            assertEquals(0, onShard, figures);
        }
        assertEquals(0, refused.get(), figures);
        assertTrue(perMessage <= TOLERATED_BYTES_PER_MESSAGE, figures);
        awaitQuiet();
    }

    private static boolean isTooMuch(final long bytesOfShard, final double bytesPerMessage) {
        return bytesOfShard > 0 || bytesPerMessage > TOLERATED_BYTES_PER_MESSAGE;
    }

    private void await(final long messages) throws InterruptedException {
        final long target = answered.get() + messages;
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (answered.get() < target) {
            assertTrue(System.nanoTime() - deadlineNs < 0, "answers stopped at " + answered.get());
            Thread.sleep(1);
        }
    }

    private void awaitQuiet() throws InterruptedException {
        long before = -1;
        while (before != answered.get()) {
            before = answered.get();
            Thread.sleep(50);
        }
    }

    private static long threadId(final String prefix) {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith(prefix))
            .mapToLong(Thread::threadId).max().orElseThrow();
    }
}
