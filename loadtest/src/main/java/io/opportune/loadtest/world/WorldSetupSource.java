package io.opportune.loadtest.world;

import io.opportune.loadtest.source.MessageSource;
import io.opportune.loadtest.source.MessageWriter;
import io.opportune.loadtest.source.NameTable;
import io.opportune.protocol.Consent;
import io.opportune.protocol.Namespaces;
import io.opportune.protocol.codec.AttributeType;
import io.opportune.protocol.codec.ContextOperation;
import io.opportune.protocol.codec.ContextUpdateEncoder;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.IdentityLinkEncoder;
import io.opportune.protocol.codec.LinkOperation;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import org.agrona.MutableDirectBuffer;

/**
 * Introduces the customers before a run: consent, attributes and segments of each, then links of app accounts to
 * cards. Sent in a closed loop. Runs on the generator's thread.
 */
public final class WorldSetupSource implements MessageSource {
    private final World world;
    private final WorldNames names;
    private final long runId;
    private final MessageWriter writer = new MessageWriter();
    private final CustomerId id = new CustomerId();
    private int nextUpdate;
    private int nextLink;
    private long sequence;

    /**
     * Creates the source.
     *
     * @param world that the customers live in.
     * @param runId high half of event ids, different for each run against one store.
     */
    public WorldSetupSource(final World world, final long runId) {
        this.world = world;
        this.names = new WorldNames(world);
        this.runId = runId;
    }

    @Override
    public void declareNames(final NameTable table) {
        names.declare(table);
    }

    @Override
    public void onStart(final NameTable table, final int slotCount, final long nowNs) {
        names.read(table);
    }

    @Override
    public int encodeNext(
        final MutableDirectBuffer buffer,
        final int offset,
        final int slot,
        final long correlationId,
        final long nowNs,
        final long epochNs) {
        final int customers = world.settings().customers();
        if (nextUpdate < customers) {
            return encodeUpdate(buffer, offset, correlationId, epochNs, nextUpdate++);
        }
        while (nextLink < customers && !mayLink(nextLink)) {
            nextLink++;
        }
        if (nextLink < customers) {
            return encodeLink(buffer, offset, correlationId, epochNs, nextLink++);
        }
        return EXHAUSTED;
    }

    /** The server links only ids of customers who agreed to it. */
    private boolean mayLink(final int customer) {
        return world.linked(customer) && (world.consentMask(customer) & Consent.CROSS_CHANNEL_LINKING) != 0;
    }

    /** A small catalogue does not speak of every segment, and the server knows only those that it speaks of. */
    private boolean belongs(final int customer, final int segment) {
        return names.segments[segment] != 0 && world.inSegment(customer, segment);
    }

    private int encodeUpdate(
        final MutableDirectBuffer buffer,
        final int offset,
        final long correlationId,
        final long epochNs,
        final int customer) {
        final int consent = world.consentMask(customer);
        final boolean remembered = (consent & Consent.PERSONALISATION) != 0;
        int segmentCount = 0;
        for (int segment = 0; segment < World.SEGMENTS.size(); segment++) {
            segmentCount += remembered && belongs(customer, segment) ? 1 : 0;
        }
        final ContextUpdateEncoder update = writer.update(buffer, offset, correlationId, epochNs)
            .customerNamespace(Namespaces.LOYALTY);
        update.eventId().high(runId).low(++sequence);
        final ContextUpdateEncoder.OperationsEncoder operations =
            update.operationsCount(remembered ? segmentCount + 4 : 1);
        operations.next()
            .operation(consent == 0 ? ContextOperation.WITHDRAW_CONSENT : ContextOperation.GRANT_CONSENT)
            .valueType(AttributeType.NULL_VAL).id(consent == 0 ? Consent.ALL : consent).value(0);
        final int tier = world.tier(customer);
        if (remembered) {
            operations.next().operation(ContextOperation.SET_ATTRIBUTE).valueType(AttributeType.TEXT)
                .id(names.attributes[WorldNames.TIER]).value(names.tiers[tier]);
            operations.next().operation(ContextOperation.SET_ATTRIBUTE).valueType(AttributeType.BOOLEAN)
                .id(names.attributes[WorldNames.APP_USER]).value(world.appUser(customer) ? 1 : 0);
            operations.next().operation(ContextOperation.SET_ATTRIBUTE).valueType(AttributeType.INTEGER)
                .id(names.attributes[WorldNames.BIRTH_MONTH]).value(world.birthMonth(customer));
            for (int segment = 0; segment < World.SEGMENTS.size(); segment++) {
                if (belongs(customer, segment)) {
                    operations.next().operation(ContextOperation.ADD_SEGMENT).valueType(AttributeType.NULL_VAL)
                        .id(names.segments[segment]).value(0);
                }
            }
        }
        final boolean textNeeded = remembered && names.tiers[tier] == 0;
        final ContextUpdateEncoder.AttributeTextsEncoder texts = update.attributeTextsCount(textNeeded ? 1 : 0);
        if (textNeeded) {
            texts.next().attributeId(names.attributes[WorldNames.TIER]).text(World.TIERS.get(tier));
        }
        update.putCustomerId(id.loyalty(customer), 0, CustomerId.LENGTH_BYTES);
        return MessageHeaderEncoder.ENCODED_LENGTH + update.encodedLength();
    }

    private int encodeLink(
        final MutableDirectBuffer buffer,
        final int offset,
        final long correlationId,
        final long epochNs,
        final int customer) {
        final IdentityLinkEncoder link = writer.link(buffer, offset, correlationId, epochNs)
            .customerNamespace(Namespaces.LOYALTY)
            .otherNamespace(Namespaces.APP_ACCOUNT)
            .operation(LinkOperation.LINK);
        link.eventId().high(runId).low(++sequence);
        link.putCustomerId(id.loyalty(customer), 0, CustomerId.LENGTH_BYTES);
        link.putOtherId(id.appAccount(customer), 0, CustomerId.LENGTH_BYTES);
        return MessageHeaderEncoder.ENCODED_LENGTH + link.encodedLength();
    }

    /**
     * How far the introduction is.
     *
     * @return text for people; read from the reporting thread, so it may be a moment old.
     */
    public String progress() {
        return String.format("customers %,d of %,d", nextUpdate, world.settings().customers());
    }

    @Override
    public int timeBudgetUs() {
        return 0;
    }

    @Override
    public void onDecision(final int slot, final DecisionResponseDecoder response) {
        // This source asks for no decisions.
    }
}
