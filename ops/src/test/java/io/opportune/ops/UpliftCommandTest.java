package io.opportune.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.catalogue.LoadResult;
import io.opportune.engine.journal.ChoiceBlock;
import io.opportune.engine.journal.JournalCounters;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalSettings;
import io.opportune.engine.journal.JournalWriter;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.RecordWriter;
import io.opportune.engine.journal.codec.DecisionRecordEncoder;
import io.opportune.engine.journal.codec.NameKind;
import io.opportune.engine.recovery.DataFolders;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.replay.CatalogueArchive;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionRequestEncoder;
import io.opportune.protocol.codec.DecisionResponseEncoder;
import io.opportune.protocol.codec.DecisionStatus;
import io.opportune.protocol.codec.EventReportEncoder;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report on uplift, from a data folder as a server leaves it. */
class UpliftCommandTest {
    private static final long DAY_NS = 86_400_000_000_000L;
    private static final int USD = 840;
    private static final int CUSTOMERS = 2_000;
    private static final int GLOBAL_EVERY = 100;
    private static final String CATALOGUE = """
        control: {percent: 1}
        advertisers: [{id: acme}]
        campaigns:
          - {id: milk, advertiser: acme, flights: [{start: 1970-01-01, end: 1971-01-01}], budget: {currency: USD},
             control: {percent: 50}, attribution_window: 2d}
        offers:
          - {id: milk-10, campaign: milk, value: "1.00", propensity: 0.1, channels: [till, app],
             creatives: [{id: milk-10-all, title: "Milk"}]}
        """;

    @TempDir
    private Path folder;

    private final RecordWriter records = new RecordWriter(0, 16 << 10).term(1);
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[4_096]);
    private final UnsafeBuffer choice = new UnsafeBuffer(new byte[ChoiceBlock.MAX_LENGTH]);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private Catalogue catalogue;
    private long sequence;

    /** Names in the control journal and the catalogue in the archive, as a server keeps them. */
    @BeforeEach
    void keepCatalogue() throws IOException {
        final Path files = Files.createDirectories(folder.resolve("files"));
        Files.writeString(files.resolve("all.yaml"), CATALOGUE);
        try (JournalWriter names = writer(journal().registryQueue())) {
            final NameRegistry registry = new NameRegistry((kind, id, name) -> {
                records.at(RecordHeaderFlyweight.CONTROL_PARTITION, ++sequence, 0, 0, 0, 0);
                records.name().id(id).kind(NameKind.get(kind.value())).name(name);
                append(names);
            });
            final LoadResult result = CatalogueLoader.load(files, registry, CatalogueLoader.Previous::none,
                hash -> true);
            assertEquals(List.of(), result.errors());
            catalogue = result.catalogue();
            new CatalogueArchive(DataFolders.catalogues(folder)).keep(catalogue.content(), result.files());
        }
    }

    private JournalDirectory journal() {
        return new JournalDirectory(folder.resolve("journal"));
    }

    private static JournalWriter writer(final Path queue) {
        return new JournalWriter(queue, JournalSettings.defaults().withMinFreeBytes(0), new SystemEpochNanoClock(),
            JournalCounters.detached());
    }

    private void append(final JournalWriter writer) {
        assertNotEquals(JournalWriter.NOT_WRITTEN, writer.append(records.buffer(), 0, records.length()));
    }

    /**
     * Every n-th customer is kept back, of the others each hundredth from all offers; a fifth of those kept back buys
     * for 4.00, and a quarter of the others.
     */
    private void write(final int everyNth) {
        try (JournalWriter writer = writer(journal().shardQueue(0))) {
            for (int i = 1; i <= CUSTOMERS; i++) {
                final boolean control = i % everyNth == 0;
                decide(i, control, i % GLOBAL_EVERY == 51);
                append(writer);
                if (i / 2 % (control ? 5 : 4) == 0) {
                    buy(i, i * 1_000L + 1);
                    append(writer);
                }
            }
            buy(CUSTOMERS + 1, 20 * DAY_NS);
            append(writer);
        }
    }

    private RecordWriter next(final int customer, final long timeNs) {
        sequence++;
        return records.at(0, sequence, timeNs, sequence, 1, customer);
    }

    private void decide(final int customer, final boolean campaign, final boolean global) {
        final boolean control = campaign || global;
        final DecisionRecordEncoder record = next(customer, customer * 1_000L).decision();
        record.requestIdHigh(0).requestIdLow(0).catalogueCounter(1)
            .catalogueHash(catalogue.version().contentHash()).modelEpoch(0).controlEpoch(0).candidateCount(1)
            .scoredCount(1).timeTakenNs(1).clientIndex(0).affinityTable(0);
        final DecisionRequestEncoder request = new DecisionRequestEncoder().wrapAndApplyHeader(message, 0, header);
        request.channel(customer % 4 < 2 ? Channel.TILL : Channel.APP).flags().clear();
        request.basketLinesCount(0);
        request.attributesCount(0);
        request.attributeTextsCount(0);
        request.customerId("").restrictions("");
        record.putRequest(message, 0, MessageHeaderEncoder.ENCODED_LENGTH + request.encodedLength());
        final DecisionResponseEncoder response = new DecisionResponseEncoder().wrapAndApplyHeader(message, 0, header);
        response.status(control ? DecisionStatus.NO_OFFER : DecisionStatus.OFFERS);
        final int campaignId = catalogue.campaigns().getFirst().campaignId();
        final int offerId = catalogue.offer(0).offerId();
        if (control) {
            response.offersCount(0);
        } else {
            response.offersCount(1).next().offerId(offerId).campaignId(campaignId);
        }
        response.explanationsCount(0);
        response.textsCount(0);
        record.putResponse(message, 0, MessageHeaderEncoder.ENCODED_LENGTH + response.encodedLength())
            .putReservations(choice, 0, 0).putCounts(choice, 0, 0).putWithheld(choice, 0, 0);
        final int length = ChoiceBlock.begin(choice, 0, 0,
            global ? ChoiceBlock.GLOBAL_CONTROL : campaign ? ChoiceBlock.CAMPAIGN_CONTROL : 0,
            control ? 0 : 1, control ? 1 : 0, 0, 0);
        if (control) {
            ChoiceBlock.putGhost(choice, 0, 0, offerId, campaignId, 0, 0.1, 1);
        } else {
            ChoiceBlock.putPlace(choice, 0, 0, 1);
        }
        record.putChoice(choice, 0, length).putFeatures(choice, 0, 0);
    }

    private void buy(final int customer, final long timeNs) {
        final EventReportEncoder report = new EventReportEncoder().wrapAndApplyHeader(message, 0, header);
        report.amountMicros(4_000_000).currency(USD).eventType(EventType.PURCHASE).channel(Channel.TILL);
        report.basketLinesCount(0);
        report.customerId("");
        next(customer, timeNs).event().clientIndex(0)
            .putReport(message, 0, MessageHeaderEncoder.ENCODED_LENGTH + report.encodedLength())
            .putSettlement(choice, 0, 0).putCounts(choice, 0, 0);
    }

    private CommandRun uplift(final String... more) {
        final String[] args = new String[more.length + 3];
        args[0] = "uplift";
        args[1] = "--store";
        args[2] = folder.toString();
        System.arraycopy(more, 0, args, 3, more.length);
        return CommandRun.of(args);
    }

    @Test
    void shouldShowWhatACampaignBrought() throws IOException {
        write(2);
        final CommandRun text = uplift("--by", "channel");
        assertEquals(ExitCode.OK, text.exitCode(), text.err() + text.out());
        assertTrue(text.out().contains("milk: against the campaign's own control group of 50.00 % since 1970-01-01"),
            text.out());
        assertTrue(text.out().lines().anyMatch(line -> line.matches(
            " +conversions +25\\.\\d+ % +20\\.\\d+ % +\\+\\d\\.\\d+ % +.* to .*")), text.out());
        assertTrue(text.out().contains("revenue USD"), text.out());
        assertTrue(text.out().replaceAll("\\s+", " ").contains("outcomes within 2 days after the first offer"),
            text.out());
        assertTrue(text.out().contains("0 impressions"), text.out());
        final JsonNode json = new ObjectMapper().readTree(uplift("--json", "--campaign", "milk").out());
        assertEquals(1, json.path("comparisons").size());
        final JsonNode milk = json.path("comparisons").get(0);
        assertEquals("campaign", milk.path("against").asText());
        assertEquals(50, milk.path("controlPercent").asDouble());
        assertEquals(CUSTOMERS / 2 - CUSTOMERS / GLOBAL_EVERY, milk.path("treated").path("complete").asInt());
        assertEquals(0.2, milk.path("conversions").path("control").asDouble(), 0.001);
        assertEquals(4 * milk.path("conversions").path("gain").asDouble(),
            milk.path("revenue").path("gain").asDouble(), 1e-9);
        assertTrue(milk.path("conversions").path("anyLook").get(0).asDouble()
            < milk.path("conversions").path("oneLook").get(0).asDouble());
        assertTrue(json.path("comparisons").get(0).path("conversions").path("enoughData").asBoolean());
    }

    @Test
    void shouldBeginWithTheAlarm() throws IOException {
        write(3);
        final CommandRun text = uplift();
        assertEquals(ExitCode.NOT_IN_ORDER, text.exitCode());
        assertTrue(text.out().startsWith("ALARM, sample ratio mismatch: milk: 659 of 1,980 customers are in the"),
            text.out());
        assertTrue(new ObjectMapper().readTree(uplift("--json").out()).path("alarm").asBoolean());
    }

    @Test
    void shouldSayWhereThereIsNotEnoughData() {
        write(2);
        final CommandRun text = uplift("--until", "1970-01-03T00:00:00.000100Z");
        assertEquals(ExitCode.OK, text.exitCode(), text.err() + text.out());
        assertTrue(text.out().contains("not enough data"), text.out());
        assertTrue(text.out().contains("Waiting for their window to end: "), text.out());
        assertTrue(text.out().contains("all offers: against the global control group of 1.00 %"), text.out());
    }

    @Test
    void shouldSayWhatIsMissing() {
        assertTrue(uplift().out().startsWith("There is nothing to compare"), uplift().out());
        assertEquals(ExitCode.NOT_IN_ORDER, uplift("--campaign", "mlik").exitCode());
        for (final String wrong : List.of("--window=0d", "--window=366d", "--planned=0", "--by=store",
            "--until=yesterday")) {
            assertEquals(ExitCode.USAGE, uplift(wrong).exitCode(), wrong);
        }
        assertEquals(ExitCode.NOT_POSSIBLE,
            CommandRun.of("uplift", "-d", folder.resolve("none").toString()).exitCode());
    }
}
