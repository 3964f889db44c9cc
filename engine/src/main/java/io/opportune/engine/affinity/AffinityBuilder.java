package io.opportune.engine.affinity;

import io.opportune.engine.profile.ProfileFlyweight;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * Counts baskets one by one: what is bought together, and what after what, an earlier purchase counting half after
 * each half-life. Memory is bounded ({@link AffinitySettings}); the same baskets in the same order give the same
 * table, bit for bit. Owned by one thread; what it allocates it allocates while its tables grow and in {@link #build}.
 */
public final class AffinityBuilder {
    /** Changes with the form of what {@link #write} writes. */
    private static final int LAYOUT_VERSION = 1;
    /** Beyond it all counts are made smaller, so that new ones keep their digits. */
    private static final double MOST_GROWTH = 1 << 16;

    private final AffinitySettings settings;
    private final AgeWeights ageWeights;
    private final LevelCounts items;
    private final LevelCounts categories;
    private final CustomerWindows customers;
    private final int[] lines = new int[Basket.MAX_ITEMS];
    private final Cues itemCues = new Cues(CustomerWindows.ITEMS);
    private final Cues categoryCues = new Cues(CustomerWindows.ITEMS);
    private long baskets;
    private long lastTimeNs;
    private int originDay;

    /**
     * Starts with nothing counted.
     *
     * @param settings how and how much.
     */
    public AffinityBuilder(final AffinitySettings settings) {
        this.settings = settings;
        ageWeights = new AgeWeights(settings.halfLifeDays());
        items = new LevelCounts(settings.maxItems(), settings.maxPairs());
        categories = new LevelCounts(settings.maxCategories(), settings.maxPairs());
        customers = new CustomerWindows(settings.maxCustomers());
    }

    /** What a customer bought before, by number, and how much it still counts. */
    private static final class Cues {
        private final int[] indexes;
        private final float[] weights;
        private int count;

        Cues(final int capacity) {
            indexes = new int[capacity];
            weights = new float[capacity];
        }

        /** Of the same cue twice the heavier counts. */
        void add(final int index, final float weight) {
            for (int i = 0; i < count; i++) {
                if (indexes[i] == index) {
                    weights[i] = Math.max(weights[i], weight);
                    return;
                }
            }
            indexes[count] = index;
            weights[count] = weight;
            count++;
        }
    }

    /**
     * Counts a basket of a customer whose earlier purchases this builder remembers itself, and remembers it.
     *
     * @param rootHigh upper half of the customer's root key; both 0: nobody, then nothing is remembered.
     * @param rootLow  lower half.
     * @param timeNs   when, since 1970.
     * @param basket   what; unchanged.
     */
    public void onBasket(final long rootHigh, final long rootLow, final long timeNs, final Basket basket) {
        final int day = ProfileFlyweight.dayOf(timeNs);
        final boolean known = (rootHigh | rootLow) != 0;
        begin(timeNs, day, basket);
        if (known) {
            final int slot = customers.use(rootHigh, rootLow);
            for (int i = 0; i < customers.count(slot); i++) {
                addCue(customers.fold(slot, i), day - customers.day(slot, i));
            }
            for (int line = 0; line < basket.count(); line++) {
                customers.record(slot, basket.fold(line), day);
            }
        }
        count(basket);
    }

    /**
     * Counts a basket of a customer whose profile remembers the earlier purchases.
     *
     * @param before profile as it was before this basket; null for nobody.
     * @param timeNs when, since 1970.
     * @param basket what; unchanged.
     */
    public void onBasket(final ProfileFlyweight before, final long timeNs, final Basket basket) {
        final int day = ProfileFlyweight.dayOf(timeNs);
        begin(timeNs, day, basket);
        if (before != null) {
            for (int i = 0; i < before.itemCount(); i++) {
                addCue(before.itemFold(i), day - before.itemDay(i));
            }
        }
        count(basket);
    }

    /**
     * Forgets what a customer bought; what it added to the counts of all stays.
     *
     * @param rootHigh upper half of the root key.
     * @param rootLow  lower half.
     */
    public void onErasure(final long rootHigh, final long rootLow) {
        customers.forget(rootHigh, rootLow);
    }

    /**
     * One root turns out to be another one.
     *
     * @param fromHigh upper half of the root that is given up.
     * @param fromLow  its lower half.
     * @param intoHigh upper half of the root that stays.
     * @param intoLow  its lower half.
     */
    public void onMerge(final long fromHigh, final long fromLow, final long intoHigh, final long intoLow) {
        customers.merge(fromHigh, fromLow, intoHigh, intoLow);
    }

    private void begin(final long timeNs, final int day, final Basket basket) {
        baskets++;
        lastTimeNs = Math.max(lastTimeNs, timeNs);
        if (originDay == 0) {
            originDay = day;
        }
        items.reserve(basket.count());
        categories.reserve(basket.count());
        itemCues.count = 0;
        categoryCues.count = 0;
    }

    private void addCue(final int fold, final int ageDays) {
        final int index = items.find(fold);
        final float weight = ageWeights.of(ageDays);
        if (index >= 0 && weight > 0) {
            itemCues.add(index, weight);
            final int category = items.parent(index);
            final int categoryIndex = category == 0 ? -1 : categories.find(category);
            if (categoryIndex >= 0) {
                categoryCues.add(categoryIndex, weight);
            }
        }
    }

    private void count(final Basket basket) {
        final float growth = growth();
        for (int line = 0; line < basket.count(); line++) {
            lines[line] = items.index(basket.fold(line), basket.categoryId(line));
        }
        count(items, itemCues, basket.count(), growth);
        int different = 0;
        for (int line = 0; line < basket.count(); line++) {
            if (basket.categoryId(line) != 0) {
                final int index = categories.index(basket.categoryId(line), 0);
                boolean isNew = true;
                for (int i = 0; i < different; i++) {
                    isNew &= lines[i] != index;
                }
                if (isNew) {
                    lines[different++] = index;
                }
            }
        }
        count(categories, categoryCues, different, growth);
    }

    private void count(final LevelCounts level, final Cues cues, final int lineCount, final float growth) {
        for (int i = 0; i < lineCount; i++) {
            final int target = lines[i];
            level.buy(target, growth);
            for (int j = 0; j < lineCount; j++) {
                if (j != i) {
                    level.see(lines[j], target, growth);
                }
            }
            for (int cue = 0; cue < cues.count; cue++) {
                level.see(cues.indexes[cue], target, growth * cues.weights[cue]);
            }
        }
    }

    /**
     * Instead of making all counts smaller day by day, those of today are larger: forward decay (Cormode, Shkapenyuk,
     * Srivastava and Xu, ICDE 2009). Days before the first count as the first.
     */
    private float growth() {
        final double growth = unit();
        if (growth <= MOST_GROWTH) {
            return (float) growth;
        }
        originDay = ProfileFlyweight.dayOf(lastTimeNs);
        items.scale((float) (1 / growth));
        categories.scale((float) (1 / growth));
        return 1;
    }

    /** What one purchase of the last day counts. */
    private double unit() {
        return settings.memoryDays() == 0 || baskets == 0 ? 1
            : StrictMath.pow(2, (double) (ProfileFlyweight.dayOf(lastTimeNs) - originDay) / settings.memoryDays());
    }

    /**
     * Makes a table of what was counted so far.
     *
     * @param version to be told by the table; each later table of the same use should have a larger one.
     * @return a table that does not change any more.
     */
    public AffinityTable build(final long version) {
        return new TableWriter(settings, items, categories, unit()).write(version, lastTimeNs, baskets);
    }

    /** {@return baskets counted} */
    public long baskets() {
        return baskets;
    }

    /** {@return business time of the latest basket, ns since 1970; 0 without baskets} */
    public long lastTimeNs() {
        return lastTimeNs;
    }

    /** {@return what gave way because there was no more room} */
    public Dropped dropped() {
        return new Dropped(items.dropped() + categories.dropped(),
            items.pairs().dropped() + categories.pairs().dropped(), customers.evicted());
    }

    /**
     * What gave way because there was no more room.
     *
     * @param ids       items and categories.
     * @param pairs     of them.
     * @param customers whose last items were forgotten.
     */
    public record Dropped(long ids, long pairs, long customers) {
    }

    /**
     * Writes all that was counted, so that counting can go on later.
     *
     * @param out gets it.
     * @throws IOException when it cannot be written.
     */
    public void write(final DataOutputStream out) throws IOException {
        out.writeInt(LAYOUT_VERSION);
        out.writeInt(settings.halfLifeDays());
        out.writeInt(settings.memoryDays());
        out.writeInt(originDay);
        out.writeLong(baskets);
        out.writeLong(lastTimeNs);
        items.write(out);
        categories.write(out);
        customers.write(out);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param settings with the days and the number of customers that it was written with.
     * @param in       to read from.
     * @return a builder that goes on from there.
     * @throws IOException when it cannot be read, is of another layout or was counted with other settings.
     */
    public static AffinityBuilder read(final AffinitySettings settings, final DataInputStream in) throws IOException {
        final int layout = in.readInt();
        if (layout != LAYOUT_VERSION) {
            throw new IOException("the counts have layout " + layout + ", this build reads " + LAYOUT_VERSION);
        }
        final AffinityBuilder builder = new AffinityBuilder(settings);
        final int halfLifeDays = in.readInt();
        final int memoryDays = in.readInt();
        if (halfLifeDays != settings.halfLifeDays() || memoryDays != settings.memoryDays()) {
            throw new IOException("the counts were made with a half-life of " + halfLifeDays + " and a memory of "
                + memoryDays + " days, asked for are " + settings.halfLifeDays() + " and " + settings.memoryDays());
        }
        builder.originDay = in.readInt();
        builder.baskets = in.readLong();
        builder.lastTimeNs = in.readLong();
        builder.items.read(in);
        builder.categories.read(in);
        builder.customers.read(in);
        return builder;
    }
}
