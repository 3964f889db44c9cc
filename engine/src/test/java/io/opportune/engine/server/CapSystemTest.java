package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opportune.engine.replay.DecisionReplay;
import io.opportune.protocol.Consent;
import io.opportune.protocol.Namespaces;
import io.opportune.protocol.client.Attribute;
import io.opportune.protocol.client.ContextChange;
import io.opportune.protocol.client.Customer;
import io.opportune.protocol.client.EventCall;
import io.opportune.protocol.client.Outcome;
import io.opportune.protocol.client.Receipt;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Caps across channels: what a till or a notice tells stops the ad in the next bid request. */
@Timeout(60)
class CapSystemTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(5);
    private static final String CAPPED = "club-300x250";
    private static final String OTHER = "milk-300x250";
    private static final Customer HOUSEHOLD = new Customer(Namespaces.HOUSEHOLD, "household-1");
    private static final Customer ANN = new Customer(Namespaces.LOYALTY, "ann");
    private static final Customer BOB = new Customer(Namespaces.LOYALTY, "bob");
    private static final String ANNS_PHONE = "6d92078a-8246-4ba4-ae5b-000000000001";
    private static final String ANNS_TABLET = "6d92078a-8246-4ba4-ae5b-000000000002";
    private static final String BOBS_PHONE = "6d92078a-8246-4ba4-ae5b-000000000003";

    @TempDir
    private Path folder;

    private BidServer bidder;

    @AfterEach
    void stop() {
        bidder.close();
    }

    private TillClient start(final String caps) throws Exception {
        bidder = new BidServer(folder);
        Files.writeString(folder.resolve("catalogue/all.yaml"), BidServer.CATALOGUE.replace(
            "caps: [{count: impression, limit: 9, window: lifetime}]", "caps: [" + caps + "]"));
        bidder.start();
        return bidder.test.client();
    }

    private static Customer device(final String ifa) {
        return new Customer(Namespaces.ADVERTISING_ID, ifa);
    }

    private static void makeGold(final TillClient client, final Customer customer) throws Exception {
        final int tier = TestServer.id(client, NameKind.ATTRIBUTE, "customer.tier");
        client.updateContext(ContextChange.of(customer, new ContextChange.GrantConsent(Consent.ALL),
            new ContextChange.SetAttribute(Attribute.text(tier, "gold"))), PATIENCE_NS).get();
    }

    private static void link(final TillClient client, final Customer one, final Customer other) throws Exception {
        final Outcome<Receipt> linked = client.link(one, other, PATIENCE_NS).get();
        assertTrue(linked instanceof Outcome.Answered<Receipt> answer && answer.answer().recorded(), linked::toString);
    }

    private JsonNode bid(final String ifa) throws IOException {
        final BidServer.Answer answer = bidder.post("generic",
            "{\"id\":\"req-1\",\"tmax\":500,\"imp\":[{\"id\":\"1\",\"banner\":{\"w\":300,\"h\":250}}],"
                + "\"regs\":{\"gdpr\":0},\"device\":{\"ifa\":\"" + ifa + "\"}}");
        assertEquals(200, answer.status());
        return JSON.readTree(answer.text()).at("/seatbid/0/bid/0");
    }

    private void assertAd(final String expected, final String ifa) throws IOException {
        assertEquals(expected, bid(ifa).get("crid").asText(), ifa);
    }

    private static void happens(final TillClient client, final EventType type, final Customer customer)
        throws Exception {
        final int offer = TestServer.id(client, NameKind.OFFER, "gold-club");
        final Outcome<Receipt> told = client.report(EventCall.of(type, customer, Channel.TILL)
            .eventId(UUID.randomUUID()).offerId(offer).build(), PATIENCE_NS).get();
        assertTrue(told instanceof Outcome.Answered<Receipt> answer && answer.answer().recorded(), told::toString);
    }

    private void assertDecidedTheSameAgain() throws Exception {
        bidder.test.awaitQuiet();
        bidder.assertNoErrors();
        bidder.test.stop();
        final DecisionReplay.Report report =
            DecisionReplay.verify(folder.resolve("data"), folder.resolve("work"));
        assertTrue(report.decisions() > 0 && report.allEqual(), report::toString);
    }

    @Test
    void shouldStopAnAdOnceItsOfferIsRedeemedAtTheTill() throws Exception {
        try (TillClient client = start("{count: redemption, limit: 1, window: lifetime}")) {
            makeGold(client, ANN);
            link(client, ANN, device(ANNS_PHONE));
            assertAd(CAPPED, ANNS_PHONE);
            happens(client, EventType.IMPRESSION, ANN);
            assertAd(CAPPED, ANNS_PHONE);
            happens(client, EventType.REDEMPTION, ANN);
            assertAd(OTHER, ANNS_PHONE);
        }
        assertDecidedTheSameAgain();
    }

    @Test
    void shouldTellThePersonsOfAHouseholdApartByAnyOfTheirIds() throws Exception {
        try (TillClient client = start("{count: impression, limit: 2, window: week, per: person}")) {
            makeGold(client, ANN);
            makeGold(client, BOB);
            link(client, ANN, device(ANNS_PHONE));
            happens(client, EventType.IMPRESSION, ANN);
            // What she saw alone goes into the household with her, under all of her ids.
            link(client, ANN, HOUSEHOLD);
            link(client, BOB, device(BOBS_PHONE));
            link(client, BOB, HOUSEHOLD);
            link(client, device(ANNS_TABLET), ANN);
            assertAd(CAPPED, ANNS_PHONE);
            final String adm = bid(ANNS_TABLET).get("adm").asText();
            final int imp = adm.indexOf("/notice/imp");
            assertEquals(200, bidder.get(adm.substring(imp, adm.indexOf('"', imp)).replace("&amp;", "&")
                .replace("${AUCTION_PRICE}", "1.5")).status());
            bidder.test.awaitQuiet();
            assertAd(OTHER, ANNS_PHONE);
            assertAd(OTHER, ANNS_TABLET);
            assertAd(CAPPED, BOBS_PHONE);
            happens(client, EventType.IMPRESSION, BOB);
            assertAd(CAPPED, BOBS_PHONE);
            happens(client, EventType.IMPRESSION, BOB);
            assertAd(OTHER, BOBS_PHONE);
        }
        bidder.test.awaitQuiet();
        bidder.test.stop();
        bidder.start();
        assertAd(OTHER, ANNS_TABLET);
        assertAd(OTHER, BOBS_PHONE);
        assertDecidedTheSameAgain();
    }

    @Test
    void shouldCountAHouseholdTogether() throws Exception {
        try (TillClient client = start("{count: impression, limit: 2, window: day}")) {
            makeGold(client, ANN);
            makeGold(client, BOB);
            link(client, BOB, device(BOBS_PHONE));
            happens(client, EventType.IMPRESSION, ANN);
            happens(client, EventType.IMPRESSION, BOB);
            assertAd(CAPPED, BOBS_PHONE);
            link(client, ANN, HOUSEHOLD);
            link(client, BOB, HOUSEHOLD);
            assertAd(OTHER, BOBS_PHONE);
        }
        assertDecidedTheSameAgain();
    }
}
