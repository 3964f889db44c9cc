package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/**
 * A view of one {@code Imp} of a {@link BidRequest}:
 * OpenRTB 2.6 section 3.2.4.
 */
public final class Imp extends RecordFlyweight {
    private static final int ID = OpenRtbSchema.IMP.slot("id");
    private static final int METRIC = OpenRtbSchema.IMP.slot("metric");
    private static final int BANNER = OpenRtbSchema.IMP.slot("banner");
    private static final int VIDEO = OpenRtbSchema.IMP.slot("video");
    private static final int AUDIO = OpenRtbSchema.IMP.slot("audio");
    private static final int NATIVE = OpenRtbSchema.IMP.slot("native");
    private static final int PMP = OpenRtbSchema.IMP.slot("pmp");
    private static final int DISPLAYMANAGER = OpenRtbSchema.IMP.slot("displaymanager");
    private static final int DISPLAYMANAGERVER = OpenRtbSchema.IMP.slot("displaymanagerver");
    private static final int INSTL = OpenRtbSchema.IMP.slot("instl");
    private static final int TAGID = OpenRtbSchema.IMP.slot("tagid");
    private static final int BIDFLOOR = OpenRtbSchema.IMP.slot("bidfloor");
    private static final int BIDFLOORCUR = OpenRtbSchema.IMP.slot("bidfloorcur");
    private static final int CLICKBROWSER = OpenRtbSchema.IMP.slot("clickbrowser");
    private static final int SECURE = OpenRtbSchema.IMP.slot("secure");
    private static final int IFRAMEBUSTER = OpenRtbSchema.IMP.slot("iframebuster");
    private static final int RWDD = OpenRtbSchema.IMP.slot("rwdd");
    private static final int SSAI = OpenRtbSchema.IMP.slot("ssai");
    private static final int EXP = OpenRtbSchema.IMP.slot("exp");
    private static final int QTY = OpenRtbSchema.IMP.slot("qty");
    private static final int DT = OpenRtbSchema.IMP.slot("dt");
    private static final int REFRESH = OpenRtbSchema.IMP.slot("refresh");
    private static final int EXT = OpenRtbSchema.IMP.slot("ext");
    private static final int EXT_GPID = OpenRtbSchema.IMP.slot("ext.gpid");
    private static final int EXT_TID = OpenRtbSchema.IMP.slot("ext.tid");
    private static final int STATUS = OpenRtbSchema.IMP.slot("status");

    private final Metric metric = new Metric();
    private final Banner banner = new Banner();
    private final Video video = new Video();
    private final Audio audio = new Audio();
    private final Native nativeAd = new Native();
    private final Pmp pmp = new Pmp();
    private final Qty qty = new Qty();
    private final Refresh refresh = new Refresh();

    /** Views belong to the view they are asked from. */
    Imp() {
    }

    Imp on(final RequestArena arena, final int record) {
        wrap(arena, record);
        return this;
    }

    /**
     * {@code id}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long id() {
        return textAt(ID);
    }

    /**
     * How many {@code metric} there are.
     *
     * @return 0 or more.
     */
    public int metricCount() {
        return countAt(METRIC);
    }

    /**
     * One of {@code metric}.
     *
     * @param index 0 to count - 1.
     * @return a view, moved by the next call.
     */
    public Metric metric(final int index) {
        return metric.on(arena, recordItem(METRIC, index));
    }

    /**
     * {@code banner}.
     *
     * @return a view, or null where it is not given.
     */
    public Banner banner() {
        final int inner = recordAt(BANNER);
        return inner == RequestArena.NO_RECORD ? null : banner.on(arena, inner);
    }

    /**
     * {@code video}.
     *
     * @return a view, or null where it is not given.
     */
    public Video video() {
        final int inner = recordAt(VIDEO);
        return inner == RequestArena.NO_RECORD ? null : video.on(arena, inner);
    }

    /**
     * {@code audio}.
     *
     * @return a view, or null where it is not given.
     */
    public Audio audio() {
        final int inner = recordAt(AUDIO);
        return inner == RequestArena.NO_RECORD ? null : audio.on(arena, inner);
    }

    /**
     * {@code native}.
     *
     * @return a view, or null where it is not given.
     */
    public Native nativeAd() {
        final int inner = recordAt(NATIVE);
        return inner == RequestArena.NO_RECORD ? null : nativeAd.on(arena, inner);
    }

    /**
     * {@code pmp}.
     *
     * @return a view, or null where it is not given.
     */
    public Pmp pmp() {
        final int inner = recordAt(PMP);
        return inner == RequestArena.NO_RECORD ? null : pmp.on(arena, inner);
    }

    /**
     * {@code displaymanager}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long displaymanager() {
        return textAt(DISPLAYMANAGER);
    }

    /**
     * {@code displaymanagerver}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long displaymanagerver() {
        return textAt(DISPLAYMANAGERVER);
    }

    /**
     * {@code instl}.
     *
     * @return the value, or 0 where it is not given.
     */
    public int instl() {
        return intAt(INSTL, 0);
    }

    /**
     * {@code tagid}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long tagid() {
        return textAt(TAGID);
    }

    /**
     * {@code bidfloor} (CPM).
     *
     * @return the value, or 0 where it is not given.
     */
    public double bidfloor() {
        return decimalAt(BIDFLOOR, 0.0);
    }

    /**
     * {@code bidfloorcur}.
     *
     * @return a slice of the request's text, or 0 (the specification then means USD).
     */
    public long bidfloorcur() {
        return textAt(BIDFLOORCUR);
    }

    /**
     * {@code clickbrowser}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int clickbrowser() {
        return intAt(CLICKBROWSER, ABSENT);
    }

    /**
     * {@code secure}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int secure() {
        return intAt(SECURE, ABSENT);
    }

    /**
     * How many {@code iframebuster} there are.
     *
     * @return 0 or more.
     */
    public int iframebusterCount() {
        return countAt(IFRAMEBUSTER);
    }

    /**
     * One of {@code iframebuster}.
     *
     * @param index 0 to count - 1.
     * @return a slice of the request's text.
     */
    public long iframebuster(final int index) {
        return textItem(IFRAMEBUSTER, index);
    }

    /**
     * {@code rwdd}.
     *
     * @return the value, or 0 where it is not given.
     */
    public int rwdd() {
        return intAt(RWDD, 0);
    }

    /**
     * {@code ssai}.
     *
     * @return the value, or 0 where it is not given.
     */
    public int ssai() {
        return intAt(SSAI, 0);
    }

    /**
     * {@code exp} (seconds).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int exp() {
        return intAt(EXP, ABSENT);
    }

    /**
     * {@code qty}.
     *
     * @return a view, or null where it is not given.
     */
    public Qty qty() {
        final int inner = recordAt(QTY);
        return inner == RequestArena.NO_RECORD ? null : qty.on(arena, inner);
    }

    /**
     * {@code dt} (milliseconds since the epoch).
     *
     * @return the value, or NaN.
     */
    public double dt() {
        return decimalAt(DT, Double.NaN);
    }

    /**
     * {@code refresh}.
     *
     * @return a view, or null where it is not given.
     */
    public Refresh refresh() {
        final int inner = recordAt(REFRESH);
        return inner == RequestArena.NO_RECORD ? null : refresh.on(arena, inner);
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
     * {@code ext.gpid}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long extGpid() {
        return textAt(EXT_GPID);
    }

    /**
     * {@code ext.tid}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long extTid() {
        return textAt(EXT_TID);
    }

    /**
     * Whether a bid can be made for it.
     *
     * @return never null.
     */
    public ImpStatus status() {
        return ImpStatus.of(intAt(STATUS, 0));
    }
}
