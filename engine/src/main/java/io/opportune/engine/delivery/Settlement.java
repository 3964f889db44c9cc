package io.opportune.engine.delivery;

import io.opportune.engine.catalogue.Budget;
import io.opportune.engine.catalogue.Offer;
import io.opportune.protocol.codec.EventReportDecoder;
import io.opportune.protocol.codec.EventType;
import java.nio.ByteOrder;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What an event makes of reserved money, as it stands in the event's record: it is spent, given free, or comes back.
 * One thread; allocates nothing but when a local day begins.
 *
 * <pre>
 *  0      4        8       12       16       24
 *  | kind | budget | scope | period | amount | budget ...
 * </pre>
 *
 * <p>The amounts are what the event says. Which budgets were reserved from, and in which period, the ledger knows by
 * the decision; those named here count where it does not, or no longer.
 */
public final class Settlement {
    /** The event settles nothing. */
    public static final int NONE = 0;
    /** What was reserved is spent. */
    public static final int COMMIT = 1;
    /** What was reserved is free again. */
    public static final int RELEASE = 2;
    /** What was spent comes back. */
    public static final int REVERSE = 3;

    private static final int HEADER_BYTES = 4;
    private static final int ENTRY_BYTES = 20;
    private static final int SCOPE_AT = 4;
    private static final int PERIOD_AT = 8;
    private static final int AMOUNT_AT = 12;
    /** Eight budgets of the offer and nine of its campaign. */
    private static final int MAX_ENTRIES = 17;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private final UnsafeBuffer block = new UnsafeBuffer(new byte[HEADER_BYTES + MAX_ENTRIES * ENTRY_BYTES]);
    private final LocalDays days = new LocalDays();
    private int lengthBytes;

    /** Creates one that settles nothing. */
    public Settlement() {
        // Nothing to set up.
    }

    /**
     * Works out what an event of the binary protocol settles: a redemption spends what it is worth, or what the offer
     * costs where it does not say; a declined offer is given free; the return of something that an offer was redeemed
     * for brings its cost back.
     *
     * @param report of the event.
     * @param offer  it names, as the catalogue in use has it; null when it has none.
     * @param timeNs business time of the event.
     */
    public void ofEvent(final EventReportDecoder report, final Offer offer, final long timeNs) {
        final EventType type = report.eventType();
        final int kind = type == EventType.REDEMPTION ? COMMIT : type == EventType.DECLINE ? RELEASE
            : type == EventType.RETURN && report.offerId() != 0 ? REVERSE : NONE;
        final long said = report.amountMicros();
        final boolean inCurrency =
            offer != null && (report.currency() == 0 || report.currency() == offer.currency());
        final long cost = offer == null ? 0 : Math.max(0, offer.costMicros());
        settle(kind, report, offer,
            said == EventReportDecoder.amountMicrosNullValue() || said == 0 || !inCurrency ? cost : Math.abs(said),
            timeNs);
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
        final int kind = report.eventTypeRaw() == charging ? COMMIT
            : report.eventType() == EventType.LOSS ? RELEASE : NONE;
        final long bid = campaignMicros == 0 ? bidMicros : campaignMicros;
        final long paid = report.amountMicros();
        settle(kind, report, offer, paid == EventReportDecoder.amountMicrosNullValue() || paid == bidMicros
            ? bid : share(bid, paid, bidMicros), bidNs);
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
        final int kind, final EventReportDecoder report, final Offer offer, final long amount, final long timeNs) {
        lengthBytes = 0;
        final boolean decided = (report.decisionId().high() | report.decisionId().low()) != 0;
        final boolean limited = offer != null && !(offer.budgets().isEmpty() && offer.campaign().budgets().isEmpty());
        // What nobody reserved is settled where a budget is known that it concerns.
        if (kind == NONE || !limited && !decided || kind == RELEASE && !decided) {
            return;
        }
        block.putInt(0, kind, ORDER);
        lengthBytes = HEADER_BYTES;
        if (limited && kind != RELEASE) {
            add(offer.campaign().budgets(), offer, report.storeId(), amount, timeNs);
            add(offer.budgets(), offer, report.storeId(), amount, timeNs);
        }
    }

    private void add(
        final List<Budget> budgets, final Offer offer, final int storeId, final long amount, final long timeNs) {
        for (int i = 0; i < budgets.size(); i++) {
            final Budget budget = budgets.get(i);
            block.putInt(lengthBytes, budget.budgetId(), ORDER);
            block.putInt(lengthBytes + SCOPE_AT, budget.perStore() ? storeId : 0, ORDER);
            block.putInt(lengthBytes + PERIOD_AT,
                budget.daily() ? days.dayOf(offer.campaign().zone(), timeNs) : 0, ORDER);
            block.putLong(lengthBytes + AMOUNT_AT, budget.unit() == Budget.Unit.COUNT ? 1 : amount, ORDER);
            lengthBytes += ENTRY_BYTES;
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
