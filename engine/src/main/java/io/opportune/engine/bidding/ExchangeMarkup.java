package io.opportune.engine.bidding;

import io.opportune.engine.exchange.ExchangeProfile;
import io.opportune.engine.exchange.NoticeKind;
import io.opportune.engine.markup.MarkupSettings;
import io.opportune.protocol.openrtb.macro.AuctionMacro;
import java.util.HashSet;
import java.util.Set;

/** Makes the URLs of the notices for what an exchange fires and replaces. */
final class ExchangeMarkup {
    private static final String SYSTEM = "opportune";

    private ExchangeMarkup() {
    }

    static MarkupSettings of(final ExchangeProfile exchange, final String baseUrl) {
        final Set<AuctionMacro> resolved = new HashSet<>();
        for (final AuctionMacro macro : AuctionMacro.values()) {
            if (exchange.notices().replaces(macro)) {
                resolved.add(macro);
            }
        }
        final MarkupSettings all = MarkupSettings.of(baseUrl, SYSTEM);
        return new MarkupSettings(
            notice(exchange, NoticeKind.WIN, all.win()),
            notice(exchange, NoticeKind.BILL, all.bill()),
            notice(exchange, NoticeKind.LOSS, all.loss()),
            notice(exchange, NoticeKind.IMP, all.imp()),
            notice(exchange, NoticeKind.CLICK, all.click()),
            notice(exchange, NoticeKind.CLICK, all.clickTracker()),
            all.event(), all.error(), all.clickPrefix(), all.adSystem(), resolved);
    }

    private static String notice(final ExchangeProfile exchange, final NoticeKind kind, final String pattern) {
        return exchange.notices().fires(kind)
            ? pattern.replace(AuctionMacro.AUCTION_PRICE.text(), exchange.price().macroFor(kind)) : "";
    }
}
