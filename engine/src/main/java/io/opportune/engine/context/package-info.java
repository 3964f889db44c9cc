/**
 * First stage of a decision: turns the request, the customer's profile and the clock into the flat situation that
 * rules are tested on. Runs on the shard's thread and allocates nothing.
 */
package io.opportune.engine.context;
