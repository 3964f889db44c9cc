package io.opportune.loadtest.generator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.loadtest.report.JsonReport;
import io.opportune.loadtest.report.Objective;
import io.opportune.loadtest.report.RunCounter;
import io.opportune.loadtest.report.RunResult;
import io.opportune.loadtest.report.RunTally;
import io.opportune.loadtest.report.TextReport;
import io.opportune.loadtest.source.MessageSource;
import io.opportune.loadtest.world.World;
import io.opportune.loadtest.world.WorldSettings;
import io.opportune.loadtest.world.WorldSetupSource;
import io.opportune.loadtest.world.WorldSource;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadRunTest {
    private static final World WORLD = new World(WorldSettings.ofSeed(7).sized(2_000, 50));

    @TempDir
    private Path directory;

    @Test
    void shouldShowAStallInTheOpenLoopPercentilesThatAClosedLoopHides() throws Exception {
        final ByteArrayOutputStream text = new ByteArrayOutputStream();
        final int exitCode = SelfCheck.run(
            () -> new WorldSource(WORLD, 1), new PrintStream(text, true, StandardCharsets.UTF_8));
        // Exit code 2 would mean that this machine was too busy for the generator; the stall must show even then.
        final String findings = text.toString(StandardCharsets.UTF_8);
        assertTrue(exitCode != RunResult.EXIT_OBJECTIVE_MISSED && !findings.contains("HIDDEN"), findings);
        assertEquals(500_000_000L, SelfCheck.expectedNs(90));
        final RunResult closed = run(StubServer.Faults.stall(300_000_000L, 500_000_000L),
            settings -> settings.connections(1, 1).duration(0, 1_500_000_000L));
        // One message felt the stall, a decision or an event.
        assertTrue(Math.max(closed.histogram(RunTally.Series.SERVICE).getMaxValue(),
            closed.histogram(RunTally.Series.EVENT).getMaxValue()) >= 450_000_000L);
        assertTrue(closed.histogram(RunTally.Series.SERVICE).getValueAtPercentile(90) < 100_000_000L,
            () -> TextReport.of(closed, List.of()));
    }

    @Test
    void shouldSendThePlannedMessagesAndExcludeTheWarmup() throws Exception {
        final Path log = directory.resolve("run.hlog");
        final List<Objective> objectives = List.of(Objective.parse("unanswered=0"), Objective.parse("late=100%"));
        try (StubServer server = new StubServer(StubServer.Faults.none())) {
            final LoadSettings settings = new LoadSettings().port(server.port()).connections(4, 256)
                .schedule(new Schedule.ConstantRate(2_000)).duration(500_000_000L, 1_000_000_000L);
            final RunResult result =
                new LoadRun(settings, new WorldSource(WORLD, 1)).intervalLog(log).objectives(objectives).run();
            assertEquals(2_000, result.planned());
            assertEquals(2_000, result.count(RunCounter.SENT));
            assertEquals(1_000, result.count(RunCounter.WARMUP_SENT));
            assertEquals(3_000, server.messages());
            assertEquals(0, result.count(RunCounter.UNANSWERED));
            assertEquals(result.count(RunCounter.DECISIONS_SENT), result.decisionsAnswered());
            assertEquals(result.count(RunCounter.EVENTS_SENT), result.count(RunCounter.EVENTS_ACCEPTED));
            assertEquals(result.decisionsAnswered(), result.histogram(RunTally.Series.DECISION).getTotalCount());
            assertTrue(JsonReport.tree(result, objectives).path("latency_ns").path("decision").has("p99.99"));
            assertTrue(TextReport.of(result, objectives).contains("2,000 planned"));
        }
        try (BufferedReader reader = Files.newBufferedReader(log)) {
            assertTrue(reader.lines().anyMatch(line -> line.startsWith("Tag=decision,")));
        }
    }

    @Test
    void shouldFillEveryConnectionInAClosedLoop() throws Exception {
        final RunResult result = run(StubServer.Faults.none(),
            settings -> settings.connections(8, 32).duration(300_000_000L, 700_000_000L));
        assertTrue(result.decisionsPerSecond() > 1_000, () -> TextReport.of(result, List.of()));
        assertEquals(RunResult.EXIT_PASS, result.exitCode(Objective.always()));
        assertEquals(0, result.histogram(RunTally.Series.SEND_DELAY).getTotalCount());
    }

    @Test
    void shouldCountWhatIsNeverAnswered() throws Exception {
        final RunResult result = run(new StubServer.Faults(-1, 0, 100, Long.MAX_VALUE, 64),
            settings -> settings.connections(2, 64).schedule(new Schedule.ConstantRate(1_000))
                .duration(0, 500_000_000L).drainNs(300_000_000L));
        assertEquals(400, result.count(RunCounter.UNANSWERED));
        assertFalse(Objective.always().get(0).metBy(result));
        // What the server does not answer is no fault of the generator's schedule.
        assertTrue(result.invalid().stream().noneMatch(reason -> reason.startsWith("sent")),
            result.invalid()::toString);
    }

    @Test
    void shouldEndAClosedLoopWhenNoAnswerComesAnyMore() throws Exception {
        final RunResult result = run(new StubServer.Faults(-1, 0, 100, Long.MAX_VALUE, 64),
            settings -> settings.connections(1, 8).drainNs(300_000_000L));
        assertEquals(8, result.count(RunCounter.UNANSWERED));
        assertEquals(RunResult.EXIT_OBJECTIVE_MISSED, result.exitCode(Objective.always()));
    }

    @Test
    void shouldEndWhenTheServerClosesEveryConnection() throws Exception {
        final RunResult result = run(new StubServer.Faults(-1, 0, Long.MAX_VALUE, 200, 64),
            settings -> settings.connections(2, 16).schedule(new Schedule.ConstantRate(1_000))
                .duration(0, 20_000_000_000L));
        assertEquals(2, result.count(RunCounter.CONNECTIONS_LOST));
        assertEquals(20_000, result.planned());
        assertTrue(result.count(RunCounter.UNANSWERED) >= 20_000 - 200, () -> TextReport.of(result, List.of()));
        assertFalse(Objective.parse("connections-lost=0").metBy(result));
    }

    @Test
    void shouldRefuseToBeginWhenNobodyListens() throws Exception {
        final int port;
        try (StubServer server = new StubServer(StubServer.Faults.none())) {
            port = server.port();
        }
        final LoadRun run = new LoadRun(new LoadSettings().port(port), new WorldSource(WORLD, 1));
        assertTrue(assertThrows(IOException.class, run::run).getMessage().startsWith("cannot connect"));
    }

    @Test
    void shouldJudgeARunInvalidWhenTheGeneratorCannotKeepUp() throws Exception {
        final MessageSource slow = new SlowSource(new WorldSource(WORLD, 1), 5_000_000L);
        try (StubServer server = new StubServer(StubServer.Faults.none())) {
            final LoadSettings settings = new LoadSettings().port(server.port()).connections(2, 256)
                .schedule(new Schedule.ConstantRate(2_000)).duration(0, 500_000_000L).drainNs(500_000_000L);
            final RunResult result = new LoadRun(settings, slow).run();
            assertEquals(RunResult.EXIT_INVALID, result.exitCode(List.of()), () -> TextReport.of(result, List.of()));
        }
    }

    @Test
    void shouldIntroduceEveryCustomerOnce() throws Exception {
        try (StubServer server = new StubServer(StubServer.Faults.none())) {
            final RunResult result = new LoadRun(
                new LoadSettings().port(server.port()).connections(2, 64), new WorldSetupSource(WORLD, 1)).run();
            assertTrue(result.count(RunCounter.UPDATES_ACCEPTED) > 2_000);
            assertEquals(server.messages(), result.count(RunCounter.UPDATES_ACCEPTED));
        }
    }

    private static RunResult run(
        final StubServer.Faults faults, final java.util.function.UnaryOperator<LoadSettings> how) throws Exception {
        try (StubServer server = new StubServer(faults)) {
            return new LoadRun(how.apply(new LoadSettings().port(server.port())), new WorldSource(WORLD, 1)).run();
        }
    }
}
