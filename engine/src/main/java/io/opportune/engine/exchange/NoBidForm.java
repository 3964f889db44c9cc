package io.opportune.engine.exchange;

/** How an exchange wants to be told that there is no bid (OpenRTB 2.6, implementation notes, section 7.1). */
public enum NoBidForm {
    /** 204 without a body. */
    EMPTY_204,
    /** 200 with a response that has {@code nbr}. */
    NBR_200
}
