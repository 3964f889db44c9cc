package io.opportune.protocol.openrtb.request;

/**
 * A view of one record. Getters give what the specification declares as default where a field was not given, else
 * {@link #ABSENT}, NaN, the slice 0 or null.
 */
public abstract class RecordFlyweight {
    /** An integer that was not given and has no default. No field can hold this number. */
    public static final int ABSENT = Integer.MIN_VALUE;

    RequestArena arena;
    int record;

    RecordFlyweight() {
    }

    final void wrap(final RequestArena newArena, final int newRecord) {
        arena = newArena;
        record = newRecord;
    }

    /**
     * Whether what the request gave for a value is not clear: it could not be used, or was given twice, at the declared
     * place, at an old one or at both, with different values.
     *
     * @param slot of the value in the object's type.
     * @return true also where there is a value: one of several that were given.
     */
    public final boolean isUnclear(final int slot) {
        return arena.isUnclear(record, slot);
    }

    final int intAt(final int slot, final int otherwise) {
        return arena.has(record, slot) ? (int) arena.value(record, slot) : otherwise;
    }

    final double decimalAt(final int slot, final double otherwise) {
        return arena.has(record, slot) ? Double.longBitsToDouble(arena.value(record, slot)) : otherwise;
    }

    final long textAt(final int slot) {
        return arena.has(record, slot) ? arena.value(record, slot) : Slice.NONE;
    }

    final int recordAt(final int slot) {
        return arena.has(record, slot) ? (int) arena.value(record, slot) : RequestArena.NO_RECORD;
    }

    final int countAt(final int slot) {
        return arena.has(record, slot) ? (int) arena.value(record, slot) : 0;
    }

    final int intItem(final int slot, final int index) {
        return (int) item(slot, index);
    }

    final long textItem(final int slot, final int index) {
        return item(slot, index);
    }

    final int recordItem(final int slot, final int index) {
        return (int) item(slot, index);
    }

    private long item(final int slot, final int index) {
        if (index < 0 || index >= countAt(slot)) {
            throw new IndexOutOfBoundsException(index);
        }
        return arena.item((int) (arena.value(record, slot) >>> Integer.SIZE) + index);
    }
}
