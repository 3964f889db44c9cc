package io.opportune.engine.bidding;

import io.opportune.engine.exchange.CurrencyCodes;
import io.opportune.engine.exchange.CurrencyRates;
import io.opportune.engine.privacy.PrivacyAction;
import io.opportune.engine.privacy.PrivacyDecision;
import io.opportune.engine.privacy.PrivacyGate;
import io.opportune.engine.privacy.PrivacyReason;
import io.opportune.engine.privacy.PrivacySignals;
import io.opportune.engine.privacy.Regulation;
import io.opportune.engine.shading.ShadeGrid;
import io.opportune.protocol.openrtb.request.BidRequest;
import io.opportune.protocol.openrtb.request.Deal;
import io.opportune.protocol.openrtb.request.Imp;
import io.opportune.protocol.openrtb.request.ImpStatus;
import io.opportune.protocol.openrtb.request.Pmp;
import io.opportune.protocol.openrtb.request.RecordFlyweight;
import io.opportune.protocol.openrtb.request.Slice;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Says what an endpoint did with the request it has just answered. Allocates; only for who watches. */
final class BidTracer {
    private static final String USD = "USD";

    private final PrivacyGate gate;
    private final PrivacySignals signals;
    private final PrivacyDecision privacy;
    private final CustomerIds customer;
    private final BidWriter writer;
    private final PrivacyDecision alone = new PrivacyDecision();

    BidTracer(
        final PrivacyGate gate, final PrivacySignals signals, final PrivacyDecision privacy,
        final CustomerIds customer, final BidWriter writer) {
        this.gate = gate;
        this.signals = signals;
        this.privacy = privacy;
        this.customer = customer;
        this.writer = writer;
    }

    /** The trace of a request; null as a reason where there is a bid. */
    BidTrace of(final PendingBid bid, final NoBid reason, final long marginNs) {
        final BidRequest request = bid.request;
        // Consent and customer are looked at when there is an impression to decide on.
        final boolean asked = bid.count > 0;
        final int tmax = request.tmax();
        final List<BidTrace.Imp> imps = new ArrayList<>();
        for (int i = 0; i < request.impCount(); i++) {
            imps.add(imp(bid, i, reason));
        }
        return new BidTrace(text(request, request.id()), bid.exchange.id(), bid.protobuf ? "protobuf" : "json",
            request.test() == 1, reason,
            tmax == RecordFlyweight.ABSENT || tmax <= 0
                ? TimeUnit.NANOSECONDS.toMillis(bid.exchange.time().defaultTmaxNs()) : tmax,
            marginNs, asked ? bid.answerByNs - bid.arrivalNs : 0, asked ? consent() : null,
            asked ? new BidTrace.Customer(customer.namespace(), bid.privacy) : null,
            asked ? CurrencyCodes.text(currency(bid)) : null, imps);
    }

    /** The response's currency, where an offer was found so that one was looked for. */
    private int currency(final PendingBid bid) {
        for (int place = 0; place < bid.count; place++) {
            if (bid.offerOf(place) != PendingBid.NO_OFFER) {
                return writer.responseCurrency();
            }
        }
        return CurrencyCodes.UNKNOWN;
    }

    private static String text(final BidRequest request, final long slice) {
        return request.buffer().getStringWithoutLengthUtf8(Slice.offset(slice), Slice.lengthBytes(slice));
    }

    private BidTrace.Consent consent() {
        final List<BidTrace.Verdict> verdicts = new ArrayList<>();
        for (final Regulation regulation : Regulation.values()) {
            gate.evaluate(signals, regulation, alone);
            verdicts.add(new BidTrace.Verdict(regulation, regulation.isSignalled(signals), against(alone)));
        }
        return new BidTrace.Consent(against(privacy), verdicts);
    }

    private static Map<PrivacyAction, PrivacyReason> against(final PrivacyDecision decision) {
        final Map<PrivacyAction, PrivacyReason> against = new EnumMap<>(PrivacyAction.class);
        for (final PrivacyAction action : PrivacyAction.values()) {
            against.put(action, decision.reason(action));
        }
        return against;
    }

    private BidTrace.Imp imp(final PendingBid bid, final int index, final NoBid reason) {
        final Imp imp = bid.request.imp(index);
        final List<String> forms = new ArrayList<>();
        add(forms, imp.banner() != null, "banner");
        add(forms, imp.video() != null, "video");
        add(forms, imp.audio() != null, "audio");
        add(forms, imp.nativeAd() != null, "native");
        for (int place = 0; place < bid.count; place++) {
            if (bid.imps[place] == index) {
                final int offer = bid.offerOf(place);
                final boolean found = offer != PendingBid.NO_OFFER;
                return new BidTrace.Imp(text(bid.request, bid.request.imp(index).id()), forms, place,
                    bid.placements[place], bid.noBids[place], found ? bid.offers[offer] : 0,
                    found ? bid.creatives[offer] : 0, found ? pricing(bid, place, offer) : null);
            }
        }
        final NoBid skipped = imp.status() != ImpStatus.USABLE ? NoBid.INVALID_REQUEST
            : bid.count == PendingBid.MAX_IMPS ? NoBid.TOO_MANY_IMPS
            : bid.count > 0 || bid.notAsked != null ? NoBid.NO_PLACEMENT : reason;
        return new BidTrace.Imp(
            text(bid.request, imp.id()), forms, BidTrace.NOT_ASKED, 0, skipped, 0, 0, null);
    }

    private static void add(final List<String> forms, final boolean there, final String form) {
        if (there) {
            forms.add(form);
        }
    }

    /** Works the bid out once more: the same arguments give the same bid. */
    private BidTrace.Pricing pricing(final PendingBid bid, final int place, final int offer) {
        final int currency = writer.responseCurrency();
        if (currency == CurrencyCodes.UNKNOWN) {
            return null;
        }
        final BidRequest request = bid.request;
        final ImpBid again = writer.impBid();
        final Imp imp = request.imp(bid.imps[place]);
        again.begin(request, writer.rates());
        again.begin(request, imp);
        final NoBid reason =
            again.evaluate(bid, place, offer, bid.catalogue.markup(bid.exchange.number()), currency);
        final List<BidTrace.Deal> deals = new ArrayList<>();
        final boolean bids = reason == null;
        final String dealId = bids && again.deal() != Slice.NONE ? text(request, again.deal()) : null;
        final Pmp pmp = imp.pmp();
        for (int i = 0; pmp != null && again.creative() != null && i < pmp.dealsCount(); i++) {
            final Deal deal = pmp.deals(i);
            final String floorCurrency = text(request, deal.bidfloorcur());
            deals.add(new BidTrace.Deal(text(request, deal.id()), deal.bidfloor(),
                floorCurrency.isEmpty() ? USD : floorCurrency, again.verdict(request, imp, deal, currency)));
        }
        final long worth = again.worthMicros();
        return new BidTrace.Pricing(
            worth == CurrencyRates.UNCONVERTIBLE ? 0 : worth * ImpBid.MILLE, again.valueMicros() * ImpBid.MILLE,
            again.floorMicros() == CurrencyRates.UNCONVERTIBLE ? 0 : again.floorMicros(),
            bids ? again.shade() / (double) ShadeGrid.STEPS : 0, bids && again.isExplored(),
            bids ? again.priceMicros() * ImpBid.MILLE : 0, dealId, deals);
    }
}
