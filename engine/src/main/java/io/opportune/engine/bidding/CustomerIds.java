package io.opportune.engine.bidding;

import io.opportune.engine.admission.CustomerKeys;
import io.opportune.engine.exchange.ExchangeIds;
import io.opportune.engine.exchange.IdSource;
import io.opportune.protocol.MessageBounds;
import io.opportune.protocol.openrtb.request.BidRequest;
import io.opportune.protocol.openrtb.request.Device;
import io.opportune.protocol.openrtb.request.Eid;
import io.opportune.protocol.openrtb.request.Slice;
import io.opportune.protocol.openrtb.request.User;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * Finds the id of the customer in a bid request, in the order of the exchange's profile: the first that is linked with
 * others, such as a loyalty id, else the first that is there. One thread; allocates nothing.
 */
final class CustomerIds {
    /** Ids that are looked up in one request; what comes behind them is not looked at. */
    private static final int MAX_LOOKUPS = 16;

    private final CustomerKeys keys;
    private int lookups;
    private int namespace;
    private long id;

    CustomerIds(final CustomerKeys keys) {
        this.keys = keys;
    }

    /** Namespace of what was found; 0 when nothing was. */
    int namespace() {
        return namespace;
    }

    /** The id, a slice of the request's text. */
    long id() {
        return id;
    }

    void forget() {
        namespace = ExchangeIds.NOT_READ;
        id = Slice.NONE;
        lookups = 0;
    }

    /** Whether there is an id that names a customer; its root then stands in the keys. */
    boolean find(final BidRequest request, final ExchangeIds ids) {
        forget();
        final List<IdSource> order = ids.order();
        final User user = request.user();
        for (int i = 0; i < order.size(); i++) {
            final boolean found = switch (order.get(i)) {
                case BUYERUID -> user != null && take(request, ids.buyeruid(), user.buyeruid());
                case USER_ID -> user != null && take(request, ids.userId(), user.id());
                case IFA -> {
                    final Device device = request.device();
                    yield device != null && !isZero(request.buffer(), device.ifa())
                        && take(request, ids.ifa(), device.ifa());
                }
                case EIDS -> user != null && takeEid(request, user, ids);
            };
            if (found) {
                return true;
            }
        }
        if (namespace == ExchangeIds.NOT_READ) {
            return false;
        }
        if (lookups > 1) {
            resolve(request);
        }
        return true;
    }

    private boolean resolve(final BidRequest request) {
        return keys.resolve(namespace, request.buffer(), Slice.offset(id), Slice.lengthBytes(id));
    }

    /** Whether an id is linked; the first one there is kept all the same. */
    private boolean take(final BidRequest request, final int ofNamespace, final long slice) {
        final int length = Slice.lengthBytes(slice);
        if (ofNamespace == ExchangeIds.NOT_READ || length == 0 || length > MessageBounds.MAX_CUSTOMER_ID_BYTES
            || lookups == MAX_LOOKUPS) {
            return false;
        }
        final int firstNamespace = namespace;
        final long firstId = id;
        namespace = ofNamespace;
        id = slice;
        if (resolve(request)) {
            return true;
        }
        if (lookups++ > 0) {
            namespace = firstNamespace;
            id = firstId;
        }
        return false;
    }

    private boolean takeEid(final BidRequest request, final User user, final ExchangeIds ids) {
        for (int i = 0; i < user.eidsCount(); i++) {
            final Eid eid = user.eids(i);
            final int ofSource = ids.eidNamespace(
                request.buffer(), Slice.offset(eid.source()), Slice.lengthBytes(eid.source()));
            if (ofSource != ExchangeIds.NOT_READ) {
                for (int j = 0; j < eid.uidsCount(); j++) {
                    if (take(request, ofSource, eid.uids(j).id())) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** An advertising id of zeros is what devices send for people who do not want to have one. */
    private static boolean isZero(final DirectBuffer text, final long slice) {
        for (int i = 0; i < Slice.lengthBytes(slice); i++) {
            final byte c = text.getByte(Slice.offset(slice) + i);
            if (c != '0' && c != '-') {
                return false;
            }
        }
        return true;
    }
}
