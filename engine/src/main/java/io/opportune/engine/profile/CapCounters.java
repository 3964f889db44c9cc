package io.opportune.engine.profile;

import org.agrona.MutableDirectBuffer;

/**
 * The counters of caps, and what the customer answered to offers, in one area of a profile: entries of different
 * lengths one behind the other. Where a live counter must go, that is noted: until it would have ended by itself, every
 * counter of its kind that is not there counts as reached. Stateless; called by the shard that owns the record.
 *
 * <pre>
 *   buckets, 12 bytes:      key 4 | code u4, oldest count u4 | newest bucket u24 | counts 8 x u4, newest first
 *   buckets, wide, 17:      key 4 | code u8                  | newest bucket u24 | counts 9 x u8, newest first
 *   lifetime, 7:            key 4 | code u8 | count u16
 *   session, 6:             key 4 | code u8 | count u8
 *   answers to an offer, 9: offer i32 | code u8 | last day u16 | days from last decline to it u8 (255: none)
 *                           | clicks u4 (low), declines u4
 *   newest bucket of calendar days: day u16 | days of the longest window less one u8
 *   key: 29 bits hash | 1 incomplete | 1 per person | 1 tagged: two bytes follow, the person's tag
 *   code: ordinal of the window, 8 more when wide; 7: answers
 * </pre>
 */
final class CapCounters {
    static final int INCOMPLETE = 1 << 29;
    static final int TAGGED = 1 << 31;
    static final int ANSWERS_LENGTH = 9;
    static final int LIFETIME_UNKNOWN = 1;
    static final int SESSION_UNKNOWN = 2;
    static final long MAX_SECOND = 0xffff_ffffL;

    private static final int NAME = ~(INCOMPLETE | TAGGED);
    private static final int ANSWERS = 7;
    private static final int WIDE = 8;
    private static final int CODE = 4;
    private static final int BUCKET = 5;
    private static final int COUNTS = 8;
    private static final int COUNT = 5;
    private static final int LAST_DAY = 5;
    private static final int DECLINE_AGE = 7;
    private static final int CLICKS_DECLINES = 8;
    private static final int NARROW_LENGTH = 12;
    private static final int WIDE_LENGTH = 17;
    private static final int LIFETIME_LENGTH = 7;
    private static final int SESSION_LENGTH = 6;
    private static final int TAG_LENGTH = 2;
    private static final int NINTH = CapWindow.WHOLE_BUCKETS;
    private static final int BUCKET_MASK = 0xffffff;
    private static final int DAYS_SHIFT = 16;
    private static final long NARROW_COUNTS = 0x0f0f0f0f0f0f0f0fL;

    // Who gives way first: answers that hold nothing back, counters by their end, declines, lifetimes.
    private static final long BY_END = 1L << 40;
    private static final long DECLINES = 2L << 40;
    private static final long LIFETIMES = 3L << 40;
    /** A session's end is not known; half an hour after the last sign of the customer does for a rank. */
    private static final long SESSION_SECONDS = 1_800;

    private static final int NO_ROOM = -1;

    private CapCounters() {
    }

    static long secondOf(final long timeNs) {
        return Math.clamp(Math.floorDiv(timeNs, 1_000_000_000L), 0L, MAX_SECOND);
    }

    // Reading.

    static int end(final ProfileFlyweight profile) {
        return ProfileLayout.COUNTERS + (profile.bytes().getByte(ProfileLayout.COUNTER_BYTES) & ProfileLayout.UBYTE);
    }

    static int lengthAt(final ProfileFlyweight profile, final int at) {
        final int code = code(profile, at);
        if (code == ANSWERS) {
            return ANSWERS_LENGTH;
        }
        final int tag = profile.bytes().getInt(at) < 0 ? TAG_LENGTH : 0;
        if (code == CapWindow.LIFETIME.ordinal()) {
            return LIFETIME_LENGTH + tag;
        }
        if (code == CapWindow.SESSION.ordinal()) {
            return SESSION_LENGTH + tag;
        }
        return (code < WIDE ? NARROW_LENGTH : WIDE_LENGTH) + tag;
    }

    private static int code(final ProfileFlyweight profile, final int at) {
        return profile.bytes().getByte(at + CODE) & ProfileLayout.NIBBLE;
    }

    static boolean isAnswers(final ProfileFlyweight profile, final int at) {
        return code(profile, at) == ANSWERS;
    }

    static CapWindow window(final ProfileFlyweight profile, final int at) {
        return CapWindow.of(code(profile, at) & WIDE - 1);
    }

    /** The key as {@link CapKey} gives it. */
    static int key(final ProfileFlyweight profile, final int at) {
        return profile.bytes().getInt(at) & NAME;
    }

    private static int tag(final ProfileFlyweight profile, final int at) {
        return profile.bytes().getInt(at) < 0
            ? ushort(profile, at + lengthAt(profile, at) - TAG_LENGTH) : 0;
    }

    private static boolean isIncomplete(final ProfileFlyweight profile, final int at) {
        return (profile.bytes().getInt(at) & INCOMPLETE) != 0;
    }

    private static int bucketField(final ProfileFlyweight profile, final int at) {
        return profile.bytes().getInt(at + BUCKET - 1) >>> Byte.SIZE & BUCKET_MASK;
    }

    private static long bucket(final ProfileFlyweight profile, final int at) {
        final int field = bucketField(profile, at);
        return window(profile, at) == CapWindow.DAYS ? field & ProfileLayout.USHORT : field;
    }

    /** Days of the longest window that asks the counter; 0 where it is no counter of days. */
    private static int days(final ProfileFlyweight profile, final int at) {
        return window(profile, at) == CapWindow.DAYS ? (bucketField(profile, at) >>> DAYS_SHIFT) + 1 : 0;
    }

    /** When the counter ends by itself; 0 where that is not known. */
    private static long endSecond(final ProfileFlyweight profile, final int at) {
        final CapWindow window = window(profile, at);
        return window.isBucketed() ? window.endOf(bucket(profile, at), days(profile, at)) : 0;
    }

    /** Counts of the eight newest buckets, a byte each, the newest lowest. */
    private static long counts(final ProfileFlyweight profile, final int at) {
        final MutableDirectBuffer bytes = profile.bytes();
        return code(profile, at) >= WIDE
            ? bytes.getLong(at + COUNTS) : Long.expand(bytes.getInt(at + COUNTS) & MAX_SECOND, NARROW_COUNTS);
    }

    private static int ninth(final ProfileFlyweight profile, final int at) {
        return code(profile, at) >= WIDE
            ? ubyte(profile, at + COUNTS + NINTH) : ubyte(profile, at + CODE) >>> Integer.BYTES;
    }

    private static int total(final ProfileFlyweight profile, final int at) {
        return window(profile, at) == CapWindow.LIFETIME ? ushort(profile, at + COUNT) : ubyte(profile, at + COUNT);
    }

    /** Whether counters of a window that are not there may have been forgotten. */
    private static boolean isUnknown(final ProfileFlyweight profile, final CapWindow window, final long second) {
        return switch (window) {
            case LIFETIME -> (flags(profile) & LIFETIME_UNKNOWN) != 0;
            case SESSION -> (flags(profile) & SESSION_UNKNOWN) != 0;
            default -> second < unknownUntil(profile);
        };
    }

    static int flags(final ProfileFlyweight profile) {
        return ubyte(profile, ProfileLayout.COUNTER_FLAGS);
    }

    static long unknownUntil(final ProfileFlyweight profile) {
        return profile.bytes().getInt(ProfileLayout.UNKNOWN_UNTIL) & MAX_SECOND;
    }

    static long lastActivity(final ProfileFlyweight profile) {
        return profile.bytes().getInt(ProfileLayout.LAST_ACTIVITY) & MAX_SECOND;
    }

    static boolean isSessionOver(final ProfileFlyweight profile, final long second, final int gapSeconds) {
        final long last = lastActivity(profile);
        return last == 0 || second - last > gapSeconds;
    }

    static int counted(
        final ProfileFlyweight profile, final int key, final CapWindow window, final int days, final int person,
        final long second, final int gapSeconds) {
        if (window == CapWindow.SESSION && isSessionOver(profile, second, gapSeconds)) {
            return 0;
        }
        final boolean perPerson = (key & CapKey.PER_PERSON) != 0;
        final int end = end(profile);
        boolean known = !isUnknown(profile, window, second);
        final boolean unknown = !known;
        int sum = 0;
        for (int at = ProfileLayout.COUNTERS; at < end; at += lengthAt(profile, at)) {
            if ((profile.bytes().getInt(at) & NAME) == key && !isAnswers(profile, at)) {
                final int tag = tag(profile, at);
                // Whoever is not known to be one person counts as each of them.
                if (!perPerson || tag == person || tag == 0 || person == 0) {
                    if (unknown && isIncomplete(profile, at)) {
                        return ProfileFlyweight.UNKNOWN_COUNT;
                    }
                    known |= tag == person || !perPerson;
                    sum += window.isBucketed() ? inWindow(profile, at, window, days, second) : total(profile, at);
                }
            }
        }
        return known ? sum : ProfileFlyweight.UNKNOWN_COUNT;
    }

    private static int inWindow(
        final ProfileFlyweight profile, final int at, final CapWindow window, final int days, final long second) {
        final long age = window.bucketOf(second) - bucket(profile, at);
        final long kept = window.bucketsBefore(days) + 1 - Math.max(0, age);
        if (kept <= 0) {
            return 0;
        }
        final int inLow = (int) Math.min(kept, NINTH);
        long rest = counts(profile, at);
        int sum = kept > NINTH ? ninth(profile, at) : 0;
        for (int i = 0; i < inLow; i++) {
            sum += (int) rest & ProfileLayout.UBYTE;
            rest >>>= Byte.SIZE;
        }
        return sum;
    }

    private static int find(final ProfileFlyweight profile, final int key, final int person) {
        final int end = end(profile);
        for (int at = ProfileLayout.COUNTERS; at < end; at += lengthAt(profile, at)) {
            if (key(profile, at) == key && !isAnswers(profile, at) && tag(profile, at) == person) {
                return at;
            }
        }
        return -1;
    }

    static int findAnswers(final ProfileFlyweight profile, final int offerId) {
        final int end = end(profile);
        for (int at = ProfileLayout.COUNTERS; at < end; at += lengthAt(profile, at)) {
            if (profile.bytes().getInt(at) == offerId && isAnswers(profile, at)) {
                return at;
            }
        }
        return -1;
    }

    static int lastDay(final ProfileFlyweight profile, final int at) {
        return ushort(profile, at + LAST_DAY);
    }

    static int lastDeclineDay(final ProfileFlyweight profile, final int at) {
        final int age = ubyte(profile, at + DECLINE_AGE);
        return age == ProfileLayout.NEVER_DECLINED ? 0 : Math.max(1, lastDay(profile, at) - age);
    }

    static int clicks(final ProfileFlyweight profile, final int at) {
        return ubyte(profile, at + CLICKS_DECLINES) & ProfileLayout.NIBBLE;
    }

    static int declines(final ProfileFlyweight profile, final int at) {
        return ubyte(profile, at + CLICKS_DECLINES) >>> Integer.BYTES;
    }

    // Counting.

    /** The customer did something: after a pause a new session begins, and the counters of the last one end. */
    static void active(final ProfileFlyweight profile, final long second, final int gapSeconds) {
        if (isSessionOver(profile, second, gapSeconds)) {
            int at = ProfileLayout.COUNTERS;
            while (at < end(profile)) {
                if (code(profile, at) == CapWindow.SESSION.ordinal()) {
                    remove(profile, at);
                } else {
                    at += lengthAt(profile, at);
                }
            }
            putFlags(profile, flags(profile) & ~SESSION_UNKNOWN);
        }
        profile.bytes().putInt(ProfileLayout.LAST_ACTIVITY, (int) Math.max(second, lastActivity(profile)));
    }

    /** Counts one more; true when a counter was forgotten for it, or it itself. */
    static boolean count(
        final ProfileFlyweight profile, final int key, final CapWindow window, final int days, final int person,
        final long second) {
        final int tag = (key & CapKey.PER_PERSON) == 0 ? 0 : person;
        final long bucket = window.isBucketed() ? window.bucketOf(second) : 0;
        return add(profile, key, window, days, tag, bucket, 1, 0, false, second);
    }

    /** Adds counts: of the buckets up to the given one, or one sum in {@code counts}. */
    private static boolean add(
        final ProfileFlyweight profile, final int key, final CapWindow window, final int days, final int tag,
        final long bucket, final long counts, final int ninth, final boolean incomplete, final long second) {
        final int at = find(profile, key, tag);
        final boolean unknown = isUnknown(profile, window, second);
        boolean lacking = incomplete || unknown;
        long newest = bucket;
        long low = counts;
        int last = ninth;
        int longest = days;
        if (at >= 0) {
            lacking = incomplete || unknown && isIncomplete(profile, at);
            if (window.isBucketed()) {
                final long before = bucket(profile, at);
                longest = Math.max(days, days(profile, at));
                newest = Math.max(before, bucket);
                final int mine = (int) Math.min(newest - before, NINTH + 1);
                // Time never goes back in a partition: what is older than the oldest bucket counts in no window.
                final int theirs = (int) Math.min(newest - bucket, NINTH + 1);
                last = Math.min(ProfileLayout.UBYTE,
                    shiftedNinth(counts(profile, at), ninth(profile, at), mine)
                        + shiftedNinth(counts, ninth, theirs));
                low = sum(shifted(counts(profile, at), mine), shifted(counts, theirs));
            } else {
                low = Math.min(window.highestLimit(), total(profile, at) + counts);
            }
            remove(profile, at);
        }
        return insert(profile, key, window, longest, tag, newest, low, last, lacking, second);
    }

    private static long shifted(final long counts, final int buckets) {
        return buckets >= NINTH ? 0 : counts << buckets * Byte.SIZE;
    }

    private static int shiftedNinth(final long counts, final int ninth, final int buckets) {
        if (buckets == 0) {
            return ninth;
        }
        return buckets > NINTH ? 0 : (int) (counts >>> (NINTH - buckets) * Byte.SIZE) & ProfileLayout.UBYTE;
    }

    /** Adds byte by byte, each up to 255. */
    private static long sum(final long a, final long b) {
        long sum = 0;
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            final long each = (a >>> shift & ProfileLayout.UBYTE) + (b >>> shift & ProfileLayout.UBYTE);
            sum |= Math.min(ProfileLayout.UBYTE, each) << shift;
        }
        return sum;
    }

    private static boolean insert(
        final ProfileFlyweight profile, final int key, final CapWindow window, final int days, final int tag,
        final long bucket, final long counts, final int ninth, final boolean lacking, final long second) {
        final boolean wide = window.isBucketed()
            && ((counts & ~NARROW_COUNTS) != 0 || ninth > ProfileLayout.NIBBLE);
        final int body = switch (window) {
            case LIFETIME -> LIFETIME_LENGTH;
            case SESSION -> SESSION_LENGTH;
            default -> wide ? WIDE_LENGTH : NARROW_LENGTH;
        };
        final int length = body + (tag == 0 ? 0 : TAG_LENGTH);
        final long endSecond = window.isBucketed() ? window.endOf(bucket, days) : 0;
        final int forgotten = makeRoom(profile, length, rank(profile, window, endSecond), second);
        if (forgotten == NO_ROOM) {
            lose(profile, key, window, endSecond);
            return true;
        }
        final int at = end(profile);
        final MutableDirectBuffer bytes = profile.bytes();
        bytes.putInt(at, key | (tag == 0 ? 0 : TAGGED) | (lacking ? INCOMPLETE : 0));
        if (window.isBucketed()) {
            final int field = window == CapWindow.DAYS ? (int) bucket | days - 1 << DAYS_SHIFT : (int) bucket;
            bytes.putInt(at + BUCKET - 1, field << Byte.SIZE);
            if (wide) {
                bytes.putByte(at + CODE, (byte) (window.ordinal() | WIDE));
                bytes.putLong(at + COUNTS, counts);
                bytes.putByte(at + COUNTS + NINTH, (byte) ninth);
            } else {
                bytes.putByte(at + CODE, (byte) (window.ordinal() | ninth << Integer.BYTES));
                bytes.putInt(at + COUNTS, (int) Long.compress(counts, NARROW_COUNTS));
            }
        } else {
            bytes.putByte(at + CODE, (byte) window.ordinal());
            if (window == CapWindow.LIFETIME) {
                bytes.putShort(at + COUNT, (short) counts);
            } else {
                bytes.putByte(at + COUNT, (byte) counts);
            }
        }
        if (tag != 0) {
            bytes.putShort(at + body, (short) tag);
        }
        putEnd(profile, at + length);
        return forgotten > 0;
    }

    // Room.

    private static long rank(final ProfileFlyweight profile, final CapWindow window, final long endSecond) {
        return switch (window) {
            case LIFETIME -> LIFETIMES;
            case SESSION -> BY_END + lastActivity(profile) + SESSION_SECONDS;
            default -> BY_END + endSecond;
        };
    }

    private static long rankAt(final ProfileFlyweight profile, final int at, final long second) {
        if (isAnswers(profile, at)) {
            final int declined = lastDeclineDay(profile, at);
            return declined != 0 && second / CapWindow.DAYS.bucketSeconds() - declined < ProfileLayout.DECLINE_DAYS
                ? DECLINES + declined : lastDay(profile, at);
        }
        return rank(profile, window(profile, at), endSecond(profile, at));
    }

    static boolean isFree(final ProfileFlyweight profile, final int length) {
        return end(profile) + length <= ProfileLayout.COUNTERS_END - CustomerSpend.lengthBytes(profile);
    }

    /** Forgets what has ended, then what ranks before the newcomer: how many, or NO_ROOM when that ranks first. */
    private static int makeRoom(
        final ProfileFlyweight profile, final int length, final long rank, final long second) {
        if (!isFree(profile, length)) {
            forgetEnded(profile, second);
        }
        if (!isFree(profile, length)) {
            CustomerSpend.giveRoom(profile, length, second);
        }
        int forgotten = 0;
        while (!isFree(profile, length)) {
            final int victim = least(profile, rank, second);
            if (victim < 0) {
                return NO_ROOM;
            }
            evict(profile, victim);
            forgotten++;
        }
        return forgotten;
    }

    /** What ranks first of all before a rank; below 0 for none. */
    private static int least(final ProfileFlyweight profile, final long rank, final long second) {
        final int end = end(profile);
        int victim = -1;
        long least = rank;
        for (int at = ProfileLayout.COUNTERS; at < end; at += lengthAt(profile, at)) {
            final long candidate = rankAt(profile, at, second);
            if (candidate < least) {
                least = candidate;
                victim = at;
            }
        }
        return victim;
    }

    /** Makes room for money received: counters with windows and answers that hold nothing back give way. */
    static boolean giveRoom(final ProfileFlyweight profile, final int length, final long second) {
        while (!isFree(profile, length)) {
            final int victim = least(profile, DECLINES, second);
            if (victim < 0) {
                return false;
            }
            evict(profile, victim);
        }
        return true;
    }

    /** Bytes of counters that have not ended, and of answers. */
    static int liveBytes(final ProfileFlyweight profile, final long second) {
        final int end = end(profile);
        int bytes = 0;
        for (int at = ProfileLayout.COUNTERS; at < end; at += lengthAt(profile, at)) {
            bytes += hasEnded(profile, at, second) ? 0 : lengthAt(profile, at);
        }
        return bytes;
    }

    private static boolean hasEnded(final ProfileFlyweight profile, final int at, final long second) {
        return !isAnswers(profile, at) && window(profile, at).isBucketed() && endSecond(profile, at) <= second;
    }

    static void forgetEnded(final ProfileFlyweight profile, final long second) {
        int at = ProfileLayout.COUNTERS;
        while (at < end(profile)) {
            if (hasEnded(profile, at, second)) {
                remove(profile, at);
            } else {
                at += lengthAt(profile, at);
            }
        }
    }

    private static void evict(final ProfileFlyweight profile, final int at) {
        if (isAnswers(profile, at)) {
            remove(profile, at);
            return;
        }
        final int key = key(profile, at);
        final CapWindow window = window(profile, at);
        final long endSecond = endSecond(profile, at);
        remove(profile, at);
        lose(profile, key, window, endSecond);
    }

    /** Notes that a counter is gone before its time, so that nothing it would have held back is let through. */
    private static void lose(
        final ProfileFlyweight profile, final int key, final CapWindow window, final long endSecond) {
        switch (window) {
            case LIFETIME -> putFlags(profile, flags(profile) | LIFETIME_UNKNOWN);
            case SESSION -> putFlags(profile, flags(profile) | SESSION_UNKNOWN);
            default -> profile.bytes().putInt(
                ProfileLayout.UNKNOWN_UNTIL, (int) Math.min(MAX_SECOND, Math.max(unknownUntil(profile), endSecond)));
        }
        final int end = end(profile);
        for (int at = ProfileLayout.COUNTERS; at < end; at += lengthAt(profile, at)) {
            if (key(profile, at) == key && !isAnswers(profile, at)) {
                markIncomplete(profile, at);
            }
        }
    }

    private static void markIncomplete(final ProfileFlyweight profile, final int at) {
        profile.bytes().putInt(at, profile.bytes().getInt(at) | INCOMPLETE);
    }

    /** Forgets a counter that no cap asks for any more. */
    static void drop(final ProfileFlyweight profile, final int key) {
        int at = ProfileLayout.COUNTERS;
        while (at < end(profile)) {
            if (key(profile, at) == key && !isAnswers(profile, at)) {
                remove(profile, at);
            } else {
                at += lengthAt(profile, at);
            }
        }
    }

    private static void remove(final ProfileFlyweight profile, final int at) {
        final MutableDirectBuffer bytes = profile.bytes();
        final int end = end(profile);
        final int length = lengthAt(profile, at);
        final int rest = end - at - length;
        if (rest > 0) {
            bytes.putBytes(at, bytes, at + length, rest);
        }
        bytes.setMemory(end - length, length, (byte) 0);
        putEnd(profile, end - length);
    }

    // Answers.

    static boolean answer(
        final ProfileFlyweight profile, final int day, final int offerId, final boolean declined, final long second) {
        return addAnswers(
            profile, offerId, day, declined ? 0 : ProfileLayout.NEVER_DECLINED,
            declined ? 0 : 1, declined ? 1 : 0, second);
    }

    private static boolean addAnswers(
        final ProfileFlyweight profile, final int offerId, final int day, final int declineAge,
        final int clicks, final int declines, final long second) {
        final int known = findAnswers(profile, offerId);
        int last = day;
        int declined = declineAge == ProfileLayout.NEVER_DECLINED ? 0 : day - declineAge;
        int clicked = clicks;
        int refused = declines;
        if (known >= 0) {
            last = Math.max(day, lastDay(profile, known));
            declined = Math.max(declined, lastDeclineDay(profile, known));
            clicked += clicks(profile, known);
            refused += declines(profile, known);
            remove(profile, known);
        }
        boolean forgotten = known < 0 && countAnswers(profile) == ProfileLayout.ANSWERS;
        if (forgotten) {
            remove(profile, leastAnswers(profile));
        }
        final boolean rests =
            declined != 0 && second / CapWindow.DAYS.bucketSeconds() - declined < ProfileLayout.DECLINE_DAYS;
        final int evicted = makeRoom(profile, ANSWERS_LENGTH, rests ? DECLINES + declined : last, second);
        if (evicted == NO_ROOM) {
            return true;
        }
        final int at = end(profile);
        forgotten |= evicted > 0;
        final MutableDirectBuffer bytes = profile.bytes();
        bytes.putInt(at, offerId);
        bytes.putByte(at + CODE, (byte) ANSWERS);
        bytes.putShort(at + LAST_DAY, (short) last);
        bytes.putByte(at + DECLINE_AGE, (byte) (declined == 0
            ? ProfileLayout.NEVER_DECLINED : Math.min(ProfileLayout.OLDEST_DECLINE_AGE, last - declined)));
        bytes.putByte(at + CLICKS_DECLINES, (byte) (Math.min(ProfileLayout.NIBBLE, refused) << Integer.BYTES
            | Math.min(ProfileLayout.NIBBLE, clicked)));
        putEnd(profile, at + ANSWERS_LENGTH);
        return forgotten;
    }

    private static int countAnswers(final ProfileFlyweight profile) {
        final int end = end(profile);
        int count = 0;
        for (int at = ProfileLayout.COUNTERS; at < end; at += lengthAt(profile, at)) {
            count += isAnswers(profile, at) ? 1 : 0;
        }
        return count;
    }

    /** Offers that were never declined first, then those answered longest ago, then the smaller id. */
    private static int leastAnswers(final ProfileFlyweight profile) {
        final int end = end(profile);
        int least = -1;
        for (int at = ProfileLayout.COUNTERS; at < end; at += lengthAt(profile, at)) {
            if (isAnswers(profile, at) && (least < 0 || compareAnswers(profile, at, least) < 0)) {
                least = at;
            }
        }
        return least;
    }

    private static int compareAnswers(final ProfileFlyweight profile, final int a, final int b) {
        final int byDecline = Boolean.compare(lastDeclineDay(profile, a) != 0, lastDeclineDay(profile, b) != 0);
        if (byDecline != 0) {
            return byDecline;
        }
        final int byDay = Integer.compare(lastDay(profile, a), lastDay(profile, b));
        return byDay != 0 ? byDay : Integer.compare(profile.bytes().getInt(a), profile.bytes().getInt(b));
    }

    // Merging.

    /** Adds the counters and answers of another profile; returns how many were forgotten. */
    static int merge(
        final ProfileFlyweight target, final ProfileFlyweight source, final int personTag, final long second) {
        final int flags = flags(target);
        final long unknown = unknownUntil(target);
        // What either has forgotten the other cannot know to be complete.
        markLacking(target, flags(source), unknownUntil(source));
        putFlags(target, flags | flags(source));
        target.bytes().putInt(ProfileLayout.UNKNOWN_UNTIL, (int) Math.max(unknown, unknownUntil(source)));
        target.bytes().putInt(
            ProfileLayout.LAST_ACTIVITY, (int) Math.max(lastActivity(target), lastActivity(source)));
        final int end = end(source);
        int forgotten = 0;
        for (int at = ProfileLayout.COUNTERS; at < end; at += lengthAt(source, at)) {
            forgotten += mergeEntry(target, source, at, personTag, flags, unknown, second) ? 1 : 0;
        }
        return forgotten;
    }

    private static boolean mergeEntry(
        final ProfileFlyweight target, final ProfileFlyweight source, final int at, final int personTag,
        final int targetFlags, final long targetUnknown, final long second) {
        if (isAnswers(source, at)) {
            return addAnswers(target, source.bytes().getInt(at), lastDay(source, at),
                ubyte(source, at + DECLINE_AGE), clicks(source, at), declines(source, at), second);
        }
        final int key = key(source, at);
        final CapWindow window = window(source, at);
        final int own = tag(source, at);
        final int tag = own == 0 && (key & CapKey.PER_PERSON) != 0 ? personTag : own;
        final boolean lacking = isIncomplete(source, at) || isLacking(window, targetFlags, targetUnknown);
        return window.isBucketed()
            ? add(target, key, window, days(source, at), tag, bucket(source, at), counts(source, at),
                ninth(source, at), lacking, second)
            : add(target, key, window, 0, tag, 0, total(source, at), 0, lacking, second);
    }

    private static void markLacking(final ProfileFlyweight profile, final int flags, final long unknownUntil) {
        final int end = end(profile);
        for (int at = ProfileLayout.COUNTERS; at < end; at += lengthAt(profile, at)) {
            if (!isAnswers(profile, at) && isLacking(window(profile, at), flags, unknownUntil)) {
                markIncomplete(profile, at);
            }
        }
    }

    private static boolean isLacking(final CapWindow window, final int flags, final long unknownUntil) {
        return switch (window) {
            case LIFETIME -> (flags & LIFETIME_UNKNOWN) != 0;
            case SESSION -> (flags & SESSION_UNKNOWN) != 0;
            default -> unknownUntil != 0;
        };
    }

    // Layout 1.

    /** Takes a lifetime's count over from a layout that counted everything per offer. */
    static void takeLifetime(
        final ProfileFlyweight profile, final int offerId, final ExposureKind kind, final int count,
        final long second) {
        if (count > 0) {
            add(profile, CapKey.of(CapScope.OFFER, offerId, kind, CapWindow.LIFETIME, false), CapWindow.LIFETIME, 0,
                0, 0, count, 0, false, second);
        }
    }

    /** Takes the counts of the last eight days over, a byte each, the newest lowest. */
    static void takeDays(
        final ProfileFlyweight profile, final int offerId, final ExposureKind kind, final int lastDay,
        final long counts, final long second) {
        if (counts != 0) {
            add(profile, CapKey.of(CapScope.OFFER, offerId, kind, CapWindow.DAYS, false), CapWindow.DAYS,
                CapWindow.MAX_DAYS, 0, lastDay, counts, 0, false, second);
        }
    }

    static void takeAnswers(
        final ProfileFlyweight profile, final int offerId, final int lastDay, final int declineAge, final int clicks,
        final int declines, final long second) {
        if ((clicks | declines) != 0) {
            addAnswers(profile, offerId, lastDay, declineAge, clicks, declines, second);
        }
    }

    private static void putFlags(final ProfileFlyweight profile, final int flags) {
        profile.bytes().putByte(ProfileLayout.COUNTER_FLAGS, (byte) flags);
    }

    private static void putEnd(final ProfileFlyweight profile, final int end) {
        profile.bytes().putByte(ProfileLayout.COUNTER_BYTES, (byte) (end - ProfileLayout.COUNTERS));
    }

    private static int ubyte(final ProfileFlyweight profile, final int at) {
        return profile.bytes().getByte(at) & ProfileLayout.UBYTE;
    }

    private static int ushort(final ProfileFlyweight profile, final int at) {
        return profile.bytes().getShort(at) & ProfileLayout.USHORT;
    }
}
