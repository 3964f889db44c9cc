package io.opportune.engine.identity;

/**
 * Under which the records of a person or household stand. Off the hot path, where {@link Key128} is reused.
 *
 * @param high upper 64 bits.
 * @param low  lower 64 bits.
 */
public record RootKey(long high, long low) {
}
