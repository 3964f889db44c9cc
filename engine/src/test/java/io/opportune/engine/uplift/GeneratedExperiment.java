package io.opportune.engine.uplift;

import java.util.SplittableRandom;

/**
 * An experiment whose truth is known: customers fall into arms by chance, some buy, amounts are log-normal and thus
 * heavy-tailed. What one bought before may say something about what one buys now. One thread.
 */
final class GeneratedExperiment {
    private final SplittableRandom random;
    private final double controlShare;
    private final double controlRate;
    private final double treatedRate;
    private final double spread;
    private final double loyalty;
    private boolean hasSpare;
    private double spare;

    final ArmSums treatedConversions = new ArmSums();
    final ArmSums controlConversions = new ArmSums();
    final ArmSums treatedRevenue = new ArmSums();
    final ArmSums controlRevenue = new ArmSums();

    /**
     * An experiment before its first customer.
     *
     * @param seed         of chance.
     * @param controlShare of the control arm.
     * @param controlRate  of conversions in the control arm, loyal customers (half of all) twice as often as others.
     * @param treatedRate  the same in the treated arm.
     * @param spread       standard deviation of the logarithm of an amount.
     * @param loyalty      0: what was bought before says nothing; 1: all that it can.
     */
    GeneratedExperiment(
        final long seed, final double controlShare, final double controlRate, final double treatedRate,
        final double spread, final double loyalty) {
        random = new SplittableRandom(seed);
        this.controlShare = controlShare;
        this.controlRate = controlRate;
        this.treatedRate = treatedRate;
        this.spread = spread;
        this.loyalty = loyalty;
    }

    /** What the treatment really adds to the conversion rate. */
    double trueConversions() {
        return treatedRate - controlRate;
    }

    /** What it really adds to the revenue per customer. */
    double trueRevenue() {
        return trueConversions() * StrictMath.exp(spread * spread / 2);
    }

    /** What it really adds as a share of what there would be without. */
    double trueRelative() {
        return treatedRate / controlRate - 1;
    }

    /** Lets customers come. Those who buy nothing are skipped over, so that millions take a moment. */
    void addCustomers(final long customers) {
        final long control = binomial(customers, controlShare);
        addArm(control, controlRate, controlConversions, controlRevenue);
        addArm(customers - control, treatedRate, treatedConversions, treatedRevenue);
    }

    private void addArm(
        final long customers, final double rate, final ArmSums conversions, final ArmSums revenue) {
        final long buyers = loyalty == 0 ? binomial(customers, rate) : 0;
        for (long i = 0; i < buyers; i++) {
            conversions.add(1, 0);
            revenue.add(StrictMath.exp(spread * gaussian()), 0);
        }
        if (loyalty == 0) {
            conversions.addZeros(customers - buyers);
            revenue.addZeros(customers - buyers);
            return;
        }
        for (long i = 0; i < customers; i++) {
            // Each customer has a size that shows in what was bought before and in what is bought now.
            final double size = StrictMath.exp(spread * gaussian());
            final boolean buys = random.nextDouble() < rate;
            final double before = size * (loyalty + (1 - loyalty) * random.nextDouble() * 2);
            conversions.add(buys ? 1 : 0, before);
            revenue.add(buys ? size : 0, before);
        }
    }

    /** Successes in trials, by the gaps between them. */
    private long binomial(final long trials, final double probability) {
        final double perGap = StrictMath.log1p(-probability);
        long count = 0;
        long at = -1;
        while (true) {
            at += 1 + (long) (Math.log1p(-random.nextDouble()) / perGap);
            if (at >= trials) {
                return count;
            }
            count++;
        }
    }

    private double gaussian() {
        if (hasSpare) {
            hasSpare = false;
            return spare;
        }
        // Marsaglia's polar method.
        while (true) {
            final double u = 2 * random.nextDouble() - 1;
            final double v = 2 * random.nextDouble() - 1;
            final double s = u * u + v * v;
            if (s > 0 && s < 1) {
                final double factor = Math.sqrt(-2 * Math.log(s) / s);
                spare = v * factor;
                hasSpare = true;
                return u * factor;
            }
        }
    }
}
