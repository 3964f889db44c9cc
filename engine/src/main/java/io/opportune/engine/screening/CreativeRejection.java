package io.opportune.engine.screening;

/**
 * Why a creative is not bid with for an impression: the first thing found, in this order. Names in brackets are those
 * of OpenRTB 2.6.
 */
public enum CreativeRejection {
    /** It may be bid with. */
    NONE("nothing"),
    /** The impression is not offered in its form. */
    FORM("the impression takes no ad of this form"),
    /** Not HTTPS throughout (imp.secure). */
    SECURE("fetched without HTTPS"),
    /** A blocked attribute (battr). */
    ATTRIBUTE("has a blocked attribute"),
    /** Needs an API that is not supported (api). */
    API("needs an API that is not supported"),
    /** Kept to other positions by the advertiser (pos). */
    POSITION("not meant for this position"),
    /** No size that is offered (format, w, h, boxingallowed). */
    SIZE("has no size that is offered"),
    /** A blocked type of banner (btype). */
    BANNER_TYPE("is of a blocked type of banner"),
    /** No MIME type that is accepted (mimes). */
    MIME("has no MIME type that is accepted"),
    /** Kept to other kinds of video placement by the advertiser (plcmt). */
    PLACEMENT("not meant for this kind of placement"),
    /** Linear, where only nonlinear ads are taken (linearity). */
    LINEARITY("is linear"),
    /** Skippable where it must not be, or too soon (skip, skipmin, skipafter). */
    SKIP("can be skipped where it must not be"),
    /** Too short or too long (minduration, maxduration, maxextended, rqddurs). */
    DURATION("has another duration"),
    /** Longer than the pod (poddur). */
    POD("does not fit the pod"),
    /** No version of VAST that is accepted (protocols). */
    PROTOCOL("cannot be delivered in an accepted protocol"),
    /** No file with an accepted way of delivery (delivery). */
    DELIVERY("has no file with an accepted way of delivery"),
    /** No file with an accepted bit rate (minbitrate, maxbitrate). */
    BITRATE("has no file with an accepted bit rate"),
    /** A required asset is missing or does not fit (native.request.assets). */
    NATIVE_ASSET("lacks a required native asset"),
    /** A blocked advertiser (badv). */
    ADVERTISER("is of a blocked advertiser"),
    /** Not one of the deal's advertisers (pmp.deals.wadomain). */
    DEAL_ADVERTISER("is of none of the deal's advertisers"),
    /** Categories of another taxonomy than the lists' (cattax), so that they cannot be compared. */
    TAXONOMY("has categories of another taxonomy"),
    /** A blocked category (bcat). */
    CATEGORY("is of a blocked category"),
    /** Not of an allowed category (acat). */
    CATEGORY_NOT_ALLOWED("is of no allowed category"),
    /** A blocked app (bapp). */
    APP("advertises a blocked app"),
    /** Not in an allowed language (wlang, wlangb). */
    LANGUAGE("is in no allowed language"),
    /** A list of the request has more entries than can be held, so that nothing can be told. */
    LIST_TOO_LONG("cannot be compared with a list that is too long");

    private final String words;

    CreativeRejection(final String words) {
        this.words = words;
    }

    /**
     * In words.
     *
     * @return what the creative is or does.
     */
    public String words() {
        return words;
    }
}
