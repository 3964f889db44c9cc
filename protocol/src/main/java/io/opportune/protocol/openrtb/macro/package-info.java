/**
 * The substitution macros of OpenRTB 2.6, section 4.4: finding them in URLs and markup, replacing them as an exchange
 * does, and reading what a notice brings in their place. Used by whoever writes markup, by the notices and by the load
 * generator; nothing here allocates per use.
 */
package io.opportune.protocol.openrtb.macro;
