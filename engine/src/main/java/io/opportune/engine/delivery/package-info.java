/**
 * Between a decision and money: which offers have budget left and take part, what a decision reserves of the leases of
 * its shard, and what an event settles. Everything here is owned by one shard's thread, but what is published to it.
 */
package io.opportune.engine.delivery;
