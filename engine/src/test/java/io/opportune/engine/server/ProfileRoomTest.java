package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.protocol.Consent;
import io.opportune.protocol.Namespaces;
import io.opportune.protocol.client.ContextChange;
import io.opportune.protocol.client.Customer;
import io.opportune.protocol.client.EventCall;
import io.opportune.protocol.client.Outcome;
import io.opportune.protocol.client.Receipt;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.NameKind;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a full profile forgets is counted, so that somebody sees that it holds offers back. */
@Timeout(60)
class ProfileRoomTest extends ServerFixture {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);
    private static final Customer ANN = new Customer(Namespaces.LOYALTY, "ann");
    private static final int OFFERS = 20;
    /** Of 12 bytes each in 200. */
    private static final int FITTING = 16;
    private static final String OFFER = """
        - id: many-$i
          campaign: spring
          category: $category
          value: "$value"
          propensity: 0.03
          caps: [{count: redemption, limit: 5, window: week}]
          channels: [till, app]
          placements: [checkout]
          creatives:
            - {id: many-$i-all, title: "Number $i"}
        """;

    @Test
    void shouldCountWhatAFullProfileForgets() throws Exception {
        Files.writeString(folder.resolve("catalogue/all.yaml"), withOffers(OFFERS, OFFER));
        test.set("server.threading", "inline").start();
        try (TillClient client = test.client()) {
            client.updateContext(
                ContextChange.of(ANN, new ContextChange.GrantConsent(Consent.ALL)), PATIENCE_NS).get();
            for (int i = 0; i < OFFERS; i++) {
                assertEquals(Math.max(0, i - FITTING), test.server().counters().total(
                    CounterDescriptor.PROFILES_FORGOTTEN), "before the redemption " + i);
                final Outcome<Receipt> told = client.report(EventCall.of(EventType.REDEMPTION, ANN, Channel.TILL)
                    .offerId(TestServer.id(client, NameKind.OFFER, "many-" + i)).build(), PATIENCE_NS).get();
                assertTrue(told instanceof Outcome.Answered<Receipt> answer && answer.answer().recorded(),
                    told::toString);
                test.awaitQuiet();
            }
        }
    }
}
