/**
 * Prequential (test, then train) quality of our models beside Vowpal Wabbit on real outcomes, and how many examples a
 * second each learns. One thread.
 */
package io.opportune.bench.prequential;
