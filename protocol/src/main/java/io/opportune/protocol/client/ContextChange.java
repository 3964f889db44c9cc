package io.opportune.protocol.client;

import io.opportune.protocol.MessageBounds;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * Changes of what the server holds about a customer, applied together.
 *
 * @param customer    who it is.
 * @param eventId     the same id is applied once; null: the client makes one.
 * @param eventTimeNs when, epoch nanoseconds; {@link Long#MIN_VALUE} for now.
 * @param operations  1..64, applied in order.
 */
public record ContextChange(Customer customer, UUID eventId, long eventTimeNs, List<Operation> operations) {
    /** One change. */
    public sealed interface Operation {
    }

    /**
     * Gives consents.
     *
     * @param mask bits of {@link io.opportune.protocol.Consent}.
     */
    public record GrantConsent(int mask) implements Operation {
    }

    /**
     * Takes consents back.
     *
     * @param mask bits of {@link io.opportune.protocol.Consent}.
     */
    public record WithdrawConsent(int mask) implements Operation {
    }

    /**
     * Sets a declared attribute.
     *
     * @param attribute with its value.
     */
    public record SetAttribute(Attribute attribute) implements Operation {
    }

    /**
     * Removes a declared attribute.
     *
     * @param attributeId registry id.
     */
    public record ClearAttribute(int attributeId) implements Operation {
    }

    /**
     * Puts the customer into a segment.
     *
     * @param segmentId registry id.
     */
    public record AddSegment(int segmentId) implements Operation {
    }

    /**
     * Takes the customer out of a segment.
     *
     * @param segmentId registry id.
     */
    public record RemoveSegment(int segmentId) implements Operation {
    }

    /** Erases all that is held about the customer; the only operation of its change. */
    public record Erase() implements Operation {
    }

    /**
     * Checks the ranges and copies the list.
     *
     * @throws IllegalArgumentException when a part is out of its range.
     */
    public ContextChange {
        Objects.requireNonNull(customer, "customer");
        if (operations.isEmpty() || operations.size() > MessageBounds.MAX_OPERATIONS) {
            throw new IllegalArgumentException(
                "operations must be 1.." + MessageBounds.MAX_OPERATIONS + ": " + operations.size());
        }
        operations = List.copyOf(operations);
    }

    /**
     * Changes that apply now.
     *
     * @param customer   who it is.
     * @param operations 1..64, applied in order.
     * @return the change, its event id made by the client.
     */
    public static ContextChange of(final Customer customer, final Operation... operations) {
        return new ContextChange(customer, null, Long.MIN_VALUE, List.of(operations));
    }

    /** Attributes whose text must travel beside the operations. */
    List<Attribute> textAttributes() {
        final List<Attribute> texts = new ArrayList<>();
        for (final Operation operation : operations) {
            if (operation instanceof SetAttribute(final Attribute attribute) && !attribute.text().isEmpty()) {
                texts.add(attribute);
            }
        }
        return texts;
    }
}
