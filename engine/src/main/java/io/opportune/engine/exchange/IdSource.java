package io.opportune.engine.exchange;

/** Where a bid request may name the user. */
public enum IdSource {
    /** {@code user.buyeruid}: our own id, as the exchange has mapped it. */
    BUYERUID,
    /** {@code device.ifa}: the device's advertising id. */
    IFA,
    /** {@code user.eids}: ids of third parties. */
    EIDS,
    /** {@code user.id}: the exchange's id. */
    USER_ID
}
