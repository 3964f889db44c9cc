package io.opportune.engine.evaluation;

/** The way of choosing that is evaluated. Immutable; for one thread. */
public interface TargetPolicy {
    /**
     * Probability of an action.
     *
     * @param row    of the log.
     * @param action index of the action.
     * @return 0..1; over all actions of a row they come to 1.
     */
    double probability(int row, int action);

    /**
     * Whether the probabilities of actions other than the logged one are known, which a model of the reward needs.
     *
     * @return false: only {@code probability(row, logged action of the row)} may be asked.
     */
    default boolean isComplete() {
        return true;
    }

    /**
     * What it is.
     *
     * @return a few words.
     */
    String description();

    /**
     * All actions alike.
     *
     * @param log whose actions.
     * @return 1 over the number of actions.
     */
    static TargetPolicy uniform(final LoggedRows log) {
        final double each = 1.0 / log.actions().size();
        return new TargetPolicy() {
            @Override
            public double probability(final int row, final int action) {
                return each;
            }

            @Override
            public String description() {
                return "uniform over " + log.actions().size() + " actions";
            }
        };
    }

    /**
     * Always the same action.
     *
     * @param log    whose actions.
     * @param action index of the action.
     * @return 1 for it.
     */
    static TargetPolicy fixed(final LoggedRows log, final int action) {
        final String name = log.actions().get(action);
        return new TargetPolicy() {
            @Override
            public double probability(final int row, final int anyAction) {
                return anyAction == action ? 1 : 0;
            }

            @Override
            public String description() {
                return "always " + name;
            }
        };
    }

    /**
     * The probabilities that the log itself gives in the column {@code target} or the columns {@code target:ACTION}.
     *
     * @param log with one of them.
     * @return as given.
     */
    static TargetPolicy given(final LoggedRows log) {
        return new TargetPolicy() {
            @Override
            public double probability(final int row, final int action) {
                return log.givenTarget(row, action);
            }

            @Override
            public boolean isComplete() {
                return log.givesWholeTarget();
            }

            @Override
            public String description() {
                return "probabilities of the log's column target";
            }
        };
    }
}
