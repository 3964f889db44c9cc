package io.opportune.engine.catalogue;

import java.time.ZoneId;

/**
 * A store.
 *
 * @param storeId     registry id.
 * @param id          name in the catalogue.
 * @param zone        in which its hours and days are meant.
 * @param hasPosition whether latitude and longitude are given.
 * @param latitudeE7  degrees of WGS 84 times 10^7; 0 without position.
 * @param longitudeE7 degrees of WGS 84 times 10^7; 0 without position.
 */
public record StoreSite(
    int storeId, String id, ZoneId zone, boolean hasPosition, int latitudeE7, int longitudeE7) { }
