package io.opportune.engine.training;

import io.opportune.protocol.codec.EventType;

/** What an event says of an offer that was made. States of models hold the ordinals. */
enum OutcomeKind {
    /** It was seen. */
    SHOWN,
    /** A click or accept. */
    CLICKED,
    /** A redemption or purchase. */
    CONVERTED;

    static final int COUNT = 3;

    private static final OutcomeKind[] ALL = values();

    static OutcomeKind of(final int ordinal) {
        return ALL[ordinal];
    }

    /** What events of a type say; null when nothing. */
    static OutcomeKind of(final EventType type) {
        return switch (type) {
            case IMPRESSION -> SHOWN;
            case CLICK, ACCEPT -> CLICKED;
            case REDEMPTION, PURCHASE -> CONVERTED;
            default -> null;
        };
    }

    boolean isOutcome() {
        return this != SHOWN;
    }
}
