package io.opportune.engine.gateway.http;

import io.opportune.engine.session.HttpContentCoding;
import io.opportune.engine.session.HttpRequest;
import org.agrona.DirectBuffer;

/** The one request that an event loop's handler looks at. Filled and read by that event loop only. */
final class RequestView implements HttpRequest {
    private HttpExchange exchange;
    private int routeId;
    private int methodBits;
    private int pathOffset;
    private int pathLength;
    private DirectBuffer head;
    private int parameterOffset;
    private int parameterLength;
    private int queryOffset;
    private int queryLength;
    private int base;
    private HeadFields fields;
    private DirectBuffer body;
    private int bodyOffset;
    private int bodyLength;
    private long arrivalNs;
    private long deadlineNs;

    /** The head; parameter and query are set apart. */
    RequestView wrapHead(final DirectBuffer buffer, final int messageStart, final HeadFields headFields) {
        head = buffer;
        base = messageStart;
        fields = headFields;
        return this;
    }

    RequestView route(final int id, final int offset, final int lengthBytes) {
        routeId = id;
        parameterOffset = offset;
        parameterLength = lengthBytes;
        return this;
    }

    RequestView target(final int methods, final int offset, final int lengthBytes) {
        methodBits = methods;
        pathOffset = offset;
        pathLength = lengthBytes;
        return this;
    }

    int methodBits() {
        return methodBits;
    }

    int pathOffset() {
        return pathOffset;
    }

    int pathLength() {
        return pathLength;
    }

    RequestView query(final int offset, final int lengthBytes) {
        queryOffset = offset;
        queryLength = lengthBytes;
        return this;
    }

    RequestView wrapBody(final DirectBuffer buffer, final int offset, final int lengthBytes) {
        body = buffer;
        bodyOffset = offset;
        bodyLength = lengthBytes;
        return this;
    }

    RequestView exchange(final HttpExchange of, final long arrival, final long deadline) {
        exchange = of;
        arrivalNs = arrival;
        deadlineNs = deadline;
        return this;
    }

    HeadFields fields() {
        return fields;
    }

    long deadlineNs() {
        return deadlineNs;
    }

    @Override
    public long exchangeKey() {
        return exchange.key;
    }

    @Override
    public int routeId() {
        return routeId;
    }

    @Override
    public DirectBuffer head() {
        return head;
    }

    @Override
    public int parameterOffset() {
        return parameterOffset;
    }

    @Override
    public int parameterLength() {
        return parameterLength;
    }

    @Override
    public int queryOffset() {
        return queryOffset;
    }

    @Override
    public int queryLength() {
        return queryLength;
    }

    @Override
    public int authorizationOffset() {
        return base + fields.authorizationOffset();
    }

    @Override
    public int authorizationLength() {
        return fields.authorizationLength();
    }

    @Override
    public int contentKind() {
        return fields.contentKind();
    }

    @Override
    public int openRtbVersion() {
        return fields.openRtbVersion();
    }

    @Override
    public boolean globalPrivacyControl() {
        return fields.globalPrivacyControl();
    }

    @Override
    public boolean acceptsGzip() {
        return fields.acceptsGzip();
    }

    @Override
    public boolean acceptsZstd() {
        return fields.acceptsZstd();
    }

    @Override
    public int contentCoding() {
        return fields.contentCoding();
    }

    @Override
    public void codings(final int ofBodies, final int ofAnswers) {
        exchange.bodyCodings = ofBodies;
        exchange.acceptsGzip &= (ofAnswers & HttpContentCoding.GZIP) != 0;
        exchange.acceptsZstd &= (ofAnswers & HttpContentCoding.ZSTD) != 0;
    }

    @Override
    public DirectBuffer body() {
        return body;
    }

    @Override
    public int bodyOffset() {
        return bodyOffset;
    }

    @Override
    public int bodyLength() {
        return bodyLength;
    }

    @Override
    public long arrivalNs() {
        return arrivalNs;
    }

    @Override
    public void deadlineNs(final long value) {
        deadlineNs = value;
    }
}
