package io.opportune.engine.privacy;

import org.agrona.DirectBuffer;

/**
 * Turns the regulatory signals of a request into the actions that they permit. Every signal is looked at, each may
 * forbid and none can allow what another forbids; what cannot be understood forbids. Holds its decoders and a bounded
 * memory of outcomes, allocates nothing after construction, owned by one thread. Rules and sources stand in
 * {@code engine/PRIVACY.md}.
 */
public final class PrivacyGate {
    private static final int NO = 0;
    private static final int YES = 1;
    private static final long SECTION_TCF_EU = 1L << GppString.TCF_EU;
    private static final long SECTION_US_PRIVACY = 1L << GppString.US_PRIVACY;
    /** In a look-up of a GPP string: it has to hold section 2. A bit that no section id in use takes. */
    private static final long TCF_EU_NEEDED = 1L << GppString.HEADER;
    private static final int TCF_V1 = 1;
    /** Policy version of TCF 2.2, which ended legitimate interest for purposes 3 to 6. */
    private static final int POLICY_TCF_2_2 = 4;
    /** Policy version of TCF 2.3, which made the segment of disclosed vendors mandatory. */
    private static final int POLICY_TCF_2_3 = 5;
    /** 2026-03-01T00:00Z: TC strings made from then on have to have that segment. */
    private static final long DISCLOSED_VENDORS_SINCE_MS = 1_772_323_200_000L;
    private static final int PURPOSE_1 = 1;
    private static final int PURPOSES_3_TO_6 = 0b111100;
    private static final int PRECISE_GEOLOCATION = 1;
    private static final int GIVEN = 1;
    private static final int NOT_GIVEN = 2;
    private static final int NOT_APPLICABLE = 0;
    private static final int OPTED_OUT = 1;
    private static final int NOT_OPTED_OUT = 2;
    private static final int NO_CONSENT = 1;
    private static final int CONSENT = 2;
    private static final int MODE_ON = 1;
    private static final int RESTRICTION_TYPES = 4;
    private static final int TYPE_NOT_ALLOWED = 0;
    private static final int TYPE_REQUIRE_CONSENT = 1;
    private static final int TYPE_REQUIRE_LEGITIMATE_INTEREST = 2;
    private static final int TYPE_UNDEFINED = 3;
    private static final PrivacyAction[] ACTIONS = PrivacyAction.values();

    private final PrivacySettings settings;
    private final VerdictCache cache;
    private final TcfString tcf = new TcfString();
    private final GppString gpp = new GppString();
    private final UsPrivacyString usPrivacy = new UsPrivacyString();
    private final int[] restrictions = new int[RESTRICTION_TYPES];

    /**
     * Makes a gate for one thread.
     *
     * @param settings what we need permission for, and how many outcomes to remember.
     */
    public PrivacyGate(final PrivacySettings settings) {
        this.settings = settings;
        cache = settings.cachedStrings() == 0
            ? null : new VerdictCache(settings.cachedStrings(), settings.cachedLength());
    }

    /**
     * Decides what a request permits.
     *
     * @param signals  of the request; its slices are read during the call only.
     * @param decision filled.
     */
    public void evaluate(final PrivacySignals signals, final PrivacyDecision decision) {
        int verdict = PrivacyDecision.EVERYTHING;
        verdict = flag(verdict, signals.coppa(), PrivacyReason.COPPA);
        verdict = flag(verdict, signals.gpc(), PrivacyReason.GPC);
        verdict = flag(verdict, signals.lmt(), PrivacyReason.LIMIT_AD_TRACKING);
        verdict = flag(verdict, signals.dnt(), PrivacyReason.DO_NOT_TRACK);
        if (verdict == PrivacyDecision.EVERYTHING) {
            verdict = ofGdpr(signals);
        }
        if (!forbidsAll(verdict)) {
            verdict = PrivacyDecision.stricter(verdict, ofGpp(signals));
        }
        if (!forbidsAll(verdict) && signals.usPrivacyLength() > 0) {
            verdict = PrivacyDecision.stricter(verdict, ofUsPrivacy(signals));
        }
        decision.set(verdict);
    }

    /**
     * What one regulation alone would permit, for explanations: what forbids is looked at in full, whatever the others
     * say.
     *
     * @param signals    of the request; its slices are read during the call only.
     * @param regulation to look at.
     * @param decision   filled.
     */
    public void evaluate(
        final PrivacySignals signals, final Regulation regulation, final PrivacyDecision decision) {
        decision.set(switch (regulation) {
            case COPPA -> flag(PrivacyDecision.EVERYTHING, signals.coppa(), PrivacyReason.COPPA);
            case GPC -> flag(PrivacyDecision.EVERYTHING, signals.gpc(), PrivacyReason.GPC);
            case LMT -> flag(PrivacyDecision.EVERYTHING, signals.lmt(), PrivacyReason.LIMIT_AD_TRACKING);
            case DNT -> flag(PrivacyDecision.EVERYTHING, signals.dnt(), PrivacyReason.DO_NOT_TRACK);
            case GDPR -> ofGdpr(signals);
            case GPP -> ofGpp(signals);
            case US_PRIVACY ->
                signals.usPrivacyLength() > 0 ? ofUsPrivacy(signals) : PrivacyDecision.EVERYTHING;
        });
    }

    private static int flag(final int verdict, final int value, final PrivacyReason reason) {
        return verdict == PrivacyDecision.EVERYTHING && value != NO && value != PrivacySignals.ABSENT
            ? PrivacyDecision.nothing(reason) : verdict;
    }

    private static boolean forbidsAll(final int verdict) {
        return (verdict & 0xff) != 0 && (verdict & 0xff00) != 0 && (verdict & 0xff0000) != 0;
    }

    private int ofGdpr(final PrivacySignals signals) {
        final boolean bySection = (signals.sectionIds() & SECTION_TCF_EU) != 0L;
        if (signals.gdpr() == YES || signals.gdpr() == NO) {
            return signals.gdpr() == YES || bySection ? ofConsent(signals) : PrivacyDecision.EVERYTHING;
        }
        if (signals.gdpr() != PrivacySignals.ABSENT) {
            return PrivacyDecision.nothing(PrivacyReason.GDPR_FLAG_INVALID);
        }
        if (bySection) {
            return ofConsent(signals);
        }
        return switch (signals.absentGdpr()) {
            case NO_PROFILE -> PrivacyDecision.nothing(PrivacyReason.GDPR_UNKNOWN);
            case APPLIES -> ofConsent(signals);
            case NOT_APPLICABLE ->
                signals.consentLength() > 0 ? ofConsent(signals) : PrivacyDecision.EVERYTHING;
            case AS_GPP_SID_SAYS -> signals.sectionIds() != 0L
                ? PrivacyDecision.EVERYTHING : PrivacyDecision.nothing(PrivacyReason.GDPR_UNKNOWN);
        };
    }

    /** GDPR applies: the consent string decides, or section 2 of the GPP string where only that came. */
    private int ofConsent(final PrivacySignals signals) {
        if (signals.consentLength() <= 0) {
            return signals.gppLength() > 0 && gppMayHoldTcf(signals)
                ? PrivacyDecision.EVERYTHING : PrivacyDecision.nothing(PrivacyReason.TCF_MISSING);
        }
        final DirectBuffer buffer = signals.consentBuffer();
        final int offset = signals.consentOffset();
        final int length = signals.consentLength();
        int verdict = cache == null ? VerdictCache.MISS : cache.get(0L, buffer, offset, length);
        if (verdict == VerdictCache.MISS) {
            tcf.decode(buffer, offset, length);
            verdict = ofTcf(tcf, true);
            if (cache != null) {
                cache.put(0L, buffer, offset, length, verdict);
            }
        }
        return verdict;
    }

    /** Whether section 2, if it is there, will be looked at as part of the GPP string. */
    private static boolean gppMayHoldTcf(final PrivacySignals signals) {
        return signals.sectionIds() == 0L || (signals.sectionIds() & SECTION_TCF_EU) != 0L;
    }

    /** Whether GDPR applies and nothing but section 2 of the GPP string can permit anything. */
    private static boolean needsTcfInGpp(final PrivacySignals signals) {
        return signals.consentLength() <= 0 && (signals.gdpr() == YES ||
            signals.gdpr() == PrivacySignals.ABSENT && signals.absentGdpr() == AbsentGdpr.APPLIES);
    }

    private int ofGpp(final PrivacySignals signals) {
        final long sectionIds = signals.sectionIds();
        if (signals.gppLength() <= 0) {
            long covered = signals.consentLength() > 0 ? SECTION_TCF_EU : 0L;
            covered |= signals.usPrivacyLength() > 0 ? SECTION_US_PRIVACY : 0L;
            return (sectionIds & ~covered) == 0L
                ? PrivacyDecision.EVERYTHING : PrivacyDecision.nothing(PrivacyReason.GPP_MISSING);
        }
        // Section ids start with 1, so that bit 0 tells a GPP string from a TC string.
        final boolean tcfNeeded = needsTcfInGpp(signals);
        final long context = sectionIds | 1L | (tcfNeeded ? TCF_EU_NEEDED : 0L);
        final DirectBuffer buffer = signals.gppBuffer();
        final int offset = signals.gppOffset();
        final int length = signals.gppLength();
        int verdict = cache == null ? VerdictCache.MISS : cache.get(context, buffer, offset, length);
        if (verdict == VerdictCache.MISS) {
            gpp.decode(buffer, offset, length);
            verdict = ofSections(sectionIds, tcfNeeded);
            if (cache != null) {
                cache.put(context, buffer, offset, length, verdict);
            }
        }
        return verdict;
    }

    private int ofSections(final long sectionIds, final boolean tcfNeeded) {
        if (gpp.status() != DecodeStatus.VALID) {
            return PrivacyDecision.nothing(PrivacyReason.GPP_INVALID);
        }
        if (tcfNeeded && gpp.sectionStatus(GppString.TCF_EU) == DecodeStatus.SECTION_MISSING) {
            return PrivacyDecision.nothing(PrivacyReason.TCF_MISSING);
        }
        int verdict = PrivacyDecision.EVERYTHING;
        for (int i = 0; i < gpp.sectionCount(); i++) {
            final UsSection section = gpp.us(gpp.sectionId(i));
            if (section != null && section.gpc()) {
                return PrivacyDecision.nothing(PrivacyReason.GPC);
            }
        }
        if (sectionIds == 0L) {
            for (int i = 0; i < gpp.sectionCount(); i++) {
                verdict = PrivacyDecision.stricter(verdict, ofSection(gpp.sectionId(i)));
            }
            return verdict;
        }
        for (long rest = sectionIds; rest != 0L; rest &= rest - 1) {
            verdict = PrivacyDecision.stricter(verdict, ofSection(Long.numberOfTrailingZeros(rest)));
        }
        return verdict;
    }

    private int ofSection(final int id) {
        if (id == GppString.HEADER || id == GppString.SIGNAL_INTEGRITY) {
            return PrivacyDecision.EVERYTHING;
        }
        final DecodeStatus status = gpp.sectionStatus(id);
        if (status == DecodeStatus.SECTION_MISSING) {
            return PrivacyDecision.nothing(PrivacyReason.GPP_SECTION_MISSING);
        }
        if (status == DecodeStatus.UNKNOWN_SECTION) {
            return PrivacyDecision.nothing(PrivacyReason.GPP_SECTION_UNSUPPORTED);
        }
        return switch (id) {
            case GppString.TCF_EU -> ofTcf(gpp.tcfEu(), true);
            case GppString.TCF_CANADA -> ofTcf(gpp.tcfCanada(), false);
            case GppString.US_PRIVACY -> ofUsPrivacy(gpp.usPrivacy(), PrivacyReason.GPP_SECTION_INVALID);
            default -> ofUs(gpp.us(id));
        };
    }

    private int ofTcf(final TcfString string, final boolean ofEurope) {
        if (ofEurope && string.version() == TCF_V1) {
            return PrivacyDecision.nothing(PrivacyReason.TCF_VERSION_WITHDRAWN);
        }
        if (string.status() != DecodeStatus.VALID) {
            return PrivacyDecision.nothing(PrivacyReason.TCF_INVALID);
        }
        final int vendor = settings.vendorId();
        if (vendor == PrivacySettings.NO_VENDOR) {
            return PrivacyDecision.nothing(PrivacyReason.TCF_VENDOR_NOT_CONFIGURED);
        }
        if (ofEurope && !string.isServiceSpecific() && !settings.globalScopeAccepted()) {
            return PrivacyDecision.nothing(PrivacyReason.TCF_GLOBAL_SCOPE);
        }
        if (!disclosed(string, vendor, ofEurope)) {
            return PrivacyDecision.nothing(PrivacyReason.TCF_VENDOR_NOT_DISCLOSED);
        }
        return ofPurposes(string, vendor, ofEurope);
    }

    private static boolean disclosed(final TcfString string, final int vendor, final boolean ofEurope) {
        if (string.hasAllowedVendors() && !string.vendorAllowed(vendor)) {
            return false;
        }
        if (string.hasDisclosedVendors()) {
            return string.vendorDisclosed(vendor);
        }
        return !ofEurope || string.tcfPolicyVersion() < POLICY_TCF_2_3 &&
            string.createdMs() < DISCLOSED_VENDORS_SINCE_MS && string.lastUpdatedMs() < DISCLOSED_VENDORS_SINCE_MS;
    }

    private int ofPurposes(final TcfString string, final int vendor, final boolean ofEurope) {
        string.restrictionsOf(vendor, restrictions);
        final int forbidden = restrictions[TYPE_NOT_ALLOWED] | restrictions[TYPE_UNDEFINED];
        final boolean vendorConsent = string.vendorConsent(vendor);
        final boolean vendorInterest = string.vendorLegitimateInterest(vendor);
        int interests = settings.legitimateInterests() & ~PURPOSE_1;
        if (ofEurope && string.tcfPolicyVersion() >= POLICY_TCF_2_2) {
            interests &= ~PURPOSES_3_TO_6;
        }
        // What would be permitted if the publisher restricted nothing, then what is.
        final int byConsent = vendorConsent ? string.purposesConsent() : 0;
        final int byInterest = vendorInterest ? string.purposesLegitimateInterest() & interests : 0;
        final int permitted = (byConsent & ~restrictions[TYPE_REQUIRE_LEGITIMATE_INTEREST] |
            byInterest & ~restrictions[TYPE_REQUIRE_CONSENT]) & ~forbidden;
        final boolean preciseGeolocation = string.specialFeatureOptIn(PRECISE_GEOLOCATION);
        int verdict = PrivacyDecision.EVERYTHING;
        for (final PrivacyAction action : ACTIONS) {
            // TCF Canada does not use purpose 1.
            final int needed = ofEurope ? settings.purposes(action) : settings.purposes(action) & ~PURPOSE_1;
            final int missing = needed & ~permitted;
            if (missing != 0) {
                final PrivacyReason reason;
                if ((missing & ~(byConsent | byInterest)) == 0) {
                    reason = PrivacyReason.TCF_PUBLISHER_RESTRICTION;
                } else if (!vendorConsent && !vendorInterest) {
                    reason = PrivacyReason.TCF_VENDOR_NOT_PERMITTED;
                } else {
                    reason = PrivacyReason.TCF_PURPOSE_NOT_PERMITTED;
                }
                verdict = PrivacyDecision.forbid(verdict, action, reason);
            } else if (!ofEurope && needed == 0 && !vendorConsent) {
                verdict = PrivacyDecision.forbid(verdict, action, PrivacyReason.TCF_VENDOR_NOT_PERMITTED);
            }
        }
        return preciseGeolocation ? verdict : PrivacyDecision.forbid(
            verdict, PrivacyAction.USE_PRECISE_LOCATION, PrivacyReason.TCF_SPECIAL_FEATURE);
    }

    private int ofUsPrivacy(final PrivacySignals signals) {
        usPrivacy.decode(signals.usPrivacyBuffer(), signals.usPrivacyOffset(), signals.usPrivacyLength());
        return ofUsPrivacy(usPrivacy, PrivacyReason.US_PRIVACY_INVALID);
    }

    private static int ofUsPrivacy(final UsPrivacyString string, final PrivacyReason invalid) {
        if (string.status() != DecodeStatus.VALID) {
            return PrivacyDecision.nothing(invalid);
        }
        if (string.notApplicable()) {
            return PrivacyDecision.EVERYTHING;
        }
        if (string.optOutSale() == 'Y') {
            return PrivacyDecision.nothing(PrivacyReason.US_SALE_OPT_OUT);
        }
        if (string.optOutSale() != 'N') {
            // "Opt-Out of Sale may never be unknown" where the law applies.
            return PrivacyDecision.nothing(PrivacyReason.US_CONTRADICTION);
        }
        return string.notice() == 'N'
            ? PrivacyDecision.nothing(PrivacyReason.US_NOTICE_MISSING) : PrivacyDecision.EVERYTHING;
    }

    private static int ofUs(final UsSection section) {
        if (section.status() != DecodeStatus.VALID) {
            return PrivacyDecision.nothing(PrivacyReason.GPP_SECTION_INVALID);
        }
        final PrivacyReason reason = reasonAgainstPersonalUse(section);
        if (reason != PrivacyReason.PERMITTED) {
            return PrivacyDecision.nothing(reason);
        }
        final int location = section.layout().preciseLocation;
        return location > 0 && section.sensitiveData(location) == CONSENT
            ? PrivacyDecision.EVERYTHING
            : PrivacyDecision.forbid(PrivacyDecision.EVERYTHING, PrivacyAction.USE_PRECISE_LOCATION,
                PrivacyReason.US_PRECISE_LOCATION);
    }

    private static PrivacyReason reasonAgainstPersonalUse(final UsSection section) {
        if (section.value(UsField.MSPA_SERVICE_PROVIDER_MODE) == MODE_ON) {
            return PrivacyReason.US_SERVICE_PROVIDER_MODE;
        }
        if (section.value(UsField.SALE_OPT_OUT) == OPTED_OUT) {
            return PrivacyReason.US_SALE_OPT_OUT;
        }
        if (section.value(UsField.SHARING_OPT_OUT) == OPTED_OUT) {
            return PrivacyReason.US_SHARING_OPT_OUT;
        }
        if (section.value(UsField.TARGETED_ADVERTISING_OPT_OUT) == OPTED_OUT) {
            return PrivacyReason.US_TARGETED_ADVERTISING_OPT_OUT;
        }
        if (noticeMissing(section)) {
            return PrivacyReason.US_NOTICE_MISSING;
        }
        if (contradicts(section, UsField.SALE_OPT_OUT_NOTICE, UsField.SALE_OPT_OUT) ||
            contradicts(section, UsField.SHARING_OPT_OUT_NOTICE, UsField.SHARING_OPT_OUT) ||
            contradicts(section, UsField.TARGETED_ADVERTISING_OPT_OUT_NOTICE,
                UsField.TARGETED_ADVERTISING_OPT_OUT)) {
            return PrivacyReason.US_CONTRADICTION;
        }
        if (!choiceWasShown(section)) {
            return PrivacyReason.US_NOTICE_MISSING;
        }
        for (int i = 1; i <= section.knownChildCount(); i++) {
            if (section.knownChild(i) != NOT_APPLICABLE) {
                return PrivacyReason.US_KNOWN_CHILD;
            }
        }
        if (section.value(UsField.PERSONAL_DATA_CONSENTS) > NOT_APPLICABLE ||
            section.value(UsField.ADDITIONAL_DATA_PROCESSING_CONSENT) > NOT_APPLICABLE) {
            return PrivacyReason.US_INCOMPATIBLE_PURPOSE;
        }
        for (int i = 1; i <= section.sensitiveDataCount(); i++) {
            if (section.sensitiveData(i) == NO_CONSENT && i != section.layout().preciseLocation) {
                return PrivacyReason.US_SENSITIVE_DATA;
            }
        }
        return PrivacyReason.PERMITTED;
    }

    private static boolean noticeMissing(final UsSection section) {
        return section.value(UsField.SHARING_NOTICE) == NOT_GIVEN ||
            section.value(UsField.PROCESSING_NOTICE) == NOT_GIVEN ||
            section.value(UsField.SALE_OPT_OUT_NOTICE) == NOT_GIVEN ||
            section.value(UsField.SHARING_OPT_OUT_NOTICE) == NOT_GIVEN ||
            section.value(UsField.TARGETED_ADVERTISING_OPT_OUT_NOTICE) == NOT_GIVEN ||
            section.value(UsField.SENSITIVE_DATA_PROCESSING_OPT_OUT_NOTICE) == NOT_GIVEN ||
            section.value(UsField.SENSITIVE_DATA_LIMIT_USE_NOTICE) == NOT_GIVEN;
    }

    /** Whether only one of notice and choice is said to apply, of a user who has not opted out. */
    private static boolean contradicts(final UsSection section, final UsField notice, final UsField optOut) {
        return (section.value(notice) == NOT_APPLICABLE) != (section.value(optOut) == NOT_APPLICABLE);
    }

    /**
     * Whether the section says that the user was shown the choice about advertising by profile and did not opt out. In
     * California that is the choice about sharing.
     */
    private static boolean choiceWasShown(final UsSection section) {
        final boolean targeted = section.value(UsField.TARGETED_ADVERTISING_OPT_OUT) != UsSection.ABSENT;
        return section.value(targeted ? UsField.TARGETED_ADVERTISING_OPT_OUT_NOTICE : UsField.SHARING_OPT_OUT_NOTICE)
            == GIVEN
            && section.value(targeted ? UsField.TARGETED_ADVERTISING_OPT_OUT : UsField.SHARING_OPT_OUT)
            == NOT_OPTED_OUT;
    }

    /**
     * Requests whose consent or GPP string was remembered.
     *
     * @return look-ups since construction.
     */
    public long cacheHits() {
        return cache == null ? 0L : cache.hits();
    }

    /**
     * Strings that had to be decoded although there is a memory.
     *
     * @return look-ups since construction.
     */
    public long cacheMisses() {
        return cache == null ? 0L : cache.misses();
    }
}
