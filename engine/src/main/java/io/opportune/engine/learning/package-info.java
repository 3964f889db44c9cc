/**
 * Propensity models learned while serving: how probable an outcome of an offer is for this customer in this moment,
 * and how sure that is. One thread learns ({@link io.opportune.engine.learning.Learner},
 * {@link io.opportune.engine.learning.ModelSet}) and publishes whole epochs; any thread scores against an epoch with a
 * {@link io.opportune.engine.learning.Scorer} of its own, without locks. The same examples in the same order give
 * the same bits.
 */
package io.opportune.engine.learning;
