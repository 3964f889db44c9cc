package io.opportune.bench.bid;

import io.opportune.loadtest.world.ExchangeUsers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes what a bidding server is started from: catalogue, exchange profile and configuration. Stateless. */
final class BidServerFiles {
    /** Name of the exchange in paths. */
    static final String EXCHANGE = "bench";
    /** Client that introduces customers. */
    static final String CLIENT = "bench";
    /** Its key. */
    static final String KEY = "bench-bid-key";

    private BidServerFiles() {
    }

    /**
     * Writes them.
     *
     * @param folder    to write to.
     * @param lineItems of the catalogue.
     * @param profiles  that the store must have room for.
     * @param further   lines of configuration.
     * @return the configuration.
     */
    static Path write(final Path folder, final int lineItems, final long profiles, final List<String> further)
        throws IOException {
        final Path exchanges = Files.createDirectories(folder.resolve("exchanges"));
        Files.writeString(exchanges.resolve(EXCHANGE + ".yaml"), String.join("\n",
            "exchange: " + EXCHANGE,
            "number: 1000",
            "name: The exchange of the bench",
            "ids:",
            "  order: [eids, user_id]",
            "  user_id: " + (ExchangeUsers.NAMESPACE - 1),
            "  eids: {" + BidTraffic.EID_SOURCE + ": " + ExchangeUsers.NAMESPACE + "}",
            "auction: {default_type: 1, deals_first: true}",
            "sources:",
            "  ids.order: \"made up for the bench\"",
            "  ids.user_id: \"made up for the bench\"",
            "  ids.eids: \"made up for the bench\"",
            "  auction.default_type: \"made up for the bench\"",
            "  auction.deals_first: \"made up for the bench\"",
            ""));
        new LineItems(lineItems).write(folder.resolve("catalogue"));
        final List<String> lines = new ArrayList<>(List.of(
            "server.data-dir = " + folder.resolve("data"),
            "catalogue.dir = " + folder.resolve("catalogue"),
            "catalogue.watch = false",
            "gateway.port = 0",
            "admin.port = 0",
            "gateway.http.enabled = true",
            "gateway.http.port = 0",
            "bidding.exchanges-dir = " + exchanges,
            "bidding.notice-base-url = https://bid.opportune.example",
            "bidding.vendor-id = " + BidTraffic.VENDOR,
            "store.max-profiles = " + profiles,
            "store.max-identities = " + 3 * profiles,
            "snapshot.interval = 1d",
            "clients." + CLIENT + ".key = " + KEY));
        lines.addAll(further);
        // For trials: lines of configuration with semicolons between them.
        lines.addAll(List.of(System.getProperty("bench.server-config", "").split(";")));
        lines.add("");
        return Files.writeString(folder.resolve("server.conf"), String.join("\n", lines));
    }
}
