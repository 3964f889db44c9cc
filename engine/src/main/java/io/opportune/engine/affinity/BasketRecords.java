package io.opportune.engine.affinity;

import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.codec.ContextRecordDecoder;
import io.opportune.engine.journal.codec.ErasureRecordDecoder;
import io.opportune.engine.journal.codec.EventRecordDecoder;
import io.opportune.engine.journal.codec.MergeOutRecordDecoder;
import io.opportune.engine.journal.codec.MessageHeaderDecoder;
import io.opportune.protocol.Consent;
import io.opportune.protocol.codec.ContextOperation;
import io.opportune.protocol.codec.ContextUpdateDecoder;
import io.opportune.protocol.codec.EventReportDecoder;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.Intent;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Takes the baskets out of journal records. A basket is a purchase: what lay in the basket of a decision request is
 * told again when it is paid, and of a customer who has not agreed to be remembered by purchases the journal holds
 * none. Gifts say something about somebody else's taste and are passed over, as profiles do; so are returned lines.
 * Who is erased, or takes that consent back, is forgotten. Owned by one thread; allocates nothing.
 */
public final class BasketRecords {
    /** Takes what is found. */
    public interface Sink {
        /**
         * A basket.
         *
         * @param rootHigh upper half of the customer's root key; both 0 for nobody.
         * @param rootLow  lower half.
         * @param timeNs   business time, since 1970.
         * @param basket   valid during the call; not empty.
         */
        void onBasket(long rootHigh, long rootLow, long timeNs, Basket basket);

        /**
         * A customer whose purchases are not to be remembered any more.
         *
         * @param rootHigh upper half of the root key.
         * @param rootLow  lower half.
         */
        void onErasure(long rootHigh, long rootLow);

        /**
         * One root turns out to be another one.
         *
         * @param fromHigh upper half of the root that is given up.
         * @param fromLow  its lower half.
         * @param intoHigh upper half of the root that stays.
         * @param intoLow  its lower half.
         */
        void onMerge(long fromHigh, long fromLow, long intoHigh, long intoLow);
    }

    private final Sink sink;
    private final Basket basket = new Basket();
    private final RecordHeaderFlyweight header = new RecordHeaderFlyweight();
    private final MessageHeaderDecoder messageHeader = new MessageHeaderDecoder();
    private final EventRecordDecoder event = new EventRecordDecoder();
    private final ContextRecordDecoder context = new ContextRecordDecoder();
    private final MergeOutRecordDecoder mergeOut = new MergeOutRecordDecoder();
    private final UnsafeBuffer embedded = new UnsafeBuffer(0, 0);
    private final io.opportune.protocol.codec.MessageHeaderDecoder wireHeader =
        new io.opportune.protocol.codec.MessageHeaderDecoder();
    private final EventReportDecoder report = new EventReportDecoder();
    private final ContextUpdateDecoder update = new ContextUpdateDecoder();

    /**
     * Makes a reader of records.
     *
     * @param sink gets what is found.
     */
    public BasketRecords(final Sink sink) {
        this.sink = sink;
    }

    /**
     * What goes to a builder.
     *
     * @param builder counts the baskets.
     * @return a sink.
     */
    public static Sink into(final AffinityBuilder builder) {
        return new Sink() {
            @Override
            public void onBasket(final long rootHigh, final long rootLow, final long timeNs, final Basket basket) {
                builder.onBasket(rootHigh, rootLow, timeNs, basket);
            }

            @Override
            public void onErasure(final long rootHigh, final long rootLow) {
                builder.onErasure(rootHigh, rootLow);
            }

            @Override
            public void onMerge(
                final long fromHigh, final long fromLow, final long intoHigh, final long intoLow) {
                builder.onMerge(fromHigh, fromLow, intoHigh, intoLow);
            }
        };
    }

    /**
     * Takes one record, in the order of the journal.
     *
     * @param record holds it.
     * @param offset of its SBE message header.
     * @return whether it was a basket.
     */
    public boolean onRecord(final DirectBuffer record, final int offset) {
        header.wrap(record, offset);
        switch (header.templateId()) {
            case EventRecordDecoder.TEMPLATE_ID -> {
                return onEvent(record, offset);
            }
            case ContextRecordDecoder.TEMPLATE_ID -> onContext(record, offset);
            case ErasureRecordDecoder.TEMPLATE_ID -> sink.onErasure(header.rootKeyHigh(), header.rootKeyLow());
            case MergeOutRecordDecoder.TEMPLATE_ID -> {
                mergeOut.wrapAndApplyHeader(record, offset, messageHeader);
                sink.onMerge(header.rootKeyHigh(), header.rootKeyLow(),
                    mergeOut.target().high(), mergeOut.target().low());
            }
            default -> {
                // Says nothing of purchases.
            }
        }
        return false;
    }

    private boolean onEvent(final DirectBuffer record, final int offset) {
        event.wrapAndApplyHeader(record, offset, messageHeader);
        event.wrapReport(embedded);
        report.wrapAndApplyHeader(embedded, 0, wireHeader);
        if (report.eventType() != EventType.PURCHASE || report.intent() == Intent.GIFT) {
            return false;
        }
        basket.clear();
        final EventReportDecoder.BasketLinesDecoder lines = report.basketLines();
        while (lines.hasNext()) {
            lines.next();
            final long amountMicros = lines.amountMicros();
            final boolean returned = lines.quantityMilli() < 0 || amountMicros < 0
                && amountMicros != EventReportDecoder.BasketLinesDecoder.amountMicrosNullValue();
            if (!returned) {
                basket.add(lines.itemId(), lines.categoryId());
            }
        }
        if (basket.count() == 0) {
            return false;
        }
        sink.onBasket(header.rootKeyHigh(), header.rootKeyLow(), header.businessTimeNs(), basket);
        return true;
    }

    private void onContext(final DirectBuffer record, final int offset) {
        context.wrapAndApplyHeader(record, offset, messageHeader);
        context.wrapUpdate(embedded);
        update.wrapAndApplyHeader(embedded, 0, wireHeader);
        final ContextUpdateDecoder.OperationsDecoder operations = update.operations();
        while (operations.hasNext()) {
            operations.next();
            if (operations.operation() == ContextOperation.WITHDRAW_CONSENT
                && (operations.id() & (Consent.PERSONALISATION | Consent.PURCHASE_HISTORY)) != 0) {
                sink.onErasure(header.rootKeyHigh(), header.rootKeyLow());
                return;
            }
        }
    }
}
