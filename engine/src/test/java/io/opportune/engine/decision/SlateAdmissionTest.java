package io.opportune.engine.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.arbitration.Contenders;
import io.opportune.engine.arbitration.SlateRules;
import io.opportune.engine.catalogue.AuctionCatalogue;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.delivery.DeliveryGate;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.protocol.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In auctions a model may find an offer worth more than when budgets were asked: each place asks again. */
class SlateAdmissionTest {
    private static final long NOON_NS = 1_600_000_000_000_000_000L;
    private static final String[] OFFERS = {"free", "own", "all"};

    private final Policy policy = new Policy();
    private final SlateAdmission admission = new SlateAdmission();
    private final List<String> asked = new ArrayList<>();
    private final Offer[] offers = new Offer[Contenders.MAX_CONTENDERS];
    private final double[] values = new double[Contenders.MAX_CONTENDERS];
    private final boolean[] controlled = new boolean[Contenders.MAX_CONTENDERS];

    /** The ledger has 0.30 left for everything. */
    private final DeliveryGate gate = new DeliveryGate() {
        @Override
        public ReasonCode heldBack(final Offer offer, final double score) {
            return null;
        }

        @Override
        public boolean leavesRoomFor(final Offer offer, final double score, final int question) {
            asked.add(offer.name() + ' ' + question);
            return score <= 300_000;
        }

        @Override
        public boolean isFull() {
            return false;
        }
    };

    private static String campaign(final String id, final String budgets) {
        return """
              - id: %s
                advertiser: acme
                flights: [{start: 2017-01-01, end: 2037-01-01}]
                budget: {currency: USD}
                %s
            """.formatted(id, budgets);
    }

    private static String offer(final String id) {
        return """
              - id: %s-offer
                campaign: %s
                category: %s
                value: "1.00"
                propensity: 0.08
                cost: "0.01"
                channels: [till]
                creatives: [{id: %s-till, title: "Offer"}]
            """.formatted(id, id, id, id);
    }

    @BeforeEach
    void load() {
        final Catalogue catalogue = AuctionCatalogue.of("""
            advertisers:
              - {id: acme, name: Acme, adomain: [acme.example], cat: [IAB8], lang: en}
            campaigns:
            %s%s%soffers:
            %s%s%splacements:
              - {id: checkout, channels: [till], offers: 3}
            """.formatted(campaign("free", ""), campaign("own", "budgets: [{amount: \"0.10\", per: [customer]}]"),
                campaign("all", "budgets: [{amount: \"9.00\", per: [day]}]"), offer("free"), offer("own"),
                offer("all")));
        for (int i = 0; i < catalogue.offerCount(); i++) {
            for (int at = 0; at < OFFERS.length; at++) {
                if (catalogue.offer(i).name().equals(OFFERS[at] + "-offer")) {
                    offers[at] = catalogue.offer(i);
                }
            }
        }
        policy.limits().begin(
            new ProfileFlyweight().wrap(new UnsafeBuffer(new byte[ProfileFlyweight.LENGTH_BYTES]), 0), false, true,
            NOON_NS);
    }

    private void begin(final boolean anew, final long... micros) {
        for (int i = 0; i < micros.length; i++) {
            values[i] = micros[i];
        }
        admission.begin(offers, values, controlled, policy, gate, anew, 3);
        admission.begin(true);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldAskWhatTheCustomerHasLeftForTheModelsValue(final int others) {
        begin(true, 400_000, 100_001, 200_000);
        if (others > 0) {
            assertTrue(admission.admits(0));
            admission.taken(0);
        }
        assertFalse(admission.admits(1), "0.100001 of 0.10 beside " + others);
        assertEquals(ReasonCode.CUSTOMER_BUDGET_USED, admission.whyNot(1));
        values[1] = 100_000;
        assertTrue(admission.admits(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldAskTheLedgerForTheModelsValue(final int others) {
        begin(true, 400_000, 50_000, 300_001);
        if (others > 0) {
            admission.taken(1);
        }
        assertFalse(admission.admits(2), "beside " + others);
        assertEquals(ReasonCode.BUDGET_EXHAUSTED, admission.whyNot(2));
        values[2] = 300_000;
        assertTrue(admission.admits(2));
        final int question = SlateRules.MAX_PLACES + others;
        assertEquals(List.of("all-offer " + question, "all-offer " + question), asked);
    }

    @Test
    void shouldNotAskAgainWhatWasAskedWithTheSameValues() {
        begin(false, 400_000, 50_000, 200_000);
        assertTrue(admission.admits(2));
        admission.taken(0);
        assertTrue(admission.admits(1));
        assertTrue(admission.admits(2));
        assertEquals(List.of(), asked);
    }
}
