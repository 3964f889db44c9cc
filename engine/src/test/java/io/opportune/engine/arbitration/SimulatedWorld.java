package io.opportune.engine.arbitration;

import java.util.SplittableRandom;

/**
 * Customers of hidden types, offers that come and go, preferences that drift, conversions that come late. A policy sees
 * features, candidates and, later, conversions; never types or rates. What happens depends on the seed and on what is
 * shown: the same customers come with the same candidates at the same time to every policy, and whether one converts
 * on an offer is decided by the same random number.
 *
 * <pre>
 * logit(type, offer, hour) = base + advertiser + offer                     fixed while the offer lives
 *                          + taste[type][category] + taste of the offer    drift: Ornstein-Uhlenbeck, by the day
 *                          + season[category][part of the day]
 * </pre>
 */
final class SimulatedWorld {
    static final int TYPES = 6;
    static final int FIELDS = 4;
    static final int CHANNELS = 3;
    static final int REGIONS = 5;
    static final double TOLD = Double.parseDouble(System.getProperty("w.told", "0.85"));
    private static final int SEGMENT = 0;
    private static final int REGION = 1;
    private static final int CHANNEL = 2;
    private static final int DAY_PART = 3;
    static final int CATEGORIES = 12;
    static final int ADVERTISERS = 30;
    static final int LIVE_OFFERS = Integer.getInteger("w.offers", 150);
    static final int CANDIDATES = 20;
    static final int DAY_PARTS = 4;
    static final int DAYS = 100;
    /** Conversions later than this are none: the attribution window. */
    static final double WINDOW_DAYS = 3;

    private static final double BASE_LOGIT = Double.parseDouble(System.getProperty("w.base", "-4"));
    private static final double LEAST_LOGIT = Double.parseDouble(System.getProperty("w.least", "-5.3"));
    private static final double MOST_LOGIT = Double.parseDouble(System.getProperty("w.most", "-2.2"));
    private static final double MEAN_LIFE_DAYS = Double.parseDouble(System.getProperty("w.life", "30"));
    private static final double MEAN_DELAY_DAYS = 0.5;
    /** Share of the way back to the mean that a taste goes in a day: half of it is forgotten in five weeks. */
    private static final double REVERSION = Double.parseDouble(System.getProperty("w.rev", "0.02"));

    static final double OT = Double.parseDouble(System.getProperty("w.ot", "0.25"));
    static final double CT = Double.parseDouble(System.getProperty("w.ct", "0.6"));
    static final double OE = Double.parseDouble(System.getProperty("w.oe", "0.35"));
    static final double POW = Double.parseDouble(System.getProperty("w.pow", "2"));
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
    private final int[] campaign = new int[LIVE_OFFERS];
    private final int[] category = new int[LIVE_OFFERS];
    private final double[] offerEffect = new double[LIVE_OFFERS];
    private final double[][] offerTaste = new double[TYPES][LIVE_OFFERS];
    private final double[] endDay = new double[LIVE_OFFERS];
    private final double[][][] rate = new double[DAY_PARTS * CHANNELS][LIVE_OFFERS][TYPES];
    private final int decisions;
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

    SimulatedWorld(final long seed, final int decisions) {
        this.decisions = decisions;
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
            advertiserEffect[a] = normal(0.3);
        }
        for (int c = 0; c < CATEGORIES; c++) {
            for (int t = 0; t < TYPES; t++) {
                taste[t][c] = normal(CT);
            }
            for (int part = 0; part < DAY_PARTS; part++) {
                season[c][part] = normal(0.15);
            }
            for (int channel = 0; channel < CHANNELS; channel++) {
                fit[c][channel] = normal(0.15);
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
        campaign[offer] = 1 + 2 * advertiser[offer] + nature.nextInt(2);
        // An advertiser sells in three categories.
        category[offer] = (advertiser[offer] * 5 + nature.nextInt(3)) % CATEGORIES;
        offerEffect[offer] = normal(OE);
        for (int t = 0; t < TYPES; t++) {
            offerTaste[t][offer] = normal(OT);
        }
        endDay[offer] = now + MEAN_LIFE_DAYS * nature.nextExponential();
    }

    private void computeRates() {
        for (int offer = 0; offer < LIVE_OFFERS; offer++) {
            final int c = category[offer];
            for (int moment = 0; moment < DAY_PARTS * CHANNELS; moment++) {
                for (int t = 0; t < TYPES; t++) {
                    final double logit = BASE_LOGIT + advertiserEffect[advertiser[offer]] + offerEffect[offer]
                        + taste[t][c] + offerTaste[t][offer] + season[c][moment / CHANNELS] + fit[c][moment % CHANNELS];
                    rate[moment][offer][t] =
                        1 / (1 + Math.exp(-Math.max(LEAST_LOGIT, Math.min(MOST_LOGIT, logit))));
                }
            }
        }
    }

    private void drift() {
        final double step = Math.sqrt(2 * REVERSION);
        for (int t = 0; t < TYPES; t++) {
            for (int c = 0; c < CATEGORIES; c++) {
                taste[t][c] = (1 - REVERSION) * taste[t][c] + normal(CT * step);
            }
            for (int offer = 0; offer < LIVE_OFFERS; offer++) {
                offerTaste[t][offer] = (1 - REVERSION) * offerTaste[t][offer] + normal(OT * step);
            }
        }
    }

    /** The next customer comes. */
    void next(final int decision) {
        day = (double) DAYS * decision / decisions;
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
        type = pick(typeShare, visits.nextDouble());
        fields[SEGMENT] = visits.nextDouble() < TOLD ? type : visits.nextInt(TYPES);
        fields[REGION] = visits.nextInt(REGIONS);
        fields[CHANNEL] = visits.nextInt(CHANNELS);
        fields[DAY_PART] = (int) (DAY_PARTS * (day - Math.floor(day)));
        believe();
        // A part of all that is live fits the rules: without repetition.
        for (int k = 0; k < CANDIDATES; k++) {
            candidates[k] = visits.nextInt(LIVE_OFFERS);
            for (int j = 0; j < k; j++) {
                if (candidates[j] == candidates[k]) {
                    k--;
                    break;
                }
            }
        }
        final double[][] now = rate[moment()];
        best = 0;
        for (int k = 0; k < CANDIDATES; k++) {
            double sum = 0;
            for (int t = 0; t < TYPES; t++) {
                sum += typeGivenFields[t] * now[candidates[k]][t];
            }
            expected[k] = sum;
            best = Math.max(best, sum);
        }
        luck = visits.nextDouble();
        delayLuck = visits.nextExponential();
    }

    private int moment() {
        return fields[DAY_PART] * CHANNELS + fields[CHANNEL];
    }

    private static int pick(final double[] shares, final double at) {
        double sum = 0;
        for (int i = 0; i < shares.length - 1; i++) {
            sum += shares[i];
            if (at < sum) {
                return i;
            }
        }
        return shares.length - 1;
    }

    /** What somebody who knew the world would believe of the type by the fields. */
    private void believe() {
        double sum = 0;
        for (int t = 0; t < TYPES; t++) {
            typeGivenFields[t] = typeShare[t] * ((t == fields[SEGMENT] ? TOLD : 0) + (1 - TOLD) / TYPES);
            sum += typeGivenFields[t];
        }
        for (int t = 0; t < TYPES; t++) {
            typeGivenFields[t] /= sum;
        }
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

    int campaignId(final int k) {
        return campaign[candidates[k]];
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
