package io.opportune.engine.bidding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.catalogue.AuctionCatalogue;
import io.opportune.engine.catalogue.ExchangeFiles;
import io.opportune.engine.counters.CountTable;
import io.opportune.engine.exchange.ExchangeProfiles;
import io.opportune.engine.exchange.NoticeKind;
import io.opportune.engine.exchange.TimeMargin;
import io.opportune.engine.notice.NoticeKeys;
import io.opportune.engine.notice.NoticeOutcome;
import io.opportune.engine.notice.NoticeReader;
import io.opportune.engine.notice.NoticeRequest;
import io.opportune.engine.notice.NoticeSeal;
import io.opportune.engine.notice.NoticeToken;
import io.opportune.engine.notice.PriceKeyring;
import io.opportune.engine.session.HttpExchangeHandler;
import io.opportune.engine.session.HttpRequest;
import io.opportune.engine.session.HttpResponseSink;
import io.opportune.engine.session.InternalSession;
import io.opportune.engine.shading.ShadeFeed;
import io.opportune.engine.shading.ShadeGrid;
import io.opportune.engine.shading.ShadeLearner;
import io.opportune.engine.shading.ShadeLoop;
import io.opportune.engine.shading.ShadeSettings;
import io.opportune.engine.shading.ShadeTable;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.codec.AckStatus;
import io.opportune.protocol.codec.EventAckEncoder;
import io.opportune.protocol.codec.EventReportDecoder;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.RejectReason;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersReader;
import org.junit.jupiter.api.Test;

/** What becomes of a notice on its event loop, with a pipeline that takes it or is full. */
class NoticeEndpointTest {
    private static final long NOW_NS = 1_790_000_000_000_000_000L;
    private static final long NANO_NS = 5_000_000_000L;
    private static final int CLIENT = 9;
    private static final ExchangeProfiles EXCHANGES = ExchangeFiles.shipped().profiles();
    private static final int GENERIC = EXCHANGES.find("generic").number();
    private static final NoticeKeys KEYS = NoticeKeys.of(List.of(new byte[NoticeKeys.KEY_BYTES]));

    private final BidCounters counters = BidCounters.detached();
    private final Int2ObjectHashMap<TimeMargin> margins = BidParts.margins(EXCHANGES, NANO_NS);
    private final NoticeSeal seal = new NoticeSeal(KEYS);
    private final UnsafeBuffer shadeValues =
        new UnsafeBuffer(ByteBuffer.allocateDirect(2 * CountersReader.COUNTER_LENGTH));
    private final AtomicCounter learned = new AtomicCounter(shadeValues, 0);
    private final AtomicCounter others = new AtomicCounter(shadeValues, 1);
    private final ShadeFeed feed = new ShadeFeed(others);
    private final ShadeLearner learner = new ShadeLearner(ShadeSettings.DEFAULT);
    private final ShadeLoop shades = new ShadeLoop(learner, feed, null, 1_000, () -> NANO_NS,
        new ShadeLoop.Counters(learned, others, others, others, others), error -> { });
    private final List<Long> events = new ArrayList<>();
    private final List<Long> bidTimes = new ArrayList<>();
    private final List<EventType> types = new ArrayList<>();
    private final NoticeEndpoint endpoint = endpoint(counters);
    private RejectReason refusal;
    private long correlationId;
    private int sent;

    private NoticeEndpoint endpoint(final BidCounters counted) {
        final BidSettings settings = new BidSettings("opportune", "", "https://bid.example", 60, 1, 1, CLIENT);
        final BidCatalogue catalogue =
            BidCatalogue.of(AuctionCatalogue.of(AuctionCatalogue.example()), EXCHANGES.all(), settings, null);
        final BidParts parts = new BidParts(settings, EXCHANGES, null, margins, null, null, KEYS,
            PriceKeyring.of(java.util.Map.of()), () -> catalogue, null, counted, () -> NANO_NS, () -> NOW_NS,
            BidExplanations.NONE, new BidPrices(null, false, feed, BidMultiplier.NONE));
        final HttpResponseSink sink = new HttpResponseSink() {
            @Override
            public Delivery send(
                final long exchangeKey, final int status, final int contentKind, final DirectBuffer buffer,
                final int offset, final int lengthBytes) {
                sent = status;
                return Delivery.SENT;
            }

            @Override
            public int maxBodyBytes() {
                return 1_024;
            }

            @Override
            public void wake() {
                // Nobody sleeps.
            }
        };
        return new NoticeEndpoint(parts, seal, sink, new InternalSession(1, CLIENT),
            (session, buffer, offset, lengthBytes, token, arrivalNs) -> {
                assertEquals(CLIENT, session.clientIndex());
                if (refusal == null) {
                    final EventReportDecoder report = new EventReportDecoder()
                        .wrapAndApplyHeader(buffer, offset, new MessageHeaderDecoder());
                    correlationId = report.correlationId();
                    events.add(report.eventId().low());
                    types.add(report.eventType());
                    bidTimes.add(token.businessTimeNs());
                }
                return refusal;
            });
    }

    private String token(final long decision, final boolean test) {
        final UnsafeBuffer text = new UnsafeBuffer(new byte[NoticeSeal.TOKEN_LENGTH]);
        seal.seal(new NoticeToken().kinds(0x3f).exchange(GENERIC).decisionId(1, decision).rootKey(7, 8)
            .offer(11, 12, 13).bidPrice(2_000, 840).shade(32, false, 0, false).test(test)
            .businessTimeNs(NOW_NS - decision).expiryNs(NOW_NS + 1_000_000_000), text, 0);
        return text.getStringWithoutLengthAscii(0, NoticeSeal.TOKEN_LENGTH);
    }

    private int get(final NoticeEndpoint from, final NoticeKind kind, final String query) {
        final String target = NoticeReader.PREFIX + kind.word() + '?' + query;
        final UnsafeBuffer head = new UnsafeBuffer(target.getBytes(StandardCharsets.US_ASCII));
        final int queryAt = target.indexOf('?') + 1;
        final HttpRequest request = (HttpRequest) Proxy.newProxyInstance(
            HttpRequest.class.getClassLoader(), new Class<?>[] {HttpRequest.class},
            (proxy, method, arguments) -> switch (method.getName()) {
                case "head" -> head;
                case "parameterOffset" -> NoticeReader.PREFIX.length();
                case "queryOffset" -> queryAt;
                case "queryLength" -> target.length() - queryAt;
                case "arrivalNs", "exchangeKey" -> 3L;
                default -> throw new IllegalStateException(method.getName());
            });
        sent = 0;
        final int status = from.onNotice(request);
        return status == HttpExchangeHandler.ANSWER_FOLLOWS ? sent : status;
    }

    private void acknowledge(final NoticeEndpoint to, final AckStatus status, final ReasonCode reason) {
        final UnsafeBuffer ack = new UnsafeBuffer(new byte[128]);
        new EventAckEncoder().wrapAndApplyHeader(ack, 8, new MessageHeaderEncoder())
            .correlationId(correlationId).status(status).reason(reason.code());
        to.onAck(ack, 8);
    }

    private long notices(final NoticeOutcome outcome) {
        return counters.notices()[outcome.ordinal()].get();
    }

    private long margin() {
        return margins.get(GENERIC).marginNs(NANO_NS);
    }

    /** One repeated loss took the margin from one bound to the other. */
    @Test
    void shouldLearnOnceFromALossThatIsRepeated() {
        final String loss = "l=2&t=" + token(1, false);
        final long before = margin();
        assertEquals(204, get(endpoint, NoticeKind.LOSS, loss));
        assertEquals(before, margin(), "not before it is known to be new");
        acknowledge(endpoint, AckStatus.ACCEPTED, ReasonCode.NONE);
        final long once = margin();
        assertTrue(once > before);
        for (int i = 0; i < 64; i++) {
            assertEquals(204, get(endpoint, NoticeKind.LOSS, loss));
            acknowledge(endpoint, AckStatus.DUPLICATE, ReasonCode.DUPLICATE_EVENT);
        }
        assertEquals(once, margin());
        assertEquals(64, notices(NoticeOutcome.DUPLICATE));
        assertEquals(65, notices(NoticeOutcome.ACCEPTED));
        get(endpoint, NoticeKind.LOSS, "l=102&t=" + token(2, false));
        acknowledge(endpoint, AckStatus.ACCEPTED, ReasonCode.NONE);
        assertEquals(once, margin(), "lost to a higher bid");
    }

    /** The notice comes to another event loop than the one that answers bids, and both have the same margin. */
    @Test
    void shouldLearnForAllEventLoops() {
        final NoticeEndpoint other = endpoint(BidCounters.detached());
        final long before = margin();
        get(other, NoticeKind.LOSS, "l=2&t=" + token(1, false));
        acknowledge(other, AckStatus.ACCEPTED, ReasonCode.NONE);
        assertTrue(margin() > before);
    }

    @Test
    void shouldAskForWhatFoundNoRoomAgain() {
        refusal = RejectReason.OVERLOADED;
        for (final NoticeKind kind : new NoticeKind[] {NoticeKind.WIN, NoticeKind.BILL, NoticeKind.LOSS}) {
            assertEquals(503, get(endpoint, kind, "t=" + token(1, false)), kind::word);
        }
        assertEquals(3, counters.noticesRefused().get());
        refusal = null;
        assertEquals(204, get(endpoint, NoticeKind.BILL, "t=" + token(1, false)));
        assertEquals(1, events.size());
    }

    @Test
    void shouldKeepWhatABrowserSaysUntilThereIsRoom() {
        refusal = RejectReason.OVERLOADED;
        for (int i = 0; i < NoticeRetries.CAPACITY + 5; i++) {
            assertEquals(200, get(endpoint, NoticeKind.IMP, "t=" + token(i, false)));
        }
        assertEquals(5, counters.noticesRefused().get(), "there is room for so many only");
        endpoint.onIdle();
        assertEquals(0, events.size());
        refusal = null;
        endpoint.onIdle();
        assertEquals(NoticeRetries.CAPACITY, events.size());
        assertEquals(NoticeRetries.CAPACITY, events.stream().distinct().count());
        for (int i = 0; i < NoticeRetries.CAPACITY; i++) {
            assertEquals(NOW_NS - i, bidTimes.get(i), "in order, each with the time of its bid");
        }
        endpoint.onIdle();
        assertEquals(NoticeRetries.CAPACITY, events.size());
    }

    @Test
    void shouldHandOnWhatItHoldsBeforeItEnds() {
        assertTrue(endpoint.isSettled(false));
        refusal = RejectReason.OVERLOADED;
        for (int i = 0; i < 3; i++) {
            get(endpoint, NoticeKind.CLICK, "t=" + token(i, false));
        }
        endpoint.onIdle();
        assertFalse(endpoint.isSettled(false));
        refusal = null;
        endpoint.onIdle();
        assertTrue(endpoint.isSettled(true));
        assertEquals(3, events.size());
        refusal = RejectReason.OVERLOADED;
        get(endpoint, NoticeKind.CLICK, "t=" + token(3, false));
        endpoint.onIdle();
        assertEquals(0, counters.noticesRefused().get());
        assertTrue(endpoint.isSettled(true), "no more time");
        assertEquals(1, counters.noticesRefused().get());
    }

    @Test
    void shouldNotAskAgainForWhatWillNeverBeTaken() {
        refusal = RejectReason.INVALID_FIELD;
        assertEquals(204, get(endpoint, NoticeKind.LOSS, "t=" + token(1, false)));
        assertEquals(200, get(endpoint, NoticeKind.IMP, "t=" + token(1, false)));
        assertEquals(2, counters.noticesRefused().get());
        refusal = null;
        endpoint.onIdle();
        assertEquals(0, events.size());
    }

    @Test
    void shouldReportHowFarAnAdPlayed() {
        final List<NoticeKind> kinds = Arrays.stream(NoticeKind.values())
            .filter(kind -> kind.isEvent() && kind != NoticeKind.ERROR).toList();
        for (final NoticeKind kind : kinds) {
            assertEquals(200, get(endpoint, kind, "t=" + token(1, false)), kind::word);
        }
        assertEquals(List.of(EventType.MEDIA_START, EventType.MEDIA_FIRST_QUARTILE, EventType.MEDIA_MIDPOINT,
            EventType.MEDIA_THIRD_QUARTILE, EventType.MEDIA_COMPLETE, EventType.MEDIA_SKIP), types);
        assertEquals(kinds.size(), events.stream().distinct().count(), "each is an event of its own");
        get(endpoint, NoticeKind.MIDPOINT, "t=" + token(1, false));
        assertEquals(events.get(2), events.getLast(), "repeated it is the same");
        refusal = RejectReason.OVERLOADED;
        assertEquals(200, get(endpoint, NoticeKind.COMPLETE, "t=" + token(2, false)), "a player does not ask again");
        refusal = null;
        endpoint.onIdle();
        assertEquals(EventType.MEDIA_COMPLETE, types.getLast());
    }

    @Test
    void shouldCountErrorsOfPlayersByTheirHundred() {
        counters.tally().exchanges().reserve(GENERIC);
        for (final String code : new String[] {"401", "405", "900", "[ERRORCODE]"}) {
            assertEquals(200, get(endpoint, NoticeKind.ERROR, "x=" + code + "&t=" + token(1, false)));
        }
        assertEquals(0, events.size(), "they say nothing of the customer");
        assertEquals(4, notices(NoticeOutcome.ACCEPTED));
        final CountTable counted = counters.tally().exchanges();
        assertEquals(2, counted.get(GENERIC, BidColumn.error(402)));
        assertEquals(1, counted.get(GENERIC, BidColumn.error(900)));
        assertEquals(1, counted.get(GENERIC, BidColumn.error(NoticeRequest.NO_ERROR_CODE)));
        assertEquals(4, counted.get(GENERIC, BidColumn.notice(NoticeKind.ERROR)));
        assertEquals("error_4xx", BidColumn.errorLabel(4));
    }

    @Test
    void shouldCountNoticesOfTestsApart() {
        final String test = "l=2&t=" + token(1, true);
        assertEquals(204, get(endpoint, NoticeKind.WIN, test));
        assertEquals(204, get(endpoint, NoticeKind.LOSS, test));
        assertEquals(200, get(endpoint, NoticeKind.IMP, test));
        assertEquals(0, events.size());
        assertEquals(3, notices(NoticeOutcome.TEST));
        assertEquals(0, notices(NoticeOutcome.ACCEPTED));
    }

    @Test
    void shouldCountWhatTheShardRefuses() {
        get(endpoint, NoticeKind.BILL, "t=" + token(1, false));
        acknowledge(endpoint, AckStatus.REJECTED, ReasonCode.NOTICE_FORGOTTEN);
        assertEquals(1, notices(NoticeOutcome.FORGOTTEN));
        acknowledge(endpoint, AckStatus.REJECTED, ReasonCode.JOURNAL_UNAVAILABLE);
        assertEquals(1, counters.noticesRefused().get());
    }

    /** A bid of 2.00 CPM that is half of the value; what is learned afterwards of prices. */
    private double learnedFrom(final NoticeKind kind, final String query) {
        final UnsafeBuffer entry = new UnsafeBuffer(new byte[ShadeFeed.ENTRY_BYTES]);
        final long before = learned.get();
        for (int i = 0; i < 300; i++) {
            final long decision = before * 1_000 + i;
            ShadeFeed.encode(new NoticeToken().exchange(GENERIC).decisionId(1, decision).offer(11, 12, 13)
                .bidPrice(2_000, 840).shade(32, false, 0, false), entry, 0);
            feed.onBid(entry, 0);
            get(endpoint, kind, query + "&t=" + token(decision, false));
        }
        shades.doWork();
        return ShadeGrid.shade(ShadeTable.stepOf(learner.publish().choose(GENERIC, false, 13, 840, 0, 0, 4_000, -1)));
    }

    @Test
    void shouldTellTheLearnerOfPricesWhatBecameOfBids() {
        assertEquals(0.75, learnedFrom(NoticeKind.LOSS, "l=102&m=3.00"), 0.06, "what was said to be enough");
        assertEquals(300, learned.get());
        assertEquals(0.3, learnedFrom(NoticeKind.WIN, "p=2.00&m=1.20"), 0.06);
        assertEquals(600, learned.get());
    }

    @Test
    void shouldLearnFromThePriceThatABidWasLostTo() {
        assertEquals(0.75, learnedFrom(NoticeKind.LOSS, "l=102&p=3.00"), 0.06);
    }

    @Test
    void shouldNotBelieveWhatAPageSaysOfPrices() {
        assertTrue(learnedFrom(NoticeKind.IMP, "m=3.90") <= 0.51, "won, and no more is known");
        assertEquals(300, learned.get());
    }

    @Test
    void shouldLearnNothingOfPricesFromOtherLosses() {
        for (final String reason : new String[] {"2", "1", "103", "203", "1000"}) {
            learnedFrom(NoticeKind.LOSS, "l=" + reason + "&m=3.00");
        }
        assertEquals(0, learned.get());
        for (final String reason : new String[] {"100", "101", "102", ""}) {
            learnedFrom(NoticeKind.LOSS, "l=" + reason);
        }
        assertEquals(1_200, learned.get());
    }
}
