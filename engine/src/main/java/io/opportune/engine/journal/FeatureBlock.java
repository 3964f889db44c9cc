package io.opportune.engine.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What a model may learn from a decision, as a block of its record: the active features of the moment, and those of
 * each offer made together with the customer. They are kept as they were when it was decided, so that learning sees
 * what scoring saw. Static, reads and writes in place.
 *
 * <pre>
 *  0         2              3        4        6      8
 *  | version | contextCount | places | person | zero |
 *  contextCount times:                        | key u32 | value f32 |
 *  of each place, in order of the response's offers:
 *  0           1         2      4              8            12              16          20
 *  | pairCount | priorOf | zero | advertiserId | categoryId | windowSeconds | prior f32 |
 *  pairCount times:                             | key u32 | value f32 |
 * </pre>
 *
 * <p>The person is the tag of the one of a household who was there, 0 for none: it decides which exposures are the
 * customer's own, also where nothing was offered. What a model needs to know of an offer stands here too, so that
 * learning needs no catalogue: whose it is, how long
 * after the decision a conversion counts, and the probability that the catalogue gives it.
 */
public final class FeatureBlock {
    /** What the keys mean, see package {@code feature}: a later version never gives one another meaning. */
    public static final int VERSION = 1;
    /** Bytes before the first feature. */
    public static final int HEADER_LENGTH = 8;
    /** Bytes of a feature. */
    public static final int FEATURE_LENGTH = 8;
    /** Bytes before the features of a place. */
    public static final int PLACE_HEADER_LENGTH = 20;
    /** Most features of the moment. */
    public static final int MAX_CONTEXT = 96;
    /** Most features of one offer with the customer. */
    public static final int MAX_PAIR = 16;
    /** Longest block: 32 places. */
    public static final int MAX_LENGTH = HEADER_LENGTH + MAX_CONTEXT * FEATURE_LENGTH
        + 32 * (PLACE_HEADER_LENGTH + MAX_PAIR * FEATURE_LENGTH);

    /** The prior is none of what is learned. */
    public static final int NO_PRIOR = 0;
    /** The prior is that of a click. */
    public static final int PRIOR_OF_CLICK = 1;
    /** The prior is that of a conversion. */
    public static final int PRIOR_OF_CONVERSION = 2;

    private static final int ADVERTISER_AT = 4;
    private static final int CATEGORY_AT = 8;
    private static final int WINDOW_AT = 12;
    private static final int PRIOR_AT = 16;

    private FeatureBlock() {
    }

    /**
     * Writes the header.
     *
     * @param buffer       to write into.
     * @param offset       of the block.
     * @param contextCount 0..{@link #MAX_CONTEXT}.
     * @param placeCount   0..32.
     * @param person       tag of the person of the household, 0: none.
     * @return length so far in bytes.
     */
    public static int begin(
        final MutableDirectBuffer buffer, final int offset, final int contextCount, final int placeCount,
        final int person) {
        buffer.putShort(offset, (short) VERSION, LITTLE_ENDIAN);
        buffer.putByte(offset + 2, (byte) contextCount);
        buffer.putByte(offset + 3, (byte) placeCount);
        buffer.putInt(offset + 4, person & 0xFFFF, LITTLE_ENDIAN);
        return HEADER_LENGTH;
    }

    /**
     * Writes a feature.
     *
     * @param buffer to write into.
     * @param at     where.
     * @param key    of it.
     * @param value  of it.
     * @return where the next stands.
     */
    public static int putFeature(final MutableDirectBuffer buffer, final int at, final int key, final float value) {
        buffer.putInt(at, key, LITTLE_ENDIAN);
        buffer.putFloat(at + 4, value, LITTLE_ENDIAN);
        return at + FEATURE_LENGTH;
    }

    /**
     * Begins a place.
     *
     * @param buffer        to write into.
     * @param at            where.
     * @param pairCount     0..{@link #MAX_PAIR}.
     * @param priorOf       {@link #NO_PRIOR}, {@link #PRIOR_OF_CLICK} or {@link #PRIOR_OF_CONVERSION}.
     * @param advertiserId  of the offer.
     * @param categoryId    of the offer; 0: none.
     * @param windowSeconds how long after the decision a conversion counts.
     * @param prior         probability by the catalogue, 0..1.
     * @return where its first feature stands.
     */
    public static int putPlace(
        final MutableDirectBuffer buffer, final int at, final int pairCount, final int priorOf,
        final int advertiserId, final int categoryId, final int windowSeconds, final float prior) {
        buffer.putInt(at, pairCount | priorOf << Byte.SIZE, LITTLE_ENDIAN);
        buffer.putInt(at + ADVERTISER_AT, advertiserId, LITTLE_ENDIAN);
        buffer.putInt(at + CATEGORY_AT, categoryId, LITTLE_ENDIAN);
        buffer.putInt(at + WINDOW_AT, windowSeconds, LITTLE_ENDIAN);
        buffer.putFloat(at + PRIOR_AT, prior, LITTLE_ENDIAN);
        return at + PLACE_HEADER_LENGTH;
    }

    /**
     * Whether a block is as long as its counts say.
     *
     * @param buffer holding it.
     * @param offset of the block.
     * @param length in bytes.
     * @return false for an empty or damaged one.
     */
    public static boolean isWhole(final DirectBuffer buffer, final int offset, final int length) {
        if (length < HEADER_LENGTH) {
            return false;
        }
        final int end = offset + length;
        int at = firstPlace(buffer, offset);
        for (int place = 0; place < placeCount(buffer, offset); place++) {
            if (at + PLACE_HEADER_LENGTH > end) {
                return false;
            }
            at = afterPlace(buffer, at);
        }
        return at == end;
    }

    /**
     * Which meaning the keys have.
     *
     * @param buffer holding the block.
     * @param offset of the block.
     * @return {@link #VERSION} or an earlier one.
     */
    public static int version(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset, LITTLE_ENDIAN) & 0xFFFF;
    }

    /**
     * How many features of the moment there are; they begin {@link #HEADER_LENGTH} behind the offset.
     *
     * @param buffer holding the block.
     * @param offset of the block.
     * @return 0..{@link #MAX_CONTEXT}.
     */
    public static int contextCount(final DirectBuffer buffer, final int offset) {
        return buffer.getByte(offset + 2) & 0xFF;
    }

    /**
     * How many offers follow.
     *
     * @param buffer holding the block.
     * @param offset of the block.
     * @return 0..32.
     */
    public static int placeCount(final DirectBuffer buffer, final int offset) {
        return buffer.getByte(offset + 3) & 0xFF;
    }

    /**
     * Who of a household was there.
     *
     * @param buffer holding the block.
     * @param offset of the block.
     * @return tag; 0: nobody in particular.
     */
    public static int person(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset + 4, LITTLE_ENDIAN) & 0xFFFF;
    }

    /**
     * Where the first place stands.
     *
     * @param buffer holding the block.
     * @param offset of the block.
     * @return index in the buffer.
     */
    public static int firstPlace(final DirectBuffer buffer, final int offset) {
        return offset + HEADER_LENGTH + contextCount(buffer, offset) * FEATURE_LENGTH;
    }

    /**
     * How many features a place has; they begin {@link #PLACE_HEADER_LENGTH} behind it.
     *
     * @param buffer holding the block.
     * @param at     where the place stands.
     * @return 0..{@link #MAX_PAIR}.
     */
    public static int pairCount(final DirectBuffer buffer, final int at) {
        return buffer.getByte(at) & 0xFF;
    }

    /**
     * Advertiser of the offer in a place.
     *
     * @param buffer holding the block.
     * @param at     where the place stands.
     * @return registry id.
     */
    public static int advertiserId(final DirectBuffer buffer, final int at) {
        return buffer.getInt(at + ADVERTISER_AT, LITTLE_ENDIAN);
    }

    /**
     * Category of the offer in a place.
     *
     * @param buffer holding the block.
     * @param at     where the place stands.
     * @return registry id; 0: none.
     */
    public static int categoryId(final DirectBuffer buffer, final int at) {
        return buffer.getInt(at + CATEGORY_AT, LITTLE_ENDIAN);
    }

    /**
     * How long after the decision a conversion of the offer in a place counts.
     *
     * @param buffer holding the block.
     * @param at     where the place stands.
     * @return seconds.
     */
    public static int windowSeconds(final DirectBuffer buffer, final int at) {
        return buffer.getInt(at + WINDOW_AT, LITTLE_ENDIAN);
    }

    /**
     * What the catalogue thinks of the offer in a place.
     *
     * @param buffer holding the block.
     * @param at     where the place stands.
     * @return probability, 0..1.
     */
    public static float prior(final DirectBuffer buffer, final int at) {
        return buffer.getFloat(at + PRIOR_AT, LITTLE_ENDIAN);
    }

    /**
     * Of what the prior of a place is.
     *
     * @param buffer holding the block.
     * @param at     where the place stands.
     * @return {@link #NO_PRIOR}, {@link #PRIOR_OF_CLICK} or {@link #PRIOR_OF_CONVERSION}.
     */
    public static int priorOf(final DirectBuffer buffer, final int at) {
        return buffer.getByte(at + 1) & 0xFF;
    }

    /**
     * Where the next place stands.
     *
     * @param buffer holding the block.
     * @param at     where the place stands.
     * @return index in the buffer, or the block's end.
     */
    public static int afterPlace(final DirectBuffer buffer, final int at) {
        return at + PLACE_HEADER_LENGTH + pairCount(buffer, at) * FEATURE_LENGTH;
    }

    /**
     * Key of a feature.
     *
     * @param buffer holding the block.
     * @param at     where the feature stands.
     * @return all 32 bits.
     */
    public static int key(final DirectBuffer buffer, final int at) {
        return buffer.getInt(at, LITTLE_ENDIAN);
    }

    /**
     * Value of a feature.
     *
     * @param buffer holding the block.
     * @param at     where the feature stands.
     * @return mostly 1.
     */
    public static float value(final DirectBuffer buffer, final int at) {
        return buffer.getFloat(at + 4, LITTLE_ENDIAN);
    }
}
