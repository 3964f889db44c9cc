package io.opportune.engine.targeting;

import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import io.opportune.engine.targeting.Node.Relation;
import java.math.BigDecimal;
import java.util.List;

/** Reads what a rule says of the customer's position: distances from a point and polygons. */
final class Geography {
    /** Mean radius of the earth, IUGG R1, kilometres. */
    static final double EARTH_RADIUS_KM = 6371.0088;

    private static final int DEGREE_DIGITS = 7;
    private static final int MAX_LATITUDE = 90;
    private static final int MAX_LONGITUDE = 180;
    private static final String POLYGON = "position.within([lat, lon, lat, lon, lat, lon])";

    private final Lowering lowering;
    private final Literals literals;
    private final Words words;

    Geography(final Lowering lowering, final Literals literals, final Words words) {
        this.lowering = lowering;
        this.literals = literals;
        this.words = words;
    }

    /** {@code position.distance_km(lat, lon) < r}. */
    Node near(final CelExpr whole, final CelExpr call, final Relation relation, final CelExpr limit) {
        final List<CelExpr> arguments = call.call().args();
        if (!isOfPosition(call.call()) || arguments.size() != 2) {
            return lowering.error(call, "a distance of something else", "position.distance_km(lat, lon)");
        }
        if (relation == Relation.EQ || relation == Relation.NE) {
            return lowering.error(whole, "a distance compared with " + relation.symbol(), "< <= > >=");
        }
        final BigDecimal latitude = literals.number(arguments.get(0));
        final BigDecimal longitude = literals.number(arguments.get(1));
        final BigDecimal radius = literals.number(limit);
        if (latitude == null || longitude == null || radius == null) {
            return lowering.error(call, "a distance with something other than numbers",
                "position.distance_km(40.1, -74.2) < 5.0");
        }
        if (isBeyond(latitude, MAX_LATITUDE) || isBeyond(longitude, MAX_LONGITUDE)) {
            return lowering.error(call, "the point " + latitude.toPlainString() + ", " + longitude.toPlainString(),
                "latitude -90..90, longitude -180..180");
        }
        final double north = Math.toRadians(latitude.doubleValue());
        final double east = Math.toRadians(longitude.doubleValue());
        return new Node.Near(Math.cos(north) * Math.cos(east), Math.cos(north) * Math.sin(east), Math.sin(north),
            chordSquared(radius.doubleValue()), relation, words.of(whole));
    }

    /** Square of the chord of a distance; negative for negative ones, infinite beyond half the circumference. */
    private static double chordSquared(final double distanceKm) {
        if (distanceKm < 0) {
            return -1;
        }
        final double halfAngle = distanceKm / EARTH_RADIUS_KM / 2;
        if (halfAngle >= Math.PI / 2) {
            return Double.POSITIVE_INFINITY;
        }
        final double chord = 2 * Math.sin(halfAngle);
        return chord * chord;
    }

    /** {@code position.within([lat, lon, ...])}. */
    Node within(final CelExpr call) {
        if (!isOfPosition(call.call())) {
            return lowering.error(call, "a polygon around something else", POLYGON);
        }
        final List<CelExpr> arguments = call.call().args();
        if (arguments.size() != 1 || arguments.getFirst().getKind() != CelExpr.ExprKind.Kind.LIST) {
            return lowering.error(call, "a polygon that is no list of corners", POLYGON);
        }
        final List<CelExpr> numbers = arguments.getFirst().list().elements();
        if (numbers.size() % 2 != 0) {
            return lowering.error(call, "a polygon of " + numbers.size() + " numbers",
                "latitude and longitude of each corner");
        }
        final int count = numbers.size() / 2;
        if (count < Polygon.LEAST_CORNERS || count > Polygon.MOST_CORNERS) {
            return lowering.error(call, "a polygon of " + count + " corners",
                Polygon.LEAST_CORNERS + ".." + Polygon.MOST_CORNERS);
        }
        final int[] latitudes = new int[count];
        final int[] longitudes = new int[count];
        for (int i = 0; i < count; i++) {
            final BigDecimal latitude = degrees(numbers.get(2 * i), "latitude", MAX_LATITUDE);
            final BigDecimal longitude = degrees(numbers.get(2 * i + 1), "longitude", MAX_LONGITUDE);
            if (latitude == null || longitude == null) {
                return new Node.Constant(false);
            }
            latitudes[i] = latitude.movePointRight(DEGREE_DIGITS).intValueExact();
            longitudes[i] = longitude.movePointRight(DEGREE_DIGITS).intValueExact();
        }
        final Polygon.Fault fault = Polygon.faultOf(latitudes, longitudes);
        return fault == null ? new Node.Within(new Polygon(latitudes, longitudes), words.of(call))
            : lowering.error(numbers.get(2 * fault.corner()),
                "corner " + (fault.corner() + 1) + ": " + fault.found(), fault.allowed());
    }

    /** Degrees as they are written; null after an error. */
    private BigDecimal degrees(final CelExpr expression, final String what, final int most) {
        final BigDecimal degrees = literals.number(expression);
        if (degrees == null) {
            lowering.error(expression, "the " + what + " " + words.of(expression) + ", which is no number",
                "a number of degrees");
            return null;
        }
        if (isBeyond(degrees, most)) {
            lowering.error(expression, "the " + what + " " + words.of(expression), "-" + most + ".." + most);
            return null;
        }
        if (degrees.stripTrailingZeros().scale() > DEGREE_DIGITS) {
            lowering.error(expression, words.of(expression) + " has too many decimals", DEGREE_DIGITS + " decimals");
            return null;
        }
        return degrees;
    }

    private static boolean isBeyond(final BigDecimal degrees, final int most) {
        return degrees.abs().compareTo(BigDecimal.valueOf(most)) > 0;
    }

    private static boolean isOfPosition(final CelCall call) {
        final CelExpr target = call.target().orElse(null);
        return target != null && target.getKind() == CelExpr.ExprKind.Kind.IDENT
            && target.ident().name().equals(CelLanguage.POSITION);
    }
}
