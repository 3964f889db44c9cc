/** Tests of the gateway over real sockets, with a stub in the engine's place. */
package io.opportune.engine.gateway;
