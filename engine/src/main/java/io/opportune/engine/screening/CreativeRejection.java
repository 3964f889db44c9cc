package io.opportune.engine.screening;

import io.opportune.protocol.ReasonCode;

/**
 * Why a creative is not bid with for an impression: the first thing found, in this order. Names in brackets are those
 * of OpenRTB 2.6.
 */
public enum CreativeRejection {
    /** It may be bid with. */
    NONE(ReasonCode.NONE, "nothing"),
    /** The impression is not offered in its form. */
    FORM(ReasonCode.CREATIVE_FORM, "the impression takes no ad of this form"),
    /** Not HTTPS throughout (imp.secure). */
    SECURE(ReasonCode.CREATIVE_SECURE, "fetched without HTTPS"),
    /** A blocked attribute (battr). */
    ATTRIBUTE(ReasonCode.CREATIVE_ATTRIBUTE, "has a blocked attribute"),
    /** Needs an API that is not supported (api). */
    API(ReasonCode.CREATIVE_API, "needs an API that is not supported"),
    /** Kept to other positions by the advertiser (pos). */
    POSITION(ReasonCode.CREATIVE_POSITION, "not meant for this position"),
    /** No size that is offered (format, w, h, boxingallowed). */
    SIZE(ReasonCode.CREATIVE_SIZE, "has no size that is offered"),
    /** A blocked type of banner (btype). */
    BANNER_TYPE(ReasonCode.CREATIVE_BANNER_TYPE, "is of a blocked type of banner"),
    /** No MIME type that is accepted (mimes). */
    MIME(ReasonCode.CREATIVE_MIME, "has no MIME type that is accepted"),
    /** Kept to other kinds of video placement by the advertiser (plcmt). */
    PLACEMENT(ReasonCode.CREATIVE_PLACEMENT, "not meant for this kind of placement"),
    /** Linear, where only nonlinear ads are taken (linearity). */
    LINEARITY(ReasonCode.CREATIVE_LINEARITY, "is linear"),
    /** Skippable where it must not be, or too soon (skip, skipmin, skipafter). */
    SKIP(ReasonCode.CREATIVE_SKIP, "can be skipped where it must not be"),
    /** Too short or too long (minduration, maxduration, maxextended, rqddurs). */
    DURATION(ReasonCode.CREATIVE_DURATION, "has another duration"),
    /** Longer than the pod (poddur). */
    POD(ReasonCode.CREATIVE_POD, "does not fit the pod"),
    /** No version of VAST that is accepted (protocols). */
    PROTOCOL(ReasonCode.CREATIVE_PROTOCOL, "cannot be delivered in an accepted protocol"),
    /** No file with an accepted way of delivery (delivery). */
    DELIVERY(ReasonCode.CREATIVE_DELIVERY, "has no file with an accepted way of delivery"),
    /** No file with an accepted bit rate (minbitrate, maxbitrate). */
    BITRATE(ReasonCode.CREATIVE_BITRATE, "has no file with an accepted bit rate"),
    /** A required asset is missing or does not fit (native.request.assets). */
    NATIVE_ASSET(ReasonCode.CREATIVE_NATIVE_ASSET, "lacks a required native asset"),
    /** A blocked advertiser (badv). */
    ADVERTISER(ReasonCode.CREATIVE_ADVERTISER, "is of a blocked advertiser"),
    /** Not one of the deal's advertisers (pmp.deals.wadomain). */
    DEAL_ADVERTISER(ReasonCode.CREATIVE_DEAL_ADVERTISER, "is of none of the deal's advertisers"),
    /** Categories of another taxonomy than the lists' (cattax), so that they cannot be compared. */
    TAXONOMY(ReasonCode.CREATIVE_TAXONOMY, "has categories of another taxonomy"),
    /** A blocked category (bcat). */
    CATEGORY(ReasonCode.CREATIVE_CATEGORY, "is of a blocked category"),
    /** Not of an allowed category (acat). */
    CATEGORY_NOT_ALLOWED(ReasonCode.CREATIVE_CATEGORY_NOT_ALLOWED, "is of no allowed category"),
    /** A blocked app (bapp). */
    APP(ReasonCode.CREATIVE_APP, "advertises a blocked app"),
    /** Not in an allowed language (wlang, wlangb). */
    LANGUAGE(ReasonCode.CREATIVE_LANGUAGE, "is in no allowed language"),
    /** A list of the request has more entries than can be held, so that nothing can be told. */
    LIST_TOO_LONG(ReasonCode.CREATIVE_LIST_TOO_LONG, "cannot be compared with a list that is too long");

    private final ReasonCode reason;
    private final String words;

    CreativeRejection(final ReasonCode reason, final String words) {
        this.reason = reason;
        this.words = words;
    }

    /**
     * As an explained answer gives it.
     *
     * @return a reason of the 4xx band; {@code NONE} for {@link #NONE}.
     */
    public ReasonCode reason() {
        return reason;
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
