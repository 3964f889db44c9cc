/**
 * The composition root: reads the configuration, restores the state, builds the shards, opens the ports. The only
 * package that sees everything; nothing imports it but the command line.
 */
package io.opportune.engine.server;
