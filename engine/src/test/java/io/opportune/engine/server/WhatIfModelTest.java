package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.evaluation.Caution;
import io.opportune.engine.evaluation.RewardKind;
import io.opportune.engine.evaluation.WhatIf;
import io.opportune.engine.evaluation.WhatIfReport;
import io.opportune.engine.evaluation.WhatIfReport.LeftOut;
import io.opportune.engine.replay.CandidateRefusedException;
import io.opportune.protocol.client.TillClient;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A journal made again with another model: what changes; with the model that decided nothing does. */
@Timeout(180)
class WhatIfModelTest extends ServerFixture {
    private static final String HOUSE = "house:1 bayes offer-rows=10 campaign-rows=6 linear-bits=14";
    private static final String FAST = "fast:2 ftrl alpha=0.3 offer-rows=10 campaign-rows=6 linear-bits=14";
    private static final String OFFER = """
        - id: many-$i
          campaign: spring
          category: $category
          value: "1.00"
          propensity: 0.03
          discount: {type: none}
          benefit: "Number $i"
          targeting: 'moment.hour != $hour'
          channels: [till, app]
          placements: [checkout]
          creatives:
            - {id: many-$i-all, title: "Number $i"}
        """;

    private void start(final String policy) throws Exception {
        Files.writeString(folder.resolve("catalogue/all.yaml"), withOffers(30, OFFER)
            .replaceFirst("  - id: checkout\n", "  - id: checkout\n    choice: {" + policy + "}\n"));
        threading("ring", 2).set("learning.model", HOUSE).set("learning.shadow", FAST)
            .set("learning.publish-interval", "20ms").set("learning.pending", "1m");
        test.start();
    }

    private void trade(final int term, final int messages) throws Exception {
        try (TillClient client = test.client()) {
            final MixedTraffic traffic = new MixedTraffic(client, seed + term, 100);
            traffic.introduce();
            traffic.run(messages);
        }
    }

    private WhatIfReport whatIf(final String model) throws IOException {
        return new WhatIf(RewardKind.CLICK, TimeUnit.MILLISECONDS.toNanos(1)).model(model)
            .of(folder.resolve("data"), folder.resolve("work"), null);
    }

    @Test
    void shouldShowWhatAnotherModelWouldHaveDone() throws Exception {
        start("policy: greedy, learned: true");
        trade(0, 3_000);
        test.stop();
        test.start();
        trade(1, 1_000);
        test.stop();
        assertDecidedTheSameAgain();

        final WhatIfReport own = whatIf(null);
        assertEquals(0, own.changed(), () -> "seed " + seed + ": " + own);
        assertTrue(own.predicted() > 800, own::toString);
        // The one that decided, by its name, and learning once more from the journal's beginning.
        for (final String same : new String[] {"house:1", HOUSE, HOUSE.replace("house:1", "other:7")}) {
            final WhatIfReport report = whatIf(same);
            assertEquals(own.compared(), report.compared(), same);
            assertEquals(own.predicted(), report.predicted(), same);
            assertEquals(0, report.changed(), () -> "seed " + seed + ": " + same + ", " + report);
            assertNull(report.changedReward());
        }
        // The shadow, by its name and by its line, which it has learned from the beginning.
        final WhatIfReport shadow = whatIf("fast:2");
        assertEquals(own.compared(), shadow.compared());
        assertTrue(shadow.changed() > 50, () -> "seed " + seed + ": " + shadow);
        assertEquals(shadow.changed(), shadow.changedForever(), "nothing was explored");
        final WhatIfReport line = whatIf(FAST);
        assertEquals(shadow.changed(), line.changed(), "seed " + seed);
        assertEquals(shadow.campaigns(), line.campaigns(), "seed " + seed);
        assertTrue(shadow.estimate().cautions().stream().anyMatch(each -> each.kind() == Caution.Kind.NO_SUPPORT),
            shadow.estimate().cautions()::toString);
        // Other settings are another model.
        assertTrue(whatIf("slow:3 ftrl alpha=0.0001 offer-rows=10 campaign-rows=6").changed() != shadow.changed(),
            "seed " + seed);

        assertEquals("candidate model: no model \"slow:3\" has learned here; these have: fast:2, house:1; a model with "
            + "other settings is given as a whole line, such as \"slow:3 bayes\"",
            assertThrows(CandidateRefusedException.class, () -> whatIf("slow:3")).getMessage());
        final String wrong =
            assertThrows(CandidateRefusedException.class, () -> whatIf("slow:3 bayes alpha=2")).getMessage();
        assertTrue(wrong.startsWith("candidate model: \"alpha=2\" in \"slow:3 bayes alpha=2\" is not known for bayes"),
            wrong);
    }

    /** From a promotion on the model before it learns no more: those decisions are left out, and counted. */
    @Test
    void shouldLeaveOutWhatTheModelDidNotSee() throws Exception {
        start("policy: epsilon, epsilon: 0.3, learned: true");
        trade(0, 1_500);
        test.server().learning().promote("fast:2");
        trade(1, 1_500);
        test.stop();
        final WhatIfReport before = whatIf("house:1");
        final long leftOut = before.leftOut().getOrDefault(LeftOut.NOT_MADE_AGAIN, 0L);
        assertTrue(leftOut > 200 && before.compared() > 200, () -> "seed " + seed + ": " + before);
        assertTrue(before.firstLeftOut().getFirst().contains("the candidate model: no model \"house:1\" learned with"),
            before::toString);
        final WhatIfReport whole = whatIf("fast:2");
        assertEquals(0, whole.leftOut().getOrDefault(LeftOut.NOT_MADE_AGAIN, 0L), whole::toString);
        assertEquals(before.compared() + leftOut, whole.compared());
        assertTrue(before.estimate().weights().max() > 1, "what was explored by chance is weighted");
    }
}
