package io.opportune.engine.markup;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Creative;
import io.opportune.engine.catalogue.Offer;
import java.util.Map;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * The prepared markup of all creatives of a catalogue that can be sold in auctions, and the notices, for the exchanges
 * of one {@link MarkupSettings}. Made on a control thread; immutable; look-ups neither lock nor allocate.
 */
public final class MarkupSet {
    private final MarkupSettings settings;
    private final Template win;
    private final Template bill;
    private final Template loss;
    private final Int2ObjectHashMap<CreativeMarkup> byCreative = new Int2ObjectHashMap<>();

    private MarkupSet(final Catalogue catalogue, final MarkupSettings settings, final MarkupSet previous) {
        this.settings = settings;
        win = notice(settings.win(), Slot.WIN_TOKEN);
        bill = notice(settings.bill(), Slot.BILL_TOKEN);
        loss = notice(settings.loss(), Slot.LOSS_TOKEN);
        final boolean reusable = previous != null && previous.settings.equals(settings);
        for (int i = 0; i < catalogue.offerCount(); i++) {
            final Offer offer = catalogue.offer(i);
            for (int j = 0; j < offer.auctionCreativeCount(); j++) {
                final Creative creative = offer.auctionCreative(j);
                final CreativeMarkup known = reusable ? previous.byCreative.get(creative.creativeId()) : null;
                byCreative.put(creative.creativeId(), known != null && known.creative() == creative
                    ? known : new CreativeMarkup(creative, offer.campaign(), settings));
            }
        }
    }

    private Template notice(final String pattern, final Slot token) {
        return new TemplateBuilder(settings.resolved()).url(pattern, Escape.NONE, token, Map.of()).build();
    }

    /**
     * Prepares the markup of a catalogue.
     *
     * @param catalogue whose creatives are sold.
     * @param settings  of the exchange.
     * @param previous  of the catalogue before, whose templates are taken over for creatives that are shared; or null.
     * @return the set.
     */
    public static MarkupSet of(final Catalogue catalogue, final MarkupSettings settings, final MarkupSet previous) {
        return new MarkupSet(catalogue, settings, previous);
    }

    /**
     * The markup of a creative.
     *
     * @param creativeId registry id.
     * @return null when the catalogue has no such creative for auctions.
     */
    public CreativeMarkup creative(final int creativeId) {
        return byCreative.get(creativeId);
    }

    /**
     * For {@code Bid.nurl}.
     *
     * @return empty when the exchange's settings name none.
     */
    public Template win() {
        return win;
    }

    /**
     * For {@code Bid.burl}.
     *
     * @return empty when the exchange's settings name none.
     */
    public Template bill() {
        return bill;
    }

    /**
     * For {@code Bid.lurl}.
     *
     * @return empty when the exchange's settings name none.
     */
    public Template loss() {
        return loss;
    }

    /**
     * The settings it was made for.
     *
     * @return never null.
     */
    public MarkupSettings settings() {
        return settings;
    }
}
