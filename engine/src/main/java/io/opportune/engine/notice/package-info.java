/**
 * Notices of exchanges and browsers about our bids: tokens that carry a bid's state sealed, the request that brings one
 * back, encrypted prices, and the event that a notice becomes. Called by event loops and by what writes bids; knows no
 * transport, no store and no catalogue. engine/NOTICES.md describes the formats.
 */
package io.opportune.engine.notice;
