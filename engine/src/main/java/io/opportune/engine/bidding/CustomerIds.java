package io.opportune.engine.bidding;

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

/** Finds the id of the customer in a bid request, as the exchange's profile says. One thread; allocates nothing. */
final class CustomerIds {
    private int namespace;
    private long id;

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
    }

    /** Whether there is an id that names a customer. */
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
        return false;
    }

    private boolean take(final BidRequest request, final int ofNamespace, final long slice) {
        final int length = Slice.lengthBytes(slice);
        if (ofNamespace == ExchangeIds.NOT_READ || length == 0 || length > MessageBounds.MAX_CUSTOMER_ID_BYTES) {
            return false;
        }
        namespace = ofNamespace;
        id = slice;
        return true;
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
