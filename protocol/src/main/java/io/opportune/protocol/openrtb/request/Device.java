package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code Device} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.18.
 */
public final class Device extends RecordFlyweight {
    private static final int GEO = OpenRtbSchema.DEVICE.slot("geo");
    private static final int DNT = OpenRtbSchema.DEVICE.slot("dnt");
    private static final int LMT = OpenRtbSchema.DEVICE.slot("lmt");
    private static final int UA = OpenRtbSchema.DEVICE.slot("ua");
    private static final int SUA = OpenRtbSchema.DEVICE.slot("sua");
    private static final int IP = OpenRtbSchema.DEVICE.slot("ip");
    private static final int IPV6 = OpenRtbSchema.DEVICE.slot("ipv6");
    private static final int DEVICETYPE = OpenRtbSchema.DEVICE.slot("devicetype");
    private static final int MAKE = OpenRtbSchema.DEVICE.slot("make");
    private static final int MODEL = OpenRtbSchema.DEVICE.slot("model");
    private static final int OS = OpenRtbSchema.DEVICE.slot("os");
    private static final int OSV = OpenRtbSchema.DEVICE.slot("osv");
    private static final int HWV = OpenRtbSchema.DEVICE.slot("hwv");
    private static final int H = OpenRtbSchema.DEVICE.slot("h");
    private static final int W = OpenRtbSchema.DEVICE.slot("w");
    private static final int PPI = OpenRtbSchema.DEVICE.slot("ppi");
    private static final int PXRATIO = OpenRtbSchema.DEVICE.slot("pxratio");
    private static final int JS = OpenRtbSchema.DEVICE.slot("js");
    private static final int GEOFETCH = OpenRtbSchema.DEVICE.slot("geofetch");
    private static final int LANGUAGE = OpenRtbSchema.DEVICE.slot("language");
    private static final int LANGB = OpenRtbSchema.DEVICE.slot("langb");
    private static final int CARRIER = OpenRtbSchema.DEVICE.slot("carrier");
    private static final int MCCMNC = OpenRtbSchema.DEVICE.slot("mccmnc");
    private static final int CONNECTIONTYPE = OpenRtbSchema.DEVICE.slot("connectiontype");
    private static final int IFA = OpenRtbSchema.DEVICE.slot("ifa");
    private static final int EXT = OpenRtbSchema.DEVICE.slot("ext");
    private static final int EXT_ATTS = OpenRtbSchema.DEVICE.slot("ext.atts");
    private static final int EXT_IFV = OpenRtbSchema.DEVICE.slot("ext.ifv");
    private static final int EXT_CDEP = OpenRtbSchema.DEVICE.slot("ext.cdep");
    private static final int EXT_IFA_TYPE = OpenRtbSchema.DEVICE.slot("ext.ifa_type");

    private final Geo geo = new Geo();
    private final UserAgent sua = new UserAgent();

    /** Views belong to the view they are asked from. */
    Device() {
    }

    Device on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }

    /**
     * {@code geo}.
     *
     * @return a view, or null where it is not given.
     */
    public Geo geo() {
        final int inner = recordAt(GEO);
        return inner == RequestArena.NO_RECORD ? null : geo.on(arena, inner);
    }

    /**
     * {@code dnt}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int dnt() {
        return intAt(DNT, ABSENT);
    }

    /**
     * {@code lmt}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int lmt() {
        return intAt(LMT, ABSENT);
    }

    /**
     * {@code ua}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long ua() {
        return textAt(UA);
    }

    /**
     * {@code sua}.
     *
     * @return a view, or null where it is not given.
     */
    public UserAgent sua() {
        final int inner = recordAt(SUA);
        return inner == RequestArena.NO_RECORD ? null : sua.on(arena, inner);
    }

    /**
     * {@code ip}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long ip() {
        return textAt(IP);
    }

    /**
     * {@code ipv6}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long ipv6() {
        return textAt(IPV6);
    }

    /**
     * {@code devicetype} (AdCOM 1.0 list Device Types).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int devicetype() {
        return intAt(DEVICETYPE, ABSENT);
    }

    /**
     * {@code make}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long make() {
        return textAt(MAKE);
    }

    /**
     * {@code model}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long model() {
        return textAt(MODEL);
    }

    /**
     * {@code os}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long os() {
        return textAt(OS);
    }

    /**
     * {@code osv}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long osv() {
        return textAt(OSV);
    }

    /**
     * {@code hwv}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long hwv() {
        return textAt(HWV);
    }

    /**
     * {@code h}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int h() {
        return intAt(H, ABSENT);
    }

    /**
     * {@code w}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int w() {
        return intAt(W, ABSENT);
    }

    /**
     * {@code ppi}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int ppi() {
        return intAt(PPI, ABSENT);
    }

    /**
     * {@code pxratio}.
     *
     * @return the value, or NaN.
     */
    public double pxratio() {
        return decimalAt(PXRATIO, Double.NaN);
    }

    /**
     * {@code js}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int js() {
        return intAt(JS, ABSENT);
    }

    /**
     * {@code geofetch}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int geofetch() {
        return intAt(GEOFETCH, ABSENT);
    }

    /**
     * {@code language}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long language() {
        return textAt(LANGUAGE);
    }

    /**
     * {@code langb}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long langb() {
        return textAt(LANGB);
    }

    /**
     * {@code carrier}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long carrier() {
        return textAt(CARRIER);
    }

    /**
     * {@code mccmnc}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long mccmnc() {
        return textAt(MCCMNC);
    }

    /**
     * {@code connectiontype} (AdCOM 1.0 list Connection Types).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int connectiontype() {
        return intAt(CONNECTIONTYPE, ABSENT);
    }

    /**
     * {@code ifa}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long ifa() {
        return textAt(IFA);
    }

    /**
     * {@code ext} as it came: JSON text, or the bytes of the protobuf message.
     *
     * @return a slice of the request's text, or 0.
     */
    public long ext() {
        return textAt(EXT);
    }

    /**
     * {@code ext.atts}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int extAtts() {
        return intAt(EXT_ATTS, ABSENT);
    }

    /**
     * {@code ext.ifv}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long extIfv() {
        return textAt(EXT_IFV);
    }

    /**
     * {@code ext.cdep}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long extCdep() {
        return textAt(EXT_CDEP);
    }

    /**
     * {@code ext.ifa_type}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long extIfaType() {
        return textAt(EXT_IFA_TYPE);
    }
}
