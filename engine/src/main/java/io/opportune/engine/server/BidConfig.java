package io.opportune.engine.server;

import io.opportune.engine.bidding.BidSettings;
import io.opportune.engine.catalogue.CatalogueError;
import io.opportune.engine.catalogue.CurrencyRatesFile;
import io.opportune.engine.catalogue.ExchangeFiles;
import io.opportune.engine.config.Config;
import io.opportune.engine.config.ConfigKey;
import io.opportune.engine.exchange.CurrencyRates;
import io.opportune.engine.exchange.ExchangeProfiles;
import io.opportune.engine.exchange.RateBoard;
import io.opportune.engine.privacy.PrivacyAction;
import io.opportune.engine.privacy.PrivacySettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** What bidding takes from the configuration and the files that it names, for a server and for tools. Stateless. */
final class BidConfig {
    private static final Logger LOG = LogManager.getLogger(BidConfig.class);
    private static final int USD = 840;

    private BidConfig() {
    }

    static PrivacySettings privacy(final Config config) {
        return PrivacySettings.builder().vendorId(config.integer(ConfigKey.BIDDING_VENDOR_ID))
            .needs(PrivacyAction.READ_PROFILE, config.numbers(ConfigKey.BIDDING_PURPOSES_PROFILE))
            .needs(PrivacyAction.KEEP_EVENTS, config.numbers(ConfigKey.BIDDING_PURPOSES_EVENTS))
            .needs(PrivacyAction.USE_PRECISE_LOCATION, config.numbers(ConfigKey.BIDDING_PURPOSES_LOCATION))
            .legitimateInterestFor(config.numbers(ConfigKey.BIDDING_LEGITIMATE_INTERESTS))
            .globalScopeAccepted(config.flag(ConfigKey.BIDDING_GLOBAL_SCOPE))
            .cache(config.integer(ConfigKey.BIDDING_CONSENT_CACHE),
                config.integer(ConfigKey.BIDDING_CONSENT_CACHE_LENGTH))
            .build();
    }

    private static void check(final String what, final List<CatalogueError> errors) throws IOException {
        if (!errors.isEmpty()) {
            errors.forEach(error -> LOG.error("{}: {}", what, error));
            throw new IOException(what + ": " + errors.size() + " mistakes, the first: " + errors.getFirst());
        }
    }

    static ExchangeProfiles exchanges(final Config config) throws IOException {
        final Path directory = config.optionalPath(ConfigKey.BIDDING_EXCHANGES_DIR).orElse(null);
        final ExchangeFiles.Result result = directory == null ? ExchangeFiles.shipped() : ExchangeFiles.load(directory);
        check(ConfigKey.BIDDING_EXCHANGES_DIR.key(), result.errors());
        return result.profiles();
    }

    /** The rates, which are no good any more when they are too old. */
    static RateBoard rateBoard(final Config config) throws IOException {
        return new RateBoard(rates(config), config.durationNs(ConfigKey.BIDDING_CURRENCY_RATES_MAX_AGE));
    }

    static CurrencyRates rates(final Config config) throws IOException {
        final Path file = config.optionalPath(ConfigKey.BIDDING_CURRENCY_RATES_FILE).orElse(null);
        if (file == null) {
            return CurrencyRates.none(USD);
        }
        final CurrencyRatesFile.Result result = CurrencyRatesFile.load(file);
        check(ConfigKey.BIDDING_CURRENCY_RATES_FILE.key(), result.errors());
        return result.rates();
    }

    static BidSettings settings(final Config config) {
        return new BidSettings(config.text(ConfigKey.BIDDING_SEAT), config.text(ConfigKey.BIDDING_PLACEMENT),
            config.text(ConfigKey.BIDDING_NOTICE_BASE_URL),
            (int) TimeUnit.NANOSECONDS.toSeconds(config.durationNs(ConfigKey.BIDDING_EXPIRY)),
            config.durationNs(ConfigKey.BIDDING_NOTICE_LIFETIME), config.integer(ConfigKey.BIDDING_IN_FLIGHT_LIMIT),
            config.clients().size());
    }
}
