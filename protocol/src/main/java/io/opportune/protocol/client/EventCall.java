package io.opportune.protocol.client;

import io.opportune.protocol.MessageBounds;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.Intent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * Something that happened to an offer or a basket.
 *
 * @param type         what happened.
 * @param customer     to whom.
 * @param channel      where.
 * @param intent       why the customer was there.
 * @param eventId      the same id is applied once; null: the client makes one.
 * @param decisionId   the decision this follows from; all zero for none.
 * @param eventTimeNs  when, epoch nanoseconds; {@link Long#MIN_VALUE} for now.
 * @param amountMicros total of a purchase, value of a redemption, negative for returns; {@link Long#MIN_VALUE}: none.
 * @param currency     ISO 4217 numeric code, 0 for none.
 * @param offerId      registry id, 0 for none.
 * @param creativeId   registry id, 0 for none.
 * @param placementId  registry id, 0 for none.
 * @param storeId      registry id, 0 for none.
 * @param basketLines  at most 500.
 */
public record EventCall(
    EventType type,
    Customer customer,
    Channel channel,
    Intent intent,
    UUID eventId,
    UUID decisionId,
    long eventTimeNs,
    long amountMicros,
    int currency,
    int offerId,
    int creativeId,
    int placementId,
    int storeId,
    List<BasketLine> basketLines) {
    /**
     * Checks the ranges and copies the list.
     *
     * @throws IllegalArgumentException when a part is out of its range.
     */
    public EventCall {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(customer, "customer");
        Objects.requireNonNull(channel, "channel");
        Objects.requireNonNull(intent, "intent");
        Objects.requireNonNull(decisionId, "decisionId");
        if (basketLines.size() > MessageBounds.MAX_BASKET_LINES) {
            throw new IllegalArgumentException(
                "basketLines must be 0.." + MessageBounds.MAX_BASKET_LINES + ": " + basketLines.size());
        }
        basketLines = List.copyOf(basketLines);
    }

    /**
     * Starts an event with what every event needs.
     *
     * @param type     what happened.
     * @param customer to whom.
     * @param channel  where.
     * @return a builder; not thread-safe.
     */
    public static Builder of(final EventType type, final Customer customer, final Channel channel) {
        return new Builder(type, customer, channel);
    }

    /** Collects the rest of an event; each setter replaces a default of "not said". */
    public static final class Builder {
        private final EventType type;
        private final Customer customer;
        private final Channel channel;
        private final List<BasketLine> basketLines = new ArrayList<>();
        private Intent intent = Intent.UNKNOWN;
        private UUID eventId;
        private UUID decisionId = new UUID(0, 0);
        private long eventTimeNs = Long.MIN_VALUE;
        private long amountMicros = Long.MIN_VALUE;
        private int currency;
        private int offerId;
        private int creativeId;
        private int placementId;
        private int storeId;

        private Builder(final EventType type, final Customer customer, final Channel channel) {
            this.type = type;
            this.customer = customer;
            this.channel = channel;
        }

        /**
         * Says why the customer was there.
         *
         * @param value the intent.
         * @return this.
         */
        public Builder intent(final Intent value) {
            intent = value;
            return this;
        }

        /**
         * Names the event; needed by callers that report it again after a restart of their own.
         *
         * @param value unique for all time.
         * @return this.
         */
        public Builder eventId(final UUID value) {
            eventId = value;
            return this;
        }

        /**
         * Names the offer and the decision that it came from.
         *
         * @param decision the decision.
         * @param offer    one of its offers.
         * @return this.
         */
        public Builder about(final Decision decision, final Offer offer) {
            decisionId = decision.decisionId();
            offerId = offer.offerId();
            creativeId = offer.creativeId();
            return this;
        }

        /**
         * Names the offer where the decision is not known.
         *
         * @param value registry id.
         * @return this.
         */
        public Builder offerId(final int value) {
            offerId = value;
            return this;
        }

        /**
         * Names the placement.
         *
         * @param value registry id.
         * @return this.
         */
        public Builder placementId(final int value) {
            placementId = value;
            return this;
        }

        /**
         * Names the store.
         *
         * @param value registry id.
         * @return this.
         */
        public Builder storeId(final int value) {
            storeId = value;
            return this;
        }

        /**
         * Says when it happened, where this client may.
         *
         * @param epochNs epoch nanoseconds.
         * @return this.
         */
        public Builder eventTimeNs(final long epochNs) {
            eventTimeNs = epochNs;
            return this;
        }

        /**
         * Sets the total of a purchase or the value of a redemption.
         *
         * @param micros   micros of the currency, negative for returns.
         * @param isoCode ISO 4217 numeric code.
         * @return this.
         */
        public Builder amount(final long micros, final int isoCode) {
            amountMicros = micros;
            currency = isoCode;
            return this;
        }

        /**
         * Adds a basket line.
         *
         * @param value the line.
         * @return this.
         */
        public Builder line(final BasketLine value) {
            basketLines.add(value);
            return this;
        }

        /**
         * Checks and freezes the event.
         *
         * @return the event.
         * @throws IllegalArgumentException when a part is out of its range.
         */
        public EventCall build() {
            return new EventCall(type, customer, channel, intent, eventId, decisionId, eventTimeNs, amountMicros,
                currency, offerId, creativeId, placementId, storeId, basketLines);
        }
    }
}
