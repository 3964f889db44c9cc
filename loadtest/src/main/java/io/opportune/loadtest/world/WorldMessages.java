package io.opportune.loadtest.world;

import io.opportune.loadtest.source.MessageWriter;
import io.opportune.protocol.Namespaces;
import io.opportune.protocol.codec.AttributeType;
import io.opportune.protocol.codec.DecisionRequestEncoder;
import io.opportune.protocol.codec.EventReportEncoder;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import org.agrona.MutableDirectBuffer;

/** Encodes the world's moments and events. Owned by the generator's thread; allocates nothing per message. */
final class WorldMessages {
    /** Customer of a moment at which nobody identified themselves. */
    static final int NOBODY = -1;
    private static final int US_DOLLAR = 840;
    private static final int MAX_LINES = 10;
    private static final double GIFT_CHANCE = 0.05;
    private static final byte[] NO_ID = new byte[0];
    private static final long LINES_SALT = 0xBA5;

    private final World world;
    private final WorldNames names;
    private final long runId;
    private final MessageWriter writer = new MessageWriter();
    private final CustomerId id = new CustomerId();
    private final RandomStream detail = new RandomStream(0);
    private final RandomStream basket = new RandomStream(0);
    private long sequence;

    WorldMessages(final World world, final WorldNames names, final long runId) {
        this.world = world;
        this.names = names;
        this.runId = runId;
    }

    int decision(
        final MutableDirectBuffer buffer,
        final int offset,
        final long correlationId,
        final long epochNs,
        final MomentKind kind,
        final int customer,
        final int store,
        final long basketSeed) {
        detail.reseed(RandomStream.hash(basketSeed, 1));
        final boolean gift = kind.intent != Intent.SUPPORT && detail.chance(GIFT_CHANCE);
        final DecisionRequestEncoder request = writer.decision(buffer, offset, correlationId, epochNs)
            .timeBudgetUs(world.settings().timeBudgetUs())
            .placementId(names.placements[kind.placement])
            .storeId(kind.inStore() ? names.stores[store] : 0)
            .customerNamespace(namespace(kind, customer))
            .currency(US_DOLLAR)
            .channel(kind.channel)
            .moment(kind.moment)
            .intent(gift ? Intent.GIFT : kind.intent);
        request.requestId().high(runId).low(++sequence);
        if (!kind.inStore() && detail.chance(0.7)) {
            request.latitudeE7((int) ((world.storeLatitude(store) + (detail.nextDouble() - 0.5) * 0.2) * 1e7))
                .longitudeE7((int) ((world.storeLongitude(store) + (detail.nextDouble() - 0.5) * 0.2) * 1e7));
        }
        final int lines = kind.hasBasket() ? lineCount(basketSeed) : 0;
        final DecisionRequestEncoder.BasketLinesEncoder group = request.basketLinesCount(lines);
        for (int line = 0; line < lines; line++) {
            final int item = world.drawItem(basket);
            final int quantity = quantity(kind == MomentKind.RETURN);
            group.next().itemId(World.itemId(item)).categoryId(names.categories[world.itemCategory(item)])
                .quantityMilli(quantity * 1_000).amountMicros(quantity * world.itemPriceMicros(item)).currency(0);
        }
        final boolean weather = !kind.inStore() && detail.chance(0.6);
        final DecisionRequestEncoder.AttributesEncoder attributes = request.attributesCount(weather ? 1 : 0);
        if (weather) {
            attributes.next().attributeId(names.attributes[WorldNames.WEATHER_ATTRIBUTE])
                .valueType(AttributeType.TEXT).value(names.weather[detail.nextInt(names.weather.length)]);
        }
        request.attributeTextsCount(0);
        final byte[] customerId = customerId(kind, customer);
        request.putCustomerId(customerId, 0, customerId.length).putRestrictions(MessageWriter.NO_RESTRICTIONS, 0, 0);
        return MessageHeaderEncoder.ENCODED_LENGTH + request.encodedLength();
    }

    int event(
        final MutableDirectBuffer buffer,
        final int offset,
        final long correlationId,
        final long epochNs,
        final FollowUps followUps,
        final int index) {
        final MomentKind kind = MomentKind.ALL[followUps.moment[index]];
        final EventType type = EventType.get((short) followUps.eventType[index]);
        final int customer = followUps.customer[index];
        final boolean withBasket = type == EventType.PURCHASE || type == EventType.RETURN;
        final EventReportEncoder event = writer.event(buffer, offset, correlationId, epochNs, type)
            .offerId(followUps.offerId[index])
            .creativeId(followUps.creativeId[index])
            .placementId(names.placements[followUps.placement[index]])
            .storeId(kind.inStore() ? names.stores[followUps.store[index]] : 0)
            .customerNamespace(namespace(kind, customer))
            .currency(US_DOLLAR)
            .channel(kind.channel)
            .intent(kind.intent);
        event.eventId().high(runId).low(++sequence);
        event.decisionId().high(followUps.decisionHigh[index]).low(followUps.decisionLow[index]);
        if (type == EventType.REDEMPTION) {
            event.amountMicros(followUps.amountMicros[index]);
        }
        final int lines = withBasket ? lineCount(followUps.basketSeed[index]) : 0;
        final EventReportEncoder.BasketLinesEncoder group = event.basketLinesCount(lines);
        long totalMicros = 0;
        for (int line = 0; line < lines; line++) {
            final int item = world.drawItem(basket);
            final int quantity = quantity(type == EventType.RETURN);
            final long amountMicros = quantity * world.itemPriceMicros(item);
            totalMicros += amountMicros;
            group.next().itemId(World.itemId(item)).categoryId(names.categories[world.itemCategory(item)])
                .quantityMilli(quantity * 1_000).amountMicros(amountMicros).currency(0);
        }
        if (withBasket) {
            event.amountMicros(totalMicros);
        }
        final byte[] customerId = customerId(kind, customer);
        event.putCustomerId(customerId, 0, customerId.length);
        return MessageHeaderEncoder.ENCODED_LENGTH + event.encodedLength();
    }

    /** Starts the basket of this seed; most baskets are small. The same seed gives the same lines again. */
    private int lineCount(final long basketSeed) {
        basket.reseed(RandomStream.hash(basketSeed, LINES_SALT));
        final double u = basket.nextDouble();
        return 1 + (int) (u * u * MAX_LINES);
    }

    private int quantity(final boolean returned) {
        final int quantity = basket.chance(0.8) ? 1 : 2 + basket.nextInt(4);
        return returned ? -quantity : quantity;
    }

    private byte[] customerId(final MomentKind kind, final int customer) {
        if (customer == NOBODY) {
            return NO_ID;
        }
        return kind.appAccount() && world.linked(customer) ? id.appAccount(customer) : id.loyalty(customer);
    }

    private int namespace(final MomentKind kind, final int customer) {
        if (customer == NOBODY) {
            return 0;
        }
        return kind.appAccount() && world.linked(customer) ? Namespaces.APP_ACCOUNT : Namespaces.LOYALTY;
    }
}
