/**
 * The matching workload MB1: its files as rules and situations, and the run that times the targeting index on them, if
 * asked beside the rivals of the package below.
 */
package io.opportune.bench.match;
