/**
 * What a load run sends: the seam between worlds, which invent or replay messages, and the generator, which sends them.
 * Everything here is called on the generator's one thread.
 */
package io.opportune.loadtest.source;
