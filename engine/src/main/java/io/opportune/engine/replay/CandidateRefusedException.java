package io.opportune.engine.replay;

import java.io.IOException;
import java.io.Serial;

/** A candidate catalogue that has mistakes, or a model that cannot be had; the message says what, one a line. */
public final class CandidateRefusedException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    CandidateRefusedException(final String message) {
        super(message);
    }
}
