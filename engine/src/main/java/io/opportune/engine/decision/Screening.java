package io.opportune.engine.decision;

import io.opportune.engine.catalogue.Creative;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.screening.CreativeFilter;
import io.opportune.engine.screening.CreativeRejection;
import io.opportune.engine.screening.ImpRestrictions;
import io.opportune.engine.screening.RequestRestrictions;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * Which creative of an offer an auctioned impression takes: the first by the order of the catalogue that its
 * restrictions let pass. They are decoded once a request; a request without any takes what the channel takes. Owned by
 * one shard; allocates nothing after construction but in {@link #lines}.
 */
final class Screening {
    /** The creative that the offer has for the channel. */
    static final int BY_CHANNEL = -1;

    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final int GROUP_HEADER_BYTES = 4;
    private static final int TEXT_HEADER_BYTES = 2;
    private static final int PLAIN_GROUPS = 2;

    private final ImpRestrictions imp = new ImpRestrictions(new RequestRestrictions());
    private final CreativeFilter filter = new CreativeFilter();
    private Channel channel;
    private boolean restricted;
    private boolean readable;
    private int creative;

    /** Whether a request carries restrictions, wherever its decoder stands. */
    static boolean isRestricted(final DecisionRequestDecoder request) {
        return lengthBytes(request, lengthAt(request)) > 0;
    }

    /** Where the length of the restrictions stands: behind block, groups, attribute texts and customer id. */
    private static int lengthAt(final DecisionRequestDecoder request) {
        if (request.actingVersion() < DecisionRequestDecoder.restrictionsSinceVersion()) {
            return -1;
        }
        final DirectBuffer buffer = request.buffer();
        final int limit = request.limit();
        int at = request.sbeRewind().limit();
        request.limit(limit);
        for (int group = 0; group < PLAIN_GROUPS; group++) {
            at += GROUP_HEADER_BYTES + uint16(buffer, at) * uint16(buffer, at + 2);
        }
        final int textBlockLength = uint16(buffer, at);
        final int texts = uint16(buffer, at + 2);
        at += GROUP_HEADER_BYTES;
        for (int i = 0; i < texts; i++) {
            at += textBlockLength;
            at += TEXT_HEADER_BYTES + uint16(buffer, at);
        }
        return at + TEXT_HEADER_BYTES + uint16(buffer, at);
    }

    private static int lengthBytes(final DecisionRequestDecoder request, final int lengthAt) {
        return lengthAt < 0 ? 0 : uint16(request.buffer(), lengthAt);
    }

    private static int uint16(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset, ORDER) & 0xFFFF;
    }

    /** Starts a request. */
    void begin(final DecisionRequestDecoder request) {
        final int at = lengthAt(request);
        final int length = lengthBytes(request, at);
        channel = request.channel();
        restricted = length > 0;
        readable = !restricted
            || imp.decode(request.buffer(), at + TEXT_HEADER_BYTES, length) == ImpRestrictions.DECODED;
        creative = BY_CHANNEL;
    }

    /** Why nothing personal was read for the request; {@code NONE} where it was, or where there was none. */
    ReasonCode withheld() {
        final ReasonCode reason = restricted && readable ? ReasonCode.of(imp.request().withheld()) : null;
        return reason == null ? ReasonCode.NONE : reason;
    }

    /** Whether the request carries restrictions: then nothing is offered that was not compared with them. */
    boolean isRestricted() {
        return restricted;
    }

    /** The deal of the catalogue that may be bid for; 0 for none. */
    int dealId() {
        return restricted && readable ? imp.dealId() : 0;
    }

    /** Of the offer that was let pass last: index of its auction creative, or {@link #BY_CHANNEL}. */
    int creative() {
        return creative;
    }

    /**
     * Why the impression takes none of an offer's creatives, as the creative says that came furthest; null when it
     * takes {@link #creative()}.
     */
    ReasonCode against(final Offer offer) {
        creative = BY_CHANNEL;
        if (!restricted) {
            return null;
        }
        if (!readable) {
            return ReasonCode.RESTRICTIONS_UNREADABLE;
        }
        CreativeRejection furthest = CreativeRejection.NONE;
        for (int i = 0; i < offer.auctionCreativeCount(); i++) {
            final Creative candidate = offer.auctionCreative(i);
            if (candidate.isFor(channel)) {
                final CreativeRejection rejection = filter.check(candidate.ad(), imp);
                if (rejection == CreativeRejection.NONE) {
                    creative = i;
                    return null;
                }
                furthest = rejection.compareTo(furthest) > 0 ? rejection : furthest;
            }
        }
        return furthest == CreativeRejection.NONE ? ReasonCode.NO_CREATIVE : furthest.reason();
    }

    /** What stands against each creative, for people. */
    List<String> lines(final Offer offer) {
        final List<String> lines = new ArrayList<>();
        for (int i = 0; restricted && readable && i < offer.auctionCreativeCount(); i++) {
            final Creative candidate = offer.auctionCreative(i);
            if (candidate.isFor(channel)) {
                lines.add("creative " + candidate.id() + ": " + filter.check(candidate.ad(), imp).words());
            }
        }
        return lines;
    }
}
