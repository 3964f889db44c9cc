package io.opportune.loadtest.source;

import io.opportune.protocol.codec.AckStatus;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.RejectReason;
import org.agrona.MutableDirectBuffer;

/**
 * A stream of messages that the generator pulls one by one and whose answers it gives back, so that events can follow
 * decisions. All calls come from the generator's thread; implementations do not block, and allocate nothing for the
 * messages that make up the bulk of a run.
 *
 * <p>Each message that was encoded occupies a <em>slot</em> until exactly one of the {@code on...} methods is called
 * with it. Slots are small dense numbers below the limit given to {@link #onStart}, so that a source keeps what it
 * must remember about a message in arrays. A source to which an answer means nothing leaves its method as it is; one
 * that lets another source pass is a {@link PassingSource}.
 */
public interface MessageSource {
    /** Nothing can be sent now: the source waits for answers or for its own schedule. */
    int NOTHING_NOW = 0;
    /** Nothing will be sent any more, unless an answer still in flight brings up a follow-up message. */
    int EXHAUSTED = -1;

    /**
     * Declares the names whose ids the messages need. Called once, before logon.
     *
     * @param names to declare in.
     */
    void declareNames(NameTable names);

    /**
     * Called once, before the first message, when the names have ids.
     *
     * @param names     with ids; 0 for those that the server does not know.
     * @param slotCount slots are 0 .. slotCount - 1.
     * @param nowNs     monotonic time at which the run begins.
     */
    void onStart(NameTable names, int slotCount, long nowNs);

    /**
     * Encodes the next message: SBE header and body, no SOFH header.
     *
     * @param buffer        to write to.
     * @param offset        of the SBE header.
     * @param slot          that this message will occupy when its length is positive.
     * @param correlationId to put in the message.
     * @param nowNs         monotonic time.
     * @param epochNs       wall time, to put in the message as send time.
     * @return length in bytes, {@link #NOTHING_NOW} or {@link #EXHAUSTED}.
     */
    int encodeNext(MutableDirectBuffer buffer, int offset, int slot, long correlationId, long nowNs, long epochNs);

    /**
     * When the message that was encoded last ought to have been sent, for sources that keep their own schedule.
     *
     * @return monotonic time in nanoseconds.
     */
    default long intendedNs() {
        return 0;
    }

    /**
     * Time budget stated in the message that was encoded last.
     *
     * @return microseconds; 0 when its lateness is not judged.
     */
    int timeBudgetUs();

    /**
     * Whether the message that was encoded last belongs to a warm-up and is left out of counts and timings.
     *
     * @return true to leave it out.
     */
    default boolean warmup() {
        return false;
    }

    /**
     * A decision was answered.
     *
     * @param slot     of the request.
     * @param response positioned before its groups.
     */
    void onDecision(int slot, DecisionResponseDecoder response);

    /**
     * An event was acknowledged.
     *
     * @param slot   of the event report.
     * @param status what became of it.
     * @param reason of io.opportune.protocol.ReasonCode.
     */
    default void onEventAck(int slot, AckStatus status, int reason) {
        // The generator counts; nothing follows.
    }

    /**
     * A context update or identity link was acknowledged.
     *
     * @param slot   of the update.
     * @param status what became of it.
     * @param reason of io.opportune.protocol.ReasonCode.
     */
    default void onContextAck(int slot, AckStatus status, int reason) {
        // The generator counts; nothing follows.
    }

    /**
     * A message was refused.
     *
     * @param slot   of the message.
     * @param reason for the refusal.
     */
    default void onReject(int slot, RejectReason reason) {
        // The generator counts; nothing follows.
    }

    /**
     * No answer came: the connection was lost or the run ended.
     *
     * @param slot of the message.
     */
    default void onUnanswered(int slot) {
        // The generator counts; nothing follows.
    }
}
