package io.opportune.engine.shard;

import io.opportune.engine.counters.ErrorLog;
import io.opportune.engine.decision.DeliveryTally;
import io.opportune.engine.decision.FreeOffers;
import io.opportune.engine.decision.Hold;
import io.opportune.engine.decision.SecondStage;
import io.opportune.engine.decision.ShardCatalogue;
import io.opportune.engine.decision.ShardModel;
import io.opportune.engine.delivery.BudgetSlots;
import io.opportune.engine.delivery.Pace;
import io.opportune.engine.delivery.ShardDelivery;
import io.opportune.engine.experiment.ControlGroups;
import io.opportune.engine.pipeline.RequestSlot;
import io.opportune.engine.pipeline.Shard;
import io.opportune.engine.pipeline.ShardHandler;
import io.opportune.protocol.codec.ContextUpdateDecoder;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.EventReportDecoder;
import io.opportune.protocol.codec.IdentityLinkDecoder;
import org.agrona.concurrent.NanoClock;

/** One shard at work: hands each slot to the flow of its kind and does background work between batches. */
public final class ShardEngine implements ShardHandler {
    private final ShardRouter router;
    private final DecisionFlow decisions;
    private final EventFlow events;
    private final IdentityFlow identities;
    private final ShardDelivery delivery;
    private final ShardLog log;
    private final Answers answers;
    private final Shard shard;
    private final ErrorLog errors;
    private final NanoClock clock;
    private BackgroundTask background;

    ShardEngine(
        final ShardRouter router,
        final DecisionFlow decisions,
        final EventFlow events,
        final IdentityFlow identities,
        final ShardDelivery delivery,
        final ShardLog log,
        final Answers answers,
        final Shard shard,
        final ErrorLog errors,
        final NanoClock clock) {
        this.router = router;
        this.decisions = decisions;
        this.events = events;
        this.identities = identities;
        this.delivery = delivery;
        this.log = log;
        this.answers = answers;
        this.shard = shard;
        this.errors = errors;
        this.clock = clock;
    }

    @Override
    public void onMessage(final RequestSlot slot) {
        final long startNs = clock.nanoTime();
        switch (slot.templateId()) {
            case DecisionRequestDecoder.TEMPLATE_ID -> onDecision(slot);
            case EventReportDecoder.TEMPLATE_ID -> onEvent(slot);
            case ContextUpdateDecoder.TEMPLATE_ID -> onUpdate(slot);
            case IdentityLinkDecoder.TEMPLATE_ID -> identities.onLink(slot);
            default -> throw new IllegalStateException("admission let template " + slot.templateId() + " pass");
        }
        shard.recordServiceTimeNs(clock.nanoTime() - startNs);
    }

    private void onDecision(final RequestSlot slot) {
        switch (router.route(slot)) {
            case HERE -> decisions.onRequest(slot, router.profile());
            case STUCK -> decisions.onStuck(slot);
            case SENT_ON -> {
                // Another shard answers.
            }
        }
    }

    private void onEvent(final RequestSlot slot) {
        switch (router.route(slot)) {
            case HERE -> events.onEvent(slot, router.profile());
            case STUCK -> events.refuseEvent(slot);
            case SENT_ON -> {
                // Another shard answers.
            }
        }
    }

    private void onUpdate(final RequestSlot slot) {
        switch (router.route(slot)) {
            case HERE -> events.onUpdate(slot, router.profile());
            case STUCK -> events.refuseUpdate(slot);
            case SENT_ON -> {
                // Another shard answers.
            }
        }
    }

    /**
     * Spends from other budgets from here on; called on the shard's thread, as a command, before the catalogue that has
     * them.
     *
     * @param slots of all budgets of the catalogue in use and of the next.
     */
    public void useBudgets(final BudgetSlots slots) {
        delivery.use(slots);
    }

    /**
     * Tells the ledger what had found no room before; called on the shard's thread, as a command.
     *
     * @return false while some of it still finds none.
     */
    public boolean flushLedger() {
        return delivery.flush();
    }

    /**
     * Follows a pace from here on; called on the shard's thread, as a command.
     *
     * @param pace of this shard.
     */
    public void follow(final Pace pace) {
        delivery.follow(pace);
    }

    /**
     * Keeps offers back from control groups from here on; called on the shard's thread, as a command, before the
     * catalogue that has them.
     *
     * @param groups of the next catalogue.
     */
    public void useControl(final ControlGroups groups) {
        decisions.useControl(groups);
    }

    /**
     * A time that no later record of this shard was appended before; called on the shard's thread, as a command.
     *
     * @return nanoseconds since 1970; never less than before, also when the wall clock goes back.
     */
    public long stampNs() {
        return delivery.stampNs();
    }

    /**
     * Predicts by another state of the models from here on; called on the shard's thread, as a command. Allocates
     * nothing.
     *
     * @param next made aside for this shard.
     */
    public void predictBy(final ShardModel next) {
        decisions.predictBy(next);
    }

    /**
     * Lets another model predict the best candidates anew from here on, in placements that want it; called on the
     * shard's thread, as a command.
     *
     * @param stage made for this shard.
     */
    public void rerankBy(final SecondStage stage) {
        decisions.rerankBy(stage);
    }

    /**
     * What it predicts by.
     *
     * @return null: the priors of the catalogue.
     */
    public ShardModel model() {
        return decisions.model();
    }

    /**
     * Counts by campaign from here on what becomes of its offers; before the shard starts.
     *
     * @param tally whose one writer this shard is.
     */
    public void countIn(final DeliveryTally tally) {
        decisions.countIn(tally);
        events.countIn(tally);
    }

    @Override
    public void onBatchEnd() {
        answers.endOfBatch();
        events.endOfBatch();
        delivery.poll();
    }

    @Override
    public int onIdle() {
        log.journal().touchAhead();
        delivery.poll();
        int work = identities.retry();
        final BackgroundTask task = background;
        if (task != null) {
            // A step that throws is the task's last.
            background = null;
            if (task.step()) {
                background = task;
            }
            work++;
        }
        if (work > 0) {
            answers.endOfBatch();
        }
        return work;
    }

    @Override
    public void onError(final RequestSlot slot, final Throwable error) {
        errors.record(error);
        if (slot.kind() == RequestSlot.Kind.MESSAGE) {
            // Whatever failed, the client gets an answer and its place among those in flight back.
            switch (slot.templateId()) {
                case DecisionRequestDecoder.TEMPLATE_ID -> decisions.onStuck(slot);
                case EventReportDecoder.TEMPLATE_ID -> events.refuseEvent(slot);
                case ContextUpdateDecoder.TEMPLATE_ID -> events.refuseUpdate(slot);
                default -> identities.refuseFailed(slot);
            }
        }
    }

    @Override
    public void onFailure(final Throwable error) {
        errors.record(error);
    }

    @Override
    public void onStop() {
        answers.endOfBatch();
    }

    /**
     * Lets the calling thread make what it needs for itself, so that no later message allocates; called on the shard's
     * thread, as a command.
     */
    public void warmUp() {
        router.warmUp();
    }

    /**
     * Switches to another catalogue; called on the shard's thread, as a command. Allocates nothing.
     *
     * @param next made aside for this shard.
     */
    public void useCatalogue(final ShardCatalogue next) {
        log.beginControl().catalogue()
            .catalogueCounter(next.catalogue().version().counter())
            .catalogueHash(next.catalogue().version().contentHash());
        // Deciding again needs no record of it: each decision says its version. The journal counts one it refuses.
        log.commit();
        decisions.useCatalogue(next);
        events.useCatalogue(next.catalogue());
    }

    /**
     * Exchanges what the shard searches in for something that finds the same; called on the shard's thread, as a
     * command. Allocates nothing, and nothing is journalled.
     *
     * @param next made aside for this shard, of the catalogue and the holds in use.
     */
    public void useLayout(final ShardCatalogue next) {
        decisions.useCatalogue(next);
        events.useCatalogue(next.catalogue());
    }

    /**
     * Holds an offer or a campaign back, or no longer; called on the shard's thread, as a command. Allocates nothing.
     *
     * @param change to journal.
     * @param free   offers of the catalogue in use after the change.
     */
    public void hold(final Hold change, final FreeOffers free) {
        log.beginControl().hold()
            .controlEpoch(change.epoch())
            .registryId(change.id())
            .target((short) change.target().code())
            .reason((short) change.reason().code())
            .held((short) (change.held() ? 1 : 0));
        // As above: the control journal has the change, and each decision says its epoch.
        log.commit();
        decisions.hold(free);
    }

    /**
     * Gives the shard a background task; called on the shard's thread, as a command.
     *
     * @param task done in steps; replaces one that is not finished.
     */
    public void background(final BackgroundTask task) {
        background = task;
    }

    /**
     * Links between ids, for merges that must be resumed at start.
     *
     * @return the shard's identity flow.
     */
    public IdentityFlow identities() {
        return identities;
    }

    /**
     * Where the shard's journal stands.
     *
     * @return index of its last record; the shard has written one since it was built.
     */
    public long appliedIndex() {
        return log.lastIndex();
    }

    /**
     * Where a queue must be read from to fill this shard's cache of answers again.
     *
     * @param writer shard in whose queue the records stand; after a change of the number of shards not only this one.
     * @return journal index, or {@link Long#MAX_VALUE} when none of them is kept.
     */
    public long oldestAnswerIndex(final int writer) {
        return decisions.cache().oldestJournalIndex(writer);
    }
}
