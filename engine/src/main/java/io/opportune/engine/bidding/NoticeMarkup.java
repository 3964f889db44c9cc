package io.opportune.engine.bidding;

import io.opportune.engine.catalogue.AdContent;
import io.opportune.engine.catalogue.AuctionAd;
import io.opportune.engine.exchange.CurrencyCodes;
import io.opportune.engine.exchange.ExchangeProfile;
import io.opportune.engine.exchange.NoticeKind;
import io.opportune.engine.markup.CreativeFit;
import io.opportune.engine.markup.CreativeMarkup;
import io.opportune.engine.markup.MarkupFill;
import io.opportune.engine.markup.MarkupSet;
import io.opportune.engine.markup.Slot;
import io.opportune.engine.markup.SlotValues;
import io.opportune.engine.notice.NoticeReader;
import io.opportune.engine.notice.NoticeRequest;
import io.opportune.engine.notice.NoticeSeal;
import io.opportune.engine.notice.NoticeToken;
import io.opportune.engine.session.HttpContentKind;
import io.opportune.protocol.openrtb.response.ByteSink;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes the markup of a bid as the answer to its win notice (OpenRTB 2.6, section 4.3.1) from what the notice carries:
 * the token says which creative for whom, its other parameters the form, the ids and the price. Macros whose values the
 * notice carries are replaced; the exchange replaces the others, as in {@code adm}. One thread; allocates nothing.
 */
final class NoticeMarkup {
    /** There is no markup for the notice. */
    static final int NONE = 0;

    private static final int MAX_ID_BYTES = 256;

    private final NoticeSeal seal;
    private final byte[] seat;
    private final UnsafeBuffer seatText;
    private final UnsafeBuffer token = new UnsafeBuffer(new byte[NoticeSeal.TOKEN_LENGTH]);
    private final UnsafeBuffer auctionId = new UnsafeBuffer(new byte[MAX_ID_BYTES]);
    private final UnsafeBuffer bidId = new UnsafeBuffer(new byte[MAX_ID_BYTES]);
    private final UnsafeBuffer impId = new UnsafeBuffer(new byte[MAX_ID_BYTES]);
    private final UnsafeBuffer price = new UnsafeBuffer(new byte[MAX_ID_BYTES]);
    private final UnsafeBuffer minToWin = new UnsafeBuffer(new byte[MAX_ID_BYTES]);
    private final UnsafeBuffer currency = new UnsafeBuffer(new byte[CurrencyTexts.LENGTH]);
    private final UnsafeBuffer form = new UnsafeBuffer(new byte[MarkupForm.MAX_TEXT_BYTES]);
    private final MarkupForm fit = new MarkupForm();
    private final SlotValues slots = new SlotValues();
    private final MarkupFill fill = new MarkupFill();
    private final ByteSink sink = new ByteSink();
    private final UnsafeBuffer buffer;
    private int contentKind;

    NoticeMarkup(final BidSettings settings, final NoticeSeal seal, final int maxBytes) {
        this.seal = seal;
        seat = settings.seat().getBytes(StandardCharsets.UTF_8);
        seatText = new UnsafeBuffer(seat);
        buffer = new UnsafeBuffer(new byte[maxBytes]);
    }

    DirectBuffer buffer() {
        return buffer;
    }

    /** Of the markup that was written last; one of {@link HttpContentKind}. */
    int contentKind() {
        return contentKind;
    }

    /**
     * Writes the markup for a notice that was accepted.
     *
     * @return its length in bytes; {@link #NONE} when the catalogue in service has the creative no more, or not in the
     *     form that the notice asks for.
     */
    int write(
        final NoticeReader reader, final DirectBuffer target, final NoticeRequest notice, final BidCatalogue catalogue,
        final ExchangeProfile exchange) {
        final NoticeToken won = notice.token();
        final MarkupSet set = exchange == null ? null : catalogue.noticeMarkup(exchange.number());
        final CreativeMarkup creative = set == null ? null : set.creative(won.creativeId());
        if (creative == null || !isFit(reader, target, creative.ad())) {
            return NONE;
        }
        fillSlots(reader, target, won, exchange.notices().fired() & NoticeKind.MARKUP_BITS);
        fill.bind(creative, fit.protocol(), fit.files(), fit.assets(), slots).companions(fit.companions());
        final int most = exchange.limits().maxMarkupBytes();
        sink.wrap(buffer, 0, most == 0 ? buffer.capacity() : Math.min(most, buffer.capacity()));
        fill.writeTo(sink, false);
        if (sink.overflowed()) {
            return NONE;
        }
        contentKind = switch (creative.ad().mtype()) {
            case AuctionAd.BANNER -> HttpContentKind.HTML;
            case AuctionAd.NATIVE -> HttpContentKind.JSON;
            default -> HttpContentKind.XML;
        };
        return sink.length();
    }

    /** Whether the form is one in which the creative can be. */
    private boolean isFit(final NoticeReader reader, final DirectBuffer target, final AuctionAd ad) {
        final int length = reader.text(target, 'f', form);
        if (length == 0 || !fit.decode(form, length, ad.mtype() == AuctionAd.NATIVE)) {
            return false;
        }
        if (ad.content() instanceof AdContent.Media media) {
            final int all = (1 << media.files().size()) - 1;
            return fit.protocol() > 0 && fit.protocol() < Long.SIZE
                && CreativeFit.protocol(ad, 1L << fit.protocol()) == fit.protocol()
                && (all == 0 || (fit.files() & all) != 0);
        }
        return ad.mtype() != AuctionAd.NATIVE || CreativeFit.satisfies(ad, fit.assets());
    }

    private void fillSlots(
        final NoticeReader reader, final DirectBuffer target, final NoticeToken won, final int kinds) {
        CurrencyTexts.put(won.currency(), currency);
        slots.clear()
            .set(Slot.AUCTION_ID, auctionId, 0, reader.text(target, 'a', auctionId))
            .set(Slot.BID_ID, bidId, 0, reader.text(target, 'b', bidId))
            .set(Slot.SERVING_ID, bidId, 0, reader.text(target, 'b', bidId))
            .set(Slot.IMP_ID, impId, 0, reader.text(target, 'd', impId))
            .set(Slot.PRICE, price, 0, reader.text(target, 'p', price))
            .set(Slot.MIN_TO_WIN, minToWin, 0, reader.text(target, 'm', minToWin))
            .set(Slot.SEAT_ID, seatText, 0, seat.length)
            .set(Slot.CURRENCY, currency, 0, CurrencyCodes.text(won.currency()) == null ? 0 : CurrencyTexts.LENGTH);
        // The same bytes with other kinds: the token that would stand in the bid's markup.
        seal.seal(won.kinds(kinds), token, 0);
        slots.set(Slot.IMP_TOKEN, token, 0, NoticeSeal.TOKEN_LENGTH)
            .set(Slot.CLICK_TOKEN, token, 0, NoticeSeal.TOKEN_LENGTH);
    }
}
