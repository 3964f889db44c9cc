package io.opportune.engine.exchange;

/** Formats of the bodies of bid requests and responses. */
public enum BodyFormat {
    /** JSON. */
    JSON,
    /** The IAB's protocol buffers. */
    PROTOBUF
}
