package io.opportune.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opportune.engine.journal.JournalCounters;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalSettings;
import io.opportune.engine.journal.JournalWriter;
import io.opportune.engine.journal.RecordWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvaluateCommandTest {
    private static final int ROWS = 2_000;

    @TempDir
    private Path folder;

    /** Two actions with rates 0.2 and 0.6, the first chosen with the probability given. */
    private Path log(final double firstChosen) throws IOException {
        final SplittableRandom random = new SplittableRandom(7);
        final StringBuilder text = new StringBuilder("action,reward,propensity,shop\n");
        for (int row = 0; row < ROWS; row++) {
            final boolean first = random.nextDouble() < firstChosen;
            final boolean rewarded = random.nextDouble() < (first ? 0.2 : 0.6);
            text.append(String.format(Locale.ROOT, "%s,%d,%s,x%n", first ? "a" : "b", rewarded ? 1 : 0,
                first ? firstChosen : 1 - firstChosen));
        }
        return Files.writeString(folder.resolve("log.csv"), text);
    }

    private static JsonNode json(final CommandRun run) throws IOException {
        return new ObjectMapper().readTree(run.out());
    }

    @Test
    void shouldEstimateAndSayWhatTheFiguresMean() throws IOException {
        final String log = log(0.8).toString();
        final CommandRun run = CommandRun.of("evaluate", "--log", log, "--target", "fixed", "--action", "b");
        assertEquals(ExitCode.OK, run.exitCode(), run.out() + run.err());
        assertFalse(run.out().contains("NOT RELIABLE"), run.out());
        assertTrue(run.out().contains("target policy  always b"), run.out());
        assertTrue(run.out().contains("not used       columns shop"), run.out());
        assertTrue(run.out().contains("note: the 2 actions are those that the log shows"), run.out());
        assertTrue(run.out().contains("effective sample size"), run.out());
        final JsonNode json =
            json(CommandRun.of("evaluate", "--log", log, "--target", "fixed", "--action", "b", "--json"));
        assertTrue(json.get("reliable").asBoolean());
        assertEquals(0, json.get("skippedRows").asInt());
        assertEquals(ROWS, json.get("rows").asInt());
        for (final String estimator : new String[] {"ips", "snips", "doubly_robust"}) {
            final JsonNode estimate = json.get("estimates").get(estimator);
            assertTrue(estimate.get("low").asDouble() < 0.6 && estimate.get("high").asDouble() > 0.6,
                estimator + estimate);
            assertTrue(json.get("differences").get(estimator).get("low").asDouble() > 0.1, json::toString);
        }
        final JsonNode brief = json(CommandRun.of("evaluate", "--log", log, "--folds", "0", "--json"));
        assertFalse(brief.get("estimates").has("doubly_robust"));
        assertEquals("uniform over 2 actions", brief.get("target").asText());
    }

    @Test
    void shouldMarkEveryFigureThatIsNotReliable() throws IOException {
        final String log = log(0.995).toString();
        final CommandRun run = CommandRun.of("evaluate", "--log", log, "--target", "fixed", "--action", "b");
        assertEquals(ExitCode.INVALID, run.exitCode(), run.out() + run.err());
        final int warning = run.out().indexOf("NOT RELIABLE: the figures below must not be used");
        assertTrue(warning >= 0 && warning < run.out().indexOf("estimator"), run.out());
        assertTrue(run.out().contains("warning: the effective sample is"), run.out());
        assertEquals(3, run.out().lines().filter(line -> line.endsWith("NOT RELIABLE")).count(), run.out());
        final CommandRun asJson =
            CommandRun.of("evaluate", "--log", log, "--target", "fixed", "--action", "b", "--json");
        assertEquals(ExitCode.INVALID, asJson.exitCode());
        assertFalse(json(asJson).get("reliable").asBoolean());
        assertEquals("SMALL_EFFECTIVE_SAMPLE", json(asJson).at("/warnings/0/kind").asText(asJson.out()));
    }

    @Test
    void shouldSayThatItClipped() throws IOException {
        final CommandRun run = CommandRun.of("evaluate", "--log", log(0.9).toString(), "--clip", "5");
        assertTrue(run.out().contains("clipped at"), run.out());
        final JsonNode json = json(CommandRun.of("evaluate", "--log", log(0.9).toString(), "--clip", "4", "--json"));
        assertEquals(4, json.at("/weights/max").asDouble());
        assertEquals(5, json.at("/weights/maxUnclipped").asDouble(), 1e-9);
        assertEquals("CLIPPED_MUCH", json.at("/warnings/0/kind").asText(), json.toString());
    }

    @Test
    void shouldTellTheMistakesOfALog() throws IOException {
        final Path log = Files.writeString(
            folder.resolve("bad.csv"), "action,reward,propensity\na,1,0\nb,1,1\nb,0,1\n");
        final CommandRun run = CommandRun.of("evaluate", "--log", log.toString());
        assertEquals(ExitCode.NOT_IN_ORDER, run.exitCode(), run.err());
        assertTrue(run.err().contains(
            "bad.csv line 2, column propensity: found 0, allowed a probability above 0, at most 1"), run.err());
        assertEquals("", run.out());
        final CommandRun skipping = CommandRun.of("evaluate", "--log", log.toString(), "--skip-bad-rows");
        assertEquals(ExitCode.INVALID, skipping.exitCode(), skipping.err());
        assertTrue(skipping.out().contains("2 rows used, 1 left out"), skipping.out());
        assertTrue(skipping.out().contains("left out       line 2, column propensity"), skipping.out());
        assertEquals(ExitCode.NOT_POSSIBLE, CommandRun.of("evaluate", "--log", "no-such-file.csv").exitCode());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--target fixed                        | --target fixed needs --action",
        "--action a                            | --action has no effect here",
        "--target thompson                     | --target thompson needs --priors",
        "--folds 1                             | '1', allowed are 0 and 2 to 100",
        "--clip 0                              | '0.0', allowed are numbers above 0",
        "--draws 0                             | '0', allowed are 1 to 100000000",
        "--catalogue x                         | --catalogue has no effect here",
        "--model fast:2                        | --model has no effect here",
        "--journal x                           | mutually exclusive",
        "--target best                         | --target"})
    void shouldRefuseWrongOptions(final String options, final String told) throws IOException {
        final String[] typed = options.split(" +");
        final String[] args = new String[typed.length + 3];
        args[0] = "evaluate";
        args[1] = "--log";
        args[2] = log(0.5).toString();
        System.arraycopy(typed, 0, args, 3, typed.length);
        final CommandRun run = CommandRun.of(args);
        assertEquals(ExitCode.USAGE, run.exitCode(), run.out() + run.err());
        assertTrue(run.err().contains(told), run.err());
        assertEquals(ExitCode.USAGE, CommandRun.of("evaluate").exitCode());
    }

    @Test
    void shouldRefuseWhatTheLogDoesNotHave() throws IOException {
        final String log = log(0.5).toString();
        assertTrue(CommandRun.of("evaluate", "--log", log, "--target", "column").err()
            .contains("has neither a column target nor"));
        assertTrue(CommandRun.of("evaluate", "--log", log, "--target", "fixed", "--action", "z").err()
            .contains("there is no action z in " + log + "; there are "));
        final Path priors =
            Files.writeString(folder.resolve("priors.yaml"), "all:\n  alpha:\n    - 1\n  beta:\n    - 1\n");
        final CommandRun run = CommandRun.of(
            "evaluate", "--log", log, "--target", "thompson", "--priors", priors.toString());
        assertEquals(ExitCode.NOT_IN_ORDER, run.exitCode());
        assertTrue(run.err().contains("priors for 1 actions of campaign all, but"), run.err());
    }

    @Test
    void shouldSayThatAJournalHoldsNoDecisions() throws IOException {
        final CommandRun none = CommandRun.of("evaluate", "--journal", folder.toString());
        assertEquals(ExitCode.NOT_POSSIBLE, none.exitCode());
        assertTrue(none.err().startsWith("opportune: no journal at "), none.err());
        final RecordWriter records = new RecordWriter(0, 4096).term(1);
        try (JournalWriter writer = new JournalWriter(
            new JournalDirectory(folder.resolve("journal")).shardQueue(0),
            JournalSettings.defaults().withMinFreeBytes(0), new SystemEpochNanoClock(),
            JournalCounters.detached())) {
            records.at(1, 1, 1, 1, 0xAB, 1);
            records.erasure().eventIdHigh(1).eventIdLow(1);
            assertTrue(writer.append(records.buffer(), 0, records.length()) != JournalWriter.NOT_WRITTEN);
        }
        final CommandRun empty = CommandRun.of("evaluate", "--journal", folder.toString(), "--window", "2h");
        assertEquals(ExitCode.NOT_POSSIBLE, empty.exitCode(), empty.err());
        assertTrue(empty.out().contains("No estimate: no decisions are left"), empty.out());
        assertTrue(empty.out().contains("0 of 0 decisions"), empty.out());
        final JsonNode json = json(CommandRun.of("evaluate", "--journal", folder.toString(), "--json"));
        assertFalse(json.get("reliable").asBoolean());
        assertEquals("NO_DECISIONS", json.at("/warnings/0/kind").asText());
        final Path candidate = Files.createDirectories(folder.resolve("candidate"));
        Files.writeString(candidate.resolve("all.yaml"), "offers: [{id: x}]\n");
        final CommandRun refused = CommandRun.of(
            "evaluate", "--journal", folder.toString(), "--catalogue", candidate.toString());
        assertEquals(ExitCode.NOT_IN_ORDER, refused.exitCode(), refused.err());
        assertTrue(refused.err().contains("cannot be used:\n  "), refused.err());
        final CommandRun unknown =
            CommandRun.of("evaluate", "--journal", folder.toString(), "--model", "fast:2");
        assertEquals(ExitCode.NOT_IN_ORDER, unknown.exitCode(), unknown.err());
        assertTrue(unknown.err().contains("no model \"fast:2\" has learned here; none has"), unknown.err());
        final CommandRun trial = CommandRun.of(
            "evaluate", "--journal", folder.toString(), "--model", "fast:3 ftrl alpha=0.05", "--window", "2h");
        assertTrue(trial.out().contains("model      fast:3 ftrl alpha=0.05, which predicted in 0 of these"),
            trial.out() + trial.err());
        assertEquals("fast:3 ftrl", json(CommandRun.of("evaluate", "--journal", folder.toString(), "--model",
            "fast:3 ftrl", "--json")).get("model").asText());
        assertEquals(ExitCode.USAGE,
            CommandRun.of("evaluate", "--journal", folder.toString(), "--target", "uniform").exitCode());
        assertEquals(ExitCode.USAGE,
            CommandRun.of("evaluate", "--journal", folder.toString(), "--since", "9999-01-01T00:00:00Z").exitCode());
    }
}
