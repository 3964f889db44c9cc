package io.opportune.engine.explain;

import io.opportune.engine.bidding.BidEndpoint;
import io.opportune.engine.bidding.BidExplanations;
import io.opportune.engine.session.HttpContentCoding;
import io.opportune.engine.session.HttpContentKind;
import io.opportune.engine.session.HttpRequest;
import io.opportune.engine.session.HttpResponseSink;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A request and its answer without a network. Reused; one thread. */
final class ExplainedExchange implements HttpRequest, HttpResponseSink {
    private static final int NOT_STATED = 0;

    private final UnsafeBuffer head = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer body = new UnsafeBuffer(0, 0);
    private BidExplanations.Question question;
    private long key;
    private long arrivalNs;
    private int status;
    private int answerBytes;

    void begin(final BidExplanations.Question asked, final long nowNs) {
        question = asked;
        head.wrap(asked.exchange().getBytes(StandardCharsets.UTF_8));
        body.wrap(asked.body());
        arrivalNs = nowNs;
        status = 0;
        answerBytes = 0;
        key++;
    }

    /** Of the answer; 0 when none came. */
    int status() {
        return status;
    }

    int answerBytes() {
        return answerBytes;
    }

    @Override
    public Delivery send(
        final long exchangeKey, final int newStatus, final int contentKind, final DirectBuffer buffer,
        final int offset, final int lengthBytes) {
        if (exchangeKey == key) {
            status = newStatus;
            answerBytes = lengthBytes;
            return Delivery.SENT;
        }
        return Delivery.DROPPED;
    }

    @Override
    public int maxBodyBytes() {
        return Integer.MAX_VALUE;
    }

    @Override
    public void wake() {
        // Whoever asks reads the answer.
    }

    @Override
    public long exchangeKey() {
        return key;
    }

    @Override
    public int routeId() {
        return BidEndpoint.BID;
    }

    @Override
    public DirectBuffer head() {
        return head;
    }

    @Override
    public int parameterOffset() {
        return 0;
    }

    @Override
    public int parameterLength() {
        return head.capacity();
    }

    @Override
    public int queryOffset() {
        return 0;
    }

    @Override
    public int queryLength() {
        return 0;
    }

    @Override
    public int authorizationOffset() {
        return 0;
    }

    @Override
    public int authorizationLength() {
        return 0;
    }

    @Override
    public int contentKind() {
        return question.protobuf() ? HttpContentKind.PROTOBUF : HttpContentKind.JSON;
    }

    @Override
    public int openRtbVersion() {
        return NOT_STATED;
    }

    @Override
    public boolean globalPrivacyControl() {
        return question.gpc();
    }

    @Override
    public boolean acceptsGzip() {
        return false;
    }

    @Override
    public boolean acceptsZstd() {
        return false;
    }

    @Override
    public int contentCoding() {
        return HttpContentCoding.IDENTITY;
    }

    @Override
    public void codings(final int ofBodies, final int ofAnswers) {
        // Nothing is compressed.
    }

    @Override
    public DirectBuffer body() {
        return body;
    }

    @Override
    public int bodyOffset() {
        return 0;
    }

    @Override
    public int bodyLength() {
        return body.capacity();
    }

    @Override
    public long arrivalNs() {
        return arrivalNs;
    }

    @Override
    public void deadlineNs(final long deadlineNs) {
        // Nobody waits at a network.
    }
}
