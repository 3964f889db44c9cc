package io.opportune.bench.catalogue;

import io.opportune.loadtest.catalogue.CatalogueText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ObjIntConsumer;

/**
 * A catalogue of any number of offers, each with a targeting rule of its own: conjunctions of three to nine demands on
 * scalars and lists, a tenth of them with an alternative, some 250 characters each. The same seed gives the same files.
 */
public final class LargeCatalogue {
    /** Offers of one file, as a business with many advertisers may keep them. */
    private static final int OFFERS_PER_FILE = 2_000;
    private static final int CAMPAIGNS = 500;
    private static final int SEGMENTS = 5_000;
    private static final int CATEGORIES = 2_000;
    private static final int TEXT_ATTRIBUTES = 8;
    private static final int NUMBER_ATTRIBUTES = 8;
    private static final int TEXT_VALUES = 40;
    private static final int MAX_NUMBER = 1_000;
    /** Numbers from here on belong to one offer each. */
    private static final int MARKS_FROM = 1_000_000;

    /** Worth more than any other; what is above it tells winners apart. */
    private static final long WINNER_VALUE = 1_000;
    private static final long MICROS = 1_000_000;

    private final int offers;
    private final long seed;

    /**
     * Describes a catalogue; nothing is written.
     *
     * @param offers 1 or more.
     * @param seed   of everything made up.
     */
    public LargeCatalogue(final int offers, final long seed) {
        this.offers = offers;
        this.seed = seed;
    }

    /**
     * Writes the files.
     *
     * @param directory to write to; made if need be.
     * @throws IOException when a file cannot be written.
     */
    public void write(final Path directory) throws IOException {
        parts().write(directory.resolve("parts.yaml"));
        for (int from = 0; from < offers; from += OFFERS_PER_FILE) {
            writeOffers(directory, from, (text, offer) -> append(text, offer, 0));
        }
    }

    /**
     * Writes the file of one offer again, with another rule for this offer and everything else as it was.
     *
     * @param directory as in {@link #write}.
     * @param offer     number of the offer, 0 .. offers - 1.
     * @throws IOException when the file cannot be written.
     */
    public void change(final Path directory, final int offer) throws IOException {
        writeOffers(directory, offer / OFFERS_PER_FILE * OFFERS_PER_FILE,
            (text, number) -> append(text, number, number == offer ? 1 : 0));
    }

    /**
     * Writes the file of one offer again, with this offer as {@link #winner} and everything else as it was.
     *
     * @param directory as in {@link #write}.
     * @param offer     number of the offer, 0 .. offers - 1.
     * @throws IOException when the file cannot be written.
     */
    public void changeToWinner(final Path directory, final int offer) throws IOException {
        writeOffers(directory, offer / OFFERS_PER_FILE * OFFERS_PER_FILE, (text, number) -> {
            if (number == offer) {
                appendWinner(text, number);
            } else {
                append(text, number, 0);
            }
        });
    }

    private void writeOffers(final Path directory, final int from, final ObjIntConsumer<CatalogueText> entry)
        throws IOException {
        final CatalogueText text = new CatalogueText("Made up.").section("offers");
        for (int i = from; i < Math.min(offers, from + OFFERS_PER_FILE); i++) {
            entry.accept(text, i);
        }
        text.write(directory.resolve("offers-%04d.yaml".formatted(from / OFFERS_PER_FILE)));
    }

    /**
     * One offer as a file of its own, changed so that it comes first in every decision whose request has {@link #mark}
     * of this offer as {@code request.number0} and no basket, and matches no other.
     *
     * @param offer number of the offer, of the catalogue's or a new one.
     * @return YAML.
     */
    public String winner(final int offer) {
        final CatalogueText text = new CatalogueText("Made up.").section("offers");
        appendWinner(text, offer);
        return text.toString();
    }

    /** What a request must have as {@code request.number0} to be offered a winner. */
    static long mark(final int offer) {
        return MARKS_FROM + offer;
    }

    /** The value of a winner, which no other offer has. */
    static long winnerValueMicros(final int offer) {
        return (WINNER_VALUE + offer) * MICROS;
    }

    private void append(final CatalogueText text, final int offer, final int round) {
        final SplittableRandom random = new SplittableRandom(seed + offer * 1_000_003L + round);
        append(text, offer, "%d.%02d".formatted(random.nextInt(1, 20), random.nextInt(100)),
            "0.%04d".formatted(random.nextInt(1, 2_000)), rule(random, offer));
    }

    /** The rule is about as long as the others. */
    private void appendWinner(final CatalogueText text, final int offer) {
        final SplittableRandom random = new SplittableRandom(seed + offer * 1_000_003L);
        final List<String> demands = new ArrayList<>();
        demands.add("request.number0 == " + mark(offer));
        demands.add("!(" + (MARKS_FROM + offer) + " in basket.items)");
        for (int i = 0; i < 3; i++) {
            demands.add("!(basket.categories.exists(c, c in " + list(random, "c", CATEGORIES, 3) + "))");
        }
        append(text, offer, WINNER_VALUE + offer + ".00", "0.9", String.join(" && ", demands));
    }

    private void append(final CatalogueText text, final int offer, final String value, final String propensity,
        final String rule) {
        text.entry("id", "offer-" + offer)
            .field("campaign", "campaign-" + offer % CAMPAIGNS)
            .field("category", "group-" + offer % 97)
            .field("value", value)
            .literal("propensity", propensity)
            .literal("discount", "{type: none}")
            .field("benefit", "Offer " + offer)
            .field("targeting", rule)
            .literal("channels", "[till, app]")
            .creatives(List.of("{id: offer-" + offer + "-all, title: \"Offer " + offer + "\"}"));
    }

    private CatalogueText parts() {
        final CatalogueText text = new CatalogueText("Made up.").section("attributes");
        for (int i = 0; i < TEXT_ATTRIBUTES; i++) {
            text.entry("name", "request.text" + i).field("type", "string");
        }
        for (int i = 0; i < NUMBER_ATTRIBUTES; i++) {
            text.entry("name", "request.number" + i).field("type", "int");
        }
        text.section("stores").entry("id", "309").field("zone", "America/New_York");
        text.section("advertisers").entry("id", "acme").field("name", "Acme").field("category", "grocery");
        text.section("campaigns");
        for (int i = 0; i < CAMPAIGNS; i++) {
            text.entry("id", "campaign-" + i).field("advertiser", "acme").field("objective", "conversions")
                .literal("flights", "[{start: 2017-01-01, end: 20%02d-01-01}]".formatted(37 + i % 50))
                .literal("budget", "{currency: USD}");
        }
        return text.section("placements").entry("id", "checkout").literal("channels", "[till, app]")
            .literal("offers", "3");
    }

    private static String rule(final SplittableRandom random, final int offer) {
        final List<String> demands = new ArrayList<>();
        // The number makes every rule another one.
        demands.add("!(" + (MARKS_FROM + offer) + " in basket.items)");
        for (int i = random.nextInt(2, 9); i > 0; i--) {
            demands.add(random.nextInt(10) == 0 ? "(" + demand(random) + " || " + demand(random) + ")"
                : demand(random));
        }
        return String.join(" && ", demands);
    }

    private static String demand(final SplittableRandom random) {
        final String text = "request.text" + random.nextInt(TEXT_ATTRIBUTES);
        final String number = "request.number" + random.nextInt(NUMBER_ATTRIBUTES);
        return switch (random.nextInt(6)) {
            case 0 -> text + " == \"" + value(random) + '"';
            case 1 -> text + " in " + list(random, "v", TEXT_VALUES, random.nextInt(2, 12));
            case 2 -> {
                final int low = random.nextInt(MAX_NUMBER);
                yield "(" + number + " >= " + low + " && " + number + " <= " + random.nextInt(low, MAX_NUMBER) + ")";
            }
            case 3 -> "customer.segments.exists(s, s in " + list(random, "s", SEGMENTS, random.nextInt(2, 12)) + ")";
            case 4 -> "!(basket.categories.exists(c, c in "
                + list(random, "c", CATEGORIES, random.nextInt(1, 4)) + "))";
            default -> number + " < " + random.nextInt(MAX_NUMBER);
        };
    }

    private static String value(final SplittableRandom random) {
        return "v" + random.nextInt(TEXT_VALUES);
    }

    private static String list(final SplittableRandom random, final String prefix, final int bound, final int size) {
        final List<String> values = new ArrayList<>();
        random.ints(size, 0, bound).forEach(number -> values.add(prefix + number));
        return CatalogueText.inlineList(values);
    }
}
