package io.opportune.loadtest.world;

import io.opportune.loadtest.source.MessageSource;
import io.opportune.loadtest.source.NameTable;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.DecisionStatus;
import io.opportune.protocol.codec.EventType;
import org.agrona.MutableDirectBuffer;

/**
 * The endless stream of a world's moments, mixed with the events that follow them: a purchase after each tender, an
 * impression for what was shown, accepts, declines and redemptions by hidden taste. The moments depend on the seed
 * alone; which events follow depends on seed and answers, and when they are sent, on when the answers came. Runs on
 * the generator's thread and allocates nothing per message.
 */
public final class WorldSource implements MessageSource {
    private static final double IMPRESSION_CHANCE = 0.9;
    private static final double ACCEPT_CHANCE_LIKED = 0.25;
    private static final double ACCEPT_CHANCE_OTHER = 0.03;
    private static final double DECLINE_CHANCE = 0.02;
    private static final double REDEEM_CHANCE = 0.6;
    /** Share of moments in a store at which no card is shown. */
    private static final double ANONYMOUS_CHANCE = 0.08;
    private static final long FOLLOW_UP_SALT = 0xF011;

    private final World world;
    private final WorldNames names;
    private final WorldMessages messages;
    private final RandomStream random;
    private final RandomStream reaction = new RandomStream(0);
    private final FollowUps followUps = new FollowUps();
    private MomentKind[] slotKind = new MomentKind[0];
    private int[] slotCustomer = new int[0];
    private int[] slotStore = new int[0];
    private long[] slotBasketSeed = new long[0];
    private int timeBudgetUs;

    /**
     * Creates the stream.
     *
     * @param world that it happens in.
     * @param runId high half of request and event ids, different for each run against one store.
     */
    public WorldSource(final World world, final long runId) {
        this.world = world;
        this.names = new WorldNames(world);
        this.messages = new WorldMessages(world, names, runId);
        this.random = new RandomStream(RandomStream.hash(world.settings().seed(), 0x5712EA));
    }

    @Override
    public void declareNames(final NameTable table) {
        names.declare(table);
    }

    @Override
    public void onStart(final NameTable table, final int slotCount, final long nowNs) {
        names.read(table);
        slotKind = new MomentKind[slotCount];
        slotCustomer = new int[slotCount];
        slotStore = new int[slotCount];
        slotBasketSeed = new long[slotCount];
    }

    @Override
    public int encodeNext(
        final MutableDirectBuffer buffer,
        final int offset,
        final int slot,
        final long correlationId,
        final long nowNs,
        final long epochNs) {
        final int followUp = followUps.take();
        if (followUp >= 0) {
            slotKind[slot] = null;
            timeBudgetUs = 0;
            return messages.event(buffer, offset, correlationId, epochNs, followUps, followUp);
        }
        final MomentKind kind = MomentKind.draw(random);
        final int drawn = world.drawCustomer(random);
        final boolean anonymous = kind.inStore() && random.chance(ANONYMOUS_CHANCE);
        final boolean away = random.chance(0.2);
        final int store = away ? random.nextInt(world.settings().stores()) : world.homeStore(drawn);
        slotKind[slot] = kind;
        slotCustomer[slot] = anonymous ? WorldMessages.NOBODY : drawn;
        slotStore[slot] = store;
        slotBasketSeed[slot] = random.nextLong();
        timeBudgetUs = world.settings().timeBudgetUs();
        return messages.decision(
            buffer, offset, correlationId, epochNs, kind, slotCustomer[slot], store, slotBasketSeed[slot]);
    }

    @Override
    public int timeBudgetUs() {
        return timeBudgetUs;
    }

    @Override
    public void onDecision(final int slot, final DecisionResponseDecoder response) {
        final MomentKind kind = slotKind[slot];
        final int customer = slotCustomer[slot];
        if (customer == WorldMessages.NOBODY || kind == null) {
            return;
        }
        reaction.reseed(RandomStream.hash(slotBasketSeed[slot], FOLLOW_UP_SALT));
        final long high = response.decisionId().high();
        final long low = response.decisionId().low();
        final DecisionStatus status = response.status();
        if (kind == MomentKind.TENDER) {
            add(slot, EventType.PURCHASE, 0, 0, high, low, 0);
        } else if (kind == MomentKind.RETURN) {
            add(slot, EventType.RETURN, 0, 0, 0, 0, 0);
        }
        final DecisionResponseDecoder.OffersDecoder offers = response.offers();
        if (status != DecisionStatus.OFFERS || !offers.hasNext() || !reaction.chance(IMPRESSION_CHANCE)) {
            return;
        }
        offers.next();
        final int offerId = offers.offerId();
        final int creativeId = offers.creativeId();
        add(slot, EventType.IMPRESSION, offerId, creativeId, high, low, 0);
        final int category = names.categoryOfOffer(offerId);
        final boolean liked = category >= 0 && world.likes(customer, category);
        if (reaction.chance(liked ? ACCEPT_CHANCE_LIKED : ACCEPT_CHANCE_OTHER)) {
            final boolean screen = !kind.inStore();
            add(slot, screen ? EventType.CLICK : EventType.ACCEPT, offerId, creativeId, high, low, 0);
            if (reaction.chance(REDEEM_CHANCE)) {
                add(slot, EventType.REDEMPTION, offerId, creativeId, high, low, offers.valueMicros());
            }
        } else if (reaction.chance(DECLINE_CHANCE)) {
            add(slot, EventType.DECLINE, offerId, creativeId, high, low, 0);
        }
    }

    private void add(
        final int slot,
        final EventType type,
        final int offerId,
        final int creativeId,
        final long decisionHigh,
        final long decisionLow,
        final long amountMicros) {
        final int index = followUps.add();
        if (index < 0) {
            return;
        }
        followUps.eventType[index] = type.value();
        followUps.customer[index] = slotCustomer[slot];
        followUps.moment[index] = slotKind[slot].ordinal();
        followUps.offerId[index] = offerId;
        followUps.creativeId[index] = creativeId;
        followUps.placement[index] = slotKind[slot].placement;
        followUps.store[index] = slotStore[slot];
        followUps.decisionHigh[index] = decisionHigh;
        followUps.decisionLow[index] = decisionLow;
        followUps.basketSeed[index] = slotBasketSeed[slot];
        followUps.amountMicros[index] = amountMicros;
    }

    /**
     * Events that were not sent because too many waited; above 0 only when answers come in faster than messages go.
     *
     * @return 0 or more.
     */
    public long droppedFollowUps() {
        return followUps.dropped();
    }
}
