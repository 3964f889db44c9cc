/** Tests of macros. */
package io.opportune.protocol.openrtb.macro;
