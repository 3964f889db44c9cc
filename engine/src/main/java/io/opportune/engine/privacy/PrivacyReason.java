package io.opportune.engine.privacy;

import io.opportune.protocol.ReasonCode;

/**
 * Why an action is not permitted. Names are stable: counters, explanations and journals may hold them. The order is
 * that in which a request's signals are looked at, so that of several reasons the first is told.
 */
public enum PrivacyReason {
    /** Nothing forbids it. */
    PERMITTED(ReasonCode.NONE),
    /** {@code regs.coppa}: directed at children (US Children's Online Privacy Protection Act). */
    COPPA(ReasonCode.PRIVACY_COPPA),
    /** The Global Privacy Control flag of the request, or of any section of the GPP string. */
    GPC(ReasonCode.PRIVACY_GPC),
    /** {@code device.lmt}: limit ad tracking. */
    LIMIT_AD_TRACKING(ReasonCode.PRIVACY_LIMIT_AD_TRACKING),
    /** {@code device.dnt}: do not track. */
    DO_NOT_TRACK(ReasonCode.PRIVACY_DO_NOT_TRACK),
    /** {@code regs.gdpr} is neither 0 nor 1. */
    GDPR_FLAG_INVALID(ReasonCode.PRIVACY_GDPR_FLAG_INVALID),
    /** {@code regs.gdpr} is absent and the exchange's profile says that then nothing personal is done. */
    GDPR_UNKNOWN(ReasonCode.PRIVACY_GDPR_UNKNOWN),
    /** GDPR applies and no consent string came. */
    TCF_MISSING(ReasonCode.PRIVACY_TCF_MISSING),
    /** The TC string (or GPP section 2 or 5) is not valid. */
    TCF_INVALID(ReasonCode.PRIVACY_TCF_INVALID),
    /** The TC string is of version 1, withdrawn since August 2020. */
    TCF_VERSION_WITHDRAWN(ReasonCode.PRIVACY_TCF_VERSION_WITHDRAWN),
    /** The TC string is of global scope, which vendors have to treat as invalid. */
    TCF_GLOBAL_SCOPE(ReasonCode.PRIVACY_TCF_GLOBAL_SCOPE),
    /** No id of ours in the Global Vendor List is configured. */
    TCF_VENDOR_NOT_CONFIGURED(ReasonCode.PRIVACY_TCF_VENDOR_NOT_CONFIGURED),
    /** We were not disclosed to the user, or the segment that says so is missing where TCF 2.3 demands it. */
    TCF_VENDOR_NOT_DISCLOSED(ReasonCode.PRIVACY_TCF_VENDOR_NOT_DISCLOSED),
    /** The publisher's restrictions forbid a needed purpose or the legal basis that there would be for it. */
    TCF_PUBLISHER_RESTRICTION(ReasonCode.PRIVACY_TCF_PUBLISHER_RESTRICTION),
    /** The user gave no permission to us as a vendor. */
    TCF_VENDOR_NOT_PERMITTED(ReasonCode.PRIVACY_TCF_VENDOR_NOT_PERMITTED),
    /** The user gave no permission for a needed purpose. */
    TCF_PURPOSE_NOT_PERMITTED(ReasonCode.PRIVACY_TCF_PURPOSE_NOT_PERMITTED),
    /** The user did not opt in to precise geolocation, special feature 1. */
    TCF_SPECIAL_FEATURE(ReasonCode.PRIVACY_TCF_SPECIAL_FEATURE),
    /** {@code regs.gpp_sid} names sections, but there is no string that could hold them. */
    GPP_MISSING(ReasonCode.PRIVACY_GPP_MISSING),
    /** The GPP string is not valid. */
    GPP_INVALID(ReasonCode.PRIVACY_GPP_INVALID),
    /** {@code regs.gpp_sid} names a section that the GPP string does not hold. */
    GPP_SECTION_MISSING(ReasonCode.PRIVACY_GPP_SECTION_MISSING),
    /** A section that applies is not valid. */
    GPP_SECTION_INVALID(ReasonCode.PRIVACY_GPP_SECTION_INVALID),
    /** A section applies whose layout is not known here. */
    GPP_SECTION_UNSUPPORTED(ReasonCode.PRIVACY_GPP_SECTION_UNSUPPORTED),
    /** A US section says that the publisher works in service provider mode, which knows no personal advertising. */
    US_SERVICE_PROVIDER_MODE(ReasonCode.PRIVACY_US_SERVICE_PROVIDER_MODE),
    /** The user opted out of sale. */
    US_SALE_OPT_OUT(ReasonCode.PRIVACY_US_SALE_OPT_OUT),
    /** The user opted out of sharing. */
    US_SHARING_OPT_OUT(ReasonCode.PRIVACY_US_SHARING_OPT_OUT),
    /** The user opted out of targeted advertising. */
    US_TARGETED_ADVERTISING_OPT_OUT(ReasonCode.PRIVACY_US_TARGETED_ADVERTISING_OPT_OUT),
    /** A notice that the user is entitled to was not given. */
    US_NOTICE_MISSING(ReasonCode.PRIVACY_US_NOTICE_MISSING),
    /** A US section claims a choice of the user about something that does not happen. */
    US_CONTRADICTION(ReasonCode.PRIVACY_US_CONTRADICTION),
    /** The user is a known child. */
    US_KNOWN_CHILD(ReasonCode.PRIVACY_US_KNOWN_CHILD),
    /** The section declares uses of personal data that are incompatible with what was disclosed. */
    US_INCOMPATIBLE_PURPOSE(ReasonCode.PRIVACY_US_INCOMPATIBLE_PURPOSE),
    /** The user did not permit the processing of a category of sensitive data. */
    US_SENSITIVE_DATA(ReasonCode.PRIVACY_US_SENSITIVE_DATA),
    /** The section holds no consent to precise geolocation. */
    US_PRECISE_LOCATION(ReasonCode.PRIVACY_US_PRECISE_LOCATION),
    /** {@code regs.us_privacy} is not valid. */
    US_PRIVACY_INVALID(ReasonCode.PRIVACY_US_PRIVACY_INVALID);

    private static final PrivacyReason[] ALL = values();

    private final ReasonCode reason;

    PrivacyReason(final ReasonCode reason) {
        this.reason = reason;
    }

    /**
     * As a decision that is made without a profile gives it.
     *
     * @return a reason of the 7xx band; {@code NONE} for {@link #PERMITTED}.
     */
    public ReasonCode reason() {
        return reason;
    }

    /**
     * The reason with an ordinal.
     *
     * @param ordinal of a reason.
     * @return the reason, without making an array.
     */
    static PrivacyReason of(final int ordinal) {
        return ALL[ordinal];
    }
}
