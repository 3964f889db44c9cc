package io.opportune.engine.gateway.http;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.gateway.GatewayErrors;
import io.opportune.engine.gateway.GatewayEventLoops;
import io.opportune.engine.gateway.GatewayTransport;
import io.opportune.engine.session.HttpRoutes;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.agrona.concurrent.OffsetEpochNanoClock;
import org.agrona.concurrent.SystemNanoClock;

/** A gateway on a free port with a {@link StubExchangeHandler} behind its one event loop. */
final class HttpHarness implements AutoCloseable {
    static final int BID = 0;
    static final int WIN = 1;
    static final int CLICK = 2;

    final HttpGatewayCounters counters = HttpGatewayCounters.detached();
    final List<String> peerErrors = new CopyOnWriteArrayList<>();
    final List<Throwable> failures = new CopyOnWriteArrayList<>();
    final HttpGateway gateway;
    private final GatewayEventLoops eventLoops;
    private StubExchangeHandler handler;

    HttpHarness(final UnaryOperator<HttpGatewaySettings.Builder> change) {
        this(GatewayTransport.AUTO, change);
    }

    HttpHarness(final GatewayTransport transport, final UnaryOperator<HttpGatewaySettings.Builder> change) {
        eventLoops = new GatewayEventLoops(transport, 1);
        final HttpGatewaySettings settings = change.apply(HttpGatewaySettings.builder().port(0)).build();
        gateway = new HttpGateway(
            new HttpGatewayEnvironment(settings, routes(), loop -> counters, errors(), SystemNanoClock.INSTANCE,
                new OffsetEpochNanoClock()),
            (loop, sink) -> {
                handler = new StubExchangeHandler(sink);
                return handler;
            },
            eventLoops);
        gateway.start();
    }

    static HttpHarness start() {
        return new HttpHarness(settings -> settings);
    }

    static HttpRoutes routes() {
        return HttpRoutes.builder()
            .add(HttpRoutes.POST, "/openrtb2/bid/{}", BID)
            .add(HttpRoutes.GET | HttpRoutes.POST, "/notice/win", WIN)
            .add(HttpRoutes.GET, "/notice/click/{}", CLICK)
            .build();
    }

    private GatewayErrors errors() {
        return new GatewayErrors() {
            @Override
            public void onPeerError(final String component, final String what) {
                // Texts are constants: a few kinds, however many errors.
                if (!peerErrors.contains(what)) {
                    peerErrors.add(what);
                }
            }

            @Override
            public void onFailure(final Throwable failure) {
                failures.add(failure);
            }
        };
    }

    StubExchangeHandler handler() {
        return handler;
    }

    RawClient connect() throws IOException {
        return new RawClient(gateway.port());
    }

    /** Waits for something that other threads bring about. */
    static void await(final String what, final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadlineNs, "not within 10 s: " + what);
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        gateway.close();
        eventLoops.close();
    }
}
