package io.opportune.engine.training;

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
import java.util.TreeMap;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * Models and how far they have read the queues of the shards: goes on to given positions, shard by shard, publishes, is
 * written to a file and read again. The same positions in the same order give the same bits. One thread.
 */
public final class ModelTraining implements AutoCloseable {
    private static final int MAGIC = 0x4F505452;
    private static final int VERSION = 1;
    private static final int MAX_LINE_BYTES = 4_096;
    private static final int MIN_PENDING_BYTES = 1 << 16;

    private final Map<Integer, JournalReader> readers = new TreeMap<>();
    private final Map<Integer, Long> positions = new TreeMap<>();
    private final int pendingBytes;
    private String championLine;
    private String shadowLine;
    private ModelTrainer trainer;
    private long number;

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
        readers.computeIfAbsent(shard, none -> new JournalReader(queue));
    }

    /**
     * Where the last record of each queue stands now.
     *
     * @return by shard; those without records are not in it.
     */
    public Map<Integer, Long> ends() {
        final Map<Integer, Long> ends = new TreeMap<>();
        readers.forEach((shard, reader) -> {
            final long last = reader.lastIndex();
            if (last != JournalReader.NO_INDEX) {
                ends.put(shard, last);
            }
        });
        return ends;
    }

    /**
     * Learns from each queue up to a record, one queue after the other.
     *
     * @param targets by shard: index of the last record to learn from.
     * @return whether all of them were reached; false: the queue ends before, or the records are not kept.
     */
    public boolean advance(final Map<Integer, Long> targets) {
        boolean reached = true;
        for (final Map.Entry<Integer, Long> target : new TreeMap<>(targets).entrySet()) {
            final JournalReader reader = readers.get(target.getKey());
            reached &= reader != null && advance(target.getKey(), reader, target.getValue());
        }
        return reached;
    }

    private boolean advance(final int shard, final JournalReader reader, final long target) {
        long at = positions.getOrDefault(shard, JournalReader.NO_INDEX);
        if (at == JournalReader.NO_INDEX) {
            reader.moveToStart();
        } else if (at < target && reader.index() != at && !reader.moveBehind(at)) {
            if (reader.firstIndex() < at) {
                return false;
            }
            // Files were deleted while nothing learned: from what is kept on.
            reader.moveToStart();
        }
        try {
            // Where the target itself is not there, what stands behind it is read again by the next call.
            while (at < target && reader.next() && reader.index() <= target) {
                at = reader.index();
                trainer.onRecord(reader.buffer(), reader.offset());
            }
        } finally {
            positions.put(shard, at);
        }
        return at == target;
    }

    /**
     * Makes what was learned the next state to be served; the state before may be read until {@link #release}.
     *
     * @param kind why.
     * @return what is to be kept in the queue of models.
     */
    public ModelPublication publish(final ModelPublication.Kind kind) {
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
            number, kind, trainer.examples(), trainer.checksum(), championLine, shadowLine,
            pendingBytes, positions);
    }

    /**
     * Does once more what was published: takes the same models, learns from the same records and publishes; nobody
     * reads the states before.
     *
     * @param publication the next one by number.
     * @return null; or why this is not the same state again, in which case it is the nearest that can be had.
     */
    public String repeat(final ModelPublication publication) {
        if (publication.number() != number + 1) {
            return "publication " + publication.number() + " does not follow " + number;
        }
        if (!publication.champion().equals(championLine)) {
            if (!publication.champion().equals(shadowLine)) {
                return "publication " + publication.number() + " is of \"" + publication.champion()
                    + "\", which was not learned here";
            }
            promote();
        }
        shadow(publication.shadow());
        final boolean reached = advance(publication.positions());
        final WeightEpoch before = serving();
        publish(publication.kind());
        release(before);
        return !reached ? "records that publication " + number + " learned from are not kept"
            : trainer.checksum() != publication.checksum()
                ? "what publication " + number + " learned from has changed since: a customer was erased" : null;
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
     * @param file to write; not whole when this throws.
     * @throws IOException when it cannot be written.
     */
    public void write(final Path file) throws IOException {
        final CRC32C crc = new CRC32C();
        try (OutputStream stream = new BufferedOutputStream(Files.newOutputStream(file))) {
            final DataOutputStream out = new DataOutputStream(new CheckedOutputStream(stream, crc));
            out.writeInt(MAGIC);
            out.writeInt(VERSION);
            out.writeLong(number);
            out.writeInt(pendingBytes);
            out.writeUTF(championLine);
            out.writeUTF(shadowLine);
            out.writeInt(positions.size());
            for (final Map.Entry<Integer, Long> each : positions.entrySet()) {
                out.writeInt(each.getKey());
                out.writeLong(each.getValue());
            }
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
     * How far the models of a file had read.
     *
     * @param file to read.
     * @return by shard; empty when it cannot be read.
     */
    public static Map<Integer, Long> positionsIn(final Path file) {
        final Map<Integer, Long> positions = new TreeMap<>();
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            if (in.readInt() == MAGIC && in.readInt() == VERSION) {
                in.readLong();
                in.readInt();
                in.readUTF();
                in.readUTF();
                for (int left = in.readInt(); left > 0; left--) {
                    positions.put(in.readInt(), in.readLong());
                }
            }
        } catch (final IOException e) {
            positions.clear();
        }
        return positions;
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
            if (in.readInt() != MAGIC) {
                throw new IOException("these are no models");
            }
            final int version = in.readInt();
            if (version != VERSION) {
                throw new IOException("models of layout " + version + ", this reads " + VERSION);
            }
            final long number = in.readLong();
            final int pendingBytes = in.readInt();
            if (pendingBytes < MIN_PENDING_BYTES) {
                throw new IOException("room for pending examples of " + pendingBytes + " bytes");
            }
            final String champion = in.readUTF();
            final String shadow = in.readUTF();
            if (champion.length() + shadow.length() > 2 * MAX_LINE_BYTES) {
                throw new IOException("lines of models of " + champion.length() + " and " + shadow.length());
            }
            final ModelTraining read = new ModelTraining(champion, "", pendingBytes);
            read.number = number;
            final int queues = in.readInt();
            for (int i = 0; i < queues; i++) {
                read.positions.put(in.readInt(), in.readLong());
            }
            final ModelSet models = new ModelSet(Learner.read(ModelText.parse(champion), in));
            if (!shadow.isEmpty()) {
                models.resumeShadow(Learner.read(ModelText.parse(shadow), in));
                read.shadowLine = shadow;
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

    @Override
    public void close() {
        readers.values().forEach(JournalReader::close);
        readers.clear();
    }
}
