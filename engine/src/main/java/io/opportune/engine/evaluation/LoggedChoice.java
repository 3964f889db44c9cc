package io.opportune.engine.evaluation;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * How a decision of the journal was chosen: the block {@code choice} of its record. Without the block the best offers
 * were made, with probability 1. One thread.
 *
 * <pre>
 *   0  policy u8, flags u8 (1: global control group, 2: a campaign's control group), place count u8, ghost count u8
 *   4  model u16, reserved u16
 *   8  place count x probability f64 of the offer made in the place, given the places before it
 *      ghost count x 28 bytes, not read here
 * </pre>
 */
final class LoggedChoice {
    private static final int HEADER_LENGTH_BYTES = 8;
    private static final int GHOST_LENGTH_BYTES = 28;
    private static final int CONTROL_FLAGS = 3;

    private boolean control;
    private double probability;

    /**
     * Reads a block.
     *
     * @return what is wrong with it, or null.
     */
    String read(final DirectBuffer block) {
        control = false;
        probability = 1;
        if (block.capacity() == 0) {
            return null;
        }
        final int placeCount = block.capacity() < HEADER_LENGTH_BYTES ? 0 : block.getByte(2) & 0xFF;
        final int ghostCount = block.capacity() < HEADER_LENGTH_BYTES ? 0 : block.getByte(3) & 0xFF;
        final int expected = HEADER_LENGTH_BYTES + placeCount * Double.BYTES + ghostCount * GHOST_LENGTH_BYTES;
        if (block.capacity() != expected) {
            return "its block choice has " + block.capacity() + " bytes in the place of " + expected;
        }
        control = (block.getByte(1) & CONTROL_FLAGS) != 0;
        for (int place = 0; place < placeCount; place++) {
            final double each =
                block.getDouble(HEADER_LENGTH_BYTES + place * Double.BYTES, ByteOrder.LITTLE_ENDIAN);
            if (!(each > 0 && each <= 1)) {
                return "its block choice says probability " + each + " for place " + (place + 1);
            }
            probability *= each;
        }
        return null;
    }

    /** Whether a control group, and not the policy, decided. */
    boolean isOfControl() {
        return control;
    }

    /** Probability of the whole answer, above 0. */
    double probability() {
        return probability;
    }
}
