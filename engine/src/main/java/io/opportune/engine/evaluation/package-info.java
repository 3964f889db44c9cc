/**
 * Off-policy evaluation: what another way of choosing would have brought, told from a log of what was chosen, with
 * which probability, and what came of it. Readers of logs, target policies, estimators with their errors, and the
 * checks that say when a figure is not to be trusted; also the journal made again with a candidate catalogue. Offline
 * only; one thread.
 */
package io.opportune.engine.evaluation;
