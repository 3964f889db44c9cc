/** Estimators against known values, real logs and generated worlds; readers against bad input. */
package io.opportune.engine.evaluation;
