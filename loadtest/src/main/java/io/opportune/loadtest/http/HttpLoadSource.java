package io.opportune.loadtest.http;

/** The requests of a run, sent in turn. Read by the generator's thread. */
public interface HttpLoadSource {
    /**
     * How many there are.
     *
     * @return 1 or more.
     */
    int count();

    /**
     * One request.
     *
     * @param index 0 to {@link #count()} - 1.
     * @return head and body; not changed.
     */
    byte[] request(int index);

    /**
     * How long its answer may take.
     *
     * @param index 0 to {@link #count()} - 1.
     * @return nanoseconds.
     */
    long timeNs(int index);
}
