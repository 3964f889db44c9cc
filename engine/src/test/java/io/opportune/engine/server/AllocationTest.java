package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.netty.util.ResourceLeakDetector;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.protocol.Consent;
import io.opportune.protocol.Namespaces;
import io.opportune.protocol.client.Attribute;
import io.opportune.protocol.client.BasketLine;
import io.opportune.protocol.client.ContextChange;
import io.opportune.protocol.client.Customer;
import io.opportune.protocol.client.Decision;
import io.opportune.protocol.client.DecisionCall;
import io.opportune.protocol.client.EventCall;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.client.TillClientSettings;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server's threads allocate while it decides and records, over real sockets and with the journal on. */
@Timeout(180)
class AllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int CUSTOMERS = 64;
    private static final int IN_FLIGHT = 64;
    private static final int WARM_UP_MESSAGES = 60_000;
    private static final int MEASURED_MESSAGES = 100_000;
    /** A pool or a class may still be growing in one window of messages; what each message costs shows in all. */
    private static final int WINDOWS = 3;
    /** A bare echo on the same event loop measures as nothing; the JVM's own bookkeeping may show up. */
    private static final double TOLERATED_BYTES_PER_MESSAGE = 0.05;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);

    @TempDir
    Path folder;

    private final ResourceLeakDetector.Level levelBefore = ResourceLeakDetector.getLevel();
    private final AtomicLong answered = new AtomicLong();
    private volatile boolean running;

    /** Netty samples buffers for leaks, with a stack trace each: that is not what is measured here. */
    @BeforeEach
    void stopLeakDetection() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    @AfterEach
    void restoreLeakDetection() {
        ResourceLeakDetector.setLevel(levelBefore);
    }

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

    private void measure(final TestServer test, final TillClient client, final String threading) throws Exception {
        final int tier = TestServer.id(client, NameKind.ATTRIBUTE, "customer.tier");
        for (int i = 0; i < CUSTOMERS; i++) {
            client.updateContext(ContextChange.of(customer(i), new ContextChange.GrantConsent(Consent.ALL),
                new ContextChange.SetAttribute(Attribute.text(tier, i % 2 == 0 ? "gold" : "tin"))), PATIENCE_NS).get();
        }
        final DecisionCall[] decisions = new DecisionCall[CUSTOMERS];
        final EventCall[] events = new EventCall[2 * CUSTOMERS];
        prepare(client, decisions, events);
        final IntFunction<CompletableFuture<?>> decide = i ->
            client.decide(decisions[i % decisions.length], PATIENCE_NS, Decision::none);
        final IntFunction<CompletableFuture<?>> report = i -> client.report(events[i % events.length], PATIENCE_NS);
        final long full = test.server().counters().total(CounterDescriptor.DECISIONS_FULL);
        assertNothing(threading, "decision", decide);
        assertTrue(test.server().counters().total(CounterDescriptor.DECISIONS_FULL) - full > MEASURED_MESSAGES);
        final long accepted = test.server().counters().total(CounterDescriptor.EVENTS_ACCEPTED);
        assertNothing(threading, "event", report);
        assertTrue(test.server().counters().total(CounterDescriptor.EVENTS_ACCEPTED) - accepted > MEASURED_MESSAGES);
    }

    private static void prepare(final TillClient client, final DecisionCall[] decisions, final EventCall[] events)
        throws Exception {
        final int checkout = TestServer.id(client, NameKind.PLACEMENT, "checkout");
        final int weather = TestServer.id(client, NameKind.ATTRIBUTE, "request.weather");
        final int milk = TestServer.id(client, NameKind.OFFER, "milk-10");
        for (int i = 0; i < CUSTOMERS; i++) {
            final Customer customer = customer(i);
            decisions[i] = DecisionCall.at(checkout, Channel.TILL, Moment.BASKET_UPDATE)
                .customer(customer.namespace(), customer.id()).currency(840).withTexts().explain()
                .attribute(Attribute.text(weather, "rain"))
                .line(7, 1, 1000, 2_000_000).line(8, 2, 2000, 3_000_000).line(9, 3, 1000, 4_000_000).build();
            events[2 * i] = EventCall.of(EventType.PURCHASE, customer, Channel.TILL).amount(3_000_000, 840)
                .line(new BasketLine(7, 1 + i % 9, 1000, 1_000_000, 840))
                .line(new BasketLine(8 + i, 2, 1000, 2_000_000, 840)).build();
            events[2 * i + 1] = EventCall.of(EventType.IMPRESSION, customer, Channel.TILL).offerId(milk).build();
        }
    }

    private void assertNothing(
        final String threading, final String what, final IntFunction<CompletableFuture<?>> send) throws Exception {
        final long loop = threadId("gateway-");
        final long shard = threading.equals("ring") ? threadId("shard-0") : loop;
        running = true;
        for (int i = 0; i < IN_FLIGHT; i++) {
            pump(send, i);
        }
        await(WARM_UP_MESSAGES);
        long onShard = Long.MAX_VALUE;
        double perMessage = Double.MAX_VALUE;
        for (int window = 0; window < WINDOWS && (onShard > 0 || perMessage > 0); window++) {
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
        assertTrue(perMessage <= TOLERATED_BYTES_PER_MESSAGE, figures);
        awaitQuiet();
    }

    private void pump(final IntFunction<CompletableFuture<?>> send, final int i) {
        send.apply(i).thenAccept(answer -> {
            answered.incrementAndGet();
            if (running) {
                pump(send, i + IN_FLIGHT);
            }
        });
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
