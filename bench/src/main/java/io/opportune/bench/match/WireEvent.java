package io.opportune.bench.match;

import com.fasterxml.jackson.databind.JsonNode;
import io.opportune.protocol.Consent;
import io.opportune.protocol.MessageBounds;
import io.opportune.protocol.Namespaces;
import io.opportune.protocol.client.Attribute;
import io.opportune.protocol.client.ContextChange;
import io.opportune.protocol.client.Customer;
import io.opportune.protocol.client.DecisionCall;
import io.opportune.protocol.client.Name;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;

/** One event of the workload as the messages of a customer of its own: who it is, and what is asked. Immutable. */
final class WireEvent {
    /** Items of lines that carry a category only begin here; no rule names one. */
    private static final long FIRST_FREE_ITEM = 1_000_000_000L;
    private static final int ONE_PIECE_MILLI = 1_000;

    private final int number;
    private final JsonNode event;

    /**
     * An event.
     *
     * @param number of the event, which is also the customer's.
     * @param event  its attributes.
     * @throws IOException when the wire or a profile cannot hold it.
     */
    WireEvent(final int number, final JsonNode event) throws IOException {
        this.number = number;
        this.event = event;
        require("categories", event.path("categories").size(), WireNames.MAX_SEGMENTS);
        require("segments", event.path("segments").size(), MessageBounds.MAX_BASKET_LINES);
        require("brands", event.path("brands").size(), MessageBounds.MAX_BASKET_LINES);
        require("attributes", event.size(), MessageBounds.MAX_ATTRIBUTES);
    }

    private void require(final String what, final int found, final int most) throws IOException {
        if (found > most) {
            throw new IOException("event " + number + " has " + found + " " + what + ", at most " + most + " fit");
        }
    }

    /** Names of the segments that the customer is put into. */
    Set<String> segments() {
        return texts("categories");
    }

    /** Everything whose registry id the messages need. */
    List<Name> names() {
        final List<Name> names = new ArrayList<>();
        segments().forEach(name -> names.add(new Name(NameKind.SEGMENT, name)));
        texts("segments").forEach(name -> names.add(new Name(NameKind.CATEGORY, name)));
        event.fieldNames().forEachRemaining(name -> {
            if (!WireNames.isList(name)) {
                names.add(attributeName(name));
            }
        });
        return names;
    }

    /** Consent, segments and the customer's own attributes. */
    ContextChange introduction(final ToIntFunction<Name> ids) {
        final List<ContextChange.Operation> operations = new ArrayList<>();
        operations.add(new ContextChange.GrantConsent(Consent.PERSONALISATION));
        segments().forEach(name ->
            operations.add(new ContextChange.AddSegment(ids.applyAsInt(new Name(NameKind.SEGMENT, name)))));
        attributes(true, ids).forEach(attribute -> operations.add(new ContextChange.SetAttribute(attribute)));
        return new ContextChange(new Customer(Namespaces.LOYALTY, customerId()), null, Long.MIN_VALUE, operations);
    }

    /** The question; a category that no rule names has no id and stays away. */
    DecisionCall.Builder question(final int placementId, final ToIntFunction<Name> ids) {
        final DecisionCall.Builder call = DecisionCall.at(placementId, Channel.APP, Moment.APP_OPEN)
            .customer(Namespaces.LOYALTY, customerId());
        final List<String> categories = List.copyOf(texts("segments"));
        final JsonNode items = event.path("brands");
        for (int i = 0; i < Math.max(categories.size(), items.size()); i++) {
            call.line(i < items.size() ? items.get(i).asLong() : FIRST_FREE_ITEM + i,
                i < categories.size() ? ids.applyAsInt(new Name(NameKind.CATEGORY, categories.get(i))) : 0,
                ONE_PIECE_MILLI, 0);
        }
        attributes(false, ids).forEach(call::attribute);
        return call;
    }

    private String customerId() {
        return "event-" + number;
    }

    private Set<String> texts(final String list) {
        final Set<String> texts = new LinkedHashSet<>();
        event.path(list).forEach(value -> texts.add(value.asText()));
        return texts;
    }

    private static Name attributeName(final String name) {
        return new Name(NameKind.ATTRIBUTE, WireNames.of(name));
    }

    private List<Attribute> attributes(final boolean ofCustomer, final ToIntFunction<Name> ids) {
        final List<Attribute> attributes = new ArrayList<>();
        event.properties().forEach(entry -> {
            if (!WireNames.isList(entry.getKey()) && WireNames.isOfCustomer(entry.getKey()) == ofCustomer) {
                attributes.add(attribute(ids.applyAsInt(attributeName(entry.getKey())), entry.getValue()));
            }
        });
        return attributes;
    }

    private static Attribute attribute(final int id, final JsonNode value) {
        if (value.isBoolean()) {
            return Attribute.bool(id, value.asBoolean());
        }
        return value.isTextual() ? Attribute.text(id, value.asText()) : Attribute.integer(id, value.asLong());
    }
}
