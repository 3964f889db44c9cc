package io.opportune.engine.explain;

import io.opportune.engine.context.Customer;
import io.opportune.engine.counters.StageTimers;
import io.opportune.engine.decision.CustomerControl;
import io.opportune.engine.decision.Deadline;
import io.opportune.engine.decision.DecisionEngine;
import io.opportune.engine.decision.DecisionOutcome;
import io.opportune.engine.decision.FreeOffers;
import io.opportune.engine.decision.OfferInquiry;
import io.opportune.engine.decision.ResponseEncoder;
import io.opportune.engine.decision.SecondStage;
import io.opportune.engine.decision.ShardCatalogue;
import io.opportune.engine.decision.ShardModel;
import io.opportune.engine.experiment.ControlGroups;
import io.opportune.engine.identity.Partitioner;
import io.opportune.engine.pipeline.RequestSlot;
import io.opportune.engine.pipeline.ShardHandler;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Decides like a shard, on copies of profiles, and forgets it: no journal, no state. Keeps what each decision was made
 * from, so that it can be asked about afterwards. One thread.
 */
final class ExplainedShard implements ShardHandler {
    /** As many as a shard follows. */
    private static final int MAX_HOPS = 8;

    private final ProfileCopies profiles;
    private final Partitioner partitioner;
    private final DecisionEngine engine;
    private final ResponseEncoder encoder;
    private final Deadline deadline;
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final DecisionRequestDecoder request = new DecisionRequestDecoder();
    private final DecisionOutcome outcome = new DecisionOutcome();
    private final Customer customer = new Customer();
    private final CustomerControl control = new CustomerControl();
    private final ProfileFlyweight profile = new ProfileFlyweight();
    private final List<Asked> asked = new ArrayList<>();
    private FreeOffers free;
    private ShardCatalogue catalogue;
    private Throwable failure;
    private long foundRootHigh;
    private long foundRootLow;
    private ShardModel model;
    private long drawHigh;
    private long drawLow;

    /**
     * What a decision was made from.
     *
     * @param correlationId  of the request.
     * @param message        a copy of the request as it stood in the shard's slot.
     * @param identified     whether the request names a customer.
     * @param profile        a copy; null for none.
     * @param person         tag of the person in the household; 0 for none.
     * @param rootHigh       upper half of the root key.
     * @param rootLow        lower half; both 0 for somebody unknown.
     * @param businessTimeNs of the decision.
     * @param decidedNs      time it took.
     */
    record Asked(
        long correlationId, UnsafeBuffer message, boolean identified, UnsafeBuffer profile, int person,
        long rootHigh, long rootLow, long businessTimeNs, long decidedNs) {
    }

    ExplainedShard(
        final ProfileCopies profiles, final Partitioner partitioner, final EpochNanoClock epochClock,
        final NanoClock nanoClock, final SecondStage secondStage) {
        this.profiles = profiles;
        this.partitioner = partitioner;
        engine = new DecisionEngine(nanoClock, new StageTimers(0));
        engine.control(control);
        engine.rerankBy(secondStage);
        encoder = new ResponseEncoder(epochClock, nanoClock);
        deadline = new Deadline(nanoClock);
    }

    /** Chooses by these from here on; the weights of the model must stay while it decides. */
    void chooseBy(final ControlGroups groups, final ShardModel predicts) {
        control.use(groups);
        model = predicts == null ? model : predicts;
        engine.predictBy(predicts);
    }

    /** What it predicted by last, for its room. */
    ShardModel model() {
        return model;
    }

    /** Draws from here on what is left to chance as a decision did. */
    void drawBy(final long high, final long low) {
        drawHigh = high;
        drawLow = low;
    }

    void begin(final FreeOffers offers, final long nowNs) {
        asked.clear();
        failure = null;
        if (offers != free) {
            catalogue = ShardCatalogue.first(offers, nowNs);
            engine.use(catalogue);
            free = offers;
        }
    }

    ShardCatalogue catalogue() {
        return catalogue;
    }

    DecisionOutcome outcome() {
        return outcome;
    }

    List<Asked> asked() {
        return asked;
    }

    /** What went wrong; null as a rule. */
    Throwable failure() {
        return failure;
    }

    @Override
    public void onMessage(final RequestSlot slot) {
        if (slot.templateId() != DecisionRequestDecoder.TEMPLATE_ID) {
            throw new IllegalStateException("an explanation asked for template " + slot.templateId());
        }
        final boolean identified = (slot.rootHigh() | slot.rootLow()) != 0;
        final UnsafeBuffer copy = new UnsafeBuffer(new byte[slot.lengthBytes()]);
        slot.message().getBytes(0, copy, 0, slot.lengthBytes());
        final UnsafeBuffer known =
            identified ? find(slot.partition(), slot.rootHigh(), slot.rootLow()) : null;
        final int person = slot.personIn(foundRootHigh);
        request.wrapAndApplyHeader(copy, 0, header);
        final long correlationId = request.correlationId();
        final long rootHigh = identified ? foundRootHigh : 0;
        final long rootLow = identified ? foundRootLow : 0;
        final Asked made = new Asked(
            correlationId, copy, identified, known, person, rootHigh, rootLow, slot.requestedTimeNs(), 0);
        final long startNs = SystemNanoClock.INSTANCE.nanoTime();
        decide(made);
        asked.add(new Asked(correlationId, copy, identified, known, person, rootHigh, rootLow,
            slot.requestedTimeNs(), SystemNanoClock.INSTANCE.nanoTime() - startNs));
        // Nobody can refer to it: it has no id.
        final int length = encoder.encode(
            request, catalogue.catalogue(), outcome, 0, 0, slot.requestedTimeNs(), slot.arrivalNs());
        slot.sink().send(slot.sessionKey(), encoder.buffer(), 0, length);
    }

    private UnsafeBuffer find(final int ofPartition, final long ofRootHigh, final long ofRootLow) {
        final UnsafeBuffer copy = new UnsafeBuffer(new byte[ProfileFlyweight.LENGTH_BYTES]);
        foundRootHigh = ofRootHigh;
        foundRootLow = ofRootLow;
        int partition = ofPartition;
        long rootHigh = ofRootHigh;
        long rootLow = ofRootLow;
        for (int hop = 0; hop <= MAX_HOPS && profiles.copy(partition, rootHigh, rootLow, copy); hop++) {
            profile.wrap(copy, 0);
            foundRootHigh = rootHigh;
            foundRootLow = rootLow;
            if (!profile.isForwarded()) {
                return copy;
            }
            rootHigh = profile.forwardHigh();
            rootLow = profile.forwardLow();
            partition = partitioner.partitionOf(rootHigh, rootLow);
        }
        return null;
    }

    /** Decides from what was kept; outcome and customer stand in this shard until the next decision. */
    void decide(final Asked from) {
        request.wrapAndApplyHeader(from.message, 0, header);
        if (from.identified) {
            customer.identified(from.profile == null ? null : profile.wrap(from.profile, 0));
            customer.person(from.person);
        } else {
            customer.anonymous();
        }
        // Who agreed to nothing is in no group, as in a shard.
        final boolean consented = customer.consent() != 0;
        control.begin(consented ? from.rootHigh : 0, consented ? from.rootLow : 0);
        engine.drawBy(drawHigh, drawLow);
        deadline.afterScoring(Integer.MAX_VALUE);
        engine.decide(request, customer, from.businessTimeNs, deadline, outcome);
    }

    /** Begins to ask about the decision made last. */
    void inquire(final Asked from, final OfferInquiry inquiry) {
        request.wrapAndApplyHeader(from.message, 0, header);
        inquiry.begin(
            request, catalogue.catalogue(), catalogue.holds(), customer, from.businessTimeNs, outcome);
    }

    /** What the decision made last knew. */
    BidFunnel.Profile known(final Asked from) {
        return !from.identified ? BidFunnel.Profile.NOT_LOOKED_FOR
            : from.profile == null ? BidFunnel.Profile.NONE
            : customer.profile() == null ? BidFunnel.Profile.NOT_PERMITTED : BidFunnel.Profile.READ;
    }

    @Override
    public void onBatchEnd() {
        // Nothing is held until a sync.
    }

    @Override
    public int onIdle() {
        return 0;
    }

    @Override
    public void onError(final RequestSlot slot, final Throwable error) {
        failure = error;
    }

    @Override
    public void onFailure(final Throwable error) {
        failure = error;
    }

    @Override
    public void onStop() {
        // Nothing to give back.
    }
}
