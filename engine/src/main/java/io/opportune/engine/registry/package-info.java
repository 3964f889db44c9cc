/**
 * Names of things and their stable numbers. Written under a lock by control threads and, for context updates, by
 * gateways; read from any thread without one. Knows neither files nor the journal: what must be kept goes to a hook.
 */
package io.opportune.engine.registry;
