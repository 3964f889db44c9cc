package io.opportune.engine.uplift;

/**
 * Means and spread of one arm of an experiment: of each customer's outcome, and of what was known of the customer
 * before. Kept by running means (Welford, 1962), so that large amounts lose no digits. One thread.
 */
public final class ArmSums {
    private long count;
    private double mean;
    private double squares;
    private double meanBefore;
    private double squaresBefore;
    private double products;
    private double sizes;
    private double sizesSquared;

    /**
     * Adds one customer.
     *
     * @param outcome of the customer.
     * @param before  the same measured before the customer met the experiment; 0 where it is not used.
     */
    public void add(final double outcome, final double before) {
        count++;
        final double step = outcome - mean;
        final double stepBefore = before - meanBefore;
        mean += step / count;
        meanBefore += stepBefore / count;
        squares += step * (outcome - mean);
        squaresBefore += stepBefore * (before - meanBefore);
        products += step * (before - meanBefore);
        sizes += StrictMath.abs(outcome);
        sizesSquared += outcome * outcome;
    }

    /**
     * Adds many customers without an outcome, before or after.
     *
     * @param customers 0 or more.
     */
    public void addZeros(final long customers) {
        if (customers == 0) {
            return;
        }
        final double weight = (double) count * customers / (count + customers);
        squares += mean * mean * weight;
        squaresBefore += meanBefore * meanBefore * weight;
        products += mean * meanBefore * weight;
        mean *= (double) count / (count + customers);
        meanBefore *= (double) count / (count + customers);
        count += customers;
    }

    /**
     * How many customers there are.
     *
     * @return 0 or more.
     */
    public long count() {
        return count;
    }

    /**
     * Mean outcome.
     *
     * @return 0 without customers.
     */
    public double mean() {
        return mean;
    }

    /**
     * Mean of what was measured before.
     *
     * @return 0 without customers.
     */
    public double meanBefore() {
        return meanBefore;
    }

    /**
     * Variance of the outcomes.
     *
     * @return unbiased estimate; 0 for fewer than two customers.
     */
    public double variance() {
        return count < 2 ? 0 : squares / (count - 1);
    }

    double varianceBefore() {
        return count < 2 ? 0 : squaresBefore / (count - 1);
    }

    double covariance() {
        return count < 2 ? 0 : products / (count - 1);
    }

    /**
     * How many equal outcomes would be as informative as these: (sum of sizes)^2 / sum of squares (Kish, 1965). Of
     * conversions it is their number; of amounts it is less, the more a few of them make up most.
     *
     * @return 0 where every outcome is 0.
     */
    public double effectiveCount() {
        return sizesSquared == 0 ? 0 : sizes * sizes / sizesSquared;
    }
}
