package io.opportune.engine.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** A champion and a shadow that learn the same examples. */
class ModelSetTest {
    private static final long SEED = 41;

    @Test
    void shouldCompareAShadowAndPromoteIt() {
        // A champion whose weights can hardly move, and a shadow that learns.
        final Learner champion = new Learner(OfferWorld.spec(LearnerKind.FTRL)
            .rates(new FtrlRates(1e-5f, 1, 0, 1)).heads(OfferWorld.clicks()).build());
        final Learner shadow = new Learner(OfferWorld.spec(LearnerKind.BAYES).heads(OfferWorld.clicks(),
            new HeadSpec(Head.AMOUNT, Feedback.IMMEDIATE)).build());
        final ModelSet models = new ModelSet(champion);
        final OfferWorld world = new OfferWorld(SEED, -2);
        teach(models, world, 1_000);
        assertEquals(1_000, champion.validation(Head.CLICK).examples());
        assertThrows(IllegalStateException.class, models::promote);
        models.startShadow(shadow);
        assertEquals(0, champion.validation(Head.CLICK).examples(), "both figures are of the same examples");
        teach(models, world, 10_000);
        assertEquals(10_000, champion.validation(Head.CLICK).examples());
        assertEquals(10_000, shadow.validation(Head.CLICK).examples());
        assertTrue(shadow.validation(Head.CLICK).logLoss() < champion.validation(Head.CLICK).logLoss());
        assertTrue(shadow.validation(Head.CLICK).auc() > champion.validation(Head.CLICK).auc());
        models.learn(Head.AMOUNT, world.context, world.offer, world.pair, 5e6, 1);
        assertEquals(1, shadow.examples(Head.AMOUNT), "the champion has no such head");
        assertSame(champion, models.promote());
        assertSame(shadow, models.champion());
        assertNull(models.shadow());
        teach(models, world, 10);
        assertEquals(10_010, shadow.examples(Head.CLICK));
        assertEquals(11_000, champion.examples(Head.CLICK), "nobody teaches it any more");
        models.startShadow(champion);
        models.dropShadow();
        teach(models, world, 10);
        assertEquals(11_000, champion.examples(Head.CLICK));
    }

    private static void teach(final ModelSet models, final OfferWorld world, final int examples) {
        for (int i = 0; i < examples; i++) {
            world.next();
            models.learn(Head.CLICK, world.context, world.offer, world.pair, world.happens() ? 1 : 0, 1);
        }
    }
}
