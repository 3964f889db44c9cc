package io.opportune.engine.catalogue;

import io.opportune.engine.profile.CapScope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The caps that are on more than one offer: on campaigns, advertisers, categories, and on all offers together; and what
 * a session is. Immutable once the catalogue is read.
 */
public final class ContactPolicy {
    /** Pause that ends a session where the catalogue says nothing. */
    public static final int DEFAULT_SESSION_GAP_SECONDS = 30 * 60;

    private static final CountedCap[] NONE = {};

    private final Map<Integer, CountedCap[]> ofCampaigns = new HashMap<>();
    private final Map<Integer, CountedCap[]> ofAdvertisers = new HashMap<>();
    private final Map<Integer, CountedCap[]> ofCategories = new HashMap<>();
    private final List<CountedCap> caps = new ArrayList<>();
    /** Offers of one campaign and category share one array. */
    private final Map<List<Integer>, CountedCap[]> together = new ConcurrentHashMap<>();
    private CountedCap[] ofAll = NONE;
    private int sessionGapSeconds = DEFAULT_SESSION_GAP_SECONDS;

    /** Puts caps on something; called while the catalogue is read. */
    void put(final CapScope scope, final int scopeId, final String name, final List<Cap> list) {
        if (list.isEmpty()) {
            return;
        }
        final CountedCap[] counted = counted(list, scope, scopeId, name, caps.size());
        Collections.addAll(caps, counted);
        switch (scope) {
            case CAMPAIGN -> ofCampaigns.put(scopeId, counted);
            case ADVERTISER -> ofAdvertisers.put(scopeId, counted);
            case CATEGORY -> ofCategories.put(scopeId, counted);
            case ALL -> ofAll = counted;
            case OFFER -> throw new IllegalArgumentException("an offer keeps its own caps");
        }
    }

    void sessionGapSeconds(final int seconds) {
        sessionGapSeconds = seconds;
    }

    /** The caps of an offer itself. */
    static CountedCap[] ofOffer(final List<Cap> list, final int offerId, final String name) {
        return list.isEmpty() ? NONE : counted(list, CapScope.OFFER, offerId, name, -1);
    }

    private static CountedCap[] counted(
        final List<Cap> list, final CapScope scope, final int scopeId, final String name, final int firstIndex) {
        final CountedCap[] counted = new CountedCap[list.size()];
        final Set<Integer> keys = new HashSet<>();
        for (int i = 0; i < counted.length; i++) {
            final int key = CountedCap.keyOf(list.get(i), scope, scopeId);
            final int days = list.stream().filter(cap -> CountedCap.keyOf(cap, scope, scopeId) == key)
                .mapToInt(Cap::days).max().orElse(0);
            counted[i] = CountedCap.of(list.get(i), scope, scopeId, name, firstIndex < 0 ? -1 : firstIndex + i,
                keys.add(key), days);
        }
        return counted;
    }

    /** The caps on an offer beside its own; the same array for offers of one campaign and category. */
    CountedCap[] on(final Campaign campaign, final int categoryId) {
        if (caps.isEmpty()) {
            return NONE;
        }
        return together.computeIfAbsent(List.of(campaign.campaignId(), categoryId), pair -> {
            final List<CountedCap> found = new ArrayList<>();
            Collections.addAll(found, ofCampaigns.getOrDefault(pair.getFirst(), NONE));
            Collections.addAll(found, ofAdvertisers.getOrDefault(campaign.advertiser().advertiserId(), NONE));
            Collections.addAll(found, ofCategories.getOrDefault(pair.getLast(), NONE));
            Collections.addAll(found, ofAll);
            return found.isEmpty() ? NONE : found.toArray(CountedCap[]::new);
        });
    }

    /**
     * The caps on all offers together.
     *
     * @return not to be changed.
     */
    public CountedCap[] onAll() {
        return ofAll;
    }

    /**
     * All caps that are on more than one offer.
     *
     * @return by their index; unmodifiable.
     */
    public List<CountedCap> caps() {
        return Collections.unmodifiableList(caps);
    }

    /** {@return how many caps are on more than one offer} */
    public int count() {
        return caps.size();
    }

    /** {@return longest pause within a session, seconds} */
    public int sessionGapSeconds() {
        return sessionGapSeconds;
    }
}
