/**
 * Bids in the auctions of ad exchanges (OpenRTB 2.6) and takes their notices: one bid request becomes a decision
 * request for each of its impressions, on the way that tills and apps take too, and the answers become one bid
 * response. Runs on the event loop, allocates nothing per request, knows no transport. engine/OPENRTB.md tells the way
 * of one request.
 */
package io.opportune.engine.bidding;
