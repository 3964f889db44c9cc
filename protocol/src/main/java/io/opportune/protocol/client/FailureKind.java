package io.opportune.protocol.client;

/** Why a call has no answer from the server. Kinds are only added. */
public enum FailureKind {
    /** The caller's time ran out; an answer that comes later is dropped and counted. */
    TIMEOUT,
    /** There is no logged-on connection, or it was lost while the answer was awaited. */
    DISCONNECTED,
    /** As many calls await answers as client and server allow. */
    OVER_LIMIT,
    /** The server refused the message; its reason and text stand beside the kind. */
    REJECTED,
    /** The call could not be encoded, breaks a limit of the protocol or is longer than the server reads. */
    INVALID_REQUEST,
    /** The answer could not be read or understood. */
    INVALID_ANSWER,
    /** The client was closed. */
    CLOSED
}
