package io.opportune.engine.targeting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Polygons against an oracle that adds up angles, on a grid so coarse that many points lie on edges and corners. */
class PolygonTest {
    private static final int DEGREE = 10_000_000;
    private static final int SIDE = 8;

    private static int[] scaled(final int[] degrees, final int offset) {
        return Arrays.stream(degrees).map(degree -> wrapped(degree + offset) * DEGREE).toArray();
    }

    private static int wrapped(final int degrees) {
        return degrees > 180 ? degrees - 360 : degrees;
    }

    /** Whether a point of the grid is on the border (by the cross product) or turned round once (by its angles). */
    private static boolean expected(final int[] y, final int[] x, final int pointY, final int pointX) {
        double turned = 0;
        for (int i = 0; i < y.length; i++) {
            final int next = (i + 1) % y.length;
            final int ax = x[i] - pointX;
            final int ay = y[i] - pointY;
            final int bx = x[next] - pointX;
            final int by = y[next] - pointY;
            if (ax * by == ay * bx && ax * bx <= 0 && ay * by <= 0) {
                return true;
            }
            turned += Math.atan2(ax * by - ay * bx, ax * bx + ay * by);
        }
        return Math.abs(turned) > Math.PI;
    }

    @Test
    void shouldHoldWhatTheAnglesSay() {
        final long seed = Long.getLong("seed", 20261122L);
        final Random random = new Random(seed);
        int polygons = 0;
        int inside = 0;
        while (polygons < 3_000) {
            final int corners = 3 + random.nextInt(5);
            final int[] y = random.ints(corners, 0, SIDE).toArray();
            final int[] x = random.ints(corners, 0, SIDE).toArray();
            if (Polygon.faultOf(scaled(y, 0), scaled(x, 0)) != null) {
                continue;
            }
            polygons++;
            // At home, across the antimeridian, and against it.
            for (final int east : new int[] {0, 176, 180 - SIDE, -180}) {
                final Polygon polygon = new Polygon(scaled(y, 0), scaled(x, east));
                for (int py = -1; py <= SIDE; py++) {
                    for (int px = -1; px <= SIDE; px++) {
                        final boolean expected = expected(y, x, py, px);
                        final int longitude = wrapped(px + east < -180 ? px + east + 360 : px + east) * DEGREE;
                        assertEquals(expected, polygon.contains(py * DEGREE, longitude),
                            "seed " + seed + ": " + Arrays.toString(y) + Arrays.toString(x) + " at " + py + ", " + px);
                        inside += expected ? 1 : 0;
                    }
                }
            }
        }
        assertTrue(inside > 100_000, inside + " points inside");
    }

    /** The check for simple polygons against one that looks at the four sides of every two edges in doubles. */
    @Test
    void shouldRefuseEdgesThatMeet() {
        final Random random = new Random(3);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            final int[] y = random.ints(4, 0, 5).toArray();
            final int[] x = random.ints(4, 0, 5).toArray();
            final boolean meet = same(y, x) || isOnEdge(y, x) || cross(y, x, 0, 2) || cross(y, x, 1, 3);
            assertEquals(meet, Polygon.faultOf(scaled(y, 0), scaled(x, 0)) != null,
                Arrays.toString(y) + Arrays.toString(x));
            refused += meet ? 1 : 0;
        }
        assertTrue(refused > 5_000 && refused < 19_000, refused + " refused");
    }

    private static boolean same(final int[] y, final int[] x) {
        for (int i = 0; i < 4; i++) {
            for (int j = i + 1; j < 4; j++) {
                if (y[i] == y[j] && x[i] == x[j]) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether a corner lies on an edge that is not its own. */
    private static boolean isOnEdge(final int[] y, final int[] x) {
        for (int corner = 0; corner < 4; corner++) {
            for (int edge = 0; edge < 4; edge++) {
                final int end = (edge + 1) % 4;
                if (corner != edge && corner != end) {
                    final double ends = Math.hypot(x[end] - x[edge], y[end] - y[edge]);
                    final double by = Math.hypot(x[corner] - x[edge], y[corner] - y[edge])
                        + Math.hypot(x[corner] - x[end], y[corner] - y[end]);
                    if (by < ends + 1e-9) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Whether two lines cross between their ends, by Cramer's rule. */
    private static boolean cross(final int[] y, final int[] x, final int first, final int second) {
        final int firstEnd = (first + 1) % 4;
        final int secondEnd = (second + 1) % 4;
        final double ax = x[firstEnd] - x[first];
        final double ay = y[firstEnd] - y[first];
        final double bx = x[secondEnd] - x[second];
        final double by = y[secondEnd] - y[second];
        final double determinant = ax * by - ay * bx;
        final double cx = x[second] - x[first];
        final double cy = y[second] - y[first];
        final double t = (cx * by - cy * bx) / determinant;
        final double u = (cx * ay - cy * ax) / determinant;
        return determinant != 0 && t > 0 && t < 1 && u > 0 && u < 1;
    }

    @Test
    void shouldKnowPolesAndTheWholeEarth() {
        final int[] capLatitudes = {60 * DEGREE, 60 * DEGREE, 90 * DEGREE};
        final Polygon cap = new Polygon(capLatitudes, new int[] {-70 * DEGREE, 70 * DEGREE, 0});
        assertTrue(cap.contains(90 * DEGREE, 180 * DEGREE), "the pole has no longitude");
        assertTrue(cap.contains(70 * DEGREE, 0) && !cap.contains(70 * DEGREE, 180 * DEGREE));
        assertTrue(!cap.contains(-90 * DEGREE, 0), "the other pole");
        final int[] latitudes = {-90, -90, -90, -90, -90, 90, 90, 90, 90, 90};
        final int[] longitudes = {-180, -90, 0, 90, 180, 180, 90, 0, -90, -180};
        assertNull(Polygon.faultOf(scaled(latitudes, 0), scaled(longitudes, 0)));
        final Polygon earth = new Polygon(scaled(latitudes, 0), scaled(longitudes, 0));
        final Random random = new Random(4);
        for (int i = 0; i < 10_000; i++) {
            assertTrue(earth.contains(random.nextInt(-90 * DEGREE, 90 * DEGREE + 1),
                random.nextInt(-180 * DEGREE, 180 * DEGREE + 1)));
        }
        final int[] round = {-180, -90, 0, 90};
        assertNotNull(Polygon.faultOf(scaled(new int[] {60, 60, 60, 60}, 0), scaled(round, 0)), "round a pole");
    }
}
