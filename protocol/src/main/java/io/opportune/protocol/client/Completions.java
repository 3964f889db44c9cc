package io.opportune.protocol.client;

import io.opportune.protocol.codec.RejectReason;
import java.util.function.Consumer;

/**
 * Calls callers back and keeps what they throw away from the event loop: counted, given to the settings' error handler.
 * Stateless but for the counters; any thread.
 */
final class Completions {
    private final ClientStatistics statistics;
    private final Consumer<Throwable> onError;

    Completions(final ClientStatistics statistics, final Consumer<Throwable> onError) {
        this.statistics = statistics;
        this.onError = onError;
    }

    void fail(
        final DecisionHandler decisionHandler,
        final ReceiptHandler receiptHandler,
        final ResolveHandler resolveHandler,
        final FailureKind kind,
        final RejectReason rejectReason,
        final String text) {
        statistics.countFailed();
        try {
            if (decisionHandler != null) {
                decisionHandler.onFallback(kind, rejectReason);
            } else if (receiptHandler != null) {
                receiptHandler.onFailure(kind, rejectReason, text);
            } else if (resolveHandler != null) {
                resolveHandler.onFailure(kind, rejectReason, text);
            }
        } catch (final Throwable e) {
            callbackFailed(e);
        }
    }

    void callbackFailed(final Throwable error) {
        statistics.countCallbackError();
        try {
            onError.accept(error);
        } catch (final RuntimeException e) {
            // The handler of last resort failed too: both are in the count, and the thread must go on.
            statistics.countCallbackError();
        }
    }
}
