package io.opportune.engine.bidding;

import io.opportune.engine.exchange.ClickForm;
import io.opportune.engine.exchange.ExchangeProfile;
import io.opportune.engine.exchange.MarkupPlace;
import io.opportune.engine.exchange.NoticeKind;
import io.opportune.engine.markup.MarkupSettings;
import io.opportune.protocol.openrtb.macro.AuctionMacro;
import java.util.HashSet;
import java.util.Set;

/** Makes the URLs of the notices for what an exchange fires and replaces, and says where its markup goes. */
final class ExchangeMarkup {
    private static final String SYSTEM = "opportune";
    /** What the markup needs that is not in the token; read by {@link NoticeMarkup}. */
    private static final String FORM = "&a=${AUCTION_ID}&b=${AUCTION_BID_ID}&d=${AUCTION_IMP_ID}&f={form}";
    /** Where the exchange counts a click; read by {@link NoticeEndpoint}. */
    private static final String CLICK_URL = "&u=";
    /** Macros whose values come with the win notice, so that its answer has no need of them. */
    private static final Set<AuctionMacro> CARRIED = Set.of(AuctionMacro.AUCTION_ID, AuctionMacro.AUCTION_BID_ID,
        AuctionMacro.AUCTION_IMP_ID, AuctionMacro.AUCTION_SEAT_ID, AuctionMacro.AUCTION_CURRENCY,
        AuctionMacro.AUCTION_PRICE, AuctionMacro.AUCTION_MIN_TO_WIN);

    private ExchangeMarkup() {
    }

    /** Whether the answer to the win notice is the markup; where an exchange takes both ways, the bid has it. */
    static boolean isByNotice(final ExchangeProfile exchange) {
        return !exchange.notices().markup().contains(MarkupPlace.ADM)
            && exchange.notices().markup().contains(MarkupPlace.NURL);
    }

    /** Settings of markup that is the answer to the win notice. */
    static MarkupSettings byNotice(final MarkupSettings settings) {
        final Set<AuctionMacro> left = new HashSet<>(settings.resolved());
        left.removeAll(CARRIED);
        return settings.withResolved(left);
    }

    static MarkupSettings of(final ExchangeProfile exchange, final String baseUrl) {
        final Set<AuctionMacro> resolved = new HashSet<>();
        for (final AuctionMacro macro : AuctionMacro.values()) {
            // Responses have no bidid, so that the exchange has nothing to put there: we put the bid's own id.
            if (macro != AuctionMacro.AUCTION_BID_ID && exchange.notices().replaces(macro)) {
                resolved.add(macro);
            }
        }
        final MarkupSettings usual = MarkupSettings.of(baseUrl, SYSTEM);
        final MarkupSettings all = isByNotice(exchange) ? usual.withWin(usual.win() + FORM) : usual;
        final MarkupSettings fired = new MarkupSettings(
            notice(exchange, NoticeKind.WIN, all.win()),
            notice(exchange, NoticeKind.BILL, all.bill()),
            notice(exchange, NoticeKind.LOSS, all.loss()),
            notice(exchange, NoticeKind.IMP, all.imp()),
            notice(exchange, NoticeKind.CLICK, all.click()),
            notice(exchange, NoticeKind.CLICK, all.clickTracker()),
            notice(exchange, NoticeKind.START, all.event()),
            notice(exchange, NoticeKind.ERROR, all.error()), all.clickPrefix(), all.adSystem(), resolved);
        return counted(exchange.notices().click(), fired);
    }

    /** Lets the exchange count clicks in HTML, where its profile names a macro for it. */
    private static MarkupSettings counted(final ExchangeProfile.Click click, final MarkupSettings settings) {
        if (click.macro().isEmpty()) {
            return settings;
        }
        if (click.form() == ClickForm.BEFORE) {
            return settings.withClick(settings.click(), click.macro());
        }
        // Without a click of our own there is nobody to send the browser on.
        return settings.click().isEmpty() ? settings
            : settings.withClick(settings.click() + CLICK_URL + click.macro(), "");
    }

    private static String notice(final ExchangeProfile exchange, final NoticeKind kind, final String pattern) {
        return exchange.notices().fires(kind)
            ? pattern.replace(AuctionMacro.AUCTION_PRICE.text(), exchange.price().macroFor(kind)) : "";
    }
}
