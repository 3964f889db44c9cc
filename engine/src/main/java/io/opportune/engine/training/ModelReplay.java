package io.opportune.engine.training;

import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.learning.WeightEpoch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The models of a store as they were at each publication, learned again in the order of their numbers. Reads only. One
 * thread.
 */
public final class ModelReplay implements AutoCloseable {
    private final JournalDirectory journals;
    private final ModelFolder folder;
    private final ModelQueue queue;
    private ModelTraining training;
    private ModelPublication next;
    private WeightEpoch before;
    private String obstacle;
    private long lastNumber;
    private boolean started;

    /**
     * Opens the models of a store.
     *
     * @param journals    of the shards.
     * @param modelFolder of the store.
     */
    public ModelReplay(final JournalDirectory journals, final Path modelFolder) {
        this.journals = journals;
        folder = new ModelFolder(modelFolder);
        queue = new ModelQueue(folder.queue());
    }

    /**
     * Weights as they were.
     *
     * @param number of the publication; not below the last one asked for by more than 1.
     * @return null when they cannot be had: {@link #obstacle} says why.
     */
    public WeightEpoch at(final long number) {
        if (!started) {
            started = true;
            start(number);
        }
        while (obstacle == null && training.number() < number && next != null) {
            final WeightEpoch served = training.serving();
            obstacle = training.repeat(next);
            before = served;
            lastNumber = next.number();
            next = queue.next();
        }
        if (obstacle != null) {
            return null;
        }
        if (training.number() == number) {
            return training.serving();
        }
        return training.number() == number + 1 ? before : null;
    }

    /**
     * Why weights cannot be had.
     *
     * @return for people.
     */
    public String obstacle() {
        return obstacle != null ? obstacle
            : "publication is not among those up to " + lastNumber + " that can be learned again";
    }

    /** From the newest state that is early enough; without one from the first publication on. */
    private void start(final long number) {
        try {
            for (final long state : folder.states()) {
                if (state <= number && training == null) {
                    training = ModelTraining.read(folder.state(state));
                }
            }
        } catch (final IOException e) {
            obstacle = e.getMessage();
            return;
        }
        next = queue.next();
        while (training != null && next != null && next.number() <= training.number()) {
            next = queue.next();
        }
        if (next == null && training == null || training == null && next.number() != 1) {
            obstacle = "no state of the models is kept from before publication " + number;
            return;
        }
        if (training == null) {
            training = new ModelTraining(next.champion(), next.shadow(), next.pendingBytes());
        }
        lastNumber = training.number();
        final List<Path> queues = journals.queues();
        for (final Path each : queues) {
            if (!each.equals(journals.registryQueue())) {
                training.read(JournalDirectory.shardOf(each), each);
            }
        }
    }

    @Override
    public void close() {
        queue.close();
        if (training != null) {
            training.close();
        }
    }
}
