package io.opportune.engine.arbitration;

/**
 * Who wins in a row of the noise table, and in how many rows somebody wins. What is compared is the logarithm of the
 * sampled score, ln(factor) + ln(logistic(mean + deviation * noise)). That is concave in the noise, so that its tangent
 * at noise 0 bounds it from above; whatever the tangent tells is not computed. Reused; owned by one arbiter.
 */
final class ThompsonSampler {
    /** Nobody beats it once more. */
    private static final double LOST = Double.POSITIVE_INFINITY;
    private static final double TANGENT_SLACK = LogScores.LOG_LOGISTIC_ERROR * 1.02;

    private final NoiseTable noise;
    private final int rows;
    private final int mask;
    private final double[] quantiles;
    private final short[] ranks;
    private final short[] orders;
    private final double[] logFactors = new double[Contenders.MAX_CONTENDERS];
    private final double[] means = new double[Contenders.MAX_CONTENDERS];
    private final double[] deviations = new double[Contenders.MAX_CONTENDERS];
    /** The tangents, a little raised because the compared function is made of chords. */
    private final double[] intercepts = new double[Contenders.MAX_CONTENDERS];
    private final double[] slopes = new double[Contenders.MAX_CONTENDERS];
    private final int[] bases = new int[Contenders.MAX_CONTENDERS];
    private final int[] shifts = new int[Contenders.MAX_CONTENDERS];
    /** Of the one whose wins are counted: its utility by row, {@link #LOST} where somebody beats it. */
    private final double[] own;
    /** All rows that are not lost, and some that are. */
    private final int[] undecided;
    /** Rows that a rival may win, rank << 16 | row. */
    private final int[] doubtful;
    private int undecidedCount;
    private int winCount;
    private double leastOwn;
    private Contenders all;

    ThompsonSampler(final NoiseTable noise) {
        this.noise = noise;
        rows = noise.rows();
        mask = rows - 1;
        quantiles = noise.quantiles();
        ranks = noise.ranks();
        orders = noise.orders();
        own = new double[rows];
        undecided = new int[rows];
        doubtful = new int[rows];
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
            logFactors[i] = LogScores.log(contenders.factor(i));
            // A propensity that does not count is 1, and known.
            means[i] = sampled ? contenders.mean(i) : Double.MAX_VALUE;
            deviations[i] = sampled ? contenders.deviation(i) : 0;
            intercepts[i] = logFactors[i] + LogScores.logLogistic(means[i]) + TANGENT_SLACK;
            slopes[i] = sampled ? (1 - contenders.propensity(i)) * deviations[i] : 0;
            bases[i] = noise.base(contenders.offerId(i));
            shifts[i] = noise.shift(contenders.offerId(i));
        }
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
        double most = utility(best, quantiles[ranks[bases[best] + (row + shifts[best] & mask)]]);
        for (int k = 0; k < count; k++) {
            final int i = live[k];
            final double z = quantiles[ranks[bases[i] + (row + shifts[i] & mask)]];
            if (intercepts[i] + slopes[i] * z >= most && i != best) {
                final double utility = utility(i, z);
                if (utility > most || utility == most && all.winsTie(i, winner)) {
                    winner = i;
                    most = utility;
                }
            }
        }
        return winner;
    }

    private double utility(final int i, final double z) {
        return logFactors[i] + LogScores.logLogistic(means[i] + deviations[i] * z);
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
        fillOwn(i);
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

    /** The one's utility in every row, none of which is lost yet. */
    private void fillOwn(final int i) {
        final double[] z = quantiles;
        final double[] utilities = own;
        final int[] rowsLeft = undecided;
        final int base = bases[i];
        final int shift = shifts[i];
        final double logFactor = logFactors[i];
        final double mean = means[i];
        final double deviation = deviations[i];
        for (int rank = 0; rank < rows; rank++) {
            final int row = orders[base + rank] - shift & mask;
            utilities[row] = logFactor + LogScores.logLogistic(mean + deviation * z[rank]);
            rowsLeft[rank] = rank;
        }
        undecidedCount = rows;
        winCount = rows;
        leastOwn = utility(i, z[0]);
    }

    /** Strikes the rows in which a rival wins, and looks at as few as its bound allows. */
    private void compete(final int rival, final int i) {
        if (winCount < undecidedCount - (undecidedCount >>> 3)) {
            compact();
        }
        final int from = firstRankThatMayWin(rival);
        if (from < rows) {
            strike(rival, all.winsTie(rival, i),
                rows - from < undecidedCount ? sieveRanks(rival, from) : sieveUndecided(rival));
        }
    }

    /** Sieves the rows in which the rival's noise has at least a rank. Without a branch: nobody could predict it. */
    private int sieveRanks(final int rival, final int from) {
        final double[] z = quantiles;
        final double[] toBeat = own;
        final int[] sieved = doubtful;
        final double intercept = intercepts[rival];
        final double slope = slopes[rival];
        final int base = bases[rival];
        final int shift = shifts[rival];
        int count = 0;
        for (int rank = from; rank < rows; rank++) {
            final int row = orders[base + rank] - shift & mask;
            sieved[count] = rank << Short.SIZE | row;
            count += intercept + slope * z[rank] >= toBeat[row] ? 1 : 0;
        }
        return count;
    }

    /** Sieves all rows that were not lost when they were looked through last. */
    private int sieveUndecided(final int rival) {
        final double[] z = quantiles;
        final double[] toBeat = own;
        final int[] sieved = doubtful;
        final int[] rowsLeft = undecided;
        final double intercept = intercepts[rival];
        final double slope = slopes[rival];
        final int base = bases[rival];
        final int shift = shifts[rival];
        int count = 0;
        for (int k = 0; k < undecidedCount; k++) {
            final int row = rowsLeft[k];
            final int rank = ranks[base + (row + shift & mask)];
            sieved[count] = rank << Short.SIZE | row;
            count += intercept + slope * z[rank] >= toBeat[row] ? 1 : 0;
        }
        return count;
    }

    /** Of what was sieved, compares exactly. */
    private void strike(final int rival, final boolean winsTie, final int count) {
        final double[] toBeat = own;
        final double logFactor = logFactors[rival];
        final double mean = means[rival];
        final double deviation = deviations[rival];
        for (int k = 0; k < count; k++) {
            final int row = doubtful[k] & mask;
            final double z = quantiles[doubtful[k] >>> Short.SIZE];
            final double utility = logFactor + LogScores.logLogistic(mean + deviation * z);
            if (utility > toBeat[row] || utility == toBeat[row] && winsTie) {
                toBeat[row] = LOST;
                winCount--;
            }
        }
    }

    /** A rank below which a rival cannot reach the least that is to be beaten; the number of rows: it cannot at all. */
    private int firstRankThatMayWin(final int rival) {
        final double slope = slopes[rival];
        final double missing = leastOwn - intercepts[rival];
        return missing <= slope * quantiles[0] ? 0
            : missing > slope * quantiles[mask] ? rows : noise.rankBelow(missing / slope);
    }

    private void compact() {
        int kept = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int k = 0; k < undecidedCount; k++) {
            final int row = undecided[k];
            undecided[kept] = row;
            kept += own[row] == LOST ? 0 : 1;
            least = own[row] < least ? own[row] : least;
        }
        undecidedCount = kept;
        leastOwn = least;
    }
}
