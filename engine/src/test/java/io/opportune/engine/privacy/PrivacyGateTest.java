package io.opportune.engine.privacy;

import static io.opportune.engine.privacy.PrivacyAction.KEEP_EVENTS;
import static io.opportune.engine.privacy.PrivacyAction.READ_PROFILE;
import static io.opportune.engine.privacy.PrivacyAction.USE_PRECISE_LOCATION;
import static io.opportune.engine.privacy.TcStrings.permissive;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A table of what each regulation switches off, and by which reason. */
class PrivacyGateTest {
    private static final Set<PrivacyAction> ALL = EnumSet.allOf(PrivacyAction.class);
    private static final Set<PrivacyAction> NONE = EnumSet.noneOf(PrivacyAction.class);
    private static final Set<PrivacyAction> NO_LOCATION = EnumSet.complementOf(EnumSet.of(USE_PRECISE_LOCATION));
    private static final PrivacySettings SETTINGS = PrivacySettings.builder().vendorId(TcStrings.VENDOR)
        .legitimateInterestFor(2, 4, 7).cache(64, 2000).build();
    private static final int NATIONAL = GppString.US_NATIONAL;

    private final PrivacyGate gate = new PrivacyGate(SETTINGS);
    private final PrivacyDecision decision = new PrivacyDecision();

    /** A request's signals in readable form. */
    private record Request(
        int coppa, int gpc, int lmt, int dnt, int gdpr, AbsentGdpr absentGdpr, String consent, String gpp,
        List<Integer> sids, String usPrivacy) {

        static Request gdpr(final int value) {
            return new Request(-1, -1, -1, -1, value, AbsentGdpr.NO_PROFILE, "", "", List.of(), "");
        }

        Request consent(final String text) {
            return new Request(coppa, gpc, lmt, dnt, gdpr, absentGdpr, text, gpp, sids, usPrivacy);
        }

        Request consent(final TcStrings text) {
            return consent(text.build());
        }

        Request absent(final AbsentGdpr rule) {
            return new Request(coppa, gpc, lmt, dnt, gdpr, rule, consent, gpp, sids, usPrivacy);
        }

        Request gpp(final String text, final Integer... ids) {
            return new Request(coppa, gpc, lmt, dnt, gdpr, absentGdpr, consent, text, List.of(ids), usPrivacy);
        }

        Request usPrivacy(final String text) {
            return new Request(coppa, gpc, lmt, dnt, gdpr, absentGdpr, consent, gpp, sids, text);
        }

        Request flags(final int children, final int control, final int limit, final int track) {
            return new Request(children, control, limit, track, gdpr, absentGdpr, consent, gpp, sids, usPrivacy);
        }

        /** All slices in one buffer, as in a request that was read. */
        PrivacySignals signals() {
            final UnsafeBuffer buffer = new UnsafeBuffer(("{" + consent + "|" + gpp + "|" + usPrivacy + "}")
                .getBytes(StandardCharsets.US_ASCII));
            final PrivacySignals signals = new PrivacySignals().coppa(coppa).gpc(gpc).lmt(lmt).dnt(dnt).gdpr(gdpr)
                .absentGdpr(absentGdpr)
                .consent(buffer, 1, consent.length())
                .gpp(buffer, consent.length() + 2, gpp.length())
                .usPrivacy(buffer, consent.length() + gpp.length() + 3, usPrivacy.length());
            sids.forEach(signals::addSectionId);
            return signals;
        }
    }

    private record Case(String name, Request request, Set<PrivacyAction> permitted, PrivacyReason reason) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Case row(
        final String name, final Request request, final Set<PrivacyAction> permitted, final PrivacyReason reason) {
        return new Case(name, request, permitted, reason);
    }

    private static Request europe(final TcStrings consent) {
        return Request.gdpr(1).consent(consent);
    }

    private static Request america(final String gpp) {
        return Request.gdpr(0).gpp(gpp, NATIONAL);
    }

    private static String national(final Object... fieldsAndValues) {
        return GppStrings.us(NATIONAL, changed(NATIONAL, fieldsAndValues));
    }

    /** Fields and values by turns, what is not named permits. */
    private static Map<UsField, Integer> changed(final int section, final Object... fieldsAndValues) {
        final Map<UsField, Integer> values = GppStrings.permissive(section);
        for (int i = 0; i < fieldsAndValues.length; i += 2) {
            values.put((UsField) fieldsAndValues[i], (Integer) fieldsAndValues[i + 1]);
        }
        return values;
    }

    private static Map<UsField, Integer> zeros(final int section) {
        final Map<UsField, Integer> values = GppStrings.permissive(section);
        values.replaceAll((field, value) -> 0);
        return values;
    }

    static Stream<Case> signals() {
        final String full = permissive().build();
        return Stream.of(
            row("no regulation", Request.gdpr(0), ALL, PrivacyReason.PERMITTED),
            row("coppa", Request.gdpr(0).flags(1, -1, -1, -1), NONE, PrivacyReason.COPPA),
            row("coppa 0", Request.gdpr(0).flags(0, 0, 0, 0), ALL, PrivacyReason.PERMITTED),
            row("coppa with an odd value", Request.gdpr(0).flags(7, -1, -1, -1), NONE, PrivacyReason.COPPA),
            row("coppa beats consent", Request.gdpr(1).consent(full).flags(1, 1, 1, 1), NONE, PrivacyReason.COPPA),
            row("gpc", Request.gdpr(0).flags(0, 1, 0, 0), NONE, PrivacyReason.GPC),
            row("lmt", Request.gdpr(0).flags(0, 0, 1, 0), NONE, PrivacyReason.LIMIT_AD_TRACKING),
            row("dnt", Request.gdpr(0).flags(0, 0, 0, 1), NONE, PrivacyReason.DO_NOT_TRACK),
            row("dnt beats consent", Request.gdpr(1).consent(full).flags(0, 0, 0, 1), NONE,
                PrivacyReason.DO_NOT_TRACK),
            row("gdpr 2", Request.gdpr(2).consent(full), NONE, PrivacyReason.GDPR_FLAG_INVALID),
            row("gdpr absent", Request.gdpr(-1), NONE, PrivacyReason.GDPR_UNKNOWN),
            row("gdpr absent with consent", Request.gdpr(-1).consent(full), NONE, PrivacyReason.GDPR_UNKNOWN),
            row("gdpr absent, applies", Request.gdpr(-1).absent(AbsentGdpr.APPLIES).consent(full), ALL,
                PrivacyReason.PERMITTED),
            row("gdpr absent, applies, no consent", Request.gdpr(-1).absent(AbsentGdpr.APPLIES), NONE,
                PrivacyReason.TCF_MISSING),
            row("gdpr absent, does not apply", Request.gdpr(-1).absent(AbsentGdpr.NOT_APPLICABLE), ALL,
                PrivacyReason.PERMITTED),
            row("gdpr absent, does not apply, but consent denies", Request.gdpr(-1)
                .absent(AbsentGdpr.NOT_APPLICABLE).consent(permissive().consents()), NONE,
                PrivacyReason.TCF_PURPOSE_NOT_PERMITTED),
            row("gdpr absent, gpp_sid without 2", Request.gdpr(-1).absent(AbsentGdpr.AS_GPP_SID_SAYS)
                .gpp(GppStrings.us(NATIONAL, GppStrings.permissive(NATIONAL)), NATIONAL), ALL,
                PrivacyReason.PERMITTED),
            row("gdpr absent, no gpp_sid", Request.gdpr(-1).absent(AbsentGdpr.AS_GPP_SID_SAYS), NONE,
                PrivacyReason.GDPR_UNKNOWN),
            row("gdpr absent by default although a US section permits", Request.gdpr(-1)
                .gpp(GppStrings.us(NATIONAL, GppStrings.permissive(NATIONAL)), NATIONAL), NONE,
                PrivacyReason.GDPR_UNKNOWN));
    }

    static Stream<Case> europe() {
        return Stream.of(
            row("all consented", europe(permissive()), ALL, PrivacyReason.PERMITTED),
            row("gdpr 0 with a string that denies", Request.gdpr(0).consent(permissive().consents()), ALL,
                PrivacyReason.PERMITTED),
            row("no string", Request.gdpr(1), NONE, PrivacyReason.TCF_MISSING),
            row("no string of Base64", Request.gdpr(1).consent("this is no consent"), NONE,
                PrivacyReason.TCF_INVALID),
            row("truncated", Request.gdpr(1).consent(permissive().build().substring(0, 44)), NONE,
                PrivacyReason.TCF_INVALID),
            row("something behind", Request.gdpr(1).consent(permissive().build() + "____"), NONE,
                PrivacyReason.TCF_INVALID),
            row("version 1", Request.gdpr(1).consent("BOOzQoAOOzQoAAPAFSENCW-AIBACCACgACADIAHg"), NONE,
                PrivacyReason.TCF_VERSION_WITHDRAWN),
            row("version 3", europe(permissive().version(3)), NONE, PrivacyReason.TCF_INVALID),
            row("global scope", europe(permissive().serviceSpecific(false)), NONE, PrivacyReason.TCF_GLOBAL_SCOPE),
            row("another vendor", europe(permissive().vendorConsents(283, 285)), NONE,
                PrivacyReason.TCF_VENDOR_NOT_PERMITTED),
            row("no purpose 1", europe(permissive().consents(2, 3, 4, 5, 6, 7, 8, 9, 10)),
                EnumSet.of(USE_PRECISE_LOCATION), PrivacyReason.TCF_PURPOSE_NOT_PERMITTED),
            row("no purpose 3", europe(permissive().consents(1, 2, 4, 7)),
                EnumSet.of(READ_PROFILE, USE_PRECISE_LOCATION), PrivacyReason.TCF_PURPOSE_NOT_PERMITTED),
            row("no purpose 7", europe(permissive().consents(1, 2, 3, 4)),
                EnumSet.of(READ_PROFILE, USE_PRECISE_LOCATION), PrivacyReason.TCF_PURPOSE_NOT_PERMITTED),
            row("no special feature 1", europe(permissive().specialFeatures(2)), NO_LOCATION,
                PrivacyReason.TCF_SPECIAL_FEATURE),
            row("profiles not allowed by the publisher", europe(permissive().restrict(4, 0, 200, 300)),
                EnumSet.of(KEEP_EVENTS, USE_PRECISE_LOCATION), PrivacyReason.TCF_PUBLISHER_RESTRICTION),
            row("others restricted", europe(permissive().restrict(4, 0, 1, 283).restrict(4, 0, 285, 900)), ALL,
                PrivacyReason.PERMITTED),
            row("restricted to consent, which is there", europe(permissive().restrict(4, 1, 284, 284)), ALL,
                PrivacyReason.PERMITTED),
            row("restricted to legitimate interest, consent is there", europe(permissive().restrict(4, 2, 284, 284)),
                EnumSet.of(KEEP_EVENTS, USE_PRECISE_LOCATION), PrivacyReason.TCF_PUBLISHER_RESTRICTION),
            row("undefined restriction", europe(permissive().restrict(7, 3, 284, 284)),
                EnumSet.of(READ_PROFILE, USE_PRECISE_LOCATION), PrivacyReason.TCF_PUBLISHER_RESTRICTION),
            row("legitimate interest in 2 and 7", europe(permissive().consents(1, 3, 4).interests(2, 7)
                .vendorInterests(284)), ALL, PrivacyReason.PERMITTED),
            row("legitimate interest, the vendor objected to", europe(permissive().consents(1, 3, 4).interests(2, 7)),
                EnumSet.of(READ_PROFILE), PrivacyReason.TCF_PURPOSE_NOT_PERMITTED),
            row("legitimate interest, restricted to consent", europe(permissive().consents(1, 3, 4).interests(2, 7)
                .vendorInterests(284).restrict(7, 1, 284, 284)),
                EnumSet.of(READ_PROFILE, USE_PRECISE_LOCATION), PrivacyReason.TCF_PUBLISHER_RESTRICTION),
            row("legitimate interest that was not declared", europe(permissive().consents(1, 2, 4, 7).interests(3)
                .vendorInterests(284).policyVersion(2)), EnumSet.of(READ_PROFILE, USE_PRECISE_LOCATION),
                PrivacyReason.TCF_PURPOSE_NOT_PERMITTED),
            row("legitimate interest in 4 before TCF 2.2", europe(permissive().consents(1, 2, 3, 7).interests(4)
                .vendorInterests(284).policyVersion(2)), ALL, PrivacyReason.PERMITTED),
            row("legitimate interest in 4 from TCF 2.2 on", europe(permissive().consents(1, 2, 3, 7).interests(4)
                .vendorInterests(284)), EnumSet.of(KEEP_EVENTS, USE_PRECISE_LOCATION),
                PrivacyReason.TCF_PURPOSE_NOT_PERMITTED),
            row("legitimate interest in 1", europe(permissive().consents(2, 3, 4, 7).interests(1)
                .vendorInterests(284).policyVersion(2)), EnumSet.of(USE_PRECISE_LOCATION),
                PrivacyReason.TCF_PURPOSE_NOT_PERMITTED),
            row("disclosed", europe(permissive().policyVersion(5).disclosed(10, 284)), ALL, PrivacyReason.PERMITTED),
            row("consented but not disclosed", europe(permissive().disclosed(10, 283)), NONE,
                PrivacyReason.TCF_VENDOR_NOT_DISCLOSED),
            row("TCF 2.3 without disclosed vendors", europe(permissive().policyVersion(5)), NONE,
                PrivacyReason.TCF_VENDOR_NOT_DISCLOSED),
            row("made after February 2026 without disclosed vendors",
                europe(permissive().created("2026-03-01T00:00:00Z")), NONE, PrivacyReason.TCF_VENDOR_NOT_DISCLOSED),
            row("made before March 2026", europe(permissive().created("2026-02-28T23:59:59Z")), ALL,
                PrivacyReason.PERMITTED),
            row("allowed vendors without us", europe(permissive().allowed(10)), NONE,
                PrivacyReason.TCF_VENDOR_NOT_DISCLOSED),
            row("a segment twice", europe(permissive().disclosed(284).disclosed(284)), NONE,
                PrivacyReason.TCF_INVALID));
    }

    static Stream<Case> gpp() {
        final String permissive = GppStrings.us(NATIONAL, GppStrings.permissive(NATIONAL));
        final String tcf = permissive().build();
        final String denying = permissive().consents().build();
        final int[] two = {2};
        final int[] five = {5};
        final int[] twoAndSix = {2, 6};
        return Stream.of(
            row("section 2 for gdpr", Request.gdpr(1).gpp(GppStrings.withHeader(two, tcf), 2), ALL,
                PrivacyReason.PERMITTED),
            row("section 2 without gpp_sid", Request.gdpr(1).gpp(GppStrings.withHeader(two, tcf)), ALL,
                PrivacyReason.PERMITTED),
            row("gpp_sid 2 instead of gdpr", Request.gdpr(-1).gpp(GppStrings.withHeader(two, tcf), 2), ALL,
                PrivacyReason.PERMITTED),
            row("gpp_sid 2 against gdpr 0", Request.gdpr(0).gpp(GppStrings.withHeader(two, denying), 2), NONE,
                PrivacyReason.TCF_PURPOSE_NOT_PERMITTED),
            row("gdpr without section 2", Request.gdpr(1).gpp(permissive), NONE, PrivacyReason.TCF_MISSING),
            row("gdpr with gpp_sid of others", Request.gdpr(1).gpp(GppStrings.withHeader(two, tcf), 7), NONE,
                PrivacyReason.TCF_MISSING),
            row("consent permits, section 2 denies", Request.gdpr(1).consent(tcf)
                .gpp(GppStrings.withHeader(two, denying), 2), NONE, PrivacyReason.TCF_PURPOSE_NOT_PERMITTED),
            row("consent denies, section 2 permits", Request.gdpr(1).consent(denying)
                .gpp(GppStrings.withHeader(two, tcf), 2), NONE, PrivacyReason.TCF_PURPOSE_NOT_PERMITTED),
            row("a TC string as GPP string", Request.gdpr(1).gpp(tcf), ALL, PrivacyReason.PERMITTED),
            row("broken GPP string", Request.gdpr(0).gpp("header~1YNN", 6), NONE, PrivacyReason.GPP_INVALID),
            row("gpp_sid without a string", Request.gdpr(0).gpp("", 7), NONE, PrivacyReason.GPP_MISSING),
            row("gpp_sid 6 with us_privacy", Request.gdpr(0).gpp("", 6).usPrivacy("1YNN"), ALL,
                PrivacyReason.PERMITTED),
            row("gpp_sid 2 with consent", Request.gdpr(1).gpp("", 2).consent(tcf), ALL, PrivacyReason.PERMITTED),
            row("gpp_sid of header, integrity and none", Request.gdpr(0).gpp("", 3, 4, 0, -1), ALL,
                PrivacyReason.PERMITTED),
            row("gpp_sid that the string lacks", Request.gdpr(0).gpp(permissive, 8), NONE,
                PrivacyReason.GPP_SECTION_MISSING),
            row("gpp_sid of the future", Request.gdpr(0).gpp(permissive, 7, 4711), NONE,
                PrivacyReason.GPP_SECTION_MISSING),
            row("section without a released layout", Request.gdpr(0)
                .gpp(GppStrings.withHeader(new int[] {24}, "BAAAAAAA"), 24), NONE,
                PrivacyReason.GPP_SECTION_UNSUPPORTED),
            row("sections that do not apply", Request.gdpr(0)
                .gpp(GppStrings.withHeader(twoAndSix, denying, "1YNN"), 6), ALL, PrivacyReason.PERMITTED),
            row("without gpp_sid all sections apply", Request.gdpr(0)
                .gpp(GppStrings.withHeader(twoAndSix, denying, "1YNN")), NONE,
                PrivacyReason.TCF_PURPOSE_NOT_PERMITTED),
            row("us_privacy section opts out", Request.gdpr(0)
                .gpp(GppStrings.withHeader(new int[] {6}, "1YYN"), 6), NONE, PrivacyReason.US_SALE_OPT_OUT),
            row("us_privacy section against us_privacy", Request.gdpr(0).usPrivacy("1YNN")
                .gpp(GppStrings.withHeader(new int[] {6}, "1YYN"), 6), NONE, PrivacyReason.US_SALE_OPT_OUT),
            row("Canada consents expressly", Request.gdpr(0)
                .gpp(GppStrings.withHeader(five, permissive().buildCanada()), 5), ALL, PrivacyReason.PERMITTED),
            row("Canada does not use purpose 1", Request.gdpr(0)
                .gpp(GppStrings.withHeader(five, permissive().consents(2, 3, 4, 7).buildCanada()), 5), ALL,
                PrivacyReason.PERMITTED),
            row("Canada, implied consent to 4", Request.gdpr(0).gpp(GppStrings.withHeader(five,
                permissive().consents(2, 3, 7).interests(4).vendorInterests(284).buildCanada()), 5), ALL,
                PrivacyReason.PERMITTED),
            row("Canada, not us", Request.gdpr(0)
                .gpp(GppStrings.withHeader(five, permissive().vendorConsents(1).buildCanada()), 5), NONE,
                PrivacyReason.TCF_VENDOR_NOT_PERMITTED));
    }

    static Stream<Case> america() {
        final Map<UsField, Integer> values = GppStrings.permissive(NATIONAL);
        final List<Integer> noChild = GppStrings.child(NATIONAL, 0, 0);
        return Stream.of(
            row("us_privacy not applicable", Request.gdpr(0).usPrivacy("1---"), ALL, PrivacyReason.PERMITTED),
            row("us_privacy not opted out", Request.gdpr(0).usPrivacy("1YNN"), ALL, PrivacyReason.PERMITTED),
            row("us_privacy, notice unknown", Request.gdpr(0).usPrivacy("1-N-"), ALL, PrivacyReason.PERMITTED),
            row("us_privacy opted out", Request.gdpr(0).usPrivacy("1YYN"), NONE, PrivacyReason.US_SALE_OPT_OUT),
            row("us_privacy opted out, rest unknown", Request.gdpr(0).usPrivacy("1-Y-"), NONE,
                PrivacyReason.US_SALE_OPT_OUT),
            row("us_privacy without notice", Request.gdpr(0).usPrivacy("1NNN"), NONE,
                PrivacyReason.US_NOTICE_MISSING),
            row("us_privacy, choice unknown", Request.gdpr(0).usPrivacy("1Y--"), NONE,
                PrivacyReason.US_CONTRADICTION),
            row("us_privacy in small letters", Request.gdpr(0).usPrivacy("1ynn"), NONE,
                PrivacyReason.US_PRIVACY_INVALID),
            row("us_privacy too short", Request.gdpr(0).usPrivacy("1YN"), NONE, PrivacyReason.US_PRIVACY_INVALID),
            row("us_privacy too long", Request.gdpr(0).usPrivacy("1YNNN"), NONE, PrivacyReason.US_PRIVACY_INVALID),
            row("us_privacy version 2", Request.gdpr(0).usPrivacy("2YNN"), NONE, PrivacyReason.US_PRIVACY_INVALID),
            row("us_privacy denies, consent permits", europe(permissive()).usPrivacy("1YYN"), NONE,
                PrivacyReason.US_SALE_OPT_OUT),
            row("national, nothing opted out", america(GppStrings.us(NATIONAL, values)), ALL,
                PrivacyReason.PERMITTED),
            row("sale", america(national(UsField.SALE_OPT_OUT, 1)), NONE, PrivacyReason.US_SALE_OPT_OUT),
            row("sharing", america(national(UsField.SHARING_OPT_OUT, 1)), NONE, PrivacyReason.US_SHARING_OPT_OUT),
            row("targeted advertising", america(national(UsField.TARGETED_ADVERTISING_OPT_OUT, 1)), NONE,
                PrivacyReason.US_TARGETED_ADVERTISING_OPT_OUT),
            row("no notice of sharing", america(national(UsField.SHARING_NOTICE, 2)), NONE,
                PrivacyReason.US_NOTICE_MISSING),
            row("no notice of limiting sensitive data",
                america(national(UsField.SENSITIVE_DATA_LIMIT_USE_NOTICE, 2)), NONE,
                PrivacyReason.US_NOTICE_MISSING),
            row("sale permitted that does not happen", america(national(UsField.SALE_OPT_OUT_NOTICE, 0)), NONE,
                PrivacyReason.US_CONTRADICTION),
            row("service provider mode", america(national(UsField.MSPA_SERVICE_PROVIDER_MODE, 1)), NONE,
                PrivacyReason.US_SERVICE_PROVIDER_MODE),
            row("incompatible use", america(national(UsField.PERSONAL_DATA_CONSENTS, 2)), NONE,
                PrivacyReason.US_INCOMPATIBLE_PURPOSE),
            row("health data", america(GppStrings.us(NATIONAL, values, GppStrings.sensitive(NATIONAL, 3, 1), noChild,
                false)), NONE, PrivacyReason.US_SENSITIVE_DATA),
            row("precise location denied", america(GppStrings.us(NATIONAL, values,
                GppStrings.sensitive(NATIONAL, 8, 1), noChild, false)), NO_LOCATION,
                PrivacyReason.US_PRECISE_LOCATION),
            row("precise location not asked for", america(GppStrings.us(NATIONAL, values,
                GppStrings.sensitive(NATIONAL, 0, 0), noChild, false)), NO_LOCATION,
                PrivacyReason.US_PRECISE_LOCATION),
            row("known child", america(GppStrings.us(NATIONAL, values, GppStrings.sensitive(NATIONAL, 8, 2),
                GppStrings.child(NATIONAL, 3, 1), false)), NONE, PrivacyReason.US_KNOWN_CHILD),
            row("known child with consent", america(GppStrings.us(NATIONAL, values,
                GppStrings.sensitive(NATIONAL, 8, 2), GppStrings.child(NATIONAL, 1, 2), false)), NONE,
                PrivacyReason.US_KNOWN_CHILD),
            row("Global Privacy Control", america(GppStrings.us(NATIONAL, values,
                GppStrings.sensitive(NATIONAL, 8, 2), noChild, true)), NONE, PrivacyReason.GPC),
            row("Global Privacy Control in a section that does not apply",
                Request.gdpr(0).gpp(GppStrings.withHeader(new int[] {6, 7}, "1YNN", GppStrings.us(NATIONAL, values,
                    GppStrings.sensitive(NATIONAL, 8, 2), noChild, true).split("~")[1]), 6), NONE,
                PrivacyReason.GPC),
            row("too short", america("DBABLA~BAAAAAAAQA"), NONE, PrivacyReason.GPP_SECTION_INVALID),
            row("unknown version", america("DBABLA~DSJgmkoZJSA"), NONE, PrivacyReason.GPP_SECTION_INVALID),
            row("reserved value", america("DBABLA~B_______________"), NONE, PrivacyReason.GPP_SECTION_INVALID),
            row("nothing applies", america(GppStrings.us(NATIONAL, zeros(NATIONAL))), NONE,
                PrivacyReason.US_NOTICE_MISSING),
            row("advertising by profile is said not to happen", america(national(
                UsField.TARGETED_ADVERTISING_OPT_OUT_NOTICE, 0, UsField.TARGETED_ADVERTISING_OPT_OUT, 0)), NONE,
                PrivacyReason.US_NOTICE_MISSING),
            row("notice of targeted advertising, but no choice",
                america(national(UsField.TARGETED_ADVERTISING_OPT_OUT, 0)), NONE, PrivacyReason.US_CONTRADICTION),
            row("notice of sale, but no choice", america(national(UsField.SALE_OPT_OUT, 0)), NONE,
                PrivacyReason.US_CONTRADICTION),
            row("notice of sharing, but no choice", america(national(UsField.SHARING_OPT_OUT, 0)), NONE,
                PrivacyReason.US_CONTRADICTION),
            row("no sale and no sharing, a choice about targeted advertising", america(national(
                UsField.SALE_OPT_OUT_NOTICE, 0, UsField.SALE_OPT_OUT, 0, UsField.SHARING_OPT_OUT_NOTICE, 0,
                UsField.SHARING_OPT_OUT, 0)), ALL, PrivacyReason.PERMITTED),
            row("California, no sale, a choice about sharing", Request.gdpr(0).gpp(GppStrings.us(8, changed(8,
                UsField.SALE_OPT_OUT_NOTICE, 0, UsField.SALE_OPT_OUT, 0)), 8), ALL, PrivacyReason.PERMITTED),
            row("California, no sharing, a choice about sale", Request.gdpr(0).gpp(GppStrings.us(8, changed(8,
                UsField.SHARING_OPT_OUT_NOTICE, 0, UsField.SHARING_OPT_OUT, 0)), 8), NONE,
                PrivacyReason.US_NOTICE_MISSING),
            row("Minnesota", Request.gdpr(0)
                .gpp(GppStrings.withHeader(new int[] {23}, TcStrings.encode("000001" + "01" + "01" + "01" + "10" +
                    "10" + "0".repeat(14) + "10" + "00" + "00" + "10" + "00" + "00")), 23), ALL,
                PrivacyReason.PERMITTED),
            row("Minnesota opts out", Request.gdpr(0)
                .gpp(GppStrings.withHeader(new int[] {23}, TcStrings.encode("000001" + "01" + "01" + "01" + "10" +
                    "01" + "0".repeat(14) + "10" + "00" + "00" + "10" + "00" + "00")), 23), NONE,
                PrivacyReason.US_TARGETED_ADVERTISING_OPT_OUT));
    }

    @ParameterizedTest
    @MethodSource({"signals", "europe", "gpp", "america"})
    void shouldSwitchOff(final Case row) {
        assertDecision(row);
        // The same again, remembered, and by a gate that remembers nothing.
        assertDecision(row);
        final PrivacyDecision fresh = new PrivacyDecision();
        new PrivacyGate(PrivacySettings.builder().vendorId(TcStrings.VENDOR).legitimateInterestFor(2, 4, 7)
            .cache(0, 1).build()).evaluate(row.request().signals(), fresh);
        assertEquals(decision.permitted(), fresh.permitted());
        assertEquals(decision.reason(), fresh.reason());
    }

    private void assertDecision(final Case row) {
        gate.evaluate(row.request().signals(), decision);
        final Set<PrivacyAction> permitted = EnumSet.noneOf(PrivacyAction.class);
        int bits = 0;
        for (final PrivacyAction action : PrivacyAction.values()) {
            if (decision.permits(action)) {
                permitted.add(action);
                bits |= action.bit();
            }
            assertEquals(decision.permits(action), decision.reason(action) == PrivacyReason.PERMITTED);
        }
        assertEquals(row.permitted(), permitted);
        assertEquals(bits, decision.permitted());
        assertEquals(row.reason(), decision.reason());
    }

    /**
     * Which category of sensitive data is precise geolocation; read in the table of each section's core segment, field
     * SensitiveDataProcessing, of the Global Privacy Platform's specifications. Colorado's has no such category.
     */
    private static final Map<Integer, Integer> LOCATIONS = Map.ofEntries(
        Map.entry(7, 8), Map.entry(8, 3), Map.entry(9, 8), Map.entry(10, 0), Map.entry(11, 8), Map.entry(12, 8),
        Map.entry(13, 8), Map.entry(14, 8), Map.entry(15, 11), Map.entry(16, 8), Map.entry(17, 9), Map.entry(18, 8),
        Map.entry(19, 8), Map.entry(20, 8), Map.entry(21, 8), Map.entry(22, 8), Map.entry(23, 8));

    /** For each section that IAB's encoder knows, and each of its fields. */
    static Stream<Case> sections() {
        return IntStream.rangeClosed(7, 22).boxed().flatMap(id -> {
            final Stream.Builder<Case> rows = Stream.builder();
            final UsLayout layout = UsLayout.of(id);
            final Map<UsField, Integer> values = GppStrings.permissive(id);
            final int locationCategory = LOCATIONS.get(id);
            rows.add(row(layout + " permits", Request.gdpr(0).gpp(GppStrings.us(id, values,
                GppStrings.sensitive(id, locationCategory, 2), GppStrings.child(id, 0, 0), false), id),
                locationCategory > 0 ? ALL : NO_LOCATION,
                locationCategory > 0 ? PrivacyReason.PERMITTED : PrivacyReason.US_PRECISE_LOCATION));
            rows.add(row(layout + " says that nothing applies", Request.gdpr(0).gpp(GppStrings.us(id, zeros(id)), id),
                NONE, PrivacyReason.US_NOTICE_MISSING));
            values.forEach((field, value) -> {
                final Map<UsField, Integer> changed = GppStrings.permissive(id);
                changed.put(field, field.name().endsWith("NOTICE") ? 2 : 1);
                final PrivacyReason reason = field.name().endsWith("NOTICE") ? PrivacyReason.US_NOTICE_MISSING
                    : PrivacyReason.valueOf("US_" + field.name());
                rows.add(row(layout + " " + field, Request.gdpr(0).gpp(GppStrings.us(id, changed), id), NONE,
                    reason));
            });
            for (int category = 1; category <= layout.sensitiveCount; category++) {
                final boolean location = category == locationCategory;
                rows.add(row(layout + " sensitive data " + category, Request.gdpr(0).gpp(GppStrings.us(id, values,
                    GppStrings.sensitive(id, category, 1), GppStrings.child(id, 0, 0), false), id),
                    location ? NO_LOCATION : NONE,
                    location ? PrivacyReason.US_PRECISE_LOCATION : PrivacyReason.US_SENSITIVE_DATA));
            }
            for (int child = 1; child <= layout.childCount; child++) {
                rows.add(row(layout + " child " + child, Request.gdpr(0).gpp(GppStrings.us(id, values,
                    GppStrings.sensitive(id, 0, 0), GppStrings.child(id, child, 1), false), id), NONE,
                    PrivacyReason.US_KNOWN_CHILD));
            }
            if (layout.hasGpc) {
                rows.add(row(layout + " GPC", Request.gdpr(0).gpp(GppStrings.us(id, values,
                    GppStrings.sensitive(id, 0, 0), GppStrings.child(id, 0, 0), true), id), NONE,
                    PrivacyReason.GPC));
            }
            return rows.build();
        });
    }

    @ParameterizedTest
    @MethodSource("sections")
    void shouldHeedEachFieldOfEachUsSection(final Case row) {
        assertDecision(row);
    }

    @Test
    void shouldKnowWhichCategoryOfEachSectionIsPreciseLocation() {
        assertEquals(UsLayout.count(), LOCATIONS.size());
        LOCATIONS.forEach((id, category) -> assertEquals(category, UsLayout.of(id).preciseLocation, "section " + id));
    }

    @Test
    void shouldPermitNothingWhereTcfAppliesAndNoVendorIsConfigured() {
        new PrivacyGate(PrivacySettings.builder().build())
            .evaluate(europe(permissive().vendorConsents(1, 284)).signals(), decision);
        assertEquals(0, decision.permitted());
        assertEquals(PrivacyReason.TCF_VENDOR_NOT_CONFIGURED, decision.reason());
    }

    @Test
    void shouldAcceptGlobalScopeWhereToldTo() {
        new PrivacyGate(PrivacySettings.builder().vendorId(TcStrings.VENDOR).globalScopeAccepted(true).build())
            .evaluate(europe(permissive().serviceSpecific(false)).signals(), decision);
        assertEquals(PrivacyAction.ALL, decision.permitted());
    }

    @Test
    void shouldRememberOutcomesByEveryByteAndSection() {
        final String text = GppStrings.withHeader(new int[] {6, 7}, "1YYN",
            GppStrings.us(NATIONAL, GppStrings.permissive(NATIONAL)).split("~")[1]);
        gate.evaluate(Request.gdpr(0).gpp(text, 7).signals(), decision);
        assertEquals(PrivacyAction.ALL, decision.permitted());
        gate.evaluate(Request.gdpr(0).gpp(text, 6).signals(), decision);
        assertEquals(PrivacyReason.US_SALE_OPT_OUT, decision.reason());
        assertEquals(2, gate.cacheMisses());
        gate.evaluate(Request.gdpr(0).gpp(text, 7).signals(), decision);
        assertEquals(PrivacyAction.ALL, decision.permitted());
        assertEquals(1, gate.cacheHits());
    }

    @Test
    void shouldRefuseSettingsThatMakeNoSense() {
        final PrivacySettings.Builder builder = PrivacySettings.builder();
        assertThrows(IllegalArgumentException.class, () -> builder.vendorId(65_536));
        assertThrows(IllegalArgumentException.class, () -> builder.needs(READ_PROFILE));
        assertThrows(IllegalArgumentException.class, () -> builder.needs(READ_PROFILE, 25));
        assertThrows(IllegalArgumentException.class, () -> builder.legitimateInterestFor(1));
        assertThrows(IllegalArgumentException.class, () -> builder.cache(1 << 20, GppString.MAX_LENGTH));
        assertThrows(IllegalArgumentException.class, () -> builder.cache(-1, 100));
    }
}
