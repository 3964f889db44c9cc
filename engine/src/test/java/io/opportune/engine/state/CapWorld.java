package io.opportune.engine.state;

import io.opportune.engine.profile.ExposureKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** A catalogue with random caps, as text and as the plain facts that an oracle needs. */
final class CapWorld {
    /** What a cap is on. */
    enum On { OFFER, CAMPAIGN, ADVERTISER, CATEGORY, ALL }

    /** One cap as the catalogue writes it. */
    record Spec(On on, int owner, ExposureKind kind, int limit, String window, boolean perPerson) {
        String yaml() {
            return "{count: " + kind.name().toLowerCase(Locale.ROOT) + ", limit: " + limit + ", window: " + window
                + (perPerson ? ", per: person}" : "}");
        }
    }

    private static final ExposureKind[] KINDS =
        {ExposureKind.DECISION, ExposureKind.IMPRESSION, ExposureKind.ACCEPT, ExposureKind.REDEMPTION};

    final int offers;
    final int campaigns;
    final int advertisers;
    final int categories;
    final int places;
    final List<Spec> specs = new ArrayList<>();

    CapWorld(final int offers, final int campaigns, final int advertisers, final int categories, final int places) {
        this.offers = offers;
        this.campaigns = campaigns;
        this.advertisers = advertisers;
        this.categories = categories;
        this.places = places;
    }

    /** Caps drawn at random: so many on offers, and so many on wider things; tight ones make offers take turns. */
    static CapWorld random(
        final Random random, final int offers, final int own, final int wide, final boolean tight) {
        final int more = tight ? 8 : 0;
        final CapWorld world = new CapWorld(offers, 1 + more + random.nextInt(5), 1 + random.nextInt(3),
            2 + more + random.nextInt(5), 1 + random.nextInt(4));
        for (int i = 0; i < own; i++) {
            world.add(random, On.OFFER, random.nextInt(offers), tight);
        }
        for (int i = 0; i < wide; i++) {
            switch (random.nextInt(4)) {
                case 0 -> world.add(random, On.CAMPAIGN, random.nextInt(world.campaigns), tight);
                case 1 -> world.add(random, On.ADVERTISER, random.nextInt(world.advertisers), false);
                case 2 -> world.add(random, On.CATEGORY, random.nextInt(world.categories), tight);
                default -> world.add(random, On.ALL, 0, false);
            }
        }
        return world;
    }

    private void add(final Random random, final On on, final int owner, final boolean tight) {
        final String[] windows =
            {"hour", "day", "week", "month", "lifetime", "session", (1 + random.nextInt(8)) + "d"};
        final String window = windows[random.nextInt(windows.length)];
        final int most = tight ? 3 : window.equals("lifetime") ? 60 : on == On.ALL ? 20 : on == On.OFFER ? 5 : 9;
        final int limit = 1 + random.nextInt(most);
        final Spec spec =
            new Spec(on, owner, KINDS[random.nextInt(KINDS.length)], limit, window, random.nextInt(4) == 0);
        final boolean known = specs.stream().anyMatch(other -> other.on == on && other.owner == owner
            && other.kind == spec.kind && other.window.equals(window) && other.perPerson == spec.perPerson);
        if (!known) {
            specs.add(spec);
        }
    }

    int campaignOf(final int offer) {
        return offer % campaigns;
    }

    int categoryOf(final int offer) {
        return offer / 2 % categories;
    }

    /** Whether a cap is on an offer. */
    boolean isOn(final Spec spec, final int offer) {
        return switch (spec.on) {
            case OFFER -> spec.owner == offer;
            case CAMPAIGN -> spec.owner == campaignOf(offer);
            case ADVERTISER -> spec.owner == campaignOf(offer) % advertisers;
            case CATEGORY -> spec.owner == categoryOf(offer);
            case ALL -> true;
        };
    }

    private String caps(final On on, final int owner) {
        final List<String> texts = specs.stream()
            .filter(spec -> spec.on == on && spec.owner == owner).map(Spec::yaml).toList();
        return "[" + String.join(", ", texts) + "]";
    }

    String yaml() {
        final StringBuilder text = new StringBuilder("contact_policy:\n  caps: ").append(caps(On.ALL, 0))
            .append("\n  categories:\n");
        for (int i = 0; i < categories; i++) {
            text.append("    - {category: category-").append(i).append(", caps: ").append(caps(On.CATEGORY, i))
                .append("}\n");
        }
        text.append("advertisers:\n");
        for (int i = 0; i < advertisers; i++) {
            text.append("  - {id: advertiser-").append(i).append(", name: A, category: other, caps: ")
                .append(caps(On.ADVERTISER, i)).append("}\n");
        }
        text.append("campaigns:\n");
        for (int i = 0; i < campaigns; i++) {
            text.append("  - {id: campaign-").append(i).append(", advertiser: advertiser-").append(i % advertisers)
                .append(", flights: [{start: 2000-01-01, end: 2100-01-01}], budget: {currency: USD}, caps: ")
                .append(caps(On.CAMPAIGN, i)).append("}\n");
        }
        text.append("placements:\n  - {id: all, channels: [till, app, ad_exchange], offers: ").append(places)
            .append("}\noffers:\n");
        for (int i = 0; i < offers; i++) {
            text.append("""
                  - id: offer-%d
                    campaign: campaign-%d
                    category: category-%d
                    value: "%d.00"
                    propensity: 0.5
                    channels: [till, app, ad_exchange]
                    caps: %s
                    creatives: [{id: creative-%d, title: "Take it"}]
                """.formatted(i, campaignOf(i), categoryOf(i), offers - i, caps(On.OFFER, i), i));
        }
        return text.toString();
    }
}
