package io.opportune.protocol.openrtb.schema;

/** What a field holds, and so how it is read and what its slot in a record says. */
public enum Kind {
    /** A whole number of 32 bits; true and false are 1 and 0. The slot holds it. */
    INTEGER("integer"),
    /** A double; the slot holds its bits. */
    DECIMAL("float"),
    /** A text; the slot holds a slice: offset in the upper, length in the lower 32 bits. */
    TEXT("string"),
    /** Whole numbers; the slot holds where the items begin in the upper, their number in the lower 32 bits. */
    INTEGERS("integer array"),
    /** Texts; the slot is that of {@link #INTEGERS}, the items are slices. */
    TEXTS("string array"),
    /** An object; the slot holds its record. */
    OBJECT("object"),
    /** Objects; the slot is that of {@link #INTEGERS}, the items are records. */
    OBJECTS("object array"),
    /** An extension: kept as it came (a slice), and what the table knows of it is read into the same record. */
    EXTENSION("object"),
    /** An object inside an extension, known only for what it holds for the record. */
    INNER_EXTENSION("object"),
    /** The native request: a text (kept as a slice) that is JSON again and is read into a record of its own. */
    NATIVE_REQUEST("string"),
    /** The native request as a protobuf message; known to protobuf only. */
    NATIVE_REQUEST_MESSAGE("object"),
    /** Declared by the specification and not read. */
    SKIPPED("skipped");

    private final String specificationName;

    Kind(final String specificationName) {
        this.specificationName = specificationName;
    }

    /**
     * As the specification names the type.
     *
     * @return for example {@code string array}.
     */
    public String specificationName() {
        return specificationName;
    }
}
