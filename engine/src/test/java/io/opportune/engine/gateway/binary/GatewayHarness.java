package io.opportune.engine.gateway.binary;

import io.opportune.engine.gateway.GatewayErrors;
import io.opportune.engine.gateway.GatewayEventLoops;
import io.opportune.engine.session.MessageHandlerSupplier;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.status.AtomicCounter;

/** A running gateway with a stub behind it, clocks that the test can push forward, and all that it reported. */
final class GatewayHarness implements AutoCloseable, GatewayErrors {
    static final GatewayClient CLIENT =
        new GatewayClient(WireClient.CLIENT_ID, WireClient.CLIENT_KEY, 64, true, 1_000, 2_000);
    static final long CATALOGUE_COUNTER = 3;
    static final long CATALOGUE_HASH = 0x1234_5678_9ABC_DEFL;

    final BinaryGateway gateway;
    final List<StubHandler> handlers = new CopyOnWriteArrayList<>();
    final List<BinaryGatewayCounters> counters = new CopyOnWriteArrayList<>();
    final Map<String, AtomicLong> peerErrors = new ConcurrentHashMap<>();
    final List<Throwable> failures = new CopyOnWriteArrayList<>();
    /** Added to the real clocks. */
    final AtomicLong skippedNs = new AtomicLong();

    GatewayHarness(final BinaryGatewaySettings.Builder settings) {
        this(settings, null);
    }

    /** On event loops that others use too, where some are given. */
    GatewayHarness(final BinaryGatewaySettings.Builder settings, final GatewayEventLoops shared) {
        final BinaryGatewayEnvironment environment = new BinaryGatewayEnvironment(
            settings.port(0).build(),
            new ClientDirectory(List.of(new GatewayClient("other", "", 1, false, 0, 0), CLIENT)),
            version -> version.counter(CATALOGUE_COUNTER).contentHash(CATALOGUE_HASH),
            loopIndex -> {
                counters.add(BinaryGatewayCounters.detached());
                return counters.get(loopIndex);
            },
            this,
            () -> System.nanoTime() + skippedNs.get(),
            () -> TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) + skippedNs.get());
        final MessageHandlerSupplier supplier = (loopIndex, sink) -> {
            handlers.add(new StubHandler(sink));
            return handlers.get(loopIndex);
        };
        gateway = (shared == null ? new BinaryGateway(environment, supplier)
            : new BinaryGateway(environment, supplier, shared)).start();
    }

    int port() {
        return gateway.port();
    }

    StubHandler handler() {
        return handlers.getFirst();
    }

    BinaryGatewayCounters counters() {
        return counters.getFirst();
    }

    void skip(final long duration, final TimeUnit unit) {
        skippedNs.addAndGet(unit.toNanos(duration));
    }

    long peerErrors(final SessionRefusal refusal) {
        return peerErrors(refusal.text());
    }

    long peerErrors(final String what) {
        final AtomicLong count = peerErrors.get(what);
        return count == null ? 0 : count.get();
    }

    void awaitCounter(final AtomicCounter counter, final long value) {
        await("counter to become " + value + ", is " + counter.get(), () -> counter.get() == value);
    }

    static void await(final String what, final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadlineNs) {
                throw new AssertionError("waited in vain for " + what);
            }
            Thread.onSpinWait();
            Thread.yield();
        }
    }

    @Override
    public void onPeerError(final String component, final String what) {
        peerErrors.computeIfAbsent(what, text -> new AtomicLong()).incrementAndGet();
    }

    @Override
    public void onFailure(final Throwable failure) {
        failures.add(failure);
    }

    /** Closes the gateway; fails when it reported a defect of ours. */
    @Override
    public void close() {
        gateway.close();
        if (!failures.isEmpty()) {
            throw new AssertionError("the gateway failed", failures.getFirst());
        }
    }
}
