/** Tests of the OpenRTB readers, against Jackson and the IAB's own definitions. */
package io.opportune.protocol.openrtb;
