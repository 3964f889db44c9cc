package io.opportune.engine.explain;

import io.opportune.engine.decision.SecondStage;
import io.opportune.engine.decision.ShardModel;
import io.opportune.engine.experiment.ControlGroups;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * By what explained decisions choose, beside the catalogue: the same as the decisions of whoever bids.
 *
 * @param groups      the control groups in use.
 * @param predictions what predicts.
 * @param secondStage predicts the best candidates anew; made once for each explainer, null for none.
 */
public record ExplainedChoice(
    Supplier<ControlGroups> groups, Predictions predictions, Supplier<SecondStage> secondStage) {
    /** Nobody is in a control group, and the priors of the catalogue predict. */
    public static final ExplainedChoice BY_PRIORS =
        new ExplainedChoice(() -> ControlGroups.NONE, (before, task) -> task.accept(null), () -> null);

    /** Lends the model that decides. */
    @FunctionalInterface
    public interface Predictions {
        /**
         * Runs a task with the model that decides at the moment; its weights stay as they are until the task ends.
         *
         * @param before what the task was given last, whose room can be used again; null for none.
         * @param task   gets a model of its own thread; null where the priors of the catalogue predict.
         */
        void lend(ShardModel before, Consumer<ShardModel> task);
    }
}
