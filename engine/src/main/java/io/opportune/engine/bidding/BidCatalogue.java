package io.opportune.engine.bidding;

import io.opportune.engine.catalogue.Budget;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Creative;
import io.opportune.engine.catalogue.Deal;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.catalogue.Placement;
import io.opportune.engine.counters.CountTable;
import io.opportune.engine.exchange.ExchangeProfile;
import io.opportune.engine.markup.Landing;
import io.opportune.engine.markup.MarkupSet;
import io.opportune.engine.markup.MarkupSettings;
import io.opportune.protocol.codec.Channel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.agrona.DirectBuffer;
import org.agrona.collections.Int2IntHashMap;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.IntHashSet;

/**
 * What bidding needs of one version of the catalogue: markup for each exchange, placements by name, attributes, where
 * clicks lead. Made on a control thread; immutable; looking up neither locks nor allocates.
 */
public final class BidCatalogue {
    private final Catalogue catalogue;
    private final RequestAttributes attributes;
    private final Map<MarkupSettings, MarkupSet> bySettings = new HashMap<>();
    private final Int2ObjectHashMap<MarkupSet> byExchange = new Int2ObjectHashMap<>();
    private final Int2ObjectHashMap<MarkupSet> byNotice = new Int2ObjectHashMap<>();
    private final NameTable placements;
    private final Int2ObjectHashMap<Integer> exchangePlacements = new Int2ObjectHashMap<>();
    private final Int2ObjectHashMap<Landing> landings = new Int2ObjectHashMap<>();
    private final IntHashSet limited = new IntHashSet();
    /** Offers that a budget per deal limits, and the deals. */
    private final IntHashSet perDeal = new IntHashSet();
    private final NameTable deals;
    private final Int2IntHashMap campaigns = new Int2IntHashMap(CountTable.OTHERS);

    private BidCatalogue(
        final Catalogue catalogue, final List<ExchangeProfile> exchanges, final BidSettings settings,
        final BidCatalogue previous) {
        this.catalogue = catalogue;
        attributes = new RequestAttributes(catalogue.schema());
        for (final ExchangeProfile exchange : exchanges) {
            final MarkupSettings markup = ExchangeMarkup.of(exchange, settings.noticeBaseUrl());
            byExchange.put(exchange.number(), set(markup, previous));
            if (ExchangeMarkup.isByNotice(exchange)) {
                byNotice.put(exchange.number(), set(ExchangeMarkup.byNotice(markup), previous));
            }
        }
        final Map<String, Integer> names = new HashMap<>();
        for (final Placement placement : catalogue.placements()) {
            if (placement.isOn(Channel.AD_EXCHANGE)) {
                names.put(placement.id(), placement.placementId());
            }
        }
        // A publisher's tagid must not lead to what is meant for another exchange.
        final Map<String, Integer> ofNoExchange = new HashMap<>(names);
        exchanges.forEach(each -> ofNoExchange.remove(each.id()));
        placements = new NameTable(ofNoExchange);
        deals = new NameTable(catalogue.deals().stream().collect(Collectors.toMap(Deal::id, Deal::dealId)));
        final int other = names.getOrDefault(settings.placement(), 0);
        exchanges.forEach(each -> exchangePlacements.put(each.number(), names.getOrDefault(each.id(), other)));
        for (int i = 0; i < catalogue.offerCount(); i++) {
            final Offer offer = catalogue.offer(i);
            campaigns.put(offer.offerId(), offer.campaign().campaignId());
            if (offer.hasBudgets()) {
                limited.add(offer.offerId());
            }
            if (Stream.concat(offer.budgets().stream(), offer.campaign().budgets().stream())
                .anyMatch(budget -> budget.scope() == Budget.Scope.DEAL)) {
                perDeal.add(offer.offerId());
            }
            for (int j = 0; j < offer.auctionCreativeCount(); j++) {
                final Creative creative = offer.auctionCreative(j);
                landings.put(creative.creativeId(), Landing.of(creative.ad().content().click()));
            }
        }
    }

    private MarkupSet set(final MarkupSettings settings, final BidCatalogue previous) {
        final MarkupSet old = previous == null ? null : previous.bySettings.get(settings);
        return bySettings.computeIfAbsent(settings, key -> MarkupSet.of(catalogue, key, old));
    }

    /**
     * Prepares a catalogue for bidding.
     *
     * @param catalogue in service.
     * @param exchanges that send requests.
     * @param settings  of the server.
     * @param previous  of the catalogue before, whose templates are taken over where creatives are the same; or null.
     * @return the prepared catalogue.
     */
    public static BidCatalogue of(
        final Catalogue catalogue, final List<ExchangeProfile> exchanges, final BidSettings settings,
        final BidCatalogue previous) {
        return new BidCatalogue(catalogue, exchanges, settings, previous);
    }

    /**
     * What it was made of.
     *
     * @return the catalogue.
     */
    public Catalogue catalogue() {
        return catalogue;
    }

    /** Whether a budget limits any offer. */
    boolean hasBudgets() {
        return !limited.isEmpty();
    }

    /** Whether a budget limits an offer. */
    boolean isLimited(final int offerId) {
        return limited.contains(offerId);
    }

    /** Whether an offer is bid for the deal only that its decision was made for. */
    boolean isPerDeal(final int offerId) {
        return perDeal.contains(offerId);
    }

    /** Whether any offer is. */
    boolean hasDeals() {
        return !perDeal.isEmpty();
    }

    /** Registry id of a deal, or 0. */
    int deal(final DirectBuffer id, final int offset, final int lengthBytes) {
        return deals.find(id, offset, lengthBytes);
    }

    RequestAttributes attributes() {
        return attributes;
    }

    MarkupSet markup(final int exchangeNumber) {
        return byExchange.get(exchangeNumber);
    }

    /** Markup that the answers to the win notices of an exchange are; null where the bids have it. */
    MarkupSet noticeMarkup(final int exchangeNumber) {
        return byNotice.get(exchangeNumber);
    }

    /** Registry id of a placement on the channel of exchanges, or 0. */
    int placement(final DirectBuffer name, final int offset, final int lengthBytes) {
        return placements.find(name, offset, lengthBytes);
    }

    /** Where impressions of an exchange stand whose {@code tagid} names no placement: a registry id, or 0. */
    int exchangePlacement(final int exchangeNumber) {
        return exchangePlacements.get(exchangeNumber);
    }

    /** Registry id of an offer's campaign; 0 when the catalogue has no such offer. */
    int campaign(final int offerId) {
        return campaigns.get(offerId);
    }

    /** Where a click on a creative leads, perhaps empty; null when the catalogue has no such creative. */
    Landing landing(final int creativeId) {
        return landings.get(creativeId);
    }
}
