package io.opportune.engine.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.AllocationProbe;
import io.opportune.protocol.Consent;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class ProfileUpdatesTest {
    private static final int DAY = 17_190;

    private final ProfileFlyweight profile = newProfile();

    static ProfileFlyweight newProfile() {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[ProfileFlyweight.LENGTH_BYTES]);
        buffer.putShort(ProfileLayout.LAYOUT_VERSION, (short) ProfileLayout.VERSION);
        return new ProfileFlyweight().wrap(buffer, 0);
    }

    static long timeNs(final int day) {
        return TimeUnit.DAYS.toNanos(day) + TimeUnit.HOURS.toNanos(12);
    }

    @Test
    void shouldLayFieldsOutWithoutOverlap() {
        assertEquals(ProfileLayout.ATTRIBUTE_TYPES, ProfileLayout.ATTRIBUTE_IDS + 4 * ProfileLayout.ATTRIBUTE_SLOTS);
        assertEquals(ProfileLayout.SEGMENTS, ProfileLayout.ATTRIBUTE_VALUES + 8 * ProfileLayout.ATTRIBUTE_SLOTS);
        assertEquals(ProfileLayout.ITEM_FOLDS, ProfileLayout.SEGMENTS + 4 * ProfileLayout.SEGMENT_SLOTS);
        assertEquals(ProfileLayout.ITEM_DAYS, ProfileLayout.ITEM_FOLDS + 4 * ProfileLayout.ITEM_SLOTS);
        assertEquals(ProfileLayout.CATEGORIES, ProfileLayout.ITEM_DAYS + 2 * ProfileLayout.ITEM_SLOTS);
        assertEquals(ProfileLayout.UNKNOWN_UNTIL, ProfileLayout.category(ProfileLayout.CATEGORY_SLOTS));
        assertEquals(ProfileLayout.COUNTERS, ProfileLayout.LAST_ACTIVITY + Integer.BYTES);
        assertEquals(200, ProfileFlyweight.COUNTER_AREA_BYTES);
    }

    @Test
    void shouldKnowWhatWasApplied() {
        assertFalse(ProfileUpdates.isApplied(profile, 1));
        ProfileUpdates.markApplied(profile, 3, 1_000);
        ProfileUpdates.markApplied(profile, 4, 900);
        assertTrue(ProfileUpdates.isApplied(profile, 3));
        assertTrue(ProfileUpdates.isApplied(profile, 4));
        assertFalse(ProfileUpdates.isApplied(profile, 5));
        assertEquals(1_000, profile.createdTimeNs());
        assertEquals(1_000, profile.updatedTimeNs());
    }

    @Test
    void shouldCountVisitDaysOnce() {
        ProfileUpdates.recordVisit(profile, timeNs(DAY), 1, 309);
        ProfileUpdates.recordVisit(profile, timeNs(DAY), 5, 0);
        ProfileUpdates.recordVisit(profile, timeNs(DAY + 3), 0, 310);
        assertEquals(2, profile.visitCount());
        assertEquals(5, profile.lastChannel());
        assertEquals(310, profile.lastStoreId());
        assertEquals(1, profile.visitsInDays(DAY + 3, 3));
        assertEquals(2, profile.visitsInDays(DAY + 3, 4));
        assertEquals(0, profile.visitsInDays(DAY + 70, 64));
        assertEquals(7, profile.daysSinceVisit(DAY + 10));
        assertEquals(ProfileFlyweight.NEVER, newProfile().daysSinceVisit(DAY));
    }

    @Test
    void shouldTakeConsentGrantsAndRefusals() {
        ProfileUpdates.grantConsent(profile, Consent.PERSONALISATION | Consent.PURCHASE_HISTORY | 1 << 20);
        ProfileUpdates.recordPurchaseLine(profile, timeNs(DAY), 7, 99, 1_000, 2_000_000);
        assertEquals(Consent.PERSONALISATION | Consent.PURCHASE_HISTORY, profile.consent());
        ProfileUpdates.revokeConsent(profile, Consent.PURCHASE_HISTORY);
        assertEquals(Consent.PERSONALISATION, profile.consent());
        assertEquals(Consent.PURCHASE_HISTORY, profile.refusedConsent());
        assertEquals(0, profile.categoryCount());
        assertFalse(profile.boughtItemWithin(99, DAY, 1));
        ProfileUpdates.grantConsent(profile, Consent.PURCHASE_HISTORY);
        assertEquals(0, profile.refusedConsent());
    }

    @Test
    void shouldSetAndRemoveAttributesAndSegments() {
        for (int id = 1; id <= ProfileLayout.ATTRIBUTE_SLOTS; id++) {
            assertTrue(ProfileUpdates.setAttribute(profile, id, 2, id * 10L));
        }
        assertFalse(ProfileUpdates.setAttribute(profile, 100, 2, 5));
        assertTrue(ProfileUpdates.setAttribute(profile, 3, 4, -1));
        assertEquals(-1, profile.attributeValue(profile.findAttribute(3)));
        assertEquals(4, profile.attributeType(profile.findAttribute(3)));
        assertTrue(ProfileUpdates.removeAttribute(profile, 1));
        assertFalse(ProfileUpdates.removeAttribute(profile, 1));
        assertEquals(60, profile.attributeValue(profile.findAttribute(6)));
        for (int id = 1; id <= ProfileLayout.SEGMENT_SLOTS; id++) {
            assertTrue(ProfileUpdates.addSegment(profile, id));
            assertTrue(ProfileUpdates.addSegment(profile, id));
        }
        assertEquals(ProfileLayout.SEGMENT_SLOTS, profile.segmentCount());
        assertFalse(ProfileUpdates.addSegment(profile, 99));
        assertTrue(ProfileUpdates.removeSegment(profile, 1));
        assertEquals(-1, profile.findSegment(1));
        assertTrue(profile.findSegment(24) >= 0);
        assertFalse(ProfileUpdates.removeSegment(profile, 1));
    }

    @Test
    void shouldForgetTheCategoryBoughtLongestAgo() {
        for (int id = 1; id <= ProfileLayout.CATEGORY_SLOTS; id++) {
            assertFalse(ProfileUpdates.recordPurchaseLine(profile, timeNs(DAY + id), id, 0, 1_000, 1));
        }
        ProfileUpdates.recordPurchaseLine(profile, timeNs(DAY + 20), 1, 0, 1_000, 1);
        assertTrue(ProfileUpdates.recordPurchaseLine(profile, timeNs(DAY + 20), 50, 0, 1_000, 1));
        assertEquals(-1, profile.findCategory(2));
        assertTrue(profile.findCategory(1) >= 0 && profile.findCategory(50) >= 0);
    }

    @Test
    void shouldKeepTheTwelveItemsBoughtLast() {
        for (long item = 1; item <= ProfileLayout.ITEM_SLOTS; item++) {
            assertFalse(ProfileUpdates.recordPurchaseLine(profile, timeNs(DAY), 0, item << 33, 1_000, 1));
        }
        assertTrue(ProfileUpdates.recordPurchaseLine(profile, timeNs(DAY + 1), 0, 5_000, 1_000, 1));
        assertEquals(ProfileLayout.ITEM_SLOTS, profile.itemCount());
        assertTrue(profile.boughtItemWithin(5_000, DAY + 1, 1));
        assertFalse(profile.boughtItemWithin(5_000, DAY + 2, 1));
        assertTrue(profile.boughtItemWithin(5_000, DAY + 2, 2));
        assertFalse(profile.boughtItemWithin(5_001, DAY + 2, 2));
    }

    @Test
    void shouldBookReturnsAgainstTheirCategory() {
        ProfileUpdates.recordPurchaseLine(profile, timeNs(DAY), 7, 0, 2_000, 5_000_000);
        ProfileUpdates.recordPurchaseLine(profile, timeNs(DAY + 40), 7, 0, -1_000, -2_000_000);
        ProfileUpdates.recordPurchaseLine(profile, timeNs(DAY + 40), 8, 0, -1_000, -2_000_000);
        assertEquals(-1, profile.findCategory(8));
        final int slot = profile.findCategory(7);
        assertEquals(DAY, profile.lastPurchaseDay(slot));
        assertEquals(3_000_000, profile.amountMicros(slot, 90, DAY));
        assertEquals(1, profile.purchases(slot, 90, DAY));
    }

    @Test
    void shouldSaturateInsteadOfOverflowing() {
        for (int i = 0; i < 300; i++) {
            ProfileUpdates.recordPurchaseLine(profile, timeNs(DAY), 7, 0, 1_000, Long.MAX_VALUE);
            ProfileUpdates.recordAnswer(profile, timeNs(DAY), 3, i % 2 == 0);
        }
        assertEquals(255, profile.purchases(profile.findCategory(7), 30, DAY));
        assertEquals(ProfileLayout.MAX_AMOUNT, profile.amountMicros(profile.findCategory(7), 30, DAY));
        final int answers = profile.findAnswers(3);
        assertEquals(15, profile.clicks(answers));
        assertEquals(15, profile.declines(answers));
    }

    @Test
    void shouldRememberTheLastDecline() {
        ProfileUpdates.recordAnswer(profile, timeNs(DAY), 3, false);
        final int answers = profile.findAnswers(3);
        assertEquals(0, profile.lastDeclineDay(answers));
        ProfileUpdates.recordAnswer(profile, timeNs(DAY + 1), 3, true);
        ProfileUpdates.recordAnswer(profile, timeNs(DAY + 9), 3, false);
        assertEquals(DAY + 1, profile.lastDeclineDay(answers));
        ProfileUpdates.recordAnswer(profile, timeNs(DAY + 400), 3, false);
        assertEquals(DAY + 400 - 254, profile.lastDeclineDay(answers));
    }

    @Test
    void shouldForgetOffersThatWereNotDeclinedFirst() {
        ProfileUpdates.recordAnswer(profile, timeNs(DAY), 1, true);
        for (int offer = 2; offer <= ProfileFlyweight.MAX_ANSWERS; offer++) {
            assertFalse(ProfileUpdates.recordAnswer(profile, timeNs(DAY + offer), offer, false));
        }
        assertTrue(ProfileUpdates.recordAnswer(profile, timeNs(DAY + 20), 99, false));
        assertEquals(-1, profile.findAnswers(2));
        assertTrue(profile.findAnswers(1) >= 0);
    }

    @Test
    void shouldKeepOnlyTheForwardOnceTheMergeIsDone() {
        ProfileUpdates.markApplied(profile, 9, timeNs(DAY));
        ProfileUpdates.addSegment(profile, 5);
        ProfileUpdates.forward(profile, 11, 12);
        assertTrue(profile.isForwarded() && profile.isMergePending());
        assertEquals(1, profile.segmentCount());
        ProfileUpdates.finishForward(profile);
        assertTrue(profile.isForwarded());
        assertFalse(profile.isMergePending());
        assertEquals(0, profile.segmentCount());
        assertEquals(11, profile.forwardHigh());
        assertEquals(12, profile.forwardLow());
        assertEquals(9, profile.lastAppliedSequence());
        ProfileUpdates.clear(profile);
        assertFalse(profile.isForwarded());
        assertEquals(0, profile.forwardHigh());
        assertEquals(9, profile.lastAppliedSequence());
    }

    @Test
    void shouldAllocateNothing() {
        assertEquals(0, AllocationProbe.bytesOf(() -> {
            for (int i = 0; i < 20_000; i++) {
                final long time = timeNs(DAY + i / 100);
                ProfileUpdates.recordVisit(profile, time, 1, 2);
                ProfileUpdates.recordPurchaseLine(profile, time, i % 11, i % 37, 1_000, i);
                ProfileUpdates.recordAnswer(profile, time, 1 + i % 13, i % 3 == 0);
                ProfileUpdates.recordActivity(profile, time, 1_800);
                final CapWindow window = CapWindow.of(i % 7);
                final int key = CapKey.of(CapScope.OFFER, i % 29, ExposureKind.IMPRESSION, window, i % 2 == 0);
                ProfileUpdates.count(profile, time, key, window, 3, i % 3);
                profile.counted(key, window, 3, i % 3, time, 1_800);
                ProfileUpdates.markApplied(profile, i, time);
            }
        }));
    }
}
