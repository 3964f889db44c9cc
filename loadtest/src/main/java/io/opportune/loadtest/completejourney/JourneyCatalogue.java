package io.opportune.loadtest.completejourney;

import io.opportune.loadtest.catalogue.CatalogueText;
import io.opportune.loadtest.completejourney.JourneyData.Campaign;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes the data set's catalogue for as many passes as will be replayed. Runs before the server starts. */
public final class JourneyCatalogue {
    /** Placement of basket updates. */
    public static final String TILL_BASKET = "till-basket";
    /** Placement of tenders. */
    public static final String TILL_TENDER = "till-tender";
    /** 53 weeks: weekdays stay, and no pass begins before the one before it ended (the data spans 365 days). */
    public static final int PASS_DAYS = 371;
    /** First day of the data. */
    static final LocalDate FIRST_DAY = LocalDate.of(2017, 1, 1);
    private static final int MAX_PASSES = 100;

    private final JourneyData data;
    private final List<JourneyOffer> offers;
    private final int passes;

    /**
     * Prepares the catalogue.
     *
     * @param data   as read.
     * @param offers of {@link JourneyOffers#choose}.
     * @param passes 1..100, how often the year will be replayed.
     */
    public JourneyCatalogue(final JourneyData data, final List<JourneyOffer> offers, final int passes) {
        if (passes < 1 || passes > MAX_PASSES) {
            throw new IllegalArgumentException("passes " + passes + ": allowed 1.." + MAX_PASSES);
        }
        this.data = data;
        this.offers = offers;
        this.passes = passes;
    }

    /**
     * Writes the files.
     *
     * @param directory to write to; created when missing, files of the same names are replaced.
     * @throws IOException when a file cannot be written.
     */
    public void write(final Path directory) throws IOException {
        places().write(directory.resolve("places.yaml"));
        campaigns().write(directory.resolve("campaigns.yaml"));
        offers().write(directory.resolve("offers.yaml"));
    }

    private CatalogueText places() {
        final CatalogueText text = new CatalogueText("dunnhumby Complete Journey: stores and placements");
        text.section("attributes");
        for (final String attribute : JourneyData.DEMOGRAPHIC_ATTRIBUTES) {
            text.entry("name", attribute).field("type", "string");
        }
        text.section("stores");
        data.stores().forEach(store -> text.entry("id", store).field("zone", JourneyData.ZONE.getId()));
        text.section("placements");
        placement(text, TILL_BASKET, "basket_update");
        placement(text, TILL_TENDER, "tender");
        return text;
    }

    private static void placement(final CatalogueText text, final String id, final String moment) {
        text.entry("id", id).list("channels", List.of("till")).literal("offers", "2").literal("time_budget", "50ms")
            .list("moments", List.of(moment));
    }

    private CatalogueText campaigns() {
        final CatalogueText text = new CatalogueText("dunnhumby Complete Journey: campaigns");
        final Map<Integer, String> advertisers = new HashMap<>();
        data.campaigns().values().forEach(campaign -> advertisers.put(campaign.id(), advertiser(campaign)));
        text.section("advertisers");
        advertisers.values().stream().distinct().sorted().forEach(advertiser ->
            text.entry("id", advertiser).field("name", advertiser).field("category", "GROCERY"));
        text.section("campaigns");
        for (final Campaign campaign : data.campaigns().values()) {
            text.entry("id", JourneyOffer.campaignName(campaign.id()))
                .field("advertiser", advertisers.get(campaign.id()))
                .literal("objective", "revenue")
                .field("zone", JourneyData.ZONE.getId())
                .literal("flights", flights(campaign))
                .literal("budget", "{currency: USD}");
        }
        return text;
    }

    /** The maker of most of a campaign's offers where one makes at least half of them, otherwise a department. */
    private String advertiser(final Campaign campaign) {
        final Map<Integer, Integer> manufacturers = new HashMap<>();
        final Map<String, Integer> departments = new HashMap<>();
        int count = 0;
        for (final JourneyOffer offer : offers) {
            if (offer.campaign().id() == campaign.id()) {
                count++;
                manufacturers.merge(offer.manufacturer(), 1, Integer::sum);
                departments.merge(offer.department(), 1, Integer::sum);
            }
        }
        for (final Map.Entry<Integer, Integer> manufacturer : manufacturers.entrySet()) {
            if (2 * manufacturer.getValue() > count) {
                return "manufacturer-" + manufacturer.getKey();
            }
        }
        return "department-" + departments.entrySet().stream()
            .max(Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
            .map(Map.Entry::getKey).orElse("GROCERY");
    }

    /** One flight per pass, cut to the pass so that each pass sees the same campaigns. */
    private String flights(final Campaign campaign) {
        final List<String> flights = new ArrayList<>();
        final LocalDate firstAfter = FIRST_DAY.plusDays(PASS_DAYS);
        final LocalDate start = campaign.start().isBefore(FIRST_DAY) ? FIRST_DAY : campaign.start();
        final LocalDate last = campaign.end().plusDays(1);
        final LocalDate end = last.isAfter(firstAfter) ? firstAfter : last;
        for (int pass = 0; pass < passes; pass++) {
            final long shift = (long) pass * PASS_DAYS;
            flights.add("{start: " + start.plusDays(shift) + ", end: " + end.plusDays(shift) + "}");
        }
        return "[" + String.join(", ", flights) + "]";
    }

    private CatalogueText offers() {
        final CatalogueText text = new CatalogueText("dunnhumby Complete Journey: coupons");
        text.section("offers");
        for (final JourneyOffer offer : offers) {
            final String discount = money(offer.discountMicros());
            final String what = offer.storeWide() ? "selected products" : offer.categories().get(0);
            text.entry("id", offer.name())
                .field("campaign", JourneyOffer.campaignName(offer.campaign().id()))
                .field("category", offer.categories().get(0))
                .field("value", money(offer.valueMicros()))
                .literal("propensity", String.format(Locale.ROOT, "%.6f", offer.propensity()))
                .literal("discount", "{type: amount_off, amount: \"" + discount + "\"}")
                .field("benefit", "USD " + discount + " off " + what)
                .field("terms", "One coupon per purchase")
                .literal("promotes", "{categories: " + CatalogueText.inlineList(offer.categories()) + "}")
                .field("targeting", offer.rule())
                .list("channels", List.of("till"))
                .list("placements", List.of(TILL_BASKET, TILL_TENDER))
                .literal("caps", "[{event: impression, limit: 3, window: 7d},"
                    + " {event: redemption, limit: 1, window: 8d}]")
                .literal("consent", "[personalisation]")
                .literal("valid_for", "14d")
                .creatives(List.of("{id: " + CatalogueText.quote(offer.name() + "-till")
                    + ", channels: [till], title: " + CatalogueText.quote("USD " + discount + " off " + what)
                    + ", body: \"Hand in this coupon with your next purchase\"}"));
        }
        return text;
    }

    /** Exact to the cent, half even. */
    private static String money(final long micros) {
        return java.math.BigDecimal.valueOf(micros, 6).setScale(2, java.math.RoundingMode.HALF_EVEN).toPlainString();
    }
}
