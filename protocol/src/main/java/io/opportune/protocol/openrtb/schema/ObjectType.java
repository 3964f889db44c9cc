package io.opportune.protocol.openrtb.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * One kind of object: its fields, found by key or by protobuf number, and how many slots its record has. The type of an
 * extension shares the slots of the object that it extends.
 */
public final class ObjectType {
    private static final int MAX_SLOTS = Long.SIZE;

    private final String name;
    private final String source;
    private final List<Field> fields;
    private final List<String> slots;
    private final KeyTable keys;
    private final Field[] byNumber;

    private ObjectType(final Builder builder) {
        name = builder.name;
        source = builder.source;
        fields = List.copyOf(builder.fields);
        slots = builder.slots;
        keys = new KeyTable(fields.stream().filter(field -> field.kind() != Kind.NATIVE_REQUEST_MESSAGE).toList());
        byNumber = new Field[fields.stream().mapToInt(Field::protobufNumber).max().orElse(0) + 1];
        for (final Field field : fields) {
            if (field.protobufNumber() > 0) {
                if (byNumber[field.protobufNumber()] != null) {
                    throw new IllegalStateException(name + " has two fields with number " + field.protobufNumber());
                }
                byNumber[field.protobufNumber()] = field;
            }
        }
    }

    static Builder named(final String name, final String source) {
        return new Builder(name, source, new ArrayList<>());
    }

    /**
     * The object's name.
     *
     * @return for example {@code Imp}, of an extension {@code Imp.ext}.
     */
    public String name() {
        return name;
    }

    /**
     * Where it is specified.
     *
     * @return document and section.
     */
    public String source() {
        return source;
    }

    /**
     * All places where values are read from, and those that are skipped.
     *
     * @return in the order of the specification.
     */
    public List<Field> fields() {
        return fields;
    }

    /**
     * How many values a record of this type has.
     *
     * @return 1..64.
     */
    public int slotCount() {
        return slots.size();
    }

    /**
     * Where a value stands in the record.
     *
     * @param slotName a field's name; {@code ext.} and the name for what is read from an extension.
     * @return 0..63.
     * @throws IllegalArgumentException when there is no such slot.
     */
    public int slot(final String slotName) {
        final int slot = slots.indexOf(slotName);
        if (slot < 0) {
            throw new IllegalArgumentException(name + " has no slot " + slotName + ", only " + slots);
        }
        return slot;
    }

    /**
     * The name of a slot.
     *
     * @param slot 0 to {@link #slotCount()} - 1.
     * @return see {@link #slot}.
     */
    public String slotName(final int slot) {
        return slots.get(slot);
    }

    /**
     * Finds the field of a key.
     *
     * @param bytes       holding the key without its quotes and unescaped; 8 bytes from {@code offset} are readable.
     * @param offset      of the key.
     * @param lengthBytes of the key.
     * @return null for an unknown key.
     */
    public Field field(final byte[] bytes, final int offset, final int lengthBytes) {
        return keys.find(bytes, offset, lengthBytes);
    }

    /**
     * Finds the field of a key; not for the hot path.
     *
     * @param key of the field.
     * @return null for an unknown key.
     */
    public Field field(final String key) {
        return fields.stream().filter(field -> field.name().equals(key)).findFirst().orElse(null);
    }

    /**
     * Finds the field of a protobuf number.
     *
     * @param number of the field.
     * @return null for an unknown number.
     */
    public Field field(final int number) {
        return number >= 0 && number < byNumber.length ? byNumber[number] : null;
    }

    @Override
    public String toString() {
        return name;
    }

    /** Collects the fields of a type; each field that is read takes the next slot. */
    static final class Builder {
        private final String name;
        private final String source;
        private final List<Field> fields = new ArrayList<>();
        private final List<String> slots;
        private String slotPrefix = "";
        private List<Field> declared = List.of();
        private Field wrapper;

        private Builder(final String name, final String source, final List<String> slots) {
            this.name = name;
            this.source = source;
            this.slots = slots;
        }

        private Builder add(final String key, final Kind kind, final int number, final ObjectType child) {
            return add(key, kind, newSlot(slotPrefix + key), number, child, "");
        }

        private Builder add(
            final String key,
            final Kind kind,
            final int slot,
            final int number,
            final ObjectType child,
            final String remark) {
            fields.add(new Field(key, kind, slot, number, child, false, false, remark));
            return this;
        }

        private int newSlot(final String slotName) {
            if (slots.size() == MAX_SLOTS || slots.contains(slotName)) {
                throw new IllegalStateException(name + " has no room for " + slotName);
            }
            slots.add(slotName);
            return slots.size() - 1;
        }

        Builder integer(final String key, final int number) {
            return add(key, Kind.INTEGER, number, null);
        }

        Builder decimal(final String key, final int number) {
            return add(key, Kind.DECIMAL, number, null);
        }

        Builder text(final String key, final int number) {
            return add(key, Kind.TEXT, number, null);
        }

        Builder integers(final String key, final int number) {
            return add(key, Kind.INTEGERS, number, null);
        }

        Builder texts(final String key, final int number) {
            return add(key, Kind.TEXTS, number, null);
        }

        Builder one(final String key, final int number, final ObjectType type) {
            return add(key, Kind.OBJECT, number, type);
        }

        Builder many(final String key, final int number, final ObjectType type) {
            return add(key, Kind.OBJECTS, number, type);
        }

        Builder skipped(final String key, final int number, final String why) {
            return add(key, Kind.SKIPPED, Field.NO_SLOT, number, null, why);
        }

        /** An extension of which nothing is known. */
        Builder ext(final int number) {
            return add("ext", Kind.EXTENSION, number, null);
        }

        /** An extension with fields of its own and old places of fields of this object declared before it. */
        Builder ext(final int number, final UnaryOperator<Builder> content) {
            final int slot = newSlot("ext");
            final Builder inside = new Builder(name + ".ext", source, slots);
            inside.slotPrefix = "ext.";
            final ObjectType extension = content.apply(inside.knowing(fields)).build();
            return add("ext", Kind.EXTENSION, slot, number, extension, "");
        }

        /** An object inside an extension, in which only old places of fields of the extended object are known. */
        Builder inner(final String key, final UnaryOperator<Builder> content) {
            final Builder inside = new Builder(name + "." + key, source, slots);
            inside.slotPrefix = slotPrefix + key + ".";
            final ObjectType inner = content.apply(inside.knowing(declared)).build();
            return add(key, Kind.INNER_EXTENSION, Field.NO_SLOT, 0, inner, "");
        }

        private Builder knowing(final List<Field> declaredFields) {
            declared = List.copyOf(declaredFields);
            return this;
        }

        /** The old place of a field of the same name. */
        Builder moved(final String key, final int number) {
            return moved(key, number, key);
        }

        /** The old place of a field. */
        Builder moved(final String key, final int number, final String target) {
            final Field field = named(declared, target);
            fields.add(
                new Field(key, field.kind(), field.slot(), number, field.child(), true, false, field.name()));
            return this;
        }

        /** The old place, inside an object of the imp, of an integer of the imp. */
        Builder movedToImp(final String key, final String target) {
            fields.add(new Field(key, Kind.INTEGER, Field.NO_SLOT, 0, null, true, true, target));
            return this;
        }

        /** Binds old places inside an object of this one, see {@link #movedToImp}. */
        Builder adopting(final ObjectType type) {
            type.field("ext").child().fields.stream().filter(Field::ofImp)
                .forEach(field -> field.slot(named(fields, field.remark()).slot()));
            return this;
        }

        /** A value that is not read but found out after reading. */
        Builder derived(final String slotName) {
            newSlot(slotName);
            return this;
        }

        /** An older key for a field of this object. */
        Builder renamed(final String key, final int number, final String target) {
            final Field field = named(fields, target);
            fields.add(
                new Field(key, field.kind(), field.slot(), number, field.child(), true, false, field.name()));
            return this;
        }

        /** The native request: its text and its message, the latter with a slot of its own for what is read. */
        Builder nativeRequest(final String key, final int number, final int messageNumber, final ObjectType type) {
            add(key, Kind.NATIVE_REQUEST, number, type);
            return add(key + "_native", Kind.NATIVE_REQUEST_MESSAGE, messageNumber, type);
        }

        /** An object of this same type inside it. */
        Builder wrapper(final String key) {
            add(key, Kind.OBJECT, 0, null);
            wrapper = fields.getLast();
            return this;
        }

        ObjectType build() {
            final ObjectType type = new ObjectType(this);
            if (wrapper != null) {
                wrapper.child(type);
            }
            return type;
        }

        private static Field named(final List<Field> from, final String name) {
            return from.stream().filter(field -> field.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalStateException("no field " + name + " in " + from));
        }
    }
}
