/**
 * The table of an OpenRTB bid request's objects and fields, and how a key of a message is found in it. Immutable; any
 * thread may read it. The readers decode by it, the views of {@code openrtb.request} take their slots from it.
 */
package io.opportune.protocol.openrtb.schema;
