/** Figures against naive formulas, bootstrap, schedules, and small runs beside Vowpal Wabbit. */
package io.opportune.bench.prequential;
