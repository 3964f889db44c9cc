package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.protocol.Consent;
import io.opportune.protocol.Namespaces;
import io.opportune.protocol.client.ContextChange;
import io.opportune.protocol.client.Customer;
import io.opportune.protocol.client.Outcome;
import io.opportune.protocol.client.TillClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A start from which journal files or snapshots have been taken away. */
@Timeout(120)
class MissingHistoryTest {
    private static final int CUSTOMERS = 100;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);

    @TempDir
    Path folder;

    private TestServer test;
    private long nowNs = TimeUnit.SECONDS.toNanos(1_700_000_000L);

    private OpportuneServer start() throws IOException {
        nowNs += TimeUnit.MINUTES.toNanos(2);
        final long startNs = nowNs;
        return test.start(() -> startNs, SystemNanoClock.INSTANCE);
    }

    /** Each round stands in a journal file of its own and leaves a snapshot. */
    private void round() throws Exception {
        start();
        try (TillClient client = test.client()) {
            for (int i = 0; i < CUSTOMERS; i++) {
                final Customer customer = new Customer(Namespaces.LOYALTY, "card-" + i);
                assertTrue(client.updateContext(ContextChange.of(customer,
                    new ContextChange.GrantConsent(Consent.PERSONALISATION)), PATIENCE_NS).get()
                    instanceof Outcome.Answered<?>);
            }
        }
        test.stop();
    }

    private List<Path> journalFiles() throws IOException {
        final JournalDirectory journals = new JournalDirectory(DataDirectory.journal(folder.resolve("data")));
        try (Stream<Path> files = Files.list(journals.shardQueue(0))) {
            return files.filter(file -> file.toString().endsWith(".cq4")).sorted().toList();
        }
    }

    private Path aside(final Path file) throws IOException {
        Files.createDirectories(folder.resolve("aside"));
        return Files.move(file, folder.resolve("aside").resolve(file.getFileName()));
    }

    private String refusal() {
        return assertThrows(IOException.class, this::start).getMessage();
    }

    @Test
    void shouldRefuseToStartWithoutWhatIsMissing() throws Exception {
        try (TestServer server = new TestServer(folder)) {
            test = server.set("server.threading", "inline").set("journal.roll", "minutely");
            round();
            final Path snapshots = DataDirectory.snapshots(folder.resolve("data"));
            final Path first = folder.resolve("first-snapshot");
            copy(snapshots, first);
            round();
            round();
            aside(snapshots);

            // No snapshot, and the journal does not begin at its beginning.
            final List<Path> files = journalFiles();
            final Path oldest = aside(files.get(0));
            final String lost = refusal();
            assertTrue(lost.matches("(?s).*partition \\d: expected sequence 1, found \\d+ \\(queue \\S+, term 2\\)"
                + ".*Restore the older journal files or the snapshot, or start with recovery.accept-gaps = true.*"),
                lost);
            Files.move(oldest, files.get(0));

            // A hole in the middle.
            final Path middle = aside(files.get(1));
            final String hole = refusal();
            assertTrue(hole.matches("(?s).*partition \\d: expected sequence \\d+, found \\d+"
                + " \\(queue \\S+, term 3.*"), hole);

            // The snapshot does not reach over the hole.
            copy(first, snapshots);
            final String unbridged = refusal();
            assertTrue(unbridged.contains("expected sequence ") && !unbridged.contains("sequence 1, "), unbridged);
            Files.move(middle, files.get(1));

            // The snapshot holds what the oldest file said.
            aside(files.get(0));
            final OpportuneServer whole = start();
            assertEquals(1, whole.recovery().snapshot());
            assertEquals(0, whole.recovery().gaps());
            assertEquals(List.of(), whole.recovery().remarks());
        }
    }

    @Test
    void shouldGoOnWithoutItWhereThatIsAccepted() throws Exception {
        try (TestServer server = new TestServer(folder)) {
            test = server.set("server.threading", "inline").set("journal.roll", "minutely");
            round();
            round();
            aside(DataDirectory.snapshots(folder.resolve("data")));
            aside(journalFiles().get(0));
            refusal();
            test.set("recovery.accept-gaps", "true");
            final OpportuneServer gapped = start();
            assertTrue(gapped.recovery().gaps() > 0);
            assertEquals(gapped.recovery().gaps(), gapped.counters().total(CounterDescriptor.RECOVERY_GAPS));
            assertTrue(gapped.recovery().remarks().stream().anyMatch(remark ->
                remark.startsWith("HISTORY IS MISSING") && remark.contains("expected sequence 1, found")),
                gapped.recovery().remarks().toString());
            test.stop();
            test.set("recovery.accept-gaps", "false");
            assertEquals(0, start().recovery().gaps(), "the snapshot reaches over the gap from now on");
        }
    }

    @Test
    void shouldRefuseToStartWithoutTheControlJournal() throws Exception {
        try (TestServer server = new TestServer(folder)) {
            test = server.set("server.threading", "inline");
            round();
            final Path queue = new JournalDirectory(DataDirectory.journal(folder.resolve("data"))).registryQueue();
            final Path file;
            try (Stream<Path> files = Files.list(queue)) {
                file = files.filter(each -> each.toString().endsWith(".cq4")).findFirst().orElseThrow();
            }
            aside(file);
            final String refused = refusal();
            assertTrue(refused.contains("the control journal " + queue)
                && refused.contains("expected sequence 1, found none"), refused);
            test.set("recovery.accept-gaps", "true");
            assertEquals(1, start().counters().total(CounterDescriptor.RECOVERY_GAPS));
        }
    }

    private static void copy(final Path from, final Path to) throws IOException {
        try (Stream<Path> walk = Files.walk(from)) {
            for (final Path path : walk.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }
}
