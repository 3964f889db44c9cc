package io.opportune.engine.exchange;

/** HTTP content codings of requests and responses. */
public enum Encoding {
    /** gzip (RFC 1952). */
    GZIP,
    /** Zstandard (RFC 8878). */
    ZSTD
}
