package io.opportune.engine.bidding;

import io.opportune.engine.privacy.PrivacyAction;
import io.opportune.engine.privacy.PrivacyDecision;
import io.opportune.engine.screening.ImpRestrictions;
import io.opportune.engine.screening.RequestRestrictions;
import io.opportune.protocol.codec.AttributeType;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionRequestEncoder;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.openrtb.request.BidRequest;
import io.opportune.protocol.openrtb.request.Device;
import io.opportune.protocol.openrtb.request.Geo;
import io.opportune.protocol.openrtb.request.Pmp;
import io.opportune.protocol.openrtb.request.Slice;
import io.opportune.protocol.openrtb.request.User;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Asks for one impression what a till asks for one moment: writes the decision request of the binary protocol. What
 * the customer's signals do not permit is left out. One thread; allocates nothing.
 */
final class DecisionWriter {
    /** Most attributes of a message. */
    private static final int MAX_ATTRIBUTES = 64;
    /** Longer texts are names of nothing that a rule could ask for. */
    private static final int MAX_TEXT_BYTES = 256;
    private static final int BUFFER_BYTES = 32 * 1024;
    private static final double E7 = 1e7;
    private static final double MAX_LATITUDE = 90;
    private static final double MAX_LONGITUDE = 180;
    private static final byte[] NOBODY = {};

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[BUFFER_BYTES]);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final DecisionRequestEncoder message = new DecisionRequestEncoder();
    private final Map<String, byte[]> exchangeNames = new HashMap<>();
    private final RequestRestrictions lists = new RequestRestrictions();
    private final ImpRestrictions restrictions = new ImpRestrictions(lists);
    private final UnsafeBuffer encodedRestrictions = new UnsafeBuffer(new byte[ImpRestrictions.MAX_ENCODED_BYTES]);
    private final int[] ids = new int[MAX_ATTRIBUTES];
    private final AttributeType[] types = new AttributeType[MAX_ATTRIBUTES];
    private final long[] values = new long[MAX_ATTRIBUTES];
    private final byte[] seat;
    private int count;

    DecisionWriter(final byte[] seat) {
        this.seat = seat;
    }

    DirectBuffer buffer() {
        return buffer;
    }

    /** Reads what holds for all impressions of a request. */
    void begin(final PendingBid bid) {
        RestrictionsReader.read(bid.request, lists);
        lists.withheld(bid.privacy.reason().code());
    }

    /**
     * Writes the question for one impression from offset 0 on.
     *
     * @return length in bytes; {@link ImpRestrictions#TOO_LONG} when what the impression takes cannot be written.
     */
    int write(
        final PendingBid bid, final int place, final long correlationId, final long timeBudgetUs,
        final PrivacyDecision privacy, final CustomerIds customer, final long nowNs) {
        final BidRequest request = bid.request;
        RestrictionsReader.read(request, request.imp(bid.imps[place]), restrictions);
        restrictions.dealId(findDeal(bid, place));
        final int restrictionsLength = restrictions.encode(encodedRestrictions, 0);
        if (restrictionsLength == ImpRestrictions.TOO_LONG) {
            return ImpRestrictions.TOO_LONG;
        }
        message.wrapAndApplyHeader(buffer, 0, header)
            .correlationId(correlationId)
            .clientSendTimeNs(nowNs)
            .eventTimeNs(DecisionRequestEncoder.eventTimeNsNullValue())
            .timeBudgetUs(timeBudgetUs)
            .placementId(bid.placements[place])
            .storeId(0)
            .customerNamespace(customer.namespace())
            .currency(0)
            .channel(Channel.AD_EXCHANGE)
            .moment(Moment.AD_REQUEST)
            .intent(Intent.UNKNOWN)
            .offersWanted((short) bid.wanted[place]);
        message.requestId().high(0).low(0);
        message.flags().clear().test(request.test() == 1);
        position(request, privacy);
        message.basketLinesCount(0);
        gather(bid, place, privacy);
        attributes(bid, request);
        if (customer.namespace() == 0) {
            message.putCustomerId(NOBODY, 0, 0);
        } else {
            message.putCustomerId(
                request.buffer(), Slice.offset(customer.id()), Slice.lengthBytes(customer.id()));
        }
        message.putRestrictions(encodedRestrictions, 0, restrictionsLength);
        return MessageHeaderEncoder.ENCODED_LENGTH + message.encodedLength();
    }

    /** The first deal of the impression that the catalogue knows and that is for our seat; its registry id, or 0. */
    private int findDeal(final PendingBid bid, final int place) {
        final Pmp pmp = bid.catalogue.hasDeals() ? bid.request.imp(bid.imps[place]).pmp() : null;
        final DirectBuffer text = bid.request.buffer();
        for (int i = 0; pmp != null && i < pmp.dealsCount(); i++) {
            final long id = pmp.deals(i).id();
            final int dealId = bid.catalogue.deal(text, Slice.offset(id), Slice.lengthBytes(id));
            if (dealId != 0 && ImpBid.hasSeat(seat, text, pmp.deals(i))) {
                bid.deals[place] = i;
                return dealId;
            }
        }
        return 0;
    }

    private void position(final BidRequest request, final PrivacyDecision privacy) {
        int latitude = DecisionRequestEncoder.latitudeE7NullValue();
        int longitude = DecisionRequestEncoder.longitudeE7NullValue();
        if (privacy.permits(PrivacyAction.USE_PRECISE_LOCATION)) {
            final Device device = request.device();
            final User user = request.user();
            Geo geo = device == null ? null : device.geo();
            if (!isPosition(geo) && user != null) {
                geo = user.geo();
            }
            if (isPosition(geo)) {
                latitude = (int) Math.round(geo.lat() * E7);
                longitude = (int) Math.round(geo.lon() * E7);
            }
        }
        message.latitudeE7(latitude).longitudeE7(longitude);
    }

    /** NaN is no position, and 0, 0 is what devices say that do not know theirs. */
    private static boolean isPosition(final Geo geo) {
        return geo != null && Math.abs(geo.lat()) <= MAX_LATITUDE && Math.abs(geo.lon()) <= MAX_LONGITUDE
            && (geo.lat() != 0 || geo.lon() != 0);
    }

    private void gather(final PendingBid bid, final int place, final PrivacyDecision privacy) {
        final RequestAttributes attributes = bid.catalogue.attributes();
        final boolean personal = !bid.contextual();
        final boolean precise = privacy.permits(PrivacyAction.USE_PRECISE_LOCATION);
        count = 0;
        final int most = attributes.exchangeId() == 0 ? MAX_ATTRIBUTES : MAX_ATTRIBUTES - 1;
        for (int i = 0; i < attributes.count() && count < most; i++) {
            final RequestPath path = attributes.path(i);
            if (path.personal() && !personal || path.precise() && !precise) {
                continue;
            }
            final int from = count;
            int end = from;
            if (attributes.isList(i)) {
                end = attributes.values(i, bid.request, bid.imps[place], values, from);
            } else {
                values[end++] = attributes.value(i, bid.request, bid.imps[place]);
            }
            take(attributes.attributeId(i), attributes.type(i), from, Math.min(end, most));
        }
    }

    /** Takes those of the values that are some. */
    private void take(final int id, final AttributeType type, final int from, final int end) {
        for (int i = from; i < end; i++) {
            final long value = values[i];
            if (value == Long.MIN_VALUE || type == AttributeType.TEXT
                && (Slice.lengthBytes(value) == 0 || Slice.lengthBytes(value) > MAX_TEXT_BYTES)) {
                continue;
            }
            ids[count] = id;
            types[count] = type;
            values[count] = value;
            count++;
        }
    }

    private void attributes(final PendingBid bid, final BidRequest request) {
        final int exchangeId = bid.catalogue.attributes().exchangeId();
        final int exchanges = exchangeId == 0 ? 0 : 1;
        int texts = exchanges;
        final DecisionRequestEncoder.AttributesEncoder group = message.attributesCount(count + exchanges);
        for (int i = 0; i < count; i++) {
            final boolean text = types[i] == AttributeType.TEXT;
            texts += text ? 1 : 0;
            group.next().attributeId(ids[i]).valueType(types[i]).value(text ? 0 : values[i]);
        }
        if (exchanges > 0) {
            group.next().attributeId(exchangeId).valueType(AttributeType.TEXT).value(0);
        }
        final DecisionRequestEncoder.AttributeTextsEncoder named = message.attributeTextsCount(texts);
        for (int i = 0; i < count; i++) {
            if (types[i] == AttributeType.TEXT) {
                named.next().attributeId(ids[i])
                    .putText(request.buffer(), Slice.offset(values[i]), Slice.lengthBytes(values[i]));
            }
        }
        if (exchanges > 0) {
            final byte[] name = exchangeName(bid.exchange.id());
            named.next().attributeId(exchangeId).putText(name, 0, name.length);
        }
    }

    private byte[] exchangeName(final String id) {
        byte[] name = exchangeNames.get(id);
        if (name == null) {
            name = id.getBytes(StandardCharsets.UTF_8);
            exchangeNames.put(id, name);
        }
        return name;
    }
}
