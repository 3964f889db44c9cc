/** Tests of learning from the journal. */
package io.opportune.engine.training;
