package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.protocol.Consent;
import io.opportune.protocol.Namespaces;
import io.opportune.protocol.client.Attribute;
import io.opportune.protocol.client.ContextChange;
import io.opportune.protocol.client.Customer;
import io.opportune.protocol.client.Outcome;
import io.opportune.protocol.client.Receipt;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.codec.NameKind;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client that brings more new texts than it may has to wait; texts that are known never count. */
@Timeout(120)
class NewTextsTest {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);
    private static final int TEXTS = 6;
    private static final Customer CARD = new Customer(Namespaces.LOYALTY, "card-1");

    @TempDir
    Path folder;

    private static void set(final TillClient client, final int tier, final String value) throws Exception {
        final Outcome<Receipt> outcome = client.updateContext(ContextChange.of(CARD,
            new ContextChange.GrantConsent(Consent.ALL),
            new ContextChange.SetAttribute(Attribute.text(tier, value))), PATIENCE_NS).get();
        assertTrue(outcome instanceof Outcome.Answered<Receipt>, outcome::toString);
    }

    private static long rejects(final TestServer test) {
        return test.server().counters().total(CounterDescriptor.GATEWAY_REJECTS);
    }

    @Test
    void shouldHoldBackAClientThatBringsTooManyNewTexts() throws Exception {
        try (TestServer test = new TestServer(folder).set("server.threading", "inline")
            .set("gateway.max-new-texts", "2")) {
            test.start();
            try (TillClient client = test.client()) {
                final int tier = TestServer.id(client, NameKind.ATTRIBUTE, "customer.tier");
                set(client, tier, "tier-0");
                for (int i = 0; i < 100; i++) {
                    set(client, tier, "tier-0");
                }
                assertEquals(0, rejects(test), "a text that is known is not counted");
                final long startNs = System.nanoTime();
                for (int i = 1; i < TEXTS; i++) {
                    // The client sends again what was refused as OVERLOADED.
                    set(client, tier, "tier-" + i);
                }
                assertTrue(rejects(test) > 0, "none was refused");
                assertTrue(System.nanoTime() - startNs > TimeUnit.SECONDS.toNanos(1), "faster than the limit");
            }
            test.stop();
            test.start();
            try (TillClient client = test.client()) {
                for (int i = 0; i < TEXTS; i++) {
                    assertTrue(TestServer.id(client, NameKind.ATTRIBUTE_VALUE, "tier-" + i) > 0, "tier-" + i);
                }
            }
        }
    }
}
