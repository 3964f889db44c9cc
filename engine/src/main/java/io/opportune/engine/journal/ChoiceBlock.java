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
 *  | policy | flags | places | ghosts | second | controls | zero |
 *  of each place, in order of the response's offers:  | probability f64 |
 *  of each ghost:  0         4            8       9      12           20            28
 *                  | offerId | campaignId | place | zero | propensity | probability |
 *  of each campaign whose control group the customer is in, as far as it came up:  | campaignId |
 *  where an imported model was to predict:  | content hash u64 |
 *  of each candidate that it predicted, the best of the first stage first:  | logit f32 |
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
    /** Flag: the best candidates were to be predicted anew by an imported model; it predicted none: time was short. */
    public static final int SECOND_STAGE = 4;
    /** Flag: that model predicts clicks; otherwise it predicts conversions. */
    public static final int SECOND_STAGE_CLICKS = 8;
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
    /** Most candidates that an imported model predicts. */
    public static final int MAX_SECOND = 128;
    /** Bytes before the predictions of an imported model. */
    public static final int SECOND_HEADER_LENGTH = 8;
    /** Bytes of such a prediction. */
    public static final int SECOND_LENGTH = 4;
    /** Longest block: 32 places, 32 ghosts, all campaigns and all predictions. */
    public static final int MAX_LENGTH = HEADER_LENGTH + 32 * (PLACE_LENGTH + GHOST_LENGTH)
        + MAX_CONTROLS * CONTROL_LENGTH + SECOND_HEADER_LENGTH + MAX_SECOND * SECOND_LENGTH;

    private ChoiceBlock() {
    }

    /**
     * Writes the header.
     *
     * @param buffer       to write into.
     * @param offset       of the block.
     * @param policy       code of the policy: 0 greedy, 1 epsilon, 2 Thompson, 3 softmax.
     * @param flags        {@link #GLOBAL_CONTROL}, {@link #CAMPAIGN_CONTROL}, {@link #SECOND_STAGE},
     *                     {@link #SECOND_STAGE_CLICKS}.
     * @param placeCount   0..32.
     * @param ghostCount   0..32.
     * @param secondCount  candidates that an imported model predicted, 0..{@link #MAX_SECOND}; 0 without
     *                     {@link #SECOND_STAGE}.
     * @param controlCount 0..{@link #MAX_CONTROLS}.
     * @return length of the whole block in bytes.
     */
    public static int begin(
        final MutableDirectBuffer buffer, final int offset, final int policy, final int flags, final int placeCount,
        final int ghostCount, final int secondCount, final int controlCount) {
        buffer.putByte(offset, (byte) policy);
        buffer.putByte(offset + 1, (byte) flags);
        buffer.putByte(offset + 2, (byte) placeCount);
        buffer.putByte(offset + 3, (byte) ghostCount);
        buffer.putShort(offset + 4, (short) secondCount, LITTLE_ENDIAN);
        buffer.putShort(offset + 6, (short) controlCount, LITTLE_ENDIAN);
        return lengthOf(flags, placeCount, ghostCount, secondCount, controlCount);
    }

    private static int lengthOf(
        final int flags, final int placeCount, final int ghostCount, final int secondCount, final int controlCount) {
        return controlsAt(placeCount, ghostCount) + controlCount * CONTROL_LENGTH
            + ((flags & SECOND_STAGE) == 0 ? 0 : SECOND_HEADER_LENGTH + secondCount * SECOND_LENGTH);
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
        return length >= HEADER_LENGTH && length == lengthOf(flags(buffer, offset), placeCount(buffer, offset),
            ghostCount(buffer, offset), secondCount(buffer, offset), controlCount(buffer, offset));
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
     * @return {@link #GLOBAL_CONTROL}, {@link #CAMPAIGN_CONTROL}, {@link #SECOND_STAGE},
     *     {@link #SECOND_STAGE_CLICKS}, several of them or 0.
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

    /**
     * How many candidates an imported model predicted.
     *
     * @param buffer holding the block.
     * @param offset of the block.
     * @return 0..{@link #MAX_SECOND}; 0 with {@link #SECOND_STAGE} means that time was short, or that it failed.
     */
    public static int secondCount(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset + 4, LITTLE_ENDIAN) & 0xFFFF;
    }

    /**
     * Writes by which content an imported model is known; the header must stand and have {@link #SECOND_STAGE}.
     *
     * @param buffer      to write into.
     * @param offset      of the block.
     * @param contentHash of the model.
     */
    public static void putSecondHash(final MutableDirectBuffer buffer, final int offset, final long contentHash) {
        buffer.putLong(secondAt(buffer, offset), contentHash, LITTLE_ENDIAN);
    }

    /**
     * By which content an imported model is known.
     *
     * @param buffer holding the block, which has {@link #SECOND_STAGE}.
     * @param offset of the block.
     * @return content hash.
     */
    public static long secondHash(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(secondAt(buffer, offset), LITTLE_ENDIAN);
    }

    /**
     * Writes what an imported model predicted of a candidate; the header must stand and have {@link #SECOND_STAGE}.
     *
     * @param buffer to write into.
     * @param offset of the block.
     * @param rank   of the candidate in the first stage, 0 for the best.
     * @param logit  predicted.
     */
    public static void putSecond(
        final MutableDirectBuffer buffer, final int offset, final int rank, final float logit) {
        buffer.putFloat(secondAt(buffer, offset) + SECOND_HEADER_LENGTH + rank * SECOND_LENGTH, logit, LITTLE_ENDIAN);
    }

    /**
     * What an imported model predicted of a candidate.
     *
     * @param buffer holding the block, which has {@link #SECOND_STAGE}.
     * @param offset of the block.
     * @param rank   of the candidate in the first stage, 0..{@link #secondCount} - 1.
     * @return logit.
     */
    public static float secondLogit(final DirectBuffer buffer, final int offset, final int rank) {
        return buffer.getFloat(secondAt(buffer, offset) + SECOND_HEADER_LENGTH + rank * SECOND_LENGTH, LITTLE_ENDIAN);
    }

    private static int secondAt(final DirectBuffer buffer, final int offset) {
        return controlAt(buffer, offset, controlCount(buffer, offset));
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
