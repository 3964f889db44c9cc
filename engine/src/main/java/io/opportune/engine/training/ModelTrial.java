package io.opportune.engine.training;

import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.learning.WeightEpoch;
import java.nio.file.Path;

/**
 * A model that a store did not have, learning what the store's models learned: from the beginning of the journal that
 * is kept, up to where each publication had read, so that at any time it knows no more than they did. Reads only. One
 * thread.
 */
public final class ModelTrial implements AutoCloseable {
    private final JournalDirectory journals;
    private final String line;
    private final ModelQueue queue;
    private ModelTraining training;
    private WeightEpoch before;
    private long first;
    private long reached;
    private String obstacle;

    /**
     * Opens the journal of a store.
     *
     * @param journals    of the shards.
     * @param modelFolder of the store, for its publications.
     * @param line        of the model, see {@link ModelText}.
     * @throws IllegalArgumentException when the line is wrong.
     */
    public ModelTrial(final JournalDirectory journals, final Path modelFolder, final String line) {
        ModelText.parse(line);
        this.journals = journals;
        this.line = line;
        queue = new ModelQueue(new ModelFolder(modelFolder).queue());
    }

    /**
     * Weights as they would have been.
     *
     * @param number of the publication at the time; not below the last one asked for by more than 1.
     * @return null when they cannot be had: {@link #obstacle} says why.
     */
    public WeightEpoch at(final long number) {
        while (reached < number) {
            final ModelPublication next = queue.next();
            if (next == null) {
                obstacle = "publication " + number + " is not in the queue of models, which ends with " + reached;
                return null;
            }
            if (training == null) {
                training = new ModelTraining(line, "", next.pendingBytes());
                training.read(journals);
                first = next.number();
            }
            training.advance(next.positions(), Long.MAX_VALUE);
            before = training.serving();
            training.publish(next.kind());
            training.release(before);
            reached = next.number();
        }
        if (number < first) {
            obstacle = "the queue of models begins with publication " + first + ", behind " + number;
            return null;
        }
        if (number < reached - 1) {
            obstacle = "publication " + number + " lies before the one that was learned last, " + reached;
            return null;
        }
        return number == reached ? training.serving() : before;
    }

    /**
     * Why weights cannot be had.
     *
     * @return for people.
     */
    public String obstacle() {
        return obstacle;
    }

    @Override
    public void close() {
        queue.close();
        if (training != null) {
            training.close();
        }
    }
}
