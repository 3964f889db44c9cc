package io.opportune.engine.server;

import io.opportune.engine.admission.Admission;
import io.opportune.engine.admission.CustomerKeys;
import io.opportune.engine.bidding.BidCatalogues;
import io.opportune.engine.bidding.BidCounters;
import io.opportune.engine.bidding.BidEndpoint;
import io.opportune.engine.bidding.BidExplanations;
import io.opportune.engine.bidding.BidMultiplier;
import io.opportune.engine.bidding.BidParts;
import io.opportune.engine.bidding.BidReport;
import io.opportune.engine.bidding.BidSettings;
import io.opportune.engine.bidding.BidTallies;
import io.opportune.engine.bidding.NoBid;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.config.Config;
import io.opportune.engine.config.ConfigKey;
import io.opportune.engine.counters.CountTable;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.counters.CountersFile;
import io.opportune.engine.decision.FreeOffers;
import io.opportune.engine.exchange.ExchangeProfiles;
import io.opportune.engine.exchange.QpsLimit;
import io.opportune.engine.exchange.RateBoard;
import io.opportune.engine.exchange.TimeMargin;
import io.opportune.engine.explain.BidExplainer;
import io.opportune.engine.explain.BidExplanationDesk;
import io.opportune.engine.explain.ExplainKeys;
import io.opportune.engine.explain.ExplainedChoice;
import io.opportune.engine.explain.ProfileCopies;
import io.opportune.engine.gateway.GatewayErrors;
import io.opportune.engine.gateway.GatewayEventLoops;
import io.opportune.engine.gateway.http.HttpGateway;
import io.opportune.engine.gateway.http.HttpGatewayCounters;
import io.opportune.engine.gateway.http.HttpGatewayEnvironment;
import io.opportune.engine.gateway.http.HttpGatewaySettings;
import io.opportune.engine.identity.Pseudonymiser;
import io.opportune.engine.notice.KeyFiles;
import io.opportune.engine.notice.NoticeKeys;
import io.opportune.engine.notice.NoticeOutcome;
import io.opportune.engine.notice.PriceKeyring;
import io.opportune.engine.privacy.PrivacySettings;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.session.HttpResponseSink;
import io.opportune.engine.session.ResponseSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.status.AtomicCounter;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** The server's side towards ad exchanges: the HTTP port and what stands behind it, made from the configuration. */
final class BiddingFront implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(BiddingFront.class);
    private static final int NO_TLS = -1;
    /** Half of what the way back from other threads takes at once. */
    private static final int MOST_EXPLANATION_BYTES = 256 * 1024;
    private static final int FIRST_REFUSAL = CounterDescriptor.BIDS_NONE_TECHNICAL_ERROR.ordinal();
    private static final int FIRST_NOTICE = CounterDescriptor.NOTICES_ACCEPTED.ordinal();
    private static final CounterDescriptor[] DESCRIPTORS = CounterDescriptor.values();

    /** What it needs from the server around it. */
    record Environment(
        Config config, boolean inline, CountersFile counters, ServerState state, Supplier<Catalogue> catalogue,
        GatewayErrors errors, NanoClock nanoClock, EpochNanoClock epochClock, NameRegistry registry,
        List<CountTable> heldBack, Supplier<FreeOffers> offers, ProfileCopies profiles, BidMultiplier multiplier,
        ExplainedChoice choosing) {
    }

    private final Environment environment;
    private final Config config;
    private final ExchangeProfiles exchanges;
    private final BidSettings settings;
    private final RateBoard rates;
    private final NoticeKeys noticeKeys;
    private final PriceKeyring priceKeys;
    private final PrivacySettings privacy;
    private final Int2ObjectHashMap<QpsLimit> limits;
    private final Int2ObjectHashMap<TimeMargin> margins;
    private final BidCatalogues catalogues;
    private final BidTallies tallies;
    private final PriceLearning learning;
    private final BidExplanationDesk desk;
    private final HttpGateway gateway;

    /**
     * Makes everything and listens.
     *
     * @param admission makes the admission of an event loop with a sink of its own.
     */
    BiddingFront(
        final Environment environment, final GatewayEventLoops eventLoops,
        final BiFunction<Integer, ResponseSink, Admission> admission) throws IOException {
        this.environment = environment;
        config = environment.config();
        exchanges = BidConfig.exchanges(config);
        settings = BidConfig.settings(config);
        rates = BidConfig.rateBoard(config);
        noticeKeys = noticeKeys();
        priceKeys = priceKeys();
        privacy = BidConfig.privacy(config);
        limits = BidParts.limits(exchanges, environment.nanoClock().nanoTime());
        tallies = new BidTallies(exchanges, environment.registry(), environment.heldBack());
        margins = BidParts.margins(exchanges, environment.nanoClock().nanoTime());
        catalogues = new BidCatalogues(environment.catalogue().get(), exchanges, settings,
            environment.counters().errors()::record);
        learning = new PriceLearning(
            config, environment.counters(), environment.nanoClock(), environment.multiplier());
        final OpenedParts opened = new OpenedParts();
        opened.add(learning);
        try {
            desk = desk();
            gateway = new HttpGateway(
                new HttpGatewayEnvironment(http(), BidEndpoint.routes(), this::httpCounters, environment.errors(),
                    environment.nanoClock(), environment.epochClock()),
                (loop, sink) -> endpoint(loop, sink, admission), eventLoops);
            gateway.start();
        } catch (final IOException | RuntimeException | Error failed) {
            opened.closeAfter(failed);
            throw failed;
        }
    }

    private BidEndpoint endpoint(
        final int loop, final HttpResponseSink sink,
        final BiFunction<Integer, ResponseSink, Admission> admission) {
        final BidParts parts = new BidParts(settings, exchanges, limits, margins, rates, privacy, noticeKeys, priceKeys,
            catalogues::current,
            new CustomerKeys(new Pseudonymiser(environment.state().key()), environment.state().identities()),
            bidCounters(loop), environment.nanoClock(), environment.epochClock(),
            desk == null ? BidExplanations.NONE : desk, learning.prices());
        return new BidEndpoint(parts, sink, answers -> admission.apply(loop, answers),
            admitted -> new AdmittedNotices(admitted, exchanges));
    }

    /** Explains on a thread of its own; null when nobody may ask. */
    private BidExplanationDesk desk() throws IOException {
        final ExplainKeys keys = ExplainKeys.load(
            config.optionalPath(ConfigKey.BIDDING_EXPLAIN_TOKEN_FILE).orElse(null),
            config.optionalPath(ConfigKey.BIDDING_TEST_KEY_FILE).orElse(null));
        final ServerState state = environment.state();
        return !keys.isAny() ? null : new BidExplanationDesk(keys,
            () -> new BidExplainer(new BidExplainer.Environment(settings, exchanges, rates, privacy,
                catalogues::current, environment.offers(), environment.registry(), state.key(), state.identities(),
                state.partitioner(), environment.profiles(), environment.epochClock(),
                config.durationNs(ConfigKey.DECISION_MAX_TIME_BUDGET), learning.prices(),
                environment.choosing())),
            MOST_EXPLANATION_BYTES, environment.counters().errors()::record);
    }

    private NoticeKeys noticeKeys() throws IOException {
        final Path file = config.path(ConfigKey.BIDDING_NOTICE_KEY_FILE);
        warnOfReaders(file);
        return Files.exists(file) ? NoticeKeys.load(file) : NoticeKeys.create(file, new SecureRandom());
    }

    private static void warnOfReaders(final Path keyFile) {
        if (KeyFiles.isOpenToOthers(keyFile)) {
            LOG.warn("the key file {} may be read by others than its owner: take their permissions away", keyFile);
        }
    }

    private PriceKeyring priceKeys() {
        final Path directory = config.optionalPath(ConfigKey.BIDDING_PRICE_KEYS_DIR)
            .or(() -> config.optionalPath(ConfigKey.BIDDING_EXCHANGES_DIR)).orElse(Path.of("."));
        final PriceKeyring keys = PriceKeyring.load(exchanges, directory, System.getenv());
        keys.missing().forEach(missing -> LOG.info("prices cannot be decrypted: {}", missing));
        exchanges.all().stream()
            .flatMap(each -> Stream.of(each.price().encryptionKey(), each.price().integrityKey()))
            .filter(source -> source != null && source.file() != null)
            .forEach(source -> warnOfReaders(directory.resolve(source.file())));
        return keys;
    }

    private HttpGatewaySettings http() {
        final Path certificate = config.optionalPath(ConfigKey.GATEWAY_HTTP_CERTIFICATE_FILE).orElse(null);
        return HttpGatewaySettings.builder()
            .host(config.text(ConfigKey.GATEWAY_HTTP_HOST))
            .port(config.integer(ConfigKey.GATEWAY_HTTP_PORT))
            .tlsPort(certificate == null ? NO_TLS : config.integer(ConfigKey.GATEWAY_HTTP_TLS_PORT))
            .certificateFile(certificate)
            .keyFile(config.optionalPath(ConfigKey.GATEWAY_HTTP_KEY_FILE).orElse(null))
            .inline(environment.inline())
            .maxBodyBytes((int) config.sizeBytes(ConfigKey.GATEWAY_HTTP_MAX_BODY))
            .maxPendingBytes(config.sizeBytes(ConfigKey.GATEWAY_HTTP_MAX_PENDING))
            .maxConnections(config.integer(ConfigKey.GATEWAY_HTTP_MAX_CONNECTIONS))
            .idleTimeoutNs(config.durationNs(ConfigKey.GATEWAY_HTTP_IDLE_TIMEOUT))
            .build();
    }

    private AtomicCounter counter(final CounterDescriptor descriptor, final int loop) {
        return environment.counters().counter(descriptor, loop);
    }

    private AtomicCounter[] counters(final int first, final int count, final int loop) {
        final AtomicCounter[] counters = new AtomicCounter[count];
        for (int i = 0; i < count; i++) {
            counters[i] = counter(DESCRIPTORS[first + i], loop);
        }
        return counters;
    }

    private BidCounters bidCounters(final int loop) {
        return new BidCounters(
            counter(CounterDescriptor.BIDS_REQUESTS, loop), counter(CounterDescriptor.BIDS_UNKNOWN_EXCHANGE, loop),
            counter(CounterDescriptor.BIDS_MALFORMED, loop), counter(CounterDescriptor.BIDS_REFUSED, loop),
            counter(CounterDescriptor.BIDS_RESPONSES, loop), counter(CounterDescriptor.BIDS_MADE, loop),
            counter(CounterDescriptor.BIDS_CONTEXTUAL, loop), counter(CounterDescriptor.BIDS_CUSTOMERS, loop),
            counters(FIRST_REFUSAL, NoBid.count(), loop),
            counters(FIRST_NOTICE, NoticeOutcome.values().length, loop),
            counter(CounterDescriptor.NOTICES_REFUSED, loop), counter(CounterDescriptor.NOTICES_MARKUP_SERVED, loop),
            counter(CounterDescriptor.NOTICES_MARKUP_MISSING, loop), counter(CounterDescriptor.BIDS_EXPLAINED, loop),
            counter(CounterDescriptor.BIDS_EXPLAIN_REFUSED, loop), counter(CounterDescriptor.BIDS_SHADED, loop),
            counter(CounterDescriptor.BIDS_EXPLORED, loop), counter(CounterDescriptor.BIDS_FIRST_PRICE, loop),
            counter(CounterDescriptor.BIDS_SHADES, loop), counter(CounterDescriptor.BIDS_OTHER_VERSION, loop),
            tallies.add(environment.catalogue().get()));
    }

    private HttpGatewayCounters httpCounters(final int loop) {
        return new HttpGatewayCounters(
            counter(CounterDescriptor.HTTP_CONNECTIONS_OPEN, loop),
            counter(CounterDescriptor.HTTP_CONNECTIONS_ACCEPTED, loop),
            counter(CounterDescriptor.HTTP_CONNECTIONS_REFUSED, loop),
            counter(CounterDescriptor.HTTP_HTTP2_CONNECTIONS, loop), counter(CounterDescriptor.HTTP_REQUESTS, loop),
            counter(CounterDescriptor.HTTP_BYTES_READ, loop), counter(CounterDescriptor.HTTP_BYTES_WRITTEN, loop),
            counter(CounterDescriptor.HTTP_ANSWERS_WITH_BODY, loop),
            counter(CounterDescriptor.HTTP_ANSWERS_WITHOUT_BODY, loop),
            counter(CounterDescriptor.HTTP_ANSWERS_EXPIRED, loop),
            counter(CounterDescriptor.HTTP_ANSWERS_DROPPED, loop),
            counter(CounterDescriptor.HTTP_ANSWERS_TOO_LONG, loop),
            counter(CounterDescriptor.HTTP_ANSWERS_COMPRESSED, loop), counter(CounterDescriptor.HTTP_REFUSED_400, loop),
            counter(CounterDescriptor.HTTP_REFUSED_404, loop), counter(CounterDescriptor.HTTP_REFUSED_405, loop),
            counter(CounterDescriptor.HTTP_REFUSED_413, loop), counter(CounterDescriptor.HTTP_REFUSED_415, loop),
            counter(CounterDescriptor.HTTP_REFUSED_431, loop), counter(CounterDescriptor.HTTP_REFUSED_OTHER, loop),
            counter(CounterDescriptor.HTTP_IDLE_CLOSES, loop),
            counter(CounterDescriptor.HTTP_SLOW_CONSUMER_CLOSES, loop),
            counter(CounterDescriptor.HTTP_HANDLER_FAILURES, loop));
    }

    /** Reads the currency rates again; the ones before stay where the file is no good. */
    void reloadRates() {
        try {
            rates.replace(BidConfig.rates(config));
        } catch (final IOException refused) {
            environment.counters().counter(CounterDescriptor.CURRENCY_RATES_REFUSED).incrementRelease();
            LOG.error("the currency rates stay as they were: {}", refused.getMessage());
        }
    }

    /** Another catalogue is about to come into service. */
    void prepare(final Catalogue next) {
        tallies.reserve(next);
        catalogues.prepare(next);
    }

    /** What came of bid requests, by exchange and campaign. */
    BidReport report() {
        return tallies.report();
    }

    int port() {
        return gateway.port();
    }

    @Override
    public void close() {
        if (desk != null) {
            desk.close();
        }
        gateway.close();
        learning.close();
    }
}
