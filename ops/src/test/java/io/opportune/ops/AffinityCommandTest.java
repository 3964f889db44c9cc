package io.opportune.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opportune.engine.journal.JournalCounters;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalSettings;
import io.opportune.engine.journal.JournalWriter;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.RecordWriter;
import io.opportune.engine.journal.codec.NameKind;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.EventReportEncoder;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AffinityCommandTest {
    private static final long DAY_NS = 86_400_000_000_000L;
    private static final long START_NS = 19_000 * DAY_NS;

    @TempDir
    private Path folder;

    /** Customers who buy bread with butter, and others who buy beer; each queue holds partitions of its own. */
    private void purchases(final int shard, final long firstSequence, final int count) {
        final RecordWriter records = new RecordWriter(0, 4096).term(1);
        final UnsafeBuffer message = new UnsafeBuffer(new byte[1_024]);
        try (JournalWriter writer = writer(new JournalDirectory(folder.resolve("journal")).shardQueue(shard))) {
            for (int i = 0; i < count; i++) {
                final EventReportEncoder report =
                    new EventReportEncoder().wrapAndApplyHeader(message, 0, new MessageHeaderEncoder());
                report.eventType(EventType.PURCHASE).intent(Intent.BUYING).channel(Channel.TILL);
                final boolean breakfast = i % 2 == 0;
                final EventReportEncoder.BasketLinesEncoder lines = report.basketLinesCount(2);
                lines.next().itemId(breakfast ? 11 : 21).categoryId(breakfast ? 1 : 2).quantityMilli(1_000)
                    .amountMicros(1).currency(0);
                lines.next().itemId(breakfast ? 12 : 22 + i % 50).categoryId(breakfast ? 3 : 2).quantityMilli(1_000)
                    .amountMicros(1).currency(0);
                report.customerId("");
                final long timeNs = START_NS + i * DAY_NS / 10;
                records.at(shard, firstSequence + i, timeNs, timeNs, 0, 1 + i % 6).event().clientIndex(0)
                    .putReport(message, 0, MessageHeaderEncoder.ENCODED_LENGTH + report.encodedLength())
                    .putSettlement(new byte[0], 0, 0).putCounts(new byte[0], 0, 0);
                assertTrue(writer.append(records.buffer(), 0, records.length()) != JournalWriter.NOT_WRITTEN);
            }
        }
    }

    private static JournalWriter writer(final Path queue) {
        return new JournalWriter(queue, JournalSettings.defaults().withMinFreeBytes(0), new SystemEpochNanoClock(),
            JournalCounters.detached());
    }

    private void names() {
        final RecordWriter records = new RecordWriter(0, 4096).term(1);
        try (JournalWriter writer = writer(new JournalDirectory(folder.resolve("journal")).registryQueue())) {
            int sequence = 0;
            for (final String name : new String[] {"BREAD", "BEER", "BUTTER"}) {
                sequence++;
                records.at(RecordHeaderFlyweight.CONTROL_PARTITION, sequence, START_NS, START_NS, 0, 0).name()
                    .id(sequence).kind(NameKind.CATEGORY).name(name);
                assertTrue(writer.append(records.buffer(), 0, records.length()) != JournalWriter.NOT_WRITTEN);
            }
        }
    }

    private CommandRun affinity(final String... args) {
        final String[] all = new String[args.length + 3];
        all[0] = "affinity";
        System.arraycopy(args, 0, all, 1, args.length);
        all[args.length + 1] = "-d";
        all[args.length + 2] = folder.toString();
        return CommandRun.of(all);
    }

    @Test
    void shouldBuildShowAndGoOn() {
        names();
        purchases(0, 1, 200);
        purchases(1, 1, 100);
        final CommandRun first = affinity("build");
        assertEquals(ExitCode.OK, first.exitCode(), first.err());
        assertTrue(first.out().startsWith("300 baskets counted in ")
            && first.out().contains(" 300 in all: table 1 with "), first.out());
        final CommandRun shown = affinity("inspect");
        assertEquals(ExitCode.OK, shown.exitCode(), shown.err());
        assertTrue(shown.out().contains("300 baskets up to 2022-01-"), shown.out());
        assertTrue(shown.out().contains("\nBEER "), shown.out());
        final CommandRun bread = affinity("inspect", "--category", "BREAD");
        assertEquals(ExitCode.OK, bread.exitCode(), bread.err());
        assertTrue(bread.out().contains("\nBUTTER "), bread.out());
        final CommandRun item = affinity("inspect", "--item", "11", "--top", "1");
        assertEquals(ExitCode.OK, item.exitCode(), item.err());
        assertTrue(item.out().contains("\n12 "), item.out());
        assertEquals(ExitCode.NOT_IN_ORDER, affinity("inspect", "--item", "999").exitCode());
        // Nothing new is counted again; what is appended is.
        assertTrue(affinity("build").out().startsWith("0 baskets counted"));
        purchases(0, 201, 10);
        final CommandRun second = affinity("build");
        assertTrue(second.out().startsWith("10 baskets counted") && second.out().contains("310 in all: table 3 "),
            second.out());
        assertTrue(affinity("build", "--half-life", "30").err().contains("asked for are 30 and 0"));
        final CommandRun fresh = affinity("build", "--fresh", "--half-life", "30");
        assertTrue(fresh.out().startsWith("310 baskets counted") && fresh.out().contains("310 in all"), fresh.out());
    }

    @Test
    void shouldEvaluateTheJournal() throws IOException {
        purchases(0, 1, 1_000);
        final CommandRun run = affinity("evaluate", "--json", "--at", "3");
        assertEquals(ExitCode.OK, run.exitCode(), run.err());
        final JsonNode json = new ObjectMapper().readTree(run.out());
        assertEquals(800, json.get("countedBaskets").asInt(), run.out());
        assertEquals(200, json.get("foretoldBaskets").asInt(), run.out());
        assertEquals(400, json.at("/products/lines").asInt(), run.out());
        assertTrue(json.at("/products/recall").asDouble() >= json.at("/products/popularity").asDouble(), run.out());
    }

    @Test
    void shouldSayWhatIsMissing() {
        final CommandRun build = affinity("build");
        assertEquals(ExitCode.NOT_POSSIBLE, build.exitCode());
        assertTrue(build.err().contains("no journal at "), build.err());
        final CommandRun inspect = affinity("inspect");
        assertEquals(ExitCode.NOT_POSSIBLE, inspect.exitCode());
        assertTrue(inspect.err().contains("'opportune affinity build' makes one"), inspect.err());
        assertEquals(ExitCode.NOT_POSSIBLE, affinity("evaluate", folder.resolve("none").toString()).exitCode());
        assertEquals(ExitCode.USAGE, affinity("evaluate", "--held-out", "100").exitCode());
        assertEquals(ExitCode.USAGE, affinity("build", "--half-life", "0").exitCode());
    }

    /** The sample has 1.6 lines a basket, so little is to be had; what there is must be more than popularity's. */
    @Test
    void shouldForetellRealPurchasesBetterThanPopularity() throws IOException {
        final CommandRun run = CommandRun.of("affinity", "evaluate", "--json", journey().toString());
        assertEquals(ExitCode.OK, run.exitCode(), run.err());
        final JsonNode json = new ObjectMapper().readTree(run.out());
        assertEquals(15_040, json.at("/products/lines").asInt(), run.out());
        assertTrue(json.at("/products/differenceLow").asDouble() > 0, run.out());
        assertTrue(json.at("/categories/differenceLow").asDouble() > 0, run.out());
    }

    private static Path journey() {
        final String shared = System.getenv("OPPORTUNE_SHARED");
        final Path data = (shared != null ? Path.of(shared)
            : Path.of(System.getenv("OPPORTUNE_ROOT")).resolve("..").resolve("shared")).resolve("data");
        final Path directory = data.resolve("completejourney");
        if (!Files.isDirectory(directory)) {
            final String message = "the Complete Journey data is not at " + directory;
            if (System.getenv("CI") != null) {
                fail(message);
            }
            abort(message + ": skipped");
        }
        return directory;
    }
}
