/** Tests of the engine as a whole. */
package io.opportune.engine;
