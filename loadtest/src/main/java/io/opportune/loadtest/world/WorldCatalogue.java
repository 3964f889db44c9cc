package io.opportune.loadtest.world;

import io.opportune.loadtest.catalogue.CatalogueText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes the world's catalogue: a directory of YAML files, equal for equal settings. Runs before the server starts. */
public final class WorldCatalogue {
    /** Till channels share creatives, and so do screens in hand. */
    private static final List<String> STORE_CHANNELS = List.of("till", "self_checkout", "store_screen");
    private static final List<String> OWN_SCREENS = List.of("app", "web");
    private static final List<String> ALL_CHANNELS = List.of("till", "self_checkout", "store_screen", "app", "web");
    private static final int OFFERS_PER_CAMPAIGN = 8;
    private static final int CAMPAIGNS_PER_ADVERTISER = 3;
    private static final String HOUSE_OFFER = "house-app";

    private final World world;

    /**
     * Prepares the catalogue of a world.
     *
     * @param world to describe.
     */
    public WorldCatalogue(final World world) {
        this.world = world;
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

    CatalogueText places() {
        final CatalogueText text = new CatalogueText("Synthetic world, seed " + world.settings().seed());
        text.section("attributes");
        text.entry("name", "customer.tier").field("type", "string");
        text.entry("name", "customer.app_user").field("type", "bool");
        text.entry("name", "customer.birth_month").field("type", "int");
        text.entry("name", "request.weather").field("type", "string");
        text.section("stores");
        for (int store = 0; store < world.settings().stores(); store++) {
            text.entry("id", World.storeName(store))
                .field("zone", World.zone(store))
                .literal("latitude", degrees(world.storeLatitude(store)))
                .literal("longitude", degrees(world.storeLongitude(store)));
        }
        text.section("placements");
        placement(text, "till-basket", List.of("till", "self_checkout"), 2, List.of("basket_update"), false);
        placement(text, "till-tender", List.of("till", "self_checkout"), 2, List.of("tender"), false);
        placement(text, "entrance-screen", List.of("store_screen"), 1, List.of("store_entry"), false);
        placement(text, "aisle-screen", List.of("store_screen"), 1, List.of("aisle"), false);
        placement(text, "app-home", List.of("app"), 3, List.of("app_open", "product_view"), true);
        placement(text, "web-banner", List.of("web"), 1, List.of("page_view", "search"), true);
        placement(text, "service-desk", List.of("till", "call_centre"), 1, List.of("receipt"), false);
        return text;
    }

    CatalogueText campaigns() {
        final CatalogueText text = new CatalogueText("Synthetic world, seed " + world.settings().seed());
        final int campaignCount = campaignOf(world.settings().offers() - 1) + 1;
        text.section("advertisers");
        text.entry("id", "house").field("name", "The retailer itself").field("category", "house");
        for (int advertiser = 0; advertiser <= advertiserOf(campaignCount - 1); advertiser++) {
            text.entry("id", advertiserId(advertiser))
                .field("name", "Advertiser " + advertiser)
                .field("category", World.CATEGORIES.get(advertiser % World.CATEGORIES.size()));
        }
        text.section("campaigns");
        campaign(text, "house", "house", "awareness", always(), false);
        for (int campaign = 0; campaign < campaignCount; campaign++) {
            campaign(text, campaignId(campaign), advertiserId(advertiserOf(campaign)),
                List.of("conversions", "revenue", "margin", "awareness").get(campaign % 4), flights(campaign),
                campaign % 29 == 28);
        }
        return text;
    }

    CatalogueText offers() {
        final CatalogueText text = new CatalogueText("Synthetic world, seed " + world.settings().seed());
        text.section("offers");
        text.entry("id", HOUSE_OFFER).field("campaign", "house").field("category", "house").field("value", "0.01")
            .literal("propensity", "0.01").literal("discount", "{type: none}")
            .field("benefit", "Everything for your week").field("terms", "While stocks last")
            .field("targeting", "moment.hour >= 0").list("channels", List.of("app", "web"))
            .creatives(List.of(creative(HOUSE_OFFER + "-screen", List.of("app", "web"), "See this week's offers",
                "Fresh every Monday")));
        for (int index = 0; index < world.settings().offers(); index++) {
            offer(text, WorldOffer.of(world, index));
        }
        return text;
    }

    private void offer(final CatalogueText text, final WorldOffer offer) {
        final int percent = 5 * (1 + offer.index() % 6);
        final String product = offer.categoryName();
        final String discount = switch (offer.index() % 5) {
            case 0 -> "{type: percent_off, percent: " + percent + "}";
            case 1 -> "{type: amount_off, amount: \"" + money(percent * 5) + "\"}";
            case 2 -> "{type: points, points: " + percent * 10 + "}";
            case 3 -> "{type: free_delivery}";
            default -> "{type: gift}";
        };
        text.entry("id", offer.id())
            .field("campaign", campaignId(campaignOf(offer.index())))
            .field("category", product)
            .field("value", money(offer.valueCents()))
            .literal("propensity", String.format(Locale.ROOT, "%.6f", offer.propensityPpm() / 1e6))
            .literal("discount", discount)
            .field("benefit", "A better price on " + product)
            .field("terms", "Once per customer and day")
            .literal("promotes", "{categories: " + CatalogueText.inlineList(List.of(product)) + "}")
            .field("targeting", offer.rule())
            .list("channels", ALL_CHANNELS)
            .literal("caps", "[{event: impression, limit: " + (3 + offer.index() % 5)
                + ", window: 7d}, {event: redemption, limit: 2, window: 7d}]")
            .literal("valid_for", 7 + offer.index() % 14 + "d");
        if (offer.index() % 10 == 9) {
            text.literal("consent", "[personalisation, third_party_advertising]");
        } else if (offer.index() % 2 == 0) {
            text.literal("consent", "[personalisation]");
        }
        if (offer.index() % 37 == 36) {
            text.literal("paused", "true");
        }
        final List<String> creatives = new ArrayList<>();
        creatives.add(creative(offer.id() + "-store", STORE_CHANNELS, capital(product) + " for less",
            "Today in this store"));
        creatives.add(creative(offer.id() + "-screen", OWN_SCREENS, "Your " + product + " offer",
            "Picked for you, ready at the till"));
        text.creatives(creatives);
    }

    private static void campaign(
        final CatalogueText text,
        final String id,
        final String advertiser,
        final String objective,
        final String flights,
        final boolean paused) {
        text.entry("id", id).field("advertiser", advertiser).literal("objective", objective)
            .field("zone", "America/New_York").literal("flights", flights)
            .literal("budget", "{currency: USD}");
        if (paused) {
            text.literal("paused", "true");
        }
    }

    private static void placement(
        final CatalogueText text,
        final String id,
        final List<String> channels,
        final int offers,
        final List<String> moments,
        final boolean fallback) {
        text.entry("id", id).list("channels", channels).literal("offers", Integer.toString(offers));
        if (fallback) {
            text.field("fallback", HOUSE_OFFER);
        }
        text.literal("time_budget", "20ms").list("moments", moments);
    }

    /** Most campaigns always run; some are seasonal, and one in sixteen is over. */
    private static String flights(final int campaign) {
        if (campaign % 16 == 15) {
            return "[{start: 2020-01-01, end: 2021-01-01}]";
        }
        if (campaign % 8 != 7) {
            return always();
        }
        final int firstMonth = 1 + campaign / 8 % 4 * 3;
        final StringBuilder seasons = new StringBuilder("[");
        for (int year = 2024; year < 2036; year++) {
            seasons.append(year == 2024 ? "" : ", ").append(String.format("{start: %d-%02d-01, end: %d-%02d-01}",
                year, firstMonth, firstMonth == 10 ? year + 1 : year, firstMonth == 10 ? 1 : firstMonth + 3));
        }
        return seasons.append(']').toString();
    }

    private static String always() {
        return "[{start: 2020-01-01, end: 2040-01-01}]";
    }

    private static String creative(
        final String id, final List<String> channels, final String title, final String body) {
        return "{id: " + CatalogueText.quote(id) + ", channels: " + CatalogueText.inlineList(channels)
            + ", title: " + CatalogueText.quote(title) + ", body: " + CatalogueText.quote(body)
            + ", call_to_action: \"Ask for it\"}";
    }

    private static int campaignOf(final int offer) {
        return offer / OFFERS_PER_CAMPAIGN;
    }

    private static int advertiserOf(final int campaign) {
        return campaign / CAMPAIGNS_PER_ADVERTISER;
    }

    private static String campaignId(final int campaign) {
        return String.format("campaign-%03d", campaign);
    }

    private static String advertiserId(final int advertiser) {
        return String.format("advertiser-%02d", advertiser);
    }

    private static String money(final int cents) {
        return String.format(Locale.ROOT, "%d.%02d", cents / 100, cents % 100);
    }

    private static String degrees(final double value) {
        return String.format(Locale.ROOT, "%.6f", value);
    }

    private static String capital(final String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
