package io.opportune.engine.privacy;

/** What a request may carry signals of, in the order in which they are looked at; for explanations. */
public enum Regulation {
    /** US Children's Online Privacy Protection Act: {@code regs.coppa}. */
    COPPA,
    /** Global Privacy Control: {@code regs.ext.gpc}, {@code Sec-GPC}. */
    GPC,
    /** Limit ad tracking: {@code device.lmt}. */
    LMT,
    /** Do not track: {@code device.dnt}. */
    DNT,
    /** GDPR: {@code regs.gdpr}, {@code user.consent}, or what the exchange's profile says where neither is there. */
    GDPR,
    /** IAB Global Privacy Platform: {@code regs.gpp}, {@code regs.gpp_sid}. */
    GPP,
    /** {@code regs.us_privacy}. */
    US_PRIVACY;

    /**
     * Whether a request says anything of it.
     *
     * @param signals of the request.
     * @return false where nothing came; GDPR may forbid all the same.
     */
    public boolean isSignalled(final PrivacySignals signals) {
        return switch (this) {
            case COPPA -> signals.coppa() != PrivacySignals.ABSENT;
            case GPC -> signals.gpc() != PrivacySignals.ABSENT;
            case LMT -> signals.lmt() != PrivacySignals.ABSENT;
            case DNT -> signals.dnt() != PrivacySignals.ABSENT;
            case GDPR -> signals.gdpr() != PrivacySignals.ABSENT || signals.consentLength() > 0;
            case GPP -> signals.gppLength() > 0 || signals.sectionIds() != 0L;
            case US_PRIVACY -> signals.usPrivacyLength() > 0;
        };
    }
}
