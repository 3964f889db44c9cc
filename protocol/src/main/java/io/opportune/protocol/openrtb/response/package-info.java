/**
 * Writes OpenRTB 2.6 bid responses, as JSON and as protobuf, straight into a bounded buffer. A writer belongs to one
 * thread and is reused; nothing here allocates after its construction, and a response that does not fit is never half
 * sent.
 */
package io.opportune.protocol.openrtb.response;
