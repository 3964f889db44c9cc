package io.opportune.engine.training;

import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.learning.Learner;
import io.opportune.engine.learning.WeightEpoch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * The models of a store as they were at each publication, learned again in the order of their numbers: from the first
 * publication, or from a state that was kept. Where a publication cannot be had again, because records are gone or were
 * overwritten, those behind the next state can. Reads only. One thread.
 */
public final class ModelReplay implements AutoCloseable {
    private final JournalDirectory journals;
    private final ModelFolder folder;
    private final ModelQueue queue;
    /** States that cannot be read, or do not fit the queues. */
    private final Set<Long> refused = new HashSet<>();
    /** Null while no publication can be had. */
    private ModelTraining training;
    private ModelPublication next;
    /** What was served before the last publication; null when that is not known. */
    private Served before;
    /** Publications of models that had learned nothing, those not tried yet. */
    private TreeSet<Long> beginnings;
    /** The last publication that could not be had. */
    private long lost;
    private String lostWhy;
    private long failed = -1;
    private String obstacle;

    /** What was published: weights of the model that decides, and of the one in the shadow. */
    private record Served(String champion, WeightEpoch weights, String shadow, WeightEpoch shadowWeights) {
        static Served of(final ModelTraining training) {
            final Learner shadow = training.trainer().models().shadow();
            return new Served(ModelText.nameOf(training.champion()), training.serving(),
                ModelText.nameOf(training.shadow()), shadow == null ? null : shadow.epoch());
        }

        WeightEpoch of(final String name) {
            return name.equals(champion) ? weights : name.equals(shadow) ? shadowWeights : null;
        }
    }

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
     * @return null when they cannot be had: {@link #obstacle} says why. Those of later publications may be.
     */
    public WeightEpoch at(final long number) {
        final Served served = served(number);
        return served == null ? null : served.weights();
    }

    /**
     * Weights of a model by its name, whether it decided or learned in the shadow.
     *
     * @param number as for {@link #at(long)}.
     * @param name   with the version, such as {@code fast:2}.
     * @return null when they cannot be had, or no such model learned then: {@link #obstacle} says why.
     */
    public WeightEpoch at(final long number, final String name) {
        final Served served = served(number);
        if (served == null) {
            return null;
        }
        final WeightEpoch weights = served.of(name);
        if (weights == null) {
            obstacle = "no model \"" + name + "\" learned with publication " + number + ", but "
                + served.champion() + (served.shadow().isEmpty() ? "" : " and " + served.shadow());
        }
        return weights;
    }

    private Served served(final long number) {
        if (number == failed) {
            return null;
        }
        obstacle = null;
        if (!goTo(number)) {
            failed = number;
            return null;
        }
        failed = -1;
        return training.number() == number ? Served.of(training) : before;
    }

    private boolean goTo(final long number) {
        if (training == null && !start(number)) {
            return false;
        }
        while (training.number() < number) {
            if (next == null) {
                next = queue.next();
            }
            if (next == null) {
                obstacle = "publication " + number + " is not in the queue of models, which ends with "
                    + training.number();
                return false;
            }
            before = Served.of(training);
            final String why = training.repeat(next);
            next = null;
            if (why != null) {
                lost = training.number();
                lostWhy = why;
                forget();
                if (!start(number)) {
                    return false;
                }
            }
        }
        if (training.number() > number && (training.number() != number + 1 || before == null)) {
            obstacle = "publication " + number + " lies before the one that was learned again last, "
                + training.number();
            return false;
        }
        return true;
    }

    /**
     * Why weights cannot be had.
     *
     * @return for people.
     */
    public String obstacle() {
        return obstacle;
    }

    /** From the newest state that is early enough; without one, the first time, from the first publication on. */
    private boolean start(final long number) {
        try {
            // A state of just this publication has nothing before it, for which the other shards may ask.
            return startFrom(number - 1) || startFrom(number) || startWithFirst(number);
        } catch (final IOException e) {
            obstacle = e.getMessage();
            return false;
        }
    }

    private boolean startFrom(final long greatest) throws IOException {
        for (final long state : folder.states()) {
            if (state <= greatest && state >= lost && refused.add(state)) {
                try {
                    training = ModelTraining.read(folder.state(state));
                    training.read(journals);
                    final String notThere = training.obstacle(Long.MAX_VALUE);
                    if (notThere == null && (queue.moveBehind(training.queueIndex()) || skipTo(state))) {
                        return true;
                    }
                    obstacle = "state " + state + " of the models: "
                        + (notThere != null ? notThere : "the queue of models does not know it");
                    forget();
                } catch (final IOException e) {
                    obstacle = e.getMessage();
                }
            }
        }
        return false;
    }

    /** Where the state does not say it, or says it wrong: reads the queue up to the state's publication. */
    private boolean skipTo(final long state) {
        next = queue.next();
        while (next != null && next.number() < state) {
            next = queue.next();
        }
        final boolean known = next != null && next.number() == state;
        next = null;
        return known;
    }

    /** From the last publication of models that had learned nothing. */
    private boolean startWithFirst(final long number) {
        final long first = lastBeginning(number);
        if (first > 0 && first >= lost) {
            beginnings.remove(first);
            queue.moveToStart();
            next = queue.next();
            while (next.number() < first) {
                next = queue.next();
            }
            training = new ModelTraining(next.champion(), next.shadow(), next.pendingBytes());
            training.skipTo(first - 1);
            training.read(journals);
            return true;
        }
        if (lostWhy != null) {
            obstacle = obstacle == null ? lostWhy : lostWhy + "; " + obstacle;
        } else if (obstacle == null) {
            obstacle = "no state of the models is kept from before publication " + number;
        }
        return false;
    }

    /** 0: none is known. */
    private long lastBeginning(final long number) {
        if (beginnings == null) {
            beginnings = new TreeSet<>();
            queue.moveToStart();
            for (ModelPublication each = queue.next(); each != null; each = queue.next()) {
                if (each.isBeginning()) {
                    beginnings.add(each.number());
                }
            }
        }
        final Long last = beginnings.floor(number);
        return last == null ? 0 : last;
    }

    private void forget() {
        training.close();
        training = null;
        next = null;
        before = null;
    }

    @Override
    public void close() {
        queue.close();
        if (training != null) {
            training.close();
        }
    }
}
