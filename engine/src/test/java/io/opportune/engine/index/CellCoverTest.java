package io.opportune.engine.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.AllocationProbe;
import io.opportune.engine.targeting.AttributeSchema;
import io.opportune.engine.targeting.Node;
import io.opportune.engine.targeting.RandomRules;
import io.opportune.engine.targeting.Situation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Cells may say more than the shape that they cover, never less. */
class CellCoverTest {
    private static final double KM_PER_DEGREE = 6371.0088 * Math.PI / 180;

    private final RandomRules rules = new RandomRules(1);
    private final Situation situation = new Situation(new AttributeSchema(List.of()));

    private Node node(final String text) {
        return rules.compiled(text).root();
    }

    private static boolean covers(final long[] cells, final Situation at) {
        return Arrays.stream(cells).mapToInt(CellGrid::levelOf).distinct().anyMatch(level ->
            Arrays.binarySearch(cells, CellGrid.cellAt(level, at.latitudeE7(), at.longitudeE7())) >= 0);
    }

    private void place(final double latitude, final double longitude) {
        final double east = longitude - 360 * Math.floor((longitude + 180) / 360);
        situation.setPosition((int) Math.round(1e7 * Math.clamp(latitude, -90, 90)), (int) Math.round(1e7 * east));
    }

    /** Centres all over the earth, most of them where it is hard; points mostly near the rim. */
    @Test
    void shouldCoverEveryPointOfCircles() {
        final long seed = Long.getLong("seed", 20261122L);
        final Random random = new Random(seed);
        int inside = 0;
        for (int i = 0; i < 2_000; i++) {
            final double latitude = switch (i % 4) {
                case 0 -> Math.copySign(90 - Math.pow(10, -4 + 6 * random.nextDouble()), random.nextDouble() - 0.5);
                case 1 -> random.nextDouble() - 0.5;
                default -> 180 * random.nextDouble() - 90;
            };
            final double longitude = i % 3 == 0
                ? Math.copySign(180 - random.nextDouble() / 10, random.nextDouble() - 0.5)
                : 360 * random.nextDouble() - 180;
            final double km = i % 50 == 0 ? 0 : Math.pow(10, -4 + 7.5 * random.nextDouble());
            final Node circle = node(String.format(Locale.ROOT,
                "position.distance_km(%.7f, %.7f) <= %.6f", Math.clamp(latitude, -90, 90), longitude, km));
            final long[] cells = CellCover.of(circle);
            if (cells == null) {
                assertTrue(km > 6_000, "only circles that are too large have no cover: " + circle);
                continue;
            }
            assertTrue(cells.length <= CellCover.MOST_CELLS, circle + ": " + cells.length);
            for (int j = 0; j < 300; j++) {
                destination(latitude, longitude, km / KM_PER_DEGREE * (j % 3 == 0 ? random.nextDouble() : 1),
                    j % 5 == 0 ? j % 4 * Math.PI / 2 : 2 * Math.PI * random.nextDouble());
                if (circle.holds(situation)) {
                    inside++;
                    assertTrue(covers(cells, situation), "seed " + seed + ", " + circle + " at "
                        + situation.latitudeE7() + ", " + situation.longitudeE7());
                }
            }
        }
        assertTrue(inside > 200_000, inside + " points inside");
    }

    /** Goes an angle of degrees from a point in a direction. */
    private void destination(
        final double latitude, final double longitude, final double degrees, final double direction) {
        final double from = Math.toRadians(latitude);
        final double angle = Math.toRadians(degrees);
        final double to = Math.asin(Math.clamp(
            Math.sin(from) * Math.cos(angle) + Math.cos(from) * Math.sin(angle) * Math.cos(direction), -1, 1));
        place(Math.toDegrees(to), longitude + Math.toDegrees(Math.atan2(
            Math.sin(direction) * Math.sin(angle) * Math.cos(from),
            Math.cos(angle) - Math.sin(from) * Math.sin(to))));
    }

    @Test
    void shouldCoverEveryPointOfPolygons() {
        final long seed = Long.getLong("seed", 20261123L);
        final Random random = new Random(seed);
        int inside = 0;
        for (int i = 0; i < 1_000; i++) {
            final double latitude = 150 * random.nextDouble() - 75;
            final double longitude = i % 2 == 0 ? 180 : 360 * random.nextDouble() - 180;
            final double size = Math.pow(10, -6 + 7 * random.nextDouble());
            final int corners = 3 + random.nextInt(62);
            final double[][] star = new double[corners][];
            for (int j = 0; j < corners; j++) {
                final double angle = 2 * Math.PI * j / corners;
                final double reach = size * (0.2 + 0.8 * random.nextDouble()) + 2e-6;
                star[j] = new double[] {latitude + reach * Math.sin(angle), longitude + 4 * reach * Math.cos(angle)};
            }
            final Node polygon;
            try {
                polygon = node(text(star));
            } catch (final AssertionError tooSmall) {
                assertTrue(size < 1e-4, tooSmall.getMessage()); // rounded corners fall upon each other
                continue;
            }
            final long[] cells = CellCover.of(polygon);
            assertTrue(cells.length <= CellCover.MOST_CELLS, polygon + ": " + cells.length);
            for (int j = 0; j < 300; j++) {
                final double[] from = star[random.nextInt(corners)];
                final double[] to = star[random.nextInt(corners)];
                final double part = j % 3 == 0 ? 0 : random.nextDouble();
                place(from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1]));
                if (polygon.holds(situation)) {
                    inside++;
                    assertTrue(covers(cells, situation), "seed " + seed + ", " + polygon + " at "
                        + situation.latitudeE7() + ", " + situation.longitudeE7());
                }
            }
        }
        assertTrue(inside > 100_000, inside + " points inside");
    }

    private static String text(final double[][] corners) {
        return Arrays.stream(corners).map(corner -> String.format(Locale.ROOT, "%.7f, %.7f", corner[0],
            corner[1] - 360 * Math.floor((corner[1] + 180) / 360))).collect(
            Collectors.joining(", ", "position.within([", "])"));
    }

    @Test
    void shouldCoverPolesAndTheSeam() {
        final long[] cap = CellCover.of(node("position.within([90, 0, 80, -60, 80, 60])"));
        for (final double longitude : new double[] {-180, -60, 0, 60, 179, 180}) {
            place(90, longitude);
            assertTrue(covers(cap, situation), "the pole, whatever longitude is given with it");
        }
        final long[] seam = CellCover.of(node("position.distance_km(0, 180) < 10"));
        for (final double longitude : new double[] {-180, 180, 179.95, -179.95}) {
            situation.setPosition(0, (int) (1e7 * longitude));
            assertTrue(covers(seam, situation), "both sides: " + longitude);
        }
        place(0, 179.7);
        assertTrue(!covers(seam, situation), "far away");
    }

    @Test
    void shouldTakeTheSmallestOfDemandsAndAllOfAlternatives() {
        final String near = "position.distance_km(40, -74) < 1";
        final String far = "position.distance_km(40, -74) < 100";
        final long[] cells = CellCover.of(node(near));
        assertEquals(Arrays.toString(cells), Arrays.toString(CellCover.of(node(far + " && " + near))));
        final long[] either = CellCover.of(node(near + " || position.distance_km(10, -74) < 1"));
        assertTrue(either.length > cells.length && Arrays.stream(cells)
            .allMatch(cell -> Arrays.binarySearch(either, cell) >= 0), Arrays.toString(either));
        assertNull(CellCover.of(node(near + " || customer.known")), "an alternative elsewhere");
        assertNull(CellCover.of(node("!(" + near + ")")), "the opposite is everywhere");
        assertNull(CellCover.of(node("position.distance_km(40, -74) > 1")), "farther");
        assertNull(CellCover.of(node("position.distance_km(40, -74) < 8000")), "too large to rule much out");
    }

    /** Ten thousand circles of 1 to 20 km over a country of 1,600 by 1,100 km: how many are measured exactly. */
    @Test
    void shouldMeasureFewRulesExactly() {
        final Random random = new Random(3);
        final List<Node> circles = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            circles.add(node(String.format(Locale.ROOT, "position.distance_km(%.5f, %.5f) < %.3f",
                35 + 10 * random.nextDouble(), -95 + 20 * random.nextDouble(), 1 + 19 * random.nextDouble())));
        }
        final TargetingIndex index = TargetingIndex.of(circles.size(), circles::get);
        assertEquals(1, index.lists().length);
        final IndexCursor cursor = new IndexCursor(index, 1);
        final IndexEvent event = new IndexEvent(index, 1);
        final int events = 300;
        long tested = 0;
        long held = 0;
        for (int i = 0; i < events; i++) {
            place(35 + 10 * random.nextDouble(), -95 + 20 * random.nextDouble());
            event.encode(situation);
            tested += passed(index.lists()[0], event);
            cursor.begin(event, null);
            int found = cursor.next();
            for (int rank = 0; rank < circles.size(); rank++) {
                if (circles.get(rank).holds(situation)) {
                    assertEquals(rank, found);
                    found = cursor.next();
                    held++;
                }
            }
            assertEquals(IndexCursor.END, found);
        }
        final long fewest = AllocationProbe.bytesOf(() -> search(event, cursor));
        assertEquals(0, fewest, "bytes allocated by 10,000 searches");
        situation.clear();
        event.encode(situation);
        cursor.begin(event, null);
        assertEquals(IndexCursor.END, cursor.next(), "nobody is near without a position");
        System.out.printf(Locale.ROOT, "10,000 circles of 1 to 20 km: %.2f measured for an event (%.4f %%), %.2f hold;"
            + " the index has %,d KB%n", (double) tested / events, tested / (100.0 * events), (double) held / events,
            index.bytes() >> 10);
        assertTrue(held > events, held + " hold");
        assertTrue(tested < 2 * held, tested + " are measured of which " + held + " hold");
    }

    private void search(final IndexEvent event, final IndexCursor cursor) {
        int found = 0;
        for (int i = 0; i < 10_000; i++) {
            situation.setPosition(400_000_000 + 1_000 * i, -900_000_000);
            event.encode(situation);
            cursor.begin(event, null);
            while (cursor.next() != IndexCursor.END) {
                found++;
            }
        }
        assertTrue(found > 10_000, "it finds something");
    }

    /** Rules that the cells let pass. */
    private static long passed(final ListColumn cells, final IndexEvent event) {
        final BitSet ranks = new BitSet();
        for (int i = 0; i < event.codeCount(0); i++) {
            final int code = event.codes(0)[i];
            final long[] row = cells.wanted().row(code);
            if (row != null) {
                ranks.or(BitSet.valueOf(row));
            }
            for (int at = cells.wanted().start(code); at < cells.wanted().end(code); at++) {
                ranks.set(cells.wanted().ranks()[at]);
            }
        }
        return ranks.cardinality();
    }
}
