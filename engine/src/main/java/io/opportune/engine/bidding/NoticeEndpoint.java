package io.opportune.engine.bidding;

import io.opportune.engine.exchange.ClickForm;
import io.opportune.engine.exchange.ExchangeProfile;
import io.opportune.engine.exchange.NoticeKind;
import io.opportune.engine.exchange.TimeMargin;
import io.opportune.engine.markup.Landing;
import io.opportune.engine.notice.NoticeOutcome;
import io.opportune.engine.notice.NoticeReader;
import io.opportune.engine.notice.NoticeReport;
import io.opportune.engine.notice.NoticeRequest;
import io.opportune.engine.notice.NoticeSeal;
import io.opportune.engine.notice.NoticeToken;
import io.opportune.engine.notice.PriceState;
import io.opportune.engine.session.ClientSession;
import io.opportune.engine.session.HttpContentKind;
import io.opportune.engine.session.HttpExchangeHandler;
import io.opportune.engine.session.HttpRequest;
import io.opportune.engine.session.HttpResponseSink;
import io.opportune.engine.shading.ShadeFeed;
import io.opportune.protocol.codec.AckStatus;
import io.opportune.protocol.codec.EventAckDecoder;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.RejectReason;
import io.opportune.protocol.openrtb.response.ByteSink;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;

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
    private static final int UNAVAILABLE = 503;
    /** OpenRTB 3.0, list Loss Reason Codes: 2, impression opportunity expired. */
    private static final int LOST_BY_TIME = 2;
    /** Of the same list: 100 below the floor of the auction, 101 of the deal, 102 lost to a higher bid. */
    private static final int BELOW_AUCTION_FLOOR = 100;
    private static final int LOST_TO_HIGHER_BID = 102;
    /**
     * Correlation ids of notices: a number, the exchange (16 bits), whether the bid was lost by time (1). The answer to
     * a decision is told by its template.
     */
    private static final int EXCHANGE_SHIFT = 1;
    private static final int SEQUENCE_SHIFT = 17;
    private static final int EXCHANGE_MASK = 0xffff;
    private static final int MAX_MARKUP_BYTES = 256 * 1024;
    private static final int MAX_LANDING_BYTES = 8 * 1024;
    /** GIF89a, 1 by 1 pixel, its one colour transparent. */
    private static final byte[] PIXEL = {
        'G', 'I', 'F', '8', '9', 'a', 1, 0, 1, 0, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0x21, (byte) 0xF9, 4, 1, 0, 0, 0,
        0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B,
    };

    private final BidParts parts;
    private final HttpResponseSink sink;
    private final NoticeEvents events;
    private final ClientSession session;
    private final NoticeRetries retries;
    private final NoticeReader reader;
    private final NoticeRequest notice = new NoticeRequest();
    private final NoticeReport report = new NoticeReport();
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[NoticeRetries.MAX_EVENT_BYTES]);
    private final UnsafeBuffer pixel = new UnsafeBuffer(PIXEL);
    private final NoticeMarkup markup;
    private final UnsafeBuffer landing = new UnsafeBuffer(new byte[MAX_LANDING_BYTES]);
    private final UnsafeBuffer counted = new UnsafeBuffer(new byte[MAX_LANDING_BYTES]);
    private final UnsafeBuffer value = new UnsafeBuffer(new byte[NoticeReader.MAX_TARGET_BYTES]);
    private final ByteSink location = new ByteSink();
    private final Int2ObjectHashMap<byte[][]> clickHosts = new Int2ObjectHashMap<>();
    private final Landing.Values clickValues = this::clickValue;
    private DirectBuffer clicked;
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final EventAckDecoder ack = new EventAckDecoder();
    private long sequence;

    NoticeEndpoint(
        final BidParts parts, final NoticeSeal seal, final HttpResponseSink sink,
        final ClientSession session, final NoticeEvents events) {
        this.parts = parts;
        this.sink = sink;
        this.session = session;
        this.events = events;
        retries = new NoticeRetries(events, session);
        reader = new NoticeReader(seal, parts.exchanges(), parts.priceKeys());
        markup = new NoticeMarkup(parts.settings(), seal, Math.min(MAX_MARKUP_BYTES, sink.maxBodyBytes()));
        for (final ExchangeProfile exchange : parts.exchanges().all()) {
            final ExchangeProfile.Click click = exchange.notices().click();
            if (click.form() == ClickForm.PARAMETER) {
                clickHosts.put(exchange.number(), click.hosts().stream()
                    .map(host -> host.getBytes(StandardCharsets.US_ASCII)).toArray(byte[][]::new));
            }
        }
    }

    private int clickValue(final char name, final MutableDirectBuffer into) {
        return reader.text(clicked, name, into);
    }

    /** Takes a notice; as {@link HttpExchangeHandler#onRequest}. */
    int onNotice(final HttpRequest http) {
        final long nowNs = parts.epochClock().nanoTime();
        final int start = http.parameterOffset() - NoticeReader.PREFIX.length();
        final NoticeOutcome outcome = http.queryLength() == 0 ? NoticeOutcome.MALFORMED
            : reader.read(http.head(), start, http.queryOffset() + http.queryLength() - start, nowNs, notice);
        parts.counters().notices()[outcome.ordinal()].incrementRelease();
        switch (outcome) {
            case ACCEPTED -> {
                learn();
                if (!accept(nowNs, http.arrivalNs())) {
                    return UNAVAILABLE;
                }
                return notice.kind() == NoticeKind.WIN ? markup(http) : answer(http);
            }
            case EXPIRED, TEST -> {
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

    /**
     * Hands the notice on; false when the exchange must send it again. A browser does not, so that what it says is kept
     * until there is room.
     */
    private boolean accept(final long nowNs, final long arrivalNs) {
        final NoticeToken token = notice.token();
        if (notice.kind() == NoticeKind.ERROR) {
            // What a player could not do says nothing of the customer: it is counted, and not journalled.
            parts.counters().tally().notice(notice, parts.catalogue().get());
            return true;
        }
        final boolean late = notice.kind() == NoticeKind.LOSS && notice.lossReason() == LOST_BY_TIME;
        final long correlationId = ++sequence << SEQUENCE_SHIFT | (long) token.exchange() << EXCHANGE_SHIFT
            | (late ? 1 : 0);
        final int length = report.encode(notice, correlationId, nowNs, message, 0);
        final RejectReason refused = events.report(session, message, 0, length, token, arrivalNs);
        if (refused == null) {
            parts.counters().tally().notice(notice, parts.catalogue().get());
            return true;
        }
        if (refused != RejectReason.OVERLOADED) {
            parts.counters().noticesRefused().incrementRelease();
            return true;
        }
        final boolean browser = notice.kind().isOfMarkup();
        if (browser && retries.keep(message, length, token, arrivalNs)) {
            return true;
        }
        parts.counters().noticesRefused().incrementRelease();
        return browser;
    }

    /**
     * Tells the learner of prices what became of the bid; the first notice of a bid counts. Whoever shows or opens an
     * ad has won it. What was lost for another reason than its price says nothing of prices.
     */
    private void learn() {
        final ShadeFeed feed = parts.prices().feed();
        if (feed == null) {
            return;
        }
        final NoticeToken token = notice.token();
        // What a page says of prices is not believed: it might want to be paid more.
        final boolean markup = notice.kind() == NoticeKind.IMP || notice.kind() == NoticeKind.CLICK;
        final long minToWin = !markup && notice.minToWinMicros() > 0 ? notice.minToWinMicros() : -1;
        if (notice.kind() != NoticeKind.LOSS) {
            feed.onWon(token, minToWin);
        } else if (notice.lossReason() == NoticeRequest.NO_LOSS_REASON
            || notice.lossReason() >= BELOW_AUCTION_FLOOR && notice.lossReason() <= LOST_TO_HIGHER_BID) {
            // What a first-price auction was lost to is what had to be bid.
            final boolean told = minToWin > 0 || notice.priceState() != PriceState.ABOVE_BID;
            feed.onLost(token, told ? minToWin : notice.priceMicros());
        } else {
            feed.onVoid(token);
        }
    }

    /** Takes what a shard says of the event of a notice. Only what came for the first time teaches anything. */
    void onAck(final DirectBuffer buffer, final int offset) {
        ack.wrapAndApplyHeader(buffer, offset, header);
        final AtomicCounter[] outcomes = parts.counters().notices();
        if (ack.status() == AckStatus.ACCEPTED) {
            if ((ack.correlationId() & 1) != 0) {
                onLate((int) (ack.correlationId() >>> EXCHANGE_SHIFT) & EXCHANGE_MASK);
            }
        } else if (ack.status() == AckStatus.DUPLICATE) {
            outcomes[NoticeOutcome.DUPLICATE.ordinal()].incrementRelease();
        } else if (ack.reason() == NoticeOutcome.FORGOTTEN.code()) {
            outcomes[NoticeOutcome.FORGOTTEN.ordinal()].incrementRelease();
        } else {
            parts.counters().noticesRefused().incrementRelease();
        }
    }

    private void onLate(final int exchange) {
        final TimeMargin margin = parts.margins().get(exchange);
        if (margin != null) {
            margin.onAnswer(true, parts.nanoClock().nanoTime());
        }
    }

    /** Tries again what found no room. */
    void onIdle() {
        final int givenUp = retries.drain();
        if (givenUp > 0) {
            parts.counters().noticesRefused().getAndAddRelease(givenUp);
        }
    }

    /** Whether no notice that was answered as taken is held any more; the last time they are given up. */
    boolean isSettled(final boolean last) {
        if (last && !retries.isEmpty()) {
            parts.counters().noticesRefused().getAndAddRelease(retries.giveUp());
        }
        return retries.isEmpty();
    }

    /** The answer to a win is the markup where the exchange's bids have none; one that comes too late gets none. */
    private int markup(final HttpRequest http) {
        final int exchange = notice.token().exchange();
        final BidCatalogue catalogue = parts.catalogue().get();
        if (catalogue.noticeMarkup(exchange) == null) {
            return NO_CONTENT;
        }
        final int length =
            markup.write(reader, http.head(), notice, catalogue, parts.exchanges().find(exchange));
        if (length == NoticeMarkup.NONE) {
            parts.counters().markupMissing().incrementRelease();
            return NO_CONTENT;
        }
        parts.counters().markupServed().incrementRelease();
        sink.send(http.exchangeKey(), OK, markup.contentKind(), markup.buffer(), 0, length);
        return HttpExchangeHandler.ANSWER_FOLLOWS;
    }

    private int answer(final HttpRequest http) {
        if (!notice.kind().isOfMarkup()) {
            return NO_CONTENT;
        }
        if (notice.kind() != NoticeKind.CLICK || !wantsLanding(http.head(), http.queryOffset(), http.queryLength())) {
            return picture(http);
        }
        final int length = land(http.head());
        if (length == 0) {
            return NO_CONTENT;
        }
        sink.send(http.exchangeKey(), FOUND, HttpContentKind.LOCATION, landing, 0, length);
        return HttpExchangeHandler.ANSWER_FOLLOWS;
    }

    /**
     * Writes where a click leads: the page of the catalogue, not one that stands in the URL, because what anybody may
     * write leads nowhere; behind where the exchange counts it, if that is one of its hosts.
     */
    private int land(final DirectBuffer head) {
        final Landing page = parts.catalogue().get().landing(notice.token().creativeId());
        if (page == null || page.isEmpty()) {
            return 0;
        }
        clicked = head;
        location.wrap(landing, 0, MAX_LANDING_BYTES);
        page.writeTo(location, clickValues, value);
        final int length = location.overflowed() ? 0 : location.length();
        final int counting = length == 0 ? 0 : countingUrl(head);
        if (counting == 0) {
            return length;
        }
        // Put aside, because it comes last.
        counted.putBytes(0, landing, 0, length);
        location.wrap(landing, 0, MAX_LANDING_BYTES);
        location.putBytes(value, 0, counting);
        location.putPercentEncoded(counted, 0, length);
        return location.overflowed() ? 0 : location.length();
    }

    /** Where the exchange counts the click; its length, or 0. */
    private int countingUrl(final DirectBuffer head) {
        final byte[][] hosts = clickHosts.get(notice.token().exchange());
        if (hosts == null) {
            return 0;
        }
        final int length = reader.text(head, 'u', value);
        for (final byte[] host : hosts) {
            if (Landing.leadsTo(value, length, host)) {
                return length;
            }
        }
        return 0;
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
