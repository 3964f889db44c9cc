package io.opportune.engine.bidding;

import io.opportune.protocol.openrtb.request.BidRequest;
import io.opportune.protocol.openrtb.request.RequestArena;
import io.opportune.protocol.openrtb.schema.Field;
import io.opportune.protocol.openrtb.schema.Kind;
import io.opportune.protocol.openrtb.schema.ObjectType;
import io.opportune.protocol.openrtb.schema.OpenRtbSchema;
import java.util.Arrays;

/**
 * A path of the specification, such as {@code device.geo.country}, found by a name in which underscores stand for the
 * dots. What begins with {@code imp} is of the impression that is asked for. Of an array it is the first item, or all.
 * Immutable; reading allocates nothing.
 */
final class RequestPath {
    private static final String IMP = "imp";
    private static final String NATIVE_REQUEST = "request_";
    private static final int MAX_STEPS = 8;
    private static final int ROOT = 0;
    private static final int IMP_SLOT = OpenRtbSchema.BID_REQUEST.slot(IMP);
    /** What names or describes a person or a device. Not {@code user.consent}: what it forbids, it says itself. */
    private static final String[] PERSONAL = {
        "user", "device_ifa", "device_ip", "device_ipv6", "device_ext_ifv",
    };
    private static final String[] PRECISE = {
        "device_geo_lat", "device_geo_lon", "user_geo_lat", "user_geo_lon", "device_geo_accuracy", "user_geo_accuracy",
    };

    private final String name;
    private final boolean ofImp;
    private final int[] steps;
    private final boolean[] arrays;
    private final Kind kind;
    private final boolean personal;
    private final boolean precise;

    private RequestPath(
        final String name, final boolean ofImp, final int[] steps, final boolean[] arrays, final int count,
        final Kind kind) {
        this.name = name;
        this.ofImp = ofImp;
        this.steps = Arrays.copyOf(steps, count);
        this.arrays = Arrays.copyOf(arrays, count);
        this.kind = kind;
        personal = startsWithAny(name, PERSONAL);
        precise = startsWithAny(name, PRECISE);
    }

    private static boolean startsWithAny(final String name, final String[] beginnings) {
        for (final String beginning : beginnings) {
            if (name.equals(beginning) || name.startsWith(beginning + "_")) {
                return true;
            }
        }
        return false;
    }

    /** The path of a name, or null. */
    static RequestPath of(final String name) {
        final int[] steps = new int[MAX_STEPS];
        final boolean[] arrays = new boolean[MAX_STEPS];
        if (name.startsWith(IMP + "_")) {
            return find(name, name.substring(IMP.length() + 1), OpenRtbSchema.IMP, true, steps, arrays, 0);
        }
        return find(name, name, OpenRtbSchema.BID_REQUEST, false, steps, arrays, 0);
    }

    private static RequestPath find(
        final String name, final String rest, final ObjectType type, final boolean ofImp, final int[] steps,
        final boolean[] arrays, final int depth) {
        for (final Field field : type.fields()) {
            if (field.moved() || depth == MAX_STEPS) {
                continue;
            }
            final Kind kind = field.kind();
            final boolean whole = rest.equals(field.name());
            final boolean inner = rest.startsWith(field.name() + "_") && field.child() != null;
            RequestPath found = null;
            switch (kind) {
                case INTEGER, DECIMAL, TEXT, INTEGERS, TEXTS, OBJECT, OBJECTS -> {
                    if (whole || inner) {
                        steps[depth] = field.slot();
                        arrays[depth] = kind == Kind.INTEGERS || kind == Kind.TEXTS || kind == Kind.OBJECTS;
                        found = whole ? new RequestPath(name, ofImp, steps, arrays, depth + 1, kind)
                            : find(name, rest.substring(field.name().length() + 1), field.child(), ofImp, steps,
                                arrays, depth + 1);
                    }
                }
                case EXTENSION, INNER_EXTENSION -> {
                    // Fields of an extension have their slots in the object around it.
                    if (inner) {
                        found = find(name, rest.substring(field.name().length() + 1), field.child(), ofImp, steps,
                            arrays, depth);
                    }
                }
                case NATIVE_REQUEST_MESSAGE -> {
                    // What was read of the text in native.request, under the text's name.
                    if (rest.startsWith(NATIVE_REQUEST)) {
                        steps[depth] = field.slot();
                        arrays[depth] = false;
                        found = find(name, rest.substring(NATIVE_REQUEST.length()), field.child(), ofImp, steps,
                            arrays, depth + 1);
                    }
                }
                case NATIVE_REQUEST, SKIPPED -> {
                    // Not one value.
                }
            }
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    String name() {
        return name;
    }

    boolean personal() {
        return personal;
    }

    boolean precise() {
        return precise;
    }

    /** What stands there: an integer, a decimal, a text, or an object, which is there or not. */
    Kind kind() {
        return switch (kind) {
            case INTEGERS -> Kind.INTEGER;
            case TEXTS -> Kind.TEXT;
            case OBJECTS -> Kind.OBJECT;
            default -> kind;
        };
    }

    /**
     * The word of the value.
     *
     * @return {@link Long#MIN_VALUE} when it is not there; no integer, slice or record is that number, and a decimal
     *     that is -0.0 counts as not there.
     */
    long read(final BidRequest request, final int imp) {
        final RequestArena arena = request.arena();
        int record = ofImp ? impRecord(arena, imp) : ROOT;
        for (int i = 0; ; i++) {
            if (!arena.has(record, steps[i])) {
                return Long.MIN_VALUE;
            }
            long value = arena.value(record, steps[i]);
            if (arrays[i]) {
                if ((int) value == 0) {
                    return Long.MIN_VALUE;
                }
                value = arena.item((int) (value >>> Integer.SIZE));
            }
            if (i == steps.length - 1) {
                return value;
            }
            record = (int) value;
        }
    }

    /** Whether there is an array on the way, so that there may be several values. */
    boolean isArray() {
        for (final boolean array : arrays) {
            if (array) {
                return true;
            }
        }
        return false;
    }

    /** Reads the words of all values, as many as there is room for; where the next would go. */
    int readAll(final BidRequest request, final int imp, final long[] into, final int from) {
        final RequestArena arena = request.arena();
        return readFrom(arena, ofImp ? impRecord(arena, imp) : ROOT, 0, into, from);
    }

    /** As deep as the path is long. */
    private int readFrom(
        final RequestArena arena, final int record, final int step, final long[] into, final int from) {
        if (!arena.has(record, steps[step])) {
            return from;
        }
        final long value = arena.value(record, steps[step]);
        final int items = arrays[step] ? (int) value : 1;
        int at = from;
        for (int i = 0; i < items && at < into.length; i++) {
            final long item = arrays[step] ? arena.item((int) (value >>> Integer.SIZE) + i) : value;
            if (step == steps.length - 1) {
                into[at++] = item;
            } else {
                at = readFrom(arena, (int) item, step + 1, into, at);
            }
        }
        return at;
    }

    private static int impRecord(final RequestArena arena, final int imp) {
        return (int) arena.item((int) (arena.value(ROOT, IMP_SLOT) >>> Integer.SIZE) + imp);
    }
}
