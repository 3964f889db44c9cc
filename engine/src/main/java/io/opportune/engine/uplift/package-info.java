/**
 * What offers bring: compares customers to whom offers were made with those of control groups to whom they would have
 * been made, from the journal. Offline; any one thread; reads the data folder only.
 */
package io.opportune.engine.uplift;
