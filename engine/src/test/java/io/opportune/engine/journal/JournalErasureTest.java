package io.opportune.engine.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.journal.JournalFixture.SettableClock;
import io.opportune.engine.journal.codec.EventRecordDecoder;
import io.opportune.engine.journal.codec.MergeInRecordEncoder;
import io.opportune.engine.journal.codec.RedactedRecordDecoder;
import io.opportune.engine.journal.codec.UnlinkRecordDecoder;
import io.opportune.engine.journal.codec.UnlinkRecordEncoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Roots live in partition root.low % 2, partition p in queue p, as with two shards. */
class JournalErasureTest {
    private static final long HIGH = 0x8A11_22B3_44C5_5000L;
    private static final long MARKER = 0x6D61_726B_6572_7E21L;
    private static final long OTHER_MARKER = 0x6F74_6865_725F_4D4BL;
    private static final int TENANT = 0;

    private final SettableClock clock = new SettableClock();
    private final RecordWriter record = new RecordWriter(TENANT, 8 << 10).term(1);
    private final long[] sequences = new long[2];
    private final JournalWriter[] writers = new JournalWriter[2];
    private final byte[] payload = new byte[900];
    private JournalDirectory journals;

    @TempDir
    private Path folder;

    @BeforeEach
    void open() {
        journals = new JournalDirectory(folder.resolve("journal"));
        openWriters();
    }

    @AfterEach
    void close() {
        for (final JournalWriter writer : writers) {
            writer.close();
        }
    }

    private void openWriters() {
        for (int i = 0; i < writers.length; i++) {
            writers[i] = JournalFixture.writer(
                journals.shardQueue(i), JournalFixture.settings().withRoll(RollCadence.MINUTELY), clock);
        }
    }

    private static int partition(final long root) {
        return (int) (root % 2);
    }

    private RecordWriter next(final long root) {
        clock.advance(1000);
        final int partition = partition(root);
        return record.at(partition, ++sequences[partition], clock.nanoTime(), clock.nanoTime(), HIGH + root, root);
    }

    private void commit(final long root) {
        assertTrue(writers[partition(root)].append(record.buffer(), 0, record.length()) > 0);
    }

    private void event(final long root, final long marker, final int length) {
        Arrays.fill(payload, (byte) 7);
        new UnsafeBuffer(payload).putLong(length - Long.BYTES, marker);
        next(root).event().clientIndex(1).putReport(payload, 0, length).putSettlement(payload, 0, 0)
            .putCounts(payload, 0, 0);
        commit(root);
    }

    private void merge(final long source, final long target, final long marker) {
        final var out = next(source).mergeOut();
        out.eventIdHigh(1).eventIdLow(source).target().high(HIGH + target).low(target);
        commit(source);
        final MergeInRecordEncoder in = next(target).mergeIn();
        in.eventIdHigh(1).eventIdLow(source).source().high(HIGH + source).low(source);
        Arrays.fill(payload, (byte) 7);
        new UnsafeBuffer(payload).putLong(0, marker);
        in.person(0).putProfile(payload, 0, 704);
        commit(target);
        next(source).mergeDone().target().high(HIGH + target).low(target);
        commit(source);
    }

    private void unlink(final long root, final long member, final long fresh) {
        final UnlinkRecordEncoder unlink = next(root).unlink();
        unlink.eventIdHigh(1).eventIdLow(77).member().high(HIGH + member).low(member);
        unlink.freshRoot().high(HIGH + fresh).low(fresh);
        commit(root);
    }

    private void erase(final long root) {
        next(root).erasure().eventIdHigh(9).eventIdLow(root);
        commit(root);
    }

    /** A new file in both queues, with a record in it of somebody else. */
    private void roll() {
        clock.advance(JournalFixture.MINUTE_NS);
        event(1000, OTHER_MARKER, 40);
        event(1001, OTHER_MARKER, 40);
    }

    private JournalErasure.Result run() throws IOException {
        return new JournalErasure(journals, () -> true).run(queue -> JournalErasure.NO_SNAPSHOT, queue -> true);
    }

    private JournalErasure.Result run(final CycleFileRedaction.Disk disk) throws IOException {
        return new JournalErasure(journals, () -> true, disk)
            .run(queue -> JournalErasure.NO_SNAPSHOT, queue -> true);
    }

    private List<Path> closedFiles() throws IOException {
        final List<Path> closed = new ArrayList<>();
        for (int i = 0; i < writers.length; i++) {
            final List<Path> files = ChronicleQueues.files(journals.shardQueue(i));
            closed.addAll(files.subList(0, files.size() - 1));
        }
        return closed;
    }

    /** How often eight bytes stand anywhere in the files. */
    private static int occurrences(final List<Path> files, final long bytes) throws IOException {
        int found = 0;
        for (final Path file : files) {
            final UnsafeBuffer all = new UnsafeBuffer(Files.readAllBytes(file));
            for (int i = 0; i + Long.BYTES <= all.capacity(); i++) {
                if (all.getByte(i) == (byte) bytes && all.getLong(i) == bytes) {
                    found++;
                }
            }
        }
        return found;
    }

    /** Template and sequence of every record, in order; fails on damage. */
    private List<String> records(final int queue) {
        final List<String> found = new ArrayList<>();
        final RecordHeaderFlyweight header = new RecordHeaderFlyweight();
        try (JournalReader reader = new JournalReader(journals.shardQueue(queue))) {
            long expected = 1;
            while (reader.next()) {
                header.wrap(reader.buffer(), 0);
                assertEquals(expected++, header.sequence(), "sequences stay dense");
                found.add(header.templateId() + ":" + Long.toHexString(header.rootKeyLow()));
            }
            assertEquals(0, reader.damagedCount());
            assertEquals(sequences[queue], expected - 1);
        }
        return found;
    }

    private static String of(final int template, final long root) {
        return template + ":" + Long.toHexString(root);
    }

    @Test
    void shouldOverwriteAnErasedRootAndWhatWasMergedIntoIt() throws IOException {
        event(11, MARKER, 100);
        event(20, OTHER_MARKER, 200);
        event(13, MARKER, 300);
        event(12, MARKER, 400);
        merge(13, 12, MARKER);
        roll();
        merge(12, 11, MARKER);
        event(11, MARKER, 500);
        merge(22, 20, OTHER_MARKER);
        erase(11);
        roll();
        final int others = occurrences(closedFiles(), OTHER_MARKER);
        final JournalErasure.Result result = run();
        assertEquals(3, result.erasedRoots());
        assertEquals(4, result.filesRewritten());
        assertEquals(4 + 6, result.recordsRedacted());
        assertTrue(result.complete());
        assertEquals(0, occurrences(closedFiles(), MARKER));
        assertEquals(others, occurrences(closedFiles(), OTHER_MARKER));
        for (final long root : new long[] {12, 13}) {
            assertEquals(0, occurrences(closedFiles(), HIGH + root), "root " + root);
        }
        assertEquals(1, occurrences(closedFiles(), HIGH + 11), "the erasure itself stays");
        assertFalse(records(1).contains(of(EventRecordDecoder.TEMPLATE_ID, 11)));
        assertTrue(records(0).contains(of(EventRecordDecoder.TEMPLATE_ID, 20)));
        assertTrue(records(0).contains(of(RedactedRecordDecoder.TEMPLATE_ID, 0)));
        assertEquals(0, run().recordsRedacted(), "a second run has nothing to do");
        assertEquals(0, run().filesRewritten());
    }

    @Test
    void shouldKeepWhatCameAfterTheErasure() throws IOException {
        event(11, MARKER, 100);
        erase(11);
        event(11, OTHER_MARKER, 100);
        merge(14, 11, OTHER_MARKER);
        roll();
        assertEquals(1, run().recordsRedacted());
        assertTrue(records(1).contains(of(EventRecordDecoder.TEMPLATE_ID, 11)));
        erase(11);
        roll();
        assertEquals(4, run().recordsRedacted(), "the event and the merge's three records");
    }

    @Test
    void shouldOverwriteCarriedProfilesOfAnErasedSource() throws IOException {
        event(12, MARKER, 100);
        merge(12, 11, MARKER);
        erase(12);
        roll();
        run();
        assertEquals(0, occurrences(closedFiles(), MARKER));
        assertEquals(1, occurrences(closedFiles(), HIGH + 12), "the erasure");
    }

    @Test
    void shouldKeepAnUnlinkOfSomebodyElseWithoutTheErasedRoot() throws IOException {
        unlink(11, 31, 33);
        unlink(11, 41, 43);
        erase(43);
        erase(11);
        roll();
        assertEquals(2, run().recordsRedacted());
        assertEquals(1, occurrences(closedFiles(), HIGH + 11), "the erasure");
        assertEquals(1, occurrences(closedFiles(), HIGH + 33));
        assertEquals(1, occurrences(closedFiles(), HIGH + 43), "the erasure");
        final List<String> records = records(1);
        assertEquals(of(UnlinkRecordDecoder.TEMPLATE_ID, 0), records.get(0));
        assertEquals(of(RedactedRecordDecoder.TEMPLATE_ID, 0), records.get(1));
        assertEquals(0, run().recordsRedacted());
    }

    @Test
    void shouldTouchNeitherTheNewestFileNorOneThatASnapshotNeeds() throws IOException {
        event(11, MARKER, 100);
        erase(11);
        roll();
        event(13, MARKER, 100);
        erase(13);
        final List<byte[]> before = new ArrayList<>();
        for (int i = 0; i < writers.length; i++) {
            before.add(Files.readAllBytes(ChronicleQueues.files(journals.shardQueue(i)).getLast()));
        }
        final long first;
        try (JournalReader reader = new JournalReader(journals.shardQueue(1))) {
            first = reader.firstIndex();
        }
        final JournalErasure erasure = new JournalErasure(journals, () -> true);
        assertEquals(0, erasure.run(queue -> first, queue -> true).recordsRedacted());
        assertEquals(1, erasure.run(queue -> JournalErasure.NO_SNAPSHOT, queue -> true).recordsRedacted());
        for (int i = 0; i < writers.length; i++) {
            assertArrayEquals(
                before.get(i), Files.readAllBytes(ChronicleQueues.files(journals.shardQueue(i)).getLast()));
        }
        assertEquals(1, erasure.run(queue -> JournalErasure.NO_SNAPSHOT, queue -> queue.equals("shard-00"))
            .recordsRedacted(), "a queue without a writer has no newest file");
        clock.advance(10 * JournalFixture.MINUTE_NS);
        event(17, OTHER_MARKER, 100);
        records(1);
    }

    @Test
    void shouldForgetWhoWasErasedOnceNoFileHoldsThem() throws IOException {
        event(12, MARKER, 100);
        merge(12, 11, MARKER);
        merge(24, 23, MARKER);
        erase(11);
        roll();
        assertEquals(2, run().erasedRoots());
        clock.advance(5 * JournalFixture.MINUTE_NS);
        roll();
        assertEquals(2, run().erasedRoots());
        assertEquals(0, run().erasedRoots());
        final Path ledger = journals.erasureFolder().resolve("ledger");
        assertEquals(0, occurrences(List.of(ledger), Long.reverseBytes(HIGH + 11)));
        assertEquals(2, occurrences(List.of(ledger), Long.reverseBytes(HIGH + 24)), "a merge that may matter yet");
        erase(23);
        roll();
        assertEquals(3, run().recordsRedacted());
        assertEquals(0, occurrences(closedFiles(), MARKER));
    }

    @Test
    void shouldFinishWhatAKillBrokeOff() throws IOException {
        for (int i = 0; i < 2; i++) {
            event(11, MARKER, 700 + i * 4);
            event(12 + 2 * i, MARKER, 800);
            merge(12 + 2 * i, 11, MARKER);
            unlink(11, 31, 33 + 2 * i);
        }
        event(15, MARKER, 100);
        merge(15, 20, MARKER);
        erase(35);
        erase(11);
        erase(15);
        roll();
        final int redacted = 16;
        final List<byte[]> original = contents();
        assertEquals(redacted, run().recordsRedacted());
        final List<byte[]> expected = contents();
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        for (int wholeWrites = 0; wholeWrites < 2 * redacted; wholeWrites++) {
            for (int tear = 0; tear < 2; tear++) {
                restore(original);
                final String where = "broken off at write " + wholeWrites + ", tear " + tear + ", seed " + seed;
                final int firstWhole = wholeWrites;
                final boolean upperPart = tear % 2 == 1;
                final int cut = random.nextInt(1 << 20);
                assertThrows(Killed.class, () -> run(new TornDisk(firstWhole, upperPart, cut)), where);
                if (wholeWrites % 8 == 3) {
                    assertThrows(Killed.class, () -> run(new TornDisk(0, false, cut)), where + ", again at once");
                }
                run();
                final List<byte[]> found = contents();
                for (int i = 0; i < found.size(); i++) {
                    assertArrayEquals(expected.get(i), found.get(i), where);
                }
            }
        }
        assertEquals(0, occurrences(closedFiles(), MARKER));
        assertEquals(1, occurrences(closedFiles(), HIGH + 11), "the erasure");
        records(0);
        records(1);
    }

    private List<byte[]> contents() throws IOException {
        final List<byte[]> contents = new ArrayList<>();
        for (final Path file : closedFiles()) {
            contents.add(Files.readAllBytes(file));
        }
        return contents;
    }

    private void restore(final List<byte[]> contents) throws IOException {
        Files.deleteIfExists(journals.erasureFolder().resolve("ledger"));
        final List<Path> files = closedFiles();
        for (int i = 0; i < files.size(); i++) {
            try (FileChannel channel = FileChannel.open(files.get(i), StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(contents.get(i)), 0);
            }
        }
    }

    @Test
    void shouldWipeADamagedRecordOfAnErasedRootAndWhatStandsBehindTheEnd() throws IOException {
        event(11, MARKER, 100);
        event(13, OTHER_MARKER, 100);
        erase(11);
        roll();
        final Path file = ChronicleQueues.files(journals.shardQueue(1)).getFirst();
        final ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int record = 0;
        while (all.getLong(record + 40) != HIGH + 11) {
            record++;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {42}), record + 70);
            channel.write(ByteBuffer.allocate(8).putLong(0, Long.reverseBytes(MARKER)), all.capacity() - 100);
        }
        assertEquals(2, occurrences(List.of(file), MARKER));
        assertEquals(1, run().recordsRedacted());
        assertEquals(0, occurrences(List.of(file), MARKER));
        try (JournalReader reader = new JournalReader(journals.shardQueue(1))) {
            int left = 0;
            while (reader.next()) {
                left++;
            }
            assertEquals(1, reader.damagedCount(), "it does not become a record that counts");
            assertEquals(sequences[1] - 1, left);
        }
    }

    @Test
    void shouldRunBesideTheWriterAndReaders() throws Exception {
        for (int file = 0; file < 3; file++) {
            for (int i = 0; i < 2000; i++) {
                event(11, MARKER, 100 + i % 50);
                event(13, OTHER_MARKER, 100);
            }
            roll();
        }
        erase(11);
        final AtomicBoolean done = new AtomicBoolean();
        final List<Throwable> failures = new ArrayList<>();
        final Thread erasing = new Thread(() -> {
            try {
                run();
            } catch (final IOException | RuntimeException e) {
                failures.add(e);
            } finally {
                done.set(true);
            }
        });
        erasing.start();
        try (JournalReader reader = new JournalReader(journals.shardQueue(1))) {
            int appended = 0;
            while (!done.get() || appended < 5000) {
                event(13, OTHER_MARKER, 200);
                appended++;
                reader.next();
            }
            erasing.join(20_000);
            assertEquals(List.of(), failures);
        }
        final List<String> records = records(1);
        assertEquals(6000, records.stream().filter(of(RedactedRecordDecoder.TEMPLATE_ID, 0)::equals).count());
        assertEquals(0, occurrences(closedFiles(), MARKER));
    }

    /** The process ended. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Breaks off in the middle of a write, of which the disk has only one part: the lower or the upper. */
    private static final class TornDisk implements CycleFileRedaction.Disk {
        private final boolean upperPart;
        private final int cut;
        private int wholeWrites;

        TornDisk(final int wholeWrites, final boolean upperPart, final int cut) {
            this.wholeWrites = wholeWrites;
            this.upperPart = upperPart;
            this.cut = cut;
        }

        @Override
        public void write(final FileChannel channel, final ByteBuffer bytes, final long position)
            throws IOException {
            if (--wholeWrites < 0) {
                // Pages are multiples of four bytes, as records and checksums are here.
                final int at = cut % (bytes.remaining() / 4 + 1) * 4;
                if (upperPart) {
                    CycleFileRedaction.DISK.write(channel, bytes.position(at), position + at);
                } else {
                    CycleFileRedaction.DISK.write(channel, bytes.limit(at), position);
                }
                throw new Killed();
            }
            CycleFileRedaction.DISK.write(channel, bytes, position);
        }

        @Override
        public void force(final FileChannel channel) {
            // The page cache of a test needs no disk.
        }
    }
}
