package io.opportune.engine.catalogue;

/**
 * Who pays for offers.
 *
 * @param advertiserId registry id.
 * @param id           name in the catalogue.
 * @param name         for people.
 * @param categoryId   registry id of the category its offers compete in unless they say otherwise; 0 for none.
 * @param traits       what exchanges are told of it unless campaign or creative say otherwise.
 */
public record Advertiser(int advertiserId, String id, String name, int categoryId, AdTraits traits) { }
