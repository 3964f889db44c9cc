package io.opportune.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class BenchMainTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(final String... args) throws Exception {
        return BenchMain.run(args, new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @Test
    void shouldListTheBenchesWithoutArguments() throws Exception {
        assertEquals(0, run());
        assertEquals(BenchMain.USAGE, out.toString(StandardCharsets.UTF_8));
        assertEquals("", err.toString(StandardCharsets.UTF_8));
        assertTrue(BenchMain.USAGE.startsWith("Usage: ops/opportune bench BENCH"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "wires|found wires, allowed: jmh, wire, capacity, journey, match, match-server, load-catalogue, live-changes,"
            + " memory, bid, bid-time, prequential, http, second-stage",
        "wire x|wire: found SECONDS x, allowed: whole numbers from 1 to 3600",
        "wire 0|wire: found SECONDS 0, allowed: whole numbers from 1 to 3600",
        "wire 4 4|wire: found 2 arguments, allowed: at most 1",
        "journey|journey: DIR is missing",
        "journey missing-folder|journey: found DIR missing-folder, which is no folder",
        "journey . many|journey: found PASSES many, allowed: whole numbers from 1 to 100",
        "match missing-folder|match: found DIR missing-folder, which is no folder",
        "match . --mode some|match: found --mode some, allowed: all, best:1 .. best:9999",
        "match-server . 0|match-server: found EVENTS 0, allowed: whole numbers from 1 to 1000000",
        "bid missing-folder|bid: found DIR missing-folder, which is no folder",
        "bid . 0|bid: found SECONDS 0, allowed: whole numbers from 1 to 3600",
        "bid-time . 1 1|bid-time: found 3 arguments, allowed: at most 2",
        "prequential missing-folder|prequential: found DIR missing-folder, which is no folder",
        "prequential . 10|prequential: found EXAMPLES 10, allowed: whole numbers from 1000 to 2000000",
        "second-stage 10|second-stage: found DECISIONS 10, allowed: whole numbers from 256 to 100000000",
        "live-changes 10|live-changes: found OFFERS 10, allowed: whole numbers from 1403 to 10000000"})
    void shouldRefuseWrongArgumentsWithASentence(final String arguments, final String sentence) throws Exception {
        assertEquals(64, run(arguments.split(" ")));
        assertEquals("bench: " + sentence + "\nTry 'ops/opportune bench'.\n", err.toString(StandardCharsets.UTF_8));
        assertEquals("", out.toString(StandardCharsets.UTF_8));
    }
}
