/**
 * What the transports have in common: event loops and what each of them works on in batches, the way back to it from
 * other threads, outgoing buffers, errors. With the packages below, one for each protocol, the only one of the engine
 * that knows Netty; those do not know each other. Except where said otherwise everything runs on event loops.
 */
package io.opportune.engine.gateway;
