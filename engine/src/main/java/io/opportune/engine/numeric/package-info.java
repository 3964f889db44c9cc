/**
 * Functions that have the same bits on every machine, because decisions and learning are done again. Stateless; any
 * thread.
 */
package io.opportune.engine.numeric;
