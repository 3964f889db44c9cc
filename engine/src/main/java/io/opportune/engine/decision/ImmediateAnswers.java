package io.opportune.engine.decision;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import org.agrona.MutableDirectBuffer;

/**
 * Answers that no decision stands behind: shed, late, no catalogue. They carry the placement's fallback offer where it
 * has one and no decision id, because nothing is journalled. One per thread; allocates nothing.
 */
public final class ImmediateAnswers {
    private final ResponseEncoder encoder;

    /**
     * Makes the answers of one thread.
     *
     * @param encoder of that thread.
     */
    public ImmediateAnswers(final ResponseEncoder encoder) {
        this.encoder = encoder;
    }

    /**
     * Encodes the answer into {@link #buffer()}.
     *
     * @param request   being answered.
     * @param catalogue current; null when there is none.
     * @param reason    why there is no decision.
     * @param arrivalNs monotonic clock when the request was read.
     * @return length of the frame in bytes.
     */
    public int encode(
        final DecisionRequestDecoder request,
        final Catalogue catalogue,
        final ReasonCode reason,
        final long arrivalNs) {
        return encoder.encodeFallback(request, catalogue, reason, arrivalNs);
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
