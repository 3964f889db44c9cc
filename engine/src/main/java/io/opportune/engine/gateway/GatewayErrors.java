package io.opportune.engine.gateway;

/** Where the gateway reports what went wrong. Called on event loops; must not block and must not throw. */
public interface GatewayErrors {
    /**
     * A peer did something wrong. May come at the rate of the peer's messages.
     *
     * @param component constant name of the part that noticed.
     * @param what      constant text.
     */
    void onPeerError(String component, String what);

    /**
     * Something failed that should not: a defect of ours or of the platform.
     *
     * @param failure what was thrown.
     */
    void onFailure(Throwable failure);
}
