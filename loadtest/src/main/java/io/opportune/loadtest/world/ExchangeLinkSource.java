package io.opportune.loadtest.world;

import io.opportune.loadtest.source.MessageSource;
import io.opportune.loadtest.source.MessageWriter;
import io.opportune.loadtest.source.NameTable;
import io.opportune.protocol.Namespaces;
import io.opportune.protocol.codec.AckStatus;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.IdentityLinkEncoder;
import io.opportune.protocol.codec.LinkOperation;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.RejectReason;
import java.nio.charset.StandardCharsets;
import org.agrona.MutableDirectBuffer;

/**
 * Links the ids of an exchange to the cards of customers, after {@link WorldSetupSource} has introduced these. Sent in
 * a closed loop. Runs on the generator's thread.
 */
public final class ExchangeLinkSource implements MessageSource {
    private final ExchangeUsers users;
    private final long runId;
    private final MessageWriter writer = new MessageWriter();
    private final CustomerId id = new CustomerId();
    private int next;
    private long sequence;

    /**
     * Creates the source.
     *
     * @param users whose ids are linked.
     * @param runId high half of event ids, different for each run against one store.
     */
    public ExchangeLinkSource(final ExchangeUsers users, final long runId) {
        this.users = users;
        this.runId = runId;
    }

    @Override
    public void declareNames(final NameTable table) {
        // Ids need no names.
    }

    @Override
    public void onStart(final NameTable table, final int slotCount, final long nowNs) {
        // Nothing depends on them.
    }

    @Override
    public int encodeNext(
        final MutableDirectBuffer buffer,
        final int offset,
        final int slot,
        final long correlationId,
        final long nowNs,
        final long epochNs) {
        while (next < users.count() && !users.isLinked(next)) {
            next++;
        }
        if (next >= users.count()) {
            return EXHAUSTED;
        }
        final int user = next++;
        final IdentityLinkEncoder link = writer.link(buffer, offset, correlationId, epochNs)
            .customerNamespace(Namespaces.LOYALTY)
            .otherNamespace(ExchangeUsers.NAMESPACE)
            .operation(LinkOperation.LINK);
        link.eventId().high(runId).low(++sequence);
        link.putCustomerId(id.loyalty(users.customer(user)), 0, CustomerId.LENGTH_BYTES);
        final byte[] other = users.id(user).getBytes(StandardCharsets.US_ASCII);
        link.putOtherId(other, 0, other.length);
        return MessageHeaderEncoder.ENCODED_LENGTH + link.encodedLength();
    }

    @Override
    public int timeBudgetUs() {
        return 0;
    }

    @Override
    public void onDecision(final int slot, final DecisionResponseDecoder response) {
        // This source asks for no decisions.
    }

    @Override
    public void onEventAck(final int slot, final AckStatus status, final int reason) {
        // This source reports no events.
    }

    @Override
    public void onContextAck(final int slot, final AckStatus status, final int reason) {
        // The generator counts.
    }

    @Override
    public void onReject(final int slot, final RejectReason reason) {
        // The generator counts.
    }

    @Override
    public void onUnanswered(final int slot) {
        // The generator counts.
    }
}
