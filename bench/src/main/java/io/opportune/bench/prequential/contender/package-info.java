/**
 * What learns from the examples: our models and Vowpal Wabbit, each with as many configurations to choose from. Only
 * this package knows Vowpal Wabbit. One thread.
 */
package io.opportune.bench.prequential.contender;
