package io.opportune.engine.training;

import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalReader;
import io.opportune.engine.learning.Learner;
import io.opportune.engine.learning.ModelSet;
import io.opportune.engine.learning.WeightEpoch;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * Models and how far they have read the queues of the shards: goes on to given positions, publishes, is written to a
 * file and read again. Records of all queues are taken in the order in which they were appended, by term and append
 * time; the same positions in the same order give the same bits. One thread.
 */
public final class ModelTraining implements AutoCloseable {
    private final Map<Integer, ShardTail> tails = new TreeMap<>();
    /** Of queues that are not being read: how far they were, when the models were kept. */
    private final Map<Integer, Long> keptPositions = new TreeMap<>();
    private final Map<Integer, Long> keptMarks = new TreeMap<>();
    private final int pendingBytes;
    private String championLine;
    private String shadowLine;
    private ModelTrainer trainer;
    private long number;
    private long queueIndex = JournalReader.NO_INDEX;
    private long timeNs;
    /** Up to where {@link #learn} goes; of one term only what was appended before a time. Null: it was reached. */
    private Map<Integer, Long> aim;
    private long aimTerm;
    private long aimBeforeNs;

    /**
     * Makes models that have learned nothing.
     *
     * @param champion     line of the model that decides, see {@link ModelText}.
     * @param shadow       line of the one that only learns; empty for none.
     * @param pendingBytes see {@link ModelTrainer}.
     * @throws IllegalArgumentException when a line is wrong.
     */
    public ModelTraining(final String champion, final String shadow, final int pendingBytes) {
        this.pendingBytes = pendingBytes;
        championLine = champion;
        shadowLine = "";
        trainer = new ModelTrainer(new ModelSet(new Learner(ModelText.parse(champion))), pendingBytes);
        shadow(shadow);
    }

    /**
     * Lets another model learn in the shadow, from nothing; the one that does already goes on.
     *
     * @param line empty for none.
     */
    public void shadow(final String line) {
        if (!line.equals(shadowLine)) {
            trainer.shadow(line.isEmpty() ? null : new Learner(ModelText.parse(line)));
            shadowLine = line;
        }
    }

    /** Makes the shadow the model that decides; the one that did is forgotten. */
    public void promote() {
        trainer.models().promote();
        championLine = shadowLine;
        shadowLine = "";
    }

    /**
     * Lets the models learn from a shard's queue too.
     *
     * @param shard its number.
     * @param queue folder.
     */
    public void read(final int shard, final Path queue) {
        tails.computeIfAbsent(shard, none -> new ShardTail(queue,
            Objects.requireNonNullElse(keptPositions.remove(shard), JournalReader.NO_INDEX),
            Objects.requireNonNullElse(keptMarks.remove(shard), 0L)));
    }

    /**
     * Lets the models learn from the queues of all shards that there are.
     *
     * @param journals of a store.
     */
    public void read(final JournalDirectory journals) {
        for (final Path queue : journals.queues()) {
            if (!queue.equals(journals.registryQueue())) {
                read(JournalDirectory.shardOf(queue), queue);
            }
        }
    }

    /**
     * Why the models cannot go on from the queues: they have learned from records that are not there. That is so after
     * a power cut took the end of a queue, or all of it, also when others were written to the place since. To be asked
     * before anything is read, and once all queues are known.
     *
     * @param expiredNs files of the journal that ended by then may have been deleted because of their age, nanoseconds
     *     since 1970; {@link Long#MAX_VALUE} when it is not known how long they are kept. The last file of a queue
     *     always stays.
     * @return null when they can.
     */
    public String obstacle(final long expiredNs) {
        for (final Map.Entry<Integer, Long> each : keptPositions.entrySet()) {
            return "queue of shard %d: it is not there, but record %x was learned from".formatted(
                each.getKey(), each.getValue());
        }
        for (final Map.Entry<Integer, ShardTail> each : tails.entrySet()) {
            final String obstacle = each.getValue().obstacle(expiredNs);
            if (obstacle != null) {
                return "queue of shard " + each.getKey() + ": " + obstacle;
            }
        }
        return null;
    }

    /**
     * Where the last record of each queue stands now.
     *
     * @return by shard; those without records are not in it.
     */
    public Map<Integer, Long> ends() {
        final Map<Integer, Long> ends = new TreeMap<>();
        tails.forEach((shard, tail) -> {
            final long last = tail.lastIndex();
            if (last != JournalReader.NO_INDEX) {
                ends.put(shard, last);
            }
        });
        return ends;
    }

    /**
     * How far each queue was learned from.
     *
     * @return by shard: index of the last record; queues of which none was are not in it.
     */
    public Map<Integer, Long> positions() {
        final Map<Integer, Long> positions = new TreeMap<>(keptPositions);
        tails.forEach((shard, tail) -> {
            if (tail.position() != JournalReader.NO_INDEX) {
                positions.put(shard, tail.position());
            }
        });
        return positions;
    }

    /**
     * Whether {@link #learn} has learned from all that was there at the last {@link #aim}.
     *
     * @return true before the first one, too.
     */
    public boolean isReached() {
        return aim == null;
    }

    /**
     * Sets up to where {@link #learn} goes: to the records that are there now. What is added meanwhile has to wait for
     * the next time, or the order would not be that of the whole: while one queue is read to an end, a record with an
     * earlier time may come at the end of another.
     *
     * @param term     of the server.
     * @param beforeNs of this term only records appended before this time are learned from, nanoseconds since 1970.
     *     When all queues hold all records from before, what is learned is a beginning of what learning from the whole
     *     journal at once would give. {@link Long#MAX_VALUE} for no such bound.
     * @throws IllegalStateException when the aim before was not reached yet.
     */
    public void aim(final long term, final long beforeNs) {
        if (aim != null) {
            throw new IllegalStateException("there is more to learn from before the aim may change");
        }
        aim = ends();
        aimTerm = term;
        aimBeforeNs = beforeNs;
    }

    /**
     * Goes on to what {@link #aim} set. However often this stops, and is published in between, what is learned is the
     * same.
     *
     * @param mostRecords after which to stop, 1 or more.
     * @return false when there is more to learn from before the aim; true also when there is no aim.
     */
    public boolean learn(final long mostRecords) {
        if (aim != null && advance(aim, aimTerm, aimBeforeNs, mostRecords)) {
            aim = null;
        }
        return aim == null;
    }

    /**
     * Learns from the queues in the order in which their records were appended, to given records. Where this stops does
     * not change what is learned, if it goes on to the same ones.
     *
     * @param targets     by shard: index of the last record to learn from.
     * @param mostRecords after which to stop before the targets, 1 or more.
     * @return false when there is more to learn from.
     */
    boolean advance(final Map<Integer, Long> targets, final long mostRecords) {
        return advance(targets, Long.MAX_VALUE, Long.MAX_VALUE, mostRecords);
    }

    private boolean advance(
        final Map<Integer, Long> targets, final long term, final long beforeNs, final long mostRecords) {
        tails.forEach(
            (shard, tail) -> tail.upTo(targets.getOrDefault(shard, JournalReader.NO_INDEX), term, beforeNs));
        for (long left = mostRecords;; left--) {
            ShardTail earliest = null;
            for (final ShardTail tail : tails.values()) {
                if (tail.hasNext() && (earliest == null || tail.isBefore(earliest))) {
                    earliest = tail;
                }
            }
            if (earliest == null || left == 0) {
                return earliest == null;
            }
            earliest.take();
            trainer.onRecord(earliest.buffer(), earliest.offset());
        }
    }

    /**
     * Makes what was learned the next state to be served; the state before may be read until {@link #release}.
     *
     * @param kind why.
     * @return what is to be kept in the queue of models.
     */
    public ModelPublication publish(final ModelPublication.Kind kind) {
        trainer.age();
        final ModelSet models = trainer.models();
        models.champion().publish();
        if (models.shadow() != null) {
            final WeightEpoch before = models.shadow().epoch();
            models.shadow().publish();
            // Nobody reads it.
            models.shadow().release(before);
        }
        number++;
        return new ModelPublication(
            number, kind, trainer.examples(), trainer.checksum(), championLine, shadowLine, pendingBytes, positions());
    }

    /**
     * Says where the last publication stands in the queue of models, for a state that is kept.
     *
     * @param index       of its record.
     * @param publishedNs when, nanoseconds since 1970.
     */
    public void journalled(final long index, final long publishedNs) {
        queueIndex = index;
        timeNs = publishedNs;
    }

    /**
     * Does once more what was published: takes the same models, learns from the same records and publishes; nobody
     * reads the states before. Where records are gone, what is there is not read either, so that it can be learned in
     * steps later; the number is that of the publication in any case.
     *
     * @param publication one with a higher number.
     * @return null; or why this is not the same state again.
     */
    public String repeat(final ModelPublication publication) {
        final String gap = publication.number() == number + 1 ? null
            : "publication " + publication.number() + " does not follow " + number;
        final String strange = takeModels(publication);
        final String lost = lost(publication);
        boolean reached = false;
        if (lost == null) {
            advance(publication.positions(), Long.MAX_VALUE);
            reached = isAt(publication.positions());
        }
        final WeightEpoch before = serving();
        publish(publication.kind());
        release(before);
        number = publication.number();
        if (gap != null || strange != null || lost != null) {
            return gap != null ? gap : strange != null ? strange : lost;
        }
        return !reached ? "records that publication " + number + " learned from are not kept"
            : trainer.checksum() != publication.checksum()
                ? "what publication " + number + " learned from is not what the journal holds now: a customer was "
                + "erased, or older records are not kept" : null;
    }

    /**
     * Lets the next publication follow one that is not learned again.
     *
     * @param last its number.
     */
    public void skipTo(final long last) {
        number = last;
    }

    /**
     * Takes the models of a publication without learning what it had learned, which is to be learned later: a model
     * that did not learn here begins anew.
     *
     * @param publication that the next one is to follow.
     */
    public void pass(final ModelPublication publication) {
        takeModels(publication);
        number = publication.number();
    }

    private String takeModels(final ModelPublication publication) {
        String strange = null;
        if (!publication.champion().equals(championLine)) {
            if (publication.champion().equals(shadowLine)) {
                promote();
            } else {
                strange = "publication " + publication.number() + " is of \"" + publication.champion()
                    + "\", which was not learned here and begins anew";
                trainer.champion(new Learner(ModelText.parse(publication.champion())));
                championLine = publication.champion();
                shadowLine = "";
            }
        }
        shadow(publication.shadow());
        return strange;
    }

    private String lost(final ModelPublication publication) {
        for (final Map.Entry<Integer, Long> each : publication.positions().entrySet()) {
            final ShardTail tail = tails.get(each.getKey());
            if (tail != null && each.getValue() > tail.lastIndex()) {
                return "publication %d learned from record %x of shard %d, but %x is the last of its queue".formatted(
                    publication.number(), each.getValue(), each.getKey(), tail.lastIndex());
            }
        }
        return null;
    }

    private boolean isAt(final Map<Integer, Long> targets) {
        return positions().equals(targets);
    }

    /**
     * Says that nobody reads the state before the last publication any more.
     *
     * @param before what {@link #serving} gave before it.
     */
    public void release(final WeightEpoch before) {
        trainer.models().champion().release(before);
    }

    /**
     * What decisions are predicted by.
     *
     * @return the last published state of the model that decides.
     */
    public WeightEpoch serving() {
        return trainer.models().champion().epoch();
    }

    /**
     * The models and what became of examples.
     *
     * @return to be used by this thread.
     */
    public ModelTrainer trainer() {
        return trainer;
    }

    /**
     * Number of the last publication.
     *
     * @return 0 before the first.
     */
    public long number() {
        return number;
    }

    /**
     * Line of the model that decides.
     *
     * @return as configured.
     */
    public String champion() {
        return championLine;
    }

    /**
     * Line of the model that only learns.
     *
     * @return empty for none.
     */
    public String shadow() {
        return shadowLine;
    }

    /**
     * Writes everything; right after {@link #publish}.
     *
     * @param file       to write; not whole when this throws.
     * @param afterBreak whether this does not follow from what was published before.
     * @throws IOException when it cannot be written.
     */
    public void write(final Path file, final boolean afterBreak) throws IOException {
        final CRC32C crc = new CRC32C();
        final Map<Integer, Long> marks = new TreeMap<>(keptMarks);
        tails.forEach((shard, tail) -> marks.put(shard, tail.mark()));
        try (OutputStream stream = new BufferedOutputStream(Files.newOutputStream(file))) {
            final DataOutputStream out = new DataOutputStream(new CheckedOutputStream(stream, crc));
            new StateHeader(number, timeNs, queueIndex, afterBreak, pendingBytes, championLine, shadowLine, positions(),
                marks).write(out);
            trainer.models().champion().write(out);
            if (trainer.models().shadow() != null) {
                trainer.models().shadow().write(out);
            }
            trainer.write(out);
            out.flush();
            new DataOutputStream(stream).writeLong(crc.getValue());
        }
    }

    /**
     * Reads what was written.
     *
     * @param file to read.
     * @return models that have read no queue since, with those of the file.
     * @throws IOException when it is not whole, or of another layout.
     */
    public static ModelTraining read(final Path file) throws IOException {
        final CRC32C crc = new CRC32C();
        try (InputStream stream = new BufferedInputStream(Files.newInputStream(file))) {
            final DataInputStream in = new DataInputStream(new CheckedInputStream(stream, crc));
            final StateHeader header = StateHeader.read(in);
            final ModelTraining read = new ModelTraining(header.champion(), "", header.pendingBytes());
            read.number = header.number();
            read.queueIndex = header.queueIndex();
            read.timeNs = header.timeNs();
            read.keptPositions.putAll(header.positions());
            read.keptMarks.putAll(header.marks());
            final ModelSet models = new ModelSet(Learner.read(ModelText.parse(header.champion()), in));
            if (!header.shadow().isEmpty()) {
                models.resumeShadow(Learner.read(ModelText.parse(header.shadow()), in));
                read.shadowLine = header.shadow();
            }
            read.trainer.read(in, models);
            final long found = crc.getValue();
            if (new DataInputStream(stream).readLong() != found) {
                throw new IOException("the checksum does not hold");
            }
            if (stream.read() >= 0) {
                throw new IOException("there is more behind them");
            }
            return read;
        } catch (final IOException | IllegalArgumentException e) {
            throw new IOException("models in " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Where the publication of this state stands in the queue of models.
     *
     * @return its index, {@link JournalReader#NO_INDEX} when it is in none.
     */
    public long queueIndex() {
        return queueIndex;
    }

    @Override
    public void close() {
        tails.values().forEach(ShardTail::close);
        tails.clear();
    }
}
