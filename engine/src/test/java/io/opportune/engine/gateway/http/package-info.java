/** Tests of the HTTP transport, nearly all over real sockets. */
package io.opportune.engine.gateway.http;
