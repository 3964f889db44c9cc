package io.opportune.engine.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opportune.engine.exchange.BodyFormat;
import io.opportune.engine.exchange.ClickForm;
import io.opportune.engine.exchange.Encoding;
import io.opportune.engine.exchange.ExchangeIds;
import io.opportune.engine.exchange.ExchangeProfile;
import io.opportune.engine.exchange.ExchangeProfiles;
import io.opportune.engine.exchange.IdSource;
import io.opportune.engine.exchange.MarkupPlace;
import io.opportune.engine.exchange.NoBidForm;
import io.opportune.engine.exchange.NoticeKind;
import io.opportune.engine.exchange.PriceScheme;
import io.opportune.engine.exchange.SecretSource;
import io.opportune.engine.exchange.TestHandling;
import io.opportune.engine.privacy.AbsentGdpr;
import io.opportune.protocol.openrtb.macro.AuctionMacro;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ExchangeFilesTest {
    private static final String OWN = """
        exchange: corner
        number: 1000
        name: Corner Exchange
        ids: {order: [eids, user_id], user_id: 1500, eids: {example.com: loyalty, other.example: 2000}}
        price:
          scheme: google_hmac_sha1
          unit: cpm_micros
          plain_in: [win]
          macro: "%%PRICE%%"
          encryption_key: {file: corner-e.key}
          integrity_key: {environment: CORNER_I_KEY}
        currencies: [EUR, GBP]
        auction: {default_type: 1, deals_first: true}
        time: {tmax: 200ms, margin: 20ms, margin_min: 1ms, margin_max: 90ms, late_target: 0.01}
        limits: {requests_per_second: 5000, response_bytes: 4096}
        notices: {fired: [bill], macros: [AUCTION_PRICE, AUCTION_LOSS], markup: [adm]}
        privacy: {absent_gdpr: not_applicable}
        wire: {formats: [json], request_encodings: [], no_bid: nbr_200, test: no_bid, versions: ["2.6-202606"]}
        sources: {price.scheme: "contract of 2026-11-01, annex B"}
        unknown: [wire.answer_encodings]
        """;

    @TempDir
    private Path dir;

    private ExchangeFiles.Result load(final String... texts) throws IOException {
        for (int i = 0; i < texts.length; i++) {
            Files.writeString(dir.resolve("own" + i + ".yaml"), texts[i]);
        }
        return ExchangeFiles.load(dir);
    }

    private List<String> errors(final String text) throws IOException {
        final ExchangeFiles.Result result = load(text);
        assertNull(result.profiles());
        return result.errors().stream().map(CatalogueError::toString).toList();
    }

    @Test
    void shouldShipProfilesThatLoad() {
        final ExchangeFiles.Result result = ExchangeFiles.shipped();
        assertEquals(List.of(), result.errors());
        final ExchangeProfiles profiles = result.profiles();
        assertEquals(new TreeSet<>(ExchangeFiles.SHIPPED),
            new TreeSet<>(profiles.all().stream().map(ExchangeProfile::id).toList()));
        for (final ExchangeProfile profile : profiles.all()) {
            assertTrue(profile.number() < 1_000, "the numbers below 1000 are those of shipped profiles");
            final byte[] id = profile.id().getBytes(StandardCharsets.US_ASCII);
            assertEquals(profile, profiles.find(new UnsafeBuffer(id), 0, id.length));
            assertEquals(profile, profiles.find(profile.number()));
            assertEquals(AbsentGdpr.NO_PROFILE, profile.absentGdpr());
        }
        assertNull(profiles.find(new UnsafeBuffer("gen".getBytes(StandardCharsets.US_ASCII)), 0, 3));
        assertNull(profiles.find("nobody"));
        assertNull(profiles.find(65_000));
        final ExchangeProfile google = profiles.find("google-authorized-buyers");
        assertEquals(PriceScheme.GOOGLE_HMAC_SHA1, google.price().scheme());
        assertEquals(80_000_000L, google.time().defaultTmaxNs());
        assertEquals(10_000_000L, google.time().marginNs(), "as generic");
        assertEquals(List.of(840, ExchangeProfile.ANY_CURRENCY), google.currencies());
        assertEquals(new ExchangeProfile.Click("%%CLICK_URL_UNESC%%", ClickForm.BEFORE, List.of()),
            google.notices().click());
        assertEquals(new ExchangeProfile.Click("${AUCTION_CLICKTRACK_URL}", ClickForm.PARAMETER,
            List.of("pubmatic.com")), profiles.find("pubmatic").notices().click());
        assertEquals(ExchangeProfile.Click.NONE, profiles.find("xandr").notices().click());
        assertTrue(profiles.find("openx").notices().replaces(AuctionMacro.AUCTION_PRICE));
        assertFalse(profiles.find("openx").notices().replaces(AuctionMacro.AUCTION_ID), "as far as is known");
        assertEquals("${AUCTION_PRICE:OXCRYPT}", profiles.find("openx").price().macroFor(NoticeKind.IMP));
        assertFalse(profiles.find("index").notices().fires(NoticeKind.LOSS));
        assertEquals(Set.of(MarkupPlace.ADM), profiles.find("pubmatic").notices().markup());
        assertEquals(12, profiles.find("pubmatic").currencies().size());
    }

    /** Every rule that a shipped profile gives says where it is from, and every other one that nothing was found. */
    @Test
    void shouldSayTheSourceOfEachRuleThatIsShipped() {
        final YamlValue generic = YamlReader.read(new SourceFile(
            ExchangeFiles.GENERIC, ExchangeFiles.shippedText(ExchangeFiles.GENERIC), new Problems(10)));
        for (final String name : ExchangeFiles.SHIPPED) {
            final YamlValue root = YamlReader.read(
                new SourceFile(name, ExchangeFiles.shippedText(name), new Problems(10)));
            final Set<String> given = new TreeSet<>();
            root.entries().forEach((section, value) -> {
                if (ExchangeReader.RULES.contains(section)) {
                    given.add(section);
                } else if (ExchangeReader.RULES.stream().anyMatch(rule -> rule.startsWith(section + "."))) {
                    value.entries().keySet().forEach(key -> given.add(section + "." + key));
                }
            });
            assertEquals(given, new TreeSet<>(root.get("sources").entries().keySet()), name);
            final Set<String> all = new TreeSet<>(given);
            if (root.get("unknown") != null) {
                root.get("unknown").elements().forEach(rule -> assertTrue(all.add(rule.text()), rule.text()));
                // Whether to shade is no rule of an exchange: it is ours everywhere.
                all.add("auction.shading");
                assertEquals(new TreeSet<>(ExchangeReader.RULES), all, name);
            }
            root.get("sources").entries().forEach((rule, source) -> assertTrue(
                source.text().startsWith("own choice") || source.text().startsWith("as generic")
                    || source.text().contains("OpenRTB 2.6") || source.text().contains("specification")
                    || source.text().matches("(developers|support|docs|community|help|learn|kb|github)\\..*"),
                name + " " + rule + ": " + source.text()));
            root.get("sources").entries().forEach((rule, source) -> {
                if (source.text().startsWith("as generic")) {
                    assertEquals(value(generic, rule), value(root, rule), name + " " + rule);
                }
            });
        }
    }

    private static String value(final YamlValue root, final String rule) {
        final String[] path = rule.split("\\.");
        final YamlValue section = root.get(path[0]);
        return (path.length == 1 ? section : section.get(path[1])).words();
    }

    @Test
    void shouldKnowTheRulesOfThePublishedSchema() throws IOException {
        final JsonNode schema;
        try (InputStream stream = ExchangeFiles.class.getResourceAsStream(ExchangeFiles.SCHEMA)) {
            schema = new ObjectMapper().readTree(stream);
        }
        final Set<String> rules = new HashSet<>();
        final Set<String> meta = Set.of("exchange", "number", "name", "sources", "unknown");
        schema.get("properties").properties().forEach(section -> {
            if (section.getValue().has("properties")) {
                section.getValue().get("properties").fieldNames()
                    .forEachRemaining(key -> rules.add(section.getKey() + "." + key));
            } else if (!meta.contains(section.getKey())) {
                rules.add(section.getKey());
            }
        });
        assertEquals(new TreeSet<>(ExchangeReader.RULES), new TreeSet<>(rules));
    }

    @Test
    void shouldReadEveryRule() throws IOException {
        final ExchangeFiles.Result result = load(OWN);
        assertEquals(List.of(), result.errors());
        final ExchangeProfile own = result.profiles().find("corner");
        assertEquals(1_000, own.number());
        assertEquals("Corner Exchange", own.name());
        assertEquals(List.of(IdSource.EIDS, IdSource.USER_ID), own.ids().order());
        assertEquals(1_500, own.ids().userId());
        assertEquals(3, own.ids().buyeruid(), "as generic, but not in the order");
        assertEquals(1, eid(own, "example.com"));
        assertEquals(2_000, eid(own, "other.example"));
        assertEquals(ExchangeIds.NOT_READ, eid(own, "example.co"));
        assertEquals(PriceScheme.GOOGLE_HMAC_SHA1, own.price().scheme());
        assertEquals("${AUCTION_PRICE}", own.price().macroFor(NoticeKind.WIN));
        assertEquals("%%PRICE%%", own.price().macroFor(NoticeKind.BILL));
        assertEquals(new SecretSource("corner-e.key", null), own.price().encryptionKey());
        assertEquals(new SecretSource(null, "CORNER_I_KEY"), own.price().integrityKey());
        assertEquals(List.of(978, 826), own.currencies());
        assertEquals(new ExchangeProfile.Auction(1, true, true), own.auction());
        assertEquals(new ExchangeProfile.Time(200_000_000, 20_000_000, 1_000_000, 90_000_000, 0.01), own.time());
        assertEquals(new ExchangeProfile.Limits(5_000, 262_144, 4_096, 0), own.limits());
        assertTrue(own.notices().fires(NoticeKind.BILL));
        assertFalse(own.notices().fires(NoticeKind.WIN));
        assertTrue(own.notices().replaces(AuctionMacro.AUCTION_LOSS));
        assertFalse(own.notices().replaces(AuctionMacro.AUCTION_ID));
        assertEquals(Set.of(MarkupPlace.ADM), own.notices().markup());
        assertEquals(AbsentGdpr.NOT_APPLICABLE, own.absentGdpr());
        assertEquals(new ExchangeProfile.Wire(List.of("2.6-202606"), Set.of(BodyFormat.JSON), Set.of(),
            Set.of(Encoding.GZIP, Encoding.ZSTD), NoBidForm.NBR_200, TestHandling.NO_BID), own.wire());
        assertEquals(9, result.profiles().all().size());
    }

    @ParameterizedTest
    @EnumSource(AbsentGdpr.class)
    void shouldReadEachRuleForAbsentGdpr(final AbsentGdpr rule) throws IOException {
        final ExchangeFiles.Result result =
            load(OWN.replace("not_applicable", rule.name().toLowerCase(Locale.ROOT)));
        assertEquals(List.of(), result.errors());
        assertEquals(rule, result.profiles().find("corner").absentGdpr());
    }

    private static int eid(final ExchangeProfile profile, final String source) {
        final byte[] bytes = ("/" + source).getBytes(StandardCharsets.UTF_8);
        return profile.ids().eidNamespace(new UnsafeBuffer(bytes), 1, source.length());
    }

    @Test
    void shouldLoadTheExampleOfTheDocument() throws IOException {
        final ExchangeFiles.Result result = load(documentExample(0));
        assertEquals(List.of(), result.errors());
        final ExchangeProfile corner = result.profiles().find("corner");
        assertEquals("${AUCTION_PRICE}", corner.price().macroFor(NoticeKind.WIN));
        assertEquals("${AUCTION_PRICE:ENC}", corner.price().macroFor(NoticeKind.IMP));
        assertEquals(new ExchangeProfile.Limits(20_000, 65_536, 4_096, 3_000), corner.limits());
        assertEquals(NoBidForm.NBR_200, corner.wire().noBid());
    }

    /** The YAML examples of EXCHANGES.md, in their order. */
    static String documentExample(final int index) throws IOException {
        final String document = Files.readString(
            Path.of(System.getenv("OPPORTUNE_ROOT")).resolve("engine/EXCHANGES.md"), StandardCharsets.UTF_8);
        return document.split("```yaml\n")[index + 1].split("```")[0];
    }

    @Test
    void shouldTakeAnOwnFileForTheShippedOne() throws IOException {
        final ExchangeFiles.Result result = load(
            "{exchange: openx, number: 4, name: OpenX, ids: {order: [ifa]}, sources: {}}",
            ExchangeFiles.shippedText("generic").replace("tmax: 100ms", "tmax: 300ms"));
        assertEquals(List.of(), result.errors());
        assertEquals(PriceScheme.PLAIN, result.profiles().find("openx").price().scheme());
        assertEquals(300_000_000L, result.profiles().find("openx").time().defaultTmaxNs(), "the own generic profile's");
        assertEquals(8, result.profiles().all().size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "number: 1000|number: 4|own0.yaml:2:9 number: the number 4 is given to two exchanges; also in"
            + " exchanges/openx.yaml",
        "markup: [adm]|markup: [nurl]|with notices.fired without win; adm, or win among notices.fired",
        "number: 1000|number: 0|own0.yaml:2:9 number: 0 (a whole number); allowed: 1 or more",
        "exchange: corner|exchange: Corner|own0.yaml:1:11 exchange: \"Corner\"; allowed: text that matches",
        "name: Corner Exchange|nam: x|\"nam\" is not known here",
        "name: Corner Exchange|nam: x|\"name\" is missing",
        "deals_first: true|deals: true|own0.yaml:13:35 auction.deals: \"deals\" is not known here; known:"
            + " deals_first, default_type, shading",
        "deals_first: true|deals_first: yes|own0.yaml:13:41 auction.deals_first: \"yes\"; allowed: true, false",
        "user_id: 1500|user_id: 255|ids.user_id: 255 (a whole number) is no namespace; allowed:"
            + " advertising_id, app_account",
        "user_id: 1500|user_id: cookie|ids.user_id: \"cookie\" is no namespace",
        "example.com: loyalty|example.com: 70000|ids.eids.example.com: 70000 (a whole number) is no namespace",
        "order: [eids, user_id]|order: [eids]|ids.user_id: the namespace of \"user_id\" is never used; put"
            + " it into ids.order",
        "order: [eids, user_id]|order: [eids, eids, user_id]|ids.order[1]: \"eids\" stands twice; once",
        "user_id: 1500, |''|own0.yaml:4:14 ids.order: \"user_id\" has no namespace; give ids.user_id",
        "{file: corner-e.key}|{key: sIxwz7yw62y}|price.encryption_key.key: \"key\" is not known here;"
            + " known: environment, file",
        "{file: corner-e.key}|{file: a, environment: B}|price.encryption_key: a file and an environment"
            + " variable; one of the two",
        "scheme: google_hmac_sha1|scheme: plain|price.scheme: \"plain\" with a key; leave the keys out",
        "scheme: google_hmac_sha1|scheme: blowfish|price.scheme: \"blowfish\" is not known here; known:"
            + " google_hmac_sha1, plain",
        "integrity_key: {environment: CORNER_I_KEY}|# no key|price.scheme: \"google_hmac_sha1\" without both keys",
        "[EUR, GBP]|[EUR, EURO]|currencies[1]: \"EURO\" is no ISO 4217 currency; nearest of",
        "[EUR, GBP]|[EUR, EUR]|currencies[1]: \"EUR\" stands twice; once",
        "[EUR, GBP]|[EUR, '*', '*']|currencies[2]: \"*\" stands twice; once",
        "[EUR, GBP]|['*', EUR]|currencies[0]: \"*\" comes first; the currency of requests that name none",
        "markup: [adm]}|markup: [adm], click: {macro: x, form: parameter}}|form: parameter without macro or hosts",
        "markup: [adm]}|markup: [adm], click: {macro: x, hosts: [a.b]}}|hosts that nothing looks at",
        "fired: [bill]|fired: [event, event]|notices.fired[1]: \"event\" stands twice; once",
        "fired: [bill]|fired: [start]|notices.fired[0]",
        "margin: 20ms|margin: 200ms|time.margin: \"200ms\" is outside of its bounds; margin_min up to margin_max",
        "margin_max: 90ms|margin_max: 200ms|time.margin_max: \"200ms\" leaves no time of tmax; less than tmax",
        "tmax: 200ms|tmax: 200 ms|time.tmax: \"200 ms\"; allowed: text that matches",
        "late_target: 0.01|late_target: 1|time.late_target: 1 (a whole number); allowed: less than 1",
        "AUCTION_LOSS|AUCTION_LOST|notices.macros[1]: \"AUCTION_LOST\" is not known here; known: nearest of"
            + " 14: AUCTION_LOSS",
        "fired: [bill]|fired: [bill, bill]|notices.fired[1]: \"bill\" stands twice; once",
        "price.scheme: \"contract|price.schema: \"contract|sources.price.schema: \"price.schema\" is not a rule; known:"
            + " nearest of 35: price.scheme",
        "price.scheme: \"contract|wire.answer_encodings: \"contract|a source of \"wire.answer_encodings\","
            + " which is not given",
        "unknown: [wire.answer_encodings]|unknown: [wire.test]|unknown[0]: \"wire.test\" is said to be"
            + " unknown and is given; one of the two",
        "unknown: [wire.answer_encodings]|unknown: [wire.tests]|unknown[0]: \"wire.tests\" is not a rule;"
            + " known: nearest of 35: wire.test"})
    void shouldSayWhatIsWrongAndWhere(final String from, final String to, final String expected) throws IOException {
        assertTrue(OWN.contains(from), from);
        final List<String> errors = errors(OWN.replace(from, to));
        assertTrue(errors.stream().anyMatch(error -> error.contains(expected)), () -> expected + " in " + errors);
        assertTrue(errors.stream().allMatch(error -> error.startsWith("own0.yaml:")), errors::toString);
    }

    @Test
    void shouldSayAllThatIsWrongAtOnce() throws IOException {
        final ExchangeFiles.Result result = load(
            OWN.replace("number: 1000", "number: -1").replace("tmax: 200ms", "tmax: soon"),
            OWN.replace("exchange: corner", "exchange: market").replace("markup: [adm]", "markup: [html]"),
            "exchange: [", "exchange: corner\nnumber: 1001\nname: again\nsources: {}\n");
        assertNull(result.profiles());
        final List<String> files = new ArrayList<>();
        result.errors().forEach(error -> files.add(error.file() + " " + error.field()));
        assertTrue(files.containsAll(List.of("own0.yaml number", "own0.yaml time.tmax", "own1.yaml notices.markup[0]",
            "own3.yaml exchange")), files::toString);
        assertTrue(result.errors().stream().anyMatch(
            error -> error.file().equals("own2.yaml") && error.found().startsWith("not YAML")), files::toString);
    }

    @Test
    void shouldSayWhenThereIsNoDirectory() {
        final ExchangeFiles.Result result = ExchangeFiles.load(dir.resolve("nowhere"));
        assertNull(result.profiles());
        assertEquals(1, result.errors().size());
        assertNotNull(result.errors().getFirst().found());
    }
}
