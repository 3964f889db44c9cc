package io.opportune.bench.match;

import io.opportune.engine.targeting.AttributeSchema;
import io.opportune.loadtest.catalogue.CatalogueText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The workload as a catalogue: every expression is the targeting of one offer, which competes in a category of its own,
 * so that nothing but the score decides. Offers stand in the order of the expressions. Written once by one thread.
 */
final class WorkloadCatalogue {
    static final String PLACEMENT = "checkout";
    private static final int OFFERS_PER_FILE = 1_000;

    private final WorkloadFiles files;
    private final Path directory;
    private final OfferPrices prices;
    private final int wanted;
    private CatalogueText offers = newOffers();
    private int offerCount;

    /**
     * Describes a catalogue; nothing is written.
     *
     * @param files     of the workload.
     * @param directory to write to.
     * @param prices    of as many offers as there are expressions.
     * @param wanted    offers in one answer.
     */
    WorkloadCatalogue(final WorkloadFiles files, final Path directory, final OfferPrices prices, final int wanted) {
        this.files = files;
        this.directory = directory;
        this.prices = prices;
        this.wanted = wanted;
    }

    /** The id of an offer by the number of its expression. */
    static String offerId(final int number) {
        return "rule-" + number;
    }

    /**
     * Writes the files.
     *
     * @param segments that events put customers into.
     */
    void write(final Collection<String> segments) throws IOException {
        final Map<String, String> types = files.types();
        parts(types).write(directory.resolve("parts.yaml"));
        Files.writeString(
            directory.resolve("segments.yaml"), "segments: " + CatalogueText.inlineList(segments) + "\n");
        final RuleText text = new RuleText(WireNames::of, schema(types));
        files.readExpressions(expression -> add(text.of(expression)));
        writeOffers();
    }

    private static AttributeSchema schema(final Map<String, String> types) throws IOException {
        final List<AttributeSchema.Declared> declared = new ArrayList<>();
        for (final Map.Entry<String, String> attribute : types.entrySet()) {
            if (!WireNames.isList(attribute.getKey())) {
                declared.add(new AttributeSchema.Declared(declared.size() + 1, WireNames.of(attribute.getKey()),
                    MatchWorkload.typeOf(attribute.getValue())));
            }
        }
        return new AttributeSchema(declared);
    }

    private CatalogueText parts(final Map<String, String> types) {
        final CatalogueText text = new CatalogueText("Matching workload.").section("attributes");
        types.forEach((name, type) -> {
            if (!WireNames.isList(name)) {
                text.entry("name", WireNames.of(name)).field("type", type);
            }
        });
        text.section("advertisers").entry("id", "acme").field("name", "Acme").field("category", "grocery");
        text.section("campaigns").entry("id", "always").field("advertiser", "acme")
            .literal("flights", "[{start: 2017-01-01, end: 2117-01-01}]").literal("budget", "{currency: USD}");
        return text.section("placements").entry("id", PLACEMENT).literal("channels", "[app]")
            .literal("offers", Integer.toString(wanted)).field("time_budget", "1s");
    }

    private void add(final String rule) throws IOException {
        if (offerCount > 0 && offerCount % OFFERS_PER_FILE == 0) {
            writeOffers();
        }
        final String id = offerId(offerCount);
        offers.entry("id", id)
            .field("campaign", "always")
            .field("category", "own-" + offerCount)
            .field("value", prices.value(offerCount))
            .literal("propensity", prices.propensity(offerCount))
            .literal("discount", "{type: none}")
            .field("targeting", rule)
            .literal("channels", "[app]")
            .creatives(List.of("{id: " + id + "-app, title: \"Offer\"}"));
        offerCount++;
    }

    private void writeOffers() throws IOException {
        offers.write(directory.resolve("offers-%04d.yaml".formatted((offerCount - 1) / OFFERS_PER_FILE)));
        offers = newOffers();
    }

    private static CatalogueText newOffers() {
        return new CatalogueText("Matching workload.").section("offers");
    }
}
