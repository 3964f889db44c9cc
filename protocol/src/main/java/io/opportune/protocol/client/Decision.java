package io.opportune.protocol.client;

import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.codec.DecisionStatus;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * Which offers fit a moment: the server's answer, or the caller's own fallback when there was none in time.
 *
 * @param decisionId       names the decision in later events; all zero when it was not journalled.
 * @param status           kind of answer; {@code SBE_UNKNOWN} for one of a newer server.
 * @param reasonCode       number of a {@link ReasonCode}.
 * @param catalogueCounter version of the catalogue, 0 for a caller's fallback.
 * @param serverTimeNs     server's clock, epoch nanoseconds; 0 for a caller's fallback.
 * @param timeTakenNs      from the server's reading of the request to its encoding of the answer, nanoseconds.
 * @param offers           in order of preference, possibly empty.
 * @param explanations     only when asked for.
 * @param failure          why the caller's fallback stands here; null when the server answered.
 */
public record Decision(
    UUID decisionId,
    DecisionStatus status,
    int reasonCode,
    long catalogueCounter,
    long serverTimeNs,
    long timeTakenNs,
    List<Offer> offers,
    List<Explanation> explanations,
    Failure failure) {
    private static final UUID NO_ID = new UUID(0, 0);

    /** Copies the lists. */
    public Decision {
        Objects.requireNonNull(decisionId, "decisionId");
        Objects.requireNonNull(status, "status");
        offers = List.copyOf(offers);
        explanations = List.copyOf(explanations);
    }

    /**
     * The caller's fallback without any offer.
     *
     * @param failure why there is no answer.
     * @return a decision of status NO_OFFER.
     */
    public static Decision none(final Failure failure) {
        return fallback(failure, List.of());
    }

    /**
     * The caller's fallback with offers of its own.
     *
     * @param failure why there is no answer.
     * @param offers  in order of preference.
     * @return a decision of status FALLBACK, or NO_OFFER when there are none.
     */
    public static Decision fallback(final Failure failure, final List<Offer> offers) {
        return new Decision(NO_ID, offers.isEmpty() ? DecisionStatus.NO_OFFER : DecisionStatus.FALLBACK,
            ReasonCode.NONE.code(), 0, 0, 0, offers, List.of(), Objects.requireNonNull(failure, "failure"));
    }

    /**
     * Whether the server made the decision.
     *
     * @return false for the caller's own fallback.
     */
    public boolean fromServer() {
        return failure == null;
    }

    /**
     * The reason by name.
     *
     * @return null for a code of a newer server.
     */
    public ReasonCode reason() {
        return ReasonCode.of(reasonCode);
    }
}
