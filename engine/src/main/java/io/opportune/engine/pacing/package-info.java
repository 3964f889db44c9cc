/**
 * How fast budgets are spent: the traffic learned by hour of the week, the spend planned from it, one controller per
 * budget, and the table by which shards and event loops take part less often or bid less. One control thread runs
 * {@link io.opportune.engine.pacing.PacingLoop}; any thread reads {@link io.opportune.engine.pacing.PacingTable}. That
 * nothing is overspent is not promised here but by the ledger, whatever a controller does. See
 * {@code engine/PACING.md}.
 */
package io.opportune.engine.pacing;
