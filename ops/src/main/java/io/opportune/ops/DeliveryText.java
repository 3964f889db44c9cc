package io.opportune.ops;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Amounts, shares and sentences of the delivery report, short enough for a line of 120 characters. */
final class DeliveryText {
    static final int WIDTH = 120;

    private static final int NAME = 24;
    private static final double MICROS = 1e6;
    private static final int WITH_CENTS = 100_000;
    private static final long THOUSAND = 1_000;
    private static final String[] THOUSANDS = {"k", "M", "G", "T"};

    private DeliveryText() {
    }

    static String cut(final String name) {
        return name.length() <= NAME ? name : name.substring(0, NAME - 1) + "…";
    }

    /** Unit and period of a budget, such as {@code USD a day}. */
    static String kind(final JsonNode budget) {
        final String unit = isMoney(budget) ? budget.path("currency").asText() : "count";
        return unit + switch (budget.path("period").asText()) {
            case "day" -> " a day";
            case "store" -> " a store";
            case "day_store" -> " a day and store";
            case "deal" -> " a deal";
            case "day_deal" -> " a day and deal";
            default -> " in all";
        };
    }

    private static boolean isMoney(final JsonNode budget) {
        return budget.path("unit").asText().equals("micros");
    }

    /** Money to the cent while it is short, otherwise whole, or of millions and more a few digits. */
    static String amount(final JsonNode budget, final long amount) {
        if (!isMoney(budget)) {
            return compact(amount);
        }
        final double units = amount / MICROS;
        return Math.abs(units) < WITH_CENTS ? String.format(Locale.ROOT, "%,.2f", units) : compact(Math.round(units));
    }

    static String whole(final long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** At most seven characters. */
    static String compact(final long value) {
        if (Math.abs(value) < THOUSAND * THOUSAND) {
            return whole(value);
        }
        double rest = value;
        int step = -1;
        while (Math.abs(rest) >= THOUSAND && step < THOUSANDS.length - 1) {
            rest /= THOUSAND;
            step++;
        }
        return String.format(Locale.ROOT, "%.2f%s", rest, THOUSANDS[step]);
    }

    static String planned(final JsonNode budget) {
        return budget.path("planned").isNull() ? "" : amount(budget, budget.path("planned").asLong());
    }

    static String error(final JsonNode budget) {
        return budget.path("paceError").isNull() ? ""
            : String.format(Locale.ROOT, "%+.1f%%", 100 * budget.path("paceError").asDouble());
    }

    static String share(final JsonNode share) {
        return share.isNumber() ? String.format(Locale.ROOT, "%.1f%%", 100 * share.asDouble()) : "";
    }

    static String decimal(final JsonNode value) {
        return value.isNumber() ? String.format(Locale.ROOT, "%.2f", value.asDouble()) : "";
    }

    /** Lines of at most {@link #WIDTH} characters, broken at blanks; those behind the first are indented. */
    static List<String> wrapped(final String text, final String indent) {
        final List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (final String word : text.split(" ")) {
            if (line.length() > indent.length() && line.length() + 1 + word.length() > WIDTH) {
                lines.add(line.toString());
                line = new StringBuilder(indent).append(word);
            } else {
                line.append(line.isEmpty() ? "" : " ").append(word);
            }
        }
        lines.add(line.toString());
        return lines;
    }
}
