/** The whole server over real sockets. */
package io.opportune.engine.server;
