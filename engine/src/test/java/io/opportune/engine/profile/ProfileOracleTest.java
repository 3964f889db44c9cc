package io.opportune.engine.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Compares a profile with the whole history of events it was made from. */
class ProfileOracleTest {
    private static final int FIRST_DAY = 17_100;

    private record Event(int day, int id, ExposureKind kind, long amountMicros) {
    }

    private final List<Event> purchases = new ArrayList<>();
    private final List<Event> exposures = new ArrayList<>();
    private final List<Integer> visits = new ArrayList<>();

    private void forget() {
        purchases.clear();
        exposures.clear();
        visits.clear();
    }

    private static long count(final List<Event> events, final Predicate<Event> which) {
        return events.stream().filter(which).count();
    }

    private long spent(final int id, final int fromDay, final int toDay) {
        return purchases.stream().filter(e -> e.id == id && e.day >= fromDay && e.day <= toDay)
            .mapToLong(Event::amountMicros).sum();
    }

    private long bought(final int id, final int fromDay, final int toDay) {
        return count(purchases, e -> e.id == id && e.day >= fromDay && e.day <= toDay);
    }

    @Test
    void shouldAgreeWithTheHistory() {
        for (long seed = 1; seed <= 200; seed++) {
            forget();
            final Random random = new Random(seed);
            final ProfileFlyweight profile = ProfileUpdatesTest.newProfile();
            int day = FIRST_DAY + random.nextInt(60);
            for (int step = 0; step < 120; step++) {
                day += random.nextInt(3) == 0 ? random.nextInt(12) : 0;
                apply(profile, random, day);
                check(profile, day, "seed " + seed + ", step " + step);
                check(profile, day + random.nextInt(100), "later, seed " + seed + ", step " + step);
            }
        }
    }

    private void apply(final ProfileFlyweight profile, final Random random, final int day) {
        final long timeNs = ProfileUpdatesTest.timeNs(day);
        switch (random.nextInt(3)) {
            case 0 -> {
                ProfileUpdates.recordVisit(profile, timeNs, 1, 1);
                visits.add(day);
            }
            case 1 -> {
                final int category = 1 + random.nextInt(ProfileLayout.CATEGORY_SLOTS);
                final long amountMicros = random.nextInt(50_000_000);
                ProfileUpdates.recordPurchaseLine(profile, timeNs, category, 0, 1_000, amountMicros);
                purchases.add(new Event(day, category, null, amountMicros));
            }
            default -> {
                final int offer = 1 + random.nextInt(ProfileFlyweight.MAX_ANSWERS);
                final ExposureKind kind = random.nextBoolean() ? ExposureKind.DECLINE : ExposureKind.CLICK;
                ProfileUpdates.recordAnswer(profile, timeNs, offer, kind == ExposureKind.DECLINE);
                exposures.add(new Event(day, offer, kind, 0));
            }
        }
    }

    private void check(final ProfileFlyweight profile, final int now, final String where) {
        for (int days = 1; days <= 64; days += 7) {
            final int from = now - days + 1;
            final long expected = visits.stream().filter(d -> d >= from && d <= now).distinct().count();
            assertEquals(expected, profile.visitsInDays(now, days), where + ", visits in " + days);
        }
        assertEquals(visits.stream().distinct().count(), profile.visitCount(), where);
        for (int slot = 0; slot < profile.categoryCount(); slot++) {
            checkCategory(profile, slot, now, where);
        }
        for (int at = profile.firstCounter(); at >= 0; at = profile.nextCounter(at)) {
            checkAnswers(profile, at, where);
        }
    }

    private void checkCategory(
        final ProfileFlyweight profile, final int slot, final int now, final String where) {
        final int id = profile.categoryId(slot);
        final int last = purchases.stream().filter(e -> e.id == id).mapToInt(Event::day).max().orElseThrow();
        assertEquals(now - last, profile.daysSincePurchase(slot, now), where);
        final int bucket = now / 30 * 30;
        // The documented definition, exactly.
        final int covered = 29 - now % 30;
        final long expected30 = now - last >= 30 ? 0
            : bought(id, bucket, now) + (bought(id, bucket - 30, bucket - 1) * covered + 29) / 30;
        assertEquals(expected30, profile.purchases(slot, 30, now), where + ", category " + id);
        final long expectedSpend30 = now - last >= 30 ? 0
            : spent(id, bucket, now) + spent(id, bucket - 30, bucket - 1) * covered / 30;
        assertEquals(expectedSpend30, profile.amountMicros(slot, 30, now), where + ", category " + id);
        final long expected90 = now - last >= 90 ? 0 : bought(id, bucket - 60, now);
        assertEquals(expected90, profile.purchases(slot, 90, now), where + ", category " + id);
        assertEquals(now - last >= 90 ? 0 : spent(id, bucket - 60, now), profile.amountMicros(slot, 90, now), where);
        // The documented error against true sliding windows.
        final long true30 = bought(id, now - 29, now);
        final long before = bought(id, bucket - 30, bucket - 1);
        assertTrue(Math.abs(true30 - expected30) <= before, where + ", category " + id);
        assertTrue(expected90 <= bought(id, now - 89, now), where + ", category " + id);
        assertTrue(expected90 >= bought(id, now - 60, now), where + ", category " + id);
    }

    private void checkAnswers(final ProfileFlyweight profile, final int at, final String where) {
        final int id = profile.answersOfferId(at);
        assertEquals(Math.min(15, count(exposures, e -> e.id == id && e.kind == ExposureKind.CLICK)),
            profile.clicks(at), where);
        assertEquals(Math.min(15, count(exposures, e -> e.id == id && e.kind == ExposureKind.DECLINE)),
            profile.declines(at), where);
        final int declined = exposures.stream().filter(e -> e.id == id && e.kind == ExposureKind.DECLINE)
            .mapToInt(Event::day).max().orElse(0);
        if (profile.lastAnswerDay(at) - declined < 254 || declined == 0) {
            assertEquals(declined, profile.lastDeclineDay(at), where + ", offer " + id);
        }
    }

    @Test
    void shouldMakeTheSameBytesFromTheSameEvents() {
        final ProfileFlyweight once = ProfileUpdatesTest.newProfile();
        final ProfileFlyweight again = ProfileUpdatesTest.newProfile();
        final Random first = new Random(99);
        final Random second = new Random(99);
        for (int step = 0; step < 5_000; step++) {
            apply(once, first, FIRST_DAY + step / 10);
            apply(again, second, FIRST_DAY + step / 10);
        }
        assertEquals(new UnsafeBuffer(once.buffer()), new UnsafeBuffer(again.buffer()));
    }

    @Test
    void shouldMergeAsIfOneProfileHadSeenAllEvents() {
        for (long seed = 1; seed <= 200; seed++) {
            forget();
            final Random random = new Random(seed);
            final ProfileFlyweight left = ProfileUpdatesTest.newProfile();
            final ProfileFlyweight right = ProfileUpdatesTest.newProfile();
            final int firstDay = FIRST_DAY + random.nextInt(30);
            int day = firstDay;
            for (int step = 0; step < 60; step++) {
                day = Math.min(firstDay + 60, day + random.nextInt(4));
                apply(random.nextBoolean() ? left : right, random, day);
            }
            final ProfileFlyweight leftCopy = copy(left);
            assertEquals(0, ProfileMerge.merge(left, right, 0), "seed " + seed);
            assertEquals(0, ProfileMerge.merge(right, leftCopy, 0), "seed " + seed);
            check(left, day, "left, seed " + seed);
            check(right, day, "right, seed " + seed);
            check(left, day + 20, "left, seed " + seed);
            check(right, day + 20, "right, seed " + seed);
        }
    }

    private static ProfileFlyweight copy(final ProfileFlyweight profile) {
        final byte[] bytes = new byte[ProfileFlyweight.LENGTH_BYTES];
        profile.buffer().getBytes(0, bytes);
        return new ProfileFlyweight().wrap(new UnsafeBuffer(bytes), 0);
    }
}
