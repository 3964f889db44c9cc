package io.opportune.engine.delivery;

import io.opportune.engine.catalogue.Budget;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.journal.SettlementBlock;
import io.opportune.engine.profile.CountsBlock;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.protocol.codec.EventReportDecoder;
import io.opportune.protocol.codec.EventType;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What an event makes of reserved money, as a {@link SettlementBlock} of the event's record: it is spent, given free,
 * or comes back. One thread; allocates nothing but when a local day begins.
 *
 * <p>The amounts are what the event says. Which budgets were reserved from, and in which period, the ledger knows by
 * the decision; those named here count where it does not, or no longer. An event does not say which deal it follows
 * from: what nobody reserved is spent beside all deals.
 */
public final class Settlement {
    private static final int NONE = 0;
    private static final Budget[] NO_BUDGETS = {};

    private final UnsafeBuffer block = new UnsafeBuffer(
        new byte[SettlementBlock.HEADER_LENGTH + SettlementBlock.MAX_ENTRIES * SettlementBlock.ENTRY_LENGTH]);
    private final LocalDays days = new LocalDays();
    private int lengthBytes;
    private int entries;
    private boolean exceedsCost;
    private int kind;
    private Offer ofOffer;
    private int claimTag;
    private long amount;
    private boolean wholeCost;
    private boolean costKnown;
    private long settledNs;

    /** Creates one that settles nothing. */
    public Settlement() {
        // Nothing to set up.
    }

    /**
     * Works out what an event of the binary protocol settles: a redemption spends what it is worth, or what the offer
     * costs where it does not say; a declined offer is given free; the return of something that an offer was redeemed
     * for brings its cost back, or the part that it says, and a piece only when that is all of it. Where the catalogue
     * no longer has the offer, all that was reserved is spent, and nothing comes back: what it cost is not known.
     *
     * @param report of the event.
     * @param offer  it names, as the catalogue in use has it; null when it has none.
     * @param timeNs business time of the event.
     */
    public void ofEvent(final EventReportDecoder report, final Offer offer, final long timeNs) {
        final EventType type = report.eventType();
        final int what = type == EventType.REDEMPTION ? SettlementBlock.COMMIT
            : type == EventType.DECLINE ? SettlementBlock.RELEASE
            : type == EventType.RETURN && report.offerId() != 0 ? SettlementBlock.REVERSE : NONE;
        final long said = report.amountMicros();
        // Of an offer that is not known any more no other currency can be told from its own.
        final boolean inCurrency = report.currency() == 0 || offer != null && report.currency() == offer.currency();
        final long cost = offer == null ? 0 : Math.max(0, offer.costMicros());
        final long worth =
            said == EventReportDecoder.amountMicrosNullValue() || said == 0 || !inCurrency ? cost : Math.abs(said);
        exceedsCost = what == SettlementBlock.COMMIT && offer != null && offer.hasBudgets() && offer.costMicros() >= 0
            && worth > cost;
        // Who brings back a part keeps the rest of what was redeemed.
        settle(what, report, offer, worth,
            what == SettlementBlock.REVERSE && (offer == null || worth < cost) ? 0 : 1, timeNs);
        costKnown = offer != null;
    }

    /**
     * Works out what the notice of an auction settles: the one that charges spends what is paid, at the exchange rate
     * of the bid; a loss gives free.
     *
     * @param report         of the notice; its amount is the price for one impression in the currency of the bid.
     * @param offer          it names, as the catalogue in use has it; null when it has none.
     * @param bidMicros      price of the bid, micros in the currency of the bid.
     * @param campaignMicros price of the bid, micros in the campaign's currency; 0 where the bid did not keep it.
     * @param charging       code of the type of event that charges.
     * @param bidNs          when the bid was made.
     */
    public void ofNotice(
        final EventReportDecoder report, final Offer offer, final long bidMicros, final long campaignMicros,
        final int charging, final long bidNs) {
        final int what = report.eventTypeRaw() == charging ? SettlementBlock.COMMIT
            : report.eventType() == EventType.LOSS ? SettlementBlock.RELEASE : NONE;
        final long bid = campaignMicros == 0 ? bidMicros : campaignMicros;
        final long paid = report.amountMicros();
        exceedsCost = false;
        settle(what, report, offer, paid == EventReportDecoder.amountMicrosNullValue() || paid == bidMicros
            ? bid : share(bid, paid, bidMicros), 1, bidNs);
    }

    /** An event that settles nothing, whatever it says. */
    public void nothing() {
        lengthBytes = 0;
        exceedsCost = false;
        kind = NONE;
    }

    /**
     * Whether a redemption says more than its offer costs at most.
     *
     * @return true when more is spent than was reserved.
     */
    public boolean exceedsCost() {
        return exceedsCost;
    }

    /** A price of the bid's currency in the campaign's, half up: bid x paid / bidMicros. */
    private static long share(final long bid, final long paid, final long bidMicros) {
        if (bidMicros <= 0 || paid <= 0) {
            return 0;
        }
        final long product = bid * paid;
        return Math.multiplyHigh(bid, paid) == 0 && product >= 0 && product <= Long.MAX_VALUE - bidMicros
            ? (product + bidMicros / 2) / bidMicros : Math.round((double) bid * paid / bidMicros);
    }

    private void settle(
        final int what, final EventReportDecoder report, final Offer offer, final long worth, final int pieces,
        final long timeNs) {
        lengthBytes = 0;
        kind = what;
        ofOffer = offer;
        claimTag = CountsBlock.claimTag(report.decisionId().high(), report.decisionId().low(), report.offerId());
        amount = worth;
        wholeCost = pieces > 0;
        costKnown = true;
        settledNs = timeNs;
        final boolean decided = (report.decisionId().high() | report.decisionId().low()) != 0;
        final boolean limited = offer != null && offer.isLimited();
        // What nobody reserved is settled where a budget is known that it concerns.
        if (what == NONE || !limited && !decided || what == SettlementBlock.RELEASE && !decided) {
            return;
        }
        lengthBytes = SettlementBlock.begin(block, 0, what);
        entries = 0;
        if (limited && what != SettlementBlock.RELEASE) {
            add(offer.campaign().budgets(), offer, report.storeId(), worth, pieces, timeNs);
            add(offer.budgets(), offer, report.storeId(), worth, pieces, timeNs);
        }
    }

    private void add(
        final List<Budget> budgets, final Offer offer, final int storeId, final long worth, final int pieces,
        final long timeNs) {
        for (int i = 0; i < budgets.size(); i++) {
            final Budget budget = budgets.get(i);
            lengthBytes = SettlementBlock.put(block, 0, entries++, budget.budgetId(),
                budget.scopeId(storeId, 0), budget.daily() ? days.dayOf(offer.campaign().zone(), timeNs) : 0,
                budget.unit() == Budget.Unit.MONEY ? worth : pieces);
        }
    }

    /**
     * Adds to what the event counts in its customer's profile what it settles of budgets per customer. What was
     * reserved is spent where it was reserved; the budgets named here count where nothing was, or no longer.
     *
     * @param counts       of the event's record.
     * @param profile      of the customer; null when nothing is remembered: nothing is counted.
     * @param person       tag of the person in a household, 0 when there is none.
     * @param isRepeatable whether the event may have counted before: then it does not where the claim is known as
     *                     spent.
     */
    public void countIn(
        final CountsBlock counts, final ProfileFlyweight profile, final int person, final boolean isRepeatable) {
        final Budget[] budgets = ofOffer == null || kind == NONE ? NO_BUDGETS : ofOffer.customerBudgets();
        if (kind == NONE || profile == null || budgets.length == 0 && !profile.hasCustomerSpend()
            || claimTag == 0 && kind != SettlementBlock.COMMIT
            || isRepeatable && profile.isSpentClaim(claimTag)) {
            return;
        }
        if (counts.length() == 0) {
            counts.begin(person, 0);
        }
        switch (kind) {
            case SettlementBlock.COMMIT -> {
                counts.claim(CountsBlock.Claim.COMMIT, claimTag, amount, costKnown, 0);
                for (final Budget budget : budgets) {
                    counts.budget(budget.budgetId(),
                        budget.daily() ? days.dayOf(ofOffer.campaign().zone(), settledNs) : 0,
                        budget.unit() == Budget.Unit.COUNT);
                }
            }
            case SettlementBlock.RELEASE -> counts.claim(CountsBlock.Claim.RELEASE, claimTag, 0, false, 0);
            default -> counts.claim(CountsBlock.Claim.REVERSE, claimTag, costKnown ? amount : 0, wholeCost, 0);
        }
    }

    /**
     * The bytes of the record.
     *
     * @return from 0 to {@link #lengthBytes()}, until the next event.
     */
    public DirectBuffer block() {
        return block;
    }

    /**
     * Length of the bytes.
     *
     * @return 0 when the event settles nothing.
     */
    public int lengthBytes() {
        return lengthBytes;
    }
}
