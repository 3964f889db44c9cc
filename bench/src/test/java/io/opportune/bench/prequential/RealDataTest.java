package io.opportune.bench.prequential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.opportune.bench.prequential.example.Examples;
import io.opportune.bench.prequential.example.JourneyExamples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On the real data sets, with one negative of Complete Journey in ten. */
@Timeout(300)
class RealDataTest {
    private static final int KEPT_OF = 10;

    private static Path data() {
        final String shared = System.getenv("OPPORTUNE_SHARED");
        final String root = System.getenv("OPPORTUNE_ROOT");
        final Path folder = shared != null ? Path.of(shared)
            : Path.of(root == null ? "." : root).resolve("..").resolve("shared");
        final Path data = folder.resolve("data");
        if (!Files.isDirectory(data.resolve("completejourney")) || !Files.isDirectory(data.resolve("open-bandit"))) {
            final String message = "the data sets are not at " + data;
            if (System.getenv("CI") != null) {
                fail(message);
            }
            abort(message + ": skipped");
        }
        return data;
    }

    @Test
    void shouldBeNoWorseThanVowpalWabbit() throws IOException {
        final List<PrequentialRun.Comparison> comparisons = PrequentialRun.quality(data(), KEPT_OF, System.out);
        assertEquals(6, comparisons.size());
        for (final PrequentialRun.Comparison each : comparisons) {
            final String what = each.own().contender().name() + " on " + each.examples().name();
            assertTrue(each.lossKept(), () -> what + ": log loss " + each.ownLoss() + ", Vowpal Wabbit "
                + each.otherLoss() + ", one standard error " + each.error().logLoss());
            assertTrue(each.aucKept(), () -> what + ": AUC " + each.ownAuc() + ", Vowpal Wabbit " + each.otherAuc()
                + ", one standard error " + each.error().auc());
        }
    }

    /** 2,075 redeemed pairs of household and coupon within their campaigns, as counted apart from this code. */
    @Test
    void shouldKeepAllPositivesAndTheWeightOfAllNegatives() throws IOException {
        final Examples examples = JourneyExamples.read(data().resolve("completejourney"), KEPT_OF);
        assertEquals(2_075, examples.positives(0, examples.count()));
        double weight = 0;
        for (int i = 0; i < examples.count(); i++) {
            weight += examples.weight(i);
        }
        assertEquals(800_199, weight, 10_000);
        // No label of a campaign is learned before the last of its tests, and no campaign is tested in two pieces.
        final boolean[] learned = new boolean[28];
        for (int i = 0; i < examples.stepCount(); i++) {
            final int step = examples.step(i);
            if (step < 0) {
                learned[examples.group(~step)] = true;
            } else {
                assertTrue(!learned[examples.group(step)],
                    "example " + step + " is tested after labels of its campaign");
            }
        }
    }
}
