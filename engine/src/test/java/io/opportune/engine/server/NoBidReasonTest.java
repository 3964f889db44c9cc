package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opportune.engine.bidding.BidCatalogue;
import io.opportune.engine.bidding.BidCounters;
import io.opportune.engine.bidding.BidEndpoint;
import io.opportune.engine.bidding.BidExplanations;
import io.opportune.engine.bidding.BidParts;
import io.opportune.engine.bidding.BidPrices;
import io.opportune.engine.bidding.BidReport;
import io.opportune.engine.bidding.BidSettings;
import io.opportune.engine.bidding.BidTallies;
import io.opportune.engine.bidding.NoBid;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.catalogue.Creative;
import io.opportune.engine.catalogue.ExchangeFiles;
import io.opportune.engine.catalogue.LoadResult;
import io.opportune.engine.exchange.CurrencyRates;
import io.opportune.engine.exchange.ExchangeProfiles;
import io.opportune.engine.exchange.RateBoard;
import io.opportune.engine.notice.NoticeKeys;
import io.opportune.engine.notice.PriceKeyring;
import io.opportune.engine.privacy.PrivacySettings;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.session.ClientSession;
import io.opportune.engine.session.HttpContentCoding;
import io.opportune.engine.session.HttpContentKind;
import io.opportune.engine.session.HttpExchangeHandler;
import io.opportune.engine.session.HttpRequest;
import io.opportune.engine.session.HttpResponseSink;
import io.opportune.engine.session.MessageHandler;
import io.opportune.engine.session.ResponseSink;
import io.opportune.engine.shading.ShadeLearner;
import io.opportune.engine.shading.ShadeSettings;
import io.opportune.engine.shading.ShadeTable;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.Sofh;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.DecisionResponseEncoder;
import io.opportune.protocol.codec.DecisionStatus;
import io.opportune.protocol.codec.DiscountType;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.NameKind;
import io.opportune.protocol.codec.RejectReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each reason for no bid is told by one nbr and counted once, by exchange and, where it is to blame, campaign. */
@Timeout(60)
class NoBidReasonTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final String IMP = "{\"id\":\"1\",\"banner\":{\"w\":300,\"h\":250}%s}";
    private static final String PROFILE = """
        exchange: corner
        number: 1000
        name: Corner Exchange
        currencies: [USD]
        limits: {requests_per_second: %d, markup_bytes: %d}
        wire: {no_bid: nbr_200, test: no_bid}
        sources: {currencies: own, limits.requests_per_second: own, limits.markup_bytes: own, wire.no_bid: own,
          wire.test: own}
        """;

    /** What stands at the other end of the endpoint, both ways. */
    private static final class Around implements HttpRequest, HttpResponseSink, MessageHandler {
        private final UnsafeBuffer head = new UnsafeBuffer("corner".getBytes(StandardCharsets.US_ASCII));
        private final UnsafeBuffer body = new UnsafeBuffer(0, 0);
        private final UnsafeBuffer frame = new UnsafeBuffer(new byte[1024]);
        private final MessageHeaderDecoder header = new MessageHeaderDecoder();
        private final DecisionRequestDecoder request = new DecisionRequestDecoder();
        private final DecisionResponseEncoder response = new DecisionResponseEncoder();
        private final MessageHeaderEncoder encoded = new MessageHeaderEncoder();
        private ResponseSink answers;
        private DecisionStatus decision = DecisionStatus.OFFERS;
        private boolean answering = true;
        private RejectReason refusal;
        private int offerId;
        private int creativeId;
        private long arrivalNs;
        private String answer;
        private int status;

        @Override
        public RejectReason onMessage(
            final ClientSession session, final int templateId, final DirectBuffer buffer, final int offset,
            final int lengthBytes, final long atNs) {
            if (refusal == null && answering) {
                request.wrapAndApplyHeader(buffer, offset, header);
                response.wrapAndApplyHeader(frame, Sofh.HEADER_LENGTH_BYTES, encoded);
                response.correlationId(request.correlationId()).status(decision).reason(ReasonCode.NONE.code());
                response.decisionId().high(1).low(2);
                final int offers = decision == DecisionStatus.OFFERS ? 1 : 0;
                final DecisionResponseEncoder.OffersEncoder group = response.offersCount(offers);
                if (offers > 0) {
                    group.next().offerId(offerId).creativeId(creativeId).currency(840).score(2_000.0)
                        .discountType(DiscountType.NONE);
                }
                response.explanationsCount(0);
                response.textsCount(0);
                answers.send(session.sessionKey(), frame, 0, Sofh.HEADER_LENGTH_BYTES
                    + MessageHeaderEncoder.ENCODED_LENGTH + response.encodedLength());
            }
            return refusal;
        }

        @Override
        public Delivery send(
            final long exchangeKey, final int newStatus, final int contentKind, final DirectBuffer buffer,
            final int offset, final int lengthBytes) {
            status = newStatus;
            answer = lengthBytes == 0 ? "" : buffer.getStringWithoutLengthUtf8(offset, lengthBytes);
            return Delivery.SENT;
        }

        @Override
        public String lastRefusal() {
            return "refused";
        }

        @Override
        public void onReadBatchEnd() {
            // Answered at once.
        }

        @Override
        public void onIdle() {
            // Answered at once.
        }

        @Override
        public int maxBodyBytes() {
            return 1 << 20;
        }

        @Override
        public void wake() {
            // One thread.
        }

        @Override
        public long exchangeKey() {
            return 1;
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
            return 0x206;
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
            return body.capacity();
        }

        @Override
        public long arrivalNs() {
            return arrivalNs;
        }

        @Override
        public void deadlineNs(final long deadlineNs) {
            // The clock stands still.
        }
    }

    @TempDir
    Path folder;

    private final NameRegistry registry = new NameRegistry((kind, id, name) -> { });
    private final Around around = new Around();
    private Catalogue catalogue;
    private BidCounters counters;
    private BidTallies tallies;
    private BidEndpoint endpoint;
    private BidPrices prices = BidPrices.UNSHADED;
    private long nowNs = 1_000 * SECOND;

    @BeforeEach
    void load() throws IOException {
        Files.writeString(Files.createDirectory(folder.resolve("catalogue")).resolve("all.yaml"), BidServer.CATALOGUE);
        final LoadResult loaded =
            CatalogueLoader.load(folder.resolve("catalogue"), registry, CatalogueLoader.Previous.none());
        catalogue = loaded.catalogue();
        around.offerId = registry.find(NameKind.OFFER, "milk-online");
        final Creative creative =
            catalogue.offer(catalogue.offerIndexOf(around.offerId)).auctionCreative(0);
        around.creativeId = creative.creativeId();
        around.arrivalNs = nowNs;
    }

    private void make(final int requestsPerSecond, final int markupBytes, final String placement) throws IOException {
        final Path profiles = Files.createDirectory(folder.resolve("exchanges"));
        Files.writeString(profiles.resolve("corner.yaml"), PROFILE.formatted(requestsPerSecond, markupBytes));
        final ExchangeFiles.Result read = ExchangeFiles.load(profiles);
        assertEquals(List.of(), read.errors());
        final ExchangeProfiles exchanges = read.profiles();
        final BidSettings settings = new BidSettings("opportune", placement, "https://bid.example", 60, SECOND, 1, 0);
        tallies = new BidTallies(exchanges, registry, List.of());
        final BidCounters detached = BidCounters.detached();
        counters = new BidCounters(detached.requests(), detached.unknownExchange(), detached.malformed(),
            detached.refused(), detached.responses(), detached.bids(), detached.contextual(), detached.customers(),
            detached.noBids(), detached.notices(), detached.noticesRefused(),
            detached.markupServed(), detached.markupMissing(), detached.explained(),
            detached.explainRefused(), detached.shaded(), detached.explored(),
            detached.firstPrice(), detached.shades(), detached.otherVersions(), tallies.add(catalogue));
        final BidCatalogue prepared = BidCatalogue.of(catalogue, exchanges.all(), settings, null);
        final BidParts parts = new BidParts(settings, exchanges, BidParts.limits(exchanges, nowNs),
            BidParts.margins(exchanges, nowNs), new RateBoard(CurrencyRates.none(840), RateBoard.NO_LIMIT),
            PrivacySettings.builder().build(),
            NoticeKeys.of(List.of(new byte[NoticeKeys.KEY_BYTES])), PriceKeyring.load(exchanges, folder, Map.of()),
            () -> prepared, null, counters, () -> nowNs, SystemEpochNanoClock.INSTANCE, BidExplanations.NONE,
            prices);
        endpoint = new BidEndpoint(parts, around, answers -> {
            around.answers = answers;
            return around;
        }, admission -> (session, message, offset, lengthBytes, token, arrivalNs) -> RejectReason.OVERLOADED);
    }

    private int post(final String imps, final String more) {
        around.body.wrap(("{\"id\":\"r\",\"tmax\":100,\"imp\":[" + imps + "]" + more + "}")
            .getBytes(StandardCharsets.UTF_8));
        around.answer = "";
        around.status = 0;
        final int status = endpoint.onRequest(around);
        endpoint.onReadBatchEnd();
        return status == HttpExchangeHandler.ANSWER_FOLLOWS ? around.status : status;
    }

    /** Makes a request that gets no bid for the reason; whether the campaign is told, too. */
    private boolean provoke(final NoBid reason) throws IOException {
        final String imp = IMP.formatted("");
        final String private1 = ",\"pmp\":{\"private_auction\":1,\"deals\":[{\"id\":\"d\",\"bidfloor\":99}]}";
        make(reason == NoBid.RATE_LIMIT ? 1 : 0, reason == NoBid.TOO_LONG ? 10 : 0,
            reason == NoBid.NO_PLACEMENT ? "nowhere" : "ad_exchange");
        switch (reason) {
            case TECHNICAL_ERROR -> {
                around.refusal = RejectReason.INVALID_FIELD;
                post(imp, "");
            }
            case INVALID_REQUEST -> post("{\"id\":\"1\"}", "");
            case INSUFFICIENT_TIME -> {
                around.arrivalNs = nowNs - SECOND;
                post(imp, "");
            }
            case NO_OFFER -> {
                around.decision = DecisionStatus.NO_OFFER;
                post(imp, "");
            }
            case BELOW_FLOOR -> post(IMP.formatted(",\"bidfloor\":2.5"), "");
            case NO_DEAL -> post(IMP.formatted(private1), "");
            case CURRENCY -> post(imp, ",\"cur\":[\"EUR\"]");
            case SEAT -> post(imp, ",\"wseat\":[\"other\"]");
            case CREATIVE -> {
                around.creativeId = Integer.MAX_VALUE;
                post(imp, "");
            }
            case TEST -> post(imp, ",\"test\":1");
            case RATE_LIMIT -> {
                while (counters.noBids()[reason.ordinal()].get() == 0) {
                    post(imp, "");
                }
            }
            case OVERLOAD -> {
                around.answering = false;
                post(imp, "");
                post(imp, "");
            }
            case NO_PLACEMENT, TOO_LONG -> post(imp, "");
            default -> throw new AssertionError(reason);
        }
        return List.of(NoBid.BELOW_FLOOR, NoBid.NO_DEAL, NoBid.CURRENCY, NoBid.CREATIVE, NoBid.TOO_LONG)
            .contains(reason);
    }

    /** The two left out are told of impressions only, beside others that were looked at or bid for. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = {"TOO_MANY_IMPS", "POD"})
    void shouldHaveOneReasonForEachRequestWithoutABid(final NoBid reason) throws Exception {
        final boolean ofCampaign = provoke(reason);
        for (final NoBid each : NoBid.values()) {
            assertEquals(each == reason ? 1 : 0, counters.noBids()[each.ordinal()].get(), each::toString);
        }
        if (reason == NoBid.RATE_LIMIT || reason == NoBid.OVERLOAD) {
            assertEquals("", around.answer, "nothing was read that could be answered with");
        } else {
            final JsonNode response = JSON.readTree(around.answer);
            assertEquals(200, around.status);
            assertEquals(reason.nbr(), response.get("nbr").asInt());
            assertEquals(1, response.findValues("nbr").size());
            assertEquals(2, response.size(), "id and nbr");
        }
        final BidReport report = tallies.report();
        final BidReport.Row corner = report.exchanges().stream().filter(row -> row.name().equals("corner"))
            .findFirst().orElseThrow();
        assertEquals(Map.of(reason.label(), 1L), corner.noBids());
        assertEquals(0, report.exchanges().stream().filter(row -> row != corner && !row.isEmpty()).count());
        if (ofCampaign) {
            assertEquals(1, report.campaigns().size());
            assertEquals("milk-online", report.campaigns().getFirst().name());
            assertEquals(Map.of(reason.label(), 1L), report.campaigns().getFirst().noBids());
        } else {
            assertTrue(report.campaigns().stream().allMatch(row -> row.noBids().isEmpty()), report::toString);
        }
    }

    /** The first impression speaks for the request, so that this is never the reason of a whole one. */
    @Test
    void shouldBidForTheFirstImpressionsOnly() throws Exception {
        make(0, 0, "ad_exchange");
        final StringBuilder imps = new StringBuilder(IMP.formatted(""));
        for (int i = 0; i < 70; i++) {
            imps.append(',').append(IMP.formatted("").replace("\"1\"", "\"i" + i + "\""));
        }
        assertEquals(200, post(imps.toString(), ""));
        assertEquals(64, JSON.readTree(around.answer).at("/seatbid/0/bid").size());
        assertEquals(64, tallies.report().campaigns().getFirst().bids());
        assertEquals(64, tallies.report().exchanges().stream().mapToLong(BidReport.Row::bids).sum());
    }

    @Test
    void shouldHaveDifferentCodes() {
        assertEquals(NoBid.values().length, Arrays.stream(NoBid.values()).mapToInt(NoBid::nbr).distinct().count());
        assertTrue(
            Arrays.stream(NoBid.values()).mapToInt(NoBid::nbr).allMatch(nbr -> nbr > 0 && (nbr < 18 || nbr >= 500)));
    }

    private double price(final String more) {
        assertEquals(200, post(IMP.formatted(""), more), around.answer);
        final int at = around.answer.indexOf("\"price\":") + "\"price\":".length();
        return Double.parseDouble(around.answer.substring(at, around.answer.indexOf(',', at)));
    }

    /** Pacing lets a campaign bid for less than it is worth; shades are of that, tests of all. */
    @Test
    void shouldBidForAsMuchAsTheMultiplierLeaves() throws IOException {
        final double[] multiplier = {0.5};
        final int campaign = catalogue.offer(catalogue.offerIndexOf(around.offerId)).campaign().campaignId();
        final ShadeTable start = new ShadeLearner(new ShadeSettings(0.8, 0, 10)).publish();
        prices = new BidPrices(() -> start, true, null, asked -> asked == campaign ? multiplier[0] : 99);
        make(0, 0, "ad_exchange");
        assertEquals(1, price(",\"at\":2"));
        assertEquals(0.796, price(",\"at\":1"), "four fifths of the half");
        post(IMP.formatted(",\"bidfloor\":1.001"), ",\"at\":1");
        assertEquals(1, counters.noBids()[NoBid.BELOW_FLOOR.ordinal()].get());
        assertEquals(200, post(IMP.formatted(",\"bidfloor\":1"), ",\"at\":1"));
        final String agreed = ",\"pmp\":{\"private_auction\":1,\"deals\":[{\"id\":\"d\",\"bidfloor\":%s,\"at\":3}]}";
        assertEquals(200, post(IMP.formatted(agreed.formatted("0.9")), ""));
        assertTrue(around.answer.contains("\"price\":0.9,"), around.answer);
        post(IMP.formatted(agreed.formatted("1.1")), "");
        assertEquals(1, counters.noBids()[NoBid.NO_DEAL.ordinal()].get());
        for (final double whole : new double[] {1, 7, Double.POSITIVE_INFINITY, Double.NaN}) {
            multiplier[0] = whole;
            assertEquals(2, price(",\"at\":2"), "never above the worth");
        }
        for (final double none : new double[] {0, -1, Double.NEGATIVE_INFINITY, 1e-9}) {
            multiplier[0] = none;
            final long before = counters.noBids()[NoBid.BELOW_FLOOR.ordinal()].get();
            post(IMP.formatted(""), "");
            assertEquals(before + 1, counters.noBids()[NoBid.BELOW_FLOOR.ordinal()].get());
        }
    }
}
