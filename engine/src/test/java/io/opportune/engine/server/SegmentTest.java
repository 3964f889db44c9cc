package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.protocol.Consent;
import io.opportune.protocol.Namespaces;
import io.opportune.protocol.client.ContextChange;
import io.opportune.protocol.client.Customer;
import io.opportune.protocol.client.Outcome;
import io.opportune.protocol.client.Receipt;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.codec.AckStatus;
import io.opportune.protocol.codec.NameKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which segments a context update may set, and what it is told about others. */
@Timeout(60)
class SegmentTest {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);
    private static final Customer CARD = new Customer(Namespaces.LOYALTY, "card-1");

    @TempDir
    Path folder;

    private static Outcome<Receipt> set(final TillClient client, final ContextChange.Operation operation)
        throws Exception {
        return client.updateContext(ContextChange.of(CARD,
            new ContextChange.GrantConsent(Consent.ALL), operation), PATIENCE_NS).get();
    }

    @Test
    void shouldSetDeclaredSegmentsAndThoseThatARuleMentions() throws Exception {
        try (TestServer test = new TestServer(folder).set("server.threading", "inline")) {
            Files.writeString(folder.resolve("catalogue/all.yaml"), TestServer.CATALOGUE
                .replace("moment.channel == \"till\"", "moment.channel == \"till\" && \"vip\" in customer.segments")
                + "segments: [allotment]\n");
            test.start();
            try (TillClient client = test.client()) {
                for (final String name : new String[] {"allotment", "vip"}) {
                    final int id = TestServer.id(client, NameKind.SEGMENT, name);
                    assertTrue(id > 0, name);
                    final Outcome<Receipt> outcome = set(client, new ContextChange.AddSegment(id));
                    assertTrue(outcome instanceof Outcome.Answered<Receipt> answered
                        && answered.answer().status() == AckStatus.ACCEPTED, outcome::toString);
                }
                assertEquals(0, TestServer.id(client, NameKind.SEGMENT, "undeclared"));
                final String segment = set(client, new ContextChange.AddSegment(77)).toString();
                assertTrue(segment.contains("operations[1].id: found segment 77, allowed: 1..2; declare it under"
                    + " segments: in the catalogue and resolve its name"), segment);
                final String attribute = set(client, new ContextChange.ClearAttribute(78)).toString();
                assertTrue(attribute.contains("operations[1].id: found attribute 78, allowed: 1..2; declare it under"
                    + " attributes: in the catalogue and resolve its name"), attribute);
            }
        }
    }
}
