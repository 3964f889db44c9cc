package io.opportune.engine.arbitration;

import java.util.SplittableRandom;

/**
 * Customers of hidden types, offers that come and go, preferences that drift, conversions that come late. A policy sees
 * features, candidates and, later, conversions; never types or rates. What happens depends on the seed and on what is
 * shown: the same customers come with the same candidates at the same time to every policy, and whether one converts
 * on an offer is decided by the same random number.
 *
 * <pre>
 * logit(type, offer, moment) = base + advertiser + offer                      fixed while the offer lives
 *                            + taste[type][category] + taste[type][offer]     drift by the day (Ornstein-Uhlenbeck)
 *                            + season[category][part of the day] + fit[category][channel]
 * features: segment (the type in 85 % of visits, otherwise any), region (tells nothing), channel, part of the day
 * </pre>
 */
final class SimulatedWorld {
    static final int DECISIONS_A_DAY = 10_000;
    static final int FIELDS = 4;
    static final int CANDIDATES = 20;
    /** Conversions later than this are none: the attribution window. */
    static final double WINDOW_DAYS = 3;

    private static final int SEGMENT = 0;
    private static final int REGION = 1;
    private static final int CHANNEL = 2;
    private static final int DAY_PART = 3;
    private static final int TYPES = 6;
    private static final int REGIONS = 5;
    private static final int CHANNELS = 3;
    private static final int DAY_PARTS = 4;
    private static final int MOMENTS = CHANNELS * DAY_PARTS;
    private static final int CATEGORIES = 12;
    private static final int ADVERTISERS = 30;
    private static final int LIVE_OFFERS = 100;
    private static final double SEGMENT_TELLS = 0.85;
    /** Of an average offer 4 % convert. */
    private static final double BASE_LOGIT = -3.2;
    private static final double LEAST_LOGIT = -6;
    private static final double MOST_LOGIT = -1;
    private static final double ADVERTISER_SD = 0.3;
    private static final double OFFER_SD = 0.5;
    private static final double CATEGORY_TASTE_SD = 0.8;
    private static final double OFFER_TASTE_SD = 0.2;
    private static final double MOMENT_SD = 0.15;
    /** Two offers of three days are new: 67 in 100 days. */
    private static final double MEAN_LIFE_DAYS = 150;
    private static final double MEAN_DELAY_DAYS = 0.5;
    /** Share of the way back to its mean that a taste goes in a day: in 100 days it moves by 0.7 of its deviation. */
    private static final double REVERSION = 0.003;

    /** Customers and candidates. */
    private final SplittableRandom visits;
    /** Offers and drift. */
    private final SplittableRandom nature;
    private final double[] typeShare = new double[TYPES];
    private final double[] advertiserEffect = new double[ADVERTISERS];
    private final double[][] taste = new double[TYPES][CATEGORIES];
    private final double[][] season = new double[CATEGORIES][DAY_PARTS];
    private final double[][] fit = new double[CATEGORIES][CHANNELS];
    private final int[] offerId = new int[LIVE_OFFERS];
    private final int[] advertiser = new int[LIVE_OFFERS];
    private final int[] category = new int[LIVE_OFFERS];
    private final double[] offerEffect = new double[LIVE_OFFERS];
    private final double[][] offerTaste = new double[TYPES][LIVE_OFFERS];
    private final double[] endDay = new double[LIVE_OFFERS];
    private final double[][][] rate = new double[MOMENTS][LIVE_OFFERS][TYPES];
    private final int[] fields = new int[FIELDS];
    private final double[] typeGivenFields = new double[TYPES];
    private final int[] candidates = new int[CANDIDATES];
    private final double[] expected = new double[CANDIDATES];
    private int offersMade;
    private int nextDay;
    private int type;
    private double day;
    private double best;
    private double luck;
    private double delayLuck;

    SimulatedWorld(final long seed) {
        nature = new SplittableRandom(seed);
        visits = nature.split();
        double sum = 0;
        for (int t = 0; t < TYPES; t++) {
            typeShare[t] = nature.nextDouble(0.5, 1.5);
            sum += typeShare[t];
        }
        for (int t = 0; t < TYPES; t++) {
            typeShare[t] /= sum;
        }
        for (int a = 0; a < ADVERTISERS; a++) {
            advertiserEffect[a] = normal(ADVERTISER_SD);
        }
        for (int c = 0; c < CATEGORIES; c++) {
            for (int t = 0; t < TYPES; t++) {
                taste[t][c] = normal(CATEGORY_TASTE_SD);
            }
            for (int part = 0; part < DAY_PARTS; part++) {
                season[c][part] = normal(MOMENT_SD);
            }
            for (int channel = 0; channel < CHANNELS; channel++) {
                fit[c][channel] = normal(MOMENT_SD);
            }
        }
        for (int offer = 0; offer < LIVE_OFFERS; offer++) {
            replace(offer, 0);
        }
        computeRates();
    }

    private double normal(final double deviation) {
        return deviation * nature.nextGaussian();
    }

    private void replace(final int offer, final double now) {
        offerId[offer] = ++offersMade;
        advertiser[offer] = nature.nextInt(ADVERTISERS);
        // An advertiser sells in three categories.
        category[offer] = (advertiser[offer] * 5 + nature.nextInt(3)) % CATEGORIES;
        offerEffect[offer] = normal(OFFER_SD);
        for (int t = 0; t < TYPES; t++) {
            offerTaste[t][offer] = normal(OFFER_TASTE_SD);
        }
        endDay[offer] = now + MEAN_LIFE_DAYS * nature.nextExponential();
    }

    private void computeRates() {
        for (int offer = 0; offer < LIVE_OFFERS; offer++) {
            final int c = category[offer];
            for (int moment = 0; moment < MOMENTS; moment++) {
                for (int t = 0; t < TYPES; t++) {
                    final double logit = BASE_LOGIT + advertiserEffect[advertiser[offer]] + offerEffect[offer]
                        + taste[t][c] + offerTaste[t][offer] + season[c][moment / CHANNELS] + fit[c][moment % CHANNELS];
                    rate[moment][offer][t] = 1 / (1 + Math.exp(-Math.clamp(logit, LEAST_LOGIT, MOST_LOGIT)));
                }
            }
        }
    }

    private void drift() {
        final double step = Math.sqrt(2 * REVERSION);
        for (int t = 0; t < TYPES; t++) {
            for (int c = 0; c < CATEGORIES; c++) {
                taste[t][c] = (1 - REVERSION) * taste[t][c] + normal(CATEGORY_TASTE_SD * step);
            }
            for (int offer = 0; offer < LIVE_OFFERS; offer++) {
                offerTaste[t][offer] = (1 - REVERSION) * offerTaste[t][offer] + normal(OFFER_TASTE_SD * step);
            }
        }
    }

    /** The next customer comes. */
    void next(final int decision) {
        day = (double) decision / DECISIONS_A_DAY;
        if (day >= nextDay + 1) {
            nextDay++;
            drift();
            for (int offer = 0; offer < LIVE_OFFERS; offer++) {
                if (endDay[offer] <= day) {
                    replace(offer, day);
                }
            }
            computeRates();
        }
        type = pickType(visits.nextDouble());
        fields[SEGMENT] = visits.nextDouble() < SEGMENT_TELLS ? type : visits.nextInt(TYPES);
        fields[REGION] = visits.nextInt(REGIONS);
        fields[CHANNEL] = visits.nextInt(CHANNELS);
        fields[DAY_PART] = (int) (DAY_PARTS * (day - Math.floor(day)));
        pickCandidates();
        judge();
        luck = visits.nextDouble();
        delayLuck = visits.nextExponential();
    }

    private int pickType(final double at) {
        double sum = 0;
        for (int t = 0; t < TYPES - 1; t++) {
            sum += typeShare[t];
            if (at < sum) {
                return t;
            }
        }
        return TYPES - 1;
    }

    /** What fits the rules: a part of all that is live, each at most once. */
    private void pickCandidates() {
        for (int k = 0; k < CANDIDATES; k++) {
            boolean repeated = true;
            while (repeated) {
                candidates[k] = visits.nextInt(LIVE_OFFERS);
                repeated = false;
                for (int j = 0; j < k; j++) {
                    repeated |= candidates[j] == candidates[k];
                }
            }
        }
    }

    /** What somebody who knew the world, but of the customer only the features, would expect of each candidate. */
    private void judge() {
        double sum = 0;
        for (int t = 0; t < TYPES; t++) {
            typeGivenFields[t] =
                typeShare[t] * ((t == fields[SEGMENT] ? SEGMENT_TELLS : 0) + (1 - SEGMENT_TELLS) / TYPES);
            sum += typeGivenFields[t];
        }
        final double[][] now = rate[moment()];
        best = 0;
        for (int k = 0; k < CANDIDATES; k++) {
            double mean = 0;
            for (int t = 0; t < TYPES; t++) {
                mean += typeGivenFields[t] / sum * now[candidates[k]][t];
            }
            expected[k] = mean;
            best = Math.max(best, mean);
        }
    }

    private int moment() {
        return fields[DAY_PART] * CHANNELS + fields[CHANNEL];
    }

    double day() {
        return day;
    }

    int field(final int field) {
        return fields[field];
    }

    int offerId(final int k) {
        return offerId[candidates[k]];
    }

    int advertiserId(final int k) {
        return advertiser[candidates[k]] + 1;
    }

    int categoryId(final int k) {
        return category[candidates[k]] + 1;
    }

    /** How likely a candidate is to convert for somebody who knows the world but not the hidden type. */
    double expectedRate(final int k) {
        return expected[k];
    }

    /** The greatest expected rate among the candidates. */
    double bestRate() {
        return best;
    }

    /** The day on which this customer converts when a candidate is shown, or -1. */
    double convertsOn(final int k) {
        final double delay = MEAN_DELAY_DAYS * delayLuck;
        return delay <= WINDOW_DAYS && luck < rate[moment()][candidates[k]][type] ? day + delay : -1;
    }
}
