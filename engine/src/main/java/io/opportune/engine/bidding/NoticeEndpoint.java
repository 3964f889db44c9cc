package io.opportune.engine.bidding;

import io.opportune.engine.exchange.NoticeKind;
import io.opportune.engine.exchange.TimeMargin;
import io.opportune.engine.notice.NoticeOutcome;
import io.opportune.engine.notice.NoticeReader;
import io.opportune.engine.notice.NoticeReport;
import io.opportune.engine.notice.NoticeRequest;
import io.opportune.engine.notice.NoticeSeal;
import io.opportune.engine.session.HttpContentKind;
import io.opportune.engine.session.HttpExchangeHandler;
import io.opportune.engine.session.HttpRequest;
import io.opportune.engine.session.HttpResponseSink;
import org.agrona.DirectBuffer;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Answers the notices of one event loop at once, and hands on those that are good. A browser gets its picture or its
 * page also for a notice that comes too late to count. Allocates nothing.
 */
final class NoticeEndpoint {
    private static final int NO_CONTENT = 204;
    private static final int OK = 200;
    private static final int FOUND = 302;
    private static final int BAD_REQUEST = 400;
    private static final int FORBIDDEN = 403;
    /** OpenRTB 3.0, list Loss Reason Codes: 2, impression opportunity expired. */
    private static final int LOST_BY_TIME = 2;
    private static final int REPORT_BYTES = 1_024;
    /** GIF89a, 1 by 1 pixel, its one colour transparent. */
    private static final byte[] PIXEL = {
        'G', 'I', 'F', '8', '9', 'a', 1, 0, 1, 0, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0x21, (byte) 0xF9, 4, 1, 0, 0, 0,
        0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B,
    };

    private final BidParts parts;
    private final HttpResponseSink sink;
    private final Int2ObjectHashMap<TimeMargin> margins;
    private final NoticeEvents events;
    private final NoticeReader reader;
    private final NoticeRequest notice = new NoticeRequest();
    private final NoticeReport report = new NoticeReport();
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[REPORT_BYTES]);
    private final UnsafeBuffer pixel = new UnsafeBuffer(PIXEL);
    private final UnsafeBuffer landing = new UnsafeBuffer(0, 0);

    NoticeEndpoint(
        final BidParts parts, final NoticeSeal seal, final HttpResponseSink sink,
        final Int2ObjectHashMap<TimeMargin> margins, final NoticeEvents events) {
        this.parts = parts;
        this.sink = sink;
        this.margins = margins;
        this.events = events;
        reader = new NoticeReader(seal, parts.exchanges(), parts.priceKeys());
    }

    /** Takes a notice; as {@link HttpExchangeHandler#onRequest}. */
    int onNotice(final HttpRequest http, final long correlationId) {
        final long nowNs = parts.epochClock().nanoTime();
        final int start = http.parameterOffset() - NoticeReader.PREFIX.length();
        final NoticeOutcome outcome = http.queryLength() == 0 ? NoticeOutcome.MALFORMED
            : reader.read(http.head(), start, http.queryOffset() + http.queryLength() - start, nowNs, notice);
        parts.counters().notices()[outcome.ordinal()].incrementRelease();
        switch (outcome) {
            case ACCEPTED -> {
                accept(correlationId, nowNs, http.arrivalNs());
                return answer(http);
            }
            case EXPIRED -> {
                return answer(http);
            }
            case MALFORMED, UNKNOWN_VERSION -> {
                return BAD_REQUEST;
            }
            default -> {
                return FORBIDDEN;
            }
        }
    }

    private void accept(final long correlationId, final long nowNs, final long arrivalNs) {
        if (notice.kind() == NoticeKind.LOSS && notice.lossReason() == LOST_BY_TIME) {
            final TimeMargin margin = margins.get(notice.token().exchange());
            if (margin != null) {
                margin.onAnswer(true, parts.nanoClock().nanoTime());
            }
        }
        parts.counters().tally().notice(notice, parts.catalogue().get());
        final int length = report.encode(notice, correlationId, nowNs, message, 0);
        if (!events.report(notice.token(), message, 0, length, arrivalNs)) {
            parts.counters().noticesRefused().incrementRelease();
        }
    }

    private int answer(final HttpRequest http) {
        if (notice.kind() == NoticeKind.IMP) {
            return picture(http);
        }
        if (notice.kind() != NoticeKind.CLICK) {
            return NO_CONTENT;
        }
        if (!wantsLanding(http.head(), http.queryOffset(), http.queryLength())) {
            return picture(http);
        }
        // The page of the catalogue, not that of the URL: what anybody may write leads nowhere.
        final byte[] url = parts.catalogue().get().landing(notice.token().creativeId());
        if (url == null || url.length == 0) {
            return NO_CONTENT;
        }
        landing.wrap(url);
        sink.send(http.exchangeKey(), FOUND, HttpContentKind.LOCATION, landing, 0, url.length);
        return HttpExchangeHandler.ANSWER_FOLLOWS;
    }

    private int picture(final HttpRequest http) {
        sink.send(http.exchangeKey(), OK, HttpContentKind.GIF, pixel, 0, PIXEL.length);
        return HttpExchangeHandler.ANSWER_FOLLOWS;
    }

    /** Whether there is a parameter {@code r}: the URL is a link, not a tracker. */
    private static boolean wantsLanding(final DirectBuffer head, final int offset, final int lengthBytes) {
        for (int at = offset; at + 1 < offset + lengthBytes; at++) {
            if (head.getByte(at) == 'r' && head.getByte(at + 1) == '='
                && (at == offset || head.getByte(at - 1) == '&' || head.getByte(at - 1) == ';')) {
                return true;
            }
        }
        return false;
    }
}
