package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.ObjectType;

/** What {@link Publisher} and {@link Producer} have in common, which is all: OpenRTB 2.6 sections 3.2.15 and 3.2.17. */
public abstract class Company extends RecordFlyweight {
    private final Slots slots;

    Company(final Slots slots) {
        this.slots = slots;
    }

    /** Where the shared fields stand in the records of one kind. */
    static final class Slots {
        private final int id;
        private final int name;
        private final int cattax;
        private final int cat;
        private final int domain;
        private final int ext;

        Slots(final ObjectType type) {
            id = type.slot("id");
            name = type.slot("name");
            cattax = type.slot("cattax");
            cat = type.slot("cat");
            domain = type.slot("domain");
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
     * {@code cattax} (AdCOM 1.0 list Category Taxonomies).
     *
     * @return the value, or 1 where it is not given.
     */
    public int cattax() {
        return intAt(slots.cattax, 1);
    }

    /**
     * How many {@code cat} there are.
     *
     * @return 0 or more.
     */
    public int catCount() {
        return countAt(slots.cat);
    }

    /**
     * One of {@code cat}.
     *
     * @param index 0 to count - 1.
     * @return a slice of the request's text.
     */
    public long cat(final int index) {
        return textItem(slots.cat, index);
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
     * {@code ext} as it came: JSON text, or the bytes of the protobuf message.
     *
     * @return a slice of the request's text, or 0.
     */
    public long ext() {
        return textAt(slots.ext);
    }
}
