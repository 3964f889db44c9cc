package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.decision.OfferInquiry;
import io.opportune.engine.replay.DecisionQuestion;
import io.opportune.engine.replay.DecisionReplay;
import io.opportune.engine.screening.ImpRestrictions;
import io.opportune.engine.screening.RandomRestrictions;
import io.opportune.engine.screening.RequestRestrictions;
import io.opportune.protocol.Consent;
import io.opportune.protocol.Namespaces;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.Sofh;
import io.opportune.protocol.client.ContextChange;
import io.opportune.protocol.client.Customer;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionRequestEncoder;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.HeartbeatEncoder;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.LogonAckDecoder;
import io.opportune.protocol.codec.LogonEncoder;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.sbe.MessageEncoderFlyweight;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decisions about auctioned impressions over a real socket: made again from the journal they come out the same. */
@Timeout(120)
class AuctionReplayTest extends ServerFixture {
    private static final int REQUESTS = 1_500;
    private static final int CUSTOMERS = 20;
    private static final int READ_TIMEOUT_MS = 10_000;
    private static final String[] DOMAINS = {"acme.example", "brew.example"};
    private static final String[] CATEGORIES = {"IAB8", "IAB17"};
    private static final String OFFERS = """
          - id: web-milk
            campaign: spring
            category: web
            value: "3.00"
            propensity: 0.5
            channels: [ad_exchange]
            placements: [web]
            caps: [{event: decision, limit: 9, window: lifetime}]
            creatives:
              - {id: milk-large, title: Milk, adomain: [acme.example], cat: [IAB8],
                 banner: {w: 300, h: 250, image: https://acme.example/a.jpg, click: https://acme.example/}}
              - {id: milk-wide, title: Milk, adomain: [acme.example], cat: [IAB8],
                 banner: {w: 728, h: 90, image: http://acme.example/b.jpg, click: https://acme.example/}}
          - id: web-beer
            campaign: ales
            category: web
            value: "2.00"
            propensity: 0.5
            channels: [ad_exchange]
            placements: [web]
            creatives:
              - {id: beer-large, title: Beer, adomain: [brew.example], cat: [IAB17],
                 banner: {w: 300, h: 250, image: https://brew.example/a.jpg, click: https://brew.example/}}
              - {id: beer-film, title: Beer, adomain: [brew.example], cat: [IAB17], video: {duration: 15s,
                 media_files: [{url: https://brew.example/a.mp4, mime: video/mp4, w: 1280, h: 720, bitrate: 900}]}}
        """;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[16 * 1024]);
    private final UnsafeBuffer form = new UnsafeBuffer(new byte[ImpRestrictions.MAX_ENCODED_BYTES]);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final ImpRestrictions imp = new ImpRestrictions(new RequestRestrictions());
    private Socket socket;
    private DataInputStream input;

    private void send(final MessageEncoderFlyweight message) throws IOException {
        final int length = Sofh.MIN_FRAME_LENGTH_BYTES + message.encodedLength();
        Sofh.encode(buffer, 0, length);
        socket.getOutputStream().write(buffer.byteArray(), 0, length);
    }

    private UnsafeBuffer answer(final int templateId) throws IOException {
        while (true) {
            final byte[] start = new byte[Sofh.HEADER_LENGTH_BYTES];
            input.readFully(start);
            final byte[] frame = Arrays.copyOf(start, Sofh.frameLengthBytes(new UnsafeBuffer(start), 0));
            input.readFully(frame, start.length, frame.length - start.length);
            final UnsafeBuffer answer = new UnsafeBuffer(frame);
            final int found = new MessageHeaderDecoder().wrap(answer, Sofh.HEADER_LENGTH_BYTES).templateId();
            if (found != HeartbeatEncoder.TEMPLATE_ID) {
                assertEquals(templateId, found);
                return answer;
            }
        }
    }

    private void logOn() throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), test.server().port());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(READ_TIMEOUT_MS);
        input = new DataInputStream(socket.getInputStream());
        send(new LogonEncoder().wrapAndApplyHeader(buffer, Sofh.HEADER_LENGTH_BYTES, header).protocolVersion(2)
            .heartbeatIntervalMs(60_000).inFlightLimit(64).clientSendTimeNs(1).clientId("till")
            .clientKey("sesame-open"));
        answer(LogonAckDecoder.TEMPLATE_ID);
    }

    private DecisionResponseDecoder decide(final int placement, final int number, final int restrictionsLength)
        throws IOException {
        final DecisionRequestEncoder request = new DecisionRequestEncoder()
            .wrapAndApplyHeader(buffer, Sofh.HEADER_LENGTH_BYTES, header).correlationId(number).clientSendTimeNs(1)
            .eventTimeNs(DecisionRequestEncoder.eventTimeNsNullValue()).timeBudgetUs(1_000_000)
            .placementId(placement).storeId(0).latitudeE7(DecisionRequestEncoder.latitudeE7NullValue())
            .longitudeE7(DecisionRequestEncoder.longitudeE7NullValue()).customerNamespace(Namespaces.LOYALTY)
            .currency(840).channel(Channel.AD_EXCHANGE).moment(Moment.AD_REQUEST).intent(Intent.UNKNOWN)
            .offersWanted((short) 1);
        request.requestId().high(0).low(0);
        request.flags().clear().explain(number % 3 == 0);
        request.basketLinesCount(0);
        request.attributesCount(0);
        request.attributeTextsCount(0);
        final byte[] customer = number % 4 == 0
            ? new byte[0] : ("card-" + number % CUSTOMERS).getBytes(StandardCharsets.UTF_8);
        request.putCustomerId(customer, 0, customer.length).putRestrictions(form, 0, restrictionsLength);
        send(request);
        return new DecisionResponseDecoder().wrapAndApplyHeader(
            answer(DecisionResponseDecoder.TEMPLATE_ID), Sofh.HEADER_LENGTH_BYTES, new MessageHeaderDecoder());
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "ring"})
    void shouldDecideTheSameAgainUnderTheRestrictionsOfTheImpression(final String threading) throws Exception {
        final String catalogue = TestServer.CATALOGUE
            .replace("placements:\n  - id: checkout", OFFERS
                + "placements:\n  - {id: web, channels: [ad_exchange], offers: 1}\n  - id: checkout");
        Files.writeString(folder.resolve("catalogue/all.yaml"), catalogue);
        threading(threading, 2).set("decision.max-time-budget", "1s").start();
        final int placement;
        final int milk;
        try (TillClient client = test.client()) {
            placement = TestServer.id(client, NameKind.PLACEMENT, "web");
            milk = TestServer.id(client, NameKind.OFFER, "web-milk");
            for (int i = 0; i < CUSTOMERS; i += 2) {
                client.updateContext(ContextChange.of(new Customer(Namespaces.LOYALTY, "card-" + i),
                    new ContextChange.GrantConsent(Consent.ALL)), 10_000_000_000L).get();
            }
        }
        logOn();
        final Random random = new Random(seed);
        final Set<Integer> creatives = new HashSet<>();
        int none = 0;
        for (int i = 1; i <= REQUESTS; i++) {
            RandomRestrictions.fill(random, imp, DOMAINS, CATEGORIES);
            final DecisionResponseDecoder.OffersDecoder offers =
                decide(placement, i, i % 10 == 0 ? 0 : imp.encode(form, 0)).offers();
            if (offers.hasNext()) {
                creatives.add(offers.next().creativeId());
            } else {
                none++;
            }
        }
        imp.clear().request().clear();
        imp.video().present();
        final DecisionResponseDecoder film = decide(placement, REQUESTS + 1, imp.encode(form, 0));
        final DecisionQuestion question =
            new DecisionQuestion(film.decisionId().high(), film.decisionId().low(), List.of("web-milk"));
        assertTrue(film.offers().next().offerId() != milk);
        socket.close();
        test.stop();
        assertTrue(creatives.size() >= 3 && none > 100, creatives + ", " + none + " times none");
        assertDecidedTheSameAgain();
        DecisionReplay.ask(folder.resolve("data"), folder.resolve("work"), question);
        final OfferInquiry.Finding finding = question.findings().getFirst();
        assertEquals(List.of(new OfferInquiry.Obstacle(ReasonCode.CREATIVE_FORM, List.of(
            "creative milk-large: the impression takes no ad of this form",
            "creative milk-wide: the impression takes no ad of this form"))), finding.obstacles());
    }
}
