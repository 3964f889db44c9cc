/**
 * Which of the candidates are made: what each is worth, how much is tried out, who gets which place, and with which
 * probability exactly. Arithmetic over arrays; nothing here knows catalogue, profile or journal. One
 * {@link io.opportune.engine.arbitration.Arbiter} a shard, called by its thread; the same arguments give the same slate
 * and the same bits of its probabilities on every machine. See {@code engine/ARBITRATION.md}.
 */
package io.opportune.engine.arbitration;
