package io.opportune.engine.evaluation;

/** The value of a target policy from a log that was read. Settings fluent; for one thread. */
public final class LogEvaluation {
    /** More target probability than this on actions never logged spoils a figure. */
    static final double MAX_UNSUPPORTED_SHARE = 0.01;

    private final LoggedRows log;
    private double clip = Double.POSITIVE_INFINITY;
    private boolean modelled = true;
    private int folds = RewardModel.DEFAULT_FOLDS;

    /**
     * Of a log.
     *
     * @param log that was read.
     */
    public LogEvaluation(final LoggedRows log) {
        this.log = log;
    }

    /**
     * Clips weights.
     *
     * @param greatest weight to use, above 0.
     * @return this.
     */
    public LogEvaluation clip(final double greatest) {
        clip = greatest;
        return this;
    }

    /**
     * Leaves the doubly robust estimate out.
     *
     * @return this.
     */
    public LogEvaluation withoutModel() {
        modelled = false;
        return this;
    }

    /**
     * Sets in how many parts the model of the reward is cross-fitted.
     *
     * @param count 2 or more.
     * @return this.
     */
    public LogEvaluation folds(final int count) {
        folds = count;
        return this;
    }

    /**
     * Evaluates.
     *
     * @param target policy over the log's actions.
     * @return figures and cautions; without a doubly robust one where the policy is not complete.
     */
    public EvaluationReport of(final TargetPolicy target) {
        final double[] weights = new double[log.rowCount];
        for (int row = 0; row < weights.length; row++) {
            weights[row] = target.probability(row, log.action[row]) / log.propensity[row];
        }
        final Evaluation evaluation = new Evaluation(log.reward, Weights.of(weights, clip), log.clusters);
        if (modelled && target.isComplete()) {
            final RewardModel.Predictions predictions =
                RewardModel.crossFit(new LogDesign(log, target), log.clusters, folds, Double.NaN);
            evaluation.predicted(predictions.logged(), predictions.target());
        }
        if (target.isComplete()) {
            checkSupport(target, evaluation);
        }
        if (log.skippedRows > 0) {
            evaluation.beware(Caution.Kind.SKIPPED_ROWS, "%,d rows of %,d could not be used and were left out",
                log.skippedRows, log.skippedRows + log.rowCount);
        }
        if (log.actionsFromLog) {
            evaluation.beware(Caution.Kind.ACTIONS_FROM_LOG, "the %,d actions are those that the log shows; name them "
                + "if there were more", log.actions.size());
        }
        return evaluation.report();
    }

    /** What was never done in the whole log cannot be told from it. */
    private void checkSupport(final TargetPolicy target, final Evaluation evaluation) {
        final boolean[] done = new boolean[log.actions.size()];
        for (final int action : log.action) {
            done[action] = true;
        }
        final Sum unsupported = new Sum();
        for (int row = 0; row < log.rowCount; row++) {
            for (int action = 0; action < done.length; action++) {
                if (!done[action]) {
                    unsupported.add(target.probability(row, action));
                }
            }
        }
        final double share = unsupported.value() / log.rowCount;
        if (share > MAX_UNSUPPORTED_SHARE) {
            evaluation.beware(Caution.Kind.NO_SUPPORT, "the target policy does with probability %.3f what the log "
                + "never shows, and nothing is known about that", share);
        }
    }
}
