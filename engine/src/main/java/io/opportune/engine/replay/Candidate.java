package io.opportune.engine.replay;

import io.opportune.engine.affinity.OfferAffinities;
import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.catalogue.LoadResult;
import io.opportune.engine.context.Customer;
import io.opportune.engine.counters.StageTimers;
import io.opportune.engine.decision.Deadline;
import io.opportune.engine.decision.DecisionEngine;
import io.opportune.engine.decision.DecisionOutcome;
import io.opportune.engine.decision.FreeOffers;
import io.opportune.engine.decision.Holds;
import io.opportune.engine.decision.OfferOrder;
import io.opportune.engine.decision.ResponseEncoder;
import io.opportune.engine.decision.SecondStage;
import io.opportune.engine.decision.ShardCatalogue;
import io.opportune.engine.decision.ShardModel;
import io.opportune.engine.delivery.WithheldGate;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.shard.DecisionIds;
import io.opportune.protocol.Sofh;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.NameKind;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Makes the decisions of a journal as another catalogue would make them, or as their own catalogue makes them when the
 * best offers are taken without exploring: with the customer as known then, what operators held back then, and all the
 * time needed. What the journal says was held back for a budget or its pace stays so; of other offers it is taken that
 * they had money. One thread.
 */
final class Candidate {
    private static final int MAX_ERRORS = 20;

    private final OfferOrder own;
    private final int unknownTexts;
    private final DecisionEngine engine = new DecisionEngine(SystemNanoClock.INSTANCE, new StageTimers(0));
    private final ResponseEncoder encoder =
        new ResponseEncoder(SystemEpochNanoClock.INSTANCE, SystemNanoClock.INSTANCE);
    private final Deadline deadline = new Deadline(SystemNanoClock.INSTANCE);
    private final DecisionOutcome outcome = new DecisionOutcome();
    private final WithheldGate gate = new WithheldGate();
    /** By queue, because shards meet changes at different moments. */
    private final Map<Integer, ShardCatalogue> inUse = new HashMap<>();
    /** What the recorded decisions of a queue knew of affinities. */
    private final Map<Integer, OfferAffinities> tables = new HashMap<>();

    private Candidate(final OfferOrder own, final int unknownTexts) {
        this.own = own;
        this.unknownTexts = unknownTexts;
        engine.gate(gate);
        engine.takesTheBest();
        deadline.afterScoring(Integer.MAX_VALUE);
    }

    /** Each decision with its own catalogue, without a second stage. */
    static Candidate ofOwnCatalogues() {
        return new Candidate(null, 0);
    }

    /** Each decision with its own catalogue; its candidates are those of the record, with what a model said of them. */
    static Candidate ofOwnCatalogues(final SecondStage recorded) {
        final Candidate candidate = ofOwnCatalogues();
        candidate.engine.rerankBy(recorded);
        return candidate;
    }

    /** All decisions with the catalogue of a directory, whose new names are added to the registry. */
    static Candidate of(final Path directory, final NameRegistry registry) throws CandidateRefusedException {
        final int texts = registry.lastId(NameKind.ATTRIBUTE_VALUE);
        final LoadResult result = CatalogueLoader.load(directory, registry, CatalogueLoader.Previous.none());
        if (!result.isGood()) {
            throw new CandidateRefusedException("catalogue " + directory + " cannot be used:\n" + result.errors()
                .stream().limit(MAX_ERRORS).map(error -> "  " + error).collect(Collectors.joining("\n")));
        }
        return new Candidate(
            new OfferOrder(result.catalogue()), registry.lastId(NameKind.ATTRIBUTE_VALUE) - texts);
    }

    /** Whether a model predicted in the last decision. */
    boolean predicted() {
        return outcome.modelNumber() != 0;
    }

    int unknownTexts() {
        return unknownTexts;
    }

    /** Decides; the answer stands in the buffer until the next decision, behind {@link Sofh#HEADER_LENGTH_BYTES}. */
    DirectBuffer decide(
        final int queue, final ShardCatalogue recorded, final RecordHeaderFlyweight header,
        final DecisionRequestDecoder request, final Customer customer, final DirectBuffer withheld,
        final ShardModel model) {
        final ShardCatalogue used = use(queue, recorded, header.businessTimeNs());
        gate.wrap(withheld, 0, withheld.capacity());
        engine.drawBy(DecisionIds.high(header.partition(), header.term()), header.sequence());
        // The same scorer: one decides after the other.
        engine.predictBy(model);
        engine.decide(request, customer, header.businessTimeNs(), deadline, outcome);
        encoder.encode(request, used.catalogue(), outcome, DecisionIds.high(header.partition(), header.term()),
            header.sequence(), header.businessTimeNs(), 0);
        return encoder.buffer();
    }

    private ShardCatalogue use(final int queue, final ShardCatalogue recorded, final long timeNs) {
        final OfferOrder order = own == null ? recorded.order() : own;
        final Holds holds = recorded.holds();
        final OfferAffinities then = recorded.free().affinities();
        ShardCatalogue used = inUse.get(queue);
        if (used == null || used.order() != order || tables.get(queue) != then) {
            tables.put(queue, then);
            used = ShardCatalogue.first(new FreeOffers(order, holds, own == null || then == null ? then
                : OfferAffinities.wanted(then.table(), own.catalogue())), timeNs);
            inUse.put(queue, used);
        }
        engine.use(used);
        if (used.holds() != holds) {
            engine.hold(used.free().withHolds(holds));
        }
        return used;
    }
}
