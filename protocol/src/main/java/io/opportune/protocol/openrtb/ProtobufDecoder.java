package io.opportune.protocol.openrtb;

import io.opportune.protocol.openrtb.request.BidRequest;
import io.opportune.protocol.openrtb.request.RequestArena;
import io.opportune.protocol.openrtb.request.Slice;
import io.opportune.protocol.openrtb.schema.Field;
import io.opportune.protocol.openrtb.schema.Kind;
import io.opportune.protocol.openrtb.schema.ObjectType;
import io.opportune.protocol.openrtb.schema.OpenRtbSchema;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads the protobuf wire format (protobuf.dev, "Encoding") into the records of a request, by the same table as JSON.
 * Unknown fields are skipped, and so is a known one with a wire type that does not fit, as protobuf's own parsers do.
 * Repeated fields may come packed, unpacked, and with others between them: their items wait on a stack until the end of
 * their message, then they are laid side by side.
 */
final class ProtobufDecoder {
    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int LENGTH = 2;
    private static final int GROUP_START = 3;
    private static final int GROUP_END = 4;
    private static final int FIXED_32 = 5;
    private static final int FAILED = JsonScanner.FAILED;
    private static final int NATIVE_MESSAGE = OpenRtbSchema.NATIVE.slot("request_native");
    private static final Field NATIVE_TEXT = OpenRtbSchema.NATIVE.field("request");
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final JsonDecoder json;
    private final JsonScanner errors;
    private final int maxDepth;
    private BidRequest request;
    private RequestArena arena;
    private byte[] bytes;
    private int imp;
    /** What {@link #varint} and {@link #lengthEnd} read. */
    private long varint;
    /** Two words for each item of a repeated field: slot and place among its items, value. */
    private long[] items = new long[128];
    private int itemsEnd;

    ProtobufDecoder(final JsonDecoder json, final int maxDepth) {
        this.json = json;
        this.maxDepth = maxDepth;
        errors = json.scanner();
    }

    boolean read(final BidRequest into) {
        json.begin(into);
        request = into;
        arena = into.arena();
        bytes = into.text();
        imp = RequestArena.NO_RECORD;
        itemsEnd = 0;
        return message(0, into.bodyLengthBytes(), BidRequest.type(), 0, 1);
    }

    private boolean message(final int start, final int end, final ObjectType type, final int record, final int depth) {
        if (depth > maxDepth) {
            errors.fail(start, Expected.DEPTH);
            return false;
        }
        final int bottom = itemsEnd;
        int p = start;
        while (p < end) {
            final int tagOffset = p;
            p = varint(p, end);
            if (p < 0) {
                return false;
            }
            final long tag = varint;
            final int wireType = (int) tag & 7;
            final int number = (int) (tag >>> 3);
            if (tag >>> 32 != 0 || number == 0 || wireType == GROUP_END || wireType > FIXED_32) {
                errors.fail(tagOffset, Expected.TAG);
                return false;
            }
            final Field field = type.field(number);
            p = field == null || field.kind() == Kind.SKIPPED
                ? skip(p, end, wireType, number, depth)
                : value(p, end, field, wireType, record, depth);
            if (p < 0) {
                return false;
            }
        }
        return layOut(record, bottom);
    }

    private int value(
        final int p, final int end, final Field field, final int wireType, final int record, final int depth) {
        switch (wireType) {
            case VARINT:
                final int next = varint(p, end);
                return next < 0 ? FAILED : integer(p, next, field, record);
            case FIXED_64:
                if (end - p < Long.BYTES) {
                    return errors.fail(end, Expected.LENGTH);
                }
                decimal(p, Double.longBitsToDouble((long) LONG.get(bytes, p)), field, record);
                return p + Long.BYTES;
            case FIXED_32:
                if (end - p < Integer.BYTES) {
                    return errors.fail(end, Expected.LENGTH);
                }
                decimal(p, Float.intBitsToFloat((int) INT.get(bytes, p)), field, record);
                return p + Integer.BYTES;
            case LENGTH:
                final int begin = varint(p, end);
                if (begin < 0) {
                    return FAILED;
                }
                if (varint < 0 || varint > end - begin) {
                    return errors.fail(varint < 0 ? p : end, Expected.LENGTH);
                }
                final int contentEnd = begin + (int) varint;
                return content(begin, contentEnd, field, record, depth) ? contentEnd : FAILED;
            default:
                ignore(p, field, record);
                return skip(p, end, wireType, field.protobufNumber(), depth);
        }
    }

    /** A value that cannot be used. */
    private void ignore(final int p, final Field field, final int record) {
        arena.blur(record, field);
        request.onIgnored(p);
    }

    private int integer(final int p, final int next, final Field field, final int record) {
        // An int32 is written with its sign in 64 bits; of a longer number protobuf's parsers keep the low 32 bits.
        final int value = (int) varint;
        if (field.kind() == Kind.INTEGER) {
            if (varint != value || value == Integer.MIN_VALUE) {
                arena.remove(record, field);
                ignore(p, field, record);
            } else {
                request.put(field.ofImp() ? imp : record, field, value);
            }
        } else if (field.kind() == Kind.INTEGERS) {
            if (varint != value) {
                ignore(p, field, record);
            } else if (!add(field, record, value)) {
                return FAILED;
            }
        } else {
            ignore(p, field, record);
        }
        return next;
    }

    private void decimal(final int p, final double value, final Field field, final int record) {
        if (field.kind() == Kind.DECIMAL && Double.isFinite(value)) {
            arena.put(record, field, Double.doubleToRawLongBits(value));
        } else {
            if (field.kind() == Kind.DECIMAL) {
                arena.remove(record, field);
            }
            ignore(p, field, record);
        }
    }

    private boolean content(final int p, final int end, final Field field, final int record, final int depth) {
        final long slice = Slice.of(p, end - p);
        switch (field.kind()) {
            case TEXT:
                request.put(record, field, slice);
                return true;
            case TEXTS:
                return add(field, record, slice);
            case INTEGERS:
                return packed(p, end, field, record);
            case OBJECT:
            case OBJECTS:
                return object(p, end, field, record, depth);
            case EXTENSION:
                arena.put(record, field, slice);
                return field.child() == null || message(p, end, field.child(), record, depth + 1);
            case NATIVE_REQUEST:
                arena.put(record, field, slice);
                arena.underive(record, NATIVE_MESSAGE);
                return nativeText(slice, field, record, depth);
            case NATIVE_REQUEST_MESSAGE:
                final int inner = allocate(p, field);
                if (inner == RequestArena.FULL || !message(p, end, field.child(), inner, depth + 1)) {
                    return false;
                }
                arena.remove(record, NATIVE_TEXT);
                arena.derive(record, NATIVE_MESSAGE, inner);
                return true;
            default:
                ignore(p, field, record);
                return true;
        }
    }

    /** The text of a native request is JSON; it is read from a copy with a 0 behind it. */
    private boolean nativeText(final long slice, final Field field, final int record, final int depth) {
        final int lengthBytes = Slice.lengthBytes(slice);
        final int offset = request.textEnd();
        System.arraycopy(bytes, Slice.offset(slice), bytes, offset, lengthBytes);
        bytes[offset + lengthBytes] = 0;
        request.textEnd(offset + lengthBytes + 1);
        return json.nativeRequest(Slice.of(offset, lengthBytes), field, record, depth, imp)
            || errors.fail(Slice.offset(slice), Expected.ROOM) != FAILED;
    }

    private int allocate(final int p, final Field field) {
        final int inner = arena.allocate(field.child());
        if (inner == RequestArena.FULL) {
            errors.fail(p, Expected.ROOM);
        }
        return inner;
    }

    private boolean object(final int p, final int end, final Field field, final int record, final int depth) {
        final int inner = allocate(p, field);
        if (inner == RequestArena.FULL) {
            return false;
        }
        final boolean isImp = field.child() == OpenRtbSchema.IMP;
        if (isImp) {
            imp = inner;
        }
        if (!message(p, end, field.child(), inner, depth + 1)) {
            return false;
        }
        if (isImp) {
            imp = RequestArena.NO_RECORD;
        }
        if (field.kind() == Kind.OBJECTS) {
            return add(field, record, inner);
        }
        request.put(record, field, inner);
        return true;
    }

    private boolean packed(final int start, final int end, final Field field, final int record) {
        int p = start;
        while (p < end) {
            final int next = varint(p, end);
            if (next < 0 || integer(p, next, field, record) < 0) {
                return false;
            }
            p = next;
        }
        return true;
    }

    /** An item of a repeated field waits; the field's slot counts how many do. */
    private boolean add(final Field field, final int record, final long value) {
        final int slot = field.slot();
        int count = 0;
        if (arena.has(record, slot)) {
            final boolean fromMoved = arena.isFromMovedPlace(record, slot);
            if (field.moved() && !fromMoved) {
                return true;
            }
            final long span = arena.value(record, slot);
            // A span with a first item was laid out before, by another extension: it gives way.
            count = fromMoved == field.moved() && span >>> Integer.SIZE == 0 ? (int) span : 0;
        }
        if (itemsEnd == items.length) {
            items = Arrays.copyOf(items, 2 * itemsEnd);
        }
        items[itemsEnd++] = (long) slot << Integer.SIZE | count;
        items[itemsEnd++] = value;
        arena.put(record, field, count + 1);
        if (itemsEnd > 2 * arena.maxWords()) {
            errors.fail(request.bodyLengthBytes(), Expected.ROOM);
            return false;
        }
        return true;
    }

    /** Lays the items that wait for this record side by side, each field's for itself. */
    private boolean layOut(final int record, final int bottom) {
        for (int i = bottom; i < itemsEnd; i += 2) {
            final int slot = (int) (items[i] >>> Integer.SIZE);
            final int place = (int) items[i];
            long span = arena.value(record, slot);
            if (span >>> Integer.SIZE == 0) {
                final int first = arena.reserve((int) span);
                if (first == RequestArena.FULL) {
                    errors.fail(request.bodyLengthBytes(), Expected.ROOM);
                    return false;
                }
                span = Slice.of(first, (int) span);
                arena.derive(record, slot, span);
            }
            if (place < (int) span) {
                arena.item((int) (span >>> Integer.SIZE) + place, items[i + 1]);
            }
        }
        itemsEnd = bottom;
        return true;
    }

    /** The end of a varint, its value in {@link #varint}. */
    private int varint(final int start, final int end) {
        final byte[] b = bytes;
        int p = start;
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            if (p >= end) {
                return errors.fail(end, Expected.VARINT);
            }
            final byte next = b[p++];
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                varint = value;
                return p;
            }
        }
        return errors.fail(start, Expected.VARINT);
    }

    private int skip(final int p, final int end, final int wireType, final int number, final int depth) {
        switch (wireType) {
            case VARINT:
                return varint(p, end);
            case FIXED_64:
                return end - p < Long.BYTES ? errors.fail(end, Expected.LENGTH) : p + Long.BYTES;
            case FIXED_32:
                return end - p < Integer.BYTES ? errors.fail(end, Expected.LENGTH) : p + Integer.BYTES;
            case LENGTH:
                final int begin = varint(p, end);
                if (begin < 0) {
                    return FAILED;
                }
                return varint < 0 || varint > end - begin
                    ? errors.fail(varint < 0 ? p : end, Expected.LENGTH) : begin + (int) varint;
            default:
                return skipGroup(p, end, number, depth + 1);
        }
    }

    /** Groups are of protobuf's past: no field of OpenRTB is one, but an unknown field may be. */
    private int skipGroup(final int start, final int end, final int number, final int depth) {
        if (depth > maxDepth) {
            return errors.fail(start, Expected.DEPTH);
        }
        int p = start;
        while (p < end) {
            final int tagOffset = p;
            p = varint(p, end);
            if (p < 0) {
                return FAILED;
            }
            final int wireType = (int) varint & 7;
            final int inner = (int) (varint >>> 3);
            if (varint >>> 32 != 0 || inner == 0 || wireType > FIXED_32) {
                return errors.fail(tagOffset, Expected.TAG);
            }
            if (wireType == GROUP_END) {
                return inner == number ? p : errors.fail(tagOffset, Expected.GROUP_END);
            }
            p = skip(p, end, wireType, inner, depth);
            if (p < 0) {
                return FAILED;
            }
        }
        return errors.fail(end, Expected.GROUP_END);
    }
}
