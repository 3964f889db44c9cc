package io.opportune.engine.markup;

import io.opportune.engine.catalogue.AdContent;
import io.opportune.engine.catalogue.AuctionAd;
import io.opportune.engine.catalogue.AuctionCatalogue;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Creative;
import io.opportune.engine.screening.CreativeFilter;
import io.opportune.engine.screening.CreativeRejection;
import io.opportune.engine.screening.ImpRestrictions;
import io.opportune.engine.screening.RequestRestrictions;
import io.opportune.protocol.openrtb.response.BidResponseWriter;
import io.opportune.protocol.openrtb.response.ByteSink;
import io.opportune.protocol.openrtb.response.ResponseField;
import java.nio.charset.StandardCharsets;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A bidder reduced to what is tested here: screens a creative, fills the slots and writes a response with every field.
 */
final class SampleBid {
    private static final byte[] CURRENCY = "USD".getBytes(StandardCharsets.UTF_8);
    private static final byte[] DEAL = "deal-1".getBytes(StandardCharsets.UTF_8);
    private static final byte[] TACTIC = "t1".getBytes(StandardCharsets.UTF_8);

    final ImpRestrictions imp = new ImpRestrictions(new RequestRestrictions());
    final SlotValues values = new SlotValues();
    final CreativeFilter filter = new CreativeFilter();
    private final MarkupFill adm = new MarkupFill();
    private final MarkupFill notice = new MarkupFill();
    private UnsafeBuffer requestId = bytes("req-1");
    private final UnsafeBuffer bidId = bytes("b-77");
    private final UnsafeBuffer impId = bytes("1");
    private final UnsafeBuffer seat = bytes("512");
    private final UnsafeBuffer token = bytes("dG9rZW4tMDEyMzQ1Njc4OWFiY2RlZg.c2ln_-0");

    static UnsafeBuffer bytes(final String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The markup of a creative by its name. */
    static CreativeMarkup markupOf(final Catalogue catalogue, final String id, final MarkupSettings settings) {
        return MarkupSet.of(catalogue, settings, null).creative(AuctionCatalogue.creative(catalogue, id).creativeId());
    }

    SampleBid requestId(final UnsafeBuffer id) {
        requestId = id;
        return this;
    }

    /** An impression that takes everything of the example. */
    SampleBid openImp() {
        imp.clear();
        imp.request().clear();
        imp.banner().present().size(300, 250).format(728, 90, 0, 0, 0);
        imp.video().present();
        imp.audio().present();
        final NativeAssets assets = imp.nativePresent();
        assets.tracker(1, 1).privacy(true);
        assets.addTitle(1, true, 25);
        assets.addImage(2, true, 3, 0, 0, 200, 200);
        assets.addImage(3, false, 1, 80, 80, 0, 0);
        assets.addData(4, true, 1, 25);
        assets.addData(5, false, 12, 15);
        return this;
    }

    SlotValues fill() {
        values.clear();
        values.set(Slot.AUCTION_ID, requestId, 0, requestId.capacity());
        values.set(Slot.BID_ID, bidId, 0, bidId.capacity());
        values.set(Slot.SERVING_ID, bidId, 0, bidId.capacity());
        values.set(Slot.IMP_ID, impId, 0, impId.capacity());
        values.set(Slot.SEAT_ID, seat, 0, seat.capacity());
        values.set(Slot.IMP_TOKEN, token, 0, token.capacity());
        values.set(Slot.CLICK_TOKEN, token, 0, token.capacity());
        values.set(Slot.WIN_TOKEN, token, 0, token.capacity());
        values.set(Slot.BILL_TOKEN, token, 0, token.capacity());
        values.set(Slot.LOSS_TOKEN, token, 0, token.capacity());
        return values;
    }

    /** Length of the response; 0 when the creative may not be bid with. */
    int write(
        final BidResponseWriter writer, final MutableDirectBuffer buffer, final int length, final MarkupSet set,
        final Creative creative, final long priceMicros) {
        final CreativeMarkup markup = set.creative(creative.creativeId());
        if (filter.check(markup, imp) != CreativeRejection.NONE) {
            return 0;
        }
        fill();
        final AuctionAd ad = markup.ad();
        writer.begin(buffer, 0, length);
        writer.text(ResponseField.ID, requestId, 0, requestId.capacity());
        writer.text(ResponseField.BIDID, bidId, 0, bidId.capacity());
        writer.text(ResponseField.CUR, CURRENCY);
        writer.beginSeat();
        writer.text(ResponseField.SEAT, seat, 0, seat.capacity());
        writer.beginBid();
        writer.text(ResponseField.BID_ID, bidId, 0, bidId.capacity());
        writer.text(ResponseField.IMPID, impId, 0, impId.capacity());
        writer.amount(ResponseField.PRICE, priceMicros);
        writer.text(ResponseField.ADID, markup.creativeId());
        writer.markup(ResponseField.NURL, notice.bind(set.win(), values));
        writer.markup(ResponseField.BURL, notice.bind(set.bill(), values));
        writer.markup(ResponseField.LURL, notice.bind(set.loss(), values));
        writer.markup(ResponseField.ADM,
            adm.bind(markup, filter.protocol(), filter.files(), imp.nativeAssets(), values));
        writer.texts(ResponseField.ADOMAIN, ad.adomain());
        if (ad.bundle() != null) {
            writer.text(ResponseField.BUNDLE, ad.bundle());
        }
        if (ad.iurl() != null) {
            writer.text(ResponseField.IURL, ad.iurl());
        }
        writer.text(ResponseField.CID, markup.campaignId());
        writer.text(ResponseField.CRID, markup.creativeId());
        writer.text(ResponseField.TACTIC, TACTIC);
        writer.number(ResponseField.CATTAX, ad.cattax());
        writer.texts(ResponseField.CAT, ad.cat());
        writer.numbers(ResponseField.ATTR, ad.attr().codes());
        writer.numbers(ResponseField.APIS, ad.apis().codes());
        if (filter.protocol() != 0) {
            writer.number(ResponseField.PROTOCOL, filter.protocol());
            writer.number(ResponseField.DUR, ((AdContent.Media) ad.content()).durationS());
            writer.number(ResponseField.SLOTINPOD, 0);
        }
        if (ad.language() != null) {
            writer.text(ResponseField.LANGUAGE, ad.language());
        }
        writer.text(ResponseField.DEALID, DEAL);
        if (ad.w() > 0) {
            writer.number(ResponseField.W, ad.w());
            writer.number(ResponseField.H, ad.h());
        }
        writer.number(ResponseField.EXP, 300);
        writer.number(ResponseField.MTYPE, ad.mtype());
        writer.endBid();
        writer.endSeat();
        return writer.end();
    }

    /** The markup alone, as it is when it is not in a JSON string. */
    String markup(final CreativeMarkup markup, final int protocol) {
        fill();
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1 << 20]);
        final ByteSink sink =
            new ByteSink().wrap(buffer, 0, buffer.capacity());
        adm.bind(markup, protocol, CreativeMarkup.ALL_FILES, imp.nativeAssets(), values).writeTo(sink, false);
        return buffer.getStringWithoutLengthUtf8(0, sink.length());
    }
}
