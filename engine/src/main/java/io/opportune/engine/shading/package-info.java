/**
 * Bid shading for first-price auctions: what to bid of what an impression is worth, learned from the prices at which
 * auctions were won. Learned on one thread, read by event loops from tables that never change.
 */
package io.opportune.engine.shading;
