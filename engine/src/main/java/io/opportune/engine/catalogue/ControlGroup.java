package io.opportune.engine.catalogue;

import java.math.BigDecimal;

/**
 * The share of customers to whom nothing is offered, so that what offers bring can be told by comparison. Immutable.
 *
 * @param basisPoints hundredths of a percent, 0..{@link #ALL}; 0: there is no such group.
 * @param salt        groups of the same salt are made of the same customers, those of different salts are independent;
 *                    never null.
 */
public record ControlGroup(int basisPoints, String salt) {
    /** {@link #basisPoints} of everybody. */
    public static final int ALL = 10_000;
    /** Nobody. */
    public static final ControlGroup NONE = new ControlGroup(0, "");

    /** Checks the share. */
    public ControlGroup {
        if (basisPoints < 0 || basisPoints > ALL) {
            throw new IllegalArgumentException("a control group has 0.." + ALL + " basis points, not " + basisPoints);
        }
    }

    /** Share and salt, such as {@code 2.5 % (salt spring)}. */
    String words() {
        return BigDecimal.valueOf(basisPoints, 2).stripTrailingZeros().toPlainString() + " % (salt " + salt + ')';
    }

    /**
     * Whether anybody can be in it.
     *
     * @return false for a share of 0.
     */
    public boolean exists() {
        return basisPoints > 0;
    }
}
