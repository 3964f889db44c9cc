package io.opportune.engine.arbitration;

/**
 * How places are given away, with its parameters. Immutable.
 *
 * @param exploration the way.
 * @param epsilon     share of places given evenly, 0..1; of {@link Exploration#EPSILON} only, otherwise 0.
 * @param temperature of {@link Exploration#SOFTMAX} only, otherwise 1; 0.01..100. Who scores c times as much is chosen
 *                    c^(1 / temperature) times as often.
 * @param spread      of {@link Exploration#THOMPSON} only, otherwise 1; 0.05..4. Standard deviations are multiplied
 *                    by it: below 1 less is tried out than the model's uncertainty says (posterior reshaping, Chapelle
 *                    & Li, 2011, section 4), which is right where that is too large, because the weights'
 *                    uncertainties are added up as if they were independent.
 * @param floor       share of places given evenly whatever the way is, 0..1: each of m eligible candidates has a
 *                    probability of at least floor / m.
 */
public record ChoicePolicy(Exploration exploration, double epsilon, double temperature, double spread, double floor) {
    /** The best score, always. */
    public static final ChoicePolicy GREEDY = new ChoicePolicy(Exploration.GREEDY, 0, 1, 1, 0);
    /** Thompson sampling from the model's own uncertainty, without a floor. */
    public static final ChoicePolicy THOMPSON = thompson(1);

    private static final double MIN_TEMPERATURE = 0.01;
    private static final double MAX_TEMPERATURE = 100;
    private static final double MIN_SPREAD = 0.05;
    private static final double MAX_SPREAD = 4;

    /**
     * Checks the parameters.
     *
     * @throws IllegalArgumentException when one is out of its range, or set for a way that has no use for it.
     */
    public ChoicePolicy {
        checkShare("epsilon", epsilon);
        checkShare("floor", floor);
        if (!(spread >= MIN_SPREAD && spread <= MAX_SPREAD)) {
            throw new IllegalArgumentException(
                "spread is " + spread + ", allowed are " + MIN_SPREAD + ".." + MAX_SPREAD);
        }
        if (!(temperature >= MIN_TEMPERATURE && temperature <= MAX_TEMPERATURE)) {
            throw new IllegalArgumentException("temperature is " + temperature + ", allowed are "
                + MIN_TEMPERATURE + ".." + MAX_TEMPERATURE);
        }
        if (epsilon != 0 && exploration != Exploration.EPSILON) {
            throw new IllegalArgumentException("epsilon is " + epsilon + ", but " + exploration + " has none");
        }
        if (spread != 1 && exploration != Exploration.THOMPSON) {
            throw new IllegalArgumentException("spread is " + spread + ", but " + exploration + " has none");
        }
        if (temperature != 1 && exploration != Exploration.SOFTMAX) {
            throw new IllegalArgumentException("temperature is " + temperature + ", but " + exploration + " has none");
        }
    }

    private static void checkShare(final String name, final double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(name + " is " + share + ", allowed are 0..1");
        }
    }

    /**
     * The best score, except for a share.
     *
     * @param epsilon the share, 0..1.
     * @return the policy.
     */
    public static ChoicePolicy epsilon(final double epsilon) {
        return new ChoicePolicy(Exploration.EPSILON, epsilon, 1, 1, 0);
    }

    /**
     * Thompson sampling without a floor.
     *
     * @param spread of the model's uncertainty, 0.05..4; 1 takes it as it is.
     * @return the policy.
     */
    public static ChoicePolicy thompson(final double spread) {
        return new ChoicePolicy(Exploration.THOMPSON, 0, 1, spread, 0);
    }

    /**
     * By powers of the score.
     *
     * @param temperature 0.01..100.
     * @return the policy.
     */
    public static ChoicePolicy softmax(final double temperature) {
        return new ChoicePolicy(Exploration.SOFTMAX, 0, temperature, 1, 0);
    }

    /**
     * The same with a floor.
     *
     * @param share 0..1.
     * @return the policy.
     */
    public ChoicePolicy withFloor(final double share) {
        return new ChoicePolicy(exploration, epsilon, temperature, spread, share);
    }

    /** Share of places that are given evenly. */
    double evenShare() {
        return floor + (1 - floor) * epsilon;
    }
}
