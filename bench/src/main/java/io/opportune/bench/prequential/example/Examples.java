package io.opportune.bench.prequential.example;

import io.opportune.engine.feature.FeatureVector;
import java.util.Arrays;

/**
 * Examples in the order in which their predictions were asked for, and the schedule by which each is first tested and
 * later learned. All features are keys with the value 1. Immutable once built.
 */
public final class Examples {
    /** Ids above an offer: advertiser, campaign, category, and the offer itself. */
    public static final int ENTITIES = 4;

    private final String name;
    private final int count;
    private final boolean[] label;
    private final float[] weight;
    private final int[] group;
    private final int[] entity;
    private final int[] contextEnd;
    private final int[] contextKey;
    private final int[] pairEnd;
    private final int[] pairKey;
    private final int[] schedule;

    private Examples(final Builder from) {
        name = from.name;
        count = from.count;
        label = Arrays.copyOf(from.label, count);
        weight = Arrays.copyOf(from.weight, count);
        group = Arrays.copyOf(from.group, count);
        entity = Arrays.copyOf(from.entity, count * ENTITIES);
        contextEnd = Arrays.copyOf(from.contextEnd, count);
        contextKey = Arrays.copyOf(from.contextKey, from.contextKeys);
        pairEnd = Arrays.copyOf(from.pairEnd, count);
        pairKey = Arrays.copyOf(from.pairKey, from.pairKeys);
        schedule = Arrays.copyOf(from.schedule, from.steps);
    }

    /**
     * Name.
     *
     * @return of the data set.
     */
    public String name() {
        return name;
    }

    /**
     * How many there are.
     *
     * @return 0 or more.
     */
    public int count() {
        return count;
    }

    /**
     * Whether it was redeemed or clicked.
     *
     * @param example below {@link #count}.
     * @return its label.
     */
    public boolean label(final int example) {
        return label[example];
    }

    /**
     * How many examples it stands for.
     *
     * @param example below {@link #count}.
     * @return above 0.
     */
    public float weight(final int example) {
        return weight[example];
    }

    /**
     * Part of the data set to which it belongs.
     *
     * @param example below {@link #count}.
     * @return any number.
     */
    public int group(final int example) {
        return group[example];
    }

    /**
     * Id of its offer or of what stands above it.
     *
     * @param example below {@link #count}.
     * @param level   0 advertiser, 1 campaign, 2 category, 3 offer.
     * @return from 1, or 0 where there is none.
     */
    public int entity(final int example, final int level) {
        return entity[example * ENTITIES + level];
    }

    /**
     * Start of its context keys, the end of the previous example's.
     *
     * @param example 0 to {@link #count}.
     * @return index for {@link #contextKey}.
     */
    public int contextStart(final int example) {
        return example == 0 ? 0 : contextEnd[example - 1];
    }

    /**
     * A context key.
     *
     * @param index from {@link #contextStart}.
     * @return any 32 bits.
     */
    public int contextKey(final int index) {
        return contextKey[index];
    }

    /**
     * Start of its pair keys, the end of the previous example's.
     *
     * @param example 0 to {@link #count}.
     * @return index for {@link #pairKey}.
     */
    public int pairStart(final int example) {
        return example == 0 ? 0 : pairEnd[example - 1];
    }

    /**
     * A pair key.
     *
     * @param index from {@link #pairStart}.
     * @return any 32 bits.
     */
    public int pairKey(final int index) {
        return pairKey[index];
    }

    /**
     * Fills a vector with an example's context.
     *
     * @param example below {@link #count}.
     * @param into    gets its features.
     */
    public void context(final int example, final FeatureVector into) {
        into.clear();
        final int end = contextStart(example + 1);
        for (int i = contextStart(example); i < end; i++) {
            into.add(contextKey[i], 1);
        }
    }

    /**
     * Fills a vector with what an example has of customer and offer together.
     *
     * @param example below {@link #count}.
     * @param into    gets its features.
     */
    public void pair(final int example, final FeatureVector into) {
        into.clear();
        final int end = pairStart(example + 1);
        for (int i = pairStart(example); i < end; i++) {
            into.add(pairKey[i], 1);
        }
    }

    /**
     * Steps of the schedule.
     *
     * @return twice {@link #count}.
     */
    public int stepCount() {
        return schedule.length;
    }

    /**
     * A step.
     *
     * @param index below {@link #stepCount}.
     * @return an example to be tested, or the complement (~) of one whose label is known from here on.
     */
    public int step(final int index) {
        return schedule[index];
    }

    /**
     * Positives.
     *
     * @param from first example.
     * @param to   behind the last one.
     * @return how many have the label.
     */
    public int positives(final int from, final int to) {
        int found = 0;
        for (int i = from; i < to; i++) {
            found += label[i] ? 1 : 0;
        }
        return found;
    }

    /** Collects examples and the schedule. */
    public static final class Builder {
        private static final int FIRST_ROOM = 1024;
        private final String name;
        private int count;
        private int contextKeys;
        private int pairKeys;
        private int steps;
        private boolean[] label = new boolean[FIRST_ROOM];
        private float[] weight = new float[FIRST_ROOM];
        private int[] group = new int[FIRST_ROOM];
        private int[] entity = new int[FIRST_ROOM * ENTITIES];
        private int[] contextEnd = new int[FIRST_ROOM];
        private int[] pairEnd = new int[FIRST_ROOM];
        private int[] contextKey = new int[FIRST_ROOM];
        private int[] pairKey = new int[FIRST_ROOM];
        private int[] schedule = new int[FIRST_ROOM];

        /**
         * Starts without examples.
         *
         * @param name of the data set.
         */
        public Builder(final String name) {
            this.name = name;
        }

        /**
         * Adds a context key to the example that the next {@link #add} ends.
         *
         * @param key any 32 bits.
         */
        public void context(final int key) {
            if (contextKeys == contextKey.length) {
                contextKey = Arrays.copyOf(contextKey, 2 * contextKeys);
            }
            contextKey[contextKeys++] = key;
        }

        /**
         * Adds a pair key to the example that the next {@link #add} ends.
         *
         * @param key any 32 bits.
         */
        public void pair(final int key) {
            if (pairKeys == pairKey.length) {
                pairKey = Arrays.copyOf(pairKey, 2 * pairKeys);
            }
            pairKey[pairKeys++] = key;
        }

        /**
         * Ends an example.
         *
         * @param positive  its label.
         * @param standsFor its weight, above 0.
         * @param part      group to which it belongs.
         * @param entities  ids of advertiser, campaign, category and offer.
         * @return its number, dense from 0.
         */
        public int add(final boolean positive, final float standsFor, final int part, final int... entities) {
            if (entities.length != ENTITIES) {
                throw new IllegalArgumentException("an example has " + ENTITIES + " ids, found " + entities.length);
            }
            if (count == label.length) {
                label = Arrays.copyOf(label, 2 * count);
                weight = Arrays.copyOf(weight, 2 * count);
                group = Arrays.copyOf(group, 2 * count);
                entity = Arrays.copyOf(entity, 2 * count * ENTITIES);
                contextEnd = Arrays.copyOf(contextEnd, 2 * count);
                pairEnd = Arrays.copyOf(pairEnd, 2 * count);
            }
            label[count] = positive;
            weight[count] = standsFor;
            group[count] = part;
            System.arraycopy(entities, 0, entity, count * ENTITIES, ENTITIES);
            contextEnd[count] = contextKeys;
            pairEnd[count] = pairKeys;
            return count++;
        }

        /**
         * The next step is to test an example.
         *
         * @param example its number.
         */
        public void test(final int example) {
            step(example);
        }

        /**
         * From the next step on an example's label is known.
         *
         * @param example its number.
         */
        public void learn(final int example) {
            step(~example);
        }

        private void step(final int step) {
            if (steps == schedule.length) {
                schedule = Arrays.copyOf(schedule, 2 * steps);
            }
            schedule[steps++] = step;
        }

        /**
         * The examples.
         *
         * @return immutable.
         * @throws IllegalStateException when the schedule does not test all in order, or learns one that it has not
         *                               tested, or not each of them once.
         */
        public Examples build() {
            final boolean[] learned = new boolean[count];
            int tested = 0;
            for (int i = 0; i < steps; i++) {
                final int step = schedule[i];
                if (step >= 0) {
                    if (step != tested++) {
                        throw new IllegalStateException("example " + step + " is tested out of order");
                    }
                } else if (~step >= tested || learned[~step]) {
                    throw new IllegalStateException("example " + ~step + " is learned untested or twice");
                } else {
                    learned[~step] = true;
                }
            }
            if (steps != 2 * count) {
                throw new IllegalStateException(steps + " steps for " + count + " examples");
            }
            return new Examples(this);
        }
    }
}
