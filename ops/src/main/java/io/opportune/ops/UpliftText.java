package io.opportune.ops;

import io.opportune.engine.uplift.Comparison;
import io.opportune.engine.uplift.Figure;
import io.opportune.engine.uplift.Interval;
import io.opportune.engine.uplift.Slice;
import io.opportune.engine.uplift.UpliftAnalysis;
import io.opportune.engine.uplift.UpliftReport;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Locale;

/** The report on uplift for people: alarms first, then a table for each comparison, then what the words mean. */
final class UpliftText {
    private static final long DAY_NS = 86_400_000_000_000L;
    private static final long HOUR_NS = 3_600_000_000_000L;
    private static final long MINUTE_NS = 60_000_000_000L;
    private static final double PERCENT = 100;
    private static final double MICROS = 1e6;
    private static final String NOT_ENOUGH = "not enough data";

    private final PrintWriter out;

    UpliftText(final PrintWriter out) {
        this.out = out;
    }

    void print(final UpliftReport report) {
        if (report.comparisons().isEmpty()) {
            paragraph("There is nothing to compare: no decision in the journal was made under a catalogue with a"
                + " control group for it. Add \"control: {percent: 2}\" for all offers or to a campaign, see"
                + " engine/CATALOGUE.md.");
            leftOut(report);
            return;
        }
        for (final Comparison comparison : report.comparisons()) {
            alarm(comparison, comparison.whole());
            comparison.slices().forEach(slice -> alarm(comparison, slice));
        }
        report.comparisons().forEach(comparison -> print(comparison, report));
        explain(report);
        leftOut(report);
    }

    private static String name(final Comparison comparison) {
        return comparison.campaign().isEmpty() ? "all offers" : comparison.campaign();
    }

    private void alarm(final Comparison comparison, final Slice slice) {
        if (slice.alarm()) {
            paragraph("ALARM, sample ratio mismatch: " + name(comparison)
                + (slice.name().isEmpty() ? "" : ", " + slice.name()) + ": "
                + whole(slice.control()) + " of " + whole(slice.treated() + slice.control())
                + " customers are in the control arm, which should hold " + percent(slice.expected(), 2)
                + ". This happens by chance in fewer than one of "
                + whole(Math.round(1 / UpliftAnalysis.ALARM_ALPHA))
                + " experiments, however often one looks. Customers are missing in one of the arms: do not believe its"
                + " figures before you know why.");
            out.println();
        }
    }

    private void print(final Comparison comparison, final UpliftReport report) {
        paragraph(name(comparison) + ": against " + (comparison.ownGroup()
                ? "the campaign's own control group" : "the global control group")
            + " of " + percent(comparison.basisPoints() / (PERCENT * PERCENT), 2) + " since "
            + JournalSummary.instant(comparison.sinceNs()) + (comparison.running() ? "" : " (ended)")
            + ", outcomes within " + duration(comparison.windowNs()) + " after the first offer.");
        if (!comparison.ownGroup() && !comparison.campaign().isEmpty()) {
            paragraph("It has no group of its own: this is what all offers together brought to the customers whom it"
                + " was offered to.");
        }
        final TextTable table = new TextTable("", "", ">offered", ">kept back", ">gain", ">95 % at one look",
            ">95 % at any look", ">in %", ">95 % at one look");
        rows(table, comparison, comparison.whole(), report);
        comparison.slices().forEach(slice -> rows(table, comparison, slice, report));
        table.print(out);
        paragraph(beside(comparison));
        out.println();
    }

    private static void rows(
        final TextTable table, final Comparison comparison, final Slice slice, final UpliftReport report) {
        table.row(slice.name().isEmpty() ? "all" : DeliveryText.cut(slice.name()), "customers",
            whole(slice.treatedDone()), whole(slice.controlDone()), "", "", "", "", slice.alarm() ? "ALARM" : "");
        if (slice.treatedDone() == 0 || slice.controlDone() == 0) {
            table.row("", "", "", "", "", NOT_ENOUGH, NOT_ENOUGH, "", "");
            return;
        }
        figure(table, "conversions" + (report.adjusted() ? ", adjusted" : ""), slice.conversions(), PERCENT, 3, " %");
        figure(table, "revenue " + currency(comparison.currency()) + (report.adjusted() ? ", adjusted" : ""),
            slice.revenue(), 1, 4, "");
    }

    private static void figure(
        final TextTable table, final String what, final Figure figure, final double scale, final int digits,
        final String unit) {
        final double relative = figure.effect().relative();
        table.row("", what, number(figure.effect().treatedMean() * scale, digits) + unit,
            number(figure.effect().controlMean() * scale, digits) + unit,
            signed(figure.effect().estimate() * scale, digits) + unit,
            figure.enough() ? interval(figure.fixed(), scale, digits) : NOT_ENOUGH,
            figure.enough() ? interval(figure.sequential(), scale, digits) : NOT_ENOUGH,
            Double.isNaN(relative) ? "" : signed(relative * PERCENT, 1),
            figure.enough() ? interval(figure.relative(), PERCENT, 1) : NOT_ENOUGH);
    }

    private static String beside(final Comparison comparison) {
        final Slice whole = comparison.whole();
        final List<String> words = new ArrayList<>();
        words.add("Waiting for their window to end: " + whole(whole.treated() - whole.treatedDone()) + " offered, "
            + whole(whole.control() - whole.controlDone()) + " kept back.");
        if (comparison.severalRoots() + comparison.bothArms() + comparison.erased() > 0) {
            words.add("Left out: " + whole(comparison.severalRoots())
                + " whose offers stand under several keys merged since, " + whole(comparison.bothArms())
                + " of those left out having met both arms; " + whole(comparison.erased()) + " erased.");
        }
        if (comparison.overlapping() > 0) {
            words.add(whole(comparison.overlapping())
                + " decisions left out in which groups of other campaigns may have changed the offers.");
        }
        if (comparison.otherCurrency() > 0) {
            words.add(whole(comparison.otherCurrency()) + " purchases in other currencies are not in the revenue.");
        }
        words.add("Beside it, proving nothing: " + whole(comparison.impressions()) + " impressions, "
            + whole(comparison.redemptions()) + " redemptions of "
            + number(comparison.redeemedMicros() / MICROS, 2) + " by customers offered something.");
        return String.join(" ", words);
    }

    private void explain(final UpliftReport report) {
        paragraph("Gains are per customer offered something, bought from anybody: what the offer changed, not what was"
            + " bought through it. \"At one look\" holds for one look at a time fixed beforehand; who looks again and"
            + " again, or stops when the figure pleases, must use \"at any look\", which was planned for "
            + whole(report.plannedCustomers()) + " customers. An interval that holds 0 proves no gain.");
        if (report.intervals() > 1) {
            paragraph(report.alpha() < UpliftAnalysis.ALPHA
                ? "All " + report.intervals() + " intervals of a kind hold together with 95 % (Bonferroni)."
                : String.format(Locale.ROOT, "Of %d intervals of a kind %.1f miss the truth by chance: do not pick the"
                    + " best; --simultaneous makes them hold together.", report.intervals(),
                    report.intervals() * report.alpha()));
        }
    }

    private void leftOut(final UpliftReport report) {
        if (report.namelessDecisions() > 0) {
            paragraph(whole(report.namelessDecisions()) + " of " + whole(report.decisions()) + " decisions were for"
                + " customers who are unknown or agreed to nothing: they are in no group and no figure.");
        }
        if (report.unknownSettings() > 0) {
            paragraph(whole(report.unknownSettings()) + " decisions are left out because their catalogue is not kept.");
        }
        if (report.redacted() > 0) {
            paragraph(whole(report.redacted()) + " records of erased customers are overwritten: who they were, and in"
                + " which arm, is not known any more.");
        }
        if (report.damaged() > 0) {
            paragraph(whole(report.damaged()) + " damaged records were passed over.");
        }
    }

    private void paragraph(final String text) {
        DeliveryText.wrapped(text, "  ").forEach(out::println);
    }

    private static String currency(final int code) {
        return Currency.getAvailableCurrencies().stream().filter(each -> each.getNumericCode() == code)
            .map(Currency::getCurrencyCode).sorted().findFirst().orElse("");
    }

    private static String duration(final long ns) {
        if (ns % DAY_NS == 0) {
            return ns / DAY_NS + (ns == DAY_NS ? " day" : " days");
        }
        return ns % HOUR_NS == 0 ? ns / HOUR_NS + " h" : ns / MINUTE_NS + " min";
    }

    private static String interval(final Interval interval, final double scale, final int digits) {
        return interval.isKnown()
            ? signed(interval.low() * scale, digits) + " to " + signed(interval.high() * scale, digits) : NOT_ENOUGH;
    }

    private static String percent(final double share, final int digits) {
        return number(share * PERCENT, digits) + " %";
    }

    private static String number(final double value, final int digits) {
        return String.format(Locale.ROOT, "%,." + digits + "f", value);
    }

    private static String signed(final double value, final int digits) {
        return String.format(Locale.ROOT, "%+,." + digits + "f", value);
    }

    private static String whole(final long value) {
        return DeliveryText.whole(value);
    }
}
