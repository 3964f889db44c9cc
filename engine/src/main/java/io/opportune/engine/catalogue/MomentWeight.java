package io.opportune.engine.catalogue;

import io.opportune.engine.targeting.Rule;

/**
 * How much more or less an offer counts in certain moments.
 *
 * @param when   the moments.
 * @param weight by which its score is multiplied there, 0..100.
 */
public record MomentWeight(Rule when, double weight) { }
