package io.opportune.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every bench runs once, briefly, on a small world: the figures mean nothing here, the benches must work. */
@Timeout(120)
class BenchSmokeTest {
    private static final Set<String> BENCHES = Set.of(
        "AffinityBench.candidates", "AffinityBench.count", "AffinityBench.gather", "AffinityBench.score",
        "ApplyBench.apply", "CapBench.candidate", "CapBench.count", "ChoiceBench.epsilon", "ChoiceBench.epsilonSlate",
        "ChoiceBench.fill", "ChoiceBench.greedy", "ChoiceBench.greedySlate", "ChoiceBench.softmax",
        "ChoiceBench.softmaxSlate", "ChoiceBench.thompson", "ChoiceBench.thompsonSlate", "ControlGroupBench.campaign",
        "ControlGroupBench.global", "DecisionBench.decide", "DecisionBench.decideAndCount", "DecodeBench.decode",
        "DeliveryBench.winner", "EncodeBench.encode", "EventEncodeBench.encode", "EventEncodeBench.fill",
        "FeatureBench.context", "FeatureBench.pair", "JournalAppendBench.append", "LedgerBench.publish",
        "LedgerBench.reserve", "LedgerBench.take", "PacingBench.control", "PacingBench.winner",
        "ProfileLookupBench.mix", "ProfileLookupBench.random", "ScoringBench.cold", "ScoringBench.learnOne",
        "ScoringBench.warm", "ShardBench.decide", "ShardBench.request", "TargetingScanBench.scan",
        "TargetingScanBench.scanLive");

    @Test
    void shouldRunEveryBenchOnce() throws Exception {
        // Nothing is measured here: a benchmark that somebody runs at the same time is no reason to refuse.
        System.setProperty("jmh.ignoreLock", "true");
        final Collection<RunResult> results = new Runner(new OptionsBuilder()
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(20))
            .param("customers", "500")
            .param("items", "400")
            .param("offers", "40")
            .param("requests", "300")
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .build()).run();
        final Set<String> ran = new TreeSet<>();
        for (final RunResult result : results) {
            ran.add(result.getParams().getBenchmark().replace("io.opportune.bench.", ""));
            assertTrue(result.getPrimaryResult().getScore() > 0, result.getParams()::getBenchmark);
        }
        assertEquals(new TreeSet<>(BENCHES), ran);
    }

    @Test
    void shouldRunTheSecondStageBesideDecisionsWithoutIt() throws Exception {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        new SecondStageRun(500, 200, SecondStageRun.TURN).run(new PrintStream(out, true, StandardCharsets.UTF_8));
        final String[] lines = out.toString(StandardCharsets.UTF_8).split("\n");
        assertEquals(9, lines.length, out::toString);
        assertTrue(lines[1].startsWith("without ") && lines[7].startsWith("hidden layer, 32 "), out::toString);
        // Some decisions have candidates, and a first run is not skipped for time.
        assertTrue(lines[7].matches(".* [0-9]+ of [1-9][0-9]* .*"), out::toString);
    }

    @Test
    void shouldGiveTheEchoAnAnswerOfTheAskedLength() {
        assertEquals(181, EchoAnswer.of(181).length);
        assertEquals(EchoAnswer.of(0).length, EchoAnswer.of(1).length);
    }
}
