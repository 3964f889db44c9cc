package io.opportune.protocol.client;

/**
 * One line of a basket or receipt.
 *
 * @param itemId        the retailer's item number or GTIN.
 * @param categoryId    registry id of its category, 0 when not known.
 * @param quantityMilli quantity times 1000; negative for returns.
 * @param amountMicros  line total after discounts, micros of {@code currency}; negative for returns.
 * @param currency      ISO 4217 numeric code; 0: the currency of the message.
 */
public record BasketLine(long itemId, int categoryId, int quantityMilli, long amountMicros, int currency) {
}
