package io.opportune.engine.admission;

import io.opportune.protocol.codec.RejectReason;

/** Why a message is refused, as constants, so that refusing allocates nothing. */
enum Refusal {
    NO_CORRELATION(RejectReason.INVALID_FIELD, "correlationId: found 0, must not be 0"),
    NO_CHANNEL(RejectReason.INVALID_FIELD,
        "channel: missing or newer than this server, must be a channel of the schema"),
    NO_MOMENT(RejectReason.INVALID_FIELD, "moment: missing or newer than this server, must be a moment of the schema"),
    NO_EVENT_TYPE(RejectReason.INVALID_FIELD, "eventType: missing or newer than this server"),
    NO_EVENT_ID(RejectReason.INVALID_FIELD, "eventId: found zero, must be a 128-bit id made by the client"),
    NO_NAMESPACE(RejectReason.INVALID_FIELD, "customerNamespace: found 0, must be 1..65535"),
    LONG_CUSTOMER(RejectReason.INVALID_FIELD, "customerId: longer than 128 bytes"),
    MIXED_CURRENCIES(RejectReason.INVALID_FIELD, "basketLines.currency: must be the request's currency or null"),
    NEGATIVE_QUANTITY(RejectReason.INVALID_FIELD, "basketLines.quantityMilli: must lie between -1e9 and 1e9"),
    BAD_AMOUNT(RejectReason.INVALID_FIELD, "amountMicros: must lie between -1e15 and 1e15"),
    BAD_POSITION(RejectReason.INVALID_FIELD,
        "latitudeE7, longitudeE7: must lie within +-900000000 and +-1800000000, both or none given"),
    TOO_MANY_OFFERS(RejectReason.INVALID_FIELD, "offersWanted: more than this server gives, see maxOffers in LogonAck"),
    UNKNOWN_PLACEMENT(RejectReason.UNKNOWN_PLACEMENT, "placementId: not in the current catalogue; resolve its name"),
    NO_CUSTOMER(RejectReason.MISSING_CUSTOMER, "customerId: empty, must be 1..128 bytes"),
    NO_OTHER(RejectReason.MISSING_CUSTOMER, "otherId: empty, must be 1..128 bytes to link"),
    NO_OPERATION(RejectReason.INVALID_FIELD, "operation: none, missing or newer than this server"),
    ERASE_AND_MORE(RejectReason.INVALID_FIELD, "operations: ERASE stands alone"),
    BAD_ATTRIBUTE(RejectReason.INVALID_FIELD, "attributes: each needs a known value type and an id of 1 or more"),
    UNKNOWN_SEGMENT(RejectReason.UNKNOWN_NAME,
        "operations.id: no such segment; declare it under segments: in the catalogue and resolve its name"),
    UNKNOWN_ATTRIBUTE(RejectReason.UNKNOWN_NAME,
        "operations.id: no such attribute; declare it under attributes: in the catalogue and resolve its name"),
    LONG_TEXT(RejectReason.INVALID_FIELD, "attributeTexts.text: longer than 255 bytes"),
    UNKNOWN_TEXT(RejectReason.UNKNOWN_NAME, "attributeTexts: no room for a new attribute value"),
    NEW_TEXTS(RejectReason.OVERLOADED, "attributeTexts: more new values per second than gateway.max-new-texts allows"
        + " one client; send again later with the same eventId"),
    TIME_BOUNDS(RejectReason.EVENT_TIME_OUT_OF_BOUNDS,
        "eventTimeNs: further from the server's time than this client may set"),
    NO_JOURNAL(RejectReason.JOURNAL_UNAVAILABLE,
        "attributeTexts: a new value cannot be kept, the journal cannot be written; send again later"),
    TOO_LONG(RejectReason.FRAME_TOO_LONG, "the message is longer than gateway.max-frame-length"),
    NO_NOTICE(RejectReason.INVALID_FIELD,
        "eventType: a notice is IMPRESSION, CLICK, WIN, BILLING, LOSS, MEDIA_*, without basket lines and customer id"),
    FULL(RejectReason.OVERLOADED, "the pipeline is full; send again with the same eventId"),
    UNEXPECTED(RejectReason.UNEXPECTED_MESSAGE, "this message is only sent by servers");

    private final RejectReason reason;
    private final String text;

    Refusal(final RejectReason reason, final String text) {
        this.reason = reason;
        this.text = text;
    }

    RejectReason reason() {
        return reason;
    }

    String text() {
        return text;
    }
}
