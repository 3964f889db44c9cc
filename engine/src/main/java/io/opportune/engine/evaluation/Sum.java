package io.opportune.engine.evaluation;

/** A sum whose rounding error does not grow with the number of its terms (Neumaier 1974). For one thread. */
final class Sum {
    private double sum;
    private double lost;

    void add(final double term) {
        final double next = sum + term;
        lost += Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum;
        sum = next;
    }

    double value() {
        return sum + lost;
    }

    static double of(final double[] terms) {
        final Sum sum = new Sum();
        for (final double term : terms) {
            sum.add(term);
        }
        return sum.value();
    }

    static double ofSquares(final double[] terms) {
        final Sum sum = new Sum();
        for (final double term : terms) {
            sum.add(term * term);
        }
        return sum.value();
    }

    static double ofProducts(final double[] as, final double[] bs) {
        final Sum sum = new Sum();
        for (int i = 0; i < as.length; i++) {
            sum.add(as[i] * bs[i]);
        }
        return sum.value();
    }
}
