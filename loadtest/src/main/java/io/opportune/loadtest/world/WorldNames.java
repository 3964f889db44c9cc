package io.opportune.loadtest.world;

import io.opportune.loadtest.source.NameTable;
import io.opportune.protocol.codec.NameKind;
import java.util.List;

/** Registry ids of everything the world's messages name, in plain arrays. Filled once before a run. */
final class WorldNames {
    static final int TILL_BASKET = 0;
    static final int TILL_TENDER = 1;
    static final int ENTRANCE_SCREEN = 2;
    static final int AISLE_SCREEN = 3;
    static final int APP_HOME = 4;
    static final int WEB_BANNER = 5;
    static final int SERVICE_DESK = 6;
    private static final List<String> PLACEMENTS = List.of(
        "till-basket", "till-tender", "entrance-screen", "aisle-screen", "app-home", "web-banner", "service-desk");
    private static final List<String> ATTRIBUTES =
        List.of("customer.tier", "customer.app_user", "customer.birth_month", "request.weather");
    static final int TIER = 0;
    static final int APP_USER = 1;
    static final int BIRTH_MONTH = 2;
    static final int WEATHER_ATTRIBUTE = 3;

    final int[] placements = new int[PLACEMENTS.size()];
    final int[] attributes = new int[ATTRIBUTES.size()];
    final int[] stores;
    final int[] categories = new int[World.CATEGORIES.size()];
    final int[] segments = new int[World.SEGMENTS.size()];
    final int[] tiers = new int[World.TIERS.size()];
    final int[] weather = new int[World.WEATHER.size()];
    private final World world;
    private int[] categoryOfOffer = new int[0];

    WorldNames(final World world) {
        this.world = world;
        stores = new int[world.settings().stores()];
    }

    void declare(final NameTable names) {
        visit(names, false);
    }

    void read(final NameTable names) {
        visit(names, true);
        final int count = world.settings().offers();
        int highest = 0;
        for (int offer = 0; offer < count; offer++) {
            highest = Math.max(highest, names.id(names.want(NameKind.OFFER, WorldOffer.of(world, offer).id())));
        }
        categoryOfOffer = new int[highest + 1];
        java.util.Arrays.fill(categoryOfOffer, -1);
        for (int index = 0; index < count; index++) {
            final WorldOffer offer = WorldOffer.of(world, index);
            final int id = names.id(names.want(NameKind.OFFER, offer.id()));
            if (id > 0) {
                categoryOfOffer[id] = offer.category();
            }
        }
    }

    /** Category of an offer by registry id; -1 when it is none of the world's. */
    int categoryOfOffer(final int offerId) {
        return offerId > 0 && offerId < categoryOfOffer.length ? categoryOfOffer[offerId] : -1;
    }

    private void visit(final NameTable names, final boolean read) {
        visit(names, read, NameKind.PLACEMENT, PLACEMENTS, placements);
        visit(names, read, NameKind.ATTRIBUTE, ATTRIBUTES, attributes);
        visit(names, read, NameKind.CATEGORY, World.CATEGORIES, categories);
        visit(names, read, NameKind.SEGMENT, World.SEGMENTS, segments);
        visit(names, read, NameKind.ATTRIBUTE_VALUE, World.TIERS, tiers);
        visit(names, read, NameKind.ATTRIBUTE_VALUE, World.WEATHER, weather);
        for (int store = 0; store < stores.length; store++) {
            final int handle = names.want(NameKind.STORE, World.storeName(store));
            stores[store] = read ? names.id(handle) : 0;
        }
        if (!read) {
            for (int offer = 0; offer < world.settings().offers(); offer++) {
                names.want(NameKind.OFFER, WorldOffer.of(world, offer).id());
            }
        }
    }

    private static void visit(
        final NameTable names, final boolean read, final NameKind kind, final List<String> texts, final int[] ids) {
        for (int i = 0; i < ids.length; i++) {
            final int handle = names.want(kind, texts.get(i));
            ids[i] = read ? names.id(handle) : 0;
        }
    }
}
