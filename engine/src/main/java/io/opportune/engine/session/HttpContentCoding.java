package io.opportune.engine.session;

/** The content codings of HTTP that bodies may have, as bits (RFC 9110, section 8.4). */
public final class HttpContentCoding {
    /** Not compressed; always possible. */
    public static final int IDENTITY = 0;
    /** {@code gzip} (RFC 1952). */
    public static final int GZIP = 1;
    /** {@code zstd} (RFC 8878). */
    public static final int ZSTD = 2;
    /** All that this server knows. */
    public static final int ALL = GZIP | ZSTD;

    private HttpContentCoding() {
    }
}
