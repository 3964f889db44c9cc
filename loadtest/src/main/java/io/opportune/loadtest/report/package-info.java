/**
 * What a run measured and how it is told: counters, percentile table, live line, interval log, JSON, objectives. The
 * tally is written by the generator's thread; everything else belongs to the thread that started the run.
 */
package io.opportune.loadtest.report;
