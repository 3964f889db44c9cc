package io.opportune.engine.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.counters.CountTable;
import io.opportune.protocol.ReasonCode;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DeliveryTallyTest {
    private static final int CAMPAIGN = 700;
    private static final int PLACEMENT = 3;

    private final DeliveryTally tally = new DeliveryTally();

    private long campaign(final int column) {
        return tally.campaigns().get(CAMPAIGN, column);
    }

    @Test
    void shouldCountADecisionOnceForTwoOffersOfACampaign() {
        tally.campaigns().reserve(CAMPAIGN);
        for (int i = 0; i < 5; i++) {
            tally.begin(PLACEMENT, true, 0);
            tally.candidate(CAMPAIGN, -1);
            tally.candidate(CAMPAIGN, ReasonCode.CAP_REACHED.ordinal());
            tally.candidate(CAMPAIGN, -1);
        }
        tally.begin(PLACEMENT, true, 0);
        assertEquals(5, campaign(DeliveryTally.DECISIONS));
        assertEquals(10, campaign(DeliveryTally.ELIGIBLE));
        assertEquals(5, campaign(DeliveryTally.column(ReasonCode.CAP_REACHED)));
        assertEquals(6, tally.placements().get(PLACEMENT, DeliveryTally.SEARCHED));
    }

    @Test
    void shouldHaveAColumnOfItsOwnForEachReasonOfCandidates() {
        tally.campaigns().reserve(CAMPAIGN);
        tally.begin(PLACEMENT, true, 0);
        int with = 0;
        for (final ReasonCode reason : ReasonCode.values()) {
            tally.candidate(CAMPAIGN, reason.ordinal());
            if (DeliveryTally.column(reason) >= 0) {
                with++;
                assertEquals(1, campaign(DeliveryTally.column(reason)), reason.name());
            }
            assertEquals(reason.code() >= 400 && reason.code() < 500, DeliveryTally.column(reason) >= 0);
        }
        assertTrue(with > 30);
        assertEquals(0, campaign(DeliveryTally.ELIGIBLE));
        assertEquals(1, campaign(DeliveryTally.DECISIONS));
    }

    @Test
    void shouldCountCampaignsWithoutRoomTogether() {
        tally.begin(PLACEMENT, true, 0);
        tally.candidate(CAMPAIGN, -1);
        tally.made(CAMPAIGN, 0.25, false);
        tally.made(CAMPAIGN, 0.25, true);
        tally.redeemed(CAMPAIGN);
        assertEquals(0, campaign(DeliveryTally.OFFERED));
        for (final int column : new int[] {
            DeliveryTally.ELIGIBLE, DeliveryTally.OFFERED, DeliveryTally.AUCTIONED, DeliveryTally.REDEEMED}) {
            assertEquals(1, tally.campaigns().get(CountTable.OTHERS, column));
        }
        assertEquals(250_000, tally.campaigns().get(CountTable.OTHERS, DeliveryTally.EXPECTED));
    }

    /** Columns ascend with the bound, and bounds that differ by a quarter have different ones. */
    @Test
    void shouldTellBoundsApart() {
        final SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 10_000; i++) {
            final double one = Math.exp(random.nextDouble() * 27);
            assertTrue(DeliveryTally.stopColumn(one) <= DeliveryTally.stopColumn(one * 1.001));
            assertTrue(DeliveryTally.stopColumn(one) < DeliveryTally.stopColumn(one * 1.26), () -> "bound " + one);
        }
        assertEquals(DeliveryTally.stopColumn(1), DeliveryTally.stopColumn(0.001));
        assertEquals(DeliveryTally.stopColumnEnd() - 1, DeliveryTally.stopColumn(Double.MAX_VALUE));
    }

    @Test
    void shouldKeepWhatHeldACandidateBack() {
        final Candidates candidates = new Candidates();
        candidates.ensureCapacity(200);
        int i = 0;
        for (final ReasonCode reason : ReasonCode.values()) {
            candidates.add(i);
            candidates.holdBack(i, reason);
            assertTrue(candidates.isHeldBack(i));
            assertEquals(reason.ordinal(), candidates.heldBackBy(i++));
        }
        candidates.add(i);
        candidates.score(i, 0, 0, -1);
        assertEquals(-1, candidates.heldBackBy(i));
    }
}
