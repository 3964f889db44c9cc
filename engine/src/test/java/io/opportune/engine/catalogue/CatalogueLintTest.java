package io.opportune.engine.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.opportune.engine.lint.LintFinding;
import io.opportune.engine.lint.LintPlace;
import io.opportune.engine.lint.LintRule;
import io.opportune.engine.lint.PersonalDataLinter;
import io.opportune.engine.registry.NameRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Catalogues with personal data are refused, with its place and a way out; those without are not. */
class CatalogueLintTest {
    private static final String PARTS = """
        advertisers:
          - {id: acme, name: Anna Schmidt Foods, category: grocery}
        campaigns:
          - {id: spring, advertiser: acme, flights: [{start: 2017-01-01, end: 2017-02-01}], budget: {currency: EUR}}
        placements: [{id: checkout, channels: [till], offers: 1}]
        """;
    /** Names of the IAB Content Taxonomy 1.0, as catalogues use them for categories. */
    private static final String IAB = """
        Arts & Entertainment, Books & Literature, Celebrity Fan/Gossip, Fine Art, Humor, Movies, Music, Television
        Automotive, Auto Parts, Auto Repair, Buying/Selling Cars, Car Culture, Certified Pre-Owned, Convertible, Coupe
        Business, Advertising, Agriculture, Biotech/Biomedical, Business Software, Construction, Forestry, Government
        Careers, Career Planning, College, Financial Aid, Job Fairs, Job Search, Resume Writing/Advice, Nursing
        Education, 7-12 Education, Adult Education, Art History, Distance Learning, English as a 2nd Language
        Family & Parenting, Adoption, Babies & Toddlers, Daycare/Pre School, Family Internet, Parenting - K-6 Kids
        Parenting teens, Pregnancy, Special Needs Kids, Eldercare, Health & Fitness, Exercise, ADD, AIDS/HIV, Allergies
        Alternative Medicine, Arthritis, Asthma, Autism/PDD, Bipolar Disorder, Brain Tumor, Cancer, Cholesterol
        Chronic Fatigue Syndrome, Chronic Pain, Cold & Flu, Deafness, Dental Care, Depression, Dermatology, Diabetes
        Epilepsy, GERD/Acid Reflux, Headaches/Migraines, Heart Disease, Herbs for Health, Holistic Healing
        IBS/Crohn's Disease, Incest/Abuse Support, Incontinence, Infertility, Men's Health, Nutrition, Orthopedics
        Panic/Anxiety Disorders, Pediatrics, Physical Therapy, Psychology/Psychiatry, Senior Health, Sexuality
        Sleep Disorders, Smoking Cessation, Substance Abuse, Thyroid Disease, Weight Loss, Women's Health
        Food & Drink, American Cuisine, Barbecues & Grilling, Cajun/Creole, Chinese Cuisine, Cocktails/Beer, Coffee/Tea
        Cuisine-Specific, Desserts & Baking, Dining Out, Food Allergies, French Cuisine, Health/Lowfat Cooking
        Italian Cuisine, Japanese Cuisine, Mexican Cuisine, Vegan, Vegetarian, Wine, Hobbies & Interests
        Art/Technology, Arts & Crafts, Beadwork, Birdwatching, Board Games/Puzzles, Candle & Soap Making, Card Games
        Chess, Cigars, Collecting, Comic Books, Drawing/Sketching, Freelance Writing, Genealogy, Getting Published
        Guitar, Home Recording, Investors & Patents, Jewelry Making, Magic & Illusion, Needlework, Painting
        Photography, Radio, Roleplaying Games, Sci-Fi & Fantasy, Scrapbooking, Screenwriting, Stamps & Coins
        Home & Garden, Appliances, Entertaining, Environmental Safety, Gardening, Home Repair, Home Theater
        Law, Gov't & Politics, Immigration, Legal Issues, U.S. Government Resources, Politics, Commentary, News
        Personal Finance, Beginning Investing, Credit/Debt & Loans, Financial News, Hedge Fund, Insurance, Tax Planning
        Society, Dating, Divorce Support, Gay Life, Marriage, Senior Living, Teens, Weddings, Ethnic Specific, Science
        Astrology, Biology, Chemistry, Geology, Paranormal Phenomena, Physics, Space/Astronomy, Geography, Botany
        Pets, Aquariums, Birds, Cats, Dogs, Large Animals, Reptiles, Veterinary Medicine, Sports, Auto Racing, Baseball
        Style & Fashion, Beauty, Body Art, Fashion, Jewelry, Clothing, Accessories, Technology & Computing, 3-D Graphics
        Travel, Adventure Travel, Africa, Air Travel, Australia & New Zealand, Bed & Breakfasts, Budget Travel, Camping
        Real Estate, Apartments, Architects, Buying/Selling Homes, Shopping, Contests & Freebies, Couponing
        Religion & Spirituality, Alternative Religions, Atheism/Agnosticism, Buddhism, Catholicism, Christianity
        Hinduism, Islam, Judaism, Latter-Day Saints, Pagan/Wiccan, Uncategorized, Non-Standard Content
        """;

    @TempDir
    private Path folder;

    private LoadResult load(final String text) throws IOException {
        CatalogueTexts.write(folder, "all.yaml", text);
        return CatalogueLoader.load(folder, CatalogueTexts.registry(), CatalogueLoader.Previous.none());
    }

    private static String offer(final String title, final String more) {
        return "offers:\n  - {id: milk, campaign: spring, value: \"1.20\", propensity: 0.1, channels: [till], " + more
            + "creatives: [{id: milk-till, title: \"" + title + "\"}]}\n";
    }

    @Test
    void shouldRefuseACatalogueWithItsPlaceAndAWayOut() throws IOException {
        final LoadResult result = load("segments:\n  - gold\n  - diabetics\n" + PARTS
            + offer("Dear Anna, milk!", "") + "attributes:\n  - {name: customer.email, type: string}\n");
        assertNull(result.catalogue());
        assertEquals(3, result.errors().size(), result.errors()::toString);
        final CatalogueError segment = result.errors().getFirst();
        assertEquals("all.yaml:3:5 segments[1]:", segment.toString().substring(0, 25));
        assertEquals("[health] \"diabetics\" looks like a customer's health: a special category of personal data "
            + "(GDPR article 9)", segment.found());
        assertTrue(segment.allowed().endsWith("or state an exception: lint: {allow: [health], reason: ...}"),
            segment.allowed());
        assertEquals("offers[0].creatives[0].title", result.errors().get(1).field());
        assertEquals("attributes[0].name", result.errors().get(2).field());
    }

    @Test
    void shouldOnlyWarnOfWhatMayBeMeant() throws IOException {
        final LoadResult result = load(PARTS + offer("Visit us: 221 Baker Street", ""));
        assertTrue(result.isGood(), result.errors()::toString);
        final List<CatalogueWarning> personal = result.warnings().stream()
            .filter(warning -> warning.kind() == CatalogueWarning.Kind.PERSONAL_DATA).toList();
        assertEquals(1, personal.size());
        assertEquals("all.yaml", personal.getFirst().file());
        assertEquals("offers[0].creatives[0].title", personal.getFirst().field());
    }

    @Test
    void shouldTakeExceptionsWithAReasonAndPrintThem() throws IOException {
        final String text = "lint:\n"
            + "  - {allow: [health], values: [diabetics], "
            + "reason: \"members of the association's own club, by consent\"}\n"
            + "segments: [gold, diabetics]\n" + PARTS
            + offer("Dear Anna, milk!", "lint: {allow: [person_name], reason: \"Anna is the cow of our logo\"}, ");
        final LoadResult result = load(text);
        assertTrue(result.isGood(), result.errors()::toString);
        final CatalogueLint.Report report = CatalogueLint.ofCatalogue(folder);
        assertTrue(report.isGood());
        assertEquals(List.of("members of the association's own club, by consent", "Anna is the cow of our logo"),
            report.findings().stream().map(CatalogueFinding::reason).toList());
        assertTrue(report.findings().getLast().toString().endsWith("; reason: Anna is the cow of our logo"));
        assertEquals(List.of(), report.unused());
    }

    @Test
    void shouldNotTakeExceptionsForOtherRulesTextsOrPlaces() throws IOException {
        final String reason = ", reason: \"nobody is meant by this\"}";
        for (final String lint : List.of(
            "lint: [{allow: [religion], values: [diabetics]" + reason + "]\n",
            "lint: [{allow: [health], values: [gold]" + reason + "]\n",
            "")) {
            final LoadResult result = load(lint + "segments: [gold, diabetics]\n" + PARTS
                + offer("Milk", "lint: {allow: [health]" + reason + ", "));
            assertNull(result.catalogue(), lint);
            assertEquals("segments[1]", result.errors().getFirst().field());
            assertFalse(CatalogueLint.ofCatalogue(folder).unused().isEmpty());
        }
    }

    @Test
    void shouldRefuseExceptionsWithoutAReasonOrForAWholeFile() throws IOException {
        for (final String lint : List.of("lint: [{allow: [health], values: [diabetics]}]\n",
            "lint: [{allow: [health], values: [diabetics], reason: \"  \"}]\n",
            "lint: [{allow: [health], reason: \"for the whole file\"}]\n",
            "lint: [{allow: [helth], values: [diabetics], reason: \"a rule that is none\"}]\n")) {
            assertNull(load(lint + "segments: [diabetics]\n" + PARTS + offer("Milk", "")).catalogue(), lint);
        }
    }

    @Test
    void shouldLookIntoRulesWhereSegmentsAreAsked() throws IOException {
        final LoadResult result = load(PARTS + offer("Milk",
            "targeting: '\"pregnant\" in customer.segments || customer.purchases_30d[\"HALAL MEAT\"] > 1', "));
        assertEquals(1, result.errors().size(), result.errors()::toString);
        assertTrue(result.errors().getFirst().found().contains("pregnant"));
        assertNull(load("attributes: [{name: customer.note, type: string}]\n" + PARTS + offer("Milk",
            "targeting: 'customer.note == \"anna@example.com\"', ")).catalogue());
    }

    @Test
    void shouldRefuseOneOfferToo() throws IOException {
        final NameRegistry registry = CatalogueTexts.registry();
        CatalogueTexts.write(folder, "all.yaml", PARTS + offer("Milk", ""));
        final Catalogue catalogue =
            CatalogueLoader.load(folder, registry, CatalogueLoader.Previous.none()).catalogue();
        final OfferEditor editor = new OfferEditor(registry);
        final String text = offer("Hallo Julia!", "");
        final OfferEditor.Edit edit = editor.edit(catalogue, text, "milk", 2);
        assertNull(edit.catalogue());
        assertEquals(2, edit.errors().getFirst().line());
        assertTrue(edit.errors().getFirst().found().startsWith("[person_name]"));
    }

    @Test
    void shouldStillReadWhatIsArchived() throws IOException {
        CatalogueTexts.write(folder, "all.yaml", "segments: [diabetics]\n" + PARTS + offer("Milk", ""));
        final TreeMap<String, Path> files = new TreeMap<>();
        files.put("all.yaml", folder.resolve("all.yaml"));
        assertTrue(CatalogueLoader.load(files, CatalogueTexts.registry(), CatalogueLoader.Previous.none()).isGood(),
            "a decision of the past must be made again whatever the linter says today");
    }

    @Test
    void shouldLookAtListsOfFeatures() throws IOException {
        CatalogueTexts.write(folder, "features.yaml", """
            features:
              - {name: moment.hour}
              - {name: customer.first_name, lint: {allow: [person_name], reason: "the name of our house brand"}}
              - {name: customer.email}
              - customer.iban
            """);
        final CatalogueLint.Report report = CatalogueLint.ofFeatures(folder.resolve("features.yaml"));
        assertFalse(report.isGood());
        assertEquals(List.of(LintRule.PERSON_NAME, LintRule.EMAIL, LintRule.BANK_ACCOUNT),
            report.findings().stream().map(finding -> finding.finding().rule()).toList());
        assertEquals(List.of("moment.hour", "customer.first_name", "customer.email", "customer.iban"),
            CatalogueLint.featureNames(folder.resolve("features.yaml")));
    }

    @Test
    void shouldFindNothingInTheExamplesOfTheDocuments() throws IOException {
        final Pattern example = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
        int examples = 0;
        for (final String page :
            List.of("CATALOGUE", "TARGETING", "OPENRTB", "DELIVERY", "PACING", "PRICES", "MARKUP")) {
            final Matcher matcher = example.matcher(Files.readString(
                Path.of(System.getenv("OPPORTUNE_ROOT")).resolve("engine/" + page + ".md"), StandardCharsets.UTF_8));
            while (matcher.find()) {
                CatalogueTexts.write(folder, "examples/" + examples++ + ".yaml", matcher.group(1));
            }
        }
        assertTrue(examples >= 4, "examples: " + examples);
        assertEquals(List.of(), CatalogueLint.ofCatalogue(folder.resolve("examples")).findings());
    }

    @Test
    void shouldTakeTheExampleOfTheFeaturesPage() throws IOException {
        final String page = Files.readString(
            Path.of(System.getenv("OPPORTUNE_ROOT"), "engine", "FEATURES.md"), StandardCharsets.UTF_8);
        final int start = page.indexOf("```yaml\n") + "```yaml\n".length();
        final String text = page.substring(start, page.indexOf("```", start));
        assertTrue(load(text).isGood());
        assertEquals(2, CatalogueLint.ofCatalogue(folder).findings().stream()
            .filter(CatalogueFinding::isAllowed).count());
        assertNull(load(text.replaceAll("(?m)^ +lint:.*\n", "")).catalogue(), "without its exception");
    }

    @Test
    void shouldFindNothingInTheCategoriesOfTheIab() {
        int names = 0;
        for (final String name : IAB.split("[,\n] ?")) {
            names++;
            assertNothing(LintPlace.NAME, name);
            assertNothing(LintPlace.TEXT, name);
        }
        assertTrue(names > 200, "names: " + names);
    }

    @Test
    void shouldFindNothingInTheProductsOfCompleteJourney() throws IOException {
        final Path file = Path.of(System.getenv("OPPORTUNE_ROOT"), "../shared/data/completejourney/products.csv");
        if (!Files.exists(file)) {
            if (System.getenv("CI") != null) {
                throw new AssertionError(file + " is missing: the folder shared/data must stand beside the project");
            }
            assumeTrue(false, file + " is missing");
        }
        final Set<String> texts = new TreeSet<>();
        try (var lines = Files.lines(file, StandardCharsets.UTF_8)) {
            lines.skip(1).forEach(line -> {
                for (final String field : line.split(",")) {
                    texts.add(field.replace("\"", "").strip());
                }
            });
        }
        assertTrue(texts.size() > 5_000, "texts: " + texts.size());
        final List<String> found = new ArrayList<>();
        for (final String text : texts) {
            for (final LintPlace place : List.of(LintPlace.NAME, LintPlace.TEXT)) {
                PersonalDataLinter.check(place, text).forEach(finding -> found.add(place + " " + text + " " + finding));
            }
        }
        assertEquals(List.of(), found);
    }

    private static void assertNothing(final LintPlace place, final String text) {
        final List<LintFinding> findings = PersonalDataLinter.check(place, text);
        assertEquals(List.of(), findings, place + " " + text);
    }
}
