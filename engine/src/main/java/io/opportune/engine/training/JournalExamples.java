package io.opportune.engine.training;

import io.opportune.engine.feature.FeatureVector;
import io.opportune.engine.journal.ChoiceBlock;
import io.opportune.engine.journal.FeatureBlock;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.codec.DecisionRecordDecoder;
import io.opportune.engine.journal.codec.ErasureRecordDecoder;
import io.opportune.engine.journal.codec.EventRecordDecoder;
import io.opportune.engine.journal.codec.MergeOutRecordDecoder;
import io.opportune.engine.journal.codec.MessageHeaderDecoder;
import io.opportune.engine.onnx.ExampleColumns;
import io.opportune.engine.recovery.JournalTail;
import io.opportune.engine.shard.DecisionIds;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.EventReportDecoder;
import io.opportune.protocol.codec.EventType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Offers made, read from the journal as rows of numbers by the columns of a manifest, with what came of each: so that a
 * model can be learned elsewhere. The same offers and outcomes that {@link ModelTrainer} learns: none of tests, in
 * auctions only those whose impression was told, outcomes that name the decision within the attribution window, and
 * nothing of customers who were erased later. Reads the journal twice; keeps the outcomes in memory, not the offers.
 * One thread.
 */
public final class JournalExamples {
    private final ExampleColumns columns;
    private final RecordHeaderFlyweight header = new RecordHeaderFlyweight();
    private final MessageHeaderDecoder messageHeader = new MessageHeaderDecoder();
    private final io.opportune.protocol.codec.MessageHeaderDecoder wireHeader =
        new io.opportune.protocol.codec.MessageHeaderDecoder();
    private final DecisionRecordDecoder decision = new DecisionRecordDecoder();
    private final EventRecordDecoder event = new EventRecordDecoder();
    private final MergeOutRecordDecoder mergeOut = new MergeOutRecordDecoder();
    private final DecisionRequestDecoder request = new DecisionRequestDecoder();
    private final DecisionResponseDecoder response = new DecisionResponseDecoder();
    private final EventReportDecoder report = new EventReportDecoder();
    private final UnsafeBuffer message = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer choice = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer block = new UnsafeBuffer(0, 0);
    private final FeatureVector context = new FeatureVector();
    private final FeatureVector pair = new FeatureVector();
    private final Map<Made, Long> outcomes = new HashMap<>();
    private final Map<Made, Boolean> shown = new HashMap<>();
    private final Map<Root, Long> erasedNs = new HashMap<>();
    private final Map<Root, Root> merged = new HashMap<>();
    private final float[] row;
    private long examples;
    private long positive;
    private long erased;

    /** An offer of a decision. */
    private record Made(long high, long low, int offerId) {
    }

    private record Root(long high, long low) {
    }

    /**
     * Makes a reader.
     *
     * @param columns that a row has.
     */
    public JournalExamples(final ExampleColumns columns) {
        this.columns = columns;
        row = new float[columns.names().size()];
    }

    /**
     * Writes all examples as comma-separated values: a line that names the columns, then one for each offer made. First
     * the outcome (0 or 1), then the probability with which the offer took its place (empty where it was not recorded),
     * then the columns of the manifest, in quotes in the first line.
     *
     * @param queues of the shards.
     * @param out    for the lines.
     * @throws IOException when they cannot be written.
     */
    public void write(final List<Path> queues, final Appendable out) throws IOException {
        try (JournalTail tail = new JournalTail(queues)) {
            tail.forEach((queue, reader) -> onOutcome(reader.buffer(), reader.offset()));
        }
        out.append("outcome,probability");
        for (final String name : columns.names()) {
            out.append(",\"").append(name.replace("\"", "\"\"")).append('"');
        }
        out.append('\n');
        try (JournalTail tail = new JournalTail(queues)) {
            tail.forEach((queue, reader) -> {
                try {
                    onDecision(reader.buffer(), reader.offset(), out);
                } catch (final IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (final UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void onOutcome(final DirectBuffer record, final int offset) {
        header.wrap(record, offset);
        final Root root = new Root(header.rootKeyHigh(), header.rootKeyLow());
        if (header.templateId() == ErasureRecordDecoder.TEMPLATE_ID) {
            erasedNs.merge(root, header.appendTimeNs(), Math::max);
        } else if (header.templateId() == MergeOutRecordDecoder.TEMPLATE_ID) {
            mergeOut.wrapAndApplyHeader(record, offset, messageHeader);
            merged.put(root, new Root(mergeOut.target().high(), mergeOut.target().low()));
        } else if (header.templateId() == EventRecordDecoder.TEMPLATE_ID) {
            event.wrapAndApplyHeader(record, offset, messageHeader);
            event.wrapReport(message);
            report.wrapAndApplyHeader(message, 0, wireHeader);
            final Made made = new Made(report.decisionId().high(), report.decisionId().low(), report.offerId());
            final EventType type = report.eventType();
            final boolean click = type == EventType.CLICK || type == EventType.ACCEPT;
            final boolean conversion = type == EventType.REDEMPTION || type == EventType.PURCHASE;
            if (columns.predictsClicks() ? click : conversion) {
                outcomes.putIfAbsent(made, header.businessTimeNs());
            }
            if (click || conversion || type == EventType.IMPRESSION) {
                shown.put(made, true);
            }
        }
    }

    private void onDecision(final DirectBuffer record, final int offset, final Appendable out) throws IOException {
        header.wrap(record, offset);
        if (header.templateId() != DecisionRecordDecoder.TEMPLATE_ID) {
            return;
        }
        final boolean gone = isErased();
        decision.wrapAndApplyHeader(record, offset, messageHeader);
        decision.wrapRequest(message);
        request.wrapAndApplyHeader(message, 0, wireHeader);
        final boolean auction = request.channel() == Channel.AD_EXCHANGE;
        final boolean test = request.flags().test();
        decision.wrapResponse(message);
        decision.skipReservations();
        decision.skipCounts();
        decision.skipWithheld();
        decision.wrapChoice(choice);
        decision.wrapFeatures(block);
        if (test || !FeatureBlock.isWhole(block, 0, block.capacity())) {
            return;
        }
        response.wrapAndApplyHeader(message, 0, wireHeader);
        context.clear();
        fill(context, FeatureBlock.HEADER_LENGTH, FeatureBlock.contextCount(block, 0));
        final int places = FeatureBlock.placeCount(block, 0);
        final int probabilities = ChoiceBlock.isWhole(choice, 0, choice.capacity())
            ? ChoiceBlock.placeCount(choice, 0) : 0;
        int at = FeatureBlock.firstPlace(block, 0);
        int place = 0;
        for (final DecisionResponseDecoder.OffersDecoder offer : response.offers()) {
            if (place == places) {
                break;
            }
            final Made made = new Made(
                DecisionIds.high(header.partition(), header.term()), header.sequence(), offer.offerId());
            if (gone) {
                erased += !auction || shown.containsKey(made) ? 1 : 0;
            } else if (!auction || shown.containsKey(made)) {
                pair.clear();
                fill(pair, at + FeatureBlock.PLACE_HEADER_LENGTH, FeatureBlock.pairCount(block, at));
                columns.fill(context, pair, offer.offerId(), offer.campaignId(), FeatureBlock.advertiserId(block, at),
                    FeatureBlock.categoryId(block, at), row);
                line(hasOutcome(made, FeatureBlock.windowSeconds(block, at)),
                    place < probabilities ? Double.toString(ChoiceBlock.probability(choice, 0, place)) : "", out);
            }
            at = FeatureBlock.afterPlace(block, at);
            place++;
        }
    }

    private void fill(final FeatureVector vector, final int start, final int count) {
        for (int i = 0; i < count; i++) {
            final int at = start + i * FeatureBlock.FEATURE_LENGTH;
            vector.add(FeatureBlock.key(block, at), FeatureBlock.value(block, at));
        }
    }

    /** Whether the customer was erased after this record, under this root or one that it was merged into. */
    private boolean isErased() {
        Root root = new Root(header.rootKeyHigh(), header.rootKeyLow());
        for (int steps = 0; root != null && steps <= merged.size(); steps++) {
            final Long when = erasedNs.get(root);
            if (when != null && when >= header.appendTimeNs()) {
                return true;
            }
            root = merged.get(root);
        }
        return false;
    }

    private boolean hasOutcome(final Made made, final int windowSeconds) {
        final Long when = outcomes.get(made);
        final long delayNs = when == null ? -1 : when - header.businessTimeNs();
        return delayNs >= 0 && delayNs <= TimeUnit.SECONDS.toNanos(windowSeconds);
    }

    private void line(final boolean outcome, final String probability, final Appendable out) throws IOException {
        examples++;
        positive += outcome ? 1 : 0;
        out.append(outcome ? '1' : '0').append(',').append(probability);
        for (final float number : row) {
            out.append(',');
            if (number == Math.rint(number) && Math.abs(number) < 1e9) {
                out.append(Integer.toString((int) number));
            } else {
                out.append(Float.toString(number));
            }
        }
        out.append('\n');
    }

    /**
     * How many there were.
     *
     * @return lines written, without the first.
     */
    public long examples() {
        return examples;
    }

    /**
     * How many of them had the outcome.
     *
     * @return 0 to {@link #examples}.
     */
    public long positive() {
        return positive;
    }

    /**
     * How many were left out, because their customers were erased later; fewer where their records are overwritten.
     *
     * @return 0 or more.
     */
    public long erased() {
        return erased;
    }
}
