/**
 * The matching workload MB1: its files as rules and situations, the run that times the targeting index on them, if
 * asked beside the rivals of the package below, and the run that compares a server's winners over a socket with those
 * of a scan.
 */
package io.opportune.bench.match;
