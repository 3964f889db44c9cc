package io.opportune.loadtest.completejourney;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.config.Config;
import io.opportune.engine.server.OpportuneServer;
import io.opportune.loadtest.generator.LoadSettings;
import io.opportune.loadtest.report.RunCounter;
import io.opportune.protocol.codec.AckStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole year through a real server in this process: the main job, small. */
@Tag("slow")
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReplayServerTest {
    private static final int BASKETS = 47_243;

    @TempDir
    private Path directory;

    @Test
    void shouldAnswerEveryBasketAndAcceptEveryEvent() throws Exception {
        final JourneyData data = JourneyFiles.data();
        final List<JourneyOffer> offers = JourneyOffers.choose(data);
        new JourneyCatalogue(data, offers, 2).write(directory.resolve("catalogue"));
        try (OpportuneServer server = OpportuneServer.start(config())) {
            final ReplayRun.Outcome outcome = new ReplayRun(
                data, offers, new ReplaySettings(2, ReplaySettings.AS_FAST_AS_POSSIBLE, 50_000, 1))
                .run(new LoadSettings().port(server.port()).client("replay", "a-key-for-tests").connections(8, 16));
            final String report = ReplayReport.text(outcome, List.of());
            System.out.println(report);
            final ReplayCounts counts = outcome.counts();
            assertEquals(data.households().size(), outcome.setup().count(RunCounter.UPDATES_ACCEPTED), report);
            assertEquals(0, outcome.replay().count(RunCounter.UNANSWERED), report);
            assertEquals(2L * BASKETS, outcome.replay().decisionsAnswered(), report);
            assertTrue(outcome.replay().fullDecisions() >= 0.999 * 2 * BASKETS, report);
            assertTrue(counts.decisionShareWithOffer() >= 0.3, report);
            assertEquals(2L * BASKETS, counts.eventsByKind(AckStatus.ACCEPTED).get("purchase"), report);
            assertEquals(2L * data.redemptions().size(),
                counts.eventsByKind(AckStatus.ACCEPTED).get("redemption"), report);
            assertEquals(counts.sentByKind().get("impression"),
                counts.eventsByKind(AckStatus.ACCEPTED).get("impression"), report);
        }
    }

    private Config config() {
        final Properties values = new Properties();
        final Map<String, String> keys = Map.of(
            "server.data-dir", directory.resolve("data").toString(),
            "catalogue.dir", directory.resolve("catalogue").toString(),
            "gateway.port", "0",
            "admin.port", "0",
            "store.max-profiles", "20000",
            "store.max-identities", "20000",
            "clients.replay.key", "a-key-for-tests",
            "clients.replay.may-set-event-time", "true",
            "clients.replay.event-time-behind", "36500d",
            "clients.replay.event-time-ahead", "36500d");
        keys.forEach((key, value) -> values.setProperty(Config.PROPERTY_PREFIX + key, value));
        return Config.load(null, values, Map.of());
    }
}
