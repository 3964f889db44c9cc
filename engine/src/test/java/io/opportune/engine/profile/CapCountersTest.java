package io.opportune.engine.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Counters of caps against the list of all that happened. */
class CapCountersTest {
    private static final long START = 1_700_000_000L;
    private static final int GAP = 1_800;

    /** All that happened to one customer, and what the documented windows make of it. */
    private static final class History {
        private record Counter(int key, int tag) { }

        private final Map<Counter, List<Long>> times = new HashMap<>();
        private long lastActivity;
        private long sessionStart;

        void active(final long second) {
            if (lastActivity == 0 || second - lastActivity > GAP) {
                sessionStart = second;
            }
            lastActivity = second;
        }

        void count(final int key, final int person, final long second) {
            final int tag = (key & CapKey.PER_PERSON) == 0 ? 0 : person;
            times.computeIfAbsent(new Counter(key, tag), none -> new ArrayList<>()).add(second);
        }

        int counted(final int key, final CapWindow window, final int days, final int person, final long now) {
            int count = 0;
            for (final Map.Entry<Counter, List<Long>> counter : times.entrySet()) {
                final int tag = counter.getKey().tag;
                if (counter.getKey().key == key && (tag == person || tag == 0 || person == 0 || !isPerPerson(key))) {
                    count += (int) counter.getValue().stream().filter(at -> isIn(window, days, at, now)).count();
                }
            }
            return count;
        }

        private static boolean isPerPerson(final int key) {
            return (key & CapKey.PER_PERSON) != 0;
        }

        private boolean isIn(final CapWindow window, final int days, final long at, final long now) {
            return switch (window) {
                case HOUR -> at / 450 >= now / 450 - 8;
                case DAY -> at / 10_800 >= now / 10_800 - 8;
                case WEEK -> at / 75_600 >= now / 75_600 - 8;
                case MONTH -> at / 324_000 >= now / 324_000 - 8;
                case DAYS -> at / 86_400 > now / 86_400 - days;
                case LIFETIME -> true;
                case SESSION -> now - lastActivity <= GAP && at >= sessionStart;
            };
        }
    }

    private record Cap(int key, CapWindow window) { }

    private static Cap cap(final int id, final CapWindow window, final boolean perPerson) {
        return new Cap(
            CapKey.of(CapScope.OFFER, id, ExposureKind.IMPRESSION, window, perPerson), window);
    }

    private static long ns(final long second) {
        return second * 1_000_000_000L + 999_999_999L;
    }

    private static void count(final ProfileFlyweight profile, final Cap cap, final int person, final long second) {
        ProfileUpdates.count(profile, ns(second), cap.key, cap.window, CapWindow.MAX_DAYS, person);
    }

    private static int counted(
        final ProfileFlyweight profile, final Cap cap, final int days, final int person, final long second) {
        return profile.counted(cap.key, cap.window, days, person, ns(second), GAP);
    }

    @Test
    void shouldCountExactlyWhatTheWindowsSayWhileThereIsRoom() {
        for (long seed = 1; seed <= 120; seed++) {
            final Random random = new Random(seed);
            final ProfileFlyweight profile = ProfileUpdatesTest.newProfile();
            final History history = new History();
            final List<Cap> caps = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                caps.add(cap(i, CapWindow.of(random.nextInt(7)), i % 4 == 0));
            }
            long second = START + random.nextInt(10_000_000);
            for (int step = 0; step < 250; step++) {
                second += pause(random);
                final int person = random.nextInt(3);
                ProfileUpdates.recordActivity(profile, ns(second), GAP);
                history.active(second);
                final Cap counted = caps.get(random.nextInt(caps.size()));
                for (int times = random.nextInt(10) == 0 ? 20 : 1; times > 0; times--) {
                    count(profile, counted, person, second);
                    history.count(counted.key, person, second);
                }
                check(profile, history, caps, second + pause(random), "seed " + seed + ", step " + step);
            }
            assertEquals(0, profile.countersUnknownUntilSecond(), "seed " + seed);
        }
    }

    private static long pause(final Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> random.nextInt(60);
            case 2 -> random.nextInt(4_000);
            case 3 -> random.nextInt(90_000);
            case 4 -> random.nextInt(300);
            default -> random.nextInt(10) == 0 ? random.nextInt(3_000_000) : random.nextInt(600_000);
        };
    }

    private static void check(
        final ProfileFlyweight profile, final History history, final List<Cap> caps, final long second,
        final String where) {
        for (final Cap cap : caps) {
            for (int person = 0; person < 4; person++) {
                final int days = 1 + (int) (second % 8);
                assertEquals(history.counted(cap.key, cap.window, days, person, second),
                    counted(profile, cap, days, person, second), where + ", " + cap + ", person " + person);
            }
        }
    }

    @Test
    void shouldNeverCountTooLittleWhenCountersHadToGo() {
        int forgotten = 0;
        int unknown = 0;
        int asked = 0;
        for (long seed = 1; seed <= 120; seed++) {
            final Random random = new Random(seed);
            final ProfileFlyweight profile = ProfileUpdatesTest.newProfile();
            final History history = new History();
            final int offers = 5 + random.nextInt(60);
            final int windows = 1 + random.nextInt(7);
            long second = START;
            for (int step = 0; step < 250; step++) {
                second += pause(random) / 4;
                final int person = random.nextInt(3);
                ProfileUpdates.recordActivity(profile, ns(second), GAP);
                history.active(second);
                final Cap counted = cap(random.nextInt(offers), CapWindow.of(random.nextInt(windows)),
                    random.nextInt(4) == 0);
                forgotten += ProfileUpdates.count(profile, ns(second), counted.key, counted.window,
                    CapWindow.MAX_DAYS, person) ? 1 : 0;
                history.count(counted.key, person, second);
                if (random.nextInt(20) == 0) {
                    ProfileUpdates.recordAnswer(profile, ns(second), random.nextInt(9), random.nextBoolean());
                }
                for (int i = 0; i < 10; i++) {
                    final Cap cap = cap(random.nextInt(offers), CapWindow.of(random.nextInt(windows)),
                        random.nextInt(4) == 0);
                    final int whom = random.nextInt(3);
                    final int found = counted(profile, cap, 3, whom, second);
                    final int expected = history.counted(cap.key, cap.window, 3, whom, second);
                    asked++;
                    unknown += found == ProfileFlyweight.UNKNOWN_COUNT ? 1 : 0;
                    assertTrue(found == expected || found == ProfileFlyweight.UNKNOWN_COUNT,
                        "seed " + seed + ", step " + step + ", " + cap + ": found " + found + " for " + expected);
                }
            }
            assertTrue(profile.counterBytes() <= ProfileFlyweight.COUNTER_AREA_BYTES, "seed " + seed);
        }
        assertTrue(forgotten > 1_000, "counters must have gone: " + forgotten);
        assertTrue(unknown > asked / 100 && unknown < asked, unknown + " of " + asked);
    }

    @Test
    void shouldForgetTheWindowThatEndsFirstAndBlockOnlyUntilThen() {
        final ProfileFlyweight profile = ProfileUpdatesTest.newProfile();
        for (int i = 0; i < 15; i++) {
            count(profile, cap(i, CapWindow.WEEK, false), 0, START);
        }
        final Cap hour = cap(50, CapWindow.HOUR, false);
        count(profile, hour, 0, START);
        assertEquals(0, profile.countersUnknownUntilSecond());
        assertFalse(ProfileUpdates.count(profile, ns(START), hour.key, hour.window, CapWindow.MAX_DAYS, 0));
        assertTrue(ProfileUpdates.count(
            profile, ns(START), cap(16, CapWindow.WEEK, false).key, CapWindow.WEEK, CapWindow.MAX_DAYS, 0),
            "17 do not fit");

        final long end = (START / 450 + 9) * 450;
        assertEquals(end, profile.countersUnknownUntilSecond());
        assertEquals(ProfileFlyweight.UNKNOWN_COUNT, counted(profile, hour, 0, 0, end - 1));
        assertEquals(0, counted(profile, hour, 0, 0, end));
        assertEquals(1, counted(profile, cap(3, CapWindow.WEEK, false), 0, 0, START));
        assertEquals(0, counted(profile, cap(3, CapWindow.LIFETIME, false), 0, 0, START), "lifetimes are all known");
        // Counted again while it is not known how often it was before.
        count(profile, hour, 0, START + 60);
        assertEquals(ProfileFlyweight.UNKNOWN_COUNT, counted(profile, hour, 0, 0, START + 60));
    }

    @Test
    void shouldKeepLifetimesLongest() {
        final ProfileFlyweight profile = ProfileUpdatesTest.newProfile();
        for (int i = 0; i < 28; i++) {
            assertFalse(ProfileUpdates.count(
                profile, ns(START), cap(i, CapWindow.LIFETIME, false).key, CapWindow.LIFETIME, CapWindow.MAX_DAYS, 0));
        }
        assertFalse(profile.lifetimeCountersUnknown());
        count(profile, cap(90, CapWindow.MONTH, false), 0, START);
        assertFalse(profile.lifetimeCountersUnknown(), "the month gave way");
        assertEquals(ProfileFlyweight.UNKNOWN_COUNT,
            counted(profile, cap(91, CapWindow.HOUR, false), 0, 0, START));
        count(profile, cap(28, CapWindow.LIFETIME, false), 0, START);
        assertTrue(profile.lifetimeCountersUnknown());
        assertEquals(1, counted(profile, cap(27, CapWindow.LIFETIME, false), 0, 0, START));
        assertEquals(ProfileFlyweight.UNKNOWN_COUNT,
            counted(profile, cap(29, CapWindow.LIFETIME, false), 0, 0, START + 1_000_000_000L));

        ProfileUpdates.dropCounter(profile, cap(3, CapWindow.LIFETIME, false).key);
        assertEquals(27 * 7, profile.counterBytes());
    }

    @Test
    void shouldHoldLimitsUpToThoseThatCapsMayHave() {
        final ProfileFlyweight profile = ProfileUpdatesTest.newProfile();
        for (final CapWindow window : CapWindow.values()) {
            final Cap cap = cap(7, window, false);
            ProfileUpdates.recordActivity(profile, ns(START), GAP);
            for (int i = 1; i <= window.highestLimit() + 3; i++) {
                count(profile, cap, 0, START);
                assertEquals(Math.min(i, window.highestLimit()), counted(profile, cap, 1, 0, START), window + " " + i);
            }
        }
        assertEquals(0, profile.countersUnknownUntilSecond());
    }

    @Test
    void shouldMergeAsIfOneProfileHadSeenAll() {
        for (long seed = 1; seed <= 300; seed++) {
            final Random random = new Random(seed);
            final ProfileFlyweight household = ProfileUpdatesTest.newProfile();
            final ProfileFlyweight person = ProfileUpdatesTest.newProfile();
            final History history = new History();
            final List<Cap> caps = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                caps.add(cap(i, CapWindow.of(random.nextInt(6)), random.nextBoolean()));
            }
            long second = START;
            for (int step = 0; step < 40; step++) {
                second += pause(random) / 3;
                final Cap cap = caps.get(random.nextInt(caps.size()));
                final int who = 1 + random.nextInt(3);
                // The person who joins is the household's third; alone nobody is told apart.
                count(who == 3 ? person : household, cap, who == 3 ? 0 : who, second);
                history.count(cap.key, who, second);
            }
            ProfileUpdates.markApplied(household, 1, ns(second));
            assertEquals(0, ProfileMerge.merge(household, person, 3), "seed " + seed);
            check(household, history, caps, second, "seed " + seed);
            check(household, history, caps, second + pause(random), "later, seed " + seed);
        }
    }

    private static ProfileFlyweight copy(final ProfileFlyweight profile) {
        final byte[] bytes = new byte[ProfileFlyweight.LENGTH_BYTES];
        profile.buffer().getBytes(0, bytes);
        return new ProfileFlyweight().wrap(new UnsafeBuffer(bytes), 0);
    }

    @Test
    void shouldNotTakeACountForWholeThatTheOtherProfileHasForgotten() {
        final ProfileFlyweight full = ProfileUpdatesTest.newProfile();
        for (int i = 0; i < 17; i++) {
            count(full, cap(i, CapWindow.WEEK, false), 0, START + i * 86_400L / 10);
        }
        assertTrue(full.countersUnknownUntilSecond() > START);
        final ProfileFlyweight other = ProfileUpdatesTest.newProfile();
        final Cap gone = cap(0, CapWindow.WEEK, false);
        count(other, gone, 0, START);
        final ProfileFlyweight reversed = copy(other);
        final ProfileFlyweight sameFull = copy(full);
        ProfileMerge.merge(full, other, 0);
        ProfileMerge.merge(reversed, sameFull, 0);
        assertEquals(ProfileFlyweight.UNKNOWN_COUNT, counted(full, gone, 0, 0, START + 200_000));
        assertEquals(ProfileFlyweight.UNKNOWN_COUNT, counted(reversed, gone, 0, 0, START + 200_000));
    }

    @Test
    void shouldRememberAnswersBesideCounters() {
        final ProfileFlyweight profile = ProfileUpdatesTest.newProfile();
        ProfileUpdates.recordAnswer(profile, ns(START), 11, true);
        for (int i = 0; i < 3; i++) {
            ProfileUpdates.recordAnswer(profile, ns(START + 86_400), 11, false);
        }
        for (int i = 0; i < 40; i++) {
            count(profile, cap(i, CapWindow.DAY, false), 0, START + 86_400);
        }
        final int answers = profile.findAnswers(11);
        assertTrue(answers >= 0, "a no of yesterday outlives windows");
        assertEquals(3, profile.clicks(answers));
        assertEquals(1, profile.declines(answers));
        assertEquals(START / 86_400, profile.lastDeclineDay(answers));
        assertEquals(START / 86_400 + 1, profile.lastAnswerDay(answers));
        for (int i = 0; i < 40; i++) {
            count(profile, cap(i, CapWindow.DAY, false), 0, START + 8 * 86_400);
        }
        assertEquals(-1, profile.findAnswers(11), "after a week it holds nothing back any more");
        for (int offer = 100; offer < 110; offer++) {
            ProfileUpdates.recordAnswer(profile, ns(START + 40 * 86_400), offer, true);
        }
        int found = 0;
        for (int at = profile.firstCounter(); at >= 0; at = profile.nextCounter(at)) {
            found += profile.isAnswers(at) ? 1 : 0;
        }
        assertEquals(ProfileFlyweight.MAX_ANSWERS, found);
    }
}
