package io.opportune.loadtest.completejourney;

import io.opportune.loadtest.completejourney.JourneyData.Basket;
import io.opportune.loadtest.completejourney.JourneyData.Redemption;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The messages of one pass in time order, as parallel arrays: for each basket a basket update, a tender and a purchase,
 * and each redemption right after the household's first purchase of that day. Immutable.
 */
public final class JourneyScript {
    /** What a message is. */
    enum Kind {
        BASKET_UPDATE, TENDER, PURCHASE, REDEMPTION, IMPRESSION
    }

    /** Scanning comes before paying, and the rest follows it; the data has one time per basket. */
    private static final long UPDATE_OFFSET_NS = -30_000_000_000L;
    private static final long PURCHASE_OFFSET_NS = 2_000_000_000L;
    private static final long REDEMPTION_OFFSET_NS = 3_000_000_000L;

    private final Kind[] kinds;
    private final long[] timesNs;
    private final int[] households;
    private final int[] subjects;
    private final int redemptionsWithoutBasket;

    /** One message before sorting; the subject is an index of a basket or a redemption. */
    private record Entry(Kind kind, long timeNs, int household, int subject) {
    }

    /**
     * Writes the script.
     *
     * @param data as read.
     */
    public JourneyScript(final JourneyData data) {
        final Map<Integer, Integer> householdIndex = new HashMap<>();
        data.households().forEach(household -> householdIndex.put(household, householdIndex.size()));
        final Map<Integer, Map<LocalDate, Long>> firstPurchase = new HashMap<>();
        final List<Entry> entries = new ArrayList<>(3 * data.baskets().size() + data.redemptions().size());
        for (int i = 0; i < data.baskets().size(); i++) {
            final Basket basket = data.baskets().get(i);
            final int household = householdIndex.get(basket.household());
            final long timeNs = epochNs(basket.time());
            entries.add(new Entry(Kind.BASKET_UPDATE, timeNs + UPDATE_OFFSET_NS, household, i));
            entries.add(new Entry(Kind.TENDER, timeNs, household, i));
            entries.add(new Entry(Kind.PURCHASE, timeNs + PURCHASE_OFFSET_NS, household, i));
            firstPurchase.computeIfAbsent(basket.household(), key -> new HashMap<>())
                .putIfAbsent(basket.day(), timeNs + REDEMPTION_OFFSET_NS);
        }
        int withoutBasket = 0;
        for (int i = 0; i < data.redemptions().size(); i++) {
            final Redemption redemption = data.redemptions().get(i);
            final Long timeNs = firstPurchase.getOrDefault(redemption.household(), Map.of()).get(redemption.date());
            if (timeNs == null) {
                withoutBasket++;
                data.problems().count("redemption on a day without a basket in the sample, sent at noon without store");
            }
            final long noonNs =
                epochNs(redemption.date().atTime(LocalTime.NOON).atZone(JourneyData.ZONE).toInstant());
            entries.add(new Entry(
                Kind.REDEMPTION, timeNs == null ? noonNs : timeNs, householdIndex.get(redemption.household()), i));
        }
        entries.sort(Comparator.comparingLong(Entry::timeNs));
        redemptionsWithoutBasket = withoutBasket;
        kinds = entries.stream().map(Entry::kind).toArray(Kind[]::new);
        timesNs = entries.stream().mapToLong(Entry::timeNs).toArray();
        households = entries.stream().mapToInt(Entry::household).toArray();
        subjects = entries.stream().mapToInt(Entry::subject).toArray();
    }

    /**
     * How many messages a pass has, impressions apart.
     *
     * @return 0 or more.
     */
    public int length() {
        return kinds.length;
    }

    /**
     * How many redemptions stand alone.
     *
     * @return 0 or more.
     */
    public int redemptionsWithoutBasket() {
        return redemptionsWithoutBasket;
    }

    Kind kind(final int message) {
        return kinds[message];
    }

    long timeNs(final int message) {
        return timesNs[message];
    }

    int household(final int message) {
        return households[message];
    }

    /** Index of the basket or, for redemptions, of the redemption. */
    int subject(final int message) {
        return subjects[message];
    }

    static long epochNs(final Instant instant) {
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }
}
