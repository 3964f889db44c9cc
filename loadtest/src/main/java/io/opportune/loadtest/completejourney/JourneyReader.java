package io.opportune.loadtest.completejourney;

import io.opportune.loadtest.completejourney.JourneyData.Basket;
import io.opportune.loadtest.completejourney.JourneyData.Campaign;
import io.opportune.loadtest.completejourney.JourneyData.Coupon;
import io.opportune.loadtest.completejourney.JourneyData.Line;
import io.opportune.loadtest.completejourney.JourneyData.Product;
import io.opportune.loadtest.completejourney.JourneyData.Redemption;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads the data set's CSV files and checks that they fit together. Used once, on the calling thread. */
public final class JourneyReader {
    private final Path directory;
    private final JourneyProblems problems = new JourneyProblems();
    private final Map<Long, Product> products = new HashMap<>();
    private final Map<Integer, Campaign> campaigns = new TreeMap<>();
    private final Set<String> stores = new TreeSet<>(Comparator.comparingInt(Integer::parseInt));
    private final Set<Integer> households = new TreeSet<>();

    private JourneyReader(final Path directory) {
        this.directory = directory;
    }

    /**
     * Reads the data set.
     *
     * @param directory that holds the CSV files.
     * @return everything in memory.
     * @throws IOException            when a file is missing or cannot be read.
     * @throws JourneyFormatException when a row is not what it should be, with file and line.
     */
    public static JourneyData read(final Path directory) throws IOException {
        return new JourneyReader(directory).readAll();
    }

    private JourneyData readAll() throws IOException {
        readProducts();
        final List<Basket> baskets = readBaskets();
        final int buyers = households.size();
        readCampaigns();
        final List<Coupon> coupons = readCoupons();
        final List<Redemption> redemptions = readRedemptions(coupons);
        final Map<Integer, List<String>> demographics = readDemographics();
        for (int i = buyers; i < households.size(); i++) {
            problems.count("household without a basket in the sample");
        }
        return new JourneyData(products, baskets, campaigns, coupons, redemptions, demographics,
            List.copyOf(stores), List.copyOf(households), problems);
    }

    private void readProducts() throws IOException {
        try (CsvTable table = new CsvTable(directory, "products.csv", "product_id", "manufacturer_id", "department",
            "brand", "product_category", "product_type", "package_size")) {
            while (table.next()) {
                final long id = table.longInteger(0);
                if (products.put(id, new Product(id, table.integer(1), table.text(2), table.text(4))) != null) {
                    throw table.wrong(0, "a product id that did not occur before");
                }
            }
        }
    }

    private List<Basket> readBaskets() throws IOException {
        final Map<Long, Basket> baskets = new LinkedHashMap<>();
        try (CsvTable table = new CsvTable(directory, "transactions_sample.csv", "household_id", "store_id",
            "basket_id", "product_id", "quantity", "sales_value", "retail_disc", "coupon_disc", "coupon_match_disc",
            "week", "transaction_timestamp")) {
            while (table.next()) {
                final int household = table.integer(0);
                final String store = Integer.toString(table.integer(1));
                final long id = table.longInteger(2);
                final Instant time = table.instant(10);
                Basket basket = baskets.get(id);
                if (basket == null) {
                    basket = new Basket(id, household, store, time, new ArrayList<>());
                    baskets.put(id, basket);
                    households.add(household);
                    stores.add(store);
                } else if (basket.household() != household || !basket.store().equals(store)
                    || !basket.time().equals(time)) {
                    throw table.wrong(2, "the household, store and time of the basket's other lines");
                }
                final long quantity = table.longInteger(4);
                final long amountMicros = table.micros(5);
                final Product product = products.get(table.longInteger(3));
                if (quantity > Integer.MAX_VALUE / 1_000 || quantity < 0 || amountMicros < 0) {
                    throw table.wrong(4, "a quantity of 0..2,147,483 and an amount from 0");
                }
                countOddities(product, quantity, amountMicros);
                if (table.rounded(5) || table.rounded(7)) {
                    problems.count("till line with an amount of more than six decimals, rounded half even");
                }
                if (quantity > 0) {
                    basket.lines().add(new Line(table.longInteger(3), product == null ? "" : product.category(),
                        (int) quantity * 1_000, amountMicros, table.micros(7)));
                }
            }
        }
        final List<Basket> sorted = new ArrayList<>(baskets.values());
        sorted.sort(Comparator.comparing(Basket::time).thenComparingLong(Basket::id));
        sorted.stream().filter(basket -> basket.lines().isEmpty())
            .forEach(basket -> problems.count("basket with voided lines only, sent empty"));
        return sorted;
    }

    private void countOddities(final Product product, final long quantity, final long amountMicros) {
        if (product == null) {
            problems.count("till line of a product that products.csv does not have, sent without category");
        } else if (product.category().isEmpty()) {
            problems.count("till line of a product without category, sent without");
        }
        if (quantity == 0) {
            problems.count("till line with quantity 0 (voided), left out");
        } else if (amountMicros == 0) {
            problems.count("till line with amount 0, sent as it is");
        }
    }

    private void readCampaigns() throws IOException {
        try (CsvTable table = new CsvTable(directory, "campaign_descriptions.csv", "campaign_id", "campaign_type",
            "start_date", "end_date")) {
            while (table.next()) {
                final String type = table.text(1);
                if (!Set.of("Type A", "Type B", "Type C").contains(type)) {
                    throw table.wrong(1, "Type A, Type B or Type C");
                }
                if (table.date(3).isBefore(table.date(2))) {
                    throw table.wrong(3, "a date not before the start");
                }
                campaigns.put(table.integer(0), new Campaign(table.integer(0), type.charAt(5), table.date(2),
                    table.date(3), new TreeSet<>()));
            }
        }
        try (CsvTable table = new CsvTable(directory, "campaigns.csv", "campaign_id", "household_id")) {
            while (table.next()) {
                final int household = table.integer(1);
                households.add(household);
                if (!campaign(table, 0).contacted().add(household)) {
                    problems.count("contact listed twice, taken once");
                }
            }
        }
    }

    private Campaign campaign(final CsvTable table, final int column) {
        final Campaign campaign = campaigns.get(table.integer(column));
        if (campaign == null) {
            throw table.wrong(column, "a campaign of campaign_descriptions.csv");
        }
        return campaign;
    }

    private List<Coupon> readCoupons() throws IOException {
        final Map<String, Coupon> coupons = new LinkedHashMap<>();
        try (CsvTable table = new CsvTable(directory, "coupons.csv", "coupon_upc", "product_id", "campaign_id")) {
            while (table.next()) {
                final int campaign = campaign(table, 2).id();
                final String upc = table.text(0);
                final long product = table.longInteger(1);
                final Coupon coupon = coupons.computeIfAbsent(campaign + "/" + upc,
                    key -> new Coupon(campaign, upc, new LinkedHashSet<>()));
                if (!coupon.productIds().add(product)) {
                    problems.count("coupon row listed twice, taken once");
                }
                if (!products.containsKey(product)) {
                    problems.count("coupon for a product that products.csv does not have");
                }
            }
        }
        return List.copyOf(coupons.values());
    }

    private List<Redemption> readRedemptions(final List<Coupon> coupons) throws IOException {
        final Set<String> known = new TreeSet<>();
        coupons.forEach(coupon -> known.add(coupon.campaign() + "/" + coupon.upc()));
        final List<Redemption> redemptions = new ArrayList<>();
        try (CsvTable table = new CsvTable(directory, "coupon_redemptions.csv", "household_id", "coupon_upc",
            "campaign_id", "redemption_date")) {
            while (table.next()) {
                final Campaign campaign = campaign(table, 2);
                if (!known.contains(campaign.id() + "/" + table.text(1))) {
                    throw table.wrong(1, "a coupon of the campaign");
                }
                if (!campaign.contacted().contains(table.integer(0))) {
                    problems.count("redemption by a household that was not contacted");
                }
                households.add(table.integer(0));
                redemptions.add(new Redemption(table.integer(0), table.text(1), campaign.id(), table.date(3)));
            }
        }
        redemptions.sort(Comparator.comparing(Redemption::date).thenComparingInt(Redemption::household));
        return redemptions;
    }

    private Map<Integer, List<String>> readDemographics() throws IOException {
        final Map<Integer, List<String>> demographics = new TreeMap<>();
        try (CsvTable table = new CsvTable(directory, "demographics.csv", "household_id", "age", "income",
            "home_ownership", "marital_status", "household_size", "household_comp", "kids_count")) {
            while (table.next()) {
                final List<String> values = new ArrayList<>();
                for (int column = 1; column <= JourneyData.DEMOGRAPHIC_ATTRIBUTES.size(); column++) {
                    values.add(table.text(column));
                    if (table.text(column).isEmpty()) {
                        problems.count("demographic value missing, attribute not set");
                    }
                }
                households.add(table.integer(0));
                demographics.put(table.integer(0), List.copyOf(values));
            }
        }
        return demographics;
    }
}
