package io.opportune.engine.delivery;

import io.opportune.engine.catalogue.AuctionCatalogue;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Offer;

/** Small catalogues whose campaigns have budgets. */
final class DeliveryCatalogue {
    private DeliveryCatalogue() {
    }

    /**
     * A catalogue of campaigns and offers.
     *
     * @param campaigns YAML list entries.
     * @param offers    YAML list entries.
     */
    static Catalogue of(final String campaigns, final String offers) {
        return AuctionCatalogue.of("""
            stores:
              - {id: "1", zone: Europe/Berlin, latitude: 52.5, longitude: 13.4}
              - {id: "2", zone: Europe/Berlin, latitude: 48.1, longitude: 11.6}
            advertisers:
              - {id: acme, name: Acme, adomain: [acme.example], cat: [IAB8], lang: en}
            campaigns:
            %s
            offers:
            %s
            placements:
              - {id: checkout, channels: [till], offers: 3}
            """.formatted(campaigns.indent(2).stripTrailing(), offers.indent(2).stripTrailing()));
    }

    /** A campaign. */
    static String campaign(final String id, final String budgets) {
        return """
            - id: %s
              advertiser: acme
              zone: Europe/Berlin
              flights: [{start: 2017-01-01, end: 2037-01-01}]
              %s
            """.formatted(id, budgets);
    }

    /** An offer for tills. */
    static String offer(final String id, final String campaign, final String more) {
        return """
            - id: %s
              campaign: %s
              category: %s
              value: "1.00"
              propensity: 0.1
              channels: [till]
              %s
              creatives: [{id: %s-till, title: "Offer"}]
            """.formatted(id, campaign, id, more, id);
    }

    /** An offer by its name. */
    static Offer find(final Catalogue catalogue, final String id) {
        for (int i = 0; i < catalogue.offerCount(); i++) {
            if (catalogue.offer(i).name().equals(id)) {
                return catalogue.offer(i);
            }
        }
        throw new AssertionError("no offer " + id);
    }
}
