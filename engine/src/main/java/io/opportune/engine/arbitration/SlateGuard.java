package io.opportune.engine.arbitration;

/**
 * What only the owner of the candidates knows about a slate that is being filled: caps that several of them share. It
 * is told who took a place; who was not admitted once must not be admitted to a later place of the same slate. Called
 * by the arbiter's thread; allocates nothing.
 */
public interface SlateGuard {
    /**
     * Whether a candidate may take the next place. Asked at most once a place of each that could.
     *
     * @param contender index into the contenders.
     * @return false: it gets none in this slate any more.
     */
    boolean admits(int contender);

    /**
     * Somebody took a place.
     *
     * @param contender index into the contenders.
     */
    void taken(int contender);
}
