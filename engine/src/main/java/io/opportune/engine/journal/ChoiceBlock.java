package io.opportune.engine.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * How a decision was chosen, as a block of its record: by which policy, with which probability each offer took its
 * place, and what would have been offered to somebody of a control group. Static, reads and writes in place.
 *
 * <pre>
 *  0        1       2        3        4         6          7      8
 *  | policy | flags | places | ghosts | modelId | controls | zero |
 *  of each place, in order of the response's offers:  | probability f64 |
 *  of each ghost:  0         4            8       9      12           20            28
 *                  | offerId | campaignId | place | zero | propensity | probability |
 *  of each campaign whose control group the customer is in, as far as it came up:  | campaignId |
 * </pre>
 *
 * <p>A probability is that of what was chosen given the places before it, 0 exclusive to 1. A ghost is an offer that
 * would have stood in the place had the customer not been in a control group.
 */
public final class ChoiceBlock {
    /** Flag: the customer is in the global control group. */
    public static final int GLOBAL_CONTROL = 1;
    /** Flag: the control group of a campaign changed the slate. */
    public static final int CAMPAIGN_CONTROL = 2;
    /** Bytes before the first place. */
    public static final int HEADER_LENGTH = 8;
    /** Bytes of a place. */
    public static final int PLACE_LENGTH = 8;
    /** Bytes of a ghost. */
    public static final int GHOST_LENGTH = 28;
    /** Bytes of a campaign. */
    public static final int CONTROL_LENGTH = 4;
    /** Most campaigns of which it is told that the customer is in their control group. */
    public static final int MAX_CONTROLS = 255;
    /** Longest block: 32 places, 32 ghosts and all campaigns. */
    public static final int MAX_LENGTH =
        HEADER_LENGTH + 32 * (PLACE_LENGTH + GHOST_LENGTH) + MAX_CONTROLS * CONTROL_LENGTH;

    private ChoiceBlock() {
    }

    /**
     * Writes the header.
     *
     * @param buffer       to write into.
     * @param offset       of the block.
     * @param policy       code of the policy: 0 greedy, 1 epsilon, 2 Thompson, 3 softmax.
     * @param flags        {@link #GLOBAL_CONTROL}, {@link #CAMPAIGN_CONTROL}.
     * @param placeCount   0..32.
     * @param ghostCount   0..32.
     * @param modelId      reserved for a number of the model, 0..65535.
     * @param controlCount 0..{@link #MAX_CONTROLS}.
     * @return length of the whole block in bytes.
     */
    public static int begin(
        final MutableDirectBuffer buffer, final int offset, final int policy, final int flags, final int placeCount,
        final int ghostCount, final int modelId, final int controlCount) {
        buffer.putByte(offset, (byte) policy);
        buffer.putByte(offset + 1, (byte) flags);
        buffer.putByte(offset + 2, (byte) placeCount);
        buffer.putByte(offset + 3, (byte) ghostCount);
        buffer.putShort(offset + 4, (short) modelId, LITTLE_ENDIAN);
        buffer.putShort(offset + 6, (short) controlCount, LITTLE_ENDIAN);
        return controlsAt(placeCount, ghostCount) + controlCount * CONTROL_LENGTH;
    }

    /**
     * Writes the probability of a place.
     *
     * @param buffer      to write into.
     * @param offset      of the block.
     * @param place       0..31.
     * @param probability of the offer there given those before it.
     */
    public static void putPlace(
        final MutableDirectBuffer buffer, final int offset, final int place, final double probability) {
        buffer.putDouble(offset + HEADER_LENGTH + place * PLACE_LENGTH, probability, LITTLE_ENDIAN);
    }

    /**
     * Writes a ghost; the header must stand.
     *
     * @param buffer      to write into.
     * @param offset      of the block.
     * @param ghost       0..31.
     * @param offerId     of the offer.
     * @param campaignId  of its campaign.
     * @param place       where it would have stood.
     * @param propensity  predicted.
     * @param probability of it in that place given those before it.
     */
    public static void putGhost(
        final MutableDirectBuffer buffer, final int offset, final int ghost, final int offerId, final int campaignId,
        final int place, final double propensity, final double probability) {
        final int at = ghostAt(buffer, offset, ghost);
        buffer.putInt(at, offerId, LITTLE_ENDIAN);
        buffer.putInt(at + 4, campaignId, LITTLE_ENDIAN);
        buffer.putInt(at + 8, place, LITTLE_ENDIAN);
        buffer.putDouble(at + 12, propensity, LITTLE_ENDIAN);
        buffer.putDouble(at + 20, probability, LITTLE_ENDIAN);
    }

    /**
     * Whether a block is as long as its header says.
     *
     * @param buffer holding it.
     * @param offset of the block.
     * @param length in bytes.
     * @return false for an empty or damaged one.
     */
    public static boolean isWhole(final DirectBuffer buffer, final int offset, final int length) {
        return length >= HEADER_LENGTH && length == controlsAt(placeCount(buffer, offset), ghostCount(buffer, offset))
            + controlCount(buffer, offset) * CONTROL_LENGTH;
    }

    /**
     * Code of the policy.
     *
     * @param buffer holding the block.
     * @param offset of the block.
     * @return 0 greedy, 1 epsilon, 2 Thompson, 3 softmax.
     */
    public static int policy(final DirectBuffer buffer, final int offset) {
        return buffer.getByte(offset) & 0xFF;
    }

    /**
     * Flags.
     *
     * @param buffer holding the block.
     * @param offset of the block.
     * @return {@link #GLOBAL_CONTROL}, {@link #CAMPAIGN_CONTROL} or 0.
     */
    public static int flags(final DirectBuffer buffer, final int offset) {
        return buffer.getByte(offset + 1) & 0xFF;
    }

    /**
     * How many places have probabilities.
     *
     * @param buffer holding the block.
     * @param offset of the block.
     * @return 0..32.
     */
    public static int placeCount(final DirectBuffer buffer, final int offset) {
        return buffer.getByte(offset + 2) & 0xFF;
    }

    /**
     * How many ghosts there are.
     *
     * @param buffer holding the block.
     * @param offset of the block.
     * @return 0..32.
     */
    public static int ghostCount(final DirectBuffer buffer, final int offset) {
        return buffer.getByte(offset + 3) & 0xFF;
    }

    /**
     * Of how many campaigns it is told that the customer is in their control group.
     *
     * @param buffer holding the block.
     * @param offset of the block.
     * @return 0..{@link #MAX_CONTROLS}.
     */
    public static int controlCount(final DirectBuffer buffer, final int offset) {
        return buffer.getByte(offset + 6) & 0xFF;
    }

    /**
     * With which probability a place was taken as it was.
     *
     * @param buffer holding the block.
     * @param offset of the block.
     * @param place  0..{@link #placeCount} - 1.
     * @return 0 exclusive to 1.
     */
    public static double probability(final DirectBuffer buffer, final int offset, final int place) {
        return buffer.getDouble(offset + HEADER_LENGTH + place * PLACE_LENGTH, LITTLE_ENDIAN);
    }

    /**
     * Offer of a ghost.
     *
     * @param buffer holding the block.
     * @param offset of the block.
     * @param ghost  0..{@link #ghostCount} - 1.
     * @return registry id.
     */
    public static int ghostOfferId(final DirectBuffer buffer, final int offset, final int ghost) {
        return buffer.getInt(ghostAt(buffer, offset, ghost), LITTLE_ENDIAN);
    }

    /**
     * Campaign of a ghost.
     *
     * @param buffer holding the block.
     * @param offset of the block.
     * @param ghost  0..{@link #ghostCount} - 1.
     * @return registry id.
     */
    public static int ghostCampaignId(final DirectBuffer buffer, final int offset, final int ghost) {
        return buffer.getInt(ghostAt(buffer, offset, ghost) + 4, LITTLE_ENDIAN);
    }

    /**
     * Where a ghost would have stood.
     *
     * @param buffer holding the block.
     * @param offset of the block.
     * @param ghost  0..{@link #ghostCount} - 1.
     * @return 0..31.
     */
    public static int ghostPlace(final DirectBuffer buffer, final int offset, final int ghost) {
        return buffer.getByte(ghostAt(buffer, offset, ghost) + 8) & 0xFF;
    }

    /**
     * Predicted propensity of a ghost.
     *
     * @param buffer holding the block.
     * @param offset of the block.
     * @param ghost  0..{@link #ghostCount} - 1.
     * @return 0..1.
     */
    public static double ghostPropensity(final DirectBuffer buffer, final int offset, final int ghost) {
        return buffer.getDouble(ghostAt(buffer, offset, ghost) + 12, LITTLE_ENDIAN);
    }

    /**
     * With which probability a ghost would have taken its place.
     *
     * @param buffer holding the block.
     * @param offset of the block.
     * @param ghost  0..{@link #ghostCount} - 1.
     * @return 0 exclusive to 1.
     */
    public static double ghostProbability(final DirectBuffer buffer, final int offset, final int ghost) {
        return buffer.getDouble(ghostAt(buffer, offset, ghost) + 20, LITTLE_ENDIAN);
    }

    /**
     * Writes a campaign whose control group the customer is in; the header must stand.
     *
     * @param buffer     to write into.
     * @param offset     of the block.
     * @param control    0..{@link #MAX_CONTROLS} - 1.
     * @param campaignId registry id.
     */
    public static void putControl(
        final MutableDirectBuffer buffer, final int offset, final int control, final int campaignId) {
        buffer.putInt(controlAt(buffer, offset, control), campaignId, LITTLE_ENDIAN);
    }

    /**
     * A campaign whose control group the customer is in.
     *
     * @param buffer  holding the block.
     * @param offset  of the block.
     * @param control 0..{@link #controlCount} - 1.
     * @return registry id.
     */
    public static int controlledCampaignId(final DirectBuffer buffer, final int offset, final int control) {
        return buffer.getInt(controlAt(buffer, offset, control), LITTLE_ENDIAN);
    }

    private static int controlAt(final DirectBuffer buffer, final int offset, final int control) {
        return offset + controlsAt(placeCount(buffer, offset), ghostCount(buffer, offset)) + control * CONTROL_LENGTH;
    }

    private static int controlsAt(final int placeCount, final int ghostCount) {
        return HEADER_LENGTH + placeCount * PLACE_LENGTH + ghostCount * GHOST_LENGTH;
    }

    private static int ghostAt(final DirectBuffer buffer, final int offset, final int ghost) {
        return offset + HEADER_LENGTH + placeCount(buffer, offset) * PLACE_LENGTH + ghost * GHOST_LENGTH;
    }
}
