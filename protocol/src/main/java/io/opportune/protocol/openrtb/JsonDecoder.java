package io.opportune.protocol.openrtb;

import io.opportune.protocol.openrtb.request.BidRequest;
import io.opportune.protocol.openrtb.request.RequestArena;
import io.opportune.protocol.openrtb.request.Slice;
import io.opportune.protocol.openrtb.schema.Field;
import io.opportune.protocol.openrtb.schema.Kind;
import io.opportune.protocol.openrtb.schema.ObjectType;
import io.opportune.protocol.openrtb.schema.OpenRtbSchema;
import java.util.Arrays;

/**
 * Reads JSON into the records of a request, in one pass and by the table. Positions are passed from method to method:
 * each takes where it begins and gives where it ended, or {@link JsonScanner#FAILED}.
 */
final class JsonDecoder {
    private static final int FAILED = JsonScanner.FAILED;
    private static final int NATIVE_MESSAGE = OpenRtbSchema.NATIVE.slot("request_native");

    private final JsonScanner scanner;
    private final JsonNumber number = new JsonNumber();
    private long[] pending = new long[64];
    private int pendingCount;
    private BidRequest request;
    private RequestArena arena;
    private byte[] bytes;
    private int imp;
    /** What {@link #scalar} found: whether it can be used, and its value. */
    private boolean usable;
    private long scalarValue;

    JsonDecoder(final int maxDepth) {
        scanner = new JsonScanner(maxDepth);
    }

    JsonScanner scanner() {
        return scanner;
    }

    /**
     * Reads the whole body.
     *
     * @return 1 for an object, 0 for another value, {@link JsonScanner#FAILED}.
     */
    int read(final BidRequest into) {
        begin(into);
        final byte[] b = bytes;
        int position = bodyStart();
        if (position == into.bodyLengthBytes()) {
            return scanner.fail(position, Expected.BODY);
        }
        final boolean object = b[position] == '{';
        position = object ? object(position + 1, BidRequest.type(), 0, 1) : scanner.skip(b, position, 0);
        if (position < 0) {
            return FAILED;
        }
        position = JsonScanner.space(b, position);
        if (position != into.bodyLengthBytes()) {
            return scanner.fail(position, Expected.END);
        }
        return object ? 1 : 0;
    }

    /**
     * Whether the whole body is JSON, however deeply nested.
     *
     * @return false when it is not; what was wrong is kept.
     */
    boolean isJson() {
        final int end = scanner.skipAnyDepth(bytes, bodyStart());
        if (end < 0) {
            return false;
        }
        final int rest = JsonScanner.space(bytes, end);
        return rest == request.bodyLengthBytes() || scanner.fail(rest, Expected.END) != FAILED;
    }

    /** Where the value begins, behind a byte order mark and white space. */
    private int bodyStart() {
        final byte[] b = bytes;
        return JsonScanner.space(b, b[0] == (byte) 0xEF && b[1] == (byte) 0xBB && b[2] == (byte) 0xBF ? 3 : 0);
    }

    /** Readies it for {@link #nativeRequest} on its own. */
    void begin(final BidRequest into) {
        request = into;
        arena = into.arena();
        bytes = into.text();
        pendingCount = 0;
        imp = RequestArena.NO_RECORD;
        scanner.forgetFailure();
    }

    private int object(final int start, final ObjectType type, final int record, final int depth) {
        final byte[] b = bytes;
        if (depth > scanner.maxDepth()) {
            return scanner.fail(start - 1, Expected.DEPTH);
        }
        int p = JsonScanner.space(b, start);
        if (b[p] == '}') {
            return p + 1;
        }
        Expected key = Expected.KEY;
        while (true) {
            if (b[p] != '"') {
                return scanner.fail(p, key);
            }
            final int end = scanner.text(b, p + 1);
            if (end < 0) {
                return FAILED;
            }
            final int keyEnd = end & JsonScanner.POSITION;
            final Field field = end == keyEnd ? type.field(b, p + 1, keyEnd - p - 1) : escapedKey(type, p + 1, keyEnd);
            p = keyEnd + 1;
            if (b[p] != ':') {
                p = JsonScanner.space(b, p);
                if (b[p] != ':') {
                    return scanner.fail(p, Expected.COLON);
                }
            }
            p = JsonScanner.space(b, p + 1);
            p = field == null ? scanner.skip(b, p, depth) : value(p, field, record, depth);
            if (p < 0) {
                return FAILED;
            }
            p = JsonScanner.space(b, p);
            if (b[p] == ',') {
                p = JsonScanner.space(b, p + 1);
                key = Expected.NEXT_KEY;
            } else if (b[p] == '}') {
                return p + 1;
            } else {
                return scanner.fail(p, Expected.COMMA_OR_BRACE);
            }
        }
    }

    private Field escapedKey(final ObjectType type, final int start, final int end) {
        final int offset = request.textEnd();
        final int lengthBytes = JsonScanner.unescape(bytes, start, end, offset) - offset;
        return type.field(bytes, offset, lengthBytes);
    }

    private int value(final int p, final Field field, final int record, final int depth) {
        final byte first = bytes[p];
        switch (field.kind()) {
            case TEXT:
                if (first == '"') {
                    return text(p, field, record);
                }
                break;
            case INTEGER:
                final int digitsEnd = fewDigits(p);
                if (digitsEnd > p) {
                    request.put(record(field, record), field, number.integer());
                    return digitsEnd;
                }
                break;
            case DECIMAL:
                if (first == '-' || first >= '0' && first <= '9') {
                    return decimal(p, field, record);
                }
                break;
            case INTEGERS:
            case TEXTS:
                if (first == '[') {
                    return scalars(p + 1, field, record, depth + 1);
                }
                break;
            case OBJECT:
                if (first == '{') {
                    return one(p, field, record, depth);
                }
                break;
            case OBJECTS:
                if (first == '[') {
                    return objects(p + 1, field, record, depth + 1);
                }
                break;
            case EXTENSION:
            case INNER_EXTENSION:
                return extension(p, field, record, depth);
            case NATIVE_REQUEST:
                return nativeField(p, field, record, depth);
            default:
                return scanner.skip(bytes, p, depth);
        }
        return unusual(p, field, record, depth);
    }

    private int record(final Field field, final int record) {
        return field.ofImp() ? imp : record;
    }

    private int text(final int p, final Field field, final int record) {
        final int end = scanner.text(bytes, p + 1);
        if (end >= 0) {
            request.put(record, field, slice(p + 1, end));
        }
        return end < 0 ? FAILED : (end & JsonScanner.POSITION) + 1;
    }

    /** The text from {@code start} to the end as scanned, its escapes taken out where it has some. */
    private long slice(final int start, final int scanned) {
        final int end = scanned & JsonScanner.POSITION;
        if (end == scanned) {
            return Slice.of(start, end - start);
        }
        final int offset = request.textEnd();
        final int textEnd = JsonScanner.unescape(bytes, start, end, offset);
        // A number or the native request in it is read to this 0.
        bytes[textEnd] = 0;
        request.textEnd(textEnd + 1);
        return Slice.of(offset, textEnd - offset);
    }

    /** Up to nine digits and nothing else that belongs to a number; gives {@code p} for anything else. */
    private int fewDigits(final int p) {
        final byte[] b = bytes;
        int digit = b[p] - '0';
        if (digit < 0 || digit > 9) {
            return p;
        }
        int value = digit;
        int q = p + 1;
        while ((digit = b[q] - '0') >= 0 && digit <= 9 && q - p < 9) {
            value = value * 10 + digit;
            q++;
        }
        final byte next = b[q];
        if (digit >= 0 && digit <= 9 || next == '.' || (next | 0x20) == 'e' || b[p] == '0' && q - p > 1) {
            return p;
        }
        number.integer(value);
        return q;
    }

    private int decimal(final int p, final Field field, final int record) {
        final int end = number.read(bytes, p);
        if (end < 0) {
            return scanner.fail(~end, Expected.DIGIT);
        }
        if (number.isFinite()) {
            arena.put(record, field, Double.doubleToRawLongBits(number.decimal()));
        } else {
            ignore(p, field, record);
        }
        return end;
    }

    private int one(final int p, final Field field, final int record, final int depth) {
        final int inner = arena.allocate(field.child());
        if (inner == RequestArena.FULL) {
            return scanner.fail(p, Expected.ROOM);
        }
        final int end = element(p, field.child(), inner, depth + 1);
        if (end >= 0) {
            request.put(record, field, inner);
        }
        return end;
    }

    private int element(final int p, final ObjectType type, final int inner, final int depth) {
        if (type != OpenRtbSchema.IMP) {
            return object(p + 1, type, inner, depth);
        }
        imp = inner;
        final int end = object(p + 1, type, inner, depth);
        imp = RequestArena.NO_RECORD;
        return end;
    }

    /** An extension is kept as it came; what the table knows of it goes to the same record. */
    private int extension(final int p, final Field field, final int record, final int depth) {
        final int end = bytes[p] == '{' && field.child() != null
            ? object(p + 1, field.child(), record, depth + 1)
            : scanner.skip(bytes, p, depth);
        if (end >= 0 && field.kind() == Kind.EXTENSION) {
            if (bytes[p] == 'n') {
                arena.remove(record, field);
            } else {
                arena.put(record, field, Slice.of(p, end - p));
                if (bytes[p] != '{' && !isEmptyArray(p)) {
                    // What may be in it is not known.
                    arena.blur(record, field);
                }
            }
        }
        return end;
    }

    /** An array without items is what some languages write for an object without keys. */
    private boolean isEmptyArray(final int p) {
        return bytes[p] == '[' && bytes[JsonScanner.space(bytes, p + 1)] == ']';
    }

    private int scalars(final int start, final Field field, final int record, final int depth) {
        final byte[] b = bytes;
        if (depth > scanner.maxDepth()) {
            return scanner.fail(start - 1, Expected.DEPTH);
        }
        final int first = arena.top();
        final int ignoredBefore = request.ignoredCount();
        int p = JsonScanner.space(b, start);
        if (b[p] != ']') {
            while (true) {
                p = item(p, field, depth);
                if (p < 0) {
                    return FAILED;
                }
                p = JsonScanner.space(b, p);
                if (b[p] == ']') {
                    break;
                } else if (b[p] != ',') {
                    return scanner.fail(p, Expected.COMMA_OR_BRACKET);
                }
                p = JsonScanner.space(b, p + 1);
            }
        }
        request.put(record, field, Slice.of(first, arena.top() - first));
        if (request.ignoredCount() != ignoredBefore) {
            arena.blur(record, field);
        }
        return p + 1;
    }

    /** One item of an array of numbers or texts; one that cannot be used is left out. */
    private int item(final int p, final Field field, final int depth) {
        final boolean texts = field.kind() == Kind.TEXTS;
        int end;
        if (texts && bytes[p] == '"') {
            end = scanner.text(bytes, p + 1);
            if (end < 0) {
                return FAILED;
            }
            if (!arena.push(slice(p + 1, end))) {
                return scanner.fail(p, Expected.ROOM);
            }
            return (end & JsonScanner.POSITION) + 1;
        }
        end = texts ? p : fewDigits(p);
        if (end == p) {
            end = scalar(p, texts ? Kind.TEXT : Kind.INTEGER, depth);
            if (!usable) {
                if (end >= 0 && bytes[p] != 'n') {
                    request.onIgnored(p);
                }
                return end;
            }
        } else {
            scalarValue = number.integer();
        }
        return arena.push(scalarValue) ? end : scanner.fail(p, Expected.ROOM);
    }

    private int objects(final int p, final Field field, final int record, final int depth) {
        final int bottom = pendingCount;
        final int end = collect(p, field, depth);
        return end < 0 || span(field, record, bottom) ? end : scanner.fail(p, Expected.ROOM);
    }

    /** Reads the objects of an array and leaves them pending; what is no object is left out. */
    private int collect(final int start, final Field field, final int depth) {
        final byte[] b = bytes;
        if (depth > scanner.maxDepth()) {
            return scanner.fail(start - 1, Expected.DEPTH);
        }
        int p = JsonScanner.space(b, start);
        if (b[p] == ']') {
            return p + 1;
        }
        while (true) {
            p = b[p] == '{' ? pendingObject(p, field, depth) : noObject(p, depth);
            if (p < 0) {
                return FAILED;
            }
            p = JsonScanner.space(b, p);
            if (b[p] == ']') {
                return p + 1;
            } else if (b[p] != ',') {
                return scanner.fail(p, Expected.COMMA_OR_BRACKET);
            }
            p = JsonScanner.space(b, p + 1);
        }
    }

    private int noObject(final int p, final int depth) {
        if (bytes[p] != 'n') {
            request.onIgnored(p);
        }
        return scanner.skip(bytes, p, depth);
    }

    private int pendingObject(final int p, final Field field, final int depth) {
        final int inner = arena.allocate(field.child());
        if (inner == RequestArena.FULL) {
            return scanner.fail(p, Expected.ROOM);
        }
        final int end = element(p, field.child(), inner, depth + 1);
        if (pendingCount == pending.length) {
            // Bounded by the arena: each pending record has its place there.
            pending = Arrays.copyOf(pending, 2 * pendingCount);
        }
        pending[pendingCount++] = inner;
        return end;
    }

    /** Lays the pending records side by side as the items of an array. */
    private boolean span(final Field field, final int record, final int bottom) {
        final int count = pendingCount - bottom;
        final int first = arena.reserve(count);
        if (first == RequestArena.FULL) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            arena.item(first + i, pending[bottom + i]);
        }
        pendingCount = bottom;
        arena.put(record, field, Slice.of(first, count));
        return true;
    }

    private int nativeField(final int p, final Field field, final int record, final int depth) {
        arena.underive(record, NATIVE_MESSAGE);
        if (bytes[p] == '"') {
            final int end = text(p, field, record);
            if (end >= 0 && !nativeRequest(arena.value(record, field.slot()), field, record, depth, imp)) {
                return scanner.fail(p, Expected.ROOM);
            }
            return end;
        }
        if (bytes[p] != '{') {
            return unusable(p, field, record, depth);
        }
        final int inner = arena.allocate(field.child());
        if (inner == RequestArena.FULL) {
            return scanner.fail(p, Expected.ROOM);
        }
        final int end = object(p + 1, field.child(), inner, depth + 1);
        if (end >= 0) {
            arena.put(record, field, Slice.of(p, end - p));
            arena.derive(record, NATIVE_MESSAGE, inner);
        }
        return end;
    }

    /**
     * Reads the native request out of its text. What is no JSON object is passed over: the text alone is malformed, not
     * the body around it.
     *
     * @return false when the arena is full.
     */
    boolean nativeRequest(
        final long text, final Field field, final int record, final int depth, final int ofImp) {
        imp = ofImp;
        final int offset = Slice.offset(text);
        final int end = offset + Slice.lengthBytes(text);
        final byte[] b = bytes;
        final int pendingBefore = pendingCount;
        final int inner = arena.allocate(field.child());
        if (inner == RequestArena.FULL) {
            return false;
        }
        int p = JsonScanner.space(b, offset);
        // What does not end as an object is not tried: reading would go on behind the text.
        p = p < end && b[p] == '{' && lastOf(offset, end) == '}'
            ? object(p + 1, field.child(), inner, depth + 1) : FAILED;
        final boolean whole = p >= 0 && p <= end && JsonScanner.space(b, p) >= end;
        final boolean full = p < 0 && scanner.expected() == Expected.ROOM;
        scanner.forgetFailure();
        pendingCount = pendingBefore;
        if (whole) {
            arena.derive(record, NATIVE_MESSAGE, inner);
        } else {
            request.onIgnored(offset);
            arena.underive(record, NATIVE_MESSAGE);
        }
        return !full;
    }

    /** The last byte of a text that is no white space; 0 for none. */
    private byte lastOf(final int offset, final int end) {
        int p = end - 1;
        while (p >= offset && (bytes[p] == ' ' || bytes[p] == '\n' || bytes[p] == '\r' || bytes[p] == '\t')) {
            p--;
        }
        return p < offset ? 0 : bytes[p];
    }

    /** A value of another form than declared: taken where it is clear, else passed over. */
    private int unusual(final int p, final Field field, final int record, final int depth) {
        final Kind kind = field.kind();
        final byte first = bytes[p];
        if (kind == Kind.OBJECT || kind == Kind.OBJECTS) {
            if (first == '[' && kind == Kind.OBJECT) {
                return onlyObject(p, field, record, depth);
            }
            if (first == '{') {
                final int bottom = pendingCount;
                final int end = pendingObject(p, field, depth);
                return end < 0 || span(field, record, bottom) ? end : scanner.fail(p, Expected.ROOM);
            }
            return unusable(p, field, record, depth);
        }
        final boolean many = kind == Kind.TEXTS || kind == Kind.INTEGERS;
        final Kind single = kind == Kind.TEXTS ? Kind.TEXT : kind == Kind.INTEGERS ? Kind.INTEGER : kind;
        final int end = first == '[' ? onlyScalar(p, single, depth + 1) : scalar(p, single, depth);
        if (end < 0) {
            return FAILED;
        }
        if (!usable) {
            if (first == 'n') {
                arena.remove(record(field, record), field);
            } else {
                ignore(p, field, record(field, record));
            }
        } else if (many) {
            final int index = arena.top();
            if (!arena.push(scalarValue)) {
                return scanner.fail(p, Expected.ROOM);
            }
            request.put(record, field, Slice.of(index, 1));
        } else {
            request.put(record(field, record), field, scalarValue);
        }
        return end;
    }

    private int unusable(final int p, final Field field, final int record, final int depth) {
        if (bytes[p] == 'n') {
            arena.remove(record, field);
        } else {
            ignore(p, field, record);
        }
        return scanner.skip(bytes, p, depth);
    }

    private void ignore(final int p, final Field field, final int record) {
        arena.remove(record, field);
        arena.blur(record, field);
        request.onIgnored(p);
    }

    /** An array of one object in place of an object. */
    private int onlyObject(final int p, final Field field, final int record, final int depth) {
        final int bottom = pendingCount;
        final int end = collect(p + 1, field, depth + 1);
        if (end < 0) {
            return FAILED;
        }
        if (pendingCount - bottom == 1) {
            request.put(record, field, pending[bottom]);
        } else if (isEmptyArray(p)) {
            arena.remove(record, field);
            request.onIgnored(p);
        } else {
            ignore(p, field, record);
        }
        pendingCount = bottom;
        return end;
    }

    /** An array of one value in place of a value. */
    private int onlyScalar(final int start, final Kind kind, final int depth) {
        final byte[] b = bytes;
        if (depth > scanner.maxDepth()) {
            return scanner.fail(start, Expected.DEPTH);
        }
        int count = 0;
        boolean found = false;
        long value = 0;
        int p = JsonScanner.space(b, start + 1);
        if (b[p] != ']') {
            while (true) {
                count += b[p] == 'n' ? 0 : 1;
                p = scalar(p, kind, depth);
                if (p < 0) {
                    return FAILED;
                }
                if (usable) {
                    found = true;
                    value = scalarValue;
                }
                p = JsonScanner.space(b, p);
                if (b[p] == ']') {
                    break;
                } else if (b[p] != ',') {
                    return scanner.fail(p, Expected.COMMA_OR_BRACKET);
                }
                p = JsonScanner.space(b, p + 1);
            }
        }
        usable = found && count == 1;
        scalarValue = value;
        return p + 1;
    }

    /** A value that should be a text or a number; leaves in {@link #usable} and {@link #scalarValue} what it is. */
    private int scalar(final int p, final Kind kind, final int depth) {
        final byte first = bytes[p];
        usable = false;
        int end;
        if (first == '"') {
            end = scanner.text(bytes, p + 1);
            if (end < 0) {
                return FAILED;
            }
            final long slice = slice(p + 1, end);
            if (kind == Kind.TEXT) {
                use(slice);
            } else {
                numberIn(slice, kind);
            }
            return (end & JsonScanner.POSITION) + 1;
        }
        if (first == '-' || first >= '0' && first <= '9') {
            end = number.read(bytes, p);
            if (end < 0) {
                return scanner.fail(~end, Expected.DIGIT);
            }
            if (kind == Kind.TEXT) {
                use(Slice.of(p, end - p));
            } else {
                useNumber(kind);
            }
            return end;
        }
        end = scanner.skip(bytes, p, depth);
        if (end >= 0 && (first == 't' || first == 'f')) {
            if (kind == Kind.TEXT) {
                use(Slice.of(p, end - p));
            } else if (kind == Kind.INTEGER) {
                use(first == 't' ? 1 : 0);
            }
        }
        return end;
    }

    private void use(final long value) {
        usable = true;
        scalarValue = value;
    }

    private void useNumber(final Kind kind) {
        if (kind == Kind.INTEGER && number.isInteger()) {
            use(number.integer());
        } else if (kind == Kind.DECIMAL && number.isFinite()) {
            use(Double.doubleToRawLongBits(number.decimal()));
        }
    }

    /** A number given as a text; behind a text there always stands something that belongs to no number. */
    private void numberIn(final long slice, final Kind kind) {
        final int offset = JsonScanner.space(bytes, Slice.offset(slice));
        final int textEnd = Slice.offset(slice) + Slice.lengthBytes(slice);
        final int end = number.read(bytes, offset);
        if (end > offset && JsonScanner.space(bytes, end) == textEnd) {
            useNumber(kind);
        } else if (kind == Kind.INTEGER) {
            final int literalEnd = JsonScanner.literalEnd(bytes, offset);
            if (literalEnd == textEnd && bytes[offset] != 'n') {
                use(bytes[offset] == 't' ? 1 : 0);
            }
        }
    }
}
