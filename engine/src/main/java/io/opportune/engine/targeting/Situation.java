package io.opportune.engine.targeting;

import java.util.Arrays;

/**
 * The flat event that rules are tested on: the values of one request and its customer, by slot of an
 * {@link AttributeSchema}. Owned by one shard, which refills it for every request; it never allocates after
 * construction. Values are longs: int as is, bool 0 or 1, decimal in micros, time in epoch ns, text as the code of its
 * {@link Vocabulary}.
 */
public final class Situation {
    /** Most values of a list or keys of a map: above the basket lines that fit into one frame. */
    public static final int DEFAULT_LIST_CAPACITY = 1_024;

    /** Most values of a declared list: as many as attributes of a message. */
    private static final int DECLARED_LIST_CAPACITY = 64;
    private static final double RADIANS_PER_E7 = Math.PI / 180.0 / 1e7;

    private final AttributeSchema schema;
    private final long[] present;
    private final long[] values;
    private final SituationTable[] tables;
    private boolean hasPosition;
    private int positionLatitudeE7;
    private int positionLongitudeE7;
    private double unitX;
    private double unitY;
    private double unitZ;

    /**
     * An empty situation with lists of up to {@value #DEFAULT_LIST_CAPACITY} values.
     *
     * @param schema of the catalogue whose rules will be tested.
     */
    public Situation(final AttributeSchema schema) {
        this(schema, DEFAULT_LIST_CAPACITY);
    }

    /**
     * An empty situation.
     *
     * @param schema       of the catalogue whose rules will be tested.
     * @param listCapacity most values of a list or keys of a map, 1..1,000,000.
     */
    public Situation(final AttributeSchema schema, final int listCapacity) {
        if (listCapacity < 1 || listCapacity > 1_000_000) {
            throw new IllegalArgumentException("listCapacity " + listCapacity + "; allowed: 1..1000000");
        }
        this.schema = schema;
        present = new long[schema.slotCount() + Long.SIZE - 1 >>> 6];
        values = new long[schema.slotCount()];
        tables = new SituationTable[schema.slotCount()];
        for (final Attribute attribute : schema.attributes()) {
            if (attribute.shape() != Attribute.Shape.SCALAR) {
                tables[attribute.slot()] =
                    new SituationTable(attribute.attributeId() == 0 ? listCapacity
                        : Math.min(listCapacity, DECLARED_LIST_CAPACITY), attribute.shape() == Attribute.Shape.MAP);
            }
        }
    }

    /**
     * What the slots mean.
     *
     * @return schema given at construction.
     */
    public AttributeSchema schema() {
        return schema;
    }

    /** Forgets everything, in time proportional to the number of attributes over 64. */
    public void clear() {
        Arrays.fill(present, 0L);
        hasPosition = false;
    }

    /**
     * Whether a value, list (even an empty one) or map is there.
     *
     * @param slot of any shape.
     * @return false when it is missing.
     */
    public boolean has(final int slot) {
        return (present[slot >>> 6] >>> slot & 1L) != 0;
    }

    /**
     * Sets a scalar.
     *
     * @param slot  of a scalar.
     * @param value see the class comment.
     */
    public void set(final int slot, final long value) {
        present[slot >>> 6] |= 1L << slot;
        values[slot] = value;
    }

    /**
     * Makes a value, list or map missing again.
     *
     * @param slot of any shape.
     */
    public void remove(final int slot) {
        present[slot >>> 6] &= ~(1L << slot);
    }

    /**
     * A scalar's value.
     *
     * @param slot of a scalar that is present; otherwise the answer is meaningless.
     * @return its value.
     */
    public long get(final int slot) {
        return values[slot];
    }

    /**
     * Makes a list or map present and empty, whatever it held.
     *
     * @param slot of a list or map.
     */
    public void begin(final int slot) {
        present[slot >>> 6] |= 1L << slot;
        tables[slot].begin();
    }

    /**
     * Appends to a list; a missing list becomes present.
     *
     * @param slot  of a list.
     * @param value to append; may occur more than once.
     * @return false when the list is full and the value was dropped.
     */
    public boolean addToList(final int slot, final long value) {
        if (!has(slot)) {
            begin(slot);
        }
        return tables[slot].add(value);
    }

    /**
     * Number of values of a list or keys of a map.
     *
     * @param slot of a list or map.
     * @return 0 when it is missing.
     */
    public int size(final int slot) {
        return has(slot) ? tables[slot].size() : 0;
    }

    /**
     * A value of a list, or a key of a map, in the order in which they were added.
     *
     * @param slot  of a list or map.
     * @param index 0..size-1.
     * @return the value or key.
     */
    public long element(final int slot, final int index) {
        return tables[slot].element(index);
    }

    /**
     * Whether a list holds a value, or a map a key.
     *
     * @param slot  of a list or map.
     * @param value or key.
     * @return false also when the list or map is missing.
     */
    public boolean contains(final int slot, final long value) {
        return has(slot) && tables[slot].contains(value);
    }

    /**
     * Puts a value into a map; a missing map becomes present.
     *
     * @param slot  of a map.
     * @param key   code of the key.
     * @param value to put; it replaces an older one.
     * @return false when the map is full and the entry was dropped.
     */
    public boolean putInMap(final int slot, final long key, final long value) {
        if (!has(slot)) {
            begin(slot);
        }
        return tables[slot].put(key, value);
    }

    /**
     * Adds to the value of a key, which starts at 0. A sum beyond the range of a long stays at its limit.
     *
     * @param slot  of a map.
     * @param key   code of the key.
     * @param delta to add.
     * @return false when the map is full and the entry was dropped.
     */
    public boolean addInMap(final int slot, final long key, final long delta) {
        final long old = getFromMap(slot, key, 0);
        final long sum = old + delta;
        final boolean overflow = ((old ^ sum) & (delta ^ sum)) < 0;
        return putInMap(slot, key, overflow ? (old < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : sum);
    }

    /**
     * A value of a map.
     *
     * @param slot    of a map.
     * @param key     code of the key.
     * @param missing returned when the map or the key is missing.
     * @return the value.
     */
    public long getFromMap(final int slot, final long key, final long missing) {
        if (!has(slot)) {
            return missing;
        }
        final SituationTable table = tables[slot];
        final int at = table.find(key);
        return at < 0 ? missing : table.mapped(at);
    }

    /**
     * Sets the customer's position.
     *
     * @param latitudeE7  degrees of WGS 84 times 10^7, north positive.
     * @param longitudeE7 degrees of WGS 84 times 10^7, east positive.
     */
    public void setPosition(final int latitudeE7, final int longitudeE7) {
        final double latitude = latitudeE7 * RADIANS_PER_E7;
        final double longitude = longitudeE7 * RADIANS_PER_E7;
        final double cosLatitude = Math.cos(latitude);
        unitX = cosLatitude * Math.cos(longitude);
        unitY = cosLatitude * Math.sin(longitude);
        unitZ = Math.sin(latitude);
        positionLatitudeE7 = latitudeE7;
        positionLongitudeE7 = longitudeE7;
        hasPosition = true;
    }

    /**
     * Whether the customer's position is known.
     *
     * @return false when it is missing.
     */
    public boolean hasPosition() {
        return hasPosition;
    }

    /**
     * The position's latitude.
     *
     * @return degrees times 10^7; meaningless without a position.
     */
    public int latitudeE7() {
        return positionLatitudeE7;
    }

    /**
     * The position's longitude.
     *
     * @return degrees times 10^7; meaningless without a position.
     */
    public int longitudeE7() {
        return positionLongitudeE7;
    }

    /** Square of the straight line through the unit sphere from the customer to a point of it. */
    double chordSquared(final double x, final double y, final double z) {
        final double dx = unitX - x;
        final double dy = unitY - y;
        final double dz = unitZ - z;
        return dx * dx + dy * dy + dz * dz;
    }

    SituationTable table(final int slot) {
        return tables[slot];
    }
}
