package io.opportune.engine.profile;

import org.agrona.MutableDirectBuffer;

/**
 * The per-offer counters of a profile. When all slots are taken, an offer goes that was never accepted, declined or
 * redeemed, as long as there is one, since lifetime caps hang on those; among such the one that was seen longest ago,
 * then the one with fewer impressions and decisions, then the smaller id.
 */
final class ExposureSlots {
    private static final int MASK_8_DAYS = 0xff;

    private ExposureSlots() {
    }

    static boolean record(
        final ProfileFlyweight profile, final int day, final int offerId, final ExposureKind kind) {
        int slot = profile.findExposure(offerId);
        boolean evicted = false;
        if (slot < 0) {
            evicted = profile.exposureCount() == ProfileLayout.EXPOSURE_SLOTS;
            slot = evicted ? victim(profile) : append(profile);
            start(profile, slot, offerId, day);
        }
        advance(profile, slot, day);
        add(profile, slot, kind, 1);
        final int age = profile.lastExposureDay(slot) - day;
        switch (kind) {
            case DECISION -> addToRing(profile, slot, age, 1);
            case IMPRESSION -> addToRing(profile, slot, age, 1L << 4);
            case ACCEPT -> addToMask(profile, slot, ProfileLayout.EXPOSURE_ACCEPT_DAYS, 1L, age);
            case REDEMPTION -> addToMask(profile, slot, ProfileLayout.EXPOSURE_REDEMPTION_DAYS, 1L, age);
            case DECLINE -> declined(profile, slot, age);
            case CLICK -> {
                // Clicks have no windows.
            }
        }
        return evicted;
    }

    /** Adds a slot of another profile; returns true when an offer was forgotten, this one or another. */
    static boolean merge(final ProfileFlyweight target, final ProfileFlyweight source, final int sourceSlot) {
        final int offerId = source.exposureOfferId(sourceSlot);
        final int day = source.lastExposureDay(sourceSlot);
        int slot = target.findExposure(offerId);
        boolean evicted = false;
        if (slot < 0) {
            evicted = target.exposureCount() == ProfileLayout.EXPOSURE_SLOTS;
            slot = evicted ? victim(target) : append(target);
            if (evicted && compare(target, slot, source, sourceSlot) > 0) {
                return true;
            }
            start(target, slot, offerId, day);
        }
        advance(target, slot, day);
        final int age = target.lastExposureDay(slot) - day;
        addLifetimeCounts(target, slot, source, sourceSlot);
        final int from = ProfileLayout.exposure(sourceSlot);
        final MutableDirectBuffer bytes = source.bytes();
        final long ring = bytes.getLong(from + ProfileLayout.EXPOSURE_RING);
        for (int past = 0; past < ProfileLayout.RING_DAYS; past++) {
            addToRing(target, slot, age + past, ring >>> (past * Byte.SIZE) & MASK_8_DAYS);
        }
        addToMask(target, slot, ProfileLayout.EXPOSURE_ACCEPT_DAYS,
            bytes.getByte(from + ProfileLayout.EXPOSURE_ACCEPT_DAYS) & MASK_8_DAYS, age);
        addToMask(target, slot, ProfileLayout.EXPOSURE_REDEMPTION_DAYS,
            bytes.getByte(from + ProfileLayout.EXPOSURE_REDEMPTION_DAYS) & MASK_8_DAYS, age);
        final int declineAge = ubyte(source, from + ProfileLayout.EXPOSURE_DECLINE_AGE);
        if (declineAge != ProfileLayout.NEVER_DECLINED) {
            declined(target, slot, age + declineAge);
        }
        return evicted;
    }

    private static void addLifetimeCounts(
        final ProfileFlyweight target, final int slot, final ProfileFlyweight source, final int sourceSlot) {
        add(target, slot, ExposureKind.DECISION, source.exposures(sourceSlot, ExposureKind.DECISION));
        add(target, slot, ExposureKind.IMPRESSION, source.exposures(sourceSlot, ExposureKind.IMPRESSION));
        add(target, slot, ExposureKind.CLICK, source.exposures(sourceSlot, ExposureKind.CLICK));
        add(target, slot, ExposureKind.ACCEPT, source.exposures(sourceSlot, ExposureKind.ACCEPT));
        add(target, slot, ExposureKind.DECLINE, source.exposures(sourceSlot, ExposureKind.DECLINE));
        add(target, slot, ExposureKind.REDEMPTION, source.exposures(sourceSlot, ExposureKind.REDEMPTION));
    }

    private static int append(final ProfileFlyweight profile) {
        final int slot = profile.exposureCount();
        profile.bytes().putByte(ProfileLayout.EXPOSURE_COUNT, (byte) (slot + 1));
        return slot;
    }

    private static void start(final ProfileFlyweight profile, final int slot, final int offerId, final int day) {
        final MutableDirectBuffer bytes = profile.bytes();
        final int base = ProfileLayout.exposure(slot);
        bytes.setMemory(base, ProfileLayout.EXPOSURE_LENGTH, (byte) 0);
        bytes.putInt(base + ProfileLayout.EXPOSURE_OFFER, offerId);
        bytes.putShort(base + ProfileLayout.EXPOSURE_LAST_DAY, (short) day);
        bytes.putByte(base + ProfileLayout.EXPOSURE_DECLINE_AGE, (byte) ProfileLayout.NEVER_DECLINED);
    }

    /** Moves ring, masks and ages so that they count from the day; an earlier day moves nothing. */
    private static void advance(final ProfileFlyweight profile, final int slot, final int day) {
        final int days = day - profile.lastExposureDay(slot);
        if (days <= 0) {
            return;
        }
        final MutableDirectBuffer bytes = profile.bytes();
        final int base = ProfileLayout.exposure(slot);
        final int ring = base + ProfileLayout.EXPOSURE_RING;
        bytes.putLong(ring, ProfileUpdates.shiftLeft(bytes.getLong(ring), Math.min(days, Long.SIZE) * Byte.SIZE));
        shiftMask(profile, base + ProfileLayout.EXPOSURE_ACCEPT_DAYS, days);
        shiftMask(profile, base + ProfileLayout.EXPOSURE_REDEMPTION_DAYS, days);
        final int declineAge = ubyte(profile, base + ProfileLayout.EXPOSURE_DECLINE_AGE);
        if (declineAge != ProfileLayout.NEVER_DECLINED) {
            bytes.putByte(
                base + ProfileLayout.EXPOSURE_DECLINE_AGE,
                (byte) Math.min(ProfileLayout.OLDEST_DECLINE_AGE, declineAge + days));
        }
        bytes.putShort(base + ProfileLayout.EXPOSURE_LAST_DAY, (short) day);
    }

    private static void shiftMask(final ProfileFlyweight profile, final int at, final int days) {
        profile.bytes().putByte(at, (byte) ProfileUpdates.shiftLeft(ubyte(profile, at), days));
    }

    private static void addToMask(
        final ProfileFlyweight profile, final int slot, final int field, final long mask, final int age) {
        final int at = ProfileLayout.exposure(slot) + field;
        profile.bytes().putByte(at, (byte) (ubyte(profile, at) | ProfileUpdates.shiftLeft(mask, age)));
    }

    /** Adds a day's two counts, each saturating at 15. */
    private static void addToRing(
        final ProfileFlyweight profile, final int slot, final int age, final long counts) {
        if (age >= ProfileLayout.RING_DAYS || counts == 0) {
            return;
        }
        final int at = ProfileLayout.exposure(slot) + ProfileLayout.EXPOSURE_RING + age;
        final int old = ubyte(profile, at);
        final int low = Math.min(ProfileLayout.NIBBLE, (old & ProfileLayout.NIBBLE)
            + ((int) counts & ProfileLayout.NIBBLE));
        final int high = Math.min(ProfileLayout.NIBBLE, (old >>> 4) + ((int) counts >>> 4));
        profile.bytes().putByte(at, (byte) (high << 4 | low));
    }

    private static void declined(final ProfileFlyweight profile, final int slot, final int age) {
        final int at = ProfileLayout.exposure(slot) + ProfileLayout.EXPOSURE_DECLINE_AGE;
        final int bounded = Math.min(age, ProfileLayout.OLDEST_DECLINE_AGE);
        profile.bytes().putByte(at, (byte) Math.min(bounded, ubyte(profile, at)));
    }

    private static void add(
        final ProfileFlyweight profile, final int slot, final ExposureKind kind, final int count) {
        final MutableDirectBuffer bytes = profile.bytes();
        final int base = ProfileLayout.exposure(slot);
        final int sum = profile.exposures(slot, kind) + count;
        final int clicksDeclines = base + ProfileLayout.EXPOSURE_CLICKS_DECLINES;
        final int nibble = Math.min(ProfileLayout.NIBBLE, sum);
        switch (kind) {
            case DECISION -> bytes.putShort(
                base + ProfileLayout.EXPOSURE_DECISIONS, (short) Math.min(ProfileLayout.USHORT, sum));
            case IMPRESSION -> bytes.putShort(
                base + ProfileLayout.EXPOSURE_IMPRESSIONS, (short) Math.min(ProfileLayout.USHORT, sum));
            case CLICK -> bytes.putByte(
                clicksDeclines, (byte) (ubyte(profile, clicksDeclines) & ~ProfileLayout.NIBBLE | nibble));
            case DECLINE -> bytes.putByte(
                clicksDeclines, (byte) (ubyte(profile, clicksDeclines) & ProfileLayout.NIBBLE | nibble << 4));
            case ACCEPT -> bytes.putByte(
                base + ProfileLayout.EXPOSURE_ACCEPTS, (byte) Math.min(ProfileLayout.UBYTE, sum));
            case REDEMPTION -> bytes.putByte(
                base + ProfileLayout.EXPOSURE_REDEMPTIONS, (byte) Math.min(ProfileLayout.UBYTE, sum));
        }
    }

    private static int victim(final ProfileFlyweight profile) {
        int victim = 0;
        for (int slot = 1; slot < ProfileLayout.EXPOSURE_SLOTS; slot++) {
            if (compare(profile, slot, profile, victim) < 0) {
                victim = slot;
            }
        }
        return victim;
    }

    private static int compare(
        final ProfileFlyweight a, final int aSlot, final ProfileFlyweight b, final int bSlot) {
        final int byOutcome = Boolean.compare(hasOutcome(a, aSlot), hasOutcome(b, bSlot));
        if (byOutcome != 0) {
            return byOutcome;
        }
        final int byDay = Integer.compare(a.lastExposureDay(aSlot), b.lastExposureDay(bSlot));
        if (byDay != 0) {
            return byDay;
        }
        final int byCount = Integer.compare(seen(a, aSlot), seen(b, bSlot));
        return byCount != 0 ? byCount : Integer.compare(a.exposureOfferId(aSlot), b.exposureOfferId(bSlot));
    }

    private static boolean hasOutcome(final ProfileFlyweight profile, final int slot) {
        return (profile.exposures(slot, ExposureKind.ACCEPT)
            | profile.exposures(slot, ExposureKind.DECLINE)
            | profile.exposures(slot, ExposureKind.REDEMPTION)) != 0;
    }

    private static int seen(final ProfileFlyweight profile, final int slot) {
        return profile.exposures(slot, ExposureKind.IMPRESSION) + profile.exposures(slot, ExposureKind.DECISION);
    }

    private static int ubyte(final ProfileFlyweight profile, final int at) {
        return profile.bytes().getByte(at) & ProfileLayout.UBYTE;
    }
}
