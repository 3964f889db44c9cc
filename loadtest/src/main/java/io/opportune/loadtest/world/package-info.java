/**
 * A synthetic retail world: customers with hidden tastes, stores, items and offers, all functions of a seed, and the
 * stream of moments and events that comes out of it. Sources run on the generator's thread; the catalogue is written
 * beforehand.
 */
package io.opportune.loadtest.world;
