package io.opportune.engine.server;

import io.opportune.engine.admission.CustomerKeys;
import io.opportune.engine.counters.CountTable;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.counters.CountersFile;
import io.opportune.engine.counters.StageTimers;
import io.opportune.engine.decision.DeliveryTallies;
import io.opportune.engine.identity.EventIdHorizon;
import io.opportune.engine.identity.Partitioner;
import io.opportune.engine.journal.JournalCounters;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalSettings;
import io.opportune.engine.journal.JournalWriter;
import io.opportune.engine.journal.SyncPolicy;
import io.opportune.engine.pipeline.Shard;
import io.opportune.engine.profile.IdentityIndex;
import io.opportune.engine.profile.ProfileStore;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.shard.ShardCounters;
import io.opportune.engine.shard.ShardEngine;
import io.opportune.engine.shard.ShardEngineBuilder;
import io.opportune.engine.shard.ShardState;
import io.opportune.engine.state.AnswerCache;
import io.opportune.engine.state.PartitionTable;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;

/** Builds the shards over restored state, each with its journal, counters and timers. Used once, at start. */
final class ShardAssembly implements AutoCloseable {
    private final CountersFile counters;
    private final JournalDirectory journals;
    private final JournalSettings journalSettings;
    private final EpochNanoClock epochClock;
    private final NanoClock nanoClock;
    private final List<JournalWriter> writers = new ArrayList<>();
    private final List<StageTimers> timers = new ArrayList<>();
    private final List<CountTable> heldBack = new ArrayList<>();
    private final DeliveryTallies tallies = new DeliveryTallies();

    ShardAssembly(
        final CountersFile counters,
        final JournalDirectory journals,
        final JournalSettings journalSettings,
        final EpochNanoClock epochClock,
        final NanoClock nanoClock) {
        this.counters = counters;
        this.journals = journals;
        this.journalSettings = journalSettings;
        this.epochClock = epochClock;
        this.nanoClock = nanoClock;
    }

    ShardSet build(
        final Shard[] shards,
        final boolean inline,
        final AnswerCache[] answers,
        final Partitioner partitioner,
        final ProfileStore profiles,
        final IdentityIndex identities,
        final EventIdHorizon eventIds,
        final PartitionTable table,
        final NameRegistry registry,
        final LedgerService ledger,
        final long term,
        final String serverVersion) {
        final ShardState state =
            new ShardState(partitioner, profiles, identities, eventIds, table, registry, CustomerKeys.TENANT, term,
                ledger.holdTimes());
        final ShardEngineBuilder builder = new ShardEngineBuilder(shards, state, epochClock, nanoClock);
        final ShardEngine[] engines = new ShardEngine[shards.length];
        for (int i = 0; i < shards.length; i++) {
            final JournalWriter writer = new JournalWriter(
                journals.shardQueue(i), journalSettings, epochClock, journalCounters(counters, i), null,
                counters.errors()::record);
            writers.add(writer);
            timers.add(new StageTimers(i));
            heldBack.add(ShardCounters.heldBackTable());
            engines[i] = builder.build(i, writer, ledger.leases(i), answers, shardCounters(i),
                timers.get(i), counters.errors(), journalSettings.sync() == SyncPolicy.BATCH, inline, serverVersion);
            engines[i].countIn(tallies.add());
        }
        builder.connect(engines);
        return new ShardSet(shards, engines, inline);
    }

    List<JournalWriter> writers() {
        return writers;
    }

    /** Forces the journals of all shards to the disk; false when it refused one. */
    boolean syncJournals() {
        boolean synced = true;
        for (final JournalWriter writer : writers) {
            synced &= writer.sync();
        }
        return synced;
    }

    List<StageTimers> timers() {
        return timers;
    }

    /** What each shard held back in auctions. */
    List<CountTable> heldBack() {
        return heldBack;
    }

    /** What each shard counts of campaigns. */
    DeliveryTallies tallies() {
        return tallies;
    }

    /** Closes the journals; the shards must have stopped. */
    @Override
    public void close() {
        writers.forEach(JournalWriter::close);
    }

    static JournalCounters journalCounters(final CountersFile counters, final int instance) {
        return new JournalCounters(
            counters.counter(CounterDescriptor.JOURNAL_RECORDS, instance),
            counters.counter(CounterDescriptor.JOURNAL_BYTES, instance),
            counters.counter(CounterDescriptor.JOURNAL_SYNCS, instance),
            counters.counter(CounterDescriptor.JOURNAL_SYNCED, instance),
            counters.counter(CounterDescriptor.JOURNAL_FAILURES, instance));
    }

    private ShardCounters shardCounters(final int instance) {
        return new ShardCounters(
            counters.counter(CounterDescriptor.DECISIONS_FULL, instance),
            counters.counter(CounterDescriptor.DECISIONS_NO_OFFER, instance),
            counters.counter(CounterDescriptor.DECISIONS_FALLBACK, instance),
            counters.counter(CounterDescriptor.DECISIONS_LATE, instance),
            counters.counter(CounterDescriptor.DECISIONS_UNDECIDED, instance),
            counters.counter(CounterDescriptor.DECISIONS_TRUNCATED, instance),
            counters.counter(CounterDescriptor.DECISIONS_RETRIED, instance),
            counters.counter(CounterDescriptor.EVENTS_ACCEPTED, instance),
            counters.counter(CounterDescriptor.EVENTS_DUPLICATE, instance),
            counters.counter(CounterDescriptor.EVENTS_UNKNOWN, instance),
            counters.counter(CounterDescriptor.EVENTS_REJECTED, instance),
            counters.counter(CounterDescriptor.REDEMPTIONS_OVER_COST, instance),
            counters.counter(CounterDescriptor.CONTEXT_UPDATES, instance),
            counters.counter(CounterDescriptor.MERGES, instance),
            counters.counter(CounterDescriptor.ERASURES, instance),
            counters.counter(CounterDescriptor.PROFILES_REFUSED_FULL, instance),
            counters.counter(CounterDescriptor.PROFILES_FORGOTTEN, instance),
            counters.counter(CounterDescriptor.DECISIONS_UNJOURNALLED, instance),
            counters.counter(CounterDescriptor.DECISIONS_SECOND_STAGE, instance),
            counters.counter(CounterDescriptor.DECISIONS_SECOND_STAGE_SKIPPED, instance),
            heldBack.get(instance));
    }
}
