package io.opportune.engine.decision;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.experiment.ControlGroups;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import java.util.function.Supplier;
import org.agrona.MutableDirectBuffer;

/**
 * Answers that no decision stands behind: shed, late, no catalogue. They carry the placement's fallback offer where it
 * has one and the customer is not in the control group of all offers, and no decision id, because nothing is
 * journalled. One per thread; allocates nothing.
 */
public final class ImmediateAnswers {
    private final ResponseEncoder encoder;
    private final Supplier<ControlGroups> control;

    /**
     * Makes the answers of one thread.
     *
     * @param encoder of that thread.
     * @param control the control groups in use, asked for each answer.
     */
    public ImmediateAnswers(final ResponseEncoder encoder, final Supplier<ControlGroups> control) {
        this.encoder = encoder;
        this.control = control;
    }

    /**
     * Encodes the answer into {@link #buffer()}.
     *
     * @param request   being answered.
     * @param catalogue current; null when there is none.
     * @param reason    why there is no decision.
     * @param arrivalNs monotonic clock when the request was read.
     * @param rootHigh  upper half of the customer's root key.
     * @param rootLow   lower half; both 0 for somebody unknown.
     * @return length of the frame in bytes.
     */
    public int encode(
        final DecisionRequestDecoder request,
        final Catalogue catalogue,
        final ReasonCode reason,
        final long arrivalNs,
        final long rootHigh,
        final long rootLow) {
        // No campaign of a fallback has a control group of its own.
        return encoder.encodeFallback(
            request, catalogue, !control.get().inGlobal(rootHigh, rootLow), reason, arrivalNs);
    }

    /**
     * Where {@link #encode} encodes.
     *
     * @return the frame starts at 0.
     */
    public MutableDirectBuffer buffer() {
        return encoder.buffer();
    }
}
