package io.opportune.engine.server;

import io.opportune.engine.bidding.BidMultiplier;
import io.opportune.engine.bidding.BidPrices;
import io.opportune.engine.config.Config;
import io.opportune.engine.config.ConfigKey;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.counters.CountersFile;
import io.opportune.engine.shading.ShadeFeed;
import io.opportune.engine.shading.ShadeFile;
import io.opportune.engine.shading.ShadeLearner;
import io.opportune.engine.shading.ShadeLoop;
import io.opportune.engine.shading.ShadeSettings;
import io.opportune.engine.shading.ShadeTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.concurrent.NanoClock;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * How a server finds prices: what it has learned of them in its data folder, the thread that goes on learning, and
 * whether that is used. What is learned stays when the configuration switches shading off, and goes on.
 */
final class PriceLearning implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(PriceLearning.class);

    private final ShadeLoop loop;
    private final BidPrices prices;

    /** Loads what was learned and starts the thread. */
    PriceLearning(
        final Config config, final CountersFile counters, final NanoClock clock, final BidMultiplier multiplier) {
        final Path file = DataDirectory.shades(config.path(ConfigKey.SERVER_DATA_DIR));
        final ShadeFeed feed = new ShadeFeed(counters.counter(CounterDescriptor.SHADES_DROPPED));
        loop = new ShadeLoop(learner(file), feed, file, config.durationNs(ConfigKey.BIDDING_SHADING_PATIENCE), clock,
            new ShadeLoop.Counters(counters.counter(CounterDescriptor.SHADES_OBSERVED),
                counters.counter(CounterDescriptor.SHADES_EXPIRED), counters.counter(CounterDescriptor.SHADES_REFUSED),
                counters.counter(CounterDescriptor.SHADES_CURVES), counters.counter(CounterDescriptor.SHADES_UNSAVED)),
            counters.errors()::record);
        prices = new BidPrices(loop::table, config.flag(ConfigKey.BIDDING_SHADING), feed, multiplier);
        loop.start();
    }

    /** Prices for who bids beside a server, or without one: what the data folder holds, and nothing is learned. */
    static BidPrices asOf(final Config config) {
        if (!config.flag(ConfigKey.BIDDING_SHADING)) {
            return BidPrices.UNSHADED;
        }
        final ShadeTable table = learner(DataDirectory.shades(config.path(ConfigKey.SERVER_DATA_DIR))).publish();
        return new BidPrices(() -> table, true, null, BidMultiplier.NONE);
    }

    private static ShadeLearner learner(final Path file) {
        if (Files.exists(file)) {
            try {
                return ShadeFile.read(file, ShadeSettings.DEFAULT);
            } catch (final IOException | RuntimeException damaged) {
                LOG.warn("what was learned of prices is lost and will be learned again: {}", damaged.toString());
            }
        }
        return new ShadeLearner(ShadeSettings.DEFAULT);
    }

    BidPrices prices() {
        return prices;
    }

    @Override
    public void close() {
        loop.close();
    }
}
