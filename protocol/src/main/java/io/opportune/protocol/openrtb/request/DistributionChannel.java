package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.ObjectType;

/**
 * Where the ad is shown, as AdCOM 1.0 calls what {@link Site}, {@link App} and {@link Dooh} have in common: OpenRTB 2.6
 * sections 3.2.13, 3.2.14 and 3.2.32.
 */
public abstract class DistributionChannel extends RecordFlyweight {
    private final Slots slots;
    private final Publisher publisher = new Publisher();
    private final Content content = new Content();

    DistributionChannel(final Slots slots) {
        this.slots = slots;
    }

    /** Where the shared fields stand in the records of one kind. */
    static class Slots {
        private final int id;
        private final int name;
        private final int domain;
        private final int publisher;
        private final int content;
        private final int keywords;
        private final int ext;

        Slots(final ObjectType type) {
            id = type.slot("id");
            name = type.slot("name");
            domain = type.slot("domain");
            publisher = type.slot("publisher");
            content = type.slot("content");
            keywords = type.slot("keywords");
            ext = type.slot("ext");
        }
    }

    /**
     * {@code id}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long id() {
        return textAt(slots.id);
    }

    /**
     * {@code name}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long name() {
        return textAt(slots.name);
    }

    /**
     * {@code domain}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long domain() {
        return textAt(slots.domain);
    }

    /**
     * {@code publisher}.
     *
     * @return a view, or null where it is not given.
     */
    public Publisher publisher() {
        final int inner = recordAt(slots.publisher);
        return inner == RequestArena.NO_RECORD ? null : publisher.on(arena, inner);
    }

    /**
     * {@code content}.
     *
     * @return a view, or null where it is not given.
     */
    public Content content() {
        final int inner = recordAt(slots.content);
        return inner == RequestArena.NO_RECORD ? null : content.on(arena, inner);
    }

    /**
     * {@code keywords}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long keywords() {
        return textAt(slots.keywords);
    }

    /**
     * {@code ext} as it came: JSON text, or the bytes of the protobuf message.
     *
     * @return a slice of the request's text, or 0.
     */
    public long ext() {
        return textAt(slots.ext);
    }
}
