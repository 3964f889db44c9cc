package io.opportune.engine.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.AllocationProbe;
import io.opportune.engine.catalogue.Advertiser;
import io.opportune.engine.catalogue.AdTraits;
import io.opportune.engine.catalogue.Campaign;
import io.opportune.engine.catalogue.ControlGroup;
import io.opportune.engine.catalogue.Pacing;
import io.opportune.engine.identity.PseudonymKey;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Who is in a control group: the right share, always the same ones, groups apart from each other. */
class ControlGroupsTest {
    private static final PseudonymKey KEY = PseudonymKey.of(new byte[] {
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15});
    private static final long SEED = 61;
    private static final int CUSTOMERS = 200_000;
    /** Chance of a wrong alarm below one in a million. */
    private static final double SIGMAS = 5;

    private static Campaign campaign(final int id, final ControlGroup control) {
        return new Campaign(id, "campaign-" + id, new Advertiser(1, "acme", "Acme", 0, AdTraits.NONE),
            Campaign.Objective.CONVERSIONS, null, ZoneOffset.UTC, List.of(new Campaign.Flight(0, 1)), List.of(),
            List.of(), Pacing.UNPACED, 840, false, AdTraits.NONE, control, Campaign.DEFAULT_ATTRIBUTION_WINDOW_NS);
    }

    private static ControlGroups groups(final ControlGroup global, final Campaign... campaigns) {
        return ControlGroups.of(KEY, global, List.of(campaigns));
    }

    private static int count(final Membership membership) {
        final SplittableRandom random = new SplittableRandom(SEED);
        int count = 0;
        for (int i = 0; i < CUSTOMERS; i++) {
            count += membership.holds(random.nextLong(), random.nextLong()) ? 1 : 0;
        }
        return count;
    }

    private interface Membership {
        boolean holds(long rootHigh, long rootLow);
    }

    private static void assertShare(final double share, final int count) {
        assertEquals(share * CUSTOMERS, count, SIGMAS * Math.sqrt(CUSTOMERS * share * (1 - share)) + 1e-9,
            "seed " + SEED);
    }

    @Test
    void shouldHoldTheShareOfEachGroup() {
        for (final int points : new int[] {0, 1, 200, 1_000, 5_000, 9_999, 10_000}) {
            final ControlGroup group = new ControlGroup(points, "a");
            final ControlGroups groups = groups(group, campaign(7, group));
            assertShare(points / 10_000.0, count(groups::inGlobal));
            assertShare(points / 10_000.0, count((high, low) -> groups.inCampaign(high, low, 7)));
            assertEquals(points > 0, groups.exist());
            assertEquals(points > 0, groups.hasGroup(7));
        }
    }

    @Test
    void shouldKeepEarlierMembersWhenAShareGrows() {
        final ControlGroups small = groups(new ControlGroup(200, "a"));
        final ControlGroups large = groups(new ControlGroup(201, "a"));
        assertEquals(count(small::inGlobal),
            count((high, low) -> small.inGlobal(high, low) && large.inGlobal(high, low)));
        assertNotEquals(0, count((high, low) -> large.inGlobal(high, low) && !small.inGlobal(high, low)));
    }

    @Test
    void shouldKeepGroupsOfDifferentSaltsIndependent() {
        // Same salt of global and campaign: still apart. Campaigns 1 and 2 share a group, 3 has its own.
        final ControlGroup shared = new ControlGroup(3_000, "a");
        final ControlGroups groups = groups(shared, campaign(1, shared), campaign(2, shared),
            campaign(3, new ControlGroup(3_000, "b")));
        assertShare(0.09, count((high, low) -> groups.inGlobal(high, low) && groups.inCampaign(high, low, 1)));
        assertShare(0.09, count((high, low) -> groups.inCampaign(high, low, 1) && groups.inCampaign(high, low, 3)));
        assertShare(0.3, count((high, low) -> groups.inCampaign(high, low, 1) && groups.inCampaign(high, low, 2)));
        final ControlGroups otherStore = ControlGroups.of(PseudonymKey.of(new byte[16]), shared, List.of());
        assertShare(0.09, count((high, low) -> groups.inGlobal(high, low) && otherStore.inGlobal(high, low)));
    }

    @Test
    void shouldFindEachOfManyCampaigns() {
        final List<Campaign> campaigns = new ArrayList<>();
        for (int id = 1; id <= 500; id++) {
            campaigns.add(campaign(id * 1_024, id % 2 == 0 ? ControlGroup.NONE : new ControlGroup(10_000, "s" + id)));
        }
        final ControlGroups groups = ControlGroups.of(KEY, ControlGroup.NONE, campaigns);
        for (int id = 1; id <= 500; id++) {
            assertEquals(id % 2 != 0, groups.inCampaign(1, 2, id * 1_024));
            assertEquals(id % 2 != 0, groups.hasGroup(id * 1_024));
        }
        assertFalse(groups.inCampaign(1, 2, 0));
        assertFalse(groups.hasGroup(0));
        assertFalse(groups.hasGroup(-1));
    }

    @Test
    void shouldLeaveOutWhoIsUnknown() {
        final ControlGroup all = new ControlGroup(10_000, "a");
        final ControlGroups groups = groups(all, campaign(1, all));
        assertFalse(groups.inGlobal(0, 0));
        assertFalse(groups.inCampaign(0, 0, 1));
        assertTrue(groups.inGlobal(0, 1));
        assertFalse(ControlGroups.NONE.inGlobal(1, 1));
        assertFalse(ControlGroups.NONE.exist());
    }

    /** Who is in a group must stay the same for ever; these come from another implementation of SipHash. */
    @Test
    void shouldBeTheSameForEver() {
        final ControlGroups groups = groups(new ControlGroup(5_000, "global"),
            campaign(1, new ControlGroup(5_000, "spring")));
        long global = 0;
        long campaign = 0;
        for (int i = 0; i < 64; i++) {
            global |= groups.inGlobal(i * 31L, i + 1) ? 1L << i : 0;
            campaign |= groups.inCampaign(i * 31L, i + 1, 1) ? 1L << i : 0;
        }
        assertEquals("d42663df9695e809", Long.toHexString(global));
        assertEquals("4381275de747ed55", Long.toHexString(campaign));
    }

    @Test
    void shouldAllocateNothing() {
        final ControlGroups groups = groups(new ControlGroup(200, "a"), campaign(1, new ControlGroup(500, "b")));
        final int[] sum = new int[1];
        assertEquals(0, AllocationProbe.bytesOf(() -> {
            for (int i = 0; i < 100_000; i++) {
                sum[0] += (groups.inGlobal(i, i) ? 1 : 0) + (groups.inCampaign(i, ~i, 1) ? 1 : 0);
            }
        }));
        assertTrue(sum[0] > 0);
    }
}
