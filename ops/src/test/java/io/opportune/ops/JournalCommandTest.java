package io.opportune.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opportune.engine.identity.PseudonymKey;
import io.opportune.engine.identity.RootKey;
import io.opportune.engine.journal.JournalCounters;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalSettings;
import io.opportune.engine.journal.JournalWriter;
import io.opportune.engine.journal.RecordWriter;
import io.opportune.engine.journal.codec.MergeInRecordEncoder;
import io.opportune.engine.journal.codec.UnlinkRecordEncoder;
import io.opportune.engine.recovery.CustomerRoots;
import io.opportune.protocol.Namespaces;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalCommandTest {
    private static final long SECOND_NS = 1_000_000_000L;

    @TempDir
    private Path folder;

    @BeforeEach
    void write() {
        final JournalDirectory directory = new JournalDirectory(folder.resolve("journal"));
        append(directory.shardQueue(0), 1, 2);
        append(directory.shardQueue(1), 17);
    }

    /** One erasure per partition, a business second apart, each of its own customer. */
    private static void append(final Path queue, final int... partitions) {
        final RecordWriter records = new RecordWriter(0, 4096).term(1);
        try (JournalWriter writer = new JournalWriter(
            queue, JournalSettings.defaults().withMinFreeBytes(0), new SystemEpochNanoClock(),
            JournalCounters.detached())) {
            for (final int partition : partitions) {
                records.at(partition, 1, partition * SECOND_NS, partition * SECOND_NS, 0xAB, partition);
                records.erasure().eventIdHigh(1).eventIdLow(partition);
                assertTrue(writer.append(records.buffer(), 0, records.length()) != JournalWriter.NOT_WRITTEN);
            }
        }
    }

    private CommandRun journal(final String command, final String... more) {
        final String[] args = new String[more.length + 4];
        args[0] = "journal";
        args[1] = command;
        args[2] = "-d";
        args[3] = folder.toString();
        System.arraycopy(more, 0, args, 4, more.length);
        return CommandRun.of(args);
    }

    private static List<Integer> partitions(final CommandRun run) {
        assertEquals(ExitCode.OK, run.exitCode(), run.err());
        return run.out().lines().map(line -> {
            try {
                return new ObjectMapper().readTree(line).get("partition").asInt();
            } catch (final IOException e) {
                throw new AssertionError(line, e);
            }
        }).toList();
    }

    @Test
    void shouldPrintEveryQueueAsJsonLines() {
        final CommandRun run = journal("cat");
        assertEquals(List.of(1, 2, 17), partitions(run));
        assertTrue(run.out().lines().allMatch(line -> line.contains("\"ErasureRecord\"")), run.out());
    }

    @Test
    void shouldFilter() {
        assertEquals(List.of(17), partitions(journal("cat", "--shard", "1")));
        assertEquals(List.of(2), partitions(journal("cat", "--partition", "2")));
        assertEquals(List.of(1, 2), partitions(journal("cat", "--limit", "2")));
        assertEquals(List.of(1, 2, 17), partitions(journal("cat", "--type", "erasure")));
        assertEquals(List.of(), partitions(journal("cat", "--type", "DecisionRecord")));
        assertEquals(List.of(17), partitions(journal("cat", "--customer", "00000000000000ab0000000000000011")));
        assertEquals(List.of(2), partitions(
            journal("cat", "--since", "1970-01-01T00:00:02Z", "--until", "1970-01-01T00:00:03Z")));
        assertEquals(List.of(1), partitions(journal("cat", "--follow", "--limit", "1")));
    }

    @Test
    void shouldSayWhatIsAllowed() {
        assertEquals(ExitCode.USAGE, journal("cat", "--type", "nonsense").exitCode());
        assertTrue(journal("cat", "--type", "nonsense").err().contains("there are decision, event, context"));
        assertTrue(journal("cat", "--customer", "xyz").err().contains("and a root key of 32 hexadecimal digits"));
        assertTrue(journal("cat", "--since", "yesterday").err().contains("--since"));
        assertEquals(ExitCode.USAGE, journal("cat", "--since", "9999-01-01T00:00:00Z").exitCode());
        assertEquals(ExitCode.NOT_POSSIBLE, journal("cat", "--shard", "5").exitCode());
    }

    /** Records under the id's own root, its household's and the root it leaves for; partitions tell them apart. */
    @Test
    void shouldFindACustomerByIdUnderEveryRootItHad() throws IOException {
        final PseudonymKey key = PseudonymKey.create(folder.resolve("pseudonym.key"), new Random(7));
        final RootKey person = root(key, Namespaces.LOYALTY, "10023456");
        final RootKey household = root(key, Namespaces.HOUSEHOLD, "H-9");
        final RootKey stranger = root(key, 300, "x:y");
        final RecordWriter records = new RecordWriter(0, 4096).term(2);
        try (JournalWriter writer = new JournalWriter(
            new JournalDirectory(folder.resolve("journal")).shardQueue(2),
            JournalSettings.defaults().withMinFreeBytes(0), new SystemEpochNanoClock(), JournalCounters.detached())) {
            catalogue(records, writer, 101, person);
            at(records, 102, household);
            final MergeInRecordEncoder merge = records.mergeIn();
            merge.eventIdHigh(1).eventIdLow(2).source().high(person.high()).low(person.low());
            merge.putProfile(new byte[0], 0, 0);
            append(records, writer);
            catalogue(records, writer, 103, stranger);
            at(records, 104, household);
            final UnlinkRecordEncoder unlink = records.unlink();
            unlink.eventIdHigh(1).eventIdLow(3);
            unlink.member().high(person.high()).low(person.low());
            unlink.freshRoot().high(0xF00).low(0xBA5);
            append(records, writer);
            catalogue(records, writer, 105, new RootKey(0xF00, 0xBA5));
        }
        assertEquals(List.of(101, 102, 104, 105), partitions(journal("cat", "--customer", "loyalty:10023456")));
        assertEquals(List.of(101, 102, 104, 105), partitions(journal("cat", "--customer", "1:10023456")));
        assertEquals(List.of(102, 104), partitions(journal("cat", "--customer", "household:H-9")));
        assertEquals(List.of(103), partitions(journal("cat", "--customer", "300:x:y")));
        assertEquals(List.of(), partitions(journal("cat", "--customer", "device:10023456")));
    }

    private static RootKey root(final PseudonymKey key, final int namespace, final String id) {
        return CustomerRoots.pseudonym(key, 0, namespace, id.getBytes(StandardCharsets.UTF_8));
    }

    private static void at(final RecordWriter records, final int partition, final RootKey root) {
        records.at(partition, 1, partition * SECOND_NS, partition * SECOND_NS, root.high(), root.low());
    }

    private static void catalogue(
        final RecordWriter records, final JournalWriter writer, final int partition, final RootKey root) {
        at(records, partition, root);
        records.catalogue().catalogueCounter(1).catalogueHash(1);
        append(records, writer);
    }

    private static void append(final RecordWriter records, final JournalWriter writer) {
        assertTrue(writer.append(records.buffer(), 0, records.length()) != JournalWriter.NOT_WRITTEN);
    }

    @Test
    void shouldSayThatAnIdNeedsTheKeyFileAndANamespace() {
        final CommandRun missing = journal("cat", "--customer", "loyalty:1");
        assertEquals(ExitCode.NOT_POSSIBLE, missing.exitCode());
        assertTrue(missing.err().startsWith("opportune: no key of the pseudonyms at " + folder), missing.err());
        assertTrue(missing.err().contains("store.key-file"), missing.err());
        for (final String wrong : List.of("loyalti:1", "0:1", "65536:1", "loyalty:")) {
            final CommandRun run = journal("cat", "--customer", wrong);
            assertEquals(ExitCode.USAGE, run.exitCode(), run.err());
            assertTrue(run.err().contains("'" + wrong + "', allowed are NAMESPACE:ID"), run.err());
        }
    }

    @Test
    void shouldSayThatThereIsNoJournal() {
        final CommandRun run = CommandRun.of("journal", "info", "-d", folder.resolve("none").toString());
        assertEquals(ExitCode.NOT_POSSIBLE, run.exitCode());
        assertTrue(run.err().startsWith("opportune: no journal at "), run.err());
    }

    @Test
    void shouldSumUpEachQueue() throws IOException {
        final CommandRun run = journal("info");
        assertEquals(ExitCode.OK, run.exitCode(), run.err());
        assertEquals(3, run.out().lines().count(), run.out());
        assertTrue(run.out().contains("erasure 2"), run.out());
        final JsonNode json = new ObjectMapper().readTree(
            journal("info", "--json").out().lines().findFirst().orElseThrow());
        assertEquals(2, json.get("records").asInt());
        assertEquals(2, json.at("/kinds/erasure").asInt());
        assertEquals("1970-01-01T00:00:01Z", json.get("firstAppendTime").asText());
        assertFalse(json.get("queue").asText().isEmpty());
    }
}
