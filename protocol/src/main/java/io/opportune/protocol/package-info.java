/**
 * What client and server share: framing, reason codes, consent bits, id namespaces. Stateless; any thread may call it.
 * The codecs beside it ({@code io.opportune.protocol.codec}) are generated from {@code sbe/opportune-wire.xml}.
 */
package io.opportune.protocol;
