package io.opportune.bench.bid;

import io.opportune.loadtest.catalogue.CatalogueText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Writes a catalogue of display advertising: campaigns of advertisers with line items that are targeted by place,
 * device, app or site, category, part of the day and segments of the customer, capped, priced differently, and with
 * HTML banners of usual sizes and lengths. Equal for equal numbers of line items.
 */
final class LineItems {
    private static final long SEED = 20_261_123;
    private static final int PER_CAMPAIGN = 5;
    private static final int CAMPAIGNS_PER_ADVERTISER = 4;
    private static final double PROPENSITY = 0.002;
    /** Medians of the CPM, US dollars, and how much they vary: few are worth several times the usual. */
    private static final double MEDIAN_CPM = 2.2;
    private static final double SIGMA_CPM = 0.7;
    private static final int[][] SIZES = {{300, 250}, {300, 250}, {300, 250}, {320, 50}, {728, 90}, {160, 600},
        {300, 600}, {320, 480}, {336, 280}, {970, 250}};
    private static final List<String> CATEGORIES = List.of("IAB1-6", "IAB2-3", "IAB3-4", "IAB4-5", "IAB5-2", "IAB6-6",
        "IAB8-9", "IAB9-30", "IAB10-7", "IAB13-4", "IAB16-3", "IAB17-44", "IAB18-3", "IAB19-6", "IAB20-18",
        "IAB22-2");
    private static final List<String> SEGMENTS = List.of("likes milk", "likes coffee", "likes cheese", "likes wine",
        "family", "student", "senior", "vegetarian", "pet owner", "price sensitive", "premium", "new customer",
        "commuter", "weekend shopper", "gift buyer");
    private static final List<String> MAKES = List.of("apple", "samsung", "lg", "motorola", "htc", "zte");
    /** Ids of apps, of which the capture has the first five. */
    private static final List<String> APPS = List.of("4381", "4214", "5080", "2486", "1", "6012", "6190", "7335",
        "8841", "9027");
    private static final List<String> DOMAINS = List.of("news.example", "sport.example", "cooking.example",
        "travel.example", "weather.example");
    private static final List<String> CARRIERS = List.of("70090", "70091", "70092", "70093", "70107");
    /** First digits of the zip codes of the United States are regions. */
    private static final int ZIP_CODES = 100_000;

    private final int count;

    /**
     * A catalogue.
     *
     * @param count of line items, 1 or more.
     */
    LineItems(final int count) {
        this.count = count;
    }

    /** Writes all files. */
    void write(final Path directory) throws IOException {
        places().write(directory.resolve("places.yaml"));
        campaigns().write(directory.resolve("campaigns.yaml"));
        offers().write(directory.resolve("line-items.yaml"));
    }

    private static CatalogueText places() {
        final CatalogueText text = new CatalogueText("Display advertising, seed " + SEED);
        text.section("attributes");
        for (final String name : List.of("customer.tier", "request.device_os", "request.device_make",
            "request.device_language", "request.device_carrier", "request.device_geo_country",
            "request.device_geo_zip", "request.app_id", "request.site_domain", "request.exchange")) {
            text.entry("name", name).field("type", "string");
        }
        text.entry("name", "customer.app_user").field("type", "bool");
        text.entry("name", "customer.birth_month").field("type", "int");
        text.entry("name", "request.device_devicetype").field("type", "int");
        text.entry("name", "request.device_w").field("type", "int");
        text.entry("name", "request.app").field("type", "bool");
        text.entry("name", "request.imp_bidfloor").field("type", "decimal");
        text.section("placements");
        text.entry("id", "ad_exchange").literal("channels", "[ad_exchange]").literal("offers", "1")
            .literal("time_budget", "100ms");
        return text;
    }

    private CatalogueText campaigns() {
        final CatalogueText text = new CatalogueText("Display advertising, seed " + SEED);
        final int campaigns = campaignOf(count - 1) + 1;
        text.section("advertisers");
        for (int i = 0; i <= (campaigns - 1) / CAMPAIGNS_PER_ADVERTISER; i++) {
            text.entry("id", "advertiser-" + i).field("name", "Advertiser " + i)
                .literal("adomain", "[advertiser-" + i + ".example]")
                .literal("cat", "[" + CATEGORIES.get(i % CATEGORIES.size()) + "]").field("lang", "en");
        }
        text.section("campaigns");
        for (int i = 0; i < campaigns; i++) {
            text.entry("id", "campaign-" + i).field("advertiser", "advertiser-" + i / CAMPAIGNS_PER_ADVERTISER)
                .literal("flights", "[{start: 2020-01-01, end: 2037-01-01}]").literal("budget", "{currency: USD}");
        }
        return text;
    }

    private static int campaignOf(final int item) {
        return item / PER_CAMPAIGN;
    }

    private CatalogueText offers() {
        final CatalogueText text = new CatalogueText("Display advertising, seed " + SEED);
        final Random random = new Random(SEED);
        text.section("offers");
        for (int item = 0; item < count; item++) {
            final double cpm = MEDIAN_CPM * Math.exp(SIGMA_CPM * random.nextGaussian());
            text.entry("id", "line-item-" + item)
                .field("campaign", "campaign-" + campaignOf(item))
                .field("category", CATEGORIES.get(campaignOf(item) / CAMPAIGNS_PER_ADVERTISER % CATEGORIES.size()))
                .field("value", String.format(Locale.ROOT, "%.4f", cpm / 1_000 / PROPENSITY))
                .literal("propensity", Double.toString(PROPENSITY))
                .literal("channels", "[ad_exchange]")
                .field("targeting", rule(random))
                .literal("caps", "[{event: impression, limit: " + (2 + random.nextInt(6)) + ", window: 1d}, "
                    + "{event: impression, limit: 15, window: 7d}]");
            final List<String> creatives = new ArrayList<>();
            final int sizes = 1 + random.nextInt(3);
            for (int i = 0; i < sizes; i++) {
                creatives.add(creative(item, i, random));
            }
            text.creatives(creatives);
        }
        return text;
    }

    /** What buyers ask for: a device nearly always, then two to four of the rest. */
    private static String rule(final Random random) {
        final List<String> parts = new ArrayList<>();
        final int device = random.nextInt(10);
        if (device < 4) {
            parts.add("request.device_os in [\"iphone\", \"ipad\", \"ios\"]");
        } else if (device < 7) {
            parts.add("request.device_os == \"android\"");
        } else if (device < 9) {
            parts.add("request.device_devicetype in [1, 4, 5]");
        }
        if (random.nextInt(10) < 3) {
            final int hour = random.nextInt(18);
            parts.add("moment.hour >= " + hour + " && moment.hour < " + (hour + 3 + random.nextInt(6)));
        }
        if (random.nextInt(10) < 2) {
            parts.add("moment.day_of_week in [" + (random.nextBoolean() ? "6, 7" : "1, 2, 3, 4, 5") + "]");
        }
        switch (random.nextInt(8)) {
            case 0 -> {
                final int zip = random.nextInt(ZIP_CODES / 100);
                parts.add("request.device_geo_zip in [" + zips(zip, random) + "]");
            }
            case 1 -> parts.add("request.device_geo_country in [\"DEU\", \"AUT\", \"CHE\"]");
            case 2 -> parts.add("request.device_geo_country != \"USA\" || request.app");
            default -> { }
        }
        switch (random.nextInt(6)) {
            case 0 -> parts.add("request.app_id in " + some(APPS, 2, random));
            case 1 -> parts.add("!(request.app_id in " + some(APPS, 3, random) + ")");
            case 2 -> parts.add("request.site_domain in " + some(DOMAINS, 2, random));
            default -> { }
        }
        switch (random.nextInt(8)) {
            case 0 -> parts.add("request.device_language == \"es\"");
            case 1 -> parts.add("request.device_make in " + some(MAKES, 2, random));
            case 2 -> parts.add("request.device_carrier in " + some(CARRIERS, 2, random));
            case 3 -> parts.add("request.device_w >= 360");
            case 4 -> parts.add("request.imp_bidfloor <= 2.0");
            default -> { }
        }
        switch (random.nextInt(6)) {
            case 0 -> parts.add(segment(random));
            case 1 -> parts.add("(" + segment(random) + " || " + segment(random) + ")");
            case 2 -> parts.add("!(" + segment(random) + ")");
            case 3 -> parts.add("customer.tier in [\"gold\", \"platinum\"]");
            default -> { }
        }
        return parts.isEmpty() ? "request.exchange == \"" + BidServerFiles.EXCHANGE + "\"" : String.join(" && ", parts);
    }

    private static String segment(final Random random) {
        return "\"" + SEGMENTS.get(random.nextInt(SEGMENTS.size())) + "\" in customer.segments";
    }

    private static String some(final List<String> values, final int most, final Random random) {
        final List<String> chosen = new ArrayList<>();
        for (int i = 0; i < most; i++) {
            final String value = values.get(random.nextInt(values.size()));
            if (!chosen.contains(value)) {
                chosen.add(value);
            }
        }
        return CatalogueText.inlineList(chosen);
    }

    /** The codes of a neighbourhood. */
    private static String zips(final int hundred, final Random random) {
        final List<String> codes = new ArrayList<>();
        final int many = 20 + random.nextInt(60);
        for (int i = 0; i < many; i++) {
            codes.add(String.format(Locale.ROOT, "\"%05d\"", hundred * 100 + i));
        }
        return String.join(", ", codes);
    }

    private static String creative(final int item, final int number, final Random random) {
        final int[] size = SIZES[number == 0 ? random.nextInt(4) : random.nextInt(SIZES.length)];
        final String id = "line-item-" + item + "-" + number;
        return "{id: " + id + ", title: " + CatalogueText.quote("Line item " + item) + ", banner: {w: " + size[0]
            + ", h: " + size[1] + ", html: " + CatalogueText.quote(html(id, size, random)) + ", click: "
            + CatalogueText.quote("https://advertiser-" + item / PER_CAMPAIGN / CAMPAIGNS_PER_ADVERTISER
            + ".example/landing?utm_source=rtb&utm_campaign=" + campaignOf(item) + "&li=" + item) + "}}";
    }

    /** A banner as ad servers write them: a box, its style, a link, an image, and more or less of text. */
    private static String html(final String id, final int[] size, final Random random) {
        final StringBuilder html = new StringBuilder(2_048);
        html.append("<div id=\"ad-").append(id).append("\" style=\"position:relative;width:").append(size[0])
            .append("px;height:").append(size[1]).append("px;overflow:hidden;border:0;margin:0;padding:0\">")
            .append("<a href=\"{{click}}\" target=\"_blank\" rel=\"noopener\"><img src=\"https://cdn.ads.example/")
            .append(id).append('/').append(size[0]).append('x').append(size[1])
            .append(".jpg\" width=\"").append(size[0]).append("\" height=\"").append(size[1])
            .append("\" alt=\"\" style=\"display:block;border:0\"></a>");
        final int sentences = random.nextInt(9);
        for (int i = 0; i < sentences; i++) {
            html.append("<span class=\"line l").append(i).append("\" style=\"position:absolute;left:8px;top:")
                .append(8 + 20 * i).append("px\">Only this week: everything for less</span>");
        }
        return html.append("</div>").toString();
    }
}
