package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.pacing.PaceReport;
import io.opportune.protocol.client.Decision;
import io.opportune.protocol.client.DecisionCall;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import java.nio.file.Files;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pace in a running server: who is held back by it is journalled, and it is followed on every shard. */
@Timeout(120)
class PacedServerTest extends ServerFixture {
    private static final String PACED = TestServer.CATALOGUE
        .replaceFirst("budget: \\{currency: USD}",
            "budget: {currency: USD}\n    budgets: [{count: 100000, per: [day]}]\n    pacing: {mode: even}");

    @ParameterizedTest
    @ValueSource(strings = {"inline", "ring"})
    void shouldHoldBackByPaceAndDecideTheSameAgain(final String threading) throws Exception {
        Files.writeString(folder.resolve("catalogue/all.yaml"), PACED);
        threading(threading, 3).start();
        try (TillClient client = test.client()) {
            final MixedTraffic traffic = new MixedTraffic(client, seed, 100);
            traffic.introduce();
            for (int i = 0; i < 4; i++) {
                traffic.run(1_500);
                TimeUnit.MILLISECONDS.sleep(700);
            }
            final List<PaceReport> reports = test.server().pacing().reports();
            assertEquals(1, reports.size());
            assertTrue(reports.getFirst().participation() < 1, reports::toString);
        }
        test.stop();
        assertDecidedTheSameAgain();
        assertTrue(Files.size(folder.resolve("data/pacing")) > 0, "what was learned is kept");
    }

    @Test
    void shouldTakeNoPartOutsideItsHours() throws Exception {
        final int hour = ZonedDateTime.now(ZoneId.of("America/New_York")).getHour();
        final int open = (hour + 12) % 24;
        Files.writeString(folder.resolve("catalogue/all.yaml"), PACED.replace("pacing: {mode: even}",
            "pacing: {mode: asap, hours: [{from: " + open + ", to: " + (open + 1) + "}]}"));
        test.set("server.threading", "inline").start();
        try (TillClient client = test.client()) {
            final int milk = TestServer.id(client, NameKind.OFFER, "milk-10");
            final int checkout = TestServer.id(client, NameKind.PLACEMENT, "checkout");
            for (int i = 0; i < 200; i++) {
                final Decision decision = client.decide(DecisionCall.at(checkout,
                    Channel.TILL, Moment.TENDER).build(),
                    TimeUnit.SECONDS.toNanos(20), Decision::none).get();
                assertTrue(decision.offers().stream().noneMatch(offer -> offer.offerId() == milk), "it is closed");
            }
        }
    }
}
