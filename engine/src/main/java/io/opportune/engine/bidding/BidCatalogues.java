package io.opportune.engine.bidding;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.exchange.ExchangeProfiles;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Keeps the catalogue prepared for bidding: a thread of its own prepares each one that comes into service, the last one
 * when several come at once, so that neither event loops nor those who change the catalogue wait for markup.
 */
public final class BidCatalogues implements AutoCloseable {
    private static final long JOIN_MS = 10_000;

    private final Supplier<Catalogue> inService;
    private final ExchangeProfiles exchanges;
    private final BidSettings settings;
    private final Consumer<Throwable> failures;
    private final Thread thread = Thread.ofPlatform().daemon().name("bid-catalogue").unstarted(this::run);
    private volatile BidCatalogue current;
    private volatile boolean closed;

    /**
     * Prepares the catalogue that is in service.
     *
     * @param inService the catalogue that decides; never null.
     * @param exchanges that send requests.
     * @param settings  of the server.
     * @param failures  told when one could not be prepared: the one before stays.
     */
    public BidCatalogues(
        final Supplier<Catalogue> inService, final ExchangeProfiles exchanges, final BidSettings settings,
        final Consumer<Throwable> failures) {
        this.inService = inService;
        this.exchanges = exchanges;
        this.settings = settings;
        this.failures = failures;
        current = BidCatalogue.of(inService.get(), exchanges.all(), settings, null);
        thread.start();
    }

    /** Says that another catalogue is in service. Any thread; does not wait. */
    public void changed() {
        LockSupport.unpark(thread);
    }

    /**
     * The catalogue to bid with.
     *
     * @return never null.
     */
    public BidCatalogue current() {
        return current;
    }

    private void run() {
        while (!closed) {
            final Catalogue catalogue = inService.get();
            if (catalogue == current.catalogue()) {
                LockSupport.park(this);
                continue;
            }
            try {
                current = BidCatalogue.of(catalogue, exchanges.all(), settings, current);
            } catch (final RuntimeException failed) {
                failures.accept(failed);
                LockSupport.park(this);
            }
        }
    }

    /** Ends the thread. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(JOIN_MS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
