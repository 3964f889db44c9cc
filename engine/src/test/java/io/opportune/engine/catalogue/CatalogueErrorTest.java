package io.opportune.engine.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.registry.NameRegistry;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One change to the good example, one located error. */
class CatalogueErrorTest {
    @TempDir
    Path directory;

    private final NameRegistry registry = CatalogueTexts.registry();

    /** What is replaced; by what; the expected error after the file's name, `*` for any text. */
    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', value = {
        "campaign: spring\\n    category ~ campaign: sprng\\n    category ~"
            + ":19:15 offers[0].campaign: \"sprng\" is not a campaign; known: spring",
        "advertiser: acme ~ advertiser: acne ~ :10:17 campaigns[0].advertiser: \"acne\" is not an"
            + " advertiser; known: acme",
        "paused: false ~ pausd: false ~ :16:12 campaigns[0].pausd: \"pausd\" is not known here; known: *paused*",
        "benefit: \"10 ~ benfit: \"10 ~ :24:13 offers[0].benfit: \"benfit\" is not known here; known: *benefit*",
        "attributes: ~ atributes: ~ :2:3 atributes: \"atributes\" is not known here; known: *attributes*",
        "objective: conversions ~ objective: profit ~"
            + ":11:16 campaigns[0].objective: \"profit\" is not known here; known: awareness,"
            + " conversions, margin, revenue",
        "zone: America/New_York\\n    flights ~ zone: America/New_Yrk\\n    flights ~"
            + ":12:11 campaigns[0].zone: \"America/New_Yrk\" is no time zone; nearest of *America/New_York*",
        "end: 2017-02-01 ~ end: 2017-01-01 ~"
            + ":14:34 campaigns[0].flights[0].end: the end \"2017-01-01\" is not after the start \"2017-01-01\"*",
        "end: 2017-02-01 ~ end: 2017-02-30 ~"
            + ":14:34 campaigns[0].flights[0].end: \"2017-02-30\" is no time; allowed: such as 2017-01-31 *",
        "2017-02-01} ~ 2017-02-01}\\n      - {start: 2017-01-31, end: 2017-03-01} ~"
            + ":15:9 campaigns[0].flights[1]: this flight overlaps another one; flights side by side",
        "currency: USD ~ currency: USB ~ :15:43 campaigns[0].budget.currency: \"USB\" is no ISO 4217 currency; *USD*",
        "amount: \"1000.00\" ~ amount: \"1000,00\" ~ :15:22 campaigns[0].budget.amount: \"1000,00\" is no amount; *",
        "value: \"1.20\" ~ value: \"1.2000001\" ~ :21:12 offers[0].value: \"1.2000001\" has 7 decimals; allowed: 6 *",
        "value: \"1.20\" ~ value: -1 ~ :21:12 offers[0].value: -1 (a whole number) is no amount; *",
        "value: \"1.20\" ~ value: \"9999999999999\" ~ :21:12 offers[0].value: \"9999999999999\" is too much; *",
        "value: \"1.20\" ~ value: true ~ :21:12 offers[0].value: true (true or false); allowed: text or a number*",
        "propensity: 0.05 ~ propensity: 1.5 ~ :22:17 offers[0].propensity: 1.5 (a number); allowed: 1 or less",
        "value: \"1.20\"\\n ~ \\n ~ :18:5 offers[0]: \"value\" is missing",
        "percent: 10} ~ amount: \"1\"} ~ :23:15 offers[0].discount: \"percent\" is missing; percent_off needs it",
        "percent: 10} ~ percent: 10.125} ~"
            + ":23:44 offers[0].discount.percent: 10.125 (a number) has too many decimals; 2 at most",
        "channels: [till, app] ~ channels: [till, ap] ~ :28:22 offers[0].channels[1]: \"ap\" is not known here; *app*",
        "channels: [till, app] ~ channels: [till, app, till] ~"
            + ":28:27 offers[0].channels[2]: \"till\" stands twice; once",
        "channels: [till, app] ~ channels: [till, app, web] ~"
            + ":38:7 offers[0].creatives: no creative for web; one for each of the channels",
        "channels: [till], title ~ channels: [web], title ~"
            + ":38:38 offers[0].creatives[0].channels: the offer is not made on web; *",
        "channels: [till], title ~ channels: [till, app], title ~"
            + ":39:9 offers[0].creatives[1]: a second creative for app; one per channel; the first is \"milk-10-till\"",
        "placements: [checkout] ~ placements: [chekout] ~"
            + ":29:18 offers[0].placements[0]: \"chekout\" is not a placement; known: checkout",
        "window: 7d ~ window: 30d ~"
            + ":31:47 offers[0].caps[0].window: \"30d\" is not known here; known: nearest of 14: *",
        "{event: redemption, limit: 1, window: lifetime} ~ {event: impression, limit: 5, window: 7d} ~"
            + ":32:9 offers[0].caps[1]: a second cap for impression within 7d; one",
        "limit: 3 ~ limit: 0 ~ :31:36 offers[0].caps[0].limit: 0 (a whole number); allowed: 1 or more",
        "valid_for: 14d ~ valid_for: 14 days ~ :34:16 offers[0].valid_for: \"14 days\"; allowed: text that matches *",
        "time_budget: 5ms ~ time_budget: 5m ~ :52:18 placements[0].time_budget: \"5m\" is too long; *1000ms",
        "fallback: house-brand ~ fallback: house-bran ~"
            + ":51:15 placements[0].fallback: \"house-bran\" is not an offer; known: house-brand, milk-10",
        "fallback: house-brand ~ fallback: milk-10 ~"
            + ":51:15 placements[0].fallback: \"milk-10\" has no creative for self_checkout; *",
        "id: house-brand\\n ~ id: milk-10\\n ~"
            + ":40:9 offers[1].id: \"milk-10\" is defined twice; first at catalogue.yaml:18:9",
        "id: house-brand-1 ~ id: milk-10-app ~ :46:14 offers[1].creatives[0].id: \"milk-10-app\" is defined twice; *",
        "id: \"309\" ~ id: 309 ~ :5:10 stores[0].id: 309 (a whole number); allowed: text (put it in quotes)",
        "id: acme, ~ id: \" acme\", ~ :7:10 advertisers[0].id: \" acme\" is no name; *",
        "latitude: 40.1, ~ ~ :5:5 stores[0]: a position of one number; latitude and longitude, or neither",
        "latitude: 40.1 ~ latitude: 91 ~ :5:51 stores[0].latitude: 91 (a whole number); allowed: 90 or less",
        "customer.tier ~ client.tier ~ :2:12 attributes[0].name: \"client.tier\" cannot be declared; *",
        "customer.tier ~ customer.known ~"
            + ":2:12 attributes[0].name: \"customer.known\" cannot be declared; taken by a fixed attribute",
        "customer.visits_30d ~ customer.visit_30d ~"
            + ":27:45 offers[0].targeting: customer.visit_30d is not an attribute; allowed: *customer.visits_30d*",
        "moment.channel == \"till\" ~ placement.id == \"chekout\" ~"
            + ":27:33 offers[0].targeting: \"chekout\" is not a placement; known: checkout",
        "moment.channel == \"till\" ~ store.id == \"390\" ~"
            + ":27:29 offers[0].targeting: \"390\" is not a store; known: 309",
        "terms: ~ benefit: \"x\"\\n    terms: ~ :25:5 offers[0].benefit: the key \"benefit\" stands twice; *",
        "moments: [basket_update ~ moments: [basket ~ :53:15 placements[0].moments[0]: \"basket\" is not known here; *",
        "advertisers: ~ advertisers: [ ~ :7:3: not YAML: *",
        "segments: [new_parent, allotment] ~ segments: [new_parent, allotment, new_parent] ~"
            + ":54:35 segments[2]: \"new_parent\" is defined twice; first at catalogue.yaml:54:12",
        "segments: [new_parent, allotment] ~ segments: [new_parent, 7] ~"
            + ":54:24 segments[1]: 7 (a whole number); allowed: text (put it in quotes)",
        "segments: [new_parent, allotment] ~ segments: [\" x\"] ~ :54:12 segments[0]: \" x\" is no name; *",
        "segments: [new_parent, allotment] ~ segments: {new_parent: yes} ~ :54:11 segments: *; allowed: a list",
        "segments: [new_parent, allotment] ~ segments: [{id: new_parent}] ~ :54:12 segments[0]: *; allowed: text*",
        "segments: [new ~ segmnts: [new ~ :54:10 segmnts: \"segmnts\" is not known here; known: *segments*",
        "cost: \"0.40\" ~ ~ :18:5 offers[0]: \"cost\" is missing; what a redemption costs at most, because *",
        "fallback: house-brand ~ fallback: milk-10 ~"
            + ":51:15 placements[0].fallback: \"milk-10\" is limited by a budget; an offer that costs nothing *",
        "paused: false\\noffers ~ budgets: [{count: 5, amount: \"1\"}]\\noffers ~"
            + ":16:15 campaigns[0].budgets[0]: a budget of two units; either \"amount\", of money, or \"count\", *",
        "paused: false\\noffers ~ budgets: [{per: [day]}]\\noffers ~"
            + ":16:15 campaigns[0].budgets[0]: a budget without a limit; either \"amount\", of money, *",
        "paused: false\\noffers ~ budgets: [{amount: \"5\"}]\\noffers ~"
            + ":16:15 campaigns[0].budgets[0]: a second budget of money in all; one; the first at catalogue.yaml:15:22",
        "paused: false\\noffers ~ budgets: [{count: 5, per: [week]}]\\noffers ~"
            + ":16:32 campaigns[0].budgets[0].per[0]: \"week\" is not known here; known: customer, day, deal, store",
        "paused: false\\noffers ~ budgets: [{count: 5, per: [store, deal]}]\\noffers ~"
            + ":16:15 campaigns[0].budgets[0]: a budget per store and deal; one of them: no bid is made in a store",
        "paused: false\\noffers ~ budgets: [{count: 5, per: [customer, store]}]\\noffers ~"
            + ":16:15 campaigns[0].budgets[0]: a budget per customer and store; per: [customer] or *",
        "paused: false\\noffers ~ budgets: [{amount: \"70368745\", per: [customer]}]\\noffers ~"
            + ":16:15 campaigns[0].budgets[0]: a limit of 70368745 per customer; 70368744.177662 at most, what a *",
        "paused: false\\noffers ~ budgets: [{count: 5, per: [customer]}, {count: 6, per: [customer]}]\\noffers ~"
            + ":16:44 campaigns[0].budgets[1]: a second budget of count per customer; one; the first at *",
        "paused: false\\noffers ~ budgets: [{count: -1}]\\noffers ~"
            + ":16:23 campaigns[0].budgets[0].count: -1 (a whole number); allowed: 0 or more",
        "1000.00\", currency: USD}\\n ~ 1000.00\", currency: USD}\\n    pacing: {strength: 0.5}\\n ~"
            + ":16:24 campaigns[0].pacing.strength: \"strength\" with asap; mode front_loaded",
        "amount: \"1000.00\", currency: USD}\\n ~ currency: USD}\\n    pacing: {mode: even}\\n ~"
            + ":16:13 campaigns[0].pacing: a pace without a budget that it could spread; a budget that is not kept *",
        "currency: USD}\\n ~ currency: USD}\\n    pacing: {hours: [{from: 20, to: 4}]}\\n ~"
            + ":16:22 campaigns[0].pacing.hours[0]: hours from 20 to 4; an end after the start; two spans for *",
        "offers: 2 ~ choice: {epsilon: 0.2}\\n    offers: 2 ~"
            + ":50:23 placements[0].choice.epsilon: \"epsilon\" with the policy greedy; the policy epsilon",
        "offers: 2 ~ choice: {policy: thomson}\\n    offers: 2 ~"
            + ":50:22 placements[0].choice.policy: \"thomson\" is not known here; known: epsilon, greedy, softmax, *",
        "offers: 2 ~ choice: {floor: 1.5}\\n    offers: 2 ~"
            + ":50:21 placements[0].choice.floor: 1.5 (a number); allowed: 1 or less",
        "offers: 2 ~ choice: {objective: revenue}\\n    offers: 2 ~"
            + ":50:13 placements[0].choice: the objective revenue without a model; learned: true, because *",
        "offers: 2 ~ choice: {affinity: true}\\n    offers: 2 ~"
            + ":50:24 placements[0].choice.affinity: *",
        "offers: 2 ~ choice: {affinity: feature}\\n    offers: 2 ~"
            + ":50:24 placements[0].choice.affinity: affinity: feature without a model; candidates or off, because *",
        "offers: 2 ~ choice: {objective: clicks, threshold: 2}\\n    offers: 2 ~"
            + ":50:44 placements[0].choice.threshold: a threshold of 2.0 for a probability; 0 to 1, because *",
        "offers: 2 ~ choice: {objective: clicks, factors: [lever]}\\n    offers: 2 ~"
            + ":50:42 placements[0].choice.factors: neither probability nor value ranks the offers; propensity, *",
        "paused: false\\noffers ~ control: {percent: 5}\\noffers ~"
            + ":51:15 placements[0].fallback: \"house-brand\" is of a campaign with a control group; an offer of *",
        "value: \"1.20\" ~ lever: -1\\n    value: \"1.20\" ~ :21:12 offers[0].lever: -1 (a whole number); allowed: 0 *",
        "value: \"1.20\" ~ weights: [{when: 'moment.hour > \"x\"', weight: 2}]\\n    value: \"1.20\" ~"
            + ":21:*offers[0].weights[0].when*",
        "offers: 2 ~ offers: 33 ~ :50:13 placements[0].offers: 33 (a whole number); allowed: 32 or less",
    })
    void shouldLocateWhatIsWrong(final String old, final String now, final String expected) throws IOException {
        final String good = CatalogueTexts.example();
        final String from = old.replace("\\n", "\n");
        assertTrue(good.contains(from), "the example holds " + from);
        CatalogueTexts.write(directory, "catalogue.yaml",
            good.replaceFirst(Pattern.quote(from),
                Matcher.quoteReplacement((now == null ? "" : now).replace("\\n", "\n"))));
        final LoadResult result = CatalogueLoader.load(directory, registry, CatalogueLoader.Previous.none());
        assertFalse(result.isGood(), "must not load");
        final String pattern = Arrays.stream(("catalogue.yaml" + expected).split("\\*", -1))
            .map(Pattern::quote).collect(Collectors.joining(".*"));
        final List<String> errors = result.errors().stream().map(CatalogueError::toString).toList();
        assertTrue(errors.stream().anyMatch(error -> error.matches(pattern)),
            "expected: " + expected + "\nfound: " + String.join("\n       ", errors));
        for (final NameKind kind : NameKind.values()) {
            assertEquals(0, registry.lastId(kind), "a load that fails adds no " + kind);
        }
    }

    @Test
    void shouldListAllErrorsOfAllFilesAtOnce() throws IOException {
        CatalogueTexts.write(directory, "a/one.yaml", "offers:\n  - {id: x, campaign: nobody, colour: red}\n");
        CatalogueTexts.write(directory, "b.yml", "stores:\n  - {id: s, zone: Mars}\n  - {id: s, zone: UTC}\n");
        CatalogueTexts.write(directory, "c.yaml", "stores: [\n");
        CatalogueTexts.write(directory, ".hidden.yaml", "nonsense: [\n");
        CatalogueTexts.write(directory, "readme.txt", "nonsense: [\n");
        Files.write(directory.resolve("d.yaml"), new byte[] {(byte) 0xC3, (byte) 0x28});
        final LoadResult result = CatalogueLoader.load(directory, registry, CatalogueLoader.Previous.none());
        final String errors = result.errors().stream().map(CatalogueError::toString).collect(Collectors.joining("\n"));
        for (final String part : List.of("a/one.yaml:2:23 offers[0].campaign: \"nobody\" is not a campaign",
            "a/one.yaml:2:39 offers[0].colour", "\"value\" is missing", "\"channels\" is missing",
            "b.yml:2:19 stores[0].zone", "b.yml:3:10 stores[1].id: \"s\" is defined twice; first at b.yml:2:10",
            "c.yaml:2:1: not YAML", "d.yaml: is not UTF-8; UTF-8")) {
            assertTrue(errors.contains(part), part + " in\n" + errors);
        }
        assertFalse(errors.contains("hidden") || errors.contains("readme"), errors);
    }

    @Test
    void shouldLocateErrorsWithinRulesHoweverTheyAreQuoted() throws IOException {
        final String good = CatalogueTexts.example();
        final String rule = "targeting: 'moment.channel == \"till\" && customer.visits_30d >= 2'";
        for (final String[] variant : new String[][] {
            {"targeting: customer.age > 3", ":27:16 "},
            {"targeting: \"customer.tier == \\\"a\\\" && customer.age > 3\"", ":27:43 "},
            {"targeting: 'customer.tier == ''a'' && customer.age > 3'", ":27:43 "},
            {"targeting: |\n      customer.known\n        && customer.age > 3", ":29:12 "},
            {"targeting: >-\n      customer.known\n      && customer.age > 3", ":27:16 "}}) {
            CatalogueTexts.write(directory, "catalogue.yaml", good.replace(rule, variant[0]));
            final LoadResult result = CatalogueLoader.load(directory, registry, CatalogueLoader.Previous.none());
            assertEquals(1, result.errors().size(), result.errors().toString());
            final String error = result.errors().getFirst().toString();
            assertTrue(error.startsWith("catalogue.yaml" + variant[1]
                + "offers[0].targeting: customer.age is not an attribute"), variant[0] + "\n" + error);
        }
    }

    @Test
    void shouldBoundAliasesAndNesting() throws IOException {
        final StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 9; i++) {
            bomb.append('a').append(i).append(": &a").append(i).append(" [");
            for (int j = 0; j < 10; j++) {
                bomb.append(j == 0 ? "" : ", ").append("*a").append(i - 1);
            }
            bomb.append("]\n");
        }
        for (final String text : List.of(bomb.toString(), "offers: &a [*a]\n", "[".repeat(100_000),
            "offers: " + "[".repeat(39) + "]".repeat(39), "? [a, b]\n: c\n", "- 1\n", "--- a\n--- b\n", "\0\n",
            "offers: !!java.net.URL [\"http://x\"]\n", "<<: {offers: []}\n", "\"\\ud800\": 1\n")) {
            CatalogueTexts.write(directory, "catalogue.yaml", text);
            final LoadResult result = CatalogueLoader.load(directory, registry, CatalogueLoader.Previous.none());
            assertFalse(result.isGood(), text.substring(0, Math.min(40, text.length())));
            assertTrue(result.durationNs() < 5_000_000_000L, "bounded time");
        }
    }

    @Test
    void shouldRefuseADirectoryWithoutFiles() {
        assertEquals(directory + ": holds no *.yaml file; at least one", CatalogueLoader.load(
            directory, registry, CatalogueLoader.Previous.none()).errors().getFirst().toString());
        assertTrue(CatalogueLoader.load(directory.resolve("none"), registry, CatalogueLoader.Previous.none())
            .errors().getFirst().toString().contains("is not a directory"));
    }

    @Test
    void shouldCountErrorsBeyondTheListedOnes() throws IOException {
        CatalogueTexts.write(directory, "catalogue.yaml",
            "stores:\n" + "  - {id: s, zone: Mars}\n".repeat(500));
        final LoadResult result = CatalogueLoader.load(directory, registry, CatalogueLoader.Previous.none());
        assertEquals(CatalogueLoader.MAX_ERRORS, result.errors().size());
        assertEquals(999 - CatalogueLoader.MAX_ERRORS, result.suppressed());
    }
}
