package io.opportune.engine.gateway.binary;

import io.opportune.protocol.MessageBounds;
import io.opportune.protocol.codec.RejectReason;
import java.nio.charset.StandardCharsets;

/** Why the gateway itself refuses something, with the constant words for the client and for the error log. */
enum SessionRefusal {
    FRAME_TOO_LONG(RejectReason.FRAME_TOO_LONG, "frame longer than the limit given at logon"),
    FRAME_TOO_SHORT(RejectReason.FRAME_TOO_SHORT, "frame too short for an SBE message header"),
    UNKNOWN_ENCODING(RejectReason.UNKNOWN_ENCODING, "SOFH encoding type is not 0xEB50 (SBE little endian)"),
    UNKNOWN_SCHEMA(RejectReason.UNKNOWN_SCHEMA, "the message header names another schema"),
    UNKNOWN_TEMPLATE(RejectReason.UNKNOWN_TEMPLATE, "this version has no such message"),
    MALFORMED_MESSAGE(RejectReason.MALFORMED_MESSAGE, "a block, group or text does not fit its frame"),
    LIMIT_EXCEEDED(RejectReason.INVALID_FIELD, "a group or text is longer than the protocol allows"),
    TOO_MUCH_GARBAGE(RejectReason.MALFORMED_MESSAGE, "closing: too many bad messages in a row"),
    NOT_LOGGED_ON(RejectReason.NOT_LOGGED_ON, "the first message must be a logon"),
    ALREADY_LOGGED_ON(RejectReason.ALREADY_LOGGED_ON, "this connection is logged on"),
    BAD_CREDENTIALS(RejectReason.BAD_CREDENTIALS, "client id and key do not belong together"),
    UNSUPPORTED_VERSION(RejectReason.UNSUPPORTED_VERSION, "protocolVersion is not 1..1000"),
    BAD_HEARTBEAT_INTERVAL(RejectReason.INVALID_FIELD, "heartbeatIntervalMs is not 100..60000"),
    BAD_IN_FLIGHT_LIMIT(RejectReason.INVALID_FIELD, "inFlightLimit is not 1..2147483647"),
    LOGON_TIMEOUT(RejectReason.LOGON_TIMEOUT, "no good logon in time"),
    IDLE_TIMEOUT(RejectReason.IDLE_TIMEOUT, "silent for too long"),
    SERVER_MESSAGE(RejectReason.UNEXPECTED_MESSAGE, "only a server sends this message"),
    AFTER_LOGOFF(RejectReason.UNEXPECTED_MESSAGE, "message after logoff"),
    TOO_MANY_IN_FLIGHT(RejectReason.TOO_MANY_IN_FLIGHT, "more unanswered messages than agreed at logon"),
    TOO_MANY_SESSIONS(RejectReason.TOO_MANY_SESSIONS, "the server has as many sessions as it may"),
    SHUTTING_DOWN(RejectReason.SHUTTING_DOWN, "the server is shutting down");

    private final RejectReason reason;
    private final String text;
    private final byte[] utf8;

    SessionRefusal(final RejectReason reason, final String text) {
        this.reason = reason;
        this.text = text;
        this.utf8 = text.getBytes(StandardCharsets.UTF_8);
    }

    RejectReason reason() {
        return reason;
    }

    String text() {
        return text;
    }

    /** The text's bytes; not to be changed. */
    byte[] utf8() {
        return utf8;
    }

    /** What a verdict of {@link MessageBounds} other than OK means. */
    static SessionRefusal ofVerdict(final int verdict) {
        return switch (verdict) {
            case MessageBounds.UNKNOWN_SCHEMA -> UNKNOWN_SCHEMA;
            case MessageBounds.UNKNOWN_TEMPLATE -> UNKNOWN_TEMPLATE;
            case MessageBounds.LIMIT_EXCEEDED -> LIMIT_EXCEEDED;
            default -> MALFORMED_MESSAGE;
        };
    }
}
