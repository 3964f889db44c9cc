package io.opportune.engine.catalogue;

/** The text of a small catalogue: one campaign, one placement, milk for all channels and beer for the till. */
public final class TwoOffers {
    /** YAML of all of it, milk being the placement's fallback. */
    public static final String FILES = """
        advertisers:
          - {id: acme, name: Acme, category: grocery}
        campaigns:
          - {id: spring, advertiser: acme, objective: conversions, flights: [{start: 2017-01-01, end: 2018-01-01}],
             budget: {currency: USD}}
        placements:
          - {id: checkout, channels: [till, app], offers: 2, fallback: milk}
        offers:
          - {id: milk, campaign: spring, value: "1.00", propensity: 0.1, discount: {type: none}, benefit: "Milk",
             channels: [till, app], creatives: [{id: milk-all, title: "Milk"}]}
          - {id: beer, campaign: spring, value: "2.00", propensity: 0.1, discount: {type: none}, benefit: "Beer",
             channels: [till], creatives: [{id: beer-all, title: "Beer"}]}
        """;

    private TwoOffers() {
    }
}
