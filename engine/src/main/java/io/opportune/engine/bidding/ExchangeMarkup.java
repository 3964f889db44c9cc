package io.opportune.engine.bidding;

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
            if (exchange.notices().replaces(macro)) {
                resolved.add(macro);
            }
        }
        final MarkupSettings usual = MarkupSettings.of(baseUrl, SYSTEM);
        final MarkupSettings all = isByNotice(exchange) ? usual.withWin(usual.win() + FORM) : usual;
        return new MarkupSettings(
            notice(exchange, NoticeKind.WIN, all.win()),
            notice(exchange, NoticeKind.BILL, all.bill()),
            notice(exchange, NoticeKind.LOSS, all.loss()),
            notice(exchange, NoticeKind.IMP, all.imp()),
            notice(exchange, NoticeKind.CLICK, all.click()),
            notice(exchange, NoticeKind.CLICK, all.clickTracker()),
            notice(exchange, NoticeKind.START, all.event()),
            notice(exchange, NoticeKind.ERROR, all.error()), all.clickPrefix(), all.adSystem(), resolved);
    }

    private static String notice(final ExchangeProfile exchange, final NoticeKind kind, final String pattern) {
        return exchange.notices().fires(kind)
            ? pattern.replace(AuctionMacro.AUCTION_PRICE.text(), exchange.price().macroFor(kind)) : "";
    }
}
