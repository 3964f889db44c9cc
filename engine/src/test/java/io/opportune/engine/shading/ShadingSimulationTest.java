package io.opportune.engine.shading;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * First-price auctions whose prices follow laws that the learner does not know. All ways of bidding meet the same
 * auctions; what a way earns is the surplus, value less price of what it wins, from the first auction on. What became
 * of a bid is heard up to {@link #LONGEST_DELAY} auctions later. The settings were chosen with the seeds 1 to 20; these
 * are others. {@code -Dshading.seeds=200 -Dshading.auctions=200000} runs longer.
 */
class ShadingSimulationTest {
    private static final int AUCTIONS = Integer.getInteger("shading.auctions", 30_000);
    private static final int SEEDS = Integer.getInteger("shading.seeds", 20);
    private static final int FIRST_SEED = Integer.getInteger("shading.first-seed", 101);
    private static final int PUBLISH_EVERY = 64;
    private static final int LONGEST_DELAY = 500;
    private static final int FIXED_SHADES = 100;
    private static final int NINE_TENTHS = 90;
    private static final int EXCHANGE = 1;
    private static final int PLACEMENT = 7;
    private static final int USD = 840;

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

    /** What is not known yet, by the auction at which it will be. */
    private static final class Delays {
        private final int[] first = new int[AUCTIONS + LONGEST_DELAY + 1];
        private final int[] next = new int[AUCTIONS];
        private final int[] steps = new int[AUCTIONS];

        private Delays() {
            Arrays.fill(first, -1);
        }

        private void add(final int auction, final int step, final int until) {
            steps[auction] = step;
            next[auction] = first[until];
            first[until] = auction;
        }
    }

    private static double surplusOfLearner(final Auctions auctions, final long seed, final boolean tellsMinToWin) {
        final ShadeLearner learner = new ShadeLearner(ShadeSettings.DEFAULT);
        final SplittableRandom chances = new SplittableRandom(seed);
        final Delays delays = new Delays();
        ShadeTable table = learner.publish();
        double surplus = 0;
        for (int i = 0; i < AUCTIONS; i++) {
            for (int told = delays.first[i]; told >= 0; told = delays.next[told]) {
                final long bid = ShadeGrid.bidMicros(delays.steps[told], auctions.values()[told]);
                final long price = auctions.prices()[told];
                learner.observe(EXCHANGE, false, PLACEMENT, USD, 0, bid, delays.steps[told], bid >= price,
                    tellsMinToWin ? price : -1);
            }
            final long value = auctions.values()[i];
            final int step = ShadeTable.stepOf(
                table.choose(EXCHANGE, false, PLACEMENT, USD, 0, 0, value, chances.nextLong()));
            final long bid = ShadeGrid.bidMicros(step, value);
            surplus += bid >= auctions.prices()[i] ? value - bid : 0;
            delays.add(i, step, i + 1 + chances.nextInt(LONGEST_DELAY));
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

    /** Bidding the whole value has no surplus at all, so that what is left to compare with are fixed shades. */
    @ParameterizedTest
    @EnumSource
    void shouldEarnNearlyWhatTheBestFixedShadeWouldHaveEarned(final Law law) {
        final List<Double> possible = new ArrayList<>();
        final List<List<Double>> ofBest = List.of(new ArrayList<>(), new ArrayList<>());
        final List<List<Double>> ofNine = List.of(new ArrayList<>(), new ArrayList<>());
        for (int seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            final Auctions auctions = auctions(law, seed);
            final double[] fixed = new double[FIXED_SHADES + 1];
            Arrays.setAll(fixed, i -> surplusOfFixed(auctions, i / (double) FIXED_SHADES));
            assertEquals(0, fixed[FIXED_SHADES]);
            final double best = Arrays.stream(fixed).max().orElseThrow();
            final double nine = fixed[NINE_TENTHS];
            possible.add(best / nine);
            for (int told = 0; told < 2; told++) {
                final double learned = surplusOfLearner(auctions, seed, told == 1);
                ofBest.get(told).add(learned / best);
                ofNine.get(told).add(learned / nine);
            }
        }
        for (int told = 0; told < 2; told++) {
            final double best = median(ofBest.get(told));
            final double nine = median(ofNine.get(told));
            final String what = String.format(Locale.ROOT,
                "%s, minimum to win %s: %.3f of the best fixed shade, %.2f x a shade of 0.9 (best fixed: %.2f); "
                    + "medians of seeds %d to %d", law, told == 1 ? "told" : "not told", best, nine,
                median(possible), FIRST_SEED, FIRST_SEED + SEEDS - 1);
            System.out.println(what);
            assertTrue(best >= (law.stationary ? 0.9 : 1), what);
            if (median(possible) >= 1.2) {
                assertTrue(nine >= 1.2, what);
            }
        }
    }
}
