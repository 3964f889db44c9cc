package io.opportune.engine.bidding;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.exchange.ExchangeProfiles;
import java.util.function.Consumer;

/**
 * The catalogue prepared for bidding. The next one is prepared before any shard decides with it, by the thread that
 * puts it into service, so that there is markup for each creative a decision may name; what has not changed is taken
 * over from the one before.
 */
public final class BidCatalogues {
    private final ExchangeProfiles exchanges;
    private final BidSettings settings;
    private final Consumer<Throwable> failures;
    private volatile BidCatalogue current;

    /**
     * Prepares a first catalogue.
     *
     * @param inService the catalogue that decides.
     * @param exchanges that send requests.
     * @param settings  of the server.
     * @param failures  told when one could not be prepared: the one before stays.
     */
    public BidCatalogues(
        final Catalogue inService, final ExchangeProfiles exchanges, final BidSettings settings,
        final Consumer<Throwable> failures) {
        this.exchanges = exchanges;
        this.settings = settings;
        this.failures = failures;
        current = BidCatalogue.of(inService, exchanges.all(), settings, null);
    }

    /**
     * Prepares the next catalogue and bids with it from here on. One control thread at a time.
     *
     * @param next about to come into service.
     */
    public void prepare(final Catalogue next) {
        try {
            current = BidCatalogue.of(next, exchanges.all(), settings, current);
        } catch (final RuntimeException failed) {
            failures.accept(failed);
        }
    }

    /**
     * The catalogue to bid with.
     *
     * @return never null.
     */
    public BidCatalogue current() {
        return current;
    }
}
