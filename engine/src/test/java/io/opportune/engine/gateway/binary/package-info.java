/** Tests of the binary protocol's transport over real sockets, with a stub in the engine's place. */
package io.opportune.engine.gateway.binary;
