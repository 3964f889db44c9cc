/**
 * Reading OpenRTB bid requests, JSON and protobuf, into the reused {@code BidRequest} of {@code openrtb.request} by the
 * table of {@code openrtb.schema}. A reader belongs to one thread, allocates nothing once warm, and throws nothing.
 */
package io.opportune.protocol.openrtb;
