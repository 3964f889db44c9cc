/** Tests of functions that have the same bits everywhere. */
package io.opportune.engine.numeric;
