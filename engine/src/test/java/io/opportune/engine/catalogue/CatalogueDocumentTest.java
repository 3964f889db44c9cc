package io.opportune.engine.catalogue;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.profile.CapWindow;
import io.opportune.engine.arbitration.ChoicePolicy;
import io.opportune.engine.arbitration.ScoreFormula;
import io.opportune.engine.arbitration.SlateRules;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.targeting.AttributeSchema;
import io.opportune.engine.targeting.RuleExplanation;
import io.opportune.engine.targeting.Situation;
import io.opportune.protocol.Consent;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DiscountType;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import io.opportune.protocol.codec.TextKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of CATALOGUE.md loads and means what it says. */
class CatalogueDocumentTest {
    @TempDir
    Path directory;

    @Test
    void shouldLoadTheExampleOfTheDocument() throws IOException {
        CatalogueTexts.write(directory, "catalogue.yaml", CatalogueTexts.example());
        final NameRegistry registry = CatalogueTexts.registry();
        final LoadResult result = CatalogueLoader.load(directory, registry, CatalogueLoader.Previous.none());

        assertEquals(List.of(), result.errors());
        assertTrue(result.isGood());
        final Catalogue catalogue = result.catalogue();
        assertEquals(1, catalogue.version().counter());
        assertEquals(2, catalogue.offerCount());
        final Offer milk = catalogue.offer(catalogue.offerIndexOf(registry.find(NameKind.OFFER, "milk-10")));
        assertEquals("milk-10", milk.name());
        assertEquals(1_200_000, milk.valueMicros());
        assertEquals(840, milk.currency());
        assertEquals(0.05, milk.propensity());
        assertEquals(DiscountType.PERCENT_OFF, milk.discountType());
        assertEquals(1_000, milk.discountValue());
        assertEquals(registry.find(NameKind.CATEGORY, "dairy"), milk.categoryId());
        assertEquals(Consent.PERSONALISATION, milk.consentMask());
        assertEquals(1 << Channel.TILL.value() | 1 << Channel.APP.value(), milk.channelMask());
        assertArrayEquals(new int[] {registry.find(NameKind.PLACEMENT, "checkout")}, milk.placementIds());
        assertEquals(List.of(new Cap(Cap.Event.IMPRESSION, 3, CapWindow.DAYS, 7, false),
            new Cap(Cap.Event.REDEMPTION, 1, CapWindow.LIFETIME)), milk.caps());
        assertTrue(milk.promotesItem(1029743));
        assertTrue(milk.promotesCategory(registry.find(NameKind.CATEGORY, "FLUID MILK")));
        assertEquals(14L * 86_400 * 1_000_000_000, milk.validForNs());
        assertEquals("milk-10-app", milk.creativeFor(Channel.APP).id());
        assertEquals("10 % off milk",
            new String(milk.creativeFor(Channel.TILL).text(TextKind.BENEFIT), StandardCharsets.UTF_8));
        assertNull(milk.creativeFor(Channel.WEB));

        final Offer house = catalogue.offer(catalogue.offerIndexOf(registry.find(NameKind.OFFER, "house-brand")));
        assertEquals(registry.find(NameKind.CATEGORY, "grocery"), house.categoryId(), "the advertiser's category");
        final Placement checkout = catalogue.placement(registry.find(NameKind.PLACEMENT, "checkout"));
        assertEquals(house, checkout.fallback());
        assertEquals(5_000_000, checkout.timeBudgetNs());
        assertTrue(checkout.sellsIn(Moment.TENDER));
        assertFalse(checkout.sellsIn(Moment.RETURN));
        assertEquals(401_000_000, catalogue.store(registry.find(NameKind.STORE, "309")).latitudeE7());
    }

    @Test
    void shouldGiveIdsToSegmentsThatAreDeclaredOrMentionedByARule() throws IOException {
        CatalogueTexts.write(directory, "catalogue.yaml", CatalogueTexts.example()
            .replace("customer.visits_30d >= 2", "\"vip\" in customer.segments && \"allotment\" in customer.segments"));
        final NameRegistry registry = CatalogueTexts.registry();
        assertEquals(List.of(), CatalogueLoader.load(directory, registry, CatalogueLoader.Previous.none()).errors());
        assertEquals(3, registry.lastId(NameKind.SEGMENT));
        for (final String name : List.of("new_parent", "allotment", "vip")) {
            assertTrue(registry.find(NameKind.SEGMENT, name) > 0, name);
        }
    }

    @Test
    void shouldMeanTheFlightInTheZoneOfTheCampaign() throws IOException {
        CatalogueTexts.write(directory, "catalogue.yaml", CatalogueTexts.example());
        final Catalogue catalogue = CatalogueLoader.load(
            directory, CatalogueTexts.registry(), CatalogueLoader.Previous.none()).catalogue();
        final long startNs = Instant.parse("2017-01-01T05:00:00Z").getEpochSecond() * 1_000_000_000L;
        final long endNs = Instant.parse("2017-02-01T05:00:00Z").getEpochSecond() * 1_000_000_000L;

        final Offer offer = catalogue.offer(0);
        assertFalse(offer.isInFlight(startNs - 1));
        assertTrue(offer.isInFlight(startNs));
        assertTrue(offer.isInFlight(endNs - 1));
        assertFalse(offer.isInFlight(endNs), "the end is exclusive");
    }

    @Test
    void shouldTestTheRuleOfTheExample() throws IOException {
        CatalogueTexts.write(directory, "catalogue.yaml", CatalogueTexts.example());
        final NameRegistry registry = CatalogueTexts.registry();
        final Catalogue catalogue =
            CatalogueLoader.load(directory, registry, CatalogueLoader.Previous.none()).catalogue();
        final Offer milk = catalogue.offer(catalogue.offerIndexOf(registry.find(NameKind.OFFER, "milk-10")));
        final Situation situation = new Situation(catalogue.schema());
        assertEquals("moment.channel == \"till\": moment.channel is missing and"
            + " customer.visits_30d >= 2: customer.visits_30d is missing",
            RuleExplanation.of(milk.rule(), situation, registry).toString());
        situation.set(AttributeSchema.MOMENT_CHANNEL, Channel.TILL.value());
        situation.set(AttributeSchema.CUSTOMER_VISITS_30D, 1);
        assertFalse(milk.rule().matches(situation));
        assertEquals("customer.visits_30d >= 2: is 1",
            RuleExplanation.of(milk.rule(), situation, registry).toString());
        situation.set(AttributeSchema.CUSTOMER_VISITS_30D, 2);
        assertTrue(milk.rule().matches(situation));
        assertTrue(RuleExplanation.of(milk.rule(), situation, registry).matches());
    }

    @Test
    void shouldDescribeTheExampleInPlainText() throws IOException {
        CatalogueTexts.write(directory, "catalogue.yaml", CatalogueTexts.example());
        final Catalogue catalogue = CatalogueLoader.load(
            directory, CatalogueTexts.registry(), CatalogueLoader.Previous.none()).catalogue();
        final String summary = CatalogueSummary.of(catalogue);
        assertTrue(summary.startsWith("catalogue 1-"), summary);
        assertTrue(summary.contains("""
            campaign   spring (acme, conversions)
              flights  2017-01-01 00:00 to 2017-02-01 00:00 America/New_York
              budget   1000 USD
              offers   2
            placement  checkout: up to 2 offers, 5000 us, fallback house-brand
            """), summary);
    }

    /** The section "Choosing". */
    @Test
    void shouldReadTheChoiceOfTheDocument() throws IOException {
        final String document = Files.readString(
            Path.of(System.getenv("OPPORTUNE_ROOT")).resolve("engine/CATALOGUE.md"), StandardCharsets.UTF_8);
        final int start =
            document.indexOf("```yaml\n", document.indexOf("## Choosing")) + "```yaml\n".length();
        CatalogueTexts.write(directory, "catalogue.yaml", document.substring(start, document.indexOf("```", start)));
        final LoadResult result =
            CatalogueLoader.load(directory, CatalogueTexts.registry(), CatalogueLoader.Previous.none());
        assertEquals(List.of(), result.errors());
        assertEquals(new Choice(ChoicePolicy.THOMPSON, new SlateRules(1, 1, 0, 20_000),
            new ScoreFormula(true, true, true, true), Choice.Objective.VALUE, true, AffinityUse.BOTH, 64, 16),
            result.catalogue().placements().getFirst().choice());
        final Offer barbecue = result.catalogue().offer(0);
        assertEquals(1, barbecue.priority());
        assertEquals(1.5, barbecue.lever());
        final Situation situation = new Situation(result.catalogue().schema());
        assertEquals(1, barbecue.weightIn(situation));
        situation.set(AttributeSchema.MOMENT_DAY_OF_WEEK, 6);
        assertEquals(1.3, barbecue.weightIn(situation));
        situation.set(AttributeSchema.MOMENT_TYPE, Moment.TENDER.value());
        assertEquals(0.65, barbecue.weightIn(situation));
    }

    /** The section "Budgets". */
    @Test
    void shouldReadTheBudgetsOfTheDocument() throws IOException {
        final String document = Files.readString(
            Path.of(System.getenv("OPPORTUNE_ROOT")).resolve("engine/CATALOGUE.md"), StandardCharsets.UTF_8);
        final int start =
            document.indexOf("```yaml\n", document.indexOf("## Budgets")) + "```yaml\n".length();
        CatalogueTexts.write(directory, "catalogue.yaml", document.substring(start, document.indexOf("```", start)));
        final LoadResult result =
            CatalogueLoader.load(directory, CatalogueTexts.registry(), CatalogueLoader.Previous.none());
        assertEquals(List.of(), result.errors());
        final Campaign autumn = result.catalogue().campaigns().getFirst();
        assertEquals(List.of("money in all", "money per day", "count per day and store"),
            autumn.budgets().stream().map(Budget::words).toList());
        assertEquals(List.of(30_000_000_000L, 500_000_000L, 40L),
            autumn.budgets().stream().map(Budget::limit).toList());
        assertEquals(Pacing.Mode.FRONT_LOADED, autumn.pacing().mode());
        assertEquals(0.5, autumn.pacing().strength());
        assertEquals((1 << 22) - (1 << 7), autumn.pacing().hours().getFirst());
        assertEquals((1 << 24) - (1 << 9), autumn.pacing().hours().getLast());
        final Offer soup = result.catalogue().offer(0);
        assertEquals(600_000, soup.costMicros());
        assertEquals(List.of("count in all"), soup.budgets().stream().map(Budget::words).toList());
    }
}
