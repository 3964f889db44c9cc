package io.opportune.engine.gateway.http;

import io.opportune.engine.gateway.GatewayErrors;
import io.opportune.engine.session.HttpRoutes;
import java.util.Objects;
import java.util.function.IntFunction;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;

/**
 * What an HTTP gateway needs from the server around it.
 *
 * @param settings   of the gateway.
 * @param routes     that it answers.
 * @param counters   of one event loop, by its index.
 * @param errors     where failures are reported.
 * @param clock      monotonic, nanoseconds.
 * @param epochClock wall clock, nanoseconds since 1970-01-01T00:00Z.
 */
public record HttpGatewayEnvironment(
    HttpGatewaySettings settings,
    HttpRoutes routes,
    IntFunction<HttpGatewayCounters> counters,
    GatewayErrors errors,
    NanoClock clock,
    EpochNanoClock epochClock) {

    /** Refuses nulls. */
    public HttpGatewayEnvironment {
        Objects.requireNonNull(settings, "settings");
        Objects.requireNonNull(routes, "routes");
        Objects.requireNonNull(counters, "counters");
        Objects.requireNonNull(errors, "errors");
        Objects.requireNonNull(clock, "clock");
        Objects.requireNonNull(epochClock, "epochClock");
    }
}
