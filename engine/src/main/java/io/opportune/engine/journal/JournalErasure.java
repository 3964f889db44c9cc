package io.opportune.engine.journal;

import io.opportune.engine.journal.codec.ErasureRecordDecoder;
import io.opportune.engine.journal.codec.MergeInRecordDecoder;
import io.opportune.engine.journal.codec.MergeOutRecordDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;

/**
 * Overwrites what closed journal files hold of erased customers: the records of each erased root, and of the roots that
 * were merged into it, from before the erasure. Runs in the process that writes the journal, on one thread, beside the
 * writers and any reader; it touches neither the newest file of a queue nor one that a kept snapshot is replayed from.
 *
 * <p>Every run may be broken off anywhere, also by a kill: what it learnt is durable before it changes anything, each
 * record is in one of three states that can be told apart, and the next run goes on. Replay of a rewritten
 * journal gives the same profiles for everybody else, because sequences, business times, erasures and unlinks stay.
 */
public final class JournalErasure {
    /** Every file that is not the newest may be rewritten: there is no snapshot. */
    public static final long NO_SNAPSHOT = Long.MAX_VALUE;

    private static final String LEDGER = "ledger";
    private static final String PROGRESS = "progress";
    /** Clocks step and files begin early; entries of the ledger are kept so many files longer. */
    private static final int SLACK_CYCLES = 2;
    private static final int ASK_EVERY_RECORDS = 1 << 16;

    private final JournalDirectory journals;
    private final BooleanSupplier keepGoing;
    private final CycleFileRedaction.Disk disk;
    private final Path folder;
    private final ErasureLedger ledger;
    private final RecordHeaderFlyweight header = new RecordHeaderFlyweight();
    private final MergeInRecordDecoder mergeIn = new MergeInRecordDecoder();

    /**
     * What a run came to.
     *
     * @param erasedRoots     known now, roots merged into erased ones among them, while files may hold them.
     * @param filesRewritten  read through, changed or not.
     * @param recordsRedacted overwritten.
     * @param complete        false when it was told to stop before the end.
     */
    public record Result(int erasedRoots, int filesRewritten, long recordsRedacted, boolean complete) {
    }

    /** A file of a queue; nobody appends to a rewritable one any more. */
    private record JournalFile(Path path, String name, long beginNs, boolean rewritable) {
    }

    /** What the files say about time: how far back any goes, since when one is not done, how long one is. */
    private record Horizon(long oldestNs, long notDoneSinceNs, long slackNs) {
    }

    /**
     * Prepares erasing; nothing is read yet.
     *
     * @param journals  of the store; the registry's queue knows no customers and is left alone.
     * @param keepGoing asked between records now and then; false ends a run early.
     */
    public JournalErasure(final JournalDirectory journals, final BooleanSupplier keepGoing) {
        this(journals, keepGoing, CycleFileRedaction.DISK);
    }

    JournalErasure(
        final JournalDirectory journals, final BooleanSupplier keepGoing, final CycleFileRedaction.Disk disk) {
        this.journals = journals;
        this.keepGoing = keepGoing;
        this.disk = disk;
        folder = journals.erasureFolder();
        ledger = new ErasureLedger(folder.resolve(LEDGER));
    }

    /**
     * Looks for new erasures and rewrites files where there are any, or where files closed since.
     *
     * @param appliedUpTo name of a queue's folder to the last index that the oldest kept snapshot has seen: only files
     *                    without later records are rewritten, because a snapshot with a root's profile needs the
     *                    record that the root gave it away; {@link #NO_SNAPSHOT} when none needs the queue.
     * @param hasWriter   whether a queue, by the name of its folder, is appended to by this process: its newest file
     *                    is left alone. A queue of an earlier, larger number of shards has no writer.
     * @return what was done.
     * @throws IOException when a file cannot be read or written; what was done until then stays done.
     */
    public Result run(final ToLongFunction<String> appliedUpTo, final Predicate<String> hasWriter) throws IOException {
        Files.createDirectories(folder);
        final List<Path> queues = journals.queues().stream()
            .filter(queue -> !queue.equals(journals.registryQueue()))
            .toList();
        if (Files.notExists(folder.resolve(LEDGER))) {
            Files.deleteIfExists(folder.resolve(PROGRESS));
        }
        final ErasureProgress progress = ErasureProgress.load(folder.resolve(PROGRESS));
        if (!learn(queues, progress)) {
            return new Result(0, 0, 0, false);
        }
        final ErasedRoots erased = ErasedRoots.of(ledger);
        if (noteNew(erased)) {
            progress.nextGeneration();
        }
        progress.save();
        final CycleFileRedaction redaction = new CycleFileRedaction(erased, keepGoing, disk);
        final List<JournalFile> files = new ArrayList<>();
        final Horizon horizon = listFiles(queues, appliedUpTo, hasWriter, files);
        final long latestNs = erased.latestNs();
        int rewritten = 0;
        boolean complete = true;
        for (final JournalFile file : files) {
            if (!complete || !file.rewritable() || progress.isDone(file.name())) {
                continue;
            }
            if (file.beginNs() - horizon.slackNs() <= latestNs) {
                complete = redact(redaction, file) && keepGoing.getAsBoolean();
                rewritten += complete ? 1 : 0;
            }
            if (complete) {
                progress.done(file.name());
                progress.save();
            }
        }
        if (complete) {
            forgetOld(erased, horizon);
            progress.keepOnly(name -> files.stream().anyMatch(file -> file.name().equals(name)));
            progress.save();
        }
        return new Result(erased.size(), rewritten, redaction.redacted(), complete);
    }

    /** Reads what was appended since the last run; false when it was told to stop. */
    private boolean learn(final List<Path> queues, final ErasureProgress progress) throws IOException {
        final List<Long> upTo = new ArrayList<>();
        try (ErasureLedger.Appender entries = ledger.append()) {
            for (final Path queue : queues) {
                final long index = learn(queue, progress.readUpTo(name(queue)), entries);
                if (!keepGoing.getAsBoolean()) {
                    return false;
                }
                upTo.add(index);
            }
        }
        for (int i = 0; i < queues.size(); i++) {
            progress.readUpTo(name(queues.get(i)), upTo.get(i));
        }
        return true;
    }

    private long learn(final Path queue, final long from, final ErasureLedger.Appender entries) throws IOException {
        try (JournalReader reader = new JournalReader(queue)) {
            if (from != JournalReader.NO_INDEX && !reader.moveBehind(from)) {
                reader.moveToStart();
            }
            // A writer may append faster than this reads, so the end is fixed now.
            final long last = reader.lastIndex();
            long index = from;
            long records = 0;
            while (index < last && reader.next()) {
                index = reader.index();
                learn(reader, entries);
                if (++records % ASK_EVERY_RECORDS == 0 && !keepGoing.getAsBoolean()) {
                    return index;
                }
            }
            return index;
        }
    }

    private void learn(final JournalReader reader, final ErasureLedger.Appender entries) throws IOException {
        header.wrap(reader.buffer(), reader.offset());
        switch (header.templateId()) {
            case ErasureRecordDecoder.TEMPLATE_ID -> entries.add(entry(ErasureLedger.Kind.ERASED, 0, 0));
            case MergeOutRecordDecoder.TEMPLATE_ID -> entries.add(entry(ErasureLedger.Kind.MERGED_OUT, 0, 0));
            case MergeInRecordDecoder.TEMPLATE_ID -> {
                mergeIn.wrap(reader.buffer(), reader.offset() + RecordHeaderFlyweight.HEADER_OFFSET,
                    header.blockLength(), header.schemaVersion());
                entries.add(entry(
                    ErasureLedger.Kind.MERGED_IN, mergeIn.source().high(), mergeIn.source().low()));
            }
            default -> {
                // Says nothing about who is who.
            }
        }
    }

    private ErasureLedger.Entry entry(final ErasureLedger.Kind kind, final long sourceHigh, final long sourceLow) {
        return new ErasureLedger.Entry(kind, header.rootKeyHigh(), header.rootKeyLow(), sourceHigh, sourceLow,
            header.sequence(), header.term(), header.appendTimeNs());
    }

    /** Writes down who was not yet known to be erased; true when there was anybody. */
    private boolean noteNew(final ErasedRoots erased) throws IOException {
        final RootTable known = new RootTable();
        ledger.forEach(entry -> {
            if (entry.kind() == ErasureLedger.Kind.KNOWN) {
                known.raise(entry.rootHigh(), entry.rootLow(), entry.sequence(), entry.term(), entry.appendTimeNs());
            }
        });
        try (ErasureLedger.Appender entries = ledger.append()) {
            erased.forEach((high, low, sequence, term, timeNs) -> {
                if (sequence > known.sequence(high, low)) {
                    addKnown(entries, high, low, sequence, term, timeNs);
                }
            });
            return entries.added() > 0;
        }
    }

    private static void addKnown(
        final ErasureLedger.Appender entries,
        final long high,
        final long low,
        final long sequence,
        final long term,
        final long timeNs) {
        try {
            entries.add(
                new ErasureLedger.Entry(ErasureLedger.Kind.KNOWN, high, low, 0, 0, sequence, term, timeNs));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean redact(final CycleFileRedaction redaction, final JournalFile file) throws IOException {
        try {
            return redaction.redact(file.path());
        } catch (final NoSuchFileException expired) {
            return true;
        } catch (final IOException e) {
            throw new IOException("journal file " + file.path() + ": " + e.getMessage(), e);
        }
    }

    /** Lists the files of all queues, oldest first. */
    private Horizon listFiles(
        final List<Path> queues,
        final ToLongFunction<String> appliedUpTo,
        final Predicate<String> hasWriter,
        final List<JournalFile> into) throws IOException {
        long oldestNs = Long.MAX_VALUE;
        long notDoneSinceNs = Long.MAX_VALUE;
        long slackNs = 0;
        for (final Path queueDir : queues) {
            if (!ChronicleQueues.isReadable(queueDir)) {
                continue;
            }
            try (SingleChronicleQueue queue =
                ChronicleQueues.openForReading(queueDir, JournalReader.BLOCK_SIZE_BYTES)) {
                final long cycleNs = TimeUnit.MILLISECONDS.toNanos(queue.rollCycle().lengthInMillis());
                final long applied = appliedUpTo.applyAsLong(name(queueDir));
                final boolean allApplied = applied >= queue.lastIndex();
                final long appliedCycle = queue.rollCycle().toCycle(applied);
                final List<Path> all = ChronicleQueues.files(queueDir);
                for (int i = 0; i < all.size(); i++) {
                    final long cycle = ChronicleQueues.cycleOf(queue, all.get(i));
                    final boolean rewritable = (allApplied || cycle < appliedCycle)
                        && (i < all.size() - 1 || !hasWriter.test(name(queueDir)));
                    oldestNs = Math.min(oldestNs, cycle * cycleNs);
                    if (!rewritable) {
                        notDoneSinceNs = Math.min(notDoneSinceNs, cycle * cycleNs);
                    }
                    into.add(new JournalFile(all.get(i), name(queueDir) + '/' + all.get(i).getFileName(),
                        cycle * cycleNs, rewritable));
                }
                slackNs = Math.max(slackNs, SLACK_CYCLES * cycleNs);
            }
        }
        into.sort(Comparator.comparingLong(JournalFile::beginNs).thenComparing(JournalFile::name));
        return new Horizon(oldestNs, notDoneSinceNs, slackNs);
    }

    /** Leaves out of the ledger what no kept file holds any more: erased roots early, merges with their files. */
    private void forgetOld(final ErasedRoots erased, final Horizon horizon) throws IOException {
        ledger.keepOnly(entry -> {
            final boolean gone = switch (entry.kind()) {
                case ERASED, KNOWN -> true;
                case MERGED_OUT, MERGED_IN ->
                    entry.sequence() < erased.sequence(entry.rootHigh(), entry.rootLow());
            };
            final long untilNs = gone ? horizon.notDoneSinceNs() : horizon.oldestNs();
            return entry.appendTimeNs() >= untilNs - horizon.slackNs();
        });
    }

    private static String name(final Path queue) {
        return queue.getFileName().toString();
    }
}
