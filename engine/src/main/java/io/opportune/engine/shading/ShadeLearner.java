package io.opportune.engine.shading;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * Learns from auctions how much of a value to bid, and publishes it as a {@link ShadeTable}. Nobody knows beforehand
 * whether others bid prices of their own or what an impression is worth to all, whether prices stand still, drift or
 * jump; so for each placement with a band of floors four views of the same auctions compete:
 *
 * <ul>
 *   <li>shares of our value, in some neighbouring bands of values;
 *   <li>prices, with a short memory, pooled over all values;
 *   <li>prices, with a long memory;
 *   <li>shares of our value, pooled over all values.
 * </ul>
 *
 * <p>Each view's win rate is weighed by how well the views have foretold who wins, with fixed-share updates, so that
 * the weights follow when another view becomes the right one (Herbster and Warmuth, "Tracking the Best Expert", Machine
 * Learning 32, 1998). Owned by one thread.
 */
public final class ShadeLearner {
    /** Places that are estimated at once. */
    public static final int MOST_PLACES = 200;

    private static final int OF_BAND = 0;
    private static final int PRICES_SHORT = 1;
    private static final int PRICES_LONG = 2;
    private static final int OF_PLACE = 3;
    private static final int VIEWS = 4;

    /** Observations after which one counts 1/e: minutes of a busy placement, and its hours. */
    private static final double SHORT_MEMORY = 1_000;
    private static final double LONG_MEMORY = 10_000;
    private static final double BAND_MEMORY = 2_000;
    private static final double PLACE_MEMORY = 5_000;
    /** Observations that the prior, or the view of a wider set of auctions, counts as. */
    private static final double PRIOR_WEIGHT = 5;
    /** Share of all weight that is dealt out evenly at each observation. */
    private static final double SHARED_WEIGHT = 0.001;
    /** No view is so sure that one auction refutes it. */
    private static final double LEAST_CHANCE = 0.01;
    /** Less exploration than this share of it is none. */
    private static final double NEGLIGIBLE = 0.01;
    private static final double MOST_EXPLORATION = 3;
    /** Observations with which exploration has come down to what is configured. */
    private static final double EXPLORED_ENOUGH = 500;
    private static final double LEAST_SHARE = 1e-6;
    private static final double MIDDLE = (ShadeKey.BANDS_TOGETHER - 1) / 2.0;
    private static final int FORMAT = 1;

    private final ShadeSettings settings;
    private final double[] prior;
    private final ShadeTable.Row start;
    private final Long2ObjectHashMap<Exchange> exchanges = new Long2ObjectHashMap<>();
    private final Long2ObjectHashMap<Place> places = new Long2ObjectHashMap<>();
    private final Long2ObjectHashMap<Band> bands = new Long2ObjectHashMap<>();
    private final ArrayDeque<Place> changed = new ArrayDeque<>();
    private final double[] scratch = new double[Math.max(ShadeGrid.STEPS, PriceGrid.STEPS) + 1];
    private final double[] bandPrior = new double[ShadeGrid.STEPS + 1];
    private final double[] mixed = new double[ShadeGrid.STEPS];
    private Long2ObjectHashMap<ShadeTable.Row> rows = new Long2ObjectHashMap<>();
    private long refused;

    /** All auctions of an exchange: for what is seen the first time. */
    private static final class Exchange {
        private final WinRateCurve shares = new WinRateCurve(ShadeGrid.STEPS, PLACE_MEMORY);
        private boolean changed;
    }

    /** Those of a placement with a band of floors. */
    private static final class Place {
        private final Exchange exchange;
        private final PriceGrid grid;
        private final double[] pricePrior;
        private final WinRateCurve shares = new WinRateCurve(ShadeGrid.STEPS, PLACE_MEMORY);
        private final WinRateCurve shortPrices = new WinRateCurve(PriceGrid.STEPS, SHORT_MEMORY);
        private final WinRateCurve longPrices = new WinRateCurve(PriceGrid.STEPS, LONG_MEMORY);
        private final double[] weights = new double[VIEWS];
        private final List<Band> bands = new ArrayList<>();
        private final long key;
        private boolean changed;

        private Place(final long key, final Exchange exchange, final PriceGrid grid, final double[] pricePrior) {
            this.key = key;
            this.exchange = exchange;
            this.grid = grid;
            this.pricePrior = pricePrior;
            Arrays.fill(weights, 1.0 / VIEWS);
        }
    }

    /** Those whose value is in one of some neighbouring bands. */
    private static final class Band {
        /** Of the first of them. */
        private final long key;
        private final int first;
        private final WinRateCurve shares = new WinRateCurve(ShadeGrid.STEPS, BAND_MEMORY);
        /** As last published, by view and step; of prices for a value in the middle. */
        private final double[][] winRates = new double[VIEWS][ShadeGrid.STEPS];
        private boolean published;
        private boolean changed;

        private Band(final long key) {
            this.key = key;
            first = ShadeKey.valueBandOf(key);
        }
    }

    /**
     * A learner that knows nothing.
     *
     * @param settings how to learn.
     */
    public ShadeLearner(final ShadeSettings settings) {
        this.settings = settings;
        prior = settings.prior();
        final WinRateCurve nothing = new WinRateCurve(ShadeGrid.STEPS, PLACE_MEMORY);
        nothing.estimate(prior, PRIOR_WEIGHT, scratch);
        nothing.winRates(mixed);
        start = ShadeTable.Row.of(mixed, exploration(nothing));
    }

    /**
     * Learns from an auction. All prices in the same unit and currency.
     *
     * @param exchange       number of its profile.
     * @param inDeal         whether it was bid in a deal.
     * @param placementId    where the ad would have appeared.
     * @param currency       of the prices, ISO 4217 numeric.
     * @param floorBand      of the auction, as {@link ShadeTable#floorBand} gives it.
     * @param bidMicros      that was bid, above 0.
     * @param step           share of the value that this was, of {@link ShadeGrid}.
     * @param isWon          whether the bid has won.
     * @param minToWinMicros least price that would have won, or -1 when the exchange does not say.
     */
    public void observe(
        final int exchange, final boolean inDeal, final int placementId, final int currency, final int floorBand,
        final long bidMicros, final int step, final boolean isWon, final long minToWinMicros) {
        final long valueMicros = Math.max(1, bidMicros * ShadeGrid.STEPS / (step + 1));
        final int minimum = minToWinMicros < 0 ? -1 : ShadeGrid.stepFor(minToWinMicros, valueMicros);
        final long placeKey = ShadeKey.ofPlacement(exchange, inDeal, placementId, currency, floorBand);
        final Place place = place(placeKey, valueMicros);
        place.exchange.shares.observe(step, isWon, minimum);
        place.exchange.changed = true;
        if (place.grid == null) {
            return;
        }
        change(place);
        place.shares.observe(step, isWon, minimum);
        final int bidAt = place.grid.ofBid(bidMicros);
        final int minimumAt = minToWinMicros < 0 ? -1 : place.grid.ofPrice(minToWinMicros);
        place.shortPrices.observe(bidAt, isWon, minimumAt);
        place.longPrices.observe(bidAt, isWon, minimumAt);
        final Band band = band(
            ShadeKey.ofValue(placeKey, ShadeKey.firstTogether(ShadeKey.valueBand(valueMicros))), place);
        if (band != null) {
            weigh(place, band, step, isWon);
            band.shares.observe(step, isWon, minimum);
            band.changed = true;
        }
    }

    private Exchange exchange(final long key) {
        Exchange exchange = exchanges.get(key);
        if (exchange == null) {
            exchange = new Exchange();
            exchanges.put(key, exchange);
        }
        return exchange;
    }

    /** The place of a key; one without a grid when there is no room for it. */
    private Place place(final long key, final double valueMicros) {
        final Place found = places.get(key);
        if (found != null) {
            return found;
        }
        final Exchange exchange = exchange(ShadeKey.exchangeOf(key));
        if (places.size() >= settings.maxCurves()) {
            refused++;
            return new Place(key, exchange, null, null);
        }
        final PriceGrid grid = PriceGrid.around(valueMicros);
        final Place place = new Place(key, exchange, grid, grid.ofShares(prior, valueMicros));
        places.put(key, place);
        return place;
    }

    private Band band(final long key, final Place place) {
        final Band found = bands.get(key);
        if (found != null) {
            return found;
        }
        if (bands.size() >= settings.maxCurves()) {
            refused++;
            return null;
        }
        final Band band = new Band(key);
        bands.put(key, band);
        place.bands.add(band);
        return band;
    }

    /** Views that foretold the outcome well gain weight. */
    private static void weigh(final Place place, final Band band, final int step, final boolean isWon) {
        if (!band.published) {
            return;
        }
        double total = 0;
        for (int view = 0; view < VIEWS; view++) {
            final double winRate = band.winRates[view][step];
            place.weights[view] *= Math.max(LEAST_CHANCE, Math.min(1 - LEAST_CHANCE, isWon ? winRate : 1 - winRate));
            total += place.weights[view];
        }
        for (int view = 0; view < VIEWS; view++) {
            place.weights[view] = (1 - SHARED_WEIGHT) * place.weights[view] / total + SHARED_WEIGHT / VIEWS;
        }
    }

    /**
     * Observations that found no room for curves of their own.
     *
     * @return since the start; they count in the curves above.
     */
    public long refused() {
        return refused;
    }

    /**
     * How many bands of values have a curve.
     *
     * @return up to {@link ShadeSettings#maxCurves}.
     */
    public int curveCount() {
        return bands.size();
    }

    private void change(final Place place) {
        if (!place.changed) {
            place.changed = true;
            changed.addLast(place);
        }
    }

    /**
     * Whether there are changes that {@link #publish} has not estimated yet.
     *
     * @return true when there are.
     */
    public boolean hasChanges() {
        return !changed.isEmpty();
    }

    /**
     * Estimates what has changed since the last time: up to {@link #MOST_PLACES} places with their bands of floors, the
     * longest changed first, so that it takes some 50 ms at most.
     *
     * @return what to bid from now on.
     */
    public ShadeTable publish() {
        final Long2ObjectHashMap<ShadeTable.Row> next = new Long2ObjectHashMap<>(rows);
        for (final Long2ObjectHashMap<Exchange>.EntryIterator i = exchanges.entrySet().iterator(); i.hasNext();) {
            i.next();
            final Exchange exchange = i.getValue();
            if (exchange.changed) {
                exchange.changed = false;
                exchange.shares.estimate(prior, PRIOR_WEIGHT, scratch);
                exchange.shares.winRates(mixed);
                next.put(i.getLongKey(), ShadeTable.Row.of(mixed, exploration(exchange.shares)));
            }
        }
        for (int i = 0; i < MOST_PLACES && !changed.isEmpty(); i++) {
            final Place place = changed.removeFirst();
            place.changed = false;
            publish(place, next);
        }
        rows = next;
        return new ShadeTable(next, start);
    }

    private void publish(final Place place, final Long2ObjectHashMap<ShadeTable.Row> into) {
        place.shares.estimate(place.exchange.shares.shares(), PRIOR_WEIGHT, scratch);
        place.shares.winRates(mixed);
        final double exploration = exploration(place.shares);
        into.put(place.key, ShadeTable.Row.of(mixed, exploration));
        place.shortPrices.estimate(place.pricePrior, PRIOR_WEIGHT, scratch);
        place.longPrices.estimate(place.pricePrior, PRIOR_WEIGHT, scratch);
        for (final Band band : place.bands) {
            publish(place, band, exploration, into);
        }
    }

    private void publish(
        final Place place, final Band band, final double exploration,
        final Long2ObjectHashMap<ShadeTable.Row> into) {
        if (band.changed) {
            band.changed = false;
            // What the wider views say is the prior of the narrow one.
            foretell(place, band, MIDDLE);
            mix(place, band, PRICES_SHORT);
            setBandPrior();
            band.shares.estimate(bandPrior, PRIOR_WEIGHT, scratch);
            band.shares.winRates(band.winRates[OF_BAND]);
        }
        for (int i = 0; i < ShadeKey.BANDS_TOGETHER; i++) {
            foretell(place, band, i);
            mix(place, band, OF_BAND);
            into.put(ShadeKey.ofValue(place.key, band.first + i), ShadeTable.Row.of(mixed, exploration));
        }
        // Foretold outcomes are compared for the middle, as there is one curve of shares for all of them.
        foretell(place, band, MIDDLE);
        band.published = true;
    }

    /** What the views of all values say of one of the neighbouring bands. */
    private static void foretell(final Place place, final Band band, final double which) {
        final double valueMicros = ShadeKey.valueOf(band.first + which);
        place.grid.winRates(place.shortPrices.shares(), valueMicros, band.winRates[PRICES_SHORT]);
        place.grid.winRates(place.longPrices.shares(), valueMicros, band.winRates[PRICES_LONG]);
        place.shares.winRates(band.winRates[OF_PLACE]);
    }

    /** Mixes the win rates of all views from a first one on, by weight. */
    private void mix(final Place place, final Band band, final int first) {
        double total = 0;
        for (int view = first; view < VIEWS; view++) {
            total += place.weights[view];
        }
        Arrays.fill(mixed, 0);
        for (int view = first; view < VIEWS; view++) {
            final double weight = place.weights[view] / total;
            final double[] winRates = band.winRates[view];
            for (int step = 0; step < mixed.length; step++) {
                mixed[step] += weight * winRates[step];
            }
        }
    }

    private void setBandPrior() {
        double before = 0;
        for (int step = 0; step < mixed.length; step++) {
            bandPrior[step] = Math.max(LEAST_SHARE, mixed[step] - before);
            before = mixed[step];
        }
        bandPrior[mixed.length] = Math.max(LEAST_SHARE, 1 - before);
    }

    /** Who tells the minimum bid to win tells it of every bid; others have to be asked by bidding differently. */
    private double exploration(final WinRateCurve curve) {
        final double censored = curve.censoredShare();
        return censored < NEGLIGIBLE ? 0 : Math.min(1, settings.exploration() * censored
            * Math.max(1, Math.min(MOST_EXPLORATION, EXPLORED_ENOUGH / Math.max(1, curve.observations()))));
    }

    /**
     * Writes all that has been learned.
     *
     * @param into takes it.
     * @throws IOException when it cannot be written.
     */
    public void write(final DataOutputStream into) throws IOException {
        into.writeInt(FORMAT);
        into.writeInt(exchanges.size());
        for (final Long2ObjectHashMap<Exchange>.EntryIterator i = exchanges.entrySet().iterator(); i.hasNext();) {
            i.next();
            into.writeLong(i.getLongKey());
            i.getValue().shares.write(into);
        }
        into.writeInt(places.size());
        for (final Long2ObjectHashMap<Place>.EntryIterator i = places.entrySet().iterator(); i.hasNext();) {
            i.next();
            final Place place = i.getValue();
            into.writeLong(i.getLongKey());
            into.writeInt(place.grid.origin());
            for (final double weight : place.weights) {
                into.writeDouble(weight);
            }
            for (final double value : place.pricePrior) {
                into.writeFloat((float) value);
            }
            place.shares.write(into);
            place.shortPrices.write(into);
            place.longPrices.write(into);
            into.writeInt(place.bands.size());
            for (final Band band : place.bands) {
                into.writeLong(band.key);
                band.shares.write(into);
            }
        }
    }

    /**
     * Reads what {@link #write} wrote; what finds no room by these settings is left out.
     *
     * @param settings how to go on learning.
     * @param from     what was written.
     * @return a learner that goes on from there.
     * @throws IOException when it cannot be read, or is no such thing.
     */
    public static ShadeLearner read(final ShadeSettings settings, final DataInputStream from) throws IOException {
        if (from.readInt() != FORMAT) {
            throw new IOException("another format of learned prices");
        }
        final ShadeLearner learner = new ShadeLearner(settings);
        for (int count = from.readInt(); count > 0; count--) {
            final Exchange exchange = learner.exchange(from.readLong());
            exchange.shares.read(from);
            exchange.changed = true;
        }
        for (int count = from.readInt(); count > 0; count--) {
            learner.readPlace(from);
        }
        do {
            learner.publish();
        } while (learner.hasChanges());
        return learner;
    }

    private void readPlace(final DataInputStream from) throws IOException {
        final long key = from.readLong();
        final PriceGrid grid = PriceGrid.at(from.readInt());
        final double[] weights = new double[VIEWS];
        for (int view = 0; view < VIEWS; view++) {
            weights[view] = from.readDouble();
        }
        final double[] pricePrior = new double[PriceGrid.STEPS + 1];
        for (int step = 0; step < pricePrior.length; step++) {
            pricePrior[step] = from.readFloat();
        }
        final Place place = new Place(key, exchange(ShadeKey.exchangeOf(key)), grid, pricePrior);
        System.arraycopy(weights, 0, place.weights, 0, VIEWS);
        place.shares.read(from);
        place.shortPrices.read(from);
        place.longPrices.read(from);
        if (places.size() < settings.maxCurves()) {
            places.put(key, place);
            change(place);
        }
        for (int count = from.readInt(); count > 0; count--) {
            final Band band = new Band(from.readLong());
            band.shares.read(from);
            band.changed = true;
            if (bands.size() < settings.maxCurves()) {
                bands.put(band.key, band);
                place.bands.add(band);
            }
        }
    }
}
