/**
 * Examples to learn from: real ones of the data sets and generated ones, as keys in flat arrays that every learner
 * reads. One thread.
 */
package io.opportune.bench.prequential.example;
