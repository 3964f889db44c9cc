/**
 * The load generator for HTTP/1.1: one thread that drives keep-alive connections with requests pipelined on each, at a
 * rate fixed beforehand (open loop) or as fast as answers come (closed loop), and judges each answer by its time.
 */
package io.opportune.loadtest.http;
