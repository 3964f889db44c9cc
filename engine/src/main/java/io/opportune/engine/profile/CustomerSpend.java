package io.opportune.engine.profile;

import org.agrona.MutableDirectBuffer;

/**
 * What a customer has received from budgets that are kept by customer, and what is reserved for what may still be
 * received, in the area of a profile that counters stand in, from its end backwards. A line holds what was spent from a
 * budget, in all or on the newest local day; a claim is what one decision reserved for one offer, or what was then
 * spent for it. Where a line finds no room that is noted, and a line of its kind that is not there counts as used up.
 * Stateless; called by the shard that owns the record; what it makes depends on its arguments and the record only.
 *
 * <pre>
 *   lines, the first at the end, 12 bytes: budget i32 | local day u16 (0: in all)
 *                                          | spent u46, incomplete u1, pieces u1
 *   claims, before the lines, 16 bytes:    tag i32 | end s u32 | micros u46, piece given back u1, spent u1
 *                                          | lines u8 | lines of an earlier day u8 (bit n: line n)
 * </pre>
 *
 * A line of a day begins anew when a later day comes; what a claim had reserved of the day before then stands in no
 * line any more, and what becomes of it changes none.
 */
final class CustomerSpend {
    static final long MAX_AMOUNT = (1L << 46) - 1;
    static final int MAX_LINES = 8;
    static final int LINE_LENGTH = 12;
    static final int CLAIM_LENGTH = 16;
    static final int UNKNOWN_TOTALS = 4;
    /** A local day lies at most this many days from that of UTC. */
    private static final int ZONE_DAYS = 1;
    private static final int DAY_SECONDS = 86_400;

    private static final int DAY = 4;
    private static final int SPENT = 6;
    private static final int END = 4;
    private static final int MICROS = 8;
    private static final int LINES = 14;
    private static final int EARLIER = 15;
    private static final long FLAG_A = 1L << 46;
    private static final long FLAG_B = 1L << 47;
    private static final int NONE = -1;

    private CustomerSpend() {
    }

    // Reading.

    static int lineCount(final ProfileFlyweight profile) {
        return profile.bytes().getByte(ProfileLayout.SPEND_COUNTS) & ProfileLayout.NIBBLE;
    }

    static int claimCount(final ProfileFlyweight profile) {
        return (profile.bytes().getByte(ProfileLayout.SPEND_COUNTS) & ProfileLayout.UBYTE) >>> 4;
    }

    private static void putCounts(final ProfileFlyweight profile, final int lines, final int claims) {
        profile.bytes().putByte(ProfileLayout.SPEND_COUNTS, (byte) (claims << 4 | lines));
    }

    private static int line(final int n) {
        return ProfileLayout.COUNTERS_END - (n + 1) * LINE_LENGTH;
    }

    private static int claim(final ProfileFlyweight profile, final int n) {
        return ProfileLayout.COUNTERS_END - lineCount(profile) * LINE_LENGTH - (n + 1) * CLAIM_LENGTH;
    }

    static int lengthBytes(final ProfileFlyweight profile) {
        return lineCount(profile) * LINE_LENGTH + claimCount(profile) * CLAIM_LENGTH;
    }

    static int budgetId(final ProfileFlyweight profile, final int n) {
        return profile.bytes().getInt(line(n));
    }

    static int day(final ProfileFlyweight profile, final int n) {
        return profile.bytes().getShort(line(n) + DAY) & ProfileLayout.USHORT;
    }

    static long spent(final ProfileFlyweight profile, final int n) {
        return word(profile, line(n) + SPENT) & MAX_AMOUNT;
    }

    private static boolean isIncomplete(final ProfileFlyweight profile, final int n) {
        return (word(profile, line(n) + SPENT) & FLAG_A) != 0;
    }

    private static boolean countsPieces(final ProfileFlyweight profile, final int n) {
        return (word(profile, line(n) + SPENT) & FLAG_B) != 0;
    }

    private static long word(final ProfileFlyweight profile, final int at) {
        return profile.bytes().getInt(at) & 0xffff_ffffL
            | (long) (profile.bytes().getShort(at + Integer.BYTES) & ProfileLayout.USHORT) << Integer.SIZE;
    }

    private static void putWord(final ProfileFlyweight profile, final int at, final long value) {
        profile.bytes().putInt(at, (int) value);
        profile.bytes().putShort(at + Integer.BYTES, (short) (value >>> Integer.SIZE));
    }

    private static int tag(final ProfileFlyweight profile, final int n) {
        return profile.bytes().getInt(claim(profile, n));
    }

    private static long endSecond(final ProfileFlyweight profile, final int n) {
        return profile.bytes().getInt(claim(profile, n) + END) & 0xffff_ffffL;
    }

    private static long micros(final ProfileFlyweight profile, final int n) {
        return word(profile, claim(profile, n) + MICROS) & MAX_AMOUNT;
    }

    private static boolean isSpent(final ProfileFlyweight profile, final int n) {
        return (word(profile, claim(profile, n) + MICROS) & FLAG_B) != 0;
    }

    private static boolean isOpen(final ProfileFlyweight profile, final int n, final long second) {
        return !isSpent(profile, n) && endSecond(profile, n) > second;
    }

    private static int lines(final ProfileFlyweight profile, final int n) {
        return profile.bytes().getByte(claim(profile, n) + LINES) & ProfileLayout.UBYTE;
    }

    private static int earlier(final ProfileFlyweight profile, final int n) {
        return profile.bytes().getByte(claim(profile, n) + EARLIER) & ProfileLayout.UBYTE;
    }

    private static void putLines(final ProfileFlyweight profile, final int n, final int lines, final int earlier) {
        profile.bytes().putByte(claim(profile, n) + LINES, (byte) lines);
        profile.bytes().putByte(claim(profile, n) + EARLIER, (byte) earlier);
    }

    private static int findLine(final ProfileFlyweight profile, final int budgetId) {
        final int count = lineCount(profile);
        for (int n = 0; n < count; n++) {
            if (budgetId(profile, n) == budgetId) {
                return n;
            }
        }
        return NONE;
    }

    private static int findClaim(final ProfileFlyweight profile, final int tag) {
        final int count = claimCount(profile);
        for (int n = 0; n < count; n++) {
            if (tag(profile, n) == tag) {
                return n;
            }
        }
        return NONE;
    }

    static boolean isSpentClaim(final ProfileFlyweight profile, final int tag) {
        final int n = findClaim(profile, tag);
        return n >= 0 && isSpent(profile, n);
    }

    private static boolean isUnknown(final ProfileFlyweight profile, final int day) {
        return day == 0 ? (CapCounters.flags(profile) & UNKNOWN_TOTALS) != 0 : day <= unknownDay(profile);
    }

    static int unknownDay(final ProfileFlyweight profile) {
        return profile.bytes().getShort(ProfileLayout.SPEND_UNKNOWN_DAY) & ProfileLayout.USHORT;
    }

    /** What is spent of a budget and reserved; {@link ProfileFlyweight#UNKNOWN_SPEND} where a line was forgotten. */
    static long used(final ProfileFlyweight profile, final int budgetId, final int day, final long second) {
        final int n = findLine(profile, budgetId);
        if (n < 0 || day > day(profile, n)) {
            return isUnknown(profile, day) ? ProfileFlyweight.UNKNOWN_SPEND : 0;
        }
        return isIncomplete(profile, n) ? ProfileFlyweight.UNKNOWN_SPEND
            : spent(profile, n) + reservedIn(profile, n, second);
    }

    static long reserved(final ProfileFlyweight profile, final int budgetId, final int day, final long second) {
        final int n = findLine(profile, budgetId);
        return n < 0 || day > day(profile, n) ? 0 : reservedIn(profile, n, second);
    }

    private static long reservedIn(final ProfileFlyweight profile, final int n, final long second) {
        final boolean pieces = countsPieces(profile, n);
        final int count = claimCount(profile);
        long reserved = 0;
        for (int c = 0; c < count; c++) {
            if ((lines(profile, c) >>> n & 1) != 0 && isOpen(profile, c, second)) {
                reserved += pieces ? 1 : micros(profile, c);
            }
        }
        return reserved;
    }

    /** Whether a budget has a line that stays whatever needs room. */
    static boolean hasLine(final ProfileFlyweight profile, final int budgetId, final long second) {
        final int n = findLine(profile, budgetId);
        return n >= 0 && !isStale(profile, n, second);
    }

    /** Whether so many more lines and claims find room once all that may be forgotten is. */
    static boolean hasRoom(
        final ProfileFlyweight profile, final int newLines, final int newClaims, final long second) {
        int needed = newLines;
        final int count = lineCount(profile);
        for (int n = 0; n < count; n++) {
            needed += isStale(profile, n, second) ? 0 : 1;
        }
        int open = newClaims;
        final int claims = claimCount(profile);
        for (int n = 0; n < claims; n++) {
            open += isOpen(profile, n, second) ? 1 : 0;
        }
        final int bytes = needed * LINE_LENGTH + open * CLAIM_LENGTH;
        final int area = ProfileFlyweight.COUNTER_AREA_BYTES;
        return needed <= MAX_LINES && bytes <= area
            && (bytes <= area - profile.counterBytes() || bytes <= area - CapCounters.liveBytes(profile, second));
    }

    /** A line of a day that has passed in all zones, and that no open claim tells of. */
    private static boolean isStale(final ProfileFlyweight profile, final int n, final long second) {
        final int day = day(profile, n);
        if (day == 0 || day >= second / DAY_SECONDS - ZONE_DAYS) {
            return false;
        }
        final int count = claimCount(profile);
        for (int c = 0; c < count; c++) {
            if (((lines(profile, c) | earlier(profile, c)) >>> n & 1) != 0 && isOpen(profile, c, second)) {
                return false;
            }
        }
        return true;
    }

    // Changing.

    /** Whether nothing is known of a claim, so that a reservation may be noted under its tag. */
    static boolean isFreeTag(final ProfileFlyweight profile, final int tag, final long second) {
        forgetExpired(profile, tag, second);
        return findClaim(profile, tag) == NONE;
    }

    /**
     * Reserves for an offer in a line. The first line of a claim makes it. What cannot be noted as a claim, for want of
     * room or because its tag is another one's, counts as spent: nobody could tell later what was reserved. False then.
     */
    static boolean reserve(
        final ProfileFlyweight profile, final int tag, final boolean isFree, final long micros, final long endSecond,
        final int budgetId, final int day, final boolean pieces, final long second) {
        if (lineFor(profile, budgetId, day, pieces, second) == NONE) {
            return false;
        }
        int c = isFree ? findClaim(profile, tag) : NONE;
        if (isFree && c == NONE) {
            c = addClaim(profile, tag, endSecond, micros, second);
        }
        final int n = findLine(profile, budgetId);
        if (c == NONE) {
            addSpent(profile, n, pieces ? 1 : micros);
        } else {
            putLines(profile, c, lines(profile, c) | 1 << n, earlier(profile, c));
        }
        return c != NONE;
    }

    /** Frees what a claim has reserved. */
    static void release(final ProfileFlyweight profile, final int tag, final long second) {
        forgetExpired(profile, tag, second);
        final int c = tag == 0 ? NONE : findClaim(profile, tag);
        if (c >= 0 && !isSpent(profile, c)) {
            removeClaim(profile, c);
        }
    }

    /**
     * Spends in the lines of a claim, where it is not known what it cost at least what was reserved; true when there
     * was something reserved.
     */
    static boolean commit(
        final ProfileFlyweight profile, final int tag, final long micros, final boolean isCostKnown,
        final long second) {
        forgetExpired(profile, tag, second);
        final int c = tag == 0 ? NONE : findClaim(profile, tag);
        if (c < 0 || isSpent(profile, c)) {
            return false;
        }
        final long amount = isCostKnown ? micros : Math.max(micros, micros(profile, c));
        final int mask = lines(profile, c);
        for (int n = 0; n < lineCount(profile); n++) {
            if ((mask >>> n & 1) != 0) {
                addSpent(profile, n, countsPieces(profile, n) ? 1 : amount);
            }
        }
        putWord(profile, claim(profile, c) + MICROS, Math.min(MAX_AMOUNT, amount) | FLAG_B);
        profile.bytes().putInt(claim(profile, c) + END, (int) second);
        return true;
    }

    /** Whether a claim has its part in the line of a budget, or had on an earlier day. */
    static boolean isPart(final ProfileFlyweight profile, final int tag, final int budgetId) {
        final int c = tag == 0 ? NONE : findClaim(profile, tag);
        final int n = findLine(profile, budgetId);
        return c >= 0 && n >= 0 && ((lines(profile, c) | earlier(profile, c)) >>> n & 1) != 0;
    }

    /**
     * Spends in a line that an event names and that nothing was reserved in; what is said of an earlier day is not.
     * False where there is no room for the line.
     */
    static boolean commitLine(
        final ProfileFlyweight profile, final int tag, final boolean isOfClaim, final long micros, final int budgetId,
        final int day, final boolean pieces, final long second) {
        final int n = lineFor(profile, budgetId, day, pieces, second);
        if (n == NONE || day < day(profile, n)) {
            return n != NONE;
        }
        addSpent(profile, n, pieces ? 1 : micros);
        final int c = isOfClaim ? findClaim(profile, tag) : NONE;
        if (c >= 0) {
            putLines(profile, c, lines(profile, c) | 1 << n, earlier(profile, c));
        }
        return true;
    }

    /** Notes a claim of something spent that was not reserved any more, so that it can come back; false if known. */
    static boolean noteSpent(final ProfileFlyweight profile, final int tag, final long micros, final long second) {
        if (tag == 0 || findClaim(profile, tag) >= 0) {
            return false;
        }
        final int c = addClaim(profile, tag, second, micros, second);
        if (c >= 0) {
            putWord(profile, claim(profile, c) + MICROS, micros(profile, c) | FLAG_B);
        }
        return true;
    }

    /** Gives back of what a claim has spent, never more than that. */
    static void reverse(
        final ProfileFlyweight profile, final int tag, final long micros, final boolean wholeCost) {
        final int c = tag == 0 ? NONE : findClaim(profile, tag);
        if (c < 0 || !isSpent(profile, c)) {
            return;
        }
        final long word = word(profile, claim(profile, c) + MICROS);
        final long back = Math.min(micros, word & MAX_AMOUNT);
        final boolean piece = wholeCost && (word & FLAG_A) == 0;
        for (int n = 0; n < lineCount(profile); n++) {
            if ((lines(profile, c) >>> n & 1) != 0) {
                takeBack(profile, n, !countsPieces(profile, n) ? back : piece ? 1 : 0);
            }
        }
        putWord(profile, claim(profile, c) + MICROS, word - back | (wholeCost ? FLAG_A : 0));
    }

    /** Forgets the line of a budget that the catalogue no longer has, unless an open claim tells of it. */
    static void forget(final ProfileFlyweight profile, final int budgetId, final long second) {
        final int n = findLine(profile, budgetId);
        if (n >= 0) {
            for (int c = 0; c < claimCount(profile); c++) {
                if (((lines(profile, c) | earlier(profile, c)) >>> n & 1) != 0 && isOpen(profile, c, second)) {
                    return;
                }
            }
            removeLine(profile, n);
        }
    }

    private static void addSpent(final ProfileFlyweight profile, final int n, final long amount) {
        final long word = word(profile, line(n) + SPENT);
        putWord(profile, line(n) + SPENT,
            Math.min(MAX_AMOUNT, (word & MAX_AMOUNT) + Math.min(MAX_AMOUNT, amount)) | word & (FLAG_A | FLAG_B));
    }

    private static void takeBack(final ProfileFlyweight profile, final int n, final long amount) {
        final long word = word(profile, line(n) + SPENT);
        final long spent = word & MAX_AMOUNT;
        // What has reached the highest amount may be more: it stays.
        if (spent < MAX_AMOUNT) {
            putWord(profile, line(n) + SPENT, Math.max(0, spent - amount) | word & (FLAG_A | FLAG_B));
        }
    }

    /** The line of a budget on a day or a later one; NONE where it finds no room, which is noted. */
    private static int lineFor(
        final ProfileFlyweight profile, final int budgetId, final int day, final boolean pieces, final long second) {
        int n = findLine(profile, budgetId);
        if (n >= 0) {
            if (day > day(profile, n)) {
                beginDay(profile, n, day);
            }
            return n;
        }
        if (lineCount(profile) == MAX_LINES || !makeRoom(profile, LINE_LENGTH, second)) {
            forgetStaleLines(profile, second);
        }
        if (lineCount(profile) == MAX_LINES || !makeRoom(profile, LINE_LENGTH, second)) {
            lose(profile, day);
            return NONE;
        }
        n = lineCount(profile);
        moveClaims(profile, -LINE_LENGTH);
        putCounts(profile, n + 1, claimCount(profile));
        profile.bytes().putInt(line(n), budgetId);
        profile.bytes().putShort(line(n) + DAY, (short) day);
        putWord(profile, line(n) + SPENT, (isUnknown(profile, day) ? FLAG_A : 0) | (pieces ? FLAG_B : 0));
        return n;
    }

    private static void moveClaims(final ProfileFlyweight profile, final int by) {
        final int length = claimCount(profile) * CLAIM_LENGTH;
        final int first = ProfileLayout.COUNTERS_END - lineCount(profile) * LINE_LENGTH - length;
        profile.bytes().putBytes(first + by, profile.bytes(), first, length);
    }

    private static void beginDay(final ProfileFlyweight profile, final int n, final int day) {
        profile.bytes().putShort(line(n) + DAY, (short) day);
        putWord(profile, line(n) + SPENT,
            word(profile, line(n) + SPENT) & FLAG_B | (isUnknown(profile, day) ? FLAG_A : 0));
        for (int c = 0; c < claimCount(profile); c++) {
            final int bit = lines(profile, c) & 1 << n;
            putLines(profile, c, lines(profile, c) & ~bit, earlier(profile, c) | bit);
        }
    }

    private static void lose(final ProfileFlyweight profile, final int day) {
        if (day == 0) {
            profile.bytes().putByte(ProfileLayout.COUNTER_FLAGS,
                (byte) (CapCounters.flags(profile) | UNKNOWN_TOTALS));
        } else {
            profile.bytes().putShort(
                ProfileLayout.SPEND_UNKNOWN_DAY, (short) Math.max(unknownDay(profile), day));
        }
    }

    private static int addClaim(
        final ProfileFlyweight profile, final int tag, final long endSecond, final long micros, final long second) {
        if (!makeRoom(profile, CLAIM_LENGTH, second)) {
            return NONE;
        }
        final int c = claimCount(profile);
        putCounts(profile, lineCount(profile), c + 1);
        final MutableDirectBuffer bytes = profile.bytes();
        bytes.putInt(claim(profile, c), tag);
        bytes.putInt(claim(profile, c) + END, (int) Math.min(CapCounters.MAX_SECOND, endSecond));
        putWord(profile, claim(profile, c) + MICROS, Math.min(MAX_AMOUNT, micros));
        putLines(profile, c, 0, 0);
        return c;
    }

    private static void removeClaim(final ProfileFlyweight profile, final int c) {
        final int last = claimCount(profile) - 1;
        if (c != last) {
            profile.bytes().putBytes(claim(profile, c), profile.bytes(), claim(profile, last), CLAIM_LENGTH);
        }
        profile.bytes().setMemory(claim(profile, last), CLAIM_LENGTH, (byte) 0);
        putCounts(profile, lineCount(profile), last);
    }

    private static void removeLine(final ProfileFlyweight profile, final int n) {
        final int last = lineCount(profile) - 1;
        if (n != last) {
            profile.bytes().putBytes(line(n), profile.bytes(), line(last), LINE_LENGTH);
        }
        final int first = line(last) - claimCount(profile) * CLAIM_LENGTH;
        moveClaims(profile, LINE_LENGTH);
        profile.bytes().setMemory(first, LINE_LENGTH, (byte) 0);
        putCounts(profile, last, claimCount(profile));
        for (int c = 0; c < claimCount(profile); c++) {
            putLines(profile, c, moved(lines(profile, c), last, n), moved(earlier(profile, c), last, n));
        }
    }

    private static int moved(final int mask, final int from, final int to) {
        final int bit = mask >>> from & 1;
        return mask & ~(1 << from) & ~(1 << to) | (from == to ? 0 : bit << to);
    }

    /** A reservation whose time is up is as if it had never been. */
    private static void forgetExpired(final ProfileFlyweight profile, final int tag, final long second) {
        final int c = findClaim(profile, tag);
        if (c >= 0 && !isSpent(profile, c) && !isOpen(profile, c, second)) {
            removeClaim(profile, c);
        }
    }

    private static void forgetStaleLines(final ProfileFlyweight profile, final long second) {
        for (int n = lineCount(profile) - 1; n >= 0; n--) {
            if (isStale(profile, n, second)) {
                removeLine(profile, n);
            }
        }
    }

    /**
     * Forgets claims whose time is up, counters that have ended, claims spent longest ago, lines of days that have
     * passed; then counters that have not.
     */
    private static boolean makeRoom(final ProfileFlyweight profile, final int length, final long second) {
        if (CapCounters.isFree(profile, length)) {
            return true;
        }
        forgetAllExpired(profile, second);
        CapCounters.forgetEnded(profile, second);
        giveRoom(profile, length, second);
        return CapCounters.giveRoom(profile, length, second);
    }

    private static void forgetAllExpired(final ProfileFlyweight profile, final long second) {
        for (int c = claimCount(profile) - 1; c >= 0; c--) {
            if (!isSpent(profile, c) && !isOpen(profile, c, second)) {
                removeClaim(profile, c);
            }
        }
    }

    /** Makes room for counters as far as no reservation and nothing received is forgotten. */
    static void giveRoom(final ProfileFlyweight profile, final int length, final long second) {
        forgetAllExpired(profile, second);
        while (!CapCounters.isFree(profile, length)) {
            final int oldest = oldestSpent(profile);
            if (oldest == NONE) {
                break;
            }
            removeClaim(profile, oldest);
        }
        if (!CapCounters.isFree(profile, length)) {
            forgetStaleLines(profile, second);
        }
    }

    private static int oldestSpent(final ProfileFlyweight profile) {
        int oldest = NONE;
        for (int c = 0; c < claimCount(profile); c++) {
            if (isSpent(profile, c) && (oldest == NONE || isBefore(profile, c, oldest))) {
                oldest = c;
            }
        }
        return oldest;
    }

    private static boolean isBefore(final ProfileFlyweight profile, final int a, final int b) {
        final int byTime = Long.compare(endSecond(profile, a), endSecond(profile, b));
        return byTime < 0 || byTime == 0 && tag(profile, a) < tag(profile, b);
    }

    // Merging.

    /** Adds what another profile has received and reserved; returns how many claims and lines found no room. */
    static int merge(final ProfileFlyweight target, final ProfileFlyweight source, final long second) {
        // What either has forgotten the other cannot know. The flag itself is merged with those of the counters.
        for (int n = 0; n < lineCount(target); n++) {
            if (isUnknown(source, day(target, n)) && findLine(source, budgetId(target, n)) == NONE) {
                markIncomplete(target, n);
            }
        }
        forgetAllExpired(target, second);
        CapCounters.forgetEnded(target, second);
        int forgotten = 0;
        for (int n = 0; n < lineCount(source); n++) {
            forgotten += mergeLine(target, source, n, second) ? 0 : 1;
        }
        if (unknownDay(source) > unknownDay(target)) {
            target.bytes().putShort(ProfileLayout.SPEND_UNKNOWN_DAY, (short) unknownDay(source));
        }
        for (int c = 0; c < claimCount(source); c++) {
            forgotten += isSpent(source, c) || mergeOpen(target, source, c, second) ? 0 : 1;
        }
        for (int c = 0; c < claimCount(source); c++) {
            if (isSpent(source, c) && findClaim(target, tag(source, c)) == NONE
                && CapCounters.isFree(target, CLAIM_LENGTH)) {
                take(target, source, c, second);
            }
        }
        return forgotten;
    }

    private static void markIncomplete(final ProfileFlyweight profile, final int n) {
        putWord(profile, line(n) + SPENT, word(profile, line(n) + SPENT) | FLAG_A);
    }

    private static boolean mergeLine(
        final ProfileFlyweight target, final ProfileFlyweight source, final int n, final long second) {
        final int day = day(source, n);
        final int mine = lineFor(target, budgetId(source, n), day, countsPieces(source, n), second);
        if (mine == NONE) {
            return false;
        }
        if (day == day(target, mine)) {
            addSpent(target, mine, spent(source, n));
            if (isIncomplete(source, n)) {
                markIncomplete(target, mine);
            }
        }
        return true;
    }

    /** Takes an open claim over; where it finds no room it counts as spent. */
    private static boolean mergeOpen(
        final ProfileFlyweight target, final ProfileFlyweight source, final int c, final long second) {
        if (!isOpen(source, c, second)
            || findClaim(target, tag(source, c)) == NONE && take(target, source, c, second) != NONE) {
            return true;
        }
        for (int n = 0; n < lineCount(source); n++) {
            final int mine = findLine(target, budgetId(source, n));
            if ((lines(source, c) >>> n & 1) != 0 && mine >= 0 && day(source, n) == day(target, mine)) {
                addSpent(target, mine, countsPieces(source, n) ? 1 : micros(source, c));
            }
        }
        return false;
    }

    private static int take(
        final ProfileFlyweight target, final ProfileFlyweight source, final int c, final long second) {
        final int mine = addClaim(target, tag(source, c), endSecond(source, c), 0, second);
        if (mine == NONE) {
            return NONE;
        }
        putWord(target, claim(target, mine) + MICROS, word(source, claim(source, c) + MICROS));
        int lines = 0;
        int earlier = 0;
        for (int n = 0; n < lineCount(source); n++) {
            final int at = findLine(target, budgetId(source, n));
            if (at >= 0) {
                final boolean same = day(source, n) == day(target, at);
                final int bit = 1 << at;
                lines |= (lines(source, c) >>> n & 1) != 0 && same ? bit : 0;
                earlier |= (earlier(source, c) >>> n & 1) != 0 || (lines(source, c) >>> n & 1) != 0 && !same
                    ? bit : 0;
            }
        }
        putLines(target, mine, lines, earlier);
        return mine;
    }
}
