package io.opportune.engine.learning;

/**
 * An offer and what stands above it, by registry ids: dense from 1 within each kind; 0 or less where there is none.
 *
 * @param advertiserId of whom the offer is.
 * @param campaignId   that it belongs to.
 * @param categoryId   of what is offered.
 * @param offerId      its own.
 */
public record OfferKey(int advertiserId, int campaignId, int categoryId, int offerId) {
    int id(final int level) {
        return switch (level) {
            case 0 -> advertiserId;
            case 1 -> campaignId;
            case 2 -> categoryId;
            default -> offerId;
        };
    }
}
