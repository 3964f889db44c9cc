package io.opportune.engine.bidding;

import io.opportune.engine.catalogue.BlockKey;
import io.opportune.engine.exchange.CurrencyCodes;
import io.opportune.engine.exchange.CurrencyRates;
import io.opportune.engine.markup.CreativeMarkup;
import io.opportune.engine.markup.MarkupSet;
import io.opportune.engine.notice.NoticeToken;
import io.opportune.engine.screening.CreativeFilter;
import io.opportune.engine.screening.CreativeRejection;
import io.opportune.engine.screening.ImpRestrictions;
import io.opportune.engine.screening.KeySet;
import io.opportune.engine.screening.RequestRestrictions;
import io.opportune.protocol.openrtb.request.BidRequest;
import io.opportune.protocol.openrtb.request.Deal;
import io.opportune.protocol.openrtb.request.Imp;
import io.opportune.protocol.openrtb.request.Pmp;
import io.opportune.protocol.openrtb.request.Slice;
import org.agrona.DirectBuffer;

/**
 * Works out the bid for one impression: a creative that it takes, the price in the response's currency, open auction or
 * deal. Reused; one thread; allocates nothing.
 */
final class ImpBid {
    /** Prices are CPM, a score is the worth of one impression. */
    static final long MILLE = 1_000;

    private static final int USD = 840;
    private static final int FIXED_PRICE = 3;
    /** Up to here doubles hold micros exactly enough; no auction has such a floor. */
    private static final double MAX_FLOOR = 9e9;
    /** As much as a notice's token holds. */
    private static final long MAX_MICROS = NoticeToken.MAX_PRICE_MICROS;

    private final byte[] seat;
    private final RequestRestrictions lists = new RequestRestrictions();
    private final ImpRestrictions restrictions = new ImpRestrictions(lists);
    private final CreativeFilter filter = new CreativeFilter();
    /** Advertisers that the deal which is looked at names. */
    private final KeySet dealDomains = new KeySet(ImpRestrictions.MAX_DEAL_DOMAINS);

    private CurrencyRates rates;
    private CreativeMarkup creative;
    private long worth;
    private long floor;
    private long priceMicros;
    private long deal;

    ImpBid(final byte[] seat) {
        this.seat = seat;
    }

    /** Reads what holds for all impressions of a request. */
    void begin(final BidRequest request, final CurrencyRates inService) {
        rates = inService;
        RestrictionsReader.read(request, lists);
    }

    ImpRestrictions restrictions() {
        return restrictions;
    }

    CreativeFilter filter() {
        return filter;
    }

    CreativeMarkup creative() {
        return creative;
    }

    /** Micros for one impression, in the currency of the response. */
    long priceMicros() {
        return priceMicros;
    }

    /**
     * The price in the currency of the offer's campaign, at the rates of this response: all of the worth there when all
     * of it is bid, so that changing money twice never settles more than the campaign's amount.
     */
    long campaignMicros(final PendingBid bid, final int offer, final int currency) {
        final long whole = (long) bid.scores[offer];
        return priceMicros >= worth ? whole
            : Math.max(1, Math.min(whole, rates.convert(priceMicros, currency, bid.currencies[offer])));
    }

    /** What one impression is worth, micros in the currency of the response, before any price was chosen. */
    long worthMicros() {
        return worth;
    }

    /** Floor of the open auction, micros of CPM in the currency of the response; 0 for none, or not looked at. */
    long floorMicros() {
        return floor;
    }

    /** Id of the deal, a slice of the request's text; {@link Slice#NONE} in the open auction. */
    long deal() {
        return deal;
    }

    /** Reads what an impression takes. */
    void begin(final BidRequest request, final Imp imp) {
        RestrictionsReader.read(request, imp, restrictions);
    }

    /** Works out the bid with an offer for the impression that was begun; null when there is one. */
    NoBid evaluate(
        final PendingBid bid, final int place, final int offer, final MarkupSet markup, final int currency) {
        final BidRequest request = bid.request;
        final Imp imp = request.imp(bid.imps[place]);
        final double score = bid.scores[offer];
        creative = null;
        floor = 0;
        // A worth beyond what money has is a mistake of the catalogue, not a bid.
        worth = score >= 1 && score < MAX_MICROS
            ? rates.convert((long) score, bid.currencies[offer], currency) : 0;
        if (worth == CurrencyRates.UNCONVERTIBLE) {
            return NoBid.CURRENCY;
        }
        if (worth <= 0 || worth > MAX_MICROS) {
            return NoBid.BELOW_FLOOR;
        }
        creative = markup.creative(bid.creatives[offer]);
        // The decision has chosen it for this impression; another catalogue or markup may have come since.
        if (creative == null || filter.check(creative, restrictions) != CreativeRejection.NONE) {
            return NoBid.CREATIVE;
        }
        return choosePrice(request, imp, bid.exchange.auction().dealsFirst(), currency);
    }

    private NoBid choosePrice(
        final BidRequest request, final Imp imp, final boolean dealsFirst, final int currency) {
        final Pmp pmp = imp.pmp();
        final boolean closed = pmp != null && pmp.privateAuction() == 1;
        deal = Slice.NONE;
        if (pmp != null && (dealsFirst || closed) && chooseDeal(request, imp, currency)) {
            return null;
        }
        if (closed) {
            return NoBid.NO_DEAL;
        }
        floor = openFloor(request.buffer(), imp, currency);
        if (floor != CurrencyRates.UNCONVERTIBLE && worth * MILLE >= floor) {
            priceMicros = worth;
            return null;
        }
        if (pmp != null && !dealsFirst && chooseDeal(request, imp, currency)) {
            return null;
        }
        return floor == CurrencyRates.UNCONVERTIBLE ? NoBid.CURRENCY : NoBid.BELOW_FLOOR;
    }

    /** The first deal of the request that is ours and whose floor is reached. */
    private boolean chooseDeal(final BidRequest request, final Imp imp, final int currency) {
        final Pmp pmp = imp.pmp();
        for (int i = 0; i < pmp.dealsCount(); i++) {
            final Deal candidate = pmp.deals(i);
            if (verdict(request, imp, candidate, currency) == DealVerdict.REACHED) {
                final long agreed = ownFloor(request.buffer(), candidate, currency);
                // At a fixed price the floor is the price that was agreed on; rounded up, as floors are.
                priceMicros = candidate.at() == FIXED_PRICE && agreed > 0 ? (agreed + MILLE - 1) / MILLE : worth;
                deal = candidate.id();
                return true;
            }
        }
        return false;
    }

    /** Whether a deal can be bid for with the creative and the worth of the last evaluation. */
    DealVerdict verdict(final BidRequest request, final Imp imp, final Deal candidate, final int currency) {
        final DirectBuffer text = request.buffer();
        if (Slice.lengthBytes(candidate.id()) == 0) {
            return DealVerdict.NO_ID;
        }
        if (!hasSeat(text, candidate)) {
            return DealVerdict.SEAT;
        }
        if (!hasDomain(text, candidate)) {
            return DealVerdict.ADVERTISER;
        }
        final long own = ownFloor(text, candidate, currency);
        final long least = own == 0 ? openFloor(text, imp, currency) : own;
        if (least == CurrencyRates.UNCONVERTIBLE) {
            return DealVerdict.CURRENCY;
        }
        return worth * MILLE < least ? DealVerdict.BELOW_FLOOR : DealVerdict.REACHED;
    }

    private boolean hasSeat(final DirectBuffer text, final Deal candidate) {
        for (int i = 0; i < candidate.wseatCount(); i++) {
            final long wanted = candidate.wseat(i);
            if (NameTable.equal(seat, text, Slice.offset(wanted), Slice.lengthBytes(wanted))) {
                return true;
            }
        }
        return candidate.wseatCount() == 0;
    }

    private boolean hasDomain(final DirectBuffer text, final Deal candidate) {
        dealDomains.clear();
        for (int i = 0; i < candidate.wadomainCount(); i++) {
            final long domain = candidate.wadomain(i);
            dealDomains.add(BlockKey.ofDomain(text, Slice.offset(domain), Slice.lengthBytes(domain)));
        }
        return dealDomains.isEmpty() || dealDomains.containsAny(creative.ad().domainKeys());
    }

    /** What a deal asks for itself, 0 where it says nothing. */
    private long ownFloor(final DirectBuffer text, final Deal candidate, final int currency) {
        return floor(text, DurationFloors.ofDeal(candidate, creative.ad()), candidate.bidfloorcur(), currency);
    }

    private long openFloor(final DirectBuffer text, final Imp imp, final int currency) {
        return floor(text, DurationFloors.ofImp(imp, creative.ad()), imp.bidfloorcur(), currency);
    }

    /** A floor as micros of CPM in the currency of the response. */
    private long floor(final DirectBuffer text, final double amount, final long currencySlice, final int currency) {
        if (!(amount > 0)) {
            return 0;
        }
        final int of = Slice.lengthBytes(currencySlice) == 0 ? USD
            : CurrencyCodes.number(text, Slice.offset(currencySlice), Slice.lengthBytes(currencySlice));
        if (of == CurrencyCodes.UNKNOWN) {
            return CurrencyRates.UNCONVERTIBLE;
        }
        // Above, micros are no longer told apart, and nothing is worth so much.
        return amount > MAX_FLOOR ? Long.MAX_VALUE : rates.convert(Math.round(amount * 1e6), of, currency);
    }
}
