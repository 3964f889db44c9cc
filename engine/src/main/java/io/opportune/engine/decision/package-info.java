/**
 * The stages behind the context: matching, policy, scoring, arbitration, and the encoding of the answer. A decision is
 * a function of its arguments only (request, profile, catalogue, business time, point of truncation), so that it can be
 * made again from the journal. Runs on the shard's thread and allocates nothing.
 */
package io.opportune.engine.decision;
