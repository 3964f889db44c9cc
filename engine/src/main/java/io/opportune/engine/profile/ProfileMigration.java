package io.opportune.engine.profile;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Brings profile records of older layouts, from copies or journal records, to the current one. Live maps never hold an
 * older layout: the store starts empty when its layout changed. Stateless; allocates nothing.
 *
 * <p>Layout 0 never left the workshop; it stands for "the layout before" and keeps the way of migration tested: 64
 * bytes with consent at 4, applied sequence at 8, created time at 16, updated time at 24, visit days at 32, last visit
 * day at 40, days with visits at 44.
 *
 * <p>Layout 1 counted everything of eight offers, with or without caps: at 496, 24 bytes each, their number at 74. What
 * it counted becomes counters of the offer per household, for the lifetime and for calendar days; what does not fit
 * counts as reached, as everywhere.
 *
 * <p>Layout 2 knew no budgets per customer: nothing was received of any.
 */
public final class ProfileMigration {
    static final int LENGTH_0 = 64;

    private static final int CONSENT_0 = 4;
    private static final int TIMES_0 = 8;
    private static final int VISITS_0 = 32;
    private static final int COUNT_1 = 74;
    private static final int EXPOSURES_1 = 496;
    private static final int EXPOSURE_LENGTH_1 = 24;
    private static final long LOW_NIBBLES = 0x0f0f0f0f0f0f0f0fL;
    private static final long BIT_OF_EACH_BYTE = 0x0101010101010101L;

    private ProfileMigration() {
    }

    /**
     * Length of a record.
     *
     * @param layoutVersion of the record.
     * @return bytes, or -1 when the layout is not known.
     */
    public static int lengthOf(final int layoutVersion) {
        return switch (layoutVersion) {
            case 0 -> LENGTH_0;
            case 1, 2, ProfileLayout.VERSION -> ProfileLayout.LENGTH;
            default -> -1;
        };
    }

    /**
     * Overwrites a profile with a record of any known layout.
     *
     * @param source      of the record.
     * @param offset      of the record.
     * @param lengthBytes of the record.
     * @param into        becomes the record in the current layout.
     * @throws StoreRefusedException when the layout is not known or the length is not that of the layout.
     */
    public static void read(
        final DirectBuffer source, final int offset, final int lengthBytes, final ProfileFlyweight into) {
        final int version = lengthBytes < Short.BYTES ? -1 : source.getShort(offset) & ProfileLayout.USHORT;
        if (lengthOf(version) != lengthBytes) {
            throw new StoreRefusedException(
                "a profile record of layout " + version + " with " + lengthBytes + " bytes is not known");
        }
        final MutableDirectBuffer bytes = into.bytes();
        if (version == ProfileLayout.VERSION) {
            bytes.putBytes(0, source, offset, ProfileLayout.LENGTH);
            return;
        }
        if (version == 2) {
            bytes.putBytes(0, source, offset, ProfileLayout.LENGTH);
            bytes.putByte(ProfileLayout.SPEND_COUNTS, (byte) 0);
            bytes.putShort(ProfileLayout.SPEND_UNKNOWN_DAY, (short) 0);
            bytes.putShort(ProfileLayout.LAYOUT_VERSION, (short) ProfileLayout.VERSION);
            return;
        }
        if (version == 1) {
            read1(source, offset, into);
            return;
        }
        bytes.setMemory(0, ProfileLayout.LENGTH, (byte) 0);
        bytes.putShort(ProfileLayout.LAYOUT_VERSION, (short) ProfileLayout.VERSION);
        bytes.putInt(ProfileLayout.CONSENT, source.getInt(offset + CONSENT_0));
        bytes.putBytes(ProfileLayout.LAST_APPLIED_SEQUENCE, source, offset + TIMES_0, 3 * Long.BYTES);
        bytes.putBytes(ProfileLayout.VISIT_DAYS, source, offset + VISITS_0, Long.BYTES + 2 * Integer.BYTES);
    }

    private static void read1(final DirectBuffer source, final int offset, final ProfileFlyweight into) {
        final MutableDirectBuffer bytes = into.bytes();
        bytes.putBytes(0, source, offset, EXPOSURES_1);
        bytes.setMemory(EXPOSURES_1, ProfileLayout.LENGTH - EXPOSURES_1, (byte) 0);
        bytes.putShort(ProfileLayout.LAYOUT_VERSION, (short) ProfileLayout.VERSION);
        bytes.putByte(ProfileLayout.COUNTER_BYTES, (byte) 0);
        final int count = source.getByte(offset + COUNT_1);
        final long second = CapCounters.secondOf(into.updatedTimeNs());
        for (int slot = 0; slot < count; slot++) {
            takeLifetimes1(source, offset + EXPOSURES_1 + slot * EXPOSURE_LENGTH_1, into, second);
        }
        for (int slot = 0; slot < count; slot++) {
            takeDays1(source, offset + EXPOSURES_1 + slot * EXPOSURE_LENGTH_1, into, second);
        }
    }

    private static void takeLifetimes1(
        final DirectBuffer source, final int at, final ProfileFlyweight into, final long second) {
        final int offerId = source.getInt(at);
        final int answers = source.getByte(at + 7);
        CapCounters.takeLifetime(into, offerId, ExposureKind.REDEMPTION, ubyte(source, at + 13), second);
        CapCounters.takeLifetime(into, offerId, ExposureKind.ACCEPT, ubyte(source, at + 12), second);
        CapCounters.takeLifetime(into, offerId, ExposureKind.IMPRESSION, ushort(source, at + 10), second);
        CapCounters.takeLifetime(into, offerId, ExposureKind.DECISION, ushort(source, at + 8), second);
        CapCounters.takeAnswers(into, offerId, ushort(source, at + 4), ubyte(source, at + 6),
            answers & ProfileLayout.NIBBLE, answers >>> 4 & ProfileLayout.NIBBLE, second);
    }

    private static void takeDays1(
        final DirectBuffer source, final int at, final ProfileFlyweight into, final long second) {
        final int offerId = source.getInt(at);
        final int day = ushort(source, at + 4);
        final long ring = source.getLong(at + 16);
        CapCounters.takeDays(into, offerId, ExposureKind.REDEMPTION, day, daysOf(ubyte(source, at + 15)), second);
        CapCounters.takeDays(into, offerId, ExposureKind.ACCEPT, day, daysOf(ubyte(source, at + 14)), second);
        CapCounters.takeDays(into, offerId, ExposureKind.IMPRESSION, day, ring >>> 4 & LOW_NIBBLES, second);
        CapCounters.takeDays(into, offerId, ExposureKind.DECISION, day, ring & LOW_NIBBLES, second);
    }

    private static long daysOf(final int mask) {
        return Long.expand(mask, BIT_OF_EACH_BYTE);
    }

    private static int ubyte(final DirectBuffer source, final int at) {
        return source.getByte(at) & ProfileLayout.UBYTE;
    }

    private static int ushort(final DirectBuffer source, final int at) {
        return source.getShort(at) & ProfileLayout.USHORT;
    }
}
