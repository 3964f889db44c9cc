/**
 * The Complete Journey: a year of a real grocery chain, read from CSV, turned into a catalogue and replayed through a
 * socket. Reading happens before a run on the calling thread; the source runs on the generator's thread.
 */
package io.opportune.loadtest.completejourney;
