/**
 * Whether a creative may be bid with for one impression: every size, format and block list of an OpenRTB 2.6 request.
 * The request's side is a reused object of numbers that its reader fills in; the creative's side was compiled with the
 * catalogue. Called by the thread that bids; nothing here allocates after construction.
 */
package io.opportune.engine.screening;
