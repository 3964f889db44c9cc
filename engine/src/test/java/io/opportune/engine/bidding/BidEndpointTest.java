package io.opportune.engine.bidding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.admission.CustomerKeys;
import io.opportune.engine.catalogue.AuctionCatalogue;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.ExchangeFiles;
import io.opportune.engine.exchange.CurrencyRates;
import io.opportune.engine.exchange.ExchangeProfile;
import io.opportune.engine.exchange.ExchangeProfiles;
import io.opportune.engine.exchange.RateBoard;
import io.opportune.engine.identity.Pseudonymiser;
import io.opportune.engine.identity.PseudonymKey;
import io.opportune.engine.notice.NoticeKeys;
import io.opportune.engine.notice.PriceKeyring;
import io.opportune.engine.privacy.PrivacySettings;
import io.opportune.engine.session.ClientSession;
import io.opportune.engine.session.HttpContentCoding;
import io.opportune.engine.session.HttpContentKind;
import io.opportune.engine.session.HttpExchangeHandler;
import io.opportune.engine.session.HttpRequest;
import io.opportune.engine.session.HttpResponseSink;
import io.opportune.engine.session.MessageHandler;
import io.opportune.engine.session.ResponseSink;
import io.opportune.protocol.Sofh;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.DecisionResponseEncoder;
import io.opportune.protocol.codec.DecisionStatus;
import io.opportune.protocol.codec.EventReportDecoder;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.RejectReason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The endpoint alone: what answers tell of the network, and what a failure costs. The test is clock and shard. */
class BidEndpointTest {
    private static final String CATALOGUE = """
        attributes: []
        advertisers:
          - {id: dairy, name: Dairy, adomain: [dairy.example], cat: [IAB8-18], lang: en}
        campaigns:
          - id: milk
            advertiser: dairy
            flights: [{start: 2017-01-01, end: 2037-01-01}]
            budget: {amount: "1.00", currency: USD}
        offers:
          - id: milk
            campaign: milk
            category: dairy
            value: "0.10"
            propensity: 0.02
            channels: [ad_exchange]
            creatives:
              - id: milk-300x250
                title: Milk
                banner: {w: 300, h: 250, image: https://cdn.example/m.png, click: "https://dairy.example/"}
        placements:
          - {id: ad_exchange, channels: [ad_exchange], offers: 1, time_budget: 50ms}
        """;
    private static final byte[] BODY = """
        {"id":"r","tmax":100,"cur":["USD"],"imp":[{"id":"1","banner":{"w":300,"h":250}}]}"""
        .getBytes(StandardCharsets.UTF_8);
    private static final int USD = 840;
    private static final int BIDS_IN_FLIGHT = 2;

    private final Catalogue catalogue = AuctionCatalogue.of(CATALOGUE);
    private final ExchangeProfiles exchanges = ExchangeFiles.shipped().profiles();
    private final ExchangeProfile.Time time = exchanges.all().stream()
        .filter(each -> each.id().equals(ExchangeFiles.GENERIC)).findFirst().orElseThrow().time();
    private final double stepNs = (time.maxMarginNs() - time.minMarginNs()) / 64.0;
    private final BidCounters counters = BidCounters.detached();
    private final StubSink sink = new StubSink();
    private final HoldingShard shard = new HoldingShard();
    private long nowNs = TimeUnit.DAYS.toNanos(1);
    private long decisions;
    private final List<String> events = new ArrayList<>();
    private long keys;
    private BidEndpoint endpoint;

    /** What was sent, by the request's key. */
    private static final class StubSink implements HttpResponseSink {
        final List<Long> sent = new ArrayList<>();
        Delivery delivery = Delivery.SENT;
        long failsAt = -1;

        @Override
        public Delivery send(
            final long exchangeKey, final int status, final int contentKind, final DirectBuffer buffer,
            final int offset, final int lengthBytes) {
            if (exchangeKey == failsAt) {
                throw new AssertionError("the stub was told to fail");
            }
            sent.add(exchangeKey);
            return delivery;
        }

        @Override
        public int maxBodyBytes() {
            return 1 << 16;
        }

        @Override
        public void wake() {
            throw new AssertionError("there is one thread only");
        }
    }

    /** Keeps the questions until the test answers them. */
    private static final class HoldingShard implements MessageHandler {
        final List<Long> correlationIds = new ArrayList<>();
        ResponseSink answers;

        @Override
        public RejectReason onMessage(
            final ClientSession session, final int templateId, final DirectBuffer buffer, final int offset,
            final int lengthBytes, final long arrivalNs) {
            correlationIds.add(new DecisionRequestDecoder()
                .wrapAndApplyHeader(buffer, offset, new MessageHeaderDecoder()).correlationId());
            return null;
        }

        @Override
        public void onReadBatchEnd() {
            // The test answers.
        }

        @Override
        public void onIdle() {
            // The test answers.
        }

        @Override
        public String lastRefusal() {
            return "";
        }
    }

    /** A request for a bid; it keeps the deadline that it was given. */
    private final class Request implements HttpRequest {
        final long key = ++keys;
        final UnsafeBuffer head = new UnsafeBuffer(ExchangeFiles.GENERIC.getBytes(StandardCharsets.US_ASCII));
        UnsafeBuffer body = new UnsafeBuffer(BODY);
        long deadlineNs;

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
            return HttpContentKind.JSON;
        }

        @Override
        public int openRtbVersion() {
            return 0;
        }

        @Override
        public boolean globalPrivacyControl() {
            return false;
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
            return BODY.length;
        }

        @Override
        public long arrivalNs() {
            return nowNs;
        }

        @Override
        public void deadlineNs(final long newDeadlineNs) {
            deadlineNs = newDeadlineNs;
        }

        /** What was kept of {@code tmax} for the network. */
        double marginNs() {
            return nowNs + TimeUnit.MILLISECONDS.toNanos(100) - deadlineNs;
        }
    }

    @BeforeEach
    void make() {
        final BidSettings settings = new BidSettings(
            "opportune", "ad_exchange", "https://bid.example", 3600, TimeUnit.DAYS.toNanos(1), BIDS_IN_FLIGHT, 0);
        final BidCatalogue prepared = BidCatalogue.of(catalogue, exchanges.all(), settings, null);
        final BidParts parts = new BidParts(settings, exchanges, BidParts.limits(exchanges, nowNs),
            BidParts.margins(exchanges, nowNs), new RateBoard(CurrencyRates.none(USD), RateBoard.NO_LIMIT),
            PrivacySettings.builder().build(), NoticeKeys.of(List.of(new byte[32])),
            PriceKeyring.of(Map.of()), () -> prepared,
            new CustomerKeys(new Pseudonymiser(PseudonymKey.of(new byte[16])), null), counters, () -> nowNs,
            () -> TimeUnit.DAYS.toNanos(20_000), BidExplanations.NONE,
            BidPrices.UNSHADED);
        endpoint = new BidEndpoint(parts, sink, answers -> {
            shard.answers = answers;
            return shard;
        }, made -> (session, buffer, offset, lengthBytes, token, arrivalNs) -> {
            final EventReportDecoder event =
                new EventReportDecoder().wrapAndApplyHeader(buffer, offset, new MessageHeaderDecoder());
            events.add(event.eventType() + " " + event.decisionId().low() + " " + event.offerId());
            return null;
        });
    }

    private Request ask() {
        final Request request = new Request();
        assertEquals(HttpExchangeHandler.ANSWER_FOLLOWS, endpoint.onRequest(request));
        return request;
    }

    /** The shard answers the oldest question with its one offer. */
    private void decide() {
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[512]);
        final DecisionResponseEncoder response = new DecisionResponseEncoder()
            .wrapAndApplyHeader(frame, Sofh.HEADER_LENGTH_BYTES, new MessageHeaderEncoder());
        response.correlationId(shard.correlationIds.removeFirst()).status(DecisionStatus.OFFERS);
        response.decisionId().high(1).low(++decisions);
        response.offersCount(1).next().offerId(catalogue.offer(0).offerId())
            .creativeId(AuctionCatalogue.creative(catalogue, "milk-300x250").creativeId())
            .currency(USD).score(2_000);
        response.explanationsCount(0);
        response.textsCount(0);
        Sofh.encode(frame, 0, response.limit());
        assertTrue(shard.answers.send(0, frame, 0, response.limit()));
    }

    private Request askAndDecide() {
        final Request request = ask();
        decide();
        assertEquals(request.key, sink.sent.getLast());
        return request;
    }

    @Test
    void shouldLowerTheMarginWithAnswersThatWereSent() {
        final double before = askAndDecide().marginNs();
        assertEquals(time.marginNs(), before);
        assertEquals(1, counters.responses().get());
        assertEquals(before - stepNs * time.lateTarget(), askAndDecide().marginNs(), 2);
    }

    private String loss(final int decision) {
        return EventType.LOSS + " " + decision + " " + catalogue.offer(0).offerId();
    }

    /** What no exchange will ever see is free at once. */
    @Test
    void shouldGiveFreeWhatWasBidInAResponseThatDidNotGoOut() {
        askAndDecide();
        assertEquals(List.of(), events, "it is bid");
        sink.delivery = HttpResponseSink.Delivery.DROPPED;
        askAndDecide();
        assertEquals(List.of(loss(2)), events);
        sink.delivery = HttpResponseSink.Delivery.SENT;
        sink.failsAt = ask().key;
        decide();
        assertThrows(AssertionError.class, endpoint::onReadBatchEnd);
        assertEquals(List.of(loss(2), loss(3)), events);
    }

    @Test
    void shouldGiveFreeWhatIsDecidedTooLate() {
        ask();
        nowNs += TimeUnit.MILLISECONDS.toNanos(100);
        endpoint.onIdle();
        assertEquals(List.of(), events, "nothing has been decided yet");
        decide();
        assertEquals(List.of(loss(1)), events);
        // Also when another request has taken its place.
        ask();
        nowNs += TimeUnit.MILLISECONDS.toNanos(100);
        endpoint.onIdle();
        ask();
        decide();
        assertEquals(List.of(loss(1), loss(2)), events);
        decide();
        assertEquals(List.of(loss(1), loss(2)), events, "in time");
    }

    @Test
    void shouldLearnNothingFromAnswersThatWereDropped() {
        sink.delivery = HttpResponseSink.Delivery.DROPPED;
        for (int i = 0; i < 10; i++) {
            assertEquals(time.marginNs(), askAndDecide().marginNs());
        }
        assertEquals(10, counters.responses().get());
    }

    @Test
    void shouldRaiseTheMarginOnceWhenTheExchangeDoesNotWait() {
        final Request left = ask();
        nowNs += TimeUnit.MILLISECONDS.toNanos(100) - time.maxMarginNs();
        endpoint.onClientLeft(left.key + 100);
        endpoint.onClientLeft(left.key);
        endpoint.onClientLeft(left.key);
        decide();
        assertEquals(left.key, sink.sent.getLast(), "it may have ended its side only");
        endpoint.onClientLeft(left.key);
        assertEquals(time.marginNs() + stepNs * (1 - time.lateTarget()), askAndDecide().marginNs(), 2);
    }

    /** However slow the network is, the exchange's patience cannot have ended yet: it went for a reason of its own. */
    @Test
    void shouldLearnNothingFromWhoGoesTooEarlyToHaveWaited() {
        for (int i = 0; i < 10; i++) {
            final Request left = ask();
            nowNs += TimeUnit.MILLISECONDS.toNanos(100) - time.maxMarginNs() - 1;
            endpoint.onClientLeft(left.key);
            decide();
        }
        final Request next = new Request();
        assertEquals(HttpExchangeHandler.ANSWER_FOLLOWS, endpoint.onRequest(next));
        assertTrue(next.marginNs() <= time.marginNs(), "neither late nor in time: " + next.marginNs());
        assertTrue(next.marginNs() > time.marginNs() - stepNs, "as configured: " + next.marginNs());
    }

    @Test
    void shouldRespondToTheOthersWhenOneResponseFails() {
        final Request failing = ask();
        final Request other = ask();
        sink.failsAt = failing.key;
        nowNs += TimeUnit.MILLISECONDS.toNanos(100);
        final AssertionError reported = assertThrows(AssertionError.class, endpoint::onIdle);
        assertEquals("the stub was told to fail", reported.getMessage());
        assertEquals(List.of(other.key), sink.sent);
        endpoint.onIdle();
        assertEquals(List.of(other.key), sink.sent);
        shard.correlationIds.clear();
        for (int i = 0; i < 10 * BIDS_IN_FLIGHT; i++) {
            askAndDecide();
        }
        assertEquals(0, counters.noBids()[NoBid.OVERLOAD.ordinal()].get());
        assertEquals(1, counters.noBids()[NoBid.TECHNICAL_ERROR.ordinal()].get());
    }

    @Test
    void shouldNotFailTheShardWhoseAnswerCannotBeSent() {
        sink.failsAt = ask().key;
        decide();
        assertThrows(AssertionError.class, endpoint::onReadBatchEnd);
        endpoint.onReadBatchEnd();
        askAndDecide();
    }

    @Test
    void shouldFreeTheSlotOfARequestThatFails() {
        for (int i = 0; i < 3 * BIDS_IN_FLIGHT; i++) {
            final Request broken = new Request();
            broken.body = null;
            assertThrows(NullPointerException.class, () -> endpoint.onRequest(broken));
        }
        askAndDecide();
    }
}
