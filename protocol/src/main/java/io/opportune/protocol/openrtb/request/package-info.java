/**
 * One bid request as it lies in memory after reading: {@code BidRequest} owns the bytes and the records, the other
 * classes are views of records, named as in the specification. Fixed arrays, no text and no object per request. A
 * request and its views belong to one thread at a time; handing them on is the caller's affair.
 */
package io.opportune.protocol.openrtb.request;
