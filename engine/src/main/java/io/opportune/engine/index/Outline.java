package io.opportune.engine.index;

import io.opportune.engine.targeting.Node;
import io.opportune.engine.targeting.Polygon;

/**
 * How far a shape on the map reaches, in degrees times 10^7 counted from the south pole and the antimeridian. It may
 * say more than the shape holds, never less: all bounds are {@link #SLACK_E7} wider than computed. Used while an index
 * is built.
 */
sealed interface Outline {
    /** One metre of latitude, far above the rounding of positions to 10^-7 degrees and of the computation. */
    double SLACK_E7 = 100;
    /** Beyond 89.9 degrees longitudes say too little; a shape that gets there has all of them. */
    double NEAR_POLE_E7 = 1_000_000;

    /** Southern end. */
    double south();

    /** Northern end. */
    double north();

    /** How far the shape reaches to the west between two latitudes; it may be negative. */
    double west(double fromSouth, double toNorth);

    /** How far the shape reaches to the east between two latitudes; a turn or more above the west: everywhere. */
    double east(double fromSouth, double toNorth);

    /** Whether a shape between two latitudes comes too near a pole to say anything of longitudes. */
    static boolean isPolar(final double south, final double north) {
        return south < NEAR_POLE_E7 || north > CellGrid.HEIGHT_E7 - NEAR_POLE_E7;
    }

    /** The outline of a condition on the position; null when it has none that is worth it. */
    static Outline of(final Node condition) {
        return switch (condition) {
            case Node.Near near when near.relation() == Node.Relation.LT || near.relation() == Node.Relation.LE ->
                near.chordSquared() >= 0 && near.chordSquared() <= Circle.MOST_CHORD_SQUARED ? new Circle(near) : null;
            case Node.Within within -> new Corners(within.polygon());
            default -> null;
        };
    }

    /** A circle on the sphere. */
    final class Circle implements Outline {
        /** A radius of 60 degrees of the sphere; larger circles rule out too little. */
        private static final double MOST_CHORD_SQUARED = 1.0;
        private static final double RADIANS_PER_E7 = Math.PI / CellGrid.HEIGHT_E7;

        private final double latitude;
        private final double longitudeE7;
        private final double radius;
        private final double halfChordSquared;

        private Circle(final Node.Near near) {
            latitude = Math.atan2(near.unitZ(), Math.hypot(near.unitX(), near.unitY()));
            longitudeE7 = Math.atan2(near.unitY(), near.unitX()) / RADIANS_PER_E7 + CellGrid.TURN_E7 / 2.0;
            radius = 2 * Math.asin(Math.sqrt(near.chordSquared()) / 2) + SLACK_E7 * RADIANS_PER_E7;
            halfChordSquared = square(Math.sin(radius / 2));
        }

        private static double square(final double x) {
            return x * x;
        }

        @Override
        public double south() {
            return (latitude - radius) / RADIANS_PER_E7 + CellGrid.HEIGHT_E7 / 2.0;
        }

        @Override
        public double north() {
            return (latitude + radius) / RADIANS_PER_E7 + CellGrid.HEIGHT_E7 / 2.0;
        }

        @Override
        public double west(final double fromSouth, final double toNorth) {
            return longitudeE7 - halfWidthE7(fromSouth, toNorth);
        }

        @Override
        public double east(final double fromSouth, final double toNorth) {
            return longitudeE7 + halfWidthE7(fromSouth, toNorth);
        }

        /**
         * Half the width in longitude: by the haversine formula it grows towards the latitude whose sine is that of the
         * centre's over the cosine of the radius, and falls behind it.
         */
        private double halfWidthE7(final double fromSouth, final double toNorth) {
            if (isPolar(south(), north())) {
                return CellGrid.TURN_E7;
            }
            final double widest = Math.asin(Math.sin(latitude) / Math.cos(radius));
            final double from = (fromSouth - SLACK_E7 - CellGrid.HEIGHT_E7 / 2.0) * RADIANS_PER_E7;
            final double to = (toNorth + SLACK_E7 - CellGrid.HEIGHT_E7 / 2.0) * RADIANS_PER_E7;
            final double at = Math.clamp(widest, from, to);
            final double sineSquared = (halfChordSquared - square(Math.sin((at - latitude) / 2)))
                / (Math.cos(latitude) * Math.cos(at));
            final double half = 2 * Math.asin(Math.sqrt(Math.clamp(sineSquared, 0, 1)));
            return half / RADIANS_PER_E7 + SLACK_E7;
        }
    }

    /** A polygon on the map. */
    final class Corners implements Outline {
        private final double[] norths;
        private final double[] easts;
        private final double south;
        private final double north;

        private Corners(final Polygon polygon) {
            norths = new double[polygon.cornerCount()];
            easts = new double[polygon.cornerCount()];
            double lowest = Double.POSITIVE_INFINITY;
            double highest = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < norths.length; i++) {
                norths[i] = polygon.latitudeE7(i) + CellGrid.HEIGHT_E7 / 2.0;
                easts[i] = polygon.longitudeE7(i) + CellGrid.TURN_E7 / 2.0;
                lowest = Math.min(lowest, norths[i]);
                highest = Math.max(highest, norths[i]);
            }
            south = lowest - SLACK_E7;
            north = highest + SLACK_E7;
        }

        @Override
        public double south() {
            return south;
        }

        @Override
        public double north() {
            return north;
        }

        @Override
        public double west(final double fromSouth, final double toNorth) {
            return isPolar(south, north) ? 0 : extreme(fromSouth - SLACK_E7, toNorth + SLACK_E7, -1) - SLACK_E7;
        }

        @Override
        public double east(final double fromSouth, final double toNorth) {
            return isPolar(south, north) ? CellGrid.TURN_E7
                : extreme(fromSouth - SLACK_E7, toNorth + SLACK_E7, 1) + SLACK_E7;
        }

        /** The outermost point between two latitudes, which lies on an edge; sign -1 for the west, 1 for the east. */
        private double extreme(final double from, final double to, final int sign) {
            double most = Double.NEGATIVE_INFINITY;
            int last = norths.length - 1;
            for (int i = 0; i < norths.length; i++) {
                if (Math.min(norths[last], norths[i]) <= to && Math.max(norths[last], norths[i]) >= from) {
                    most = Math.max(most, sign * eastAt(last, i, Math.clamp(norths[last], from, to)));
                    most = Math.max(most, sign * eastAt(i, last, Math.clamp(norths[i], from, to)));
                }
                last = i;
            }
            return sign * most;
        }

        private double eastAt(final int from, final int to, final double latitude) {
            return latitude == norths[from] ? easts[from] : easts[from]
                + (latitude - norths[from]) / (norths[to] - norths[from]) * (easts[to] - easts[from]);
        }
    }
}
