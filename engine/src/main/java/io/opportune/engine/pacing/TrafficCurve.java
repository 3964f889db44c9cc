package io.opportune.engine.pacing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.ZoneId;
import java.util.Arrays;

/**
 * How many eligible opportunities come in each hour of the week, learned with exponential forgetting: each time an hour
 * of the week begins anew, what is known of it counts less. An hour not seen yet is expected to be like that hour of
 * the other days, and where none was seen like the prior, at the level of what was seen. Time in which nobody counted
 * is not time without traffic. Owned by one thread; {@link #observe} allocates nothing within an hour.
 */
public final class TrafficCurve {
    /** Hours of a week. */
    public static final int HOURS = LocalHour.HOURS_PER_WEEK;
    /** What is left of an hour's weight a week later: some three weeks are remembered. */
    public static final double DEFAULT_KEEP = 0.7;
    private static final int MAGIC = 0x4f505443;
    private static final int VERSION = 1;
    private static final int HOURS_PER_DAY = 24;
    private static final double NS_PER_HOUR = 3600e9;
    /** An hour of the day that was seen for less than this is mostly what was expected, in hours. */
    private static final double PRIOR_HOURS = 0.25;
    /** The same for an hour of the week against that hour of all days: small counts of one hour scatter. */
    private static final double DAILY_HOURS = 0.5;
    /** The hour that a change of clocks repeats is one visit, not two weeks. */
    private static final long SAME_VISIT_NS = 3 * 3600L * LocalHour.NS_PER_SECOND;

    private final LocalHour clock;
    private final ZoneId zone;
    private final double keep;
    private final double[] prior;
    private final boolean guessed;
    private final double[] counts = new double[HOURS];
    private final double[] seenHours = new double[HOURS];
    private final long[] seenNs = new long[HOURS];

    /**
     * A curve that knows nothing: flat.
     *
     * @param zone of the campaign.
     */
    public TrafficCurve(final ZoneId zone) {
        this(zone, flat(), DEFAULT_KEEP, false);
    }

    /**
     * A curve with a guess.
     *
     * @param zone  of the campaign.
     * @param prior 168 weights of 0 or more, Monday 00:00 first; their level does not matter.
     * @param keep  what an hour's weight is multiplied with a week later, above 0 and up to 1.
     * @throws IllegalArgumentException when the weights are not 168, negative, not finite or all 0.
     */
    public TrafficCurve(final ZoneId zone, final double[] prior, final double keep) {
        this(zone, prior, keep, true);
    }

    private TrafficCurve(final ZoneId zone, final double[] prior, final double keep, final boolean guessed) {
        if (prior.length != HOURS) {
            throw new IllegalArgumentException(prior.length + " weights for " + HOURS + " hours");
        }
        if (!(keep > 0 && keep <= 1)) {
            throw new IllegalArgumentException("keep is above 0 and up to 1: " + keep);
        }
        double sum = 0;
        for (final double weight : prior) {
            if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("a weight is 0 or more: " + weight);
            }
            sum += weight;
        }
        if (sum == 0) {
            throw new IllegalArgumentException("all weights are 0");
        }
        this.zone = zone;
        this.keep = keep;
        this.guessed = guessed;
        this.prior = prior.clone();
        for (int i = 0; i < HOURS; i++) {
            this.prior[i] *= HOURS / sum;
        }
        clock = new LocalHour(zone);
        Arrays.fill(seenNs, Long.MIN_VALUE);
    }

    private static double[] flat() {
        final double[] weights = new double[HOURS];
        Arrays.fill(weights, 1);
        return weights;
    }

    /**
     * The zone whose hours these are.
     *
     * @return as given.
     */
    public ZoneId zone() {
        return zone;
    }

    /**
     * Learns what came in an interval in which opportunities were counted.
     *
     * @param nowNs         its end, nanoseconds since 1970.
     * @param durationNs    its length, above 0; short against an hour.
     * @param opportunities how many came, 0 or more.
     */
    public void observe(final long nowNs, final long durationNs, final long opportunities) {
        final int hour = clock.at(nowNs);
        final long startNs = clock.startNs();
        if (seenNs[hour] != startNs) {
            if (seenNs[hour] == Long.MIN_VALUE || Math.abs(startNs - seenNs[hour]) > SAME_VISIT_NS) {
                counts[hour] *= keep;
                seenHours[hour] *= keep;
            }
            seenNs[hour] = startNs;
        }
        counts[hour] += opportunities;
        seenHours[hour] += durationNs / NS_PER_HOUR;
    }

    /**
     * Expected opportunities an hour, or the prior where nothing was learned at all.
     *
     * @param weights receives 168 values of 0 or more, Monday 00:00 first, not all of them 0.
     */
    public void weights(final double[] weights) {
        double count = 0;
        double expected = 0;
        for (int i = 0; i < HOURS; i++) {
            count += counts[i];
            expected += seenHours[i] * prior[i];
        }
        // Nothing came in all the time that was seen, or only where nothing was expected: the guess is as good.
        final double level = count > 0 && expected > 0 ? count / expected : 1;
        for (int hour = 0; hour < HOURS_PER_DAY; hour++) {
            double ofAllDays = 0;
            double expectedOfAllDays = 0;
            for (int i = hour; i < HOURS; i += HOURS_PER_DAY) {
                ofAllDays += counts[i];
                expectedOfAllDays += seenHours[i] * prior[i];
            }
            final double againstPrior =
                (ofAllDays + PRIOR_HOURS * level) / (expectedOfAllDays + PRIOR_HOURS);
            for (int i = hour; i < HOURS; i += HOURS_PER_DAY) {
                weights[i] =
                    (counts[i] + DAILY_HOURS * prior[i] * againstPrior) / (seenHours[i] + DAILY_HOURS);
            }
        }
    }

    /**
     * How far the course of a day is known.
     *
     * @return 0 for a flat curve that has learned nothing, to 1 when all hours of the day were seen or a guess was
     *     given.
     */
    public double knownShare() {
        if (guessed) {
            return 1;
        }
        double known = 0;
        for (int hour = 0; hour < HOURS_PER_DAY; hour++) {
            double seen = 0;
            for (int i = hour; i < HOURS; i += HOURS_PER_DAY) {
                seen += seenHours[i];
            }
            known += seen / (seen + PRIOR_HOURS);
        }
        return Math.min(1, known * (1 + PRIOR_HOURS) / HOURS_PER_DAY);
    }

    /**
     * Writes what was learned.
     *
     * @param out stays open.
     * @throws IOException when it cannot be written.
     */
    public void write(final OutputStream out) throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final DataOutputStream data = new DataOutputStream(bytes);
        data.writeUTF(zone.getId());
        for (int i = 0; i < HOURS; i++) {
            data.writeDouble(counts[i]);
            data.writeDouble(seenHours[i]);
            data.writeLong(seenNs[i]);
        }
        StateFrame.write(out, MAGIC, VERSION, bytes.toByteArray());
    }

    /**
     * Takes over what {@link #write} wrote. The hours of another zone are other hours: they are read and forgotten.
     *
     * @param in stays open; exactly what was written is read.
     * @return false when it was of another zone.
     * @throws IOException when it is cut off, damaged or of another format; this curve is as it was.
     */
    public boolean read(final InputStream in) throws IOException {
        final DataInputStream data =
            new DataInputStream(new ByteArrayInputStream(StateFrame.read(in, MAGIC, VERSION, "traffic curve")));
        if (!data.readUTF().equals(zone.getId())) {
            return false;
        }
        for (int i = 0; i < HOURS; i++) {
            counts[i] = data.readDouble();
            seenHours[i] = data.readDouble();
            seenNs[i] = data.readLong();
        }
        return true;
    }
}
