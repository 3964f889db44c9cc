package io.opportune.loadtest.world;

import io.opportune.loadtest.catalogue.CatalogueText;

/**
 * One offer of the world, a function of seed and index: what it promotes, what it is worth, and a targeting rule of one
 * of the shapes that retailers write. Immutable.
 *
 * @param index         0 or more.
 * @param category      index into {@link World#CATEGORIES}.
 * @param valueCents    worth of one conversion.
 * @param propensityPpm prior in parts per million.
 * @param shape         number of the rule's shape.
 * @param rule          CEL text.
 */
record WorldOffer(int index, int category, int valueCents, int propensityPpm, int shape, String rule) {
    static final int SHAPES = 16;
    private static final long SALT = 0x0FFE;

    static WorldOffer of(final World world, final int index) {
        final RandomStream random = new RandomStream(RandomStream.hash(world.settings().seed() ^ SALT, index));
        final double rank = random.nextDouble();
        final int category = (int) (rank * World.CATEGORIES.size());
        final int valueCents = 20 + random.nextInt(480);
        final int propensityPpm = 5_000 + random.nextInt(95_000);
        final int shape = random.nextInt(SHAPES);
        return new WorldOffer(index, category, valueCents, propensityPpm, shape, rule(world, random, shape, category));
    }

    String id() {
        return String.format("offer-%04d", index);
    }

    String categoryName() {
        return World.CATEGORIES.get(category);
    }

    private static String rule(final World world, final RandomStream random, final int shape, final int category) {
        final String own = CatalogueText.quote(World.CATEGORIES.get(category));
        final String other = CatalogueText.quote(World.CATEGORIES.get(random.nextInt(World.CATEGORIES.size())));
        final String segment = CatalogueText.quote(World.SEGMENTS.get(random.nextInt(World.SEGMENTS.size())));
        final String second = CatalogueText.quote(World.SEGMENTS.get(random.nextInt(World.SEGMENTS.size())));
        final int small = 1 + random.nextInt(4);
        final int days = 7 * (1 + random.nextInt(6));
        final int hour = 6 + random.nextInt(12);
        final int euros = 5 * (1 + random.nextInt(10));
        final int store = random.nextInt(world.settings().stores());
        return switch (shape) {
            case 0 -> segment + " in customer.segments";
            case 1 -> "customer.tier in [\"gold\", \"platinum\"] && moment.intent != \"gift\"";
            case 2 -> "customer.visits_30d >= " + small + " && customer.days_since_visit <= " + days;
            case 3 -> "customer.days_since_purchase[" + own + "] > " + days;
            case 4 -> "basket.amount >= " + euros + ".0 && basket.line_count >= " + small;
            case 5 -> other + " in basket.categories && !(" + own + " in basket.categories)";
            case 6 -> "moment.hour >= " + hour + " && moment.hour < " + (hour + 4);
            case 7 -> "moment.day_of_week in [5, 6, 7] && !(" + segment + " in customer.segments)";
            case 8 -> String.format(java.util.Locale.ROOT, "position.distance_km(%.4f, %.4f) < %d.0",
                world.storeLatitude(store), world.storeLongitude(store), 2 + 4 * small);
            case 9 -> "customer.known && customer.purchases_90d[" + own + "] >= " + small;
            case 10 -> "basket.category_amount[" + other + "] >= " + euros / 5 + ".0";
            case 11 -> "customer.segments.exists(s, s in [" + segment + ", " + second + "])";
            case 12 -> "has(request.weather) && request.weather == \"hot\"";
            case 13 -> "store.id in [" + CatalogueText.quote(World.storeName(store)) + ", "
                + CatalogueText.quote(World.storeName((store + 1) % world.settings().stores()))
                + "] && moment.channel in [\"till\", \"self_checkout\", \"store_screen\"]";
            case 14 -> "customer.app_user && customer.birth_month == " + (1 + random.nextInt(12));
            default -> "moment.channel == \"till\" && (customer.spend_30d[" + own + "] < " + euros
                + ".0 || customer.tier == \"basic\")";
        };
    }
}
