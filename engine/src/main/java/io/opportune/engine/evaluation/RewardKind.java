package io.opportune.engine.evaluation;

import io.opportune.protocol.codec.EventType;

/** What counts as the reward of a decision of the journal, from the events that follow from it. */
public enum RewardKind {
    /** 1 when an offer was clicked. */
    CLICK("decisions with a click"),
    /** 1 when an offer was accepted. */
    ACCEPT("decisions with an offer accepted"),
    /** 1 when an offer was redeemed. */
    REDEMPTION("decisions with a redemption"),
    /** 1 when an offer was redeemed or a purchase followed. */
    CONVERSION("decisions with a redemption or purchase"),
    /** Money of redemptions and purchases less returns, units of its currency. */
    AMOUNT("amount of a decision's redemptions and purchases");

    private final String meaning;

    RewardKind(final String meaning) {
        this.meaning = meaning;
    }

    /**
     * What is counted.
     *
     * @return a few words.
     */
    public String meaning() {
        return meaning;
    }

    boolean counts(final EventType type) {
        return switch (this) {
            case CLICK -> type == EventType.CLICK;
            case ACCEPT -> type == EventType.ACCEPT;
            case REDEMPTION -> type == EventType.REDEMPTION;
            case CONVERSION -> type == EventType.REDEMPTION || type == EventType.PURCHASE;
            case AMOUNT -> type == EventType.REDEMPTION || type == EventType.PURCHASE || type == EventType.RETURN;
        };
    }
}
