package io.opportune.loadtest.completejourney;

import io.opportune.loadtest.source.NameTable;
import io.opportune.protocol.codec.NameKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Registry ids of what the replay names. Categories that no rule and no offer names are unknown to the server. */
final class JourneyNames {
    private final JourneyData data;
    private final List<JourneyOffer> offers;
    private final Map<String, Integer> categories = new HashMap<>();
    private final Map<String, Integer> stores = new HashMap<>();
    private final Map<String, Integer> offerIds = new HashMap<>();
    private final Map<Integer, Integer> segments = new HashMap<>();
    private final Map<String, Integer> values = new HashMap<>();
    private final int[] attributes = new int[JourneyData.DEMOGRAPHIC_ATTRIBUTES.size()];
    private int[] campaignOfId = new int[0];
    private int tillBasket;
    private int tillTender;
    private int unknownOffers;

    JourneyNames(final JourneyData data, final List<JourneyOffer> offers) {
        this.data = data;
        this.offers = offers;
    }

    void declare(final NameTable names) {
        names.want(NameKind.PLACEMENT, JourneyCatalogue.TILL_BASKET);
        names.want(NameKind.PLACEMENT, JourneyCatalogue.TILL_TENDER);
        JourneyData.DEMOGRAPHIC_ATTRIBUTES.forEach(name -> names.want(NameKind.ATTRIBUTE, name));
        data.stores().forEach(name -> names.want(NameKind.STORE, name));
        data.campaigns().keySet().forEach(id -> {
            names.want(NameKind.CAMPAIGN, JourneyOffer.campaignName(id));
            names.want(NameKind.SEGMENT, JourneyOffer.segmentName(id));
        });
        offers.forEach(offer -> names.want(NameKind.OFFER, offer.name()));
        data.baskets().forEach(basket -> basket.lines().forEach(line -> {
            if (!line.category().isEmpty()) {
                names.want(NameKind.CATEGORY, line.category());
            }
        }));
        data.demographics().values().forEach(row -> row.forEach(value -> {
            if (!value.isEmpty()) {
                names.want(NameKind.ATTRIBUTE_VALUE, value);
            }
        }));
    }

    void read(final NameTable names) {
        for (int handle = 0; handle < names.size(); handle++) {
            final String name = names.name(handle);
            final int id = names.id(handle);
            switch (names.kind(handle)) {
                case CATEGORY -> categories.put(name, id);
                case STORE -> stores.put(name, id);
                case OFFER -> {
                    offerIds.put(name, id);
                    unknownOffers += id == 0 ? 1 : 0;
                }
                case ATTRIBUTE -> attributes[JourneyData.DEMOGRAPHIC_ATTRIBUTES.indexOf(name)] = id;
                case ATTRIBUTE_VALUE -> values.put(name, id);
                case PLACEMENT -> {
                    if (name.equals(JourneyCatalogue.TILL_BASKET)) {
                        tillBasket = id;
                    } else {
                        tillTender = id;
                    }
                }
                default -> {
                    // Campaigns and segments are read by number below.
                }
            }
        }
        int highest = 0;
        for (final int campaign : data.campaigns().keySet()) {
            segments.put(campaign, names.id(names.want(NameKind.SEGMENT, JourneyOffer.segmentName(campaign))));
            highest = Math.max(highest,
                names.id(names.want(NameKind.CAMPAIGN, JourneyOffer.campaignName(campaign))));
        }
        campaignOfId = new int[highest + 1];
        for (final int campaign : data.campaigns().keySet()) {
            campaignOfId[names.id(names.want(NameKind.CAMPAIGN, JourneyOffer.campaignName(campaign)))] = campaign;
        }
        campaignOfId[0] = 0;
    }

    int category(final String name) {
        return categories.getOrDefault(name, 0);
    }

    int store(final String name) {
        return stores.getOrDefault(name, 0);
    }

    int offer(final int campaign, final String upc) {
        return offerIds.getOrDefault(JourneyOffer.offerName(campaign, upc), 0);
    }

    int segment(final int campaign) {
        return segments.getOrDefault(campaign, 0);
    }

    int attribute(final int index) {
        return attributes[index];
    }

    int value(final String text) {
        return values.getOrDefault(text, 0);
    }

    int tillBasket() {
        return tillBasket;
    }

    int tillTender() {
        return tillTender;
    }

    /** How many of the catalogue's offers the server does not know; above 0 it serves another catalogue. */
    int unknownOffers() {
        return unknownOffers;
    }

    /** Number of a campaign by registry id; 0 when it is none of the data's. */
    int campaignOf(final int campaignId) {
        return campaignId > 0 && campaignId < campaignOfId.length ? campaignOfId[campaignId] : 0;
    }
}
