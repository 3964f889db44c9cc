package io.opportune.protocol.client;

import io.opportune.protocol.codec.RejectReason;
import java.util.Objects;

/**
 * Why a call has no answer from the server.
 *
 * @param kind         what went wrong.
 * @param rejectReason the server's reason when {@code kind} is {@link FailureKind#REJECTED}, {@code SBE_UNKNOWN} when a
 *                     newer server gave one that this version does not know; otherwise {@code NULL_VAL}.
 * @param text         words for people; may be empty, never null.
 */
public record Failure(FailureKind kind, RejectReason rejectReason, String text) {
    /** Refuses missing parts. */
    public Failure {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(rejectReason, "rejectReason");
        Objects.requireNonNull(text, "text");
    }

    /**
     * A failure that is not the server's refusal.
     *
     * @param kind what went wrong.
     * @return the failure without a text.
     */
    public static Failure of(final FailureKind kind) {
        return new Failure(kind, RejectReason.NULL_VAL, "");
    }
}
