package io.opportune.engine.evaluation;

/**
 * Which rows belong together, as all rows of one customer do: their rewards are not independent of each other, so that
 * standard errors are taken over clusters (Liang and Zeger 1986). Immutable.
 */
public final class Clusters {
    private final int[] clusterOfRow;
    private final int count;

    private Clusters(final int[] clusterOfRow, final int count) {
        this.clusterOfRow = clusterOfRow;
        this.count = count;
    }

    /**
     * Every row for itself.
     *
     * @param rowCount number of rows.
     * @return as many clusters.
     */
    public static Clusters none(final int rowCount) {
        return new Clusters(null, rowCount);
    }

    /**
     * Rows in clusters.
     *
     * @param clusterOfRow 0..count - 1 for each row; kept.
     * @param count        number of clusters.
     * @return of these rows.
     */
    public static Clusters of(final int[] clusterOfRow, final int count) {
        return new Clusters(clusterOfRow, count);
    }

    /**
     * Number of clusters.
     *
     * @return number of rows where every row stands for itself.
     */
    public int count() {
        return count;
    }

    /**
     * Whether some rows belong together.
     *
     * @return false when every row stands for itself.
     */
    public boolean areGiven() {
        return clusterOfRow != null;
    }

    int of(final int row) {
        return clusterOfRow == null ? row : clusterOfRow[row];
    }

    /**
     * Standard error of a mean whose rows deviate from it by the given amounts, the deviations of a cluster summed.
     *
     * @param deviations of each row, their mean being 0.
     * @return not a number below two clusters.
     */
    double standardError(final double[] deviations) {
        final double[] sums;
        if (clusterOfRow == null) {
            sums = deviations;
        } else {
            sums = new double[count];
            for (int i = 0; i < deviations.length; i++) {
                sums[clusterOfRow[i]] += deviations[i];
            }
        }
        return StrictMath.sqrt(Sum.ofSquares(sums) * count / (count - 1.0)) / deviations.length;
    }
}
