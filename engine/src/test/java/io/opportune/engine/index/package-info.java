/** Tests of the targeting index against the trees of the rules. */
package io.opportune.engine.index;
