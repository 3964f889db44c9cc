/**
 * The configuration of the server: every key with its type, default, range and help in {@link
 * io.opportune.engine.config.ConfigKey}, read once at start from a file, the environment and system properties. Only
 * the composition root sees the whole; every component takes the few values it needs.
 */
package io.opportune.engine.config;
