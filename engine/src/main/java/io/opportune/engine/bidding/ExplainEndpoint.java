package io.opportune.engine.bidding;

import io.opportune.engine.session.HttpContentKind;
import io.opportune.engine.session.HttpExchangeHandler;
import io.opportune.engine.session.HttpRequest;
import io.opportune.engine.session.HttpResponseSink;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Takes the bid requests of one event loop that ask to be explained ({@code ?explain=}) and sends the explanations when
 * they are ready. Such a request never bids: who has no right to ask gets 403, not a bid made by mistake. Allocates for
 * requests with that parameter only.
 */
final class ExplainEndpoint {
    /** Given by {@link #onBid} when the request does not ask to be explained. */
    static final int NOT_ASKED = -1;
    /** Offers told of one by one where the request says nothing else. */
    static final int USUAL_LINES = 50;
    /** Most that a request may ask for. */
    static final int MOST_LINES = 1_000;

    private static final int FORBIDDEN = 403;
    private static final int BUSY = 503;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);
    private static final String PARAMETER = "explain";
    private static final String LINES = "lines";
    private static final String OFFER = "offer";
    private static final String DECISION = "decision";
    private static final String BEARER = "Bearer ";
    private static final int MOST_OFFERS = 32;

    private final BidExplanations explanations;
    private final HttpResponseSink sink;
    private final BidCounters counters;
    private final ConcurrentLinkedQueue<Explained> ready = new ConcurrentLinkedQueue<>();
    private int waiting;

    private record Explained(long exchangeKey, int status, byte[] json) {
    }

    ExplainEndpoint(final BidExplanations explanations, final HttpResponseSink sink, final BidCounters counters) {
        this.explanations = explanations;
        this.sink = sink;
        this.counters = counters;
    }

    /** Takes a request with a query; as {@link HttpExchangeHandler#onRequest}, or {@link #NOT_ASKED}. */
    int onBid(final HttpRequest http) {
        final String query = http.head().getStringWithoutLengthAscii(http.queryOffset(), http.queryLength());
        String key = null;
        int lines = USUAL_LINES;
        UUID decision = null;
        final List<String> offers = new ArrayList<>();
        for (final String part : query.split("&")) {
            final int equals = part.indexOf('=');
            final String name = equals < 0 ? part : part.substring(0, equals);
            final String value = equals < 0 ? "" : part.substring(equals + 1);
            switch (name) {
                case PARAMETER -> key = value;
                case LINES -> lines = number(value);
                case DECISION -> decision = id(value);
                case OFFER -> {
                    if (offers.size() < MOST_OFFERS) {
                        offers.add(decoded(value));
                    }
                }
                default -> {
                    // Exchanges may add what they like to the URL that they were given.
                }
            }
        }
        return key == null ? NOT_ASKED : ask(http, key, lines, offers, decision);
    }

    /** Null for what is no id. */
    private static UUID id(final String text) {
        try {
            return UUID.fromString(text);
        } catch (final IllegalArgumentException none) {
            return null;
        }
    }

    private static int number(final String text) {
        try {
            return Math.clamp(Integer.parseInt(text), 0, MOST_LINES);
        } catch (final NumberFormatException none) {
            return USUAL_LINES;
        }
    }

    private static String decoded(final String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (final IllegalArgumentException broken) {
            return text;
        }
    }

    private int ask(final HttpRequest http, final String key, final int lines, final List<String> offers,
        final UUID decision) {
        final String field =
            http.head().getStringWithoutLengthAscii(http.authorizationOffset(), http.authorizationLength());
        final byte[] body = new byte[http.bodyLength()];
        http.body().getBytes(http.bodyOffset(), body);
        final int kind = http.contentKind();
        final BidExplanations.Question question = new BidExplanations.Question(
            http.head().getStringWithoutLengthUtf8(http.parameterOffset(), http.parameterLength()), body,
            kind == HttpContentKind.PROTOBUF || kind == HttpContentKind.OCTET_STREAM, http.globalPrivacyControl(),
            lines, offers, decision);
        final long exchangeKey = http.exchangeKey();
        final BidExplanations.Outcome outcome = explanations.explain(
            new BidExplanations.Authorisation(
                field.startsWith(BEARER) ? field.substring(BEARER.length()).strip() : "", key),
            question, (status, json) -> {
                ready.add(new Explained(exchangeKey, status, json));
                sink.wake();
            });
        if (outcome == BidExplanations.Outcome.TAKEN) {
            waiting++;
            counters.explained().incrementRelease();
            http.deadlineNs(http.arrivalNs() + PATIENCE_NS);
            return HttpExchangeHandler.ANSWER_FOLLOWS;
        }
        counters.explainRefused().incrementRelease();
        return outcome == BidExplanations.Outcome.BUSY ? BUSY : FORBIDDEN;
    }

    /** Sends what is ready. */
    void drain() {
        while (waiting > 0) {
            final Explained next = ready.peek();
            if (next == null || sink.send(next.exchangeKey, next.status,
                next.json.length == 0 ? HttpContentKind.NONE : HttpContentKind.JSON, new UnsafeBuffer(next.json), 0,
                next.json.length) == HttpResponseSink.Delivery.FULL) {
                return;
            }
            ready.poll();
            waiting--;
        }
    }
}
