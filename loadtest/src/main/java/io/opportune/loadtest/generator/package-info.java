/**
 * The load generator: one thread that drives many connections with many messages in flight each, at a rate fixed
 * beforehand (open loop) or as fast as answers come (closed loop). The only package of the module that knows Netty.
 */
package io.opportune.loadtest.generator;
