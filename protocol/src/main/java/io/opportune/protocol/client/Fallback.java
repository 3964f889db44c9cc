package io.opportune.protocol.client;

/** Supplies the caller's own decision when the server's is not there in time. */
@FunctionalInterface
public interface Fallback {
    /**
     * Called at most once per call, on the caller's thread when the call could not be sent at all, otherwise on the
     * client's event loop: it must not block.
     *
     * @param failure why there is no answer.
     * @return the decision to go on with, not null.
     */
    Decision decide(Failure failure);
}
