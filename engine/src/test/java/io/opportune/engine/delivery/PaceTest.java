package io.opportune.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.pacing.PacingTable;
import org.junit.jupiter.api.Test;

/** Who takes part, and what counts as an opportunity. */
class PaceTest {
    private final Catalogue catalogue = DeliveryCatalogue.of(
        DeliveryCatalogue.campaign("paced", "budget: {currency: USD}")
            + DeliveryCatalogue.campaign("free", "budget: {currency: USD}"),
        DeliveryCatalogue.offer("x", "paced", "") + DeliveryCatalogue.offer("y", "paced", "")
            + DeliveryCatalogue.offer("z", "free", ""));
    private final Offer first = DeliveryCatalogue.find(catalogue, "x");
    private final Offer second = DeliveryCatalogue.find(catalogue, "y");
    private final Offer other = DeliveryCatalogue.find(catalogue, "z");

    @Test
    void shouldCountARequestOnceAndLeaveOthersAlone() {
        // Nobody takes part in a table that no controller has written yet.
        final Pace pace = new Pace(new PacingTable(first.campaignId()), first.campaignId());
        for (int request = 1; request <= 10; request++) {
            assertFalse(pace.takesPart(first, request, 31L * request, 5));
            assertFalse(pace.takesPart(second, request, 31L * request, 5));
            assertTrue(pace.takesPart(other, request, 31L * request, 5));
            assertEquals(request, pace.opportunities(0));
        }
    }

    @Test
    void shouldLetAllTakePartWithoutAPace() {
        assertTrue(Pace.none().takesPart(first, 1, 1, 1));
    }
}
