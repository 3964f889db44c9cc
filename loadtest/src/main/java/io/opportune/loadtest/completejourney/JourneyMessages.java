package io.opportune.loadtest.completejourney;

import io.opportune.loadtest.completejourney.JourneyData.Basket;
import io.opportune.loadtest.completejourney.JourneyData.Line;
import io.opportune.loadtest.completejourney.JourneyData.Redemption;
import io.opportune.loadtest.source.MessageWriter;
import io.opportune.protocol.Namespaces;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionRequestEncoder;
import io.opportune.protocol.codec.EventReportEncoder;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.Moment;
import java.nio.charset.StandardCharsets;
import org.agrona.MutableDirectBuffer;

/** Encodes the replay's messages from flat arrays. Owned by the generator's thread; allocates at start only. */
final class JourneyMessages {
    static final int US_DOLLAR = 840;

    private final JourneyNames names;
    private final long runId;
    private final int timeBudgetUs;
    private final MessageWriter writer = new MessageWriter();
    private final byte[][] householdIds;
    private final int[] firstLine;
    private final int[] storeIds;
    private final long[] itemIds;
    private final int[] categoryIds;
    private final int[] quantities;
    private final long[] amounts;
    private final int[] redeemedOffers;
    private final long[] redeemedMicros;

    JourneyMessages(
        final JourneyData data,
        final java.util.List<JourneyOffer> offers,
        final JourneyNames names,
        final long runId,
        final int timeBudgetUs) {
        this.names = names;
        this.runId = runId;
        this.timeBudgetUs = timeBudgetUs;
        householdIds = data.households().stream()
            .map(household -> Integer.toString(household).getBytes(StandardCharsets.US_ASCII)).toArray(byte[][]::new);
        final int baskets = data.baskets().size();
        final int lines = data.baskets().stream().mapToInt(basket -> basket.lines().size()).sum();
        firstLine = new int[baskets + 1];
        storeIds = new int[baskets];
        itemIds = new long[lines];
        categoryIds = new int[lines];
        quantities = new int[lines];
        amounts = new long[lines];
        int next = 0;
        for (int i = 0; i < baskets; i++) {
            final Basket basket = data.baskets().get(i);
            firstLine[i] = next;
            storeIds[i] = names.store(basket.store());
            for (final Line line : basket.lines()) {
                itemIds[next] = line.productId();
                categoryIds[next] = names.category(line.category());
                quantities[next] = line.quantityMilli();
                amounts[next++] = line.amountMicros();
            }
        }
        firstLine[baskets] = next;
        final java.util.Map<String, Long> discounts = new java.util.HashMap<>();
        offers.forEach(offer -> discounts.put(offer.name(), offer.discountMicros()));
        redeemedOffers = new int[data.redemptions().size()];
        redeemedMicros = new long[redeemedOffers.length];
        for (int i = 0; i < redeemedOffers.length; i++) {
            final Redemption redemption = data.redemptions().get(i);
            redeemedOffers[i] = names.offer(redemption.campaign(), redemption.upc());
            redeemedMicros[i] =
                discounts.getOrDefault(JourneyOffer.offerName(redemption.campaign(), redemption.upc()), 0L);
        }
    }

    int decision(
        final MutableDirectBuffer buffer,
        final int offset,
        final long correlationId,
        final long epochNs,
        final long eventTimeNs,
        final long sequence,
        final int household,
        final int basket,
        final boolean tender) {
        final DecisionRequestEncoder request = writer.decision(buffer, offset, correlationId, epochNs)
            .eventTimeNs(eventTimeNs)
            .timeBudgetUs(timeBudgetUs)
            .placementId(tender ? names.tillTender() : names.tillBasket())
            .storeId(storeIds[basket])
            .customerNamespace(Namespaces.HOUSEHOLD)
            .currency(US_DOLLAR)
            .channel(Channel.TILL)
            .moment(tender ? Moment.TENDER : Moment.BASKET_UPDATE)
            .intent(Intent.BUYING);
        request.requestId().high(runId).low(sequence);
        final int first = firstLine[basket];
        final int last = firstLine[basket + 1];
        final DecisionRequestEncoder.BasketLinesEncoder group = request.basketLinesCount(last - first);
        for (int line = first; line < last; line++) {
            group.next().itemId(itemIds[line]).categoryId(categoryIds[line]).quantityMilli(quantities[line])
                .amountMicros(amounts[line]).currency(0);
        }
        request.attributesCount(0);
        request.attributeTextsCount(0);
        request.putCustomerId(householdIds[household], 0, householdIds[household].length)
            .putRestrictions(MessageWriter.NO_RESTRICTIONS, 0, 0);
        return MessageHeaderEncoder.ENCODED_LENGTH + request.encodedLength();
    }

    int purchase(
        final MutableDirectBuffer buffer,
        final int offset,
        final long correlationId,
        final long epochNs,
        final long eventTimeNs,
        final long sequence,
        final int household,
        final int basket) {
        final EventReportEncoder event =
            event(buffer, offset, correlationId, epochNs, eventTimeNs, sequence, EventType.PURCHASE);
        final int first = firstLine[basket];
        final int last = firstLine[basket + 1];
        long totalMicros = 0;
        for (int line = first; line < last; line++) {
            totalMicros += amounts[line];
        }
        event.amountMicros(totalMicros).storeId(storeIds[basket]).placementId(names.tillTender());
        final EventReportEncoder.BasketLinesEncoder group = event.basketLinesCount(last - first);
        for (int line = first; line < last; line++) {
            group.next().itemId(itemIds[line]).categoryId(categoryIds[line]).quantityMilli(quantities[line])
                .amountMicros(amounts[line]).currency(0);
        }
        return end(event, household);
    }

    int redemption(
        final MutableDirectBuffer buffer,
        final int offset,
        final long correlationId,
        final long epochNs,
        final long eventTimeNs,
        final long sequence,
        final int household,
        final int redemption) {
        final EventReportEncoder event =
            event(buffer, offset, correlationId, epochNs, eventTimeNs, sequence, EventType.REDEMPTION);
        event.offerId(redeemedOffers[redemption]).amountMicros(redeemedMicros[redemption]);
        event.basketLinesCount(0);
        return end(event, household);
    }

    int impression(
        final MutableDirectBuffer buffer,
        final int offset,
        final long correlationId,
        final long epochNs,
        final long eventTimeNs,
        final long sequence,
        final int household,
        final Shown shown) {
        final EventReportEncoder event =
            event(buffer, offset, correlationId, epochNs, eventTimeNs, sequence, EventType.IMPRESSION);
        event.offerId(shown.offerId[household]).creativeId(shown.creativeId[household])
            .placementId(names.tillTender());
        event.decisionId().high(shown.decisionHigh[household]).low(shown.decisionLow[household]);
        event.basketLinesCount(0);
        return end(event, household);
    }

    private EventReportEncoder event(
        final MutableDirectBuffer buffer,
        final int offset,
        final long correlationId,
        final long epochNs,
        final long eventTimeNs,
        final long sequence,
        final EventType type) {
        final EventReportEncoder event = writer.event(buffer, offset, correlationId, epochNs, type)
            .eventTimeNs(eventTimeNs)
            .customerNamespace(Namespaces.HOUSEHOLD)
            .currency(US_DOLLAR)
            .channel(Channel.TILL)
            .intent(Intent.BUYING);
        event.eventId().high(runId).low(sequence);
        return event;
    }

    private int end(final EventReportEncoder event, final int household) {
        event.putCustomerId(householdIds[household], 0, householdIds[household].length);
        return MessageHeaderEncoder.ENCODED_LENGTH + event.encodedLength();
    }

    /** What each household was shown last and has not been reported yet, in parallel arrays. */
    static final class Shown {
        final int[] offerId;
        final int[] creativeId;
        final long[] decisionHigh;
        final long[] decisionLow;
        final long[] timeNs;

        Shown(final int households) {
            offerId = new int[households];
            creativeId = new int[households];
            decisionHigh = new long[households];
            decisionLow = new long[households];
            timeNs = new long[households];
        }
    }
}
