package io.opportune.loadtest.completejourney;

import io.opportune.loadtest.source.MessageSource;
import io.opportune.loadtest.source.MessageWriter;
import io.opportune.loadtest.source.NameTable;
import io.opportune.protocol.Consent;
import io.opportune.protocol.Namespaces;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.codec.AckStatus;
import io.opportune.protocol.codec.AttributeType;
import io.opportune.protocol.codec.ContextOperation;
import io.opportune.protocol.codec.ContextUpdateEncoder;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.RejectReason;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.MutableDirectBuffer;

/**
 * Introduces each household before the replay, dated the day before the data begins: consent, demographics as declared
 * attributes, and a segment for each campaign that contacted it. Runs on the generator's thread.
 */
public final class JourneySetupSource implements MessageSource {
    /** Members of the chain's loyalty programme agreed to personal coupons and to their purchases being kept. */
    private static final int CONSENT =
        Consent.PERSONALISATION | Consent.PURCHASE_HISTORY | Consent.THIRD_PARTY_ADVERTISING;
    private static final long EVENT_TIME_NS = JourneyCatalogue.FIRST_DAY.minusDays(1).atStartOfDay(ZoneOffset.UTC)
        .toEpochSecond() * 1_000_000_000L;

    private final JourneyData data;
    private final JourneyNames names;
    private final long runId;
    private final MessageWriter writer = new MessageWriter();
    private final Map<Integer, List<Integer>> campaignsOfHousehold = new HashMap<>();
    private final Map<String, Long> refusals = new TreeMap<>();
    private int next;

    /**
     * Creates the source.
     *
     * @param data   as read.
     * @param offers of {@link JourneyOffers#choose}.
     * @param runId  high half of event ids, different for each run against one store.
     */
    public JourneySetupSource(final JourneyData data, final List<JourneyOffer> offers, final long runId) {
        this.data = data;
        this.names = new JourneyNames(data, offers);
        this.runId = runId;
        data.campaigns().values().forEach(campaign -> campaign.contacted().forEach(household ->
            campaignsOfHousehold.computeIfAbsent(household, key -> new ArrayList<>()).add(campaign.id())));
    }

    @Override
    public void declareNames(final NameTable table) {
        names.declare(table);
    }

    @Override
    public void onStart(final NameTable table, final int slotCount, final long nowNs) {
        names.read(table);
    }

    @Override
    public int encodeNext(
        final MutableDirectBuffer buffer,
        final int offset,
        final int slot,
        final long correlationId,
        final long nowNs,
        final long epochNs) {
        if (next == data.households().size()) {
            return EXHAUSTED;
        }
        final int household = data.households().get(next++);
        final List<Integer> segments = new ArrayList<>();
        for (final int campaign : campaignsOfHousehold.getOrDefault(household, List.of())) {
            if (names.segment(campaign) > 0) {
                segments.add(names.segment(campaign));
            }
        }
        final List<String> values = data.demographics().getOrDefault(household, List.of());
        final ContextUpdateEncoder update = writer.update(buffer, offset, correlationId, epochNs)
            .eventTimeNs(EVENT_TIME_NS)
            .customerNamespace(Namespaces.HOUSEHOLD);
        update.eventId().high(runId).low(next);
        int attributeCount = 0;
        int textCount = 0;
        for (int i = 0; i < values.size(); i++) {
            if (names.attribute(i) > 0 && !values.get(i).isEmpty()) {
                attributeCount++;
                textCount += names.value(values.get(i)) == 0 ? 1 : 0;
            }
        }
        final ContextUpdateEncoder.OperationsEncoder operations =
            update.operationsCount(1 + attributeCount + segments.size());
        operations.next().operation(ContextOperation.GRANT_CONSENT).valueType(AttributeType.NULL_VAL)
            .id(CONSENT).value(0);
        for (int i = 0; i < values.size(); i++) {
            if (names.attribute(i) > 0 && !values.get(i).isEmpty()) {
                operations.next().operation(ContextOperation.SET_ATTRIBUTE).valueType(AttributeType.TEXT)
                    .id(names.attribute(i)).value(names.value(values.get(i)));
            }
        }
        for (final int segment : segments) {
            operations.next().operation(ContextOperation.ADD_SEGMENT).valueType(AttributeType.NULL_VAL)
                .id(segment).value(0);
        }
        final ContextUpdateEncoder.AttributeTextsEncoder texts = update.attributeTextsCount(textCount);
        for (int i = 0; i < values.size(); i++) {
            if (names.attribute(i) > 0 && !values.get(i).isEmpty() && names.value(values.get(i)) == 0) {
                texts.next().attributeId(names.attribute(i)).text(values.get(i));
            }
        }
        update.customerId(Integer.toString(household));
        return MessageHeaderEncoder.ENCODED_LENGTH + update.encodedLength();
    }

    @Override
    public int timeBudgetUs() {
        return 0;
    }

    @Override
    public void onDecision(final int slot, final DecisionResponseDecoder response) {
        // This source asks for no decisions.
    }

    @Override
    public void onContextAck(final int slot, final AckStatus status, final int reason) {
        if (status != AckStatus.ACCEPTED) {
            final ReasonCode known = ReasonCode.of(reason);
            refusals.merge(status + ": " + (known == null ? "reason " + reason : known.text()), 1L, Long::sum);
        }
    }

    @Override
    public void onReject(final int slot, final RejectReason reason) {
        refusals.merge(reason.name(), 1L, Long::sum);
    }

    @Override
    public void onUnanswered(final int slot) {
        refusals.merge("unanswered", 1L, Long::sum);
    }

    /**
     * Households that could not be introduced. After the run only.
     *
     * @return by what the server said; empty when all went well.
     */
    public Map<String, Long> refusals() {
        return java.util.Collections.unmodifiableMap(refusals);
    }
}
