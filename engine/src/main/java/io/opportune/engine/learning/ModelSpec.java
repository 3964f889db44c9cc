package io.opportune.engine.learning;

import io.opportune.engine.feature.FeatureKeys;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A model's shape and rates. Immutable; {@link #hash()} tells any two apart, so that weights are never read under
 * another meaning. The logit of a candidate is
 * {@code bias + context weights + for each level its intercept and crosses with the context + pair weights}.
 *
 * <pre>
 * slots of a head's table, in this order:
 *   zero row      256  what an offer without this level reads; never learned
 *   bias           64  the first is the bias
 *   linear        2^linearBits  context and pair features, and intercepts of exact levels
 *   crosses       2^crossBits   crosses of exact levels; absent when there are none
 *   rows          2^rowBits x width of each folded level: advertiser, campaign, category, offer
 * </pre>
 */
public final class ModelSpec {
    /** Levels of the hierarchy: advertiser, campaign, category, offer. */
    public static final int LEVELS = 4;
    /** Index of the offer among the levels. */
    static final int OFFER = 3;
    /** Slots that are published together: 256 bytes. */
    static final int BLOCK_SLOTS = 64;
    static final int BIAS_SLOT = Level.MAX_WIDTH;
    /** Slots of a row before its crosses: the first is its intercept; where rows are combined its head stands there. */
    static final int ROW_HEAD = 8;
    /**
     * What stands at the bias under FTRL: adaptive steps make it move as many times faster than other weights, and an
     * odd base rate of some permille is found within a few examples however slow those are.
     */
    private static final float FTRL_BIAS_INPUT = 8;
    static final int LINEAR_START = BIAS_SLOT + BLOCK_SLOTS;
    private static final int MIN_BITS = 6;
    private static final int MAX_BITS = 26;
    private static final int MAX_SLOTS = 1 << 28;
    private static final int PAIR_SALT = 0x5bd1e995;
    private static final int FOLD_SALT = 0x3c6ef372;
    private static final int[] LEVEL_SALT = {0x2545f491, 0x7f4a7c15, 0x1b873593, 0x68e31da4};

    private final String name;
    private final int version;
    private final LearnerKind learner;
    private final FtrlRates rates;
    private final Priors priors;
    private final int linearBits;
    private final int crossBits;
    private final List<Level> levels;
    private final List<HeadSpec> heads;
    private final boolean calibrated;
    private final int[] rowStart = new int[LEVELS];
    private final int width;
    private final int widthShift;
    private final boolean[] has = new boolean[Head.COUNT];
    private final boolean offersFolded;
    private final int crossStart;
    private final int slotCount;
    private final long hash;

    private ModelSpec(final Builder from) {
        name = from.name;
        version = from.version;
        learner = from.learner;
        rates = from.rates;
        priors = from.priors;
        linearBits = from.linearBits;
        levels = List.of(from.levels);
        crossBits = levels.stream().anyMatch(level -> level.form() == Level.Form.EXACT) ? from.crossBits : 0;
        heads = List.copyOf(from.heads);
        calibrated = from.calibrated;
        if (heads.isEmpty() || heads.stream().map(HeadSpec::head).distinct().count() != heads.size()) {
            throw new IllegalArgumentException("a model needs heads, each at most once: " + heads);
        }
        heads.forEach(each -> has[each.head().ordinal()] = true);
        checkBits("linearBits", linearBits);
        if (from.crossBits != 0) {
            checkBits("crossBits", from.crossBits);
        }
        final int[] widths = levels.stream().mapToInt(Level::width).filter(each -> each != 0).distinct().toArray();
        if (widths.length > 1) {
            throw new IllegalArgumentException("rows are added, so that all folded levels need one width: " + levels);
        }
        width = widths.length == 0 ? 0 : widths[0];
        widthShift = Integer.numberOfTrailingZeros(Math.max(1, width));
        offersFolded = levels.get(OFFER).form() == Level.Form.FOLDED;
        crossStart = LINEAR_START + (1 << linearBits);
        long end = crossStart + (crossBits == 0 ? 0L : 1L << crossBits);
        for (int i = 0; i < LEVELS; i++) {
            rowStart[i] = (int) end;
            end += blocks(levels.get(i).slotCount());
            if (end > MAX_SLOTS) {
                throw new IllegalArgumentException("a head would have more than " + MAX_SLOTS + " weights");
            }
        }
        slotCount = (int) end;
        hash = hashOf(toString());
    }

    private static void checkBits(final String name, final int bits) {
        if (bits < MIN_BITS || bits > MAX_BITS) {
            throw new IllegalArgumentException(name + " is " + bits + ", allowed is " + MIN_BITS + " to " + MAX_BITS);
        }
    }

    private static int blocks(final int slots) {
        return slots + BLOCK_SLOTS - 1 & -BLOCK_SLOTS;
    }

    private static long hashOf(final String text) {
        long mixed = text.length();
        for (final byte each : text.getBytes(StandardCharsets.UTF_8)) {
            mixed = FeatureKeys.mix(mixed + 1) + each;
        }
        return FeatureKeys.mix(mixed + 1);
    }

    /**
     * Starts a spec with some 2^22 weights a head, all heads, four folded levels of 128 slots: room for
     * 2,048 advertisers, 8,192 campaigns, 1,024 categories and 16,384 offers.
     *
     * @param name    of the model, for people.
     * @param version of it, 1 or more.
     * @param learner how it learns.
     * @return a builder.
     */
    public static Builder of(final String name, final int version, final LearnerKind learner) {
        return new Builder(name, version, learner);
    }

    /** Builds a spec; each method sets one part and returns this. */
    public static final class Builder {
        private final String name;
        private final int version;
        private final LearnerKind learner;
        private FtrlRates rates = FtrlRates.DEFAULT;
        private Priors priors = Priors.DEFAULT;
        private int linearBits = 19;
        private int crossBits = 22;
        private final Level[] levels =
            {Level.folded(128, 11), Level.folded(128, 13), Level.folded(128, 10), Level.folded(128, 14)};
        private List<HeadSpec> heads = List.of(new HeadSpec(Head.CLICK, Feedback.IMMEDIATE),
            new HeadSpec(Head.CONVERSION, Feedback.FAKE_NEGATIVE), new HeadSpec(Head.AMOUNT, Feedback.IMMEDIATE));
        private boolean calibrated = true;

        private Builder(final String name, final int version, final LearnerKind learner) {
            if (name.isEmpty() || version < 1) {
                throw new IllegalArgumentException("a model needs a name and a version from 1: " + name + version);
            }
            this.name = name;
            this.version = version;
            this.learner = learner;
        }

        /**
         * Rates of FTRL.
         *
         * @param value of {@link LearnerKind#FTRL} only.
         * @return this.
         */
        public Builder rates(final FtrlRates value) {
            rates = value;
            return this;
        }

        /**
         * Priors of the Bayesian learner.
         *
         * @param value of {@link LearnerKind#BAYES} only.
         * @return this.
         */
        public Builder priors(final Priors value) {
            priors = value;
            return this;
        }

        /**
         * Room of context and pair features.
         *
         * @param bits log2 of weights, 6 to 26.
         * @return this.
         */
        public Builder linearBits(final int bits) {
            linearBits = bits;
            return this;
        }

        /**
         * Room of crosses of exact levels, unused without any.
         *
         * @param bits log2 of weights, 6 to 26.
         * @return this.
         */
        public Builder crossBits(final int bits) {
            crossBits = bits;
            return this;
        }

        /**
         * The levels.
         *
         * @param advertiser its form.
         * @param campaign   its form.
         * @param category   its form.
         * @param offer      its form.
         * @return this.
         */
        public Builder levels(final Level advertiser, final Level campaign, final Level category, final Level offer) {
            levels[0] = advertiser;
            levels[1] = campaign;
            levels[2] = category;
            levels[3] = offer;
            return this;
        }

        /**
         * The heads.
         *
         * @param specs at least one, each head at most once.
         * @return this.
         */
        public Builder heads(final HeadSpec... specs) {
            heads = List.of(specs);
            return this;
        }

        /**
         * Whether served probabilities are corrected by what was observed; they are monitored in either case.
         *
         * @param corrected true unless said otherwise.
         * @return this.
         */
        public Builder calibrated(final boolean corrected) {
            calibrated = corrected;
            return this;
        }

        /**
         * The spec.
         *
         * @return it.
         * @throws IllegalArgumentException when something is out of its range.
         */
        public ModelSpec build() {
            return new ModelSpec(this);
        }
    }

    /**
     * Name.
     *
     * @return of the model.
     */
    public String name() {
        return name;
    }

    /**
     * Version.
     *
     * @return 1 or more.
     */
    public int version() {
        return version;
    }

    /**
     * How it learns.
     *
     * @return the kind.
     */
    public LearnerKind learner() {
        return learner;
    }

    /**
     * Heads that it has.
     *
     * @return at least one.
     */
    public List<HeadSpec> heads() {
        return heads;
    }

    /**
     * Whether it has a head.
     *
     * @param head asked for.
     * @return true when it learns and serves it.
     */
    public boolean has(final Head head) {
        return has[head.ordinal()];
    }

    /**
     * Weights of one head.
     *
     * @return slots of its table.
     */
    public int slotCount() {
        return slotCount;
    }

    /**
     * Tells specs apart.
     *
     * @return 64 bits of all its parts.
     */
    public long hash() {
        return hash;
    }

    /**
     * Where an offer's weights begin, without an {@link OfferKey}.
     *
     * @param advertiserId of whom the offer is; 0: none.
     * @param campaignId   that it belongs to.
     * @param categoryId   of what is offered; 0: none.
     * @param offerId      its own.
     * @param into         gets {@link #LEVELS} rows.
     */
    public void rows(
        final int advertiserId, final int campaignId, final int categoryId, final int offerId, final int[] into) {
        into[0] = row(0, advertiserId);
        into[1] = row(1, campaignId);
        into[2] = row(2, categoryId);
        into[3] = row(3, offerId);
    }

    /**
     * Rows of an offer, for {@link Learner} and {@link Scorer} of models with this spec: made once per offer.
     *
     * @param offer  whose.
     * @param into   gets {@link #LEVELS} numbers.
     * @param offset where the first goes.
     */
    public void rows(final OfferKey offer, final int[] into, final int offset) {
        for (int i = 0; i < LEVELS; i++) {
            into[offset + i] = row(i, offer.id(i));
        }
    }

    /**
     * Rows of an offer.
     *
     * @param offer whose.
     * @return {@link #LEVELS} numbers.
     */
    public int[] rows(final OfferKey offer) {
        final int[] rows = new int[LEVELS];
        rows(offer, rows, 0);
        return rows;
    }

    private int row(final int index, final int id) {
        final Level level = levels.get(index);
        if (id <= 0 || level.form() == Level.Form.OFF) {
            return 0;
        }
        return level.form() == Level.Form.EXACT ? FeatureKeys.cross(LEVEL_SALT[index], id) | 1
            : rowStart[index] + (id & (1 << level.rowBits()) - 1) * level.width();
    }

    int contextSlot(final int key) {
        return LINEAR_START + (spread(key) >>> Integer.SIZE - linearBits);
    }

    int pairSlot(final int key) {
        return LINEAR_START + (spread(key ^ PAIR_SALT) >>> Integer.SIZE - linearBits);
    }

    /** Where an exact level's intercept stands; 0, never learned, when the offer has no such level. */
    int interceptSlot(final int row) {
        return row == 0 ? 0 : LINEAR_START + (row >>> Integer.SIZE - linearBits);
    }

    /** Where a cross of an exact level stands; spread is {@link #spread} of the context's key. */
    int crossSlot(final int row, final int spread) {
        return crossStart + ((spread ^ row) * 0x9e3779b1 >>> Integer.SIZE - crossBits);
    }

    /** A key's hash for {@link FeatureSlots}. */
    static int foldHash(final int key) {
        return spread(key ^ FOLD_SALT);
    }

    /** Slots of a row; 0 where no level is folded. */
    int width() {
        return width;
    }

    /** Rows of offers that are combined with what stands above them; 0 where the offer's level is not folded. */
    int combinedCount() {
        return levels.get(OFFER).form() == Level.Form.FOLDED ? 1 << levels.get(OFFER).rowBits() : 0;
    }

    /** Which combined row belongs to an offer; -1 without. */
    int combinedIndex(final int offerRow) {
        return offerRow == 0 || !offersFolded ? -1
            : offerRow - rowStart[OFFER] >>> widthShift;
    }

    /** Murmur3's 32-bit finalizer. */
    static int spread(final int key) {
        int mixed = key;
        mixed ^= mixed >>> 16;
        mixed *= 0x85ebca6b;
        mixed ^= mixed >>> 13;
        mixed *= 0xc2b2ae35;
        return mixed ^ mixed >>> 16;
    }

    /** What the bias is multiplied by. */
    float biasInput() {
        return learner == LearnerKind.FTRL ? FTRL_BIAS_INPUT : 1;
    }

    int crossStart() {
        return crossStart;
    }

    int rowStart(final int level) {
        return rowStart[level];
    }

    List<Level> levels() {
        return levels;
    }

    FtrlRates rates() {
        return rates;
    }

    Priors priors() {
        return priors;
    }

    boolean calibrated() {
        return calibrated;
    }

    /** Variance of a level's intercepts before anything was learned. */
    float interceptPrior(final int level) {
        final float own = levels.get(level).interceptPrior();
        return own == 0 ? priors.intercept() : own;
    }

    /** Variance of a level's crosses before anything was learned. */
    float crossPrior(final int level) {
        final float own = levels.get(level).crossPrior();
        return own == 0 ? priors.cross() : own;
    }

    /**
     * What an exact level's intercept is multiplied by. It stands among the linear weights and has their prior
     * variance; this makes it its own.
     */
    float interceptInput(final int level) {
        return learner == LearnerKind.FTRL ? 1 : (float) Math.sqrt(interceptPrior(level) / priors.linear());
    }

    /** What an exact level's crosses are multiplied by, so that their prior variance is the level's. */
    float crossInput(final int level) {
        return learner == LearnerKind.FTRL ? 1 : (float) Math.sqrt(crossPrior(level) / priors.cross());
    }

    /** Variance of a slot before anything was learned; 0 in the zero row. */
    float prior(final int slot) {
        if (slot < BIAS_SLOT) {
            return 0;
        }
        if (slot < LINEAR_START) {
            return priors.bias();
        }
        if (slot < crossStart) {
            return priors.linear();
        }
        for (int i = LEVELS - 1; i >= 0; i--) {
            if (slot >= rowStart[i] && levels.get(i).form() == Level.Form.FOLDED) {
                return (slot - rowStart[i]) % levels.get(i).width() == 0 ? interceptPrior(i) : crossPrior(i);
            }
        }
        return priors.cross();
    }

    /** All parts as text; what {@link #hash()} is made of. */
    @Override
    public String toString() {
        return "model " + name + " version " + version + ' ' + (learner == LearnerKind.FTRL ? rates : priors)
            + " linearBits " + linearBits + " crossBits " + crossBits + ' ' + levels + ' ' + heads
            + (calibrated ? " calibrated" : " raw");
    }
}
