package io.opportune.protocol.client;

/**
 * What became of a call: the server's answer or the reason why there is none. A future of an outcome never completes
 * exceptionally.
 *
 * @param <T> what the server answers.
 */
public sealed interface Outcome<T> {
    /**
     * The server answered.
     *
     * @param answer as decoded.
     * @param <T>    what the server answers.
     */
    record Answered<T>(T answer) implements Outcome<T> {
    }

    /**
     * There is no answer.
     *
     * @param failure why.
     * @param <T>     what the server would have answered.
     */
    record Failed<T>(Failure failure) implements Outcome<T> {
    }
}
