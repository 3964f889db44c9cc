package io.opportune.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Offer;
import io.opportune.protocol.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What was held back is held back again, by the list that the record has of it. */
class RecordedGateTest {
    private final Catalogue catalogue = catalogue();
    private final WithheldList list = new WithheldList();
    private final RecordedGate gate = new RecordedGate();

    private static Catalogue catalogue() {
        final StringBuilder offers = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            offers.append(DeliveryCatalogue.offer("o" + i, "a", ""));
        }
        return DeliveryCatalogue.of(DeliveryCatalogue.campaign("a", "budget: {currency: USD}"), offers.toString());
    }

    @Test
    void shouldAnswerTheSameAgain() {
        final long seed = Long.getLong("opportune.test.seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 500; round++) {
            final List<Offer> met = new ArrayList<>();
            final List<ReasonCode> answers = new ArrayList<>();
            list.clear();
            final int start = random.nextInt(catalogue.offerCount());
            for (int i = start; i < catalogue.offerCount(); i++) {
                final ReasonCode why = switch (random.nextInt(4)) {
                    case 0 -> ReasonCode.BUDGET_EXHAUSTED;
                    case 1 -> ReasonCode.PACED;
                    default -> null;
                };
                met.add(catalogue.offer(i));
                answers.add(why);
                if (why != null) {
                    list.add(catalogue.offer(i).offerId(), why);
                }
            }
            gate.wrap(list.buffer(), 0, list.lengthBytes());
            for (int i = 0; i < met.size(); i++) {
                assertEquals(answers.get(i), gate.heldBack(met.get(i), 1), "seed " + seed + ", round " + round);
                assertFalse(gate.isFull());
            }
        }
    }

    @Test
    void shouldBeFullWhereTheListWas() {
        list.clear();
        final Offer offer = catalogue.offer(0);
        for (int i = 0; i < WithheldList.MAX_OFFERS; i++) {
            assertFalse(list.isFull());
            list.add(offer.offerId(), ReasonCode.PACED);
        }
        assertTrue(list.isFull());
        gate.wrap(list.buffer(), 0, list.lengthBytes());
        for (int i = 0; i < WithheldList.MAX_OFFERS; i++) {
            assertFalse(gate.isFull());
            assertEquals(ReasonCode.PACED, gate.heldBack(offer, 1));
        }
        assertTrue(gate.isFull());
        assertNull(gate.heldBack(offer, 1));
    }
}
