package io.opportune.engine.shard;

import io.opportune.engine.counters.ErrorLog;
import io.opportune.engine.counters.StageTimers;
import io.opportune.engine.decision.DecisionEngine;
import io.opportune.engine.decision.ResponseEncoder;
import io.opportune.engine.delivery.ShardDelivery;
import io.opportune.engine.journal.JournalWriter;
import io.opportune.engine.ledger.ShardLeases;
import io.opportune.engine.pipeline.Shard;
import io.opportune.engine.state.AnswerCache;
import io.opportune.engine.state.StateMachine;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;

/** Builds the engines of all shards over the same state and makes them known to each other. Used at start. */
public final class ShardEngineBuilder {
    private final Shard[] shards;
    private final ShardState state;
    private final EpochNanoClock epochClock;
    private final NanoClock nanoClock;

    /**
     * Binds what the engines share.
     *
     * @param shards     all of them.
     * @param state      they work on.
     * @param epochClock wall clock.
     * @param nanoClock  monotonic clock.
     */
    public ShardEngineBuilder(
        final Shard[] shards, final ShardState state, final EpochNanoClock epochClock, final NanoClock nanoClock) {
        this.shards = shards;
        this.state = state;
        this.epochClock = epochClock;
        this.nanoClock = nanoClock;
    }

    /**
     * Builds one engine and writes the first record of the term into its journal.
     *
     * @param index         of the shard.
     * @param journal       of the shard.
     * @param leases        of the shard.
     * @param caches        of the answers of all shards, filled by recovery.
     * @param counters      of the shard.
     * @param timers        of the shard.
     * @param errors        shared.
     * @param holdUntilSync whether answers wait for the journal's sync.
     * @param inline        whether the event loop itself runs the shard and needs no waking.
     * @param version       of the server, for the term record.
     * @return the engine.
     */
    public ShardEngine build(
        final int index,
        final JournalWriter journal,
        final ShardLeases leases,
        final AnswerCache[] caches,
        final ShardCounters counters,
        final StageTimers timers,
        final ErrorLog errors,
        final boolean holdUntilSync,
        final boolean inline,
        final String version) {
        final StateMachine machine =
            new StateMachine(state.profiles(), state.identities(), state.eventIds(), state.table());
        final ShardDelivery delivery = new ShardDelivery(leases, state.holdTimes(), epochClock);
        final ShardLog log =
            new ShardLog(state.tenant(), state.term(), journal, machine, state.table(), delivery::stampNs);
        final Answers answers = new Answers(holdUntilSync, !inline, journal);
        final ShardRouter router = new ShardRouter(index, shards, state.partitioner(), state.profiles());
        final DecisionFlow decisions = new DecisionFlow(new DecisionEngine(nanoClock, timers, counters.heldBack()),
            delivery, new ResponseEncoder(epochClock, nanoClock), caches, index, log, answers, counters, timers,
            nanoClock);
        final IdentityFlow identities = new IdentityFlow(
            state.eventIds(), state.identities(), state.profiles(), router, log, answers, counters);
        final EventFlow events = new EventFlow(
            state.eventIds(), state.registry(), state.profiles(), router, delivery, identities, log, answers, counters);
        log.beginControl().termRecord().serverVersion(version);
        log.commit();
        return new ShardEngine(
            router, decisions, events, identities, delivery, log, answers, shards[index], errors, nanoClock);
    }

    /**
     * Makes the shards known to each other.
     *
     * @param engines of all shards, by index.
     */
    public void connect(final ShardEngine[] engines) {
        final IdentityFlow[] flows = new IdentityFlow[engines.length];
        for (int i = 0; i < engines.length; i++) {
            flows[i] = engines[i].identities();
        }
        for (final IdentityFlow flow : flows) {
            flow.peers(flows);
        }
    }
}
