package io.opportune.engine.delivery;

import io.opportune.engine.catalogue.Budget;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.journal.ReservationBlock;
import io.opportune.engine.ledger.ShardLeases;
import io.opportune.engine.profile.CountsBlock;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.EventReportDecoder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The money side of one shard: refuses offers that its leases do not cover or whose campaign does not take part,
 * reserves for those that are made, and tells the ledger once the decision is journalled. Owned by the shard's thread;
 * allocates nothing.
 *
 * <p>A request goes {@link #begin}, {@link #heldBack} for each candidate, {@link #take} for each winner, from there
 * once more after {@link #again} where one was refused, then {@link #published} when the record is written or {@link
 * #giveBack} when it is not.
 */
public final class ShardDelivery implements DeliveryGate {
    /** So many budgets may turn out to be too small for a decision before it keeps to what it has. */
    private static final int MAX_SCARCE = 8;
    /** Stands for all budgets among {@link #kept}. */
    private static final int ALL = 0;
    private static final int MAX_BYTES = ReservationBlock.MAX_ENTRIES * ReservationBlock.ENTRY_LENGTH;

    private final ShardLeases leases;
    private final EpochNanoClock clock;
    private final HoldTimes holdTimes;
    private final WithheldList withheld = new WithheldList();
    private final UnsafeBuffer reservations = new UnsafeBuffer(new byte[MAX_BYTES]);
    private final int[] slotsTaken = new int[ReservationBlock.MAX_ENTRIES];
    /** Budgets that were too small for all winners under them. */
    private final int[] scarce = new int[MAX_SCARCE];
    /** Winners for whom such a budget sufficed: budget (32) | offer (32). */
    private final long[] kept = new long[(MAX_SCARCE + 1) * ReservationBlock.MAX_ENTRIES];
    private final LocalDays days = new LocalDays();
    private Pace pace = Pace.none();
    private long requests;
    private BudgetSlots slots = BudgetSlots.NONE;
    private int scarceCount;
    private int keptCount;
    private boolean keptOnly;
    private int refusedBy;
    private int entries;
    private boolean limited;
    private boolean roomAsked;
    private boolean room;
    private boolean auction;
    private int storeId;
    private int dealId;
    private long businessTimeNs;
    private long decisionHash;
    private long decisionHigh;
    private long decisionLow;

    /**
     * Binds the shard's leases.
     *
     * @param leases    of this shard.
     * @param holdTimes of reservations.
     * @param clock     wall clock.
     */
    public ShardDelivery(final ShardLeases leases, final HoldTimes holdTimes, final EpochNanoClock clock) {
        this.leases = leases;
        this.clock = clock;
        this.holdTimes = holdTimes;
    }

    /**
     * Spends from other budgets from here on.
     *
     * @param next of the catalogue that comes next.
     */
    public void use(final BudgetSlots next) {
        slots = next;
    }

    /**
     * Follows another pace from here on.
     *
     * @param next of this shard.
     */
    public void follow(final Pace next) {
        pace = next;
    }

    /** Takes what the ledger has leased, or wants back, and lets it know that the shard is alive. Between requests. */
    public void poll() {
        leases.poll(clock.nanoTime());
    }

    /**
     * Tells the ledger what had found no room before.
     *
     * @return false while some of it still finds none.
     */
    public boolean flush() {
        poll();
        return !leases.hasSpilled();
    }

    /**
     * The append time of a record that is made now; all records of the shard get theirs here, because the ledger judges
     * by them which event came in time.
     *
     * @return nanoseconds since 1970, never less than before.
     */
    public long stampNs() {
        return leases.stampNs(clock.nanoTime());
    }

    /**
     * Starts a request.
     *
     * @param request as checked by admission; a test spends nothing and is not limited.
     * @param timeNs  business time.
     * @param high    of the decision id that it will get.
     * @param low     of the decision id.
     */
    public void begin(final DecisionRequestDecoder request, final long timeNs, final long high, final long low) {
        limited = !request.flags().test();
        auction = request.channel() == Channel.AD_EXCHANGE;
        storeId = request.storeId();
        dealId = 0;
        businessTimeNs = timeNs;
        decisionHash = decisionHash(high, low);
        decisionHigh = high;
        decisionLow = low;
        // Something failed between taking and journalling in the request before.
        giveBack();
        requests++;
        scarceCount = 0;
        keptCount = 0;
        keptOnly = false;
        roomAsked = false;
        withheld.clear();
    }

    /**
     * What the pace of campaigns is asked with.
     *
     * @param high of the decision id.
     * @param low  of the decision id.
     * @return spread over all values by whoever is asked.
     */
    public static long decisionHash(final long high, final long low) {
        return high * 31 + low;
    }

    /**
     * Starts the same request again after {@link #take} has refused: of the offers under the budget that was too small
     * only those are made that had been taken, or of all limited offers once too many budgets were too small. They fit
     * together, so that a request is decided ten times at most.
     *
     * @return false when it was refused all the same: nothing is to be offered.
     */
    public boolean again() {
        if (keptOnly) {
            giveBack();
            return false;
        }
        keptOnly = scarceCount == MAX_SCARCE;
        if (!keptOnly) {
            scarce[scarceCount++] = refusedBy;
        }
        for (int i = 0; i < entries; i++) {
            final int budgetId = ReservationBlock.budgetId(reservations, 0, i);
            if (keptOnly || budgetId == refusedBy) {
                kept[keptCount++] =
                    key(keptOnly ? ALL : budgetId, ReservationBlock.offerId(reservations, 0, i));
            }
        }
        giveBack();
        withheld.clear();
        return true;
    }

    private static long key(final int budgetId, final int offerId) {
        return (long) budgetId << Integer.SIZE | offerId & 0xFFFF_FFFFL;
    }

    @Override
    public void inDeal(final int id) {
        dealId = id;
    }

    @Override
    public ReasonCode heldBack(final Offer offer, final double score) {
        final ReasonCode why = !limited ? null
            : isExcluded(offer) || !isCovered(offer, score) ? ReasonCode.BUDGET_EXHAUSTED
            : pace.takesPart(offer, requests, decisionHash, businessTimeNs) ? null : ReasonCode.PACED;
        if (why != null) {
            withheld.add(offer.offerId(), why);
        }
        return why;
    }

    @Override
    public boolean leavesRoomFor(final Offer offer, final double score, final int question) {
        if (!limited || isCovered(offer, score)) {
            return true;
        }
        withheld.addBeside(offer.offerId(), question);
        return false;
    }

    @Override
    public void setAside(final Offer offer, final double score) {
        take(offer, score);
    }

    @Override
    public void putBack() {
        giveBack();
    }

    @Override
    public boolean isFull() {
        return withheld.isFull();
    }

    private boolean isExcluded(final Offer offer) {
        return scarceCount > 0
            && (isExcluded(offer.campaign().budgets(), offer) || isExcluded(offer.budgets(), offer));
    }

    private boolean isExcluded(final List<Budget> budgets, final Offer offer) {
        for (int i = 0; i < budgets.size(); i++) {
            final int budgetId = budgets.get(i).budgetId();
            if (isScarce(budgetId) && !isKept(budgetId, offer) || keptOnly && !isKept(ALL, offer)) {
                return true;
            }
        }
        return false;
    }

    private boolean isScarce(final int budgetId) {
        for (int i = 0; i < scarceCount; i++) {
            if (scarce[i] == budgetId) {
                return true;
            }
        }
        return false;
    }

    private boolean isKept(final int budgetId, final Offer offer) {
        final long wanted = key(budgetId, offer.offerId());
        for (int i = 0; i < keptCount; i++) {
            if (kept[i] == wanted) {
                return true;
            }
        }
        return false;
    }

    private boolean isCovered(final Offer offer, final double score) {
        if (!offer.isLimited()) {
            return true;
        }
        return hasRoom() && isCovered(offer.campaign().budgets(), offer, score)
            && isCovered(offer.budgets(), offer, score);
    }

    private boolean isCovered(final List<Budget> budgets, final Offer offer, final double score) {
        for (int i = 0; i < budgets.size(); i++) {
            final Budget budget = budgets.get(i);
            final long amount = amount(budget, offer, score);
            if (amount > 0) {
                final int slot = slotOf(budget);
                if (slot == BudgetSlots.UNKNOWN || !leases.covers(slot, businessTimeNs, amount)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** A request without a store has no part in a budget by stores, a bid beside the deals none in one by deals. */
    private int slotOf(final Budget budget) {
        return slots.slotOf(budget.budgetId(), budget.scopeId(storeId, dealId));
    }

    /** The most that an offer may cost: in an auction the whole of what it is worth, which no bid exceeds. */
    private long amount(final Budget budget, final Offer offer, final double score) {
        if (budget.unit() == Budget.Unit.COUNT) {
            return 1;
        }
        return CustomerLimits.amount(offer, score, auction);
    }

    /**
     * Reserves for a winner in all budgets that it is under, or in none.
     *
     * @param offer in the answer.
     * @param score of the decision.
     * @return false when one of them has too little left beside what earlier winners took.
     */
    public boolean take(final Offer offer, final double score) {
        if (!limited) {
            return true;
        }
        final int before = entries;
        if (take(offer.campaign().budgets(), offer, score) && take(offer.budgets(), offer, score)) {
            return true;
        }
        giveBackFrom(before);
        return false;
    }

    private boolean take(final List<Budget> budgets, final Offer offer, final double score) {
        for (int i = 0; i < budgets.size(); i++) {
            final Budget budget = budgets.get(i);
            final long amount = amount(budget, offer, score);
            if (amount > 0) {
                final int slot = slotOf(budget);
                if (slot == BudgetSlots.UNKNOWN || !leases.take(slot, businessTimeNs, amount)) {
                    refusedBy = budget.budgetId();
                    return false;
                }
                ReservationBlock.put(reservations, 0, entries, offer.offerId(), budget.budgetId(),
                    budget.scopeId(storeId, dealId), leases.period(slot, businessTimeNs), amount,
                    holdTimes.of(offer, auction));
                slotsTaken[entries++] = slot;
            }
        }
        return true;
    }

    /**
     * Adds to what a decision counts in its customer's profile what is reserved of budgets per customer for a winner. A
     * test reserves nothing.
     *
     * @param offer  in the answer.
     * @param score  of the decision.
     * @param counts of the decision's record, begun.
     * @return false when there is nothing to reserve.
     */
    public boolean reserveOfCustomer(final Offer offer, final double score, final CountsBlock counts) {
        final Budget[] budgets = offer.customerBudgets();
        if (!limited || budgets.length == 0) {
            return false;
        }
        // The second in which it was made and the hold: never shorter than that.
        counts.claim(CountsBlock.Claim.RESERVE, CountsBlock.claimTag(decisionHigh, decisionLow, offer.offerId()),
            CustomerLimits.amount(offer, score, auction), false,
            TimeUnit.NANOSECONDS.toSeconds(businessTimeNs) + 1 + holdTimes.of(offer, auction));
        for (final Budget budget : budgets) {
            counts.budget(budget.budgetId(),
                budget.daily() ? days.dayOf(offer.campaign().zone(), businessTimeNs) : 0,
                budget.unit() == Budget.Unit.COUNT);
        }
        return true;
    }

    /** Undoes everything that was taken for the request. */
    public void giveBack() {
        giveBackFrom(0);
    }

    private void giveBackFrom(final int first) {
        for (int i = first; i < entries; i++) {
            leases.giveBack(slotsTaken[i], ReservationBlock.period(reservations, 0, i),
                ReservationBlock.amount(reservations, 0, i));
        }
        entries = first;
    }

    /** Whether the ledger can be told of all that a decision may take: asked once a request. */
    private boolean hasRoom() {
        if (!roomAsked) {
            roomAsked = true;
            room = leases.hasRoom(1, MAX_BYTES);
        }
        return room;
    }

    /**
     * What was reserved, as it stands in the decision's record.
     *
     * @return bytes from 0 to {@link #reservationsLengthBytes()}.
     */
    public DirectBuffer reservations() {
        return reservations;
    }

    /**
     * Length of what was reserved.
     *
     * @return 0 for nothing.
     */
    public int reservationsLengthBytes() {
        return entries * ReservationBlock.ENTRY_LENGTH;
    }

    /**
     * What was held back, as it stands in the decision's record.
     *
     * @return of this request.
     */
    public WithheldList withheld() {
        return withheld;
    }

    /**
     * Tells the ledger what was reserved, once the record is written.
     *
     * @param journalIndex of the record.
     * @param appendTimeNs of the record.
     * @param high         of the decision id.
     * @param low          of the decision id.
     */
    public void published(final long journalIndex, final long appendTimeNs, final long high, final long low) {
        if (entries > 0) {
            leases.reserved(journalIndex, appendTimeNs, high, low, reservations, 0, reservationsLengthBytes());
            entries = 0;
        }
    }

    /**
     * Tells the ledger what an event settles, once its record is written.
     *
     * @param settlement   of the event.
     * @param journalIndex of the record.
     * @param appendTimeNs of the record.
     * @param report       the event.
     */
    public void settled(
        final Settlement settlement, final long journalIndex, final long appendTimeNs,
        final EventReportDecoder report) {
        if (settlement.lengthBytes() > 0) {
            leases.settled(journalIndex, appendTimeNs, report.eventId().high(), report.eventId().low(),
                report.decisionId().high(), report.decisionId().low(), report.offerId(),
                settlement.block(), 0, settlement.lengthBytes());
        }
    }
}
