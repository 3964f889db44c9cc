/** Models of generated worlds, whose truth is known: what they learn, how surely, and that they do so again. */
package io.opportune.engine.learning;
