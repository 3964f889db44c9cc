package io.opportune.engine.explain;

import io.opportune.engine.bidding.BidExplanations;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Explains what event loops ask, one after the other on a thread of its own; a few may wait. */
public final class BidExplanationDesk implements BidExplanations, AutoCloseable {
    /** Each takes milliseconds, with a large catalogue some hundreds: those behind would find nobody waiting. */
    static final int WAITING = 8;

    private static final int OK = 200;
    private static final int FORBIDDEN = 403;
    private static final int FAILED = 500;
    private static final byte[] NOTHING = {};

    private final ExplainKeys keys;
    private final Supplier<BidExplainer> maker;
    private final int mostBytes;
    private final Consumer<Throwable> failures;
    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(WAITING), Thread.ofPlatform().daemon().name("bid-explanations").factory());
    /** Of the thread. */
    private BidExplainer explainer;

    /**
     * Opens the desk.
     *
     * @param keys      who may ask.
     * @param maker     of the explainer, called when the first question comes.
     * @param mostBytes longest answer.
     * @param failures  told when an explanation failed.
     */
    public BidExplanationDesk(
        final ExplainKeys keys, final Supplier<BidExplainer> maker, final int mostBytes,
        final Consumer<Throwable> failures) {
        this.keys = keys;
        this.maker = maker;
        this.mostBytes = mostBytes;
        this.failures = failures;
    }

    @Override
    public Outcome explain(final Authorisation authorisation, final Question question, final Answer answer) {
        final ExplainKeys.Right right = keys.rightOf(authorisation);
        if (right == ExplainKeys.Right.NONE) {
            return Outcome.FORBIDDEN;
        }
        try {
            thread.execute(() -> answer(right, question, answer));
            return Outcome.TAKEN;
        } catch (final RejectedExecutionException full) {
            return Outcome.BUSY;
        }
    }

    private void answer(final ExplainKeys.Right right, final Question question, final Answer answer) {
        int status = FAILED;
        byte[] json = NOTHING;
        try {
            if (explainer == null) {
                explainer = maker.get();
            }
            final BidFunnel funnel = explainer.explain(question);
            if (right == ExplainKeys.Right.ALL || funnel.trace() != null && funnel.trace().test()) {
                json = FunnelJson.write(funnel, mostBytes);
                status = OK;
            } else {
                status = FORBIDDEN;
            }
        } catch (final RuntimeException | Error failed) {
            // What it was made of may be half done.
            explainer = null;
            if (!thread.isShutdown()) {
                failures.accept(failed);
            }
        }
        answer.onAnswer(status, json);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
