package io.opportune.engine.arbitration;

/**
 * The finite table of standard normal noise from which Thompson sampling draws rows. Entry (row, offer) is a function
 * of both and of the table's seed. The noise of each offer over all rows is the same set of quantiles of the normal
 * distribution, antithetic and scaled, so that its mean is 0 and its variance 1, in an order of the offer's own; with
 * the table finite, the probability that an offer wins is a count of rows. Immutable; any thread.
 *
 * <pre>
 *   offer id ── hash ──► column 0..255, shift 0..R-1
 *   noise(row, offer) = quantile[ rankOf[column][(row + shift) mod R] ]
 *   quantile[j]       = c * inverse normal CDF((j + 1/2) / R)
 * </pre>
 */
public final class NoiseTable {
    /** Fewer would make a probability too coarse to explore with. */
    public static final int MIN_ROWS = 16;
    /** More cost time in every decision. */
    public static final int MAX_ROWS = 4096;
    /** The smallest probability with which anything is made is then 0.4 %. */
    public static final int DEFAULT_ROWS = 256;
    /** Of the table that is used unless another is asked for: the digits of pi, so that nobody chose them. */
    public static final long DEFAULT_SEED = 0x243f6a8885a308d3L;

    /** With the shifts 65,536 orders of 256 rows, in 256 KiB. */
    private static final int COLUMNS = 256;
    /** Cells of one unit of noise in which ranks are looked up. */
    private static final int CELLS = 16;
    private static final long SALT = 0x13198a2e03707344L;

    private final int rows;
    private final int mask;
    private final double[] quantiles;
    /** By column and row: which quantile. */
    private final short[] ranks;
    /** By column and rank: in which row, before shifting. */
    private final short[] orders;
    /** By cell of the range of noise: how many quantiles lie below its beginning. */
    private final int[] cells;

    /** Makes the table that is used unless another is asked for. */
    public NoiseTable() {
        this(DEFAULT_ROWS, DEFAULT_SEED);
    }

    /**
     * Makes a table.
     *
     * @param rows {@link #MIN_ROWS}..{@link #MAX_ROWS}, a power of two.
     * @param seed any; another seed gives other orders.
     * @throws IllegalArgumentException when the number of rows is none of these.
     */
    public NoiseTable(final int rows, final long seed) {
        if (rows < MIN_ROWS || rows > MAX_ROWS || Integer.bitCount(rows) != 1) {
            throw new IllegalArgumentException(
                "rows is " + rows + ", allowed are powers of two from " + MIN_ROWS + " to " + MAX_ROWS);
        }
        this.rows = rows;
        mask = rows - 1;
        quantiles = quantiles(rows);
        cells = new int[(int) (2 * maxNoise() * CELLS) + 1];
        for (int cell = 0, rank = 0; cell < cells.length; cell++) {
            while (quantiles[rank] < quantiles[0] + (double) cell / CELLS) {
                rank++;
            }
            cells[cell] = rank;
        }
        ranks = new short[COLUMNS * rows];
        orders = new short[COLUMNS * rows];
        final CounterRandom random = new CounterRandom();
        for (int column = 0; column < COLUMNS; column++) {
            final int base = column * rows;
            for (int rank = 0; rank < rows; rank++) {
                random.draw(seed, SALT, base + rank);
                final int other = CounterRandom.below(rank + 1, random.first());
                orders[base + rank] = orders[base + other];
                orders[base + other] = (short) rank;
            }
            for (int rank = 0; rank < rows; rank++) {
                ranks[base + orders[base + rank]] = (short) rank;
            }
        }
    }

    /**
     * The middles of equally likely slices, scaled so that their variance is 1: without that it is a little less,
     * because the tails beyond the last middle are missing.
     */
    private static double[] quantiles(final int rows) {
        final double[] upper = new double[rows / 2];
        double squares = 0;
        for (int i = 0; i < upper.length; i++) {
            upper[i] = upperQuantile(0.5 + (i + 0.5) / rows);
            squares += 2 * upper[i] * upper[i];
        }
        final double scale = StrictMath.sqrt(rows / squares);
        final double[] all = new double[rows];
        for (int i = 0; i < upper.length; i++) {
            all[rows / 2 + i] = upper[i] * scale;
            all[rows / 2 - 1 - i] = -all[rows / 2 + i];
        }
        return all;
    }

    /** Inverse CDF of the normal distribution from 1/2 up to 1 - 1e-5, by Newton's method; at start only. */
    static double upperQuantile(final double probability) {
        double x = 0;
        for (int i = 0; i < 100; i++) {
            final double density = StrictMath.exp(-x * x / 2) / StrictMath.sqrt(2 * StrictMath.PI);
            // The CDF is 1/2 + density * (x + x^3 / 3 + x^5 / (3 * 5) + ...): all terms positive.
            double term = x;
            double sum = x;
            for (int n = 3; term > sum * 1e-18; n += 2) {
                term *= x * x / n;
                sum += term;
            }
            final double step = (0.5 + density * sum - probability) / density;
            // From below the CDF is concave, so that Newton's method overshoots never where it starts at 0.
            x -= step;
            if (Math.abs(step) < 1e-15) {
                break;
            }
        }
        return x;
    }

    /**
     * How many rows there are.
     *
     * @return a power of two.
     */
    public int rows() {
        return rows;
    }

    /**
     * The greatest entry: no sampled logit exceeds its mean by more than this many standard deviations, so that it
     * gives the upper bound by which a search may stop.
     *
     * @return 2.9 for 256 rows.
     */
    public double maxNoise() {
        return quantiles[mask];
    }

    /**
     * One entry.
     *
     * @param row     0..{@link #rows()} - 1.
     * @param offerId of the registry.
     * @return standard normal over the rows.
     */
    public double noise(final int row, final int offerId) {
        return quantiles[rank(base(offerId), shift(offerId), row)];
    }

    /** Where the offer's column begins. */
    int base(final int offerId) {
        return (mix(offerId) >>> 16 & COLUMNS - 1) * rows;
    }

    /** By how much the offer's rows are shifted. */
    int shift(final int offerId) {
        return mix(offerId) & mask;
    }

    /** Which quantile the entry is. */
    int rank(final int base, final int shift, final int row) {
        return ranks[base + (row + shift & mask)];
    }

    /** In which row an offer has a quantile. */
    int row(final int base, final int shift, final int rank) {
        return orders[base + rank] - shift & mask;
    }

    /** A rank all below which have less than this noise, found without searching. */
    int rankBelow(final double leastNoise) {
        return cells[(int) ((leastNoise - quantiles[0]) * CELLS)];
    }

    /** All entries that there are, ascending; not to be written. */
    double[] quantiles() {
        return quantiles;
    }

    /** Which quantile stands in a row, at base + (row + shift & rows - 1); not to be written. */
    short[] ranks() {
        return ranks;
    }

    /** In which row a quantile stands, before shifting, at base + rank; not to be written. */
    short[] orders() {
        return orders;
    }

    /** Of an id, all bits of which count: the finaliser of MurmurHash3. */
    private static int mix(final int id) {
        int mixed = id ^ id >>> 16;
        mixed *= 0x85ebca6b;
        mixed ^= mixed >>> 13;
        mixed *= 0xc2b2ae35;
        return mixed ^ mixed >>> 16;
    }
}
