/**
 * Learning from the journal: decisions become examples, events their outcomes. What is learned is a function of the
 * records and of the order that the queue of models tells, so that it can be learned again, bit for bit. One thread.
 */
package io.opportune.engine.training;
