package io.opportune.bench.prequential.contender;

import io.opportune.bench.prequential.example.Examples;
import java.util.List;

/** A way of learning with its configurations. */
public interface Contender {
    /** Configurations of each contender: the budget for choosing one is equal. */
    int CONFIGURATIONS = 12;

    /**
     * Name.
     *
     * @return as in tables.
     */
    String name();

    /**
     * Configurations to choose from.
     *
     * @return {@link #CONFIGURATIONS} of them, as text.
     */
    List<String> configurations();

    /**
     * Starts from nothing.
     *
     * @param examples      that it will learn from.
     * @param configuration index into {@link #configurations}.
     * @return to be closed.
     */
    Learning start(Examples examples, int configuration);

    /** One run of a contender. */
    interface Learning extends AutoCloseable {
        /**
         * Predicts; learns nothing from it.
         *
         * @param example number of an example.
         * @return probability of its label.
         */
        double probability(int example);

        /**
         * Learns an example.
         *
         * @param example its number.
         */
        void learn(int example);

        @Override
        void close();
    }
}
