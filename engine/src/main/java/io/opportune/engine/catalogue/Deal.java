package io.opportune.engine.catalogue;

/**
 * A deal with a seller, as bid requests name it in {@code imp.pmp.deals.id} (OpenRTB 2.6, section 3.2.12).
 *
 * @param dealId registry id.
 * @param id     as the exchange gave it.
 */
public record Deal(int dealId, String id) { }
