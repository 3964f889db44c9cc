package io.opportune.protocol.openrtb;

import io.opportune.protocol.openrtb.request.BidRequest;
import io.opportune.protocol.openrtb.request.RequestArena;
import io.opportune.protocol.openrtb.schema.Field;
import io.opportune.protocol.openrtb.schema.Kind;
import io.opportune.protocol.openrtb.schema.ObjectType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Everything that a request's records hold, as maps, lists, texts and numbers that can be compared. */
final class RequestTree {
    private final BidRequest request;
    private final boolean extensions;

    private RequestTree(final BidRequest request, final boolean extensions) {
        this.request = request;
        this.extensions = extensions;
    }

    /** Of the request, with what its extensions look like or without; an empty array is as none. */
    static Map<String, Object> of(final BidRequest request, final boolean extensions) {
        return new RequestTree(request, extensions).object(BidRequest.type(), 0);
    }

    private Map<String, Object> object(final ObjectType type, final int record) {
        final Map<String, Object> tree = new TreeMap<>();
        fields(type, type, record, tree);
        return tree;
    }

    private void fields(
        final ObjectType type, final ObjectType owner, final int record, final Map<String, Object> tree) {
        for (final Field field : type.fields()) {
            if (field.kind() == Kind.EXTENSION && field.child() != null) {
                fields(field.child(), owner, record, tree);
            }
            if (field.moved() || field.slot() == Field.NO_SLOT || field.kind() == Kind.EXTENSION && !extensions
                || !request.arena().has(record, field.slot())) {
                continue;
            }
            final Object value = value(field, request.arena().value(record, field.slot()));
            if (!List.of().equals(value)) {
                tree.put(owner.slotName(field.slot()), value);
            }
        }
    }

    private Object value(final Field field, final long value) {
        final RequestArena arena = request.arena();
        return switch (field.kind()) {
            case INTEGER -> value;
            case DECIMAL -> Double.longBitsToDouble(value);
            case TEXT, EXTENSION, NATIVE_REQUEST -> request.string(value);
            case OBJECT, NATIVE_REQUEST_MESSAGE -> object(field.child(), (int) value);
            default -> {
                final List<Object> items = new ArrayList<>();
                for (int i = 0; i < (int) value; i++) {
                    final long item = arena.item((int) (value >>> Integer.SIZE) + i);
                    items.add(field.kind() == Kind.INTEGERS ? (Object) item
                        : field.kind() == Kind.TEXTS ? request.string(item) : object(field.child(), (int) item));
                }
                yield items;
            }
        };
    }
}
