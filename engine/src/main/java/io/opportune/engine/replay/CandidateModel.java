package io.opportune.engine.replay;

import io.opportune.engine.decision.ShardModel;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.learning.WeightEpoch;
import io.opportune.engine.training.ModelPublication;
import io.opportune.engine.training.ModelQueue;
import io.opportune.engine.training.ModelReplay;
import io.opportune.engine.training.ModelText;
import io.opportune.engine.training.ModelTrial;
import java.nio.file.Path;
import java.util.TreeSet;

/**
 * A model in place of the one that decided: one that the store has learned, by its name, or one with other settings,
 * that learns from the journal what the store's model had learned by the time of each decision. One thread.
 */
final class CandidateModel implements AutoCloseable {
    private final ModelReplay learned;
    private final String name;
    private final ModelTrial trial;
    private final ModelQueue times;
    private ModelPublication next;
    private long lastNumber;
    private ShardModel model;
    private String obstacle;

    private CandidateModel(
        final ModelReplay learned, final String name, final ModelTrial trial, final ModelQueue times) {
        this.learned = learned;
        this.name = name;
        this.trial = trial;
        this.times = times;
        next = times.next();
    }

    /** A line has a learner behind the name. */
    static CandidateModel of(
        final String text, final JournalDirectory journals, final Path models, final Path queue,
        final ModelReplay learned) throws CandidateRefusedException {
        final boolean isLine = text.strip().contains(" ");
        if (!isLine) {
            requireKnown(text.strip(), queue);
        }
        try {
            return new CandidateModel(learned, isLine ? null : text.strip(),
                isLine ? new ModelTrial(journals, models, text) : null, new ModelQueue(queue));
        } catch (final IllegalArgumentException e) {
            throw new CandidateRefusedException("candidate model: " + e.getMessage());
        }
    }

    private static void requireKnown(final String name, final Path queue) throws CandidateRefusedException {
        final TreeSet<String> known = new TreeSet<>();
        try (ModelQueue publications = new ModelQueue(queue)) {
            for (ModelPublication each = publications.next(); each != null; each = publications.next()) {
                known.add(ModelText.nameOf(each.champion()));
                known.add(ModelText.nameOf(each.shadow()));
            }
        }
        known.remove("");
        if (!known.contains(name)) {
            throw new CandidateRefusedException("candidate model: no model \"" + name + "\" has learned here; "
                + (known.isEmpty() ? "none has" : "these have: " + String.join(", ", known))
                + "; a model with other settings is given as a whole line, such as \"" + name + " bayes\"");
        }
    }

    /**
     * Makes it what it was at the time of a decision.
     *
     * @param number       of the publication by which it was made, 0 for none: the last one then is taken.
     * @param appendTimeNs of its record.
     * @return false when that cannot be had: {@link #obstacle} says why.
     */
    boolean goTo(final long number, final long appendTimeNs) {
        while (next != null && times.appendTimeNs() <= appendTimeNs) {
            lastNumber = next.number();
            next = times.next();
        }
        final long wanted = number == 0 ? lastNumber : number;
        if (wanted == 0) {
            model = null;
        } else if (model == null || model.number() != wanted) {
            final WeightEpoch weights = trial != null ? trial.at(wanted) : learned.at(wanted, name);
            if (weights == null) {
                obstacle = "the candidate model: " + (trial != null ? trial.obstacle() : learned.obstacle());
                return false;
            }
            model = new ShardModel(wanted, weights, model);
        }
        return true;
    }

    /** To predict by; null for none, before anything was published. */
    ShardModel model() {
        return model;
    }

    String obstacle() {
        return obstacle;
    }

    @Override
    public void close() {
        times.close();
        if (trial != null) {
            trial.close();
        }
    }
}
