/**
 * Money: what every budget has granted, reserved and spent, exact to the micro. One {@link
 * io.opportune.engine.ledger.Ledger} per process belongs to one control thread; each shard spends without a lock from
 * the leases that it holds in its {@link io.opportune.engine.ledger.ShardLeases}. Knows neither catalogue nor journal:
 * what it is told stands in byte blocks that the journal keeps, so that a replay tells it the same.
 */
package io.opportune.engine.ledger;
