package io.opportune.engine.targeting;

import java.util.Arrays;

/**
 * A simple polygon on the map, in WGS 84 degrees times 10^7. Its edges are straight lines of latitude against
 * longitude and go the shorter way round in longitude, so that it may lie across the antimeridian; its border belongs
 * to it. All of its arithmetic is on whole numbers and exact. Immutable.
 */
public final class Polygon {
    /** Fewest corners. */
    public static final int LEAST_CORNERS = 3;
    /** Most corners: enough for a district, and every one costs each test a few nanoseconds. */
    public static final int MOST_CORNERS = 64;

    private static final long TURN_E7 = 3_600_000_000L;
    private static final long HALF_TURN_E7 = TURN_E7 / 2;
    private static final int POLE_E7 = 900_000_000;

    private final int[] latitudes;
    /** From the westernmost corner eastwards, 0..{@link #TURN_E7}. */
    private final long[] easts;
    private final long west;
    private final int south;
    private final int north;
    private final long width;

    /**
     * What keeps some corners from being a polygon.
     *
     * @param corner  at which it shows.
     * @param found   for people.
     * @param allowed instead.
     */
    record Fault(int corner, String found, String allowed) {
    }

    /**
     * A polygon of corners without {@link #faultOf fault}.
     *
     * @param latitudesE7  -900,000,000 .. 900,000,000.
     * @param longitudesE7 -1,800,000,000 .. 1,800,000,000, as many.
     */
    Polygon(final int[] latitudesE7, final int[] longitudesE7) {
        final long[] unrolled = unrolled(longitudesE7);
        latitudes = latitudesE7.clone();
        west = Arrays.stream(unrolled).min().orElseThrow();
        easts = Arrays.stream(unrolled).map(longitude -> longitude - west).toArray();
        width = Arrays.stream(easts).max().orElseThrow();
        south = Arrays.stream(latitudes).min().orElseThrow();
        north = Arrays.stream(latitudes).max().orElseThrow();
    }

    /** What is wrong with some corners within the limits of latitude and longitude; null when nothing is. */
    static Fault faultOf(final int[] latitudesE7, final int[] longitudesE7) {
        final int count = latitudesE7.length;
        final long[] easts = unrolled(longitudesE7);
        for (int i = 0; i < count; i++) {
            final int next = (i + 1) % count;
            final long step = step(longitudesE7[i], longitudesE7[next]);
            if (latitudesE7[i] == latitudesE7[next] && step == 0) {
                return next == 0
                    ? new Fault(i, "the last corner is the first again", "the polygon closes by itself")
                    : new Fault(next, "the same corner twice in a row", "different corners");
            }
            if (Math.abs(step) == HALF_TURN_E7) {
                return new Fault(next, "an edge over 180 degrees of longitude, which has two ways round",
                    "edges of less than 180 degrees");
            }
        }
        final int last = count - 1;
        if (easts[last] + step(longitudesE7[last], longitudesE7[0]) != easts[0]) {
            return new Fault(last, "the corners go round a pole", "two polygons, each with the pole as a corner");
        }
        if (Arrays.stream(easts).max().orElseThrow() - Arrays.stream(easts).min().orElseThrow() > TURN_E7) {
            return new Fault(last, "the polygon is wider than the earth", "360 degrees of longitude at most");
        }
        for (int i = 0; i < count; i++) {
            for (int j = i + 1; j < count; j++) {
                if (edgesMeet(latitudesE7, easts, i, j)) {
                    return new Fault(j, "the edge from this corner meets the one from corner " + (i + 1),
                        "a polygon whose edges meet at its corners only");
                }
            }
        }
        return null;
    }

    /** Longitudes as a walk along the corners: no step is longer than half a turn. */
    private static long[] unrolled(final int[] longitudesE7) {
        final long[] unrolled = new long[longitudesE7.length];
        unrolled[0] = longitudesE7[0];
        for (int i = 1; i < unrolled.length; i++) {
            unrolled[i] = unrolled[i - 1] + step(longitudesE7[i - 1], longitudesE7[i]);
        }
        return unrolled;
    }

    private static long step(final int from, final int to) {
        final long step = (long) to - from;
        return step > HALF_TURN_E7 ? step - TURN_E7 : step < -HALF_TURN_E7 ? step + TURN_E7 : step;
    }

    /** Whether two edges have more in common than the corner of neighbours. */
    private static boolean edgesMeet(final int[] y, final long[] x, final int first, final int second) {
        final int count = x.length;
        final int firstEnd = (first + 1) % count;
        final int secondEnd = (second + 1) % count;
        if (firstEnd == second) {
            return turnsBack(y, x, first, second, secondEnd);
        }
        if (secondEnd == first) {
            return turnsBack(y, x, second, first, firstEnd);
        }
        final int a = side(x[first], y[first], x[firstEnd], y[firstEnd], x[second], y[second]);
        final int b = side(x[first], y[first], x[firstEnd], y[firstEnd], x[secondEnd], y[secondEnd]);
        final int c = side(x[second], y[second], x[secondEnd], y[secondEnd], x[first], y[first]);
        final int d = side(x[second], y[second], x[secondEnd], y[secondEnd], x[firstEnd], y[firstEnd]);
        return a * b < 0 && c * d < 0
            || a == 0 && isWithinBox(y, x, first, firstEnd, second)
            || b == 0 && isWithinBox(y, x, first, firstEnd, secondEnd)
            || c == 0 && isWithinBox(y, x, second, secondEnd, first)
            || d == 0 && isWithinBox(y, x, second, secondEnd, firstEnd);
    }

    /** Whether the edge after a corner runs back over the one before it. */
    private static boolean turnsBack(
        final int[] y, final long[] x, final int before, final int corner, final int after) {
        return side(x[before], y[before], x[corner], y[corner], x[after], y[after]) == 0
            && (x[before] - x[corner]) * (x[after] - x[corner])
            + ((long) y[before] - y[corner]) * ((long) y[after] - y[corner]) > 0;
    }

    private static boolean isWithinBox(
        final int[] y, final long[] x, final int from, final int to, final int point) {
        return Math.min(x[from], x[to]) <= x[point] && x[point] <= Math.max(x[from], x[to])
            && Math.min(y[from], y[to]) <= y[point] && y[point] <= Math.max(y[from], y[to]);
    }

    /**
     * On which side of a line a point lies: 1 left, -1 right, 0 on it. The products are below 6.5e18 and so exact:
     * longitudes differ by a turn at most, latitudes by half a turn.
     */
    private static int side(
        final long fromX, final long fromY, final long toX, final long toY, final long x, final long y) {
        return Long.compare((toX - fromX) * (y - fromY), (x - fromX) * (toY - fromY));
    }

    /**
     * Whether a point lies in the polygon or on its border. A pole does when a corner is there, whatever the longitude
     * given with it.
     *
     * @param latitudeE7  -900,000,000 .. 900,000,000.
     * @param longitudeE7 -1,800,000,000 .. 1,800,000,000.
     * @return false when it lies outside.
     */
    public boolean contains(final int latitudeE7, final int longitudeE7) {
        if (latitudeE7 < south || latitudeE7 > north) {
            return false;
        }
        if (Math.abs(latitudeE7) == POLE_E7) {
            return true;
        }
        final long east = Math.floorMod(longitudeE7 - west, TURN_E7);
        if (east > width) {
            return false;
        }
        boolean inside = false;
        int from = latitudes.length - 1;
        for (int to = 0; to < latitudes.length; to++) {
            final int fromY = latitudes[from];
            final int toY = latitudes[to];
            if (Math.min(fromY, toY) <= latitudeE7 && latitudeE7 <= Math.max(fromY, toY)) {
                final int side = side(easts[from], fromY, easts[to], toY, east, latitudeE7);
                if (side == 0 && Math.min(easts[from], easts[to]) <= east
                    && east <= Math.max(easts[from], easts[to])) {
                    return true;
                }
                // Of each corner only the lower edge counts, so that a ray through a corner crosses once or twice.
                inside ^= fromY > latitudeE7 != toY > latitudeE7 && side > 0 == toY > fromY;
            }
            from = to;
        }
        return inside;
    }

    /**
     * Number of corners.
     *
     * @return {@value #LEAST_CORNERS}..{@value #MOST_CORNERS}.
     */
    public int cornerCount() {
        return latitudes.length;
    }

    /**
     * Latitude of a corner.
     *
     * @param corner 0..cornerCount-1.
     * @return degrees times 10^7.
     */
    public int latitudeE7(final int corner) {
        return latitudes[corner];
    }

    /**
     * Longitude of a corner, without a jump at the antimeridian: the edges are straight between these.
     *
     * @param corner 0..cornerCount-1.
     * @return degrees times 10^7, perhaps beyond 180 degrees; all corners lie within one turn.
     */
    public long longitudeE7(final int corner) {
        return west + easts[corner];
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof Polygon polygon && west == polygon.west
            && Arrays.equals(latitudes, polygon.latitudes) && Arrays.equals(easts, polygon.easts);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(latitudes) + Arrays.hashCode(easts);
    }
}
