package io.opportune.engine.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.catalogue.LoadResult;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.targeting.Situation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Catalogues in which bounds tie, flights touch and rules hold now and then; the same for a seed. */
final class RandomCatalogue {
    static final long DAY_NS = TimeUnit.DAYS.toNanos(1);
    /** 2017-01-01, where all flights lie. */
    static final long FIRST_DAY = 17_167;
    static final int DAYS = 60;
    private static final int CAMPAIGNS = 7;

    private final Random random;
    private final NameRegistry registry = new NameRegistry((kind, id, name) -> { });

    RandomCatalogue(final Random random) {
        this.random = random;
    }

    NameRegistry registry() {
        return registry;
    }

    /** Everything but offers. */
    String parts() {
        final StringBuilder text = new StringBuilder("""
            attributes:
              - {name: request.number, type: int}
              - {name: request.text, type: string}
            advertisers:
              - {id: acme, name: Acme, category: grocery}
            placements:
              - {id: checkout, channels: [till, app], offers: 3}
              - {id: banner, channels: [app], offers: 2}
            campaigns:
            """);
        for (int i = 0; i < CAMPAIGNS; i++) {
            text.append("  - {id: campaign-").append(i)
                .append(", advertiser: acme, objective: conversions, flights: [");
            int day = random.nextInt(10);
            for (int flight = random.nextInt(3); flight >= 0; flight--) {
                final int end = day + 1 + random.nextInt(15);
                text.append("{start: ").append(date(day)).append(", end: ").append(date(end)).append("}, ");
                // Now and then the next flight begins as this one ends.
                day = end + random.nextInt(2) * random.nextInt(5);
            }
            text.append("], budget: {currency: USD}}\n");
        }
        return text.toString();
    }

    private static String date(final int day) {
        return java.time.LocalDate.ofEpochDay(FIRST_DAY + day).toString();
    }

    /** One offer in a list of offers. */
    String offer(final String name) {
        final boolean everywhere = random.nextInt(3) > 0;
        return """
              - id: %s
                campaign: campaign-%d
                category: group-%d
                value: "%d.00"
                propensity: 0.%d
                discount: {type: none}
                benefit: "Something"
                channels: %s
                %s
                paused: %s
                caps: [%s]
                targeting: '%s'
                creatives: [{id: %s-all, title: "Take it"}]
            """.formatted(name, random.nextInt(CAMPAIGNS), random.nextInt(9), random.nextInt(4), 1 + random.nextInt(3),
                everywhere ? "[till, app]" : "[app]",
                random.nextInt(4) == 0 ? "placements: [banner]" : "valid_for: 1d", random.nextInt(9) == 0,
                random.nextInt(3) == 0 ? "{event: decision, limit: 2, window: 7d}" : "", rule(), name);
    }

    private String rule() {
        return switch (random.nextInt(5)) {
            case 0 -> "request.number > " + random.nextInt(10);
            case 1 -> "request.text in [\"v" + random.nextInt(4) + "\", \"v" + random.nextInt(4) + "\"]";
            case 2 -> "request.number < " + random.nextInt(10) + " || request.text == \"v" + random.nextInt(4) + "\"";
            case 3 -> "!(" + random.nextInt(6) + " in basket.items)";
            default -> "moment.hour >= 0";
        };
    }

    Situation situation(final Catalogue catalogue) {
        final Situation situation = new Situation(catalogue.schema());
        situation.set(catalogue.schema().attribute("moment.hour").slot(), random.nextInt(24));
        if (random.nextInt(5) > 0) {
            situation.set(catalogue.schema().attribute("request.number").slot(), random.nextInt(10));
        }
        if (random.nextInt(5) > 0) {
            situation.set(catalogue.schema().attribute("request.text").slot(), registry.find(
                io.opportune.protocol.codec.NameKind.ATTRIBUTE_VALUE, "v" + random.nextInt(4)));
        }
        final int items = catalogue.schema().attribute("basket.items").slot();
        situation.begin(items);
        for (int i = random.nextInt(3); i > 0; i--) {
            situation.addToList(items, random.nextInt(6));
        }
        return situation;
    }

    long timeNs() {
        return FIRST_DAY * DAY_NS + random.nextLong(DAYS * DAY_NS);
    }

    /** Some random holds. */
    Holds holds(final Catalogue catalogue) {
        final List<Hold> changes = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0 && catalogue.offerCount() > 0; i--) {
            final boolean campaign = random.nextInt(4) == 0;
            changes.add(new Hold(changes.size() + 1, campaign ? Hold.Target.CAMPAIGN : Hold.Target.OFFER, campaign
                ? catalogue.campaigns().get(random.nextInt(CAMPAIGNS)).campaignId()
                : catalogue.offer(random.nextInt(catalogue.offerCount())).offerId(), HoldReason.PAUSED,
                random.nextInt(5) > 0));
        }
        Holds holds = Holds.NONE;
        for (final Hold change : changes) {
            holds = holds.with(change);
        }
        return holds;
    }

    Catalogue load(final Path folder, final String parts, final Iterable<String> offers) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("parts.yaml"), parts);
        final String text = String.join("", offers);
        Files.writeString(folder.resolve("offers.yaml"), text.isEmpty() ? "" : "offers:\n" + text);
        final LoadResult result = CatalogueLoader.load(folder, registry, CatalogueLoader.Previous.none());
        assertEquals(List.of(), result.errors());
        return result.catalogue();
    }
}
