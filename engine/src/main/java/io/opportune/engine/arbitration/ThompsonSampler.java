package io.opportune.engine.arbitration;

/**
 * Who wins in a row of the noise table, and in how many rows somebody wins. What is compared is the logarithm of the
 * sampled score, ln(factor) + ln(logistic(mean + deviation * noise)). That is concave in the noise, so that its tangent
 * at noise 0 bounds it from above; whatever the tangent tells is not computed. Reused; owned by one arbiter.
 */
final class ThompsonSampler {
    private static final double TANGENT_SLACK = PortableMath.LOG_LOGISTIC_ERROR * 1.02;

    private final NoiseTable noise;
    private final int rows;
    private final double[] logFactors = new double[Contenders.MAX_CONTENDERS];
    private final double[] means = new double[Contenders.MAX_CONTENDERS];
    private final double[] deviations = new double[Contenders.MAX_CONTENDERS];
    /** The tangents, a little raised because the compared function is made of chords. */
    private final double[] intercepts = new double[Contenders.MAX_CONTENDERS];
    private final double[] slopes = new double[Contenders.MAX_CONTENDERS];
    private final int[] bases = new int[Contenders.MAX_CONTENDERS];
    private final int[] shifts = new int[Contenders.MAX_CONTENDERS];
    /** Of the one whose wins are counted: its utility by row, the rows in which nobody has beaten it yet. */
    private final double[] own;
    private final boolean[] lost;
    private final int[] undecided;
    private int undecidedCount;
    private int winCount;
    private double leastOwn;
    private Contenders all;

    ThompsonSampler(final NoiseTable noise) {
        this.noise = noise;
        rows = noise.rows();
        own = new double[rows];
        lost = new boolean[rows];
        undecided = new int[rows];
    }

    int rows() {
        return rows;
    }

    /** Starts a decision among the first of some contenders. */
    void begin(final Contenders contenders, final int[] of, final int count) {
        all = contenders;
        final boolean sampled = contenders.usesPropensity();
        for (int k = 0; k < count; k++) {
            final int i = of[k];
            final double factor = contenders.factor(i);
            logFactors[i] = factor == 1 ? 0 : PortableMath.log(factor);
            // A propensity that does not count is 1, and known.
            means[i] = sampled ? contenders.mean(i) : Double.MAX_VALUE;
            deviations[i] = sampled ? contenders.deviation(i) : 0;
            intercepts[i] = logFactors[i] + PortableMath.logLogistic(means[i]) + TANGENT_SLACK;
            slopes[i] = sampled ? (1 - contenders.propensity(i)) * deviations[i] : 0;
            bases[i] = noise.base(contenders.offerId(i));
            shifts[i] = noise.shift(contenders.offerId(i));
        }
    }

    /** What is compared: the logarithm of the score sampled in a row. */
    double utility(final int i, final int row) {
        return utility(i, noise.quantile(noise.rank(bases[i], shifts[i], row)));
    }

    private double utility(final int i, final double z) {
        return logFactors[i] + PortableMath.logLogistic(means[i] + deviations[i] * z);
    }

    /**
     * Who wins in a row.
     *
     * @param row   0..rows - 1.
     * @param live  who takes part.
     * @param count how many, at least 1.
     * @param best  one of them, well with the best score: who is asked first changes the time, not the answer.
     */
    int winner(final int row, final int[] live, final int count, final int best) {
        int winner = best;
        double most = utility(best, row);
        for (int k = 0; k < count; k++) {
            final int i = live[k];
            final double z = noise.quantile(noise.rank(bases[i], shifts[i], row));
            if (i != best && intercepts[i] + slopes[i] * z >= most) {
                final double utility = utility(i, z);
                if (utility > most || utility == most && all.winsTie(i, winner)) {
                    winner = i;
                    most = utility;
                }
            }
        }
        return winner;
    }

    /**
     * In how many rows one wins.
     *
     * @param i     one of those who take part.
     * @param live  who takes part.
     * @param count how many.
     * @param best  one of them, well with the best score.
     */
    int wins(final int i, final int[] live, final int count, final int best) {
        for (int rank = 0; rank < rows; rank++) {
            final int row = noise.row(bases[i], shifts[i], rank);
            own[row] = utility(i, noise.quantile(rank));
            lost[row] = false;
            undecided[rank] = row;
        }
        undecidedCount = rows;
        winCount = rows;
        leastOwn = utility(i, noise.quantile(0));
        if (best != i) {
            compete(best, i);
        }
        for (int k = 0; k < count && winCount > 0; k++) {
            if (live[k] != i && live[k] != best) {
                compete(live[k], i);
            }
        }
        return winCount;
    }

    /** Strikes the rows in which a rival wins, and looks at as few as its bound allows. */
    private void compete(final int rival, final int i) {
        if (winCount < undecidedCount - (undecidedCount >>> 3)) {
            compact();
        }
        final int from = firstRankThatMayWin(rival);
        if (rows - from < undecidedCount) {
            for (int rank = rows - 1; rank >= from; rank--) {
                final int row = noise.row(bases[rival], shifts[rival], rank);
                if (!lost[row]) {
                    compare(rival, i, row, noise.quantile(rank));
                }
            }
        } else {
            for (int k = 0; k < undecidedCount; k++) {
                final int row = undecided[k];
                if (!lost[row]) {
                    compare(rival, i, row, noise.quantile(noise.rank(bases[rival], shifts[rival], row)));
                }
            }
        }
    }

    private void compare(final int rival, final int i, final int row, final double z) {
        if (intercepts[rival] + slopes[rival] * z >= own[row]) {
            final double utility = utility(rival, z);
            if (utility > own[row] || utility == own[row] && all.winsTie(rival, i)) {
                lost[row] = true;
                winCount--;
            }
        }
    }

    /** The least quantile with which a rival may reach the least that is to be beaten; the number of rows: none. */
    private int firstRankThatMayWin(final int rival) {
        int low = 0;
        int high = rows;
        while (low < high) {
            final int middle = low + high >>> 1;
            if (intercepts[rival] + slopes[rival] * noise.quantile(middle) >= leastOwn) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private void compact() {
        int kept = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int k = 0; k < undecidedCount; k++) {
            final int row = undecided[k];
            if (!lost[row]) {
                undecided[kept++] = row;
                least = Math.min(least, own[row]);
            }
        }
        undecidedCount = kept;
        leastOwn = least;
    }
}
