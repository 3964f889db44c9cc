package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opportune.engine.admission.CustomerKeys;
import io.opportune.engine.bidding.BidCatalogue;
import io.opportune.engine.bidding.BidExplanations;
import io.opportune.engine.bidding.BidSettings;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.config.Config;
import io.opportune.engine.config.ConfigKey;
import io.opportune.engine.decision.FreeOffers;
import io.opportune.engine.decision.Holds;
import io.opportune.engine.decision.OfferOrder;
import io.opportune.engine.decision.ShardModel;
import io.opportune.engine.exchange.ExchangeProfiles;
import io.opportune.engine.experiment.ControlGroups;
import io.opportune.engine.explain.BidExplainer;
import io.opportune.engine.explain.BidFunnel;
import io.opportune.engine.explain.ExplainedChoice;
import io.opportune.engine.identity.Partitioner;
import io.opportune.engine.identity.PseudonymKey;
import io.opportune.engine.identity.Pseudonymiser;
import io.opportune.engine.journal.ChoiceBlock;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalReader;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.codec.DecisionRecordDecoder;
import io.opportune.engine.journal.codec.MessageHeaderDecoder;
import io.opportune.engine.learning.WeightEpoch;
import io.opportune.engine.profile.IdentityIndex;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.replay.RegistryQueue;
import io.opportune.engine.shard.DecisionIds;
import io.opportune.engine.training.ModelReplay;
import io.opportune.protocol.Consent;
import io.opportune.protocol.Namespaces;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.client.ContextChange;
import io.opportune.protocol.client.Customer;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.DecisionStatus;
import io.opportune.protocol.codec.NameKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bids that a model and chance choose, with control groups, while the model learns: explained afterwards by the id of
 * each decision, they come out as they are journalled.
 */
@Timeout(120)
class BidChoiceExplainTest {
    private static final int BIDS = 600;
    private static final int OFFERS = 24;
    private static final String BASE = "https://bid.example";

    @TempDir
    private Path folder;

    private final ObjectMapper json = new ObjectMapper();
    private final long[] nowNs = new long[1];
    private final ShardModel[] model = new ShardModel[1];
    private final Map<Long, Integer> numberByRoot = new HashMap<>();
    private final Map<Long, UnsafeBuffer> profiles = new HashMap<>();
    private NameRegistry registry;
    private BidExplainer explainer;

    /** What the journal says of one decision. */
    private record Recorded(
        UUID id, long rootHigh, long rootLow, long modelNumber, long timeNs, DecisionStatus status, int reason,
        List<Integer> offerIds, List<Double> propensities, List<Double> probabilities, int ghosts) {
    }

    private static String catalogue() {
        final StringBuilder offers = new StringBuilder();
        for (int i = 0; i < OFFERS; i++) {
            offers.append("""
                  - id: more-%d
                    campaign: %s
                    category: more-%d
                    value: "0.%d"
                    propensity: 0.0%d
                    channels: [ad_exchange]
                    creatives:
                      - id: more-%d-300x250
                        title: "More"
                        banner: {w: 300, h: 250, image: "https://cdn.dairy.example/m.png", click: "https://d.example/"}
                """.formatted(i, i % 3 == 0 ? "members" : "milk-online", i, 20 + i, 1 + i % 3, i));
        }
        return BidServer.CATALOGUE
            .replaceFirst("placements:\n", offers.toString().replace("$", "\\$") + "placements:\n")
            .replaceFirst("    offers: 1\n", "    offers: 1\n    choice: {policy: thompson, learned: true}\n")
            .replaceFirst("  - id: members\n", "  - id: members\n    control: {percent: 30}\n")
            + "control: {percent: 15}\n";
    }

    private static String request(final int number) {
        return """
            {"id": "r%d", "at": 2, "tmax": 900, "site": {"id": "s%d"}, "cur": ["USD"],
             "imp": [{"id": "1", "secure": 1, "banner": {"w": 300, "h": 250}}],
             "user": {"buyeruid": "%s"}, "regs": {"gdpr": 0}}""".formatted(number, number % 7, customer(number));
    }

    private static String customer(final int number) {
        return "new-" + number;
    }

    /** Customers who agreed to everything, and what is known of each before the one request about it. */
    private void introduce(final BidServer server) throws Exception {
        final PseudonymKey key = PseudonymKey.load(new ServerSettings(server.test.config()).keyFile());
        final Partitioner partitioner =
            new Partitioner(key, server.test.config().integer(ConfigKey.STORE_PARTITIONS));
        try (TillClient client = server.test.client();
            IdentityIndex nobody = IdentityIndex.open(folder.resolve("nobody"), 1_024, key.id())) {
            final CustomerKeys keys = new CustomerKeys(new Pseudonymiser(key), nobody);
            for (int i = 0; i < BIDS; i++) {
                client.updateContext(ContextChange.of(new Customer(Namespaces.DEVICE, customer(i)),
                    new ContextChange.GrantConsent(Consent.ALL)), TimeUnit.SECONDS.toNanos(5)).get();
                final byte[] id = customer(i).getBytes(StandardCharsets.UTF_8);
                keys.resolve(Namespaces.DEVICE, new UnsafeBuffer(id), 0, id.length);
                final UnsafeBuffer profile = new UnsafeBuffer(new byte[ProfileFlyweight.LENGTH_BYTES]);
                assertTrue(server.test.server().copyProfile(partitioner.partitionOf(keys.rootHigh(), keys.rootLow()),
                    keys.rootHigh(), keys.rootLow(), profile));
                profiles.put(keys.rootLow(), profile);
                numberByRoot.put(keys.rootLow(), i);
            }
        }
    }

    private boolean copy(
        final int partition, final long rootHigh, final long rootLow, final MutableDirectBuffer into) {
        final UnsafeBuffer profile = profiles.get(rootLow);
        if (profile != null) {
            into.putBytes(0, profile, 0, ProfileFlyweight.LENGTH_BYTES);
        }
        return profile != null;
    }

    private void bid() throws Exception {
        try (BidServer server = new BidServer(folder)) {
            Files.writeString(folder.resolve("catalogue/all.yaml"), catalogue());
            server.test.set("learning.model", "house:1 bayes offer-rows=10 campaign-rows=6 linear-bits=14")
                .set("learning.publish-interval", "20ms").set("learning.pending", "256k");
            server.start();
            introduce(server);
            int bids = 0;
            for (int i = 0; i < BIDS; i++) {
                final BidServer.Answer answer = server.post("generic", request(i));
                if (answer.status() == 200) {
                    bids++;
                    final JsonNode bid = json.readTree(answer.text()).at("/seatbid/0/bid/0");
                    final String url = bid.get("burl").asText().substring(BASE.length())
                        .replace("${AUCTION_PRICE}", "0.1").replace("${AUCTION_MIN_TO_WIN}", "");
                    assertTrue(i % 3 != 0 || server.get(url).status() < 300, url);
                }
            }
            assertTrue(bids > BIDS / 2, bids + " bids");
            server.assertNoErrors();
        }
    }

    private List<Recorded> recorded(final JournalDirectory journals) {
        final List<Recorded> all = new ArrayList<>();
        final RecordHeaderFlyweight header = new RecordHeaderFlyweight();
        final DecisionRecordDecoder record = new DecisionRecordDecoder();
        final DecisionResponseDecoder response = new DecisionResponseDecoder();
        final UnsafeBuffer block = new UnsafeBuffer(0, 0);
        for (final Path queue : journals.queues()) {
            try (JournalReader reader = new JournalReader(queue)) {
                while (reader.next()) {
                    header.wrap(reader.buffer(), reader.offset());
                    if (header.templateId() == DecisionRecordDecoder.TEMPLATE_ID) {
                        record.wrapAndApplyHeader(reader.buffer(), reader.offset(), new MessageHeaderDecoder());
                        record.skipRequest();
                        record.wrapResponse(block);
                        response.wrapAndApplyHeader(block, 0, new io.opportune.protocol.codec.MessageHeaderDecoder());
                        final List<Integer> offers = new ArrayList<>();
                        final List<Double> propensities = new ArrayList<>();
                        final List<Double> probabilities = new ArrayList<>();
                        for (final DecisionResponseDecoder.OffersDecoder offer : response.offers()) {
                            offers.add(offer.offerId());
                            propensities.add(offer.propensity());
                        }
                        final DecisionStatus status = response.status();
                        final int reason = response.reason();
                        record.skipReservations();
                        record.skipCounts();
                        record.skipWithheld();
                        record.wrapChoice(block);
                        for (int place = 0; place < offers.size(); place++) {
                            probabilities.add(ChoiceBlock.probability(block, 0, place));
                        }
                        all.add(new Recorded(
                            new UUID(DecisionIds.high(header.partition(), header.term()), header.sequence()),
                            header.rootKeyHigh(), header.rootKeyLow(), record.modelEpoch(), header.businessTimeNs(),
                            status, reason, offers, propensities, probabilities, ChoiceBlock.ghostCount(block, 0)));
                    }
                }
            }
        }
        return all;
    }

    private IdentityIndex prepare(final Config config, final JournalDirectory journals) throws Exception {
        registry = new NameRegistry((kind, id, name) -> { });
        RegistryQueue.restore(journals.registryQueue(), registry);
        final PseudonymKey key = PseudonymKey.load(new ServerSettings(config).keyFile());
        final Catalogue catalogue = CatalogueLoader.load(
            config.path(ConfigKey.CATALOGUE_DIR), registry, new CatalogueLoader.Previous(1, null)).catalogue();
        final FreeOffers offers = new FreeOffers(new OfferOrder(catalogue), Holds.NONE);
        final ExchangeProfiles exchanges = BidConfig.exchanges(config);
        final BidSettings settings = BidConfig.settings(config);
        final BidCatalogue prepared = BidCatalogue.of(offers.catalogue(), exchanges.all(), settings, null);
        final ControlGroups groups = ControlGroups.of(key, catalogue);
        final IdentityIndex identities = IdentityIndex.open(folder.resolve("identities"), 1_024, key.id());
        explainer = new BidExplainer(new BidExplainer.Environment(settings, exchanges, BidConfig.rateBoard(config),
            BidConfig.privacy(config), () -> prepared, () -> offers, registry, key, identities,
            new Partitioner(key, config.integer(ConfigKey.STORE_PARTITIONS)), this::copy, () -> nowNs[0],
            config.durationNs(ConfigKey.DECISION_MAX_TIME_BUDGET), PriceLearning.asOf(config),
            new ExplainedChoice(() -> groups, (before, task) -> task.accept(model[0]), () -> null)));
        return identities;
    }

    @Test
    void shouldExplainWhatWasDecided() throws Exception {
        bid();
        final Config config = new TestServer(folder).config();
        final JournalDirectory journals = new JournalDirectory(folder.resolve("data/journal"));
        final IdentityIndex identities = prepare(config, journals);
        try (ModelReplay models = new ModelReplay(journals, folder.resolve("data/models"))) {
            int byChance = 0;
            int global = 0;
            int ghosts = 0;
            final Set<Long> publications = new HashSet<>();
            final List<Recorded> all = recorded(journals);
            assertTrue(all.size() > BIDS * 9 / 10, all.size() + " decisions");
            for (final Recorded each : all) {
                final Integer number = numberByRoot.get(each.rootLow);
                assertNotNull(number, "the journal knows them by root");
                if (each.modelNumber > 0 && publications.add(each.modelNumber)) {
                    final WeightEpoch epoch = models.at(each.modelNumber);
                    assertNotNull(epoch, models::obstacle);
                    model[0] = new ShardModel(each.modelNumber, epoch, model[0]);
                }
                nowNs[0] = each.timeNs;
                compare(each, explainer.explain(new BidExplanations.Question("generic",
                    request(number).getBytes(StandardCharsets.UTF_8), false, false, 100, List.of(), each.id)));
                byChance += !each.probabilities.isEmpty() && each.probabilities.getFirst() < 1 ? 1 : 0;
                global += each.reason == ReasonCode.HOLDOUT.code() ? 1 : 0;
                ghosts += each.reason != ReasonCode.HOLDOUT.code() && each.ghosts > 0 ? 1 : 0;
            }
            final String counted = byChance + " by chance, " + global + " in global control, " + ghosts
                + " in another, " + publications.size() + " publications";
            assertTrue(byChance > BIDS / 4 && global > BIDS / 20 && ghosts > 5 && publications.size() > 2, counted);
        } finally {
            identities.close();
        }
    }

    private void compare(final Recorded recorded, final BidFunnel funnel) {
        final BidFunnel.Decision decision = funnel.imps().getFirst().decision();
        assertEquals(recorded.status, decision.status());
        assertEquals(recorded.reason, decision.reason().code());
        final List<BidFunnel.OfferLine> made =
            decision.offers().stream().filter(line -> line.reason() == ReasonCode.NONE).toList();
        assertEquals(recorded.offerIds,
            made.stream().map(line -> registry.find(NameKind.OFFER, line.finding().offer())).toList());
        assertEquals(recorded.propensities, made.stream().map(BidFunnel.OfferLine::propensity).toList());
        assertEquals(recorded.probabilities, made.stream().map(BidFunnel.OfferLine::probability).toList());
        // Who is in a campaign's group may have drawn another campaign's offer even so.
        assertTrue(recorded.reason != ReasonCode.HOLDOUT.code() && recorded.ghosts == 0
            || decision.outcomes().containsKey(ReasonCode.CONTROL_GROUP), recorded::toString);
    }
}
