package io.opportune.loadtest.completejourney;

import io.opportune.loadtest.completejourney.JourneyData.Basket;
import io.opportune.loadtest.completejourney.JourneyData.Campaign;
import io.opportune.loadtest.completejourney.JourneyData.Line;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Says by itself which share of baskets some offer's rule fits, over the real data in time order: rules and flights,
 * and nothing promoted that was bought within a day. Caps are left out: they bind far less than one offer a basket.
 */
final class EligibilityModel {
    private final JourneyData data;
    private final List<JourneyOffer> offers;
    private final Map<Integer, Map<String, Instant>> lastBought = new HashMap<>();
    int eligible;
    int eligibleByContact;

    EligibilityModel(final JourneyData data, final List<JourneyOffer> offers) {
        this.data = data;
        this.offers = offers;
    }

    void run() {
        for (final Basket basket : data.baskets()) {
            final Set<String> inBasket = new HashSet<>();
            basket.lines().stream().map(Line::category).filter(name -> !name.isEmpty()).forEach(inBasket::add);
            boolean any = false;
            boolean byContact = false;
            for (final JourneyOffer offer : offers) {
                if (!byContact && fits(offer, basket, inBasket)) {
                    any = true;
                    byContact = offer.campaign().contacted().contains(basket.household());
                }
            }
            eligible += any ? 1 : 0;
            eligibleByContact += byContact ? 1 : 0;
            inBasket.forEach(category -> lastBought
                .computeIfAbsent(basket.household(), key -> new HashMap<>()).put(category, basket.time()));
        }
    }

    private boolean fits(final JourneyOffer offer, final Basket basket, final Set<String> inBasket) {
        final Campaign campaign = offer.campaign();
        final LocalDate day = basket.day();
        if (day.isBefore(campaign.start()) || day.isAfter(campaign.end())) {
            return false;
        }
        final Map<String, Instant> history = lastBought.getOrDefault(basket.household(), Map.of());
        boolean buyer = false;
        for (final String category : offer.categories()) {
            final Instant last = history.get(category);
            if (last != null && Duration.between(last, basket.time()).toDays() < 1) {
                return false;
            }
            buyer |= last != null && Duration.between(last, basket.time()).toDays() < 90;
        }
        final boolean contacted = campaign.contacted().contains(basket.household());
        if (offer.storeWide()) {
            return contacted;
        }
        if (campaign.type() == 'A') {
            return contacted && (buyer || offer.categories().stream().anyMatch(inBasket::contains));
        }
        return contacted || buyer;
    }
}
