package io.opportune.engine.gateway.http;

import io.opportune.engine.gateway.GatewayErrors;
import io.opportune.engine.session.HttpContentKind;
import io.opportune.engine.session.HttpExchangeHandler;
import io.opportune.engine.session.HttpResponseSink.Delivery;
import io.opportune.engine.session.HttpRoutes;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;

/**
 * The requests of one event loop, from the whole request to the bytes of its answer: routes and refusals, the handler's
 * call, the deadline, compression both ways. Owned by that event loop.
 */
final class HttpRequests {
    private static final String BAD_STATUS = "the handler answered with a status outside 200 to 599";
    private static final String BAD_LOCATION = "the handler redirects to what is no URL";
    private static final String ANSWER_TOO_LONG = "an answer is longer than the way back takes";

    private final HttpLoop loop;
    private final HttpGatewaySettings settings;
    private final HttpRoutes routes;
    private final HttpGatewayCounters counters;
    private final GatewayErrors errors;
    private final HttpExchangeHandler handler;
    private final BodyCodec codec;
    private final ExchangeTable exchanges;
    private final DeadlineWheel deadlines;
    private final Consumer<HttpExchange> onExpired = this::onExpired;
    private final RequestView view = new RequestView();

    HttpRequests(
        final int loopIndex, final HttpLoop loop, final HttpRoutes routes, final HttpExchangeHandler handler) {
        this.loop = loop;
        this.settings = loop.settings();
        this.routes = routes;
        this.counters = loop.counters();
        this.errors = loop.errors();
        this.handler = handler;
        this.codec = new BodyCodec(settings.maxBodyBytes());
        this.exchanges = new ExchangeTable(loopIndex);
        this.deadlines = new DeadlineWheel(loop.nowNs());
    }

    /** The one request that is filled, handed to {@link #dispatch} and forgotten. */
    RequestView view() {
        return view;
    }

    /** Looks at route, method and what kind of body comes; null when the request may go on. */
    HttpRefusal admit(final RequestView request) {
        final int position = routes.find(request.head(), request.pathOffset(), request.pathLength());
        if (position == HttpRoutes.NOT_FOUND) {
            return HttpRefusal.UNKNOWN_PATH;
        }
        if ((routes.methods(position) & request.methodBits()) == 0) {
            return HttpRefusal.WRONG_METHOD;
        }
        final HeadFields fields = request.fields();
        if (request.methodBits() == HttpRoutes.POST) {
            if (fields.contentKind() == HttpContentKind.UNKNOWN) {
                return HttpRefusal.CONTENT_TYPE;
            }
            if (fields.contentCoding() == HeadFields.CODING_UNKNOWN) {
                return HttpRefusal.CONTENT_ENCODING;
            }
        }
        if (fields.hasUnknownExpectation()) {
            return HttpRefusal.EXPECTATION;
        }
        final int parameterStart = routes.parameterStart(position);
        request.route(
            routes.id(position), request.pathOffset() + parameterStart, request.pathLength() - parameterStart);
        return null;
    }

    /** Takes a whole request in the view: refuses it, or hands it over and sees to it that it gets an answer. */
    void dispatch(final HttpExchange exchange, final long arrivalNs) {
        HttpRefusal refusal = admit(view);
        if (refusal == null && view.methodBits() == HttpRoutes.POST
            && view.fields().contentCoding() != HeadFields.CODING_IDENTITY) {
            refusal = decompress();
        }
        if (refusal != null) {
            refuse(exchange, refusal);
            return;
        }
        loop.onMessageRead();
        final long key = exchange.key;
        view.exchange(exchange, arrivalNs, arrivalNs + settings.answerTimeoutNs());
        int status;
        try {
            status = handler.onRequest(view);
        } catch (final RuntimeException | LinkageError | AssertionError e) {
            errors.onFailure(e);
            counters.handlerFailures().incrementRelease();
            status = 204;
        }
        if (exchanges.find(key) != exchange) {
            return; // answered within the call
        }
        if (status == HttpExchangeHandler.ANSWER_FOLLOWS) {
            deadlines.add(exchange, view.deadlineNs());
        } else {
            answer(exchange, status, HttpContentKind.NONE, null, 0, 0);
        }
    }

    private HttpRefusal decompress() {
        final int length =
            codec.decode(view.fields().contentCoding(), view.body(), view.bodyOffset(), view.bodyLength());
        if (length >= 0) {
            view.wrapBody(codec.output(), 0, length);
            return null;
        }
        return length == BodyCodec.TOO_LONG ? HttpRefusal.INFLATED_TOO_LONG : HttpRefusal.BAD_COMPRESSION;
    }

    /** Answers with an error; the connection is closed behind it where the refusal says so. */
    void refuse(final HttpExchange exchange, final HttpRefusal refusal) {
        counters.refused(refusal.status());
        errors.onPeerError(HttpLoop.COMPONENT, refusal.text());
        deadlines.remove(exchange);
        exchange.answered = true;
        exchange.closesAfter |= refusal.closes();
        exchange.connection.onAnswer(exchange, refusal.status(), variantOf(exchange, refusal), 0, null, 0, 0);
    }

    private int variantOf(final HttpExchange exchange, final HttpRefusal refusal) {
        if (refusal.status() == HttpRefusal.CONTENT_ENCODING.status()) {
            return exchange.bodyCodings;
        }
        if (refusal != HttpRefusal.WRONG_METHOD) {
            return HttpContentKind.NONE;
        }
        return routes.methods(routes.find(view.head(), view.pathOffset(), view.pathLength()));
    }

    /** Gives one answer to a request in flight, or drops it when it has been answered or its connection has gone. */
    Delivery deliver(
        final long exchangeKey,
        final int status,
        final int contentKind,
        final DirectBuffer buffer,
        final int offset,
        final int lengthBytes) {
        final HttpExchange exchange = exchanges.find(exchangeKey);
        if (exchange == null) {
            counters.answersDropped().incrementRelease();
            return Delivery.DROPPED;
        }
        return answer(exchange, status, contentKind, buffer, offset, lengthBytes)
            ? Delivery.SENT : Delivery.DROPPED;
    }

    /** The answer does not fit the way back. */
    void deliverTooLong(final long exchangeKey) {
        errors.onPeerError(HttpLoop.COMPONENT, ANSWER_TOO_LONG);
        counters.answersTooLong().incrementRelease();
        deliver(exchangeKey, 204, HttpContentKind.NONE, null, 0, 0);
    }

    /** Whatever fails on the way costs the connection, which is in an unknown state, and nobody else's answer. */
    private boolean answer(
        final HttpExchange exchange,
        final int status,
        final int contentKind,
        final DirectBuffer buffer,
        final int offset,
        final int lengthBytes) {
        final HttpConnection connection = exchange.connection;
        deadlines.remove(exchange);
        exchange.answered = true;
        try {
            write(exchange, status, contentKind, buffer, offset, lengthBytes);
            return true;
        } catch (final Throwable e) {
            connection.onFailure(e);
            return false;
        }
    }

    private void write(
        final HttpExchange exchange,
        final int status,
        final int contentKind,
        final DirectBuffer buffer,
        final int offset,
        final int lengthBytes) {
        if (!ResponseHeads.isStatus(status) || contentKind == HttpContentKind.LOCATION
            && !isLocation(buffer, offset, lengthBytes)) {
            errors.onPeerError(HttpLoop.COMPONENT, ResponseHeads.isStatus(status) ? BAD_LOCATION : BAD_STATUS);
            answerWithoutBody(exchange, 204);
        } else if (lengthBytes == 0 || ResponseHeads.isBodiless(status)) {
            answerWithoutBody(exchange, status);
        } else {
            answerWithBody(exchange, status, contentKind, buffer, offset, lengthBytes);
        }
    }

    private void answerWithoutBody(final HttpExchange exchange, final int status) {
        counters.answersWithoutBody().incrementRelease();
        final int form = exchange.wantsVersion ? ResponseHeads.VERSION : 0;
        final int variant =
            status == HttpRefusal.CONTENT_ENCODING.status() ? exchange.bodyCodings : HttpContentKind.NONE;
        exchange.connection.onAnswer(exchange, status, variant, form, null, 0, 0);
    }

    private void answerWithBody(
        final HttpExchange exchange,
        final int status,
        final int contentKind,
        final DirectBuffer buffer,
        final int offset,
        final int lengthBytes) {
        counters.answersWithBody().incrementRelease();
        final int form = exchange.wantsVersion ? ResponseHeads.VERSION : 0;
        if (lengthBytes >= settings.compressionThresholdBytes() && contentKind != HttpContentKind.LOCATION
            && contentKind != HttpContentKind.GIF && (exchange.acceptsZstd || exchange.acceptsGzip)) {
            final int length = codec.encode(exchange.acceptsZstd, buffer, offset, lengthBytes);
            if (length > 0) {
                counters.answersCompressed().incrementRelease();
                exchange.connection.onAnswer(exchange, status, contentKind,
                    form | (exchange.acceptsZstd ? ResponseHeads.ZSTD : ResponseHeads.GZIP),
                    codec.output(), 0, length);
                return;
            }
        }
        exchange.connection.onAnswer(exchange, status, contentKind, form, buffer, offset, lengthBytes);
    }

    /** Whatever stands in a field's value must not end it. */
    private static boolean isLocation(final DirectBuffer buffer, final int offset, final int lengthBytes) {
        for (int i = 0; i < lengthBytes; i++) {
            final byte c = buffer.getByte(offset + i);
            if (c <= ' ' || c == 0x7F) {
                return false;
            }
        }
        return lengthBytes > 0;
    }

    private void onExpired(final HttpExchange exchange) {
        counters.answersExpired().incrementRelease();
        final HttpConnection connection = exchange.connection;
        exchange.answered = true;
        try {
            connection.onAnswer(exchange, 204, HttpContentKind.NONE,
                exchange.wantsVersion ? ResponseHeads.VERSION : 0, null, 0, 0);
        } catch (final Throwable e) {
            connection.onFailure(e); // the other deadlines are met
        }
    }

    /** Answers those whose deadline comes within the next millisecond and that nobody has answered. */
    void expire(final long nowNs) {
        deadlines.turn(nowNs, onExpired);
    }

    HttpExchange takeExchange() {
        return exchanges.take();
    }

    /** The exchange's answer is on its way, or nobody is there any more to get it. */
    void endExchange(final HttpExchange exchange) {
        if (!exchange.answered) {
            onClientLeft(exchange);
        }
        deadlines.remove(exchange);
        exchanges.giveBack(exchange);
    }

    /** The client does not wait for this answer. */
    void onClientLeft(final HttpExchange exchange) {
        try {
            handler.onClientLeft(exchange.key);
        } catch (final Throwable e) {
            errors.onFailure(e);
        }
    }

    /** Whether the handler has handed on all that it was given; one that fails has nothing more to give. */
    boolean isHandlerSettled(final boolean last) {
        try {
            return handler.isSettled(last);
        } catch (final Throwable e) {
            errors.onFailure(e);
            return true;
        }
    }

    /** Lets go of the memory outside the heap. */
    void close() {
        codec.close();
    }
}
