package io.opportune.bench.match.rival;

/** One way to find the offers that match. Built from a whole workload; used by one thread. */
public interface Rival extends AutoCloseable {
    /**
     * What it is called in {@code --with} and in what is printed.
     *
     * @return name.
     */
    String name();

    /**
     * Finds what matches.
     *
     * @param event 0 .. events of the workload - 1.
     * @return number of offers.
     */
    long count(int event);

    /**
     * Finds which match, to be compared with; it may take longer than counting.
     *
     * @param event 0 .. events of the workload - 1.
     * @return numbers of offers in the order of the workload, ascending.
     */
    int[] offers(int event);

    @Override
    default void close() {
        // Most hold memory only.
    }
}
