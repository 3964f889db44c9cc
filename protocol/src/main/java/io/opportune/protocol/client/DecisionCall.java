package io.opportune.protocol.client;

import io.opportune.protocol.MessageBounds;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.Moment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * A moment for which offers are wanted.
 *
 * @param placementId  registry id of the placement, 1 or more.
 * @param channel      where it happens.
 * @param moment       what the customer is doing.
 * @param intent       why the customer is here.
 * @param customer     who it is, or {@link Customer#UNKNOWN}.
 * @param requestId    idempotency key: a retried id gets the first answer; all zero for none.
 * @param eventTimeNs  when it happened, epoch nanoseconds; {@link Long#MIN_VALUE} for now.
 * @param storeId      registry id of the store, 0 for none.
 * @param position     where the customer is, null when not known.
 * @param currency     ISO 4217 numeric code of the basket and the answer, 0 for none.
 * @param offersWanted 0..254; 0: as the placement says.
 * @param explain      whether reasons of rejected candidates are wanted.
 * @param withTexts    whether texts are wanted.
 * @param basketLines  at most 500.
 * @param attributes   at most 64.
 */
public record DecisionCall(
    int placementId,
    Channel channel,
    Moment moment,
    Intent intent,
    Customer customer,
    UUID requestId,
    long eventTimeNs,
    int storeId,
    Position position,
    int currency,
    int offersWanted,
    boolean explain,
    boolean withTexts,
    List<BasketLine> basketLines,
    List<Attribute> attributes) {
    /**
     * Degrees of WGS 84.
     *
     * @param latitudeE7  degrees times 10^7, -90..90 degrees.
     * @param longitudeE7 degrees times 10^7, -180..180 degrees.
     */
    public record Position(int latitudeE7, int longitudeE7) {
    }

    /**
     * Checks the ranges and copies the lists.
     *
     * @throws IllegalArgumentException when a part is out of its range.
     */
    public DecisionCall {
        Objects.requireNonNull(channel, "channel");
        Objects.requireNonNull(moment, "moment");
        Objects.requireNonNull(intent, "intent");
        Objects.requireNonNull(customer, "customer");
        Objects.requireNonNull(requestId, "requestId");
        requireMost("offersWanted", offersWanted, 254);
        requireMost("basketLines", basketLines.size(), MessageBounds.MAX_BASKET_LINES);
        requireMost("attributes", attributes.size(), MessageBounds.MAX_ATTRIBUTES);
        basketLines = List.copyOf(basketLines);
        attributes = List.copyOf(attributes);
    }

    private static void requireMost(final String name, final int found, final int most) {
        if (found < 0 || found > most) {
            throw new IllegalArgumentException(name + " must be 0.." + most + ": " + found);
        }
    }

    /**
     * Starts a call with what every call needs.
     *
     * @param placementId registry id of the placement.
     * @param channel     where it happens.
     * @param moment      what the customer is doing.
     * @return a builder; not thread-safe.
     */
    public static Builder at(final int placementId, final Channel channel, final Moment moment) {
        return new Builder(placementId, channel, moment);
    }

    /** Collects the rest of a call; each setter replaces a default of "not said". */
    public static final class Builder {
        private final int placementId;
        private final Channel channel;
        private final Moment moment;
        private final List<BasketLine> basketLines = new ArrayList<>();
        private final List<Attribute> attributes = new ArrayList<>();
        private Intent intent = Intent.UNKNOWN;
        private Customer customer = Customer.UNKNOWN;
        private UUID requestId = new UUID(0, 0);
        private long eventTimeNs = Long.MIN_VALUE;
        private int storeId;
        private Position position;
        private int currency;
        private int offersWanted;
        private boolean explain;
        private boolean withTexts;

        private Builder(final int placementId, final Channel channel, final Moment moment) {
            this.placementId = placementId;
            this.channel = channel;
            this.moment = moment;
        }

        /**
         * Says who it is.
         *
         * @param namespace who issued the id, see {@link io.opportune.protocol.Namespaces}.
         * @param id        1..128 bytes of UTF-8.
         * @return this.
         */
        public Builder customer(final int namespace, final String id) {
            customer = new Customer(namespace, id);
            return this;
        }

        /**
         * Says why the customer is here.
         *
         * @param value the intent.
         * @return this.
         */
        public Builder intent(final Intent value) {
            intent = value;
            return this;
        }

        /**
         * Makes the call idempotent.
         *
         * @param value the key.
         * @return this.
         */
        public Builder requestId(final UUID value) {
            requestId = value;
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
         * Says in which store it happens.
         *
         * @param value registry id.
         * @return this.
         */
        public Builder storeId(final int value) {
            storeId = value;
            return this;
        }

        /**
         * Says where the customer is.
         *
         * @param latitudeE7  degrees times 10^7.
         * @param longitudeE7 degrees times 10^7.
         * @return this.
         */
        public Builder position(final int latitudeE7, final int longitudeE7) {
            position = new Position(latitudeE7, longitudeE7);
            return this;
        }

        /**
         * Sets the currency of basket and answer.
         *
         * @param value ISO 4217 numeric code.
         * @return this.
         */
        public Builder currency(final int value) {
            currency = value;
            return this;
        }

        /**
         * Says how many offers are wanted.
         *
         * @param value 0..254.
         * @return this.
         */
        public Builder offersWanted(final int value) {
            offersWanted = value;
            return this;
        }

        /**
         * Asks why candidates were not chosen.
         *
         * @return this.
         */
        public Builder explain() {
            explain = true;
            return this;
        }

        /**
         * Asks for the offers' texts.
         *
         * @return this.
         */
        public Builder withTexts() {
            withTexts = true;
            return this;
        }

        /**
         * Adds a basket line.
         *
         * @param itemId        the retailer's item number or GTIN.
         * @param categoryId    registry id, 0 when not known.
         * @param quantityMilli quantity times 1000.
         * @param amountMicros  line total after discounts.
         * @return this.
         */
        public Builder line(
            final long itemId, final int categoryId, final int quantityMilli, final long amountMicros) {
            basketLines.add(new BasketLine(itemId, categoryId, quantityMilli, amountMicros, 0));
            return this;
        }

        /**
         * Adds an attribute.
         *
         * @param value the attribute.
         * @return this.
         */
        public Builder attribute(final Attribute value) {
            attributes.add(value);
            return this;
        }

        /**
         * Checks and freezes the call.
         *
         * @return the call.
         * @throws IllegalArgumentException when a part is out of its range.
         */
        public DecisionCall build() {
            return new DecisionCall(placementId, channel, moment, intent, customer, requestId, eventTimeNs, storeId,
                position, currency, offersWanted, explain, withTexts, basketLines, attributes);
        }
    }
}
