package io.opportune.engine.markup;

import io.opportune.protocol.openrtb.macro.AuctionMacro;
import java.util.Set;

/**
 * How an exchange wants its markup and notices. URLs are patterns: {@code {token}} stands for the notice's signed
 * token, {@code {form}} for what a win notice must know to answer with the markup, {@code {macros}} for parameters
 * with the macros of the page that a click leads to, {@code {event}} for the name of a VAST tracking event; macros of
 * OpenRTB may stand in them. An empty pattern leaves its notice out.
 *
 * @param win          win notice, {@code nurl}.
 * @param bill         billing notice, {@code burl}.
 * @param loss         loss notice, {@code lurl}.
 * @param imp          impression pixel in the markup.
 * @param click        what an image or link of a banner leads to; it redirects to the landing page. Without it the
 *                     click leads there directly and is not counted.
 * @param clickTracker counts a click and does not redirect: for VAST and native.
 * @param event        counts a VAST tracking event.
 * @param error        told of what goes wrong with a VAST ad; {@code [ERRORCODE]} is VAST's own macro.
 * @param clickPrefix  the exchange's own click macro, which goes before the percent-encoded URL of a click in HTML,
 *                     such as {@code %%CLICK_URL_UNESC%%}; empty when it has none.
 * @param adSystem     name of the ad server in VAST.
 * @param resolved     macros that the exchange replaces. Of the others those that the bidder knows are replaced by it
 *                     and the rest is left out, as the specification says of values that do not exist.
 */
public record MarkupSettings(
    String win, String bill, String loss, String imp, String click, String clickTracker, String event, String error,
    String clickPrefix, String adSystem, Set<AuctionMacro> resolved) {

    /** All macros of the specification. */
    public static final Set<AuctionMacro> ALL_MACROS = Set.of(AuctionMacro.values());

    /** Makes the set unmodifiable. */
    public MarkupSettings {
        resolved = Set.copyOf(resolved);
    }

    /**
     * The notices of this server, for an exchange that replaces all macros.
     *
     * @param base   where the server is reached, such as {@code https://bid.example}; no slash at its end.
     * @param system name of the ad server.
     * @return settings with all notices.
     */
    public static MarkupSettings of(final String base, final String system) {
        final String notice = base + "/notice/";
        return new MarkupSettings(
            notice + "win?t={token}&p=${AUCTION_PRICE}&m=${AUCTION_MIN_TO_WIN}",
            notice + "bill?t={token}&p=${AUCTION_PRICE}",
            notice + "loss?t={token}&l=${AUCTION_LOSS}&m=${AUCTION_MIN_TO_WIN}",
            notice + "imp?t={token}&p=${AUCTION_PRICE}",
            notice + "click?t={token}&r=1{macros}",
            notice + "click?t={token}",
            notice + "{event}?t={token}",
            notice + "error?t={token}&x=[ERRORCODE]",
            "", system, ALL_MACROS);
    }

    /**
     * These with another win notice.
     *
     * @param pattern of its URL.
     * @return settings.
     */
    public MarkupSettings withWin(final String pattern) {
        return new MarkupSettings(
            pattern, bill, loss, imp, click, clickTracker, event, error, clickPrefix, adSystem, resolved);
    }

    /**
     * These with a click macro of the exchange.
     *
     * @param pattern of the URL that a link of a banner leads to.
     * @param prefix  that goes before it, percent-encoded as a whole then; empty for none.
     * @return settings.
     */
    public MarkupSettings withClick(final String pattern, final String prefix) {
        return new MarkupSettings(
            win, bill, loss, imp, pattern, clickTracker, event, error, prefix, adSystem, resolved);
    }

    /**
     * These without the notice of an impression, for markup within markup that has it.
     *
     * @return settings.
     */
    public MarkupSettings withoutImp() {
        return new MarkupSettings(
            win, bill, loss, "", click, clickTracker, event, error, clickPrefix, adSystem, resolved);
    }

    /**
     * These with other macros.
     *
     * @param macros that the exchange replaces.
     * @return settings.
     */
    public MarkupSettings withResolved(final Set<AuctionMacro> macros) {
        return new MarkupSettings(
            win, bill, loss, imp, click, clickTracker, event, error, clickPrefix, adSystem, macros);
    }
}
