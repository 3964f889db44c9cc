package io.opportune.engine.server;

import io.opportune.engine.config.Config;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.protocol.client.Name;
import io.opportune.protocol.client.Outcome;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.client.TillClientSettings;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.OffsetEpochNanoClock;
import org.agrona.concurrent.SystemNanoClock;

/** A server with a small catalogue in a temporary folder, and clients for it. */
final class TestServer implements AutoCloseable {
    static final String CATALOGUE = """
        attributes:
          - {name: customer.tier, type: string}
          - {name: request.weather, type: string}
        stores:
          - {id: "309", zone: America/New_York, latitude: 40.7, longitude: -74.0}
        advertisers:
          - {id: acme, name: Acme Foods, category: grocery}
          - {id: brew, name: Brew Works, category: drinks}
        campaigns:
          - id: spring
            advertiser: acme
            objective: conversions
            zone: America/New_York
            flights: [{start: 2017-01-01, end: 2037-01-01}]
            budget: {currency: USD}
          - id: ales
            advertiser: brew
            objective: revenue
            zone: America/New_York
            flights: [{start: 2017-01-01, end: 2037-01-01}]
            budget: {currency: USD}
        offers:
          - id: milk-10
            campaign: spring
            category: dairy
            value: "1.20"
            propensity: 0.05
            discount: {type: percent_off, percent: 10}
            benefit: "10 % off milk"
            targeting: 'moment.channel == "till"'
            channels: [till, app]
            placements: [checkout]
            promotes: {items: [1029743]}
            caps: [{event: redemption, limit: 1, window: lifetime},
              {count: decision, limit: 65535, window: lifetime}, {count: impression, limit: 65535, window: lifetime}]
            creatives:
              - {id: milk-10-all, channels: [till, app], title: "Milk 10 % off", body: "Any milk"}
          - id: gold-beer
            campaign: ales
            value: "4.00"
            propensity: 0.10
            discount: {type: amount_off, amount: "1.00"}
            benefit: "1 off craft beer"
            targeting: 'has(customer.tier) && customer.tier == "gold"'
            channels: [till, app]
            placements: [checkout]
            consent: [personalisation]
            caps: [{count: redemption, limit: 65535, window: lifetime},
              {count: decision, limit: 65535, window: lifetime}, {count: impression, limit: 65535, window: lifetime}]
            creatives:
              - {id: gold-beer-all, channels: [till, app], title: "Beer", body: "For gold members"}
          - id: umbrella
            campaign: spring
            category: household
            value: "2.00"
            propensity: 0.02
            discount: {type: none}
            benefit: "An umbrella"
            targeting: 'request.weather == "rain"'
            channels: [till, app]
            placements: [checkout]
            caps: [{count: redemption, limit: 65535, window: lifetime},
              {count: decision, limit: 65535, window: lifetime}, {count: impression, limit: 65535, window: lifetime}]
            creatives:
              - {id: umbrella-all, channels: [till, app], title: "Umbrella", body: "It rains"}
        placements:
          - id: checkout
            channels: [till, app]
            offers: 2
            time_budget: 50ms
        """;

    final Path root;
    private final Properties properties = new Properties();
    private OpportuneServer server;
    private int foldAt = CatalogueService.FOLD_AT;

    TestServer(final Path root) throws IOException {
        this.root = root;
        Files.createDirectories(root.resolve("catalogue"));
        if (Files.notExists(root.resolve("catalogue/all.yaml"))) {
            Files.writeString(root.resolve("catalogue/all.yaml"), CATALOGUE);
        }
        set("server.data-dir", root.resolve("data").toString());
        set("catalogue.dir", root.resolve("catalogue").toString());
        set("catalogue.watch", "false");
        set("gateway.port", "0");
        set("admin.port", "0");
        set("store.partitions", "8");
        set("store.max-profiles", "20000");
        set("store.max-identities", "20000");
        set("store.event-id-horizon", "65536");
        set("store.request-id-horizon", "4096");
        set("journal.sync", "none");
        set("journal.min-free", "64m");
        set("clients.till.key", "sesame-open");
        set("clients.till.may-set-event-time", "true");
        set("clients.till.event-time-behind", "36500d");
        set("clients.till.event-time-ahead", "36500d");
    }

    TestServer set(final String key, final String value) {
        properties.setProperty("opportune." + key, value);
        return this;
    }

    /** Sorts all offers anew when so many have been changed one by one. */
    TestServer foldAt(final int offers) {
        foldAt = offers;
        return this;
    }

    OpportuneServer start() throws IOException {
        return start(new OffsetEpochNanoClock(), SystemNanoClock.INSTANCE);
    }

    /** Starts by other clocks. */
    OpportuneServer start(final EpochNanoClock epochClock, final NanoClock nanoClock) throws IOException {
        server = OpportuneServer.start(config(), epochClock, nanoClock, foldAt);
        return server;
    }

    /** Waits until nothing changes any more: what was acknowledged may leave work between shards behind. */
    void awaitQuiet() throws InterruptedException {
        long before = -1;
        long now = server.counters().total(CounterDescriptor.JOURNAL_RECORDS);
        while (before != now) {
            before = now;
            Thread.sleep(100);
            now = server.counters().total(CounterDescriptor.JOURNAL_RECORDS);
        }
    }

    Config config() {
        return Config.load(null, properties, Map.of());
    }

    OpportuneServer server() {
        return server;
    }

    TillClient client() throws Exception {
        final TillClient client = TillClient.start(
            TillClientSettings.builder("127.0.0.1", server.port(), "till", "sesame-open").build());
        client.firstLogon().get(10, TimeUnit.SECONDS);
        return client;
    }

    static int id(final TillClient client, final NameKind kind, final String name) throws Exception {
        return switch (client.resolve(List.of(new Name(kind, name)), TimeUnit.SECONDS.toNanos(5)).get()) {
            case Outcome.Answered(var resolved) -> resolved.ids().getFirst();
            case Outcome.Failed(var failure) -> throw new IOException(failure.toString());
        };
    }

    void stop() {
        if (server != null) {
            server.close();
            server = null;
        }
    }

    @Override
    public void close() {
        stop();
    }
}
