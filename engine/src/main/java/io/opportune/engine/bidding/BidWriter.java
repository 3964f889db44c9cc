package io.opportune.engine.bidding;

import io.opportune.engine.catalogue.AdContent;
import io.opportune.engine.catalogue.AuctionAd;
import io.opportune.engine.exchange.CurrencyCodes;
import io.opportune.engine.exchange.CurrencyRates;
import io.opportune.engine.exchange.ExchangeProfile;
import io.opportune.engine.exchange.NoticeKind;
import io.opportune.engine.exchange.RateBoard;
import io.opportune.engine.markup.CreativeMarkup;
import io.opportune.engine.markup.MarkupFill;
import io.opportune.engine.markup.MarkupSet;
import io.opportune.engine.markup.NativeAssets;
import io.opportune.engine.markup.Slot;
import io.opportune.engine.markup.SlotValues;
import io.opportune.engine.notice.NoticeSeal;
import io.opportune.engine.notice.NoticeToken;
import io.opportune.engine.shading.ShadeFeed;
import io.opportune.protocol.openrtb.request.BidRequest;
import io.opportune.protocol.openrtb.request.Imp;
import io.opportune.protocol.openrtb.request.Slice;
import io.opportune.protocol.openrtb.response.BidResponseWriter;
import io.opportune.protocol.openrtb.response.ByteSink;
import io.opportune.protocol.openrtb.response.ResponseField;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Writes the response to one request from the decisions that were made for it. One thread; allocates nothing. */
final class BidWriter {
    /** Given by {@link #write} when no bid is to be made; the bid's reasons say why. */
    static final int NO_BID = 0;

    private static final int MARKUP_TOKEN_AT = NoticeSeal.TOKEN_LENGTH;
    /** Partition, term and sequence of the decision and the bid's number, with what stands between them. */
    private static final int MAX_ID_BYTES = 4 + 8 + 16 + 2 + 3;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int TERM_BITS = 32;
    private static final int PARTITION_SHIFT = 16;
    private static final long TERM_MASK = 0xFFFF_FFFFL;
    private static final int MAX_MARKUP_BYTES = 1 << 20;
    /** OpenRTB 2.6, section 4.2.3: what categories are of where nothing is said. */
    private static final int DEFAULT_CATTAX = 1;
    /** As many as two digits tell apart. */
    private static final int MAX_BIDS = 100;

    private final BidResponseWriter json = BidResponseWriter.json();
    private final BidResponseWriter protobuf = BidResponseWriter.protobuf();
    private final BidSettings settings;
    private final byte[] seat;
    private final RateBoard board;
    private final NoticeSeal seal;
    private final NoticeToken token = new NoticeToken();
    private final ImpBid impBid;
    private final SlotValues slots = new SlotValues();
    private final MarkupFill markupFill = new MarkupFill();
    private final MarkupFill noticeFill = new MarkupFill();
    private final UnsafeBuffer tokens = new UnsafeBuffer(new byte[2 * NoticeSeal.TOKEN_LENGTH]);
    private final UnsafeBuffer bidId = new UnsafeBuffer(new byte[MAX_ID_BYTES]);
    private final UnsafeBuffer currencyText = new UnsafeBuffer(new byte[CurrencyTexts.LENGTH]);
    private final MarkupForm form = new MarkupForm();
    private final UnsafeBuffer formText = new UnsafeBuffer(new byte[MarkupForm.MAX_TEXT_BYTES]);
    private final Pods pods = new Pods();
    private final UnsafeBuffer seatText;
    private final UnsafeBuffer buffer;
    private final UnsafeBuffer measured = new UnsafeBuffer(new byte[0]);
    private final ByteSink measure = new ByteSink();
    private final ShadeFeed feed;
    /** Bids that the learner of prices gets once the response is complete. */
    private final UnsafeBuffer told = new UnsafeBuffer(new byte[MAX_BIDS * ShadeFeed.ENTRY_BYTES]);
    private int toldCount;
    /** Of the response that is written. */
    private CurrencyRates rates;
    private int bids;
    private int bidIdBytes;
    private int responseCurrency;
    /** How many there may be. */
    private int mostBids;
    /** Whether the markup of the bid that is written is the answer to its win notice. */
    private boolean inNotice;

    BidWriter(
        final BidSettings settings, final RateBoard board, final NoticeSeal seal, final BidPrices prices,
        final int maxResponseBytes) {
        this.settings = settings;
        feed = prices.feed();
        this.board = board;
        this.seal = seal;
        seat = settings.seat().getBytes(StandardCharsets.UTF_8);
        seatText = new UnsafeBuffer(seat);
        impBid = new ImpBid(seat, prices);
        buffer = new UnsafeBuffer(new byte[maxResponseBytes]);
    }

    DirectBuffer buffer() {
        return buffer;
    }

    /** The rates that the last response was written with. */
    CurrencyRates rates() {
        return rates;
    }

    /** Currency of the response that was written last, ISO 4217; {@link CurrencyCodes#UNKNOWN} when none was found. */
    int responseCurrency() {
        return responseCurrency;
    }

    /** Works out bids; for whoever asks again how one came about, between two responses. */
    ImpBid impBid() {
        return impBid;
    }

    /** Bids in the response that was written last. */
    int bids() {
        return bids;
    }

    /** Writes a response that says why there is no bid; its length. */
    int writeNoBid(final PendingBid bid, final NoBid reason) {
        final BidResponseWriter writer = bid.protobuf ? protobuf : json;
        writer.begin(buffer, 0, limit(bid.exchange));
        text(writer, ResponseField.ID, bid.request, bid.request.id());
        writer.number(ResponseField.NBR, reason.nbr());
        final int length = writer.end();
        return length == BidResponseWriter.OVERFLOW ? NO_BID : length;
    }

    private int limit(final ExchangeProfile exchange) {
        final int most = exchange.limits().maxResponseBytes();
        return most == 0 ? buffer.capacity() : Math.min(most, buffer.capacity());
    }

    /**
     * Writes the bids.
     *
     * @param nowNs wall clock, nanoseconds since 1970.
     * @return length in bytes, or {@link #NO_BID}.
     */
    int write(final PendingBid bid, final long nowNs) {
        bids = 0;
        rates = board.at(nowNs);
        final int currency = currency(bid);
        responseCurrency = currency;
        if (currency == CurrencyCodes.UNKNOWN) {
            return NO_BID;
        }
        int length = BidResponseWriter.OVERFLOW;
        // A response that the exchange would not take is written again with half of its bids.
        for (int most = MAX_BIDS; most > 0 && length == BidResponseWriter.OVERFLOW; most = bids / 2) {
            length = write(bid, currency, most, nowNs);
        }
        if (length == BidResponseWriter.OVERFLOW) {
            bids = 0;
            Arrays.fill(bid.bids, 0, bid.offerCount, false);
            bid.noBids[0] = NoBid.TOO_LONG;
            return NO_BID;
        }
        for (int i = 0; i < toldCount; i++) {
            feed.onBid(told, i * ShadeFeed.ENTRY_BYTES);
        }
        return length;
    }

    /** Writes the first bids, as many as are allowed; {@link #NO_BID} when there is none. */
    private int write(final PendingBid bid, final int currency, final int most, final long nowNs) {
        final MarkupSet markup = bid.catalogue.markup(bid.exchange.number());
        final BidResponseWriter writer = bid.protobuf ? protobuf : json;
        bids = 0;
        toldCount = 0;
        mostBids = most;
        Arrays.fill(bid.bids, 0, bid.offerCount, false);
        impBid.begin(bid.request, rates);
        pods.begin();
        for (int place = 0; place < bid.count; place++) {
            if (bid.noBids[place] == null) {
                bid.noBids[place] = writeBids(writer, bid, place, markup, currency, nowNs);
            }
        }
        if (bids == 0) {
            return NO_BID;
        }
        writer.endSeat();
        return writer.end();
    }

    /** Writes the bids for one impression; null when there is one, else why there is none. */
    private NoBid writeBids(
        final BidResponseWriter writer, final PendingBid bid, final int place, final MarkupSet markup,
        final int currency, final long nowNs) {
        impBid.begin(bid.request, bid.request.imp(bid.imps[place]));
        NoBid first = null;
        int made = 0;
        for (int i = 0; i < bid.offerCounts[place] && made < bid.seats[place] && bids < mostBids; i++) {
            final int offer = bid.firstOffers[place] + i;
            NoBid against = impBid.evaluate(bid, place, offer, markup, currency);
            if (against == null && !pods.admits(bid, place, impBid.creative().ad())) {
                against = NoBid.POD;
            }
            if (against == null && !fits(bid, place, offer, currency, nowNs)) {
                against = NoBid.TOO_LONG;
            }
            if (against == null) {
                if (bids == 0) {
                    begin(writer, bid, currency);
                }
                bid(writer, bid, place, markup);
                bid.bids[offer] = true;
                bid.shades[offer] = impBid.isExplored() ? -impBid.shade() : impBid.shade();
                if (feed != null && impBid.shade() != NoticeToken.NO_SHADE) {
                    ShadeFeed.encode(token, told, ShadeFeed.ENTRY_BYTES * toldCount++);
                }
                pods.add(place, impBid.creative().ad());
                bids++;
                made++;
            } else {
                first = first == null ? against : first;
            }
        }
        return made > 0 ? null : first == null ? NoBid.TOO_LONG : first;
    }

    /**
     * The first currency of the request that the exchange takes and to which a rate leads from the first offer's; where
     * it names none, the first such one of the exchange's.
     */
    private int currency(final PendingBid bid) {
        int first = -1;
        for (int place = 0; place < bid.count && first < 0; place++) {
            first = bid.noBids[place] == null ? place : -1;
        }
        if (first < 0) {
            return CurrencyCodes.UNKNOWN;
        }
        final int from = bid.currencies[bid.firstOffers[first]];
        final BidRequest request = bid.request;
        final List<Integer> allowed = bid.exchange.currencies();
        for (int i = 0; request.curCount() == 0 && i < allowed.size(); i++) {
            final int to = allowed.get(i);
            if (to != ExchangeProfile.ANY_CURRENCY && rates.knows(from, to)) {
                return to;
            }
        }
        for (int i = 0; i < request.curCount(); i++) {
            final long slice = request.cur(i);
            final int to = CurrencyCodes.number(request.buffer(), Slice.offset(slice), Slice.lengthBytes(slice));
            if (to != CurrencyCodes.UNKNOWN && isAllowed(allowed, to) && rates.knows(from, to)) {
                return to;
            }
        }
        for (int place = 0; place < bid.count; place++) {
            if (bid.noBids[place] == null) {
                bid.noBids[place] = NoBid.CURRENCY;
            }
        }
        return CurrencyCodes.UNKNOWN;
    }

    private static boolean isAllowed(final List<Integer> currencies, final int code) {
        for (int i = 0; i < currencies.size(); i++) {
            final int each = currencies.get(i);
            if (each == code || each == ExchangeProfile.ANY_CURRENCY) {
                return true;
            }
        }
        return false;
    }

    private void begin(final BidResponseWriter writer, final PendingBid bid, final int currency) {
        writer.begin(buffer, 0, limit(bid.exchange));
        text(writer, ResponseField.ID, bid.request, bid.request.id());
        writer.text(ResponseField.CUR, CurrencyTexts.of(currency));
        writer.beginSeat();
        writer.text(ResponseField.SEAT, seat);
    }

    private static void text(
        final BidResponseWriter writer, final ResponseField field, final BidRequest request, final long slice) {
        writer.text(field, request.buffer(), Slice.offset(slice), Slice.lengthBytes(slice));
    }

    /** Fills the slots of a bid, and whether its markup is short enough for the exchange. */
    private boolean fits(
        final PendingBid bid, final int place, final int offer, final int currency, final long nowNs) {
        final MarkupSet answered = bid.catalogue.noticeMarkup(bid.exchange.number());
        inNotice = answered != null;
        putId(bid.decisionsHigh[place], bid.decisionsLow[place]);
        seal(bid, place, offer, currency, nowNs);
        fill(bid, place, currency);
        final CreativeMarkup creative = impBid.creative();
        final int protocol = impBid.filter().protocol();
        final int files = impBid.filter().files();
        final NativeAssets assets = impBid.restrictions().nativeAssets();
        final int companions = Companions.of(bid.request.imp(bid.imps[place]), creative.ad());
        markupFill.bind(creative, protocol, files, assets, slots).companions(companions);
        if (inNotice) {
            final NativeAssets asked = creative.ad().mtype() == AuctionAd.NATIVE ? assets : null;
            final int length = form.encode(protocol, files, companions, asked, formText);
            if (length == MarkupForm.TOO_LONG) {
                return false;
            }
            slots.set(Slot.FORM, formText, 0, length);
            markupFill.bind(answered.creative(creative.creative().creativeId()), protocol, files, assets, slots)
                .companions(companions);
        }
        return isShort(bid.exchange.limits().maxMarkupBytes());
    }

    private boolean isShort(final int most) {
        if (most == 0) {
            return true;
        }
        if (measured.capacity() == 0) {
            measured.wrap(new byte[MAX_MARKUP_BYTES]);
        }
        measure.wrap(measured, 0, Math.min(most, MAX_MARKUP_BYTES));
        markupFill.writeTo(measure, false);
        return !measure.overflowed();
    }

    /**
     * The bid's id: partition, term and sequence of its decision (see {@code DecisionIds}) in hexadecimal digits
     * without zeros before them, and its number in the response. The response has no id of its own: each byte of it
     * would only repeat these.
     */
    private void putId(final long high, final long low) {
        int at = putHex(high >>> TERM_BITS + PARTITION_SHIFT, 0);
        at = putHex(high & TERM_MASK, at);
        at = putHex(low, at);
        bidIdBytes = at + bidId.putIntAscii(at, bids);
    }

    /** Puts a number and a hyphen; where they end. */
    private int putHex(final long value, final int offset) {
        final int digits = Math.max(1, (Long.SIZE + 3 - Long.numberOfLeadingZeros(value)) / 4);
        for (int i = 0; i < digits; i++) {
            bidId.putByte(offset + i, HEX[(int) (value >>> 4 * (digits - 1 - i)) & 0xF]);
        }
        bidId.putByte(offset + digits, (byte) '-');
        return offset + digits + 1;
    }

    /** Seals what the exchange's notices and the markup need, and no more: it costs more than all else of a bid. */
    private void seal(
        final PendingBid bid, final int place, final int offer, final int currency, final long nowNs) {
        token.clear()
            .exchange(bid.exchange.number())
            .impOrdinal(bid.imps[place])
            .decisionId(bid.decisionsHigh[place], bid.decisionsLow[place])
            .rootKey(bid.keyHigh, bid.keyLow)
            .offer(bid.offers[offer], impBid.creative().creative().creativeId(), bid.placements[place])
            .bidPrice(impBid.priceMicros(), currency)
            .bidCampaignMicros(impBid.campaignMicros(bid, offer, currency))
            .shade(impBid.shade(), impBid.isInDeal(), impBid.floorBand(), impBid.isExplored())
            .test(bid.request.test() == 1)
            .businessTimeNs(nowNs)
            .expiryNs(nowNs + settings.noticeLifetimeNs());
        final int fired = bid.exchange.notices().fired();
        if ((fired & NoticeKind.SERVER_BITS) != 0) {
            seal.seal(token.kinds(fired & NoticeKind.SERVER_BITS), tokens, 0);
        }
        // Markup on the win gets its token then; until then only how long it is matters.
        if (!inNotice && (fired & NoticeKind.MARKUP_BITS) != 0) {
            seal.seal(token.kinds(fired & NoticeKind.MARKUP_BITS), tokens, MARKUP_TOKEN_AT);
        }
    }

    private void fill(final PendingBid bid, final int place, final int currency) {
        final BidRequest request = bid.request;
        final Imp imp = request.imp(bid.imps[place]);
        CurrencyTexts.put(currency, currencyText);
        slots.clear()
            .set(Slot.WIN_TOKEN, tokens, 0, NoticeSeal.TOKEN_LENGTH)
            .set(Slot.BILL_TOKEN, tokens, 0, NoticeSeal.TOKEN_LENGTH)
            .set(Slot.LOSS_TOKEN, tokens, 0, NoticeSeal.TOKEN_LENGTH)
            .set(Slot.IMP_TOKEN, tokens, MARKUP_TOKEN_AT, NoticeSeal.TOKEN_LENGTH)
            .set(Slot.CLICK_TOKEN, tokens, MARKUP_TOKEN_AT, NoticeSeal.TOKEN_LENGTH)
            .set(Slot.AUCTION_ID, request.buffer(), Slice.offset(request.id()), Slice.lengthBytes(request.id()))
            .set(Slot.BID_ID, bidId, 0, bidIdBytes)
            .set(Slot.SERVING_ID, bidId, 0, bidIdBytes)
            .set(Slot.IMP_ID, request.buffer(), Slice.offset(imp.id()), Slice.lengthBytes(imp.id()))
            .set(Slot.SEAT_ID, seatText, 0, seat.length)
            .set(Slot.CURRENCY, currencyText, 0, 3);
    }

    private void bid(final BidResponseWriter writer, final PendingBid bid, final int place, final MarkupSet markup) {
        final BidRequest request = bid.request;
        final CreativeMarkup creative = impBid.creative();
        final AuctionAd ad = creative.ad();
        writer.beginBid();
        writer.text(ResponseField.BID_ID, bidId, 0, bidIdBytes);
        text(writer, ResponseField.IMPID, request, request.imp(bid.imps[place]).id());
        writer.amount(ResponseField.PRICE, impBid.priceMicros() * ImpBid.MILLE);
        notices(writer, markup);
        if (!inNotice) {
            writer.markup(ResponseField.ADM, markupFill);
        }
        writer.texts(ResponseField.ADOMAIN, ad.adomain());
        if (ad.bundle() != null) {
            writer.text(ResponseField.BUNDLE, ad.bundle());
        }
        if (ad.iurl() != null) {
            writer.text(ResponseField.IURL, ad.iurl());
        }
        writer.text(ResponseField.CID, creative.campaignId());
        writer.text(ResponseField.CRID, creative.creativeId());
        if (ad.tactic() != null) {
            writer.text(ResponseField.TACTIC, ad.tactic());
        }
        if (ad.cat().length > 0) {
            if (ad.cattax() != DEFAULT_CATTAX) {
                writer.number(ResponseField.CATTAX, ad.cattax());
            }
            writer.texts(ResponseField.CAT, ad.cat());
        }
        writer.numbers(ResponseField.ATTR, ad.attr().codes());
        writer.numbers(ResponseField.APIS, ad.apis().codes());
        if (ad.apis().codes().length == 1) {
            writer.number(ResponseField.API, ad.apis().codes()[0]);
        }
        if (impBid.filter().protocol() != 0) {
            writer.number(ResponseField.PROTOCOL, impBid.filter().protocol());
        }
        if (ad.content() instanceof AdContent.Media media && media.durationS() > 0) {
            writer.number(ResponseField.DUR, media.durationS());
        }
        if (ad.qagmediarating() > 0) {
            writer.number(ResponseField.QAGMEDIARATING, ad.qagmediarating());
        }
        if (ad.langb() != null) {
            writer.text(ResponseField.LANGB, ad.langb());
        } else if (ad.language() != null) {
            writer.text(ResponseField.LANGUAGE, ad.language());
        }
        if (impBid.deal() != Slice.NONE) {
            text(writer, ResponseField.DEALID, request, impBid.deal());
        }
        if (ad.w() > 0 && ad.h() > 0) {
            writer.number(ResponseField.W, ad.w());
            writer.number(ResponseField.H, ad.h());
        }
        if (ad.wratio() > 0) {
            writer.number(ResponseField.WRATIO, ad.wratio());
            writer.number(ResponseField.HRATIO, ad.hratio());
        }
        writer.number(ResponseField.EXP, settings.bidExpirySeconds());
        writer.number(ResponseField.MTYPE, ad.mtype());
        writer.endBid();
    }

    private void notices(final BidResponseWriter writer, final MarkupSet markup) {
        if (!markup.win().isEmpty()) {
            writer.markup(ResponseField.NURL, noticeFill.bind(markup.win(), slots));
        }
        if (!markup.bill().isEmpty()) {
            writer.markup(ResponseField.BURL, noticeFill.bind(markup.bill(), slots));
        }
        if (!markup.loss().isEmpty()) {
            writer.markup(ResponseField.LURL, noticeFill.bind(markup.loss(), slots));
        }
    }
}
