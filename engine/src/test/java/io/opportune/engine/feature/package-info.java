/** Keys that never change, and vectors that stay in their bounds. */
package io.opportune.engine.feature;
