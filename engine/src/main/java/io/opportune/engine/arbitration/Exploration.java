package io.opportune.engine.arbitration;

/** How a place of the slate is given away. The codes are journalled and never change. */
public enum Exploration {
    /** To the best score. */
    GREEDY(0),
    /** To the best score, except for a share that is chosen evenly. */
    EPSILON(1),
    /** By the best score under a propensity drawn from what is believed (Thompson, 1933; Chapelle & Li, 2011). */
    THOMPSON(2),
    /** With a probability that is proportional to a power of the score (Luce, 1959; Plackett, 1975). */
    SOFTMAX(3);

    private static final Exploration[] BY_CODE = values();

    private final int code;

    Exploration(final int code) {
        this.code = code;
    }

    /**
     * What is journalled.
     *
     * @return 0..3.
     */
    public int code() {
        return code;
    }

    /**
     * The way with a code.
     *
     * @param code as journalled.
     * @return null when no way has it.
     */
    public static Exploration of(final int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
