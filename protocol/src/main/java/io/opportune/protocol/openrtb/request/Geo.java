package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code Geo} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.19.
 */
public final class Geo extends RecordFlyweight {
    private static final int LAT = OpenRtbSchema.GEO.slot("lat");
    private static final int LON = OpenRtbSchema.GEO.slot("lon");
    private static final int TYPE = OpenRtbSchema.GEO.slot("type");
    private static final int ACCURACY = OpenRtbSchema.GEO.slot("accuracy");
    private static final int LASTFIX = OpenRtbSchema.GEO.slot("lastfix");
    private static final int IPSERVICE = OpenRtbSchema.GEO.slot("ipservice");
    private static final int COUNTRY = OpenRtbSchema.GEO.slot("country");
    private static final int REGION = OpenRtbSchema.GEO.slot("region");
    private static final int METRO = OpenRtbSchema.GEO.slot("metro");
    private static final int CITY = OpenRtbSchema.GEO.slot("city");
    private static final int ZIP = OpenRtbSchema.GEO.slot("zip");
    private static final int UTCOFFSET = OpenRtbSchema.GEO.slot("utcoffset");
    private static final int EXT = OpenRtbSchema.GEO.slot("ext");

    /** Views belong to the view they are asked from. */
    Geo() {
    }

    Geo on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }

    /**
     * {@code lat} (degrees, -90..90).
     *
     * @return the value, or NaN.
     */
    public double lat() {
        return decimalAt(LAT, Double.NaN);
    }

    /**
     * {@code lon} (degrees, -180..180).
     *
     * @return the value, or NaN.
     */
    public double lon() {
        return decimalAt(LON, Double.NaN);
    }

    /**
     * {@code type} (AdCOM 1.0 list Location Types).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int type() {
        return intAt(TYPE, ABSENT);
    }

    /**
     * {@code accuracy} (metres).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int accuracy() {
        return intAt(ACCURACY, ABSENT);
    }

    /**
     * {@code lastfix} (seconds).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int lastfix() {
        return intAt(LASTFIX, ABSENT);
    }

    /**
     * {@code ipservice} (AdCOM 1.0 list IP Location Services).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int ipservice() {
        return intAt(IPSERVICE, ABSENT);
    }

    /**
     * {@code country}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long country() {
        return textAt(COUNTRY);
    }

    /**
     * {@code region}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long region() {
        return textAt(REGION);
    }

    /**
     * {@code metro}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long metro() {
        return textAt(METRO);
    }

    /**
     * {@code city}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long city() {
        return textAt(CITY);
    }

    /**
     * {@code zip}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long zip() {
        return textAt(ZIP);
    }

    /**
     * {@code utcoffset} (minutes).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int utcoffset() {
        return intAt(UTCOFFSET, ABSENT);
    }

    /**
     * {@code ext} as it came: JSON text, or the bytes of the protobuf message.
     *
     * @return a slice of the request's text, or 0.
     */
    public long ext() {
        return textAt(EXT);
    }
}
