package io.opportune.engine.bidding;

import io.opportune.engine.targeting.Attribute;
import io.opportune.engine.targeting.AttributeSchema;
import io.opportune.protocol.codec.AttributeType;
import io.opportune.protocol.openrtb.request.BidRequest;
import io.opportune.protocol.openrtb.request.Slice;
import io.opportune.protocol.openrtb.schema.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The attributes {@code request.x} of a catalogue that bid requests give values to. Their names are paths of the
 * specification with underscores for dots. Immutable; one per catalogue.
 */
final class RequestAttributes {
    private static final String PREFIX = "request.";
    private static final String EXCHANGE = "exchange";

    private final RequestPath[] paths;
    private final int[] ids;
    private final AttributeType[] types;
    private final boolean[] lists;
    private final int exchangeId;

    RequestAttributes(final AttributeSchema schema) {
        final List<RequestPath> foundPaths = new ArrayList<>();
        final List<Attribute> found = new ArrayList<>();
        int exchange = 0;
        // Lists come last, so that long ones take no room from what has one value.
        final List<Attribute> inOrder = new ArrayList<>(schema.declared());
        inOrder.sort(Comparator.comparing(Attribute::shape));
        for (final Attribute attribute : inOrder) {
            if (!attribute.name().startsWith(PREFIX)) {
                continue;
            }
            final String name = attribute.name().substring(PREFIX.length());
            if (name.equals(EXCHANGE) && attribute.type() == AttributeType.TEXT) {
                exchange = attribute.attributeId();
                continue;
            }
            final RequestPath path = RequestPath.of(name);
            final boolean list = attribute.shape() == Attribute.Shape.LIST;
            if (path != null && fits(path.kind(), attribute.type())
                && (!list || path.isArray() && path.kind() != Kind.OBJECT)) {
                foundPaths.add(path);
                found.add(attribute);
            }
        }
        paths = foundPaths.toArray(RequestPath[]::new);
        ids = found.stream().mapToInt(Attribute::attributeId).toArray();
        types = found.stream().map(Attribute::type).toArray(AttributeType[]::new);
        lists = new boolean[found.size()];
        for (int i = 0; i < lists.length; i++) {
            lists[i] = found.get(i).shape() == Attribute.Shape.LIST;
        }
        exchangeId = exchange;
    }

    private static boolean fits(final Kind kind, final AttributeType type) {
        return switch (kind) {
            case INTEGER -> type == AttributeType.INTEGER || type == AttributeType.BOOLEAN
                || type == AttributeType.DECIMAL_MICROS;
            case DECIMAL -> type == AttributeType.DECIMAL_MICROS;
            case TEXT -> type == AttributeType.TEXT;
            case OBJECT -> type == AttributeType.BOOLEAN;
            default -> false;
        };
    }

    /** How many there are, without that of the exchange. */
    int count() {
        return paths.length;
    }

    RequestPath path(final int index) {
        return paths[index];
    }

    int attributeId(final int index) {
        return ids[index];
    }

    AttributeType type(final int index) {
        return types[index];
    }

    /** Registry id of {@code request.exchange}; 0 when the catalogue has none. */
    int exchangeId() {
        return exchangeId;
    }

    /**
     * The value of an attribute as the wire has it.
     *
     * @return the number; of a text its {@link Slice}; {@link Long#MIN_VALUE} when the request has none.
     */
    long value(final int index, final BidRequest request, final int imp) {
        final RequestPath path = paths[index];
        final long word = path.read(request, imp);
        if (path.kind() == Kind.OBJECT) {
            return word == Long.MIN_VALUE ? 0 : 1;
        }
        return word == Long.MIN_VALUE ? word : converted(index, word);
    }

    /** Whether an attribute is a list: all values of its array. */
    boolean isList(final int index) {
        return lists[index];
    }

    /**
     * The values of an attribute that is a list, as the wire has them.
     *
     * @param into gets them.
     * @param from where the first goes.
     * @return where the next would go; those for which there is no room are left out.
     */
    int values(final int index, final BidRequest request, final int imp, final long[] into, final int from) {
        final int end = paths[index].readAll(request, imp, into, from);
        for (int i = from; i < end; i++) {
            into[i] = converted(index, into[i]);
        }
        return end;
    }

    private long converted(final int index, final long word) {
        return switch (paths[index].kind()) {
            case INTEGER -> switch (types[index]) {
                case BOOLEAN -> word != 0 ? 1 : 0;
                case DECIMAL_MICROS -> (int) word * 1_000_000L;
                default -> (int) word;
            };
            case DECIMAL -> micros(Double.longBitsToDouble(word));
            default -> word;
        };
    }

    private static long micros(final double value) {
        // Beyond this doubles and longs are not told apart, and no field of the specification means it.
        return Math.abs(value) <= 9e12 ? Math.round(value * 1e6) : Long.MIN_VALUE;
    }
}
