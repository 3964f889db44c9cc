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
 */
public final class ProfileMigration {
    static final int LENGTH_0 = 64;

    private static final int CONSENT_0 = 4;
    private static final int TIMES_0 = 8;
    private static final int VISITS_0 = 32;

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
            case ProfileLayout.VERSION -> ProfileLayout.LENGTH;
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
        bytes.setMemory(0, ProfileLayout.LENGTH, (byte) 0);
        bytes.putShort(ProfileLayout.LAYOUT_VERSION, (short) ProfileLayout.VERSION);
        bytes.putInt(ProfileLayout.CONSENT, source.getInt(offset + CONSENT_0));
        bytes.putBytes(ProfileLayout.LAST_APPLIED_SEQUENCE, source, offset + TIMES_0, 3 * Long.BYTES);
        bytes.putBytes(ProfileLayout.VISIT_DAYS, source, offset + VISITS_0, Long.BYTES + 2 * Integer.BYTES);
    }
}
