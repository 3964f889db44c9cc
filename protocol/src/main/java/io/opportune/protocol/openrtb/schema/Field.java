package io.opportune.protocol.openrtb.schema;

/** One place in a message where a value is read from: a declared field, or the old place of one that has moved. */
public final class Field {
    /** The slot of a field that has none. */
    public static final int NO_SLOT = -1;

    private final String name;
    private final Kind kind;
    private int slot;
    private final int protobufNumber;
    private final boolean moved;
    private final boolean ofImp;
    private final String remark;
    private ObjectType child;

    Field(
        final String name,
        final Kind kind,
        final int slot,
        final int protobufNumber,
        final ObjectType child,
        final boolean moved,
        final boolean ofImp,
        final String remark) {
        this.name = name;
        this.kind = kind;
        this.slot = slot;
        this.protobufNumber = protobufNumber;
        this.child = child;
        this.moved = moved;
        this.ofImp = ofImp;
        this.remark = remark;
    }

    void slot(final int bound) {
        slot = bound;
    }

    void child(final ObjectType type) {
        child = type;
    }

    /**
     * The key in JSON.
     *
     * @return as the specification writes it.
     */
    public String name() {
        return name;
    }

    /**
     * What it holds.
     *
     * @return never null.
     */
    public Kind kind() {
        return kind;
    }

    /**
     * Where its value stands in the record.
     *
     * @return 0..63, or {@link #NO_SLOT}.
     */
    public int slot() {
        return slot;
    }

    /**
     * Its number in the IAB's protobuf definition.
     *
     * @return 1 or more, or 0 where it has none.
     */
    public int protobufNumber() {
        return protobufNumber;
    }

    /**
     * The type of the objects that it holds; of an extension what is known of it.
     *
     * @return null for a plain value and for an extension of which nothing is known.
     */
    public ObjectType child() {
        return child;
    }

    /**
     * Whether this is not the declared place of its value: it then gives way to the declared one.
     *
     * @return true for an old place.
     */
    public boolean moved() {
        return moved;
    }

    /**
     * Whether the value belongs to the record of the imp around this object, not to this object's.
     *
     * @return true for a value of the imp.
     */
    public boolean ofImp() {
        return ofImp;
    }

    /**
     * Why it is not read, or what is read from it.
     *
     * @return a phrase, or an empty text.
     */
    public String remark() {
        return remark;
    }

    @Override
    public String toString() {
        return name + " (" + kind + ")";
    }
}
