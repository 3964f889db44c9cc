package io.opportune.protocol.client;

import java.util.concurrent.atomic.LongAdder;

/** Counts what a client did since it started. Written by the client, read by any thread at any time. */
public final class ClientStatistics {
    private final LongAdder logons = new LongAdder();
    private final LongAdder logonFailures = new LongAdder();
    private final LongAdder disconnects = new LongAdder();
    private final LongAdder sent = new LongAdder();
    private final LongAdder answered = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder resent = new LongAdder();
    private final LongAdder lateAnswers = new LongAdder();
    private final LongAdder unmatchedAnswers = new LongAdder();
    private final LongAdder protocolErrors = new LongAdder();
    private final LongAdder callbackErrors = new LongAdder();

    ClientStatistics() {
    }

    /**
     * Connections on which the server accepted the logon.
     *
     * @return count.
     */
    public long logons() {
        return logons.sum();
    }

    /**
     * Attempts that did not get as far: refused connections, refused logons, time-outs.
     *
     * @return count.
     */
    public long logonFailures() {
        return logonFailures.sum();
    }

    /**
     * Logged-on connections that were lost or given up.
     *
     * @return count.
     */
    public long disconnects() {
        return disconnects.sum();
    }

    /**
     * Messages sent that want an answer, resent ones included.
     *
     * @return count.
     */
    public long sent() {
        return sent.sum();
    }

    /**
     * Calls completed with the server's answer.
     *
     * @return count.
     */
    public long answered() {
        return answered.sum();
    }

    /**
     * Calls completed without one.
     *
     * @return count.
     */
    public long failed() {
        return failed.sum();
    }

    /**
     * Reports sent again with the same event id.
     *
     * @return count.
     */
    public long resent() {
        return resent.sum();
    }

    /**
     * Answers that came after their caller was told that time ran out.
     *
     * @return count.
     */
    public long lateAnswers() {
        return lateAnswers.sum();
    }

    /**
     * Answers to nothing that was asked, second answers included; they were dropped.
     *
     * @return count.
     */
    public long unmatchedAnswers() {
        return unmatchedAnswers.sum();
    }

    /**
     * Frames or messages that break the protocol; most close the connection.
     *
     * @return count.
     */
    public long protocolErrors() {
        return protocolErrors.sum();
    }

    /**
     * Callbacks that threw.
     *
     * @return count.
     */
    public long callbackErrors() {
        return callbackErrors.sum();
    }

    void countLogon() {
        logons.increment();
    }

    void countLogonFailure() {
        logonFailures.increment();
    }

    void countDisconnect() {
        disconnects.increment();
    }

    void countSent() {
        sent.increment();
    }

    void countAnswered() {
        answered.increment();
    }

    void countFailed() {
        failed.increment();
    }

    void countResent() {
        resent.increment();
    }

    void countLateAnswer() {
        lateAnswers.increment();
    }

    void countUnmatchedAnswer() {
        unmatchedAnswers.increment();
    }

    void countProtocolError() {
        protocolErrors.increment();
    }

    void countCallbackError() {
        callbackErrors.increment();
    }
}
