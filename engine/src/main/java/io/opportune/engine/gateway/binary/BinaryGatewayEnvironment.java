package io.opportune.engine.gateway.binary;

import io.opportune.engine.gateway.GatewayErrors;
import java.util.Objects;
import java.util.function.IntFunction;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;

/**
 * What a gateway needs from the server around it.
 *
 * @param settings         of the gateway.
 * @param clients          that may log on.
 * @param catalogueVersion told to clients at logon.
 * @param counters         of one event loop, by its index.
 * @param errors           where failures are reported.
 * @param clock            monotonic, nanoseconds.
 * @param epochClock       wall clock, nanoseconds since 1970-01-01T00:00Z.
 */
public record BinaryGatewayEnvironment(
    BinaryGatewaySettings settings,
    ClientDirectory clients,
    CatalogueVersionSource catalogueVersion,
    IntFunction<BinaryGatewayCounters> counters,
    GatewayErrors errors,
    NanoClock clock,
    EpochNanoClock epochClock) {

    /** Refuses nulls. */
    public BinaryGatewayEnvironment {
        Objects.requireNonNull(settings, "settings");
        Objects.requireNonNull(clients, "clients");
        Objects.requireNonNull(catalogueVersion, "catalogueVersion");
        Objects.requireNonNull(counters, "counters");
        Objects.requireNonNull(errors, "errors");
        Objects.requireNonNull(clock, "clock");
        Objects.requireNonNull(epochClock, "epochClock");
    }
}
