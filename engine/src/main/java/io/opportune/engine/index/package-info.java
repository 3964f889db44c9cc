/**
 * The targeting index: which of all offers' rules hold in a situation, in microseconds. Rules are taken apart into
 * clauses over one attribute each, which become rows of bits with one bit per offer, and what remains, which is tested
 * on the few offers that survive the rows. Built aside from an immutable catalogue, then shared by all shards; each
 * shard searches with a cursor of its own. The rules' trees define what is right.
 */
package io.opportune.engine.index;
