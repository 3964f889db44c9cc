package io.opportune.engine.shading;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * First-price auctions whose prices follow laws that the learner does not know. All ways of bidding meet the same
 * auctions; what a way earns is the surplus, value less price of what it wins, from the first auction on.
 */
class ShadingSimulationTest {
    private static final int AUCTIONS = 40_000;
    private static final int SEEDS = 20;
    private static final int PUBLISH_EVERY = 64;
    private static final int FIXED_SHADES = 100;

    /** How the least price that wins comes about. */
    enum Law {
        LOG_NORMAL(true) {
            @Override
            double price(final Random random, final double value, final double time) {
                return 1.2 * Math.exp(0.5 * random.nextGaussian());
            }
        },
        UNIFORM(true) {
            @Override
            double price(final Random random, final double value, final double time) {
                return 0.2 + 2.3 * random.nextDouble();
            }
        },
        TWO_KINDS_OF_COMPETITION(true) {
            @Override
            double price(final Random random, final double value, final double time) {
                return (random.nextInt(3) > 0 ? 0.4 : 1.6) * Math.exp(0.1 * random.nextGaussian());
            }
        },
        SHARE_OF_OUR_VALUE(true) {
            @Override
            double price(final Random random, final double value, final double time) {
                return value * (0.3 + 0.6 * Math.min(random.nextDouble(), random.nextDouble()));
            }
        },
        MANY_AT_ONE_PRICE(true) {
            @Override
            double price(final Random random, final double value, final double time) {
                return random.nextBoolean() ? 1.0 : -Math.log(1 - random.nextDouble());
            }
        },
        DRIFTING(false) {
            @Override
            double price(final Random random, final double value, final double time) {
                return (0.6 + 0.9 * time) * Math.exp(0.3 * random.nextGaussian());
            }
        },
        JUMPING(false) {
            @Override
            double price(final Random random, final double value, final double time) {
                return (time < 0.5 ? 0.5 : 1.3) * Math.exp(0.3 * random.nextGaussian());
            }
        };

        private final boolean stationary;

        Law(final boolean stationary) {
            this.stationary = stationary;
        }

        /** Units of money; time runs from 0 to 1. */
        abstract double price(Random random, double value, double time);
    }

    private record Auctions(long[] values, long[] prices) { }

    private static Auctions auctions(final Law law, final long seed) {
        final Random random = new Random(seed);
        final long[] values = new long[AUCTIONS];
        final long[] prices = new long[AUCTIONS];
        for (int i = 0; i < AUCTIONS; i++) {
            final double value = 2 * Math.exp(0.5 * random.nextGaussian());
            values[i] = Math.max(1, Math.round(value * 1e6));
            prices[i] = Math.round(law.price(random, value, i / (double) AUCTIONS) * 1e6);
        }
        return new Auctions(values, prices);
    }

    private static double surplusOfFixed(final Auctions auctions, final double shade) {
        double surplus = 0;
        for (int i = 0; i < AUCTIONS; i++) {
            final long bid = (long) (shade * auctions.values()[i]);
            surplus += bid >= auctions.prices()[i] ? auctions.values()[i] - bid : 0;
        }
        return surplus;
    }

    private static double surplusOfLearner(final Auctions auctions, final long seed, final boolean tellsMinToWin) {
        final ShadeLearner learner = new ShadeLearner(ShadeSettings.DEFAULT);
        final SplittableRandom chances = new SplittableRandom(seed);
        ShadeTable table = learner.publish();
        double surplus = 0;
        for (int i = 0; i < AUCTIONS; i++) {
            final long value = auctions.values()[i];
            final long price = auctions.prices()[i];
            final int step = table.step(1, 7, 0, value, chances.nextLong());
            final long bid = ShadeGrid.bidMicros(step, value);
            final boolean won = bid >= price;
            surplus += won ? value - bid : 0;
            learner.observe(1, 7, 0, value, step,
                won ? ShadeLearner.Outcome.WON : ShadeLearner.Outcome.LOST, tellsMinToWin ? price : -1);
            if (i % PUBLISH_EVERY == 0) {
                table = learner.publish();
            }
        }
        return surplus;
    }

    private static double median(final List<Double> values) {
        final double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    @ParameterizedTest
    @EnumSource
    void shouldEarnNearlyWhatTheBestFixedShadeWouldHaveEarned(final Law law) {
        for (final boolean tellsMinToWin : new boolean[] {true, false}) {
            final List<Double> ofBest = new ArrayList<>();
            final List<Double> ofNine = new ArrayList<>();
            final List<Double> possible = new ArrayList<>();
            for (int seed = 1; seed <= SEEDS; seed++) {
                final Auctions auctions = auctions(law, seed);
                final double[] fixed = new double[FIXED_SHADES + 1];
                Arrays.setAll(fixed, i -> surplusOfFixed(auctions, i / (double) FIXED_SHADES));
                final double best = Arrays.stream(fixed).max().orElseThrow();
                final double nine = surplusOfFixed(auctions, 0.9);
                final double learned = surplusOfLearner(auctions, seed, tellsMinToWin);
                ofBest.add(learned / best);
                ofNine.add(learned / nine);
                possible.add(best / nine);
            }
            System.out.printf("%s, minimum to win %s: %.3f of the best fixed shade, %.2f x a shade of 0.9 (possible %.2f), medians of %d seeds%n",
                law, tellsMinToWin ? "told" : "not told", median(ofBest), median(ofNine), median(possible), SEEDS);
            assertTrue(median(ofBest) >= (law.stationary ? 0.9 : 1),
                law + ", told " + tellsMinToWin + ": " + median(ofBest) + " of the best fixed shade");
            if (median(possible) >= 1.2 / 0.9) {
                assertTrue(median(ofNine) >= 1.2, law + ", told " + tellsMinToWin + ": " + median(ofNine));
            }
        }
    }
}
