package io.opportune.ops;

import io.opportune.engine.admin.JsonText;
import io.opportune.engine.uplift.Comparison;
import io.opportune.engine.uplift.Figure;
import io.opportune.engine.uplift.Interval;
import io.opportune.engine.uplift.Slice;
import io.opportune.engine.uplift.UpliftAnalysis;
import io.opportune.engine.uplift.UpliftReport;

/** The report on uplift for programs; what is not known is null. */
final class UpliftJson {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final double BASIS_POINTS_PER_PERCENT = 100;

    private UpliftJson() {
    }

    static String of(final UpliftReport report) {
        final JsonText json = new JsonText().beginObject()
            .member("alarm", report.hasAlarm())
            .member("from", report.fromNs() == Long.MAX_VALUE ? null : instant(report.fromNs()))
            .member("to", report.fromNs() == Long.MAX_VALUE ? null : instant(report.toNs()))
            .name("alpha").value(report.alpha())
            .name("alarmAlpha").value(UpliftAnalysis.ALARM_ALPHA)
            .member("intervals", report.intervals())
            .member("plannedCustomers", report.plannedCustomers())
            .member("adjusted", report.adjusted())
            .member("decisions", report.decisions())
            .member("namelessDecisions", report.namelessDecisions())
            .member("unknownSettings", report.unknownSettings())
            .member("redactedRecords", report.redacted())
            .member("damagedRecords", report.damaged())
            .name("comparisons").beginArray();
        report.comparisons().forEach(comparison -> write(json, comparison));
        return json.endArray().endObject().toString();
    }

    private static void write(final JsonText json, final Comparison comparison) {
        json.beginObject()
            .member("campaign", comparison.campaign().isEmpty() ? null : comparison.campaign())
            .member("against", comparison.ownGroup() ? "campaign" : "global")
            .name("controlPercent").value(comparison.basisPoints() / BASIS_POINTS_PER_PERCENT)
            .member("since", instant(comparison.sinceNs()))
            .member("running", comparison.running())
            .member("windowSeconds", comparison.windowNs() / NANOS_PER_SECOND)
            .member("currency", comparison.currency());
        members(json, comparison.whole());
        json.member("leftOutSeveralKeys", comparison.severalRoots())
            .member("leftOutBothArms", comparison.bothArms())
            .member("leftOutErased", comparison.erased())
            .member("overlappingDecisions", comparison.overlapping())
            .member("otherCurrencyPurchases", comparison.otherCurrency())
            .member("impressions", comparison.impressions())
            .member("redemptions", comparison.redemptions())
            .member("redeemedMicros", comparison.redeemedMicros())
            .name("slices").beginArray();
        for (final Slice slice : comparison.slices()) {
            json.beginObject().member("name", slice.name());
            members(json, slice);
            json.endObject();
        }
        json.endArray().endObject();
    }

    private static void members(final JsonText json, final Slice slice) {
        json.member("alarm", slice.alarm())
            .name("expectedControl").value(slice.expected())
            .name("sampleRatioPValue").value(slice.pValue())
            .name("treated").beginObject().member("customers", slice.treated())
            .member("complete", slice.treatedDone()).endObject()
            .name("control").beginObject().member("customers", slice.control())
            .member("complete", slice.controlDone()).endObject();
        figure(json.name("conversions"), slice.conversions());
        figure(json.name("revenue"), slice.revenue());
    }

    private static void figure(final JsonText json, final Figure figure) {
        json.beginObject()
            .member("enoughData", figure.enough())
            .name("treated").value(figure.effect().treatedMean())
            .name("control").value(figure.effect().controlMean())
            .name("gain").value(figure.effect().estimate())
            .name("standardError").value(figure.effect().standardError());
        interval(json.name("oneLook"), figure.fixed());
        interval(json.name("anyLook"), figure.sequential());
        json.name("relative").value(figure.effect().relative());
        interval(json.name("relativeOneLook"), figure.relative());
        json.endObject();
    }

    private static void interval(final JsonText json, final Interval interval) {
        if (interval.isKnown()) {
            json.beginArray().value(interval.low()).value(interval.high()).endArray();
        } else {
            json.value((String) null);
        }
    }

    private static String instant(final long timeNs) {
        return JournalSummary.instant(timeNs).toString();
    }
}
