/**
 * Names of customers without the names: keyed pseudonyms, the partition that a pseudonym belongs to, and the memory of
 * event ids that were applied. Called by event loops and shards; holds no reference to any map, socket or journal.
 */
package io.opportune.engine.identity;
