package io.opportune.engine.replay;

import io.opportune.engine.affinity.AffinityArchive;
import io.opportune.engine.affinity.AffinityTable;
import io.opportune.engine.affinity.OfferAffinities;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.OfferEditor;
import io.opportune.engine.context.Customer;
import io.opportune.engine.counters.StageTimers;
import io.opportune.engine.decision.Deadline;
import io.opportune.engine.decision.DecisionEngine;
import io.opportune.engine.decision.DecisionOutcome;
import io.opportune.engine.decision.FreeOffers;
import io.opportune.engine.decision.Holds;
import io.opportune.engine.decision.OfferInquiry;
import io.opportune.engine.decision.OfferOrder;
import io.opportune.engine.decision.RecordedControl;
import io.opportune.engine.decision.RecordedSecondStage;
import io.opportune.engine.decision.ResponseEncoder;
import io.opportune.engine.decision.ShardCatalogue;
import io.opportune.engine.decision.ShardModel;
import io.opportune.engine.files.DurableFiles;
import io.opportune.engine.delivery.RecordedGate;
import io.opportune.engine.identity.EventIdHorizon;
import io.opportune.engine.journal.ChoiceBlock;
import io.opportune.engine.journal.FeatureBlock;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalReader;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.codec.DecisionRecordDecoder;
import io.opportune.engine.journal.codec.EventRecordDecoder;
import io.opportune.engine.journal.codec.MessageHeaderDecoder;
import io.opportune.engine.learning.WeightEpoch;
import io.opportune.engine.journal.codec.RedactedRecordDecoder;
import io.opportune.engine.profile.CountsBlock;
import io.opportune.engine.profile.IdentityIndex;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.profile.ProfileStore;
import io.opportune.engine.profile.ProfileStoreSettings;
import io.opportune.engine.recovery.DataFolders;
import io.opportune.engine.recovery.JournalTail;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.shard.DecisionIds;
import io.opportune.engine.state.PartitionTable;
import io.opportune.engine.state.StateMachine;
import io.opportune.engine.training.ModelFolder;
import io.opportune.engine.training.ModelReplay;
import io.opportune.protocol.Sofh;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.EventReportDecoder;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Makes every decision of a journal once more and compares it with what was answered. Before each record is applied to
 * a state of its own, the decision in it is made from that state, with the catalogue, business time and point of
 * truncation of the record. Or makes one of them again and says why an offer was not made in it. Reads the data folder
 * only; may run beside a server. One thread.
 */
public final class DecisionReplay implements AutoCloseable {
    private static final int MAX_DIFFERENCES = 20;
    /** Replay applies each record once whatever its event id, so that few need to be remembered. */
    private static final int EVENT_IDS = 1024;
    private static final int MOST_ORDERS = 8;
    private static final int MOST_TABLES = 2;
    /** Beside so many offers that were changed one by one sorting anew pays. */
    private static final int MOST_OVERLAID = 256;
    private static final String NO_KEY = "replay";
    /** Of the journal's schema, from which on records say how they were chosen. */
    private static final int CHOICE_VERSION = 3;

    private final CatalogueArchive archive;
    private final AffinityArchive affinityArchive;
    private final NameRegistry registry = new NameRegistry((kind, id, name) -> { });
    private final ProfileStore profiles;
    private final IdentityIndex identities;
    private final EventIdHorizon eventIds = new EventIdHorizon(EVENT_IDS);
    private final PartitionTable table;
    private final StateMachine state;
    private final boolean[] incomplete;

    private final Deadline deadline = new Deadline(SystemNanoClock.INSTANCE);
    private final DecisionEngine engine = new DecisionEngine(SystemNanoClock.INSTANCE, new StageTimers(0));
    private final ResponseEncoder encoder =
        new ResponseEncoder(SystemEpochNanoClock.INSTANCE, SystemNanoClock.INSTANCE);
    private final ResponseComparison comparison = new ResponseComparison();
    private final DecisionOutcome outcome = new DecisionOutcome();
    private final Customer customer = new Customer();
    private final ProfileFlyweight profile = new ProfileFlyweight();
    /** Shards switch within moments of each other: a few versions are in use at a time. */
    private final Map<Version, Object> orders = new LinkedHashMap<>(2 * MOST_ORDERS, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(final Map.Entry<Version, Object> eldest) {
            return size() > MOST_ORDERS;
        }
    };
    /** A table may be large: one is in use, and the one before it while shards switch. */
    private final Map<Long, Object> affinityTables = new LinkedHashMap<>(4, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(final Map.Entry<Long, Object> eldest) {
            return size() > MOST_TABLES;
        }
    };
    private final OfferEditor editor = new OfferEditor(registry);
    private OfferOrder last;
    private final Map<Integer, ShardCatalogue> inUse = new HashMap<>();
    private RegistryQueue.Position registryQueue;
    private ModelReplay models;
    private ShardModel model;
    private ShardCatalogue prepared;

    private final RecordHeaderFlyweight header = new RecordHeaderFlyweight();
    private final MessageHeaderDecoder messageHeader = new MessageHeaderDecoder();
    private final io.opportune.protocol.codec.MessageHeaderDecoder wireHeader =
        new io.opportune.protocol.codec.MessageHeaderDecoder();
    private final DecisionRecordDecoder record = new DecisionRecordDecoder();
    private final DecisionRequestDecoder request = new DecisionRequestDecoder();
    private final DecisionResponseDecoder answer = new DecisionResponseDecoder();
    private final UnsafeBuffer requestBuffer = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer response = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer withheld = new UnsafeBuffer(0, 0);
    private final RecordedGate gate = new RecordedGate();
    private final UnsafeBuffer counts = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer choice = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer features = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer again =
        new UnsafeBuffer(new byte[Math.max(ChoiceBlock.MAX_LENGTH, FeatureBlock.MAX_LENGTH)]);
    private final RecordedControl control = new RecordedControl();
    private final RecordedSecondStage secondStage = new RecordedSecondStage();

    private long decisions;
    private long equal;
    private long differing;
    private long unverifiable;
    private final List<String> firstDifferences = new ArrayList<>();
    private final List<String> firstUnverifiable = new ArrayList<>();
    private DecisionQuestion question;
    private JournalVisitor visitor;
    private Candidate candidate;
    private CandidateModel candidateModel;
    private final VisitedDecision visited = new VisitedDecision(header);
    private final EventRecordDecoder event = new EventRecordDecoder();
    private final EventReportDecoder report = new EventReportDecoder();

    /**
     * What deciding again came to.
     *
     * @param decisions         in the journal.
     * @param equal             of them were made the same again.
     * @param differing         were not.
     * @param unverifiable      could not be made again, because the journal's beginning or a catalogue is not kept.
     * @param firstDifferences  the first few, each with where it stands, the field, and both values.
     * @param firstUnverifiable the first few, each with where it stands and the reason.
     */
    public record Report(
        long decisions,
        long equal,
        long differing,
        long unverifiable,
        List<String> firstDifferences,
        List<String> firstUnverifiable) {
        /**
         * Whether every decision was made the same again.
         *
         * @return false also when one could not be made again.
         */
        public boolean allEqual() {
            return equal == decisions;
        }
    }

    private record Version(long counter, long contentHash) {
    }

    private DecisionReplay(final Path dataDir, final Path storeDir, final JournalSurvey survey) {
        archive = new CatalogueArchive(DataFolders.catalogues(dataDir));
        affinityArchive = new AffinityArchive(DataFolders.affinities(dataDir));
        profiles = ProfileStore.open(storeDir.resolve("profiles"),
            new ProfileStoreSettings(survey.partitions(), survey.profiles(), survey.tenant(), NO_KEY));
        try {
            identities = IdentityIndex.open(storeDir.resolve("identities"), survey.identities(), NO_KEY);
        } catch (final RuntimeException | Error notOpened) {
            profiles.close();
            throw notOpened;
        }
        table = new PartitionTable(survey.partitions());
        state = new StateMachine(profiles, identities, eventIds, table);
        incomplete = new boolean[survey.partitions()];
        engine.gate(gate);
        engine.control(control);
        engine.rerankBy(secondStage);
    }

    /**
     * Verifies a journal.
     *
     * @param dataDir of a server.
     * @param workDir for the temporary state, some 800 bytes per customer; what is written there is deleted again.
     * @return what it came to.
     * @throws IOException when a file cannot be read or written.
     */
    public static Report verify(final Path dataDir, final Path workDir) throws IOException {
        return over(dataDir, workDir, replay -> new Report(replay.decisions, replay.equal, replay.differing,
            replay.unverifiable, List.copyOf(replay.firstDifferences), List.copyOf(replay.firstUnverifiable)),
            replay -> { });
    }

    /**
     * Makes one decision of a journal again and says why offers were, or were not, made in it.
     *
     * @param dataDir  of a server.
     * @param workDir  for the temporary state, as for {@link #verify}.
     * @param question which decision and which offers; it gets the answer.
     * @throws IOException when a file cannot be read or written.
     */
    public static void ask(final Path dataDir, final Path workDir, final DecisionQuestion question)
        throws IOException {
        over(dataDir, workDir, replay -> question, replay -> replay.question = question);
    }

    /**
     * Makes every decision of a journal once more as it was and then as a candidate would have made it. The state is
     * that of the journal: what the candidate would have changed about customers and budgets is not followed.
     *
     * @param dataDir   of a server.
     * @param workDir   for the temporary state, as for {@link #verify}.
     * @param candidate directory of another catalogue; null: the catalogue that each decision was made with, the best
     *     offers being taken without exploring.
     * @param model     that predicts for the candidate in placements that learn: name and version of one that the
     *     server has learned, or a whole line of one that is to learn from the journal; null: the one that decided.
     * @param visitor   sees decisions and events.
     * @throws CandidateRefusedException when the candidate has mistakes, or there is no such model.
     * @throws IOException               when a file cannot be read or written.
     */
    public static void visit(
        final Path dataDir, final Path workDir, final Path candidate, final String model,
        final JournalVisitor visitor) throws IOException {
        over(dataDir, workDir, replay -> visitor, replay -> {
            replay.visitor = visitor;
            if (model != null) {
                final Path folder = DataFolders.models(dataDir);
                replay.candidateModel = CandidateModel.of(model, new JournalDirectory(DataFolders.journal(dataDir)),
                    folder, new ModelFolder(folder).queue(), replay.models);
            }
            // What is recorded of the best candidates is not of those that another model finds the best.
            replay.candidate = candidate != null ? Candidate.of(candidate, replay.registry)
                : model != null ? Candidate.ofOwnCatalogues() : Candidate.ofOwnCatalogues(replay.secondStage);
            visitor.begin(replay.registry, replay.candidate.unknownTexts());
        });
    }

    private interface Preparation {
        void prepare(DecisionReplay replay) throws IOException;
    }

    private static <T> T over(
        final Path dataDir, final Path workDir, final Function<DecisionReplay, T> result,
        final Preparation preparation) throws IOException {
        final JournalDirectory journals = new JournalDirectory(DataFolders.journal(dataDir));
        final List<Path> queues = journals.queues().stream()
            .filter(queue -> !queue.equals(journals.registryQueue()))
            .toList();
        Files.createDirectories(workDir);
        final Path storeDir = Files.createTempDirectory(workDir, "replay-");
        try (DecisionReplay replay = new DecisionReplay(dataDir, storeDir, new JournalSurvey(queues))) {
            replay.models = new ModelReplay(journals, DataFolders.models(dataDir));
            replay.registryQueue = RegistryQueue.restore(journals.registryQueue(), replay.registry);
            preparation.prepare(replay);
            replay.run(queues);
            return result.apply(replay);
        } finally {
            DurableFiles.deleteTree(storeDir);
        }
    }

    private void run(final List<Path> queues) {
        try (JournalTail tail = new JournalTail(queues)) {
            tail.forEach((queue, reader) -> onRecord(queue, queues.get(queue), reader));
        }
    }

    private void onRecord(final int queueIndex, final Path queue, final JournalReader reader) {
        if (question != null && question.isAnswered()) {
            return;
        }
        header.wrap(reader.buffer(), reader.offset());
        final int partition = header.partition();
        if (partition == RecordHeaderFlyweight.CONTROL_PARTITION || partition >= incomplete.length) {
            return;
        }
        if (header.sequence() > table.lastSequence(partition) + 1) {
            incomplete[partition] = true;
        }
        if (visitor != null) {
            visit(queueIndex, reader);
        } else if (header.templateId() == DecisionRecordDecoder.TEMPLATE_ID) {
            if (question == null) {
                decisions++;
                verify(queueIndex, queue, reader);
            } else if (question.isAbout(header)) {
                answer(queueIndex, reader);
            }
        }
        state.apply(reader.buffer(), reader.offset(), reader.length());
    }

    private void verify(final int queueIndex, final Path queue, final JournalReader reader) {
        record.wrapAndApplyHeader(reader.buffer(), reader.offset(), messageHeader);
        final String obstacle = obstacle(queueIndex);
        if (obstacle != null) {
            unverifiable++;
            note(firstUnverifiable, queue, reader, obstacle);
            return;
        }
        final String difference = difference();
        if (difference == null) {
            equal++;
        } else {
            differing++;
            note(firstDifferences, queue, reader, difference);
        }
    }

    private void answer(final int queueIndex, final JournalReader reader) {
        record.wrapAndApplyHeader(reader.buffer(), reader.offset(), messageHeader);
        final String obstacle = obstacle(queueIndex);
        if (obstacle != null) {
            question.cannotBeMadeAgain(obstacle);
            return;
        }
        final Catalogue catalogue = prepared.catalogue();
        question.madeAgain(difference(), outcome.status(), outcome.reason(), catalogue.version(),
            header.businessTimeNs());
        for (final String name : question.offers()) {
            final int offerId = registry.find(NameKind.OFFER, name);
            final int offerIndex = offerId == 0 ? -1 : catalogue.offerIndexOf(offerId);
            if (offerIndex < 0) {
                question.unknown(name);
            } else {
                request.wrapAndApplyHeader(requestBuffer, 0, wireHeader);
                question.found(new OfferInquiry(registry).find(
                    request, catalogue, prepared.holds(), customer, header.businessTimeNs(), outcome, offerIndex));
            }
        }
    }

    private void visit(final int queueIndex, final JournalReader reader) {
        switch (header.templateId()) {
            case DecisionRecordDecoder.TEMPLATE_ID -> {
                record.wrapAndApplyHeader(reader.buffer(), reader.offset(), messageHeader);
                final String own = obstacle(queueIndex);
                final String obstacle = own != null || candidateModel == null
                    || candidateModel.goTo(record.modelEpoch(), header.appendTimeNs()) ? own
                    : candidateModel.obstacle();
                if (obstacle == null) {
                    final String difference = difference();
                    visited.madeAgain(record, response, choice, difference);
                    request.wrapAndApplyHeader(requestBuffer, 0, wireHeader);
                    visited.answered(candidate.decide(queueIndex, prepared, header, request, customer, withheld,
                        candidateModel == null ? model : candidateModel.model()), Sofh.HEADER_LENGTH_BYTES,
                        candidate.predicted());
                } else {
                    visited.cannotBeMadeAgain(obstacle);
                }
                visitor.onDecision(visited);
            }
            case EventRecordDecoder.TEMPLATE_ID -> {
                event.wrapAndApplyHeader(reader.buffer(), reader.offset(), messageHeader);
                event.wrapReport(requestBuffer);
                visitor.onEvent(header, report.wrapAndApplyHeader(requestBuffer, 0, wireHeader));
            }
            case RedactedRecordDecoder.TEMPLATE_ID -> visitor.onRedacted();
            default -> {
                // Tells nothing of offers.
            }
        }
    }

    private void note(final List<String> to, final Path queue, final JournalReader reader, final String what) {
        if (to.size() < MAX_DIFFERENCES) {
            to.add("%s at %x, partition %d, term %d, sequence %d: %s".formatted(queue.getFileName(), reader.index(),
                header.partition(), header.term(), header.sequence(), what));
        }
    }

    /** Prepares what the decision needs; says why it cannot be had, or null. */
    private String obstacle(final int queue) {
        if (!canPredict(record.modelEpoch())) {
            return "decided with publication " + record.modelEpoch() + " of the models: " + models.obstacle();
        }
        if (record.controlEpoch() < 0 || record.controlEpoch() > registryQueue.holds().size()) {
            return "decided with control epoch " + record.controlEpoch() + ", but the control journal knows "
                + registryQueue.holds().size() + " changes of what is held back";
        }
        if (record.controlEpoch() > registryQueue.knownEpoch()) {
            return "decided with control epoch " + record.controlEpoch() + ", but the control journal has lost changes"
                + " of what is held back after epoch " + registryQueue.knownEpoch();
        }
        if (identified() && incomplete[header.partition()]) {
            return "records of its partition before this one are not kept";
        }
        final Object found = orders.computeIfAbsent(
            new Version(record.catalogueCounter(), record.catalogueHash()), this::load);
        if (!(found instanceof OfferOrder order)) {
            return (String) found;
        }
        final long tableId = affinityTable();
        final Object table = tableId == 0 ? null : affinityTables.computeIfAbsent(tableId, this::loadTable);
        if (table instanceof String notKept) {
            return notKept;
        }
        use(queue, order, (AffinityTable) table);
        return null;
    }

    /** The table of affinities that the record was decided with; records before version 3 know of none. */
    private long affinityTable() {
        return header.schemaVersion() < CHOICE_VERSION ? 0 : record.affinityTable();
    }

    private Object loadTable(final long tableId) {
        try {
            return affinityArchive.load(tableId);
        } catch (final IOException e) {
            return e.getMessage();
        }
    }

    /** Queues meet changes of catalogue and holds at different moments: each keeps what it decides with. */
    private void use(final int queue, final OfferOrder order, final AffinityTable affinities) {
        ShardCatalogue next = inUse.get(queue);
        final Holds before = next == null ? Holds.NONE : next.holds();
        final Holds holds =
            before.epoch() == record.controlEpoch() ? before : registryQueue.holdsAt(record.controlEpoch(), before);
        if (next == null || next.order() != order || tableOf(next) != affinities) {
            next = ShardCatalogue.first(new FreeOffers(order, holds,
                affinities == null ? null : new OfferAffinities(affinities, order.catalogue())),
                header.businessTimeNs());
            inUse.put(queue, next);
        }
        if (next != prepared) {
            engine.use(next);
            prepared = next;
        }
        if (next.holds() != holds) {
            engine.hold(next.free().withHolds(holds));
        }
    }

    private static AffinityTable tableOf(final ShardCatalogue used) {
        return used.free().affinities() == null ? null : used.free().affinities().table();
    }

    private Object load(final Version version) {
        try {
            final Catalogue like = last == null ? null : last.catalogue();
            final Catalogue edited =
                like == null ? null : archive.edited(version.counter, version.contentHash, editor, like);
            if (edited == null) {
                last = new OfferOrder(archive.load(version.counter, version.contentHash, registry, like));
            } else if (last.overlaidCount() < MOST_OVERLAID) {
                last = last.with(edited);
            } else {
                edited.forgetOtherRules();
                last = new OfferOrder(edited);
            }
            return last;
        } catch (final IOException e) {
            return e.getMessage();
        }
    }

    /** Predicts by the weights of a publication from here on, 0: by priors; false when they cannot be had. */
    private boolean canPredict(final long number) {
        if (number == 0) {
            model = null;
            engine.predictBy(null);
            return true;
        }
        if (model == null || model.number() != number) {
            final WeightEpoch epoch = models.at(number);
            if (epoch == null) {
                return false;
            }
            model = new ShardModel(number, epoch, model);
            engine.predictBy(model);
        }
        return true;
    }

    private boolean identified() {
        return (header.rootKeyHigh() | header.rootKeyLow()) != 0;
    }

    /** Decides again; gives the first difference, or null. */
    private String difference() {
        record.wrapRequest(requestBuffer);
        record.wrapResponse(response);
        record.skipReservations();
        record.wrapCounts(counts);
        record.wrapWithheld(withheld);
        record.wrapChoice(choice);
        record.wrapFeatures(features);
        request.wrapAndApplyHeader(requestBuffer, 0, wireHeader);
        if (identified()) {
            customer.identified(
                profiles.find(header.partition(), header.rootKeyHigh(), header.rootKeyLow(), profile)
                    ? profile : null);
            customer.person(features.capacity() > 0 ? FeatureBlock.person(features, 0)
                : CountsBlock.person(counts, 0, counts.capacity()));
        } else {
            customer.anonymous();
        }
        gate.wrap(withheld, 0, withheld.capacity());
        control.wrap(choice, 0, choice.capacity());
        secondStage.wrap(choice, 0, choice.capacity());
        engine.drawBy(DecisionIds.high(header.partition(), header.term()), header.sequence());
        final boolean truncated = record.scoredCount() < record.candidateCount();
        deadline.afterScoring(truncated ? (int) record.scoredCount() : Integer.MAX_VALUE);
        engine.decide(request, customer, header.businessTimeNs(), deadline, outcome);
        if (outcome.matched() != record.candidateCount() || outcome.scored() != record.scoredCount()) {
            return "candidates matched and scored: were " + record.candidateCount() + " and " + record.scoredCount()
                + ", are " + outcome.matched() + " and " + outcome.scored();
        }
        if (!isSame(choice, outcome.writeChoice(again))) {
            return "by what it was chosen, with which probabilities, and what control groups kept back";
        }
        if (!isSame(features, engine.writeFeatures(outcome, again))) {
            return "features that a model learns from: were " + blockText(features, features.capacity()) + ", are "
                + blockText(again, engine.writeFeatures(outcome, again));
        }
        answer.wrapAndApplyHeader(response, 0, wireHeader);
        final long high = DecisionIds.high(
            header.partition(), header.term(), DecisionIds.isTest(answer.decisionId().high()));
        encoder.encode(request, prepared.catalogue(), outcome, high, header.sequence(), header.businessTimeNs(), 0);
        return comparison.difference(response, 0, encoder.buffer(), Sofh.HEADER_LENGTH_BYTES);
    }

    private static String blockText(final DirectBuffer block, final int length) {
        final byte[] bytes = new byte[length];
        block.getBytes(0, bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Whether a block of the record is what was written again; records before version 3 have none. */
    private boolean isSame(final DirectBuffer recorded, final int length) {
        if (header.schemaVersion() < CHOICE_VERSION) {
            return true;
        }
        if (recorded.capacity() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (recorded.getByte(i) != again.getByte(i)) {
                return false;
            }
        }
        return true;
    }

    /** Frees the temporary state; its files are deleted by {@link #verify}. */
    @Override
    public void close() {
        if (candidateModel != null) {
            candidateModel.close();
        }
        if (models != null) {
            models.close();
        }
        profiles.close();
        identities.close();
        eventIds.close();
    }
}
