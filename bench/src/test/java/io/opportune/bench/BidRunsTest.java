package io.opportune.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.opportune.bench.bid.BidLoadRun;
import io.opportune.bench.bid.BidRunSize;
import io.opportune.bench.bid.BidTimeRun;
import io.opportune.bench.fixture.TalkingServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Both runs of the bidder once, small: their figures mean nothing here, their counts must agree all the same. */
@Timeout(120)
class BidRunsTest {
    private static final BidRunSize SMALL = new BidRunSize(500, 200, 400, 1, 1);

    private static Path data() {
        final String root = System.getenv("OPPORTUNE_ROOT");
        final Path folder = Path.of(root == null ? ".." : root).resolve("../shared/data/openrtb");
        if (!Files.isDirectory(folder)) {
            if (System.getenv("CI") != null) {
                fail(folder + " is missing: the folder shared/data must stand beside the project");
            }
            abort(folder + " is missing: skipped");
        }
        return folder;
    }

    private static void assumeProgram(final String name) {
        for (final String folder : List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin")) {
            if (Files.isExecutable(Path.of(folder, name))) {
                return;
            }
        }
        abort(name + " is not installed: skipped");
    }

    private static TalkingServer start(final Class<?> main, final List<String> arguments, final Path log)
        throws IOException {
        return ServerProcess.startTalking(WireRun.SERVER_CORE, main, arguments, log);
    }

    /** The run itself throws when the server counted anything else than wrk. */
    @Test
    void shouldBidUnderWrkBesideNginxAndNetty() throws Exception {
        final Path data = data();
        List.of("taskset", "wrk", "nginx").forEach(BidRunsTest::assumeProgram);
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "one core only: skipped");
        final BidLoadRun.Result result = BidLoadRun.run(data, SMALL, 1, List.of(), BidRunsTest::start);
        assertTrue(result.fill() > 0.6, () -> "answers with a bid: " + result.fill());
        assertTrue(result.ofNginx() > 0 && result.ofNetty() > 0, result::toString);
    }

    /** Whether answers are late says something about the machine of the test; that each is answered does not. */
    @Test
    void shouldAnswerEveryRequestUnderTwiceTheLoad() throws Exception {
        final Path data = data();
        assumeProgram("taskset");
        final BidTimeRun.Result result = BidTimeRun.run(data, SMALL, 1, BidRunsTest::start,
            (main, log) -> ServerProcess.startTalking(0, main, List.of(), log));
        assertEquals(0, result.tally().unanswered());
        assertEquals(0, result.tally().other());
        assertEquals(result.tally().sent(), result.tally().ok() + result.tally().none());
        assertTrue(result.tally().ok() > 0, "no bid at all");
        assertEquals(4, result.tally().classes().size());
    }
}
