/**
 * The markup of bids: HTML banners, VAST and OpenRTB Native, prepared per creative when a catalogue or the settings of
 * an exchange change (control threads), then written for one bid by copying byte runs and filling slots (the thread
 * that bids). Knows the catalogue and no transport; engine/MARKUP.md describes what is written.
 */
package io.opportune.engine.markup;
