package io.opportune.engine.server;

import io.opportune.engine.admission.CustomerKeys;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.config.ClientConfig;
import io.opportune.engine.config.Config;
import io.opportune.engine.config.ConfigKey;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.counters.CountersFile;
import io.opportune.engine.decision.ResponseEncoder;
import io.opportune.engine.decision.Slate;
import io.opportune.engine.gateway.GatewayErrors;
import io.opportune.engine.gateway.GatewayTransport;
import io.opportune.engine.gateway.binary.BinaryGatewayCounters;
import io.opportune.engine.gateway.binary.BinaryGatewayEnvironment;
import io.opportune.engine.gateway.binary.BinaryGatewaySettings;
import io.opportune.engine.gateway.binary.ClientDirectory;
import io.opportune.engine.gateway.binary.GatewayClient;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalSettings;
import io.opportune.engine.journal.RollCadence;
import io.opportune.engine.journal.SyncPolicy;
import io.opportune.engine.pipeline.Shard;
import io.opportune.engine.profile.ProfileStoreSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.status.AtomicCounter;

/** Translates the configuration into what each component takes; keeps the choices that depend on the machine. */
final class ServerSettings {
    /** What the map needs for each, its own tables included; a little more than measured. */
    private static final long BYTES_PER_PROFILE = 800;
    private static final long BYTES_PER_IDENTITY = 128;
    /** Instance of the counters of the control journal's writer, beside those of the shards from 0 on. */
    private static final int CONTROL_JOURNAL_INSTANCE = 1_000;
    /** An answer of two offers with texts has some 700 bytes; where answers are longer, fewer are remembered. */
    static final int MEAN_ANSWER_BYTES = 1024;

    /** Below four processors a shard thread would take the core that its event loop needs. */
    private static final int MIN_PROCESSORS_FOR_RINGS = 4;

    private final Config config;
    private final boolean inline;
    private final int shardCount;

    ServerSettings(final Config config) {
        this.config = config;
        final int processors = Runtime.getRuntime().availableProcessors();
        final int eventLoops = config.integer(ConfigKey.GATEWAY_EVENT_LOOPS);
        final int wantedShards = config.integer(ConfigKey.SERVER_SHARDS);
        final String threading = config.choice(ConfigKey.SERVER_THREADING);
        final boolean inlinePossible = eventLoops == 1 && wantedShards <= 1;
        if (threading.equals("inline") && !inlinePossible) {
            throw new IllegalArgumentException("server.threading: found inline with gateway.event-loops = "
                + eventLoops + " and server.shards = " + wantedShards
                + "; inline runs one shard on one event loop: set both to 1, or server.threading to ring");
        }
        inline = threading.equals("inline")
            || threading.equals("auto") && inlinePossible && processors < MIN_PROCESSORS_FOR_RINGS;
        shardCount = inline ? 1 : wantedShards > 0 ? wantedShards : Math.max(1, (processors - eventLoops) / 2);
    }

    Config config() {
        return config;
    }

    boolean inline() {
        return inline;
    }

    long maxTimeBudgetNs() {
        return config.durationNs(ConfigKey.DECISION_MAX_TIME_BUDGET);
    }

    Path keyFile() {
        return config.path(ConfigKey.STORE_KEY_FILE);
    }

    Path liveFolder(final Path dataFolder, final ProfileStoreSettings store) throws IOException {
        return LiveFolder.open(config.optionalPath(ConfigKey.STORE_LIVE_DIR).orElse(null), dataFolder,
            (long) store.slotsPerPartition() * store.partitions() * BYTES_PER_PROFILE
                + (long) config.integer(ConfigKey.STORE_MAX_IDENTITIES) * BYTES_PER_IDENTITY);
    }

    Shard[] shards() {
        final Shard[] shards = new Shard[shardCount];
        for (int i = 0; i < shardCount; i++) {
            shards[i] = new Shard(
                i, config.integer(ConfigKey.PIPELINE_RING_SIZE), (int) config.sizeBytes(
                    ConfigKey.GATEWAY_MAX_FRAME_LENGTH));
        }
        return shards;
    }

    JournalSettings journal() {
        return JournalSettings.defaults()
            .withSync(SyncPolicy.valueOf(config.choice(ConfigKey.JOURNAL_SYNC).toUpperCase(Locale.ROOT)),
                config.durationNs(ConfigKey.JOURNAL_SYNC_INTERVAL))
            .withRoll(RollCadence.valueOf(config.choice(ConfigKey.JOURNAL_ROLL).toUpperCase(Locale.ROOT)))
            .withMinFreeBytes(config.sizeBytes(ConfigKey.JOURNAL_MIN_FREE));
    }

    ControlJournal controlJournal(final Path root, final CountersFile counters, final EpochNanoClock clock)
        throws IOException {
        final JournalSettings settings = JournalSettings.defaults()
            .withSync(SyncPolicy.BATCH, 1)
            .withRoll(RollCadence.DAILY)
            .withSizes(64L << 20, 1L << 20, 1 << 16)
            .withMinFreeBytes(config.sizeBytes(ConfigKey.JOURNAL_MIN_FREE));
        return new ControlJournal(new JournalDirectory(DataDirectory.journal(root)).registryQueue(), settings,
            ShardAssembly.journalCounters(counters, CONTROL_JOURNAL_INSTANCE), null, clock, CustomerKeys.TENANT,
            OpportuneServer.VERSION, config.flag(ConfigKey.RECOVERY_ACCEPT_GAPS));
    }

    BinaryGatewayEnvironment gatewayEnvironment(
        final CatalogueService catalogues,
        final CountersFile counters,
        final NanoClock nanoClock,
        final EpochNanoClock epochClock) {
        return new BinaryGatewayEnvironment(
            gateway(),
            clients(),
            version -> {
                final Catalogue current = catalogues.current();
                version.counter(current == null ? 0 : current.version().counter())
                    .contentHash(current == null ? 0 : current.version().contentHash());
            },
            loop -> gatewayCounters(counters, loop),
            new GatewayErrors() {
                @Override
                public void onPeerError(final String component, final String what) {
                    counters.errors().record(component, what);
                }

                @Override
                public void onFailure(final Throwable failure) {
                    counters.errors().record(failure);
                }
            },
            nanoClock,
            epochClock);
    }

    private BinaryGatewaySettings gateway() {
        return BinaryGatewaySettings.builder()
            .host(config.text(ConfigKey.GATEWAY_HOST))
            .port(config.integer(ConfigKey.GATEWAY_PORT))
            .transport(GatewayTransport.valueOf(
                config.choice(ConfigKey.GATEWAY_TRANSPORT).toUpperCase(Locale.ROOT)))
            .eventLoops(config.integer(ConfigKey.GATEWAY_EVENT_LOOPS))
            .inline(inline)
            .maxFrameLengthBytes((int) config.sizeBytes(ConfigKey.GATEWAY_MAX_FRAME_LENGTH))
            .maxConnections(config.integer(ConfigKey.GATEWAY_MAX_SESSIONS))
            .inFlightLimit(config.integer(ConfigKey.GATEWAY_IN_FLIGHT_LIMIT))
            .logonTimeoutNs(config.durationNs(ConfigKey.GATEWAY_LOGON_TIMEOUT))
            .idleTimeoutNs(config.durationNs(ConfigKey.GATEWAY_IDLE_TIMEOUT))
            .heartbeatIntervalNs(config.durationNs(ConfigKey.GATEWAY_HEARTBEAT_INTERVAL))
            .writeBufferLowBytes((int) config.sizeBytes(ConfigKey.GATEWAY_WRITE_BUFFER_LOW))
            .writeBufferHighBytes((int) config.sizeBytes(ConfigKey.GATEWAY_WRITE_BUFFER_HIGH))
            .maxTimeBudgetUs(TimeUnit.NANOSECONDS.toMicros(maxTimeBudgetNs()))
            .maxOffers(Slate.MAX_OFFERS)
            // The longest answer must fit into an eighth of the ring.
            .answerRingBytes(8 * 2 * ResponseEncoder.MAX_FRAME_BYTES)
            .serverVersion(OpportuneServer.VERSION)
            .build();
    }

    private ClientDirectory clients() {
        final List<ClientConfig> clients = config.clients();
        return new ClientDirectory(clients.stream()
            .map(c -> new GatewayClient(c.id(), c.key(), c.inFlightLimit(), c.maySetEventTime(),
                c.eventTimeBehindNs(), c.eventTimeAheadNs()))
            .toList());
    }

    private static BinaryGatewayCounters gatewayCounters(final CountersFile counters, final int loop) {
        final java.util.function.Function<CounterDescriptor, AtomicCounter> of = d -> counters.counter(d, loop);
        return new BinaryGatewayCounters(
            of.apply(CounterDescriptor.GATEWAY_SESSIONS_OPEN),
            of.apply(CounterDescriptor.GATEWAY_SESSIONS_ACCEPTED),
            of.apply(CounterDescriptor.GATEWAY_SESSIONS_REFUSED),
            of.apply(CounterDescriptor.GATEWAY_LOGONS),
            of.apply(CounterDescriptor.GATEWAY_LOGON_FAILURES),
            of.apply(CounterDescriptor.GATEWAY_FRAMES_READ),
            of.apply(CounterDescriptor.GATEWAY_BYTES_READ),
            of.apply(CounterDescriptor.GATEWAY_BYTES_WRITTEN),
            of.apply(CounterDescriptor.GATEWAY_REJECTS),
            of.apply(CounterDescriptor.GATEWAY_MALFORMED_FRAMES),
            of.apply(CounterDescriptor.GATEWAY_IDLE_CLOSES),
            of.apply(CounterDescriptor.GATEWAY_SLOW_CONSUMER_CLOSES),
            of.apply(CounterDescriptor.GATEWAY_ANSWERS_DROPPED));
    }
}
