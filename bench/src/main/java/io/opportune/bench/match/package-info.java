/**
 * The matching workload MB1: its files as rules and situations, the run that times the targeting index on them, if
 * asked beside the rivals of the package below, and the run that compares a server's winners over a socket with a scan's.
 */
package io.opportune.bench.match;
