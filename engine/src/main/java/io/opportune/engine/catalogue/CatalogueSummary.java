package io.opportune.engine.catalogue;

import io.opportune.engine.targeting.Attribute;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Describes a catalogue in plain text, for the command line and the admin port. */
public final class CatalogueSummary {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);
    private static final long NS_PER_S = 1_000_000_000L;

    private CatalogueSummary() {
    }

    /**
     * Counts, campaigns with flights, budget and offers, and placements.
     *
     * @param catalogue to describe.
     * @return lines ending with a line feed.
     */
    public static String of(final Catalogue catalogue) {
        final StringBuilder out = new StringBuilder();
        line(out, "catalogue %s", catalogue.version());
        line(out, "%,d offers, %,d campaigns, %,d advertisers, %,d placements, %,d stores, %,d declared attributes",
            catalogue.offerCount(), catalogue.campaigns().size(), catalogue.advertisers().size(),
            catalogue.placements().size(), catalogue.stores().size(), catalogue.schema().declared().size());
        if (catalogue.control().exists()) {
            line(out, "control    %s of all customers, nothing is offered to them", catalogue.control().words());
        }
        for (final Attribute attribute : catalogue.schema().declared()) {
            line(out, "attribute  %-32s %s", attribute.name(), attribute.typeWords());
        }
        final List<Campaign> campaigns = catalogue.campaigns().stream()
            .sorted(Comparator.comparing(Campaign::id)).toList();
        final Map<Campaign, int[]> counts = new IdentityHashMap<>();
        for (int i = 0; i < catalogue.offerCount(); i++) {
            final Offer offer = catalogue.offer(i);
            final int[] count = counts.computeIfAbsent(offer.campaign(), campaign -> new int[2]);
            count[0]++;
            count[1] += offer.paused() ? 1 : 0;
        }
        for (final Campaign campaign : campaigns) {
            final int[] count = counts.getOrDefault(campaign, new int[2]);
            campaign(out, campaign, count[0], count[1]);
        }
        for (final Placement placement : catalogue.placements()) {
            line(out, "placement  %s: up to %d offers%s%s", placement.id(), placement.offerCount(),
                placement.timeBudgetNs() == 0 ? "" : ", " + placement.timeBudgetNs() / 1_000 + " us",
                placement.fallback() == null ? ", no fallback" : ", fallback " + placement.fallback().name());
        }
        return out.toString();
    }

    private static void campaign(
        final StringBuilder out, final Campaign campaign, final int offers, final int paused) {
        final String currency = currencyCode(campaign.currency());
        line(out, "campaign   %s (%s, %s)%s", campaign.id(), campaign.advertiser().id(),
            campaign.objective().name().toLowerCase(Locale.ROOT), campaign.paused() ? ", paused" : "");
        if (campaign.goal() != null) {
            line(out, "  goal     %s%s", campaign.goal().type().name().toLowerCase(Locale.ROOT),
                campaign.goal().amountMicros() == Campaign.Goal.NO_AMOUNT ? ""
                    : " " + amount(campaign.goal().amountMicros()) + " " + currency);
        }
        line(out, "  flights  %s %s", campaign.flights().stream()
            .map(flight -> time(flight.startNs(), campaign.zone()) + " to " + time(flight.endNs(), campaign.zone()))
            .collect(Collectors.joining(", ")), campaign.zone());
        final List<Budget> budgets = new ArrayList<>(campaign.budgets());
        budgets.addAll(campaign.customerBudgets());
        line(out, "  budget   %s", budgets.isEmpty() ? "no limit, " + currency
            : budgets.stream().map(budget -> limit(budget, currency)).collect(Collectors.joining(", ")));
        if (campaign.control().exists()) {
            line(out, "  control  %s", campaign.control().words());
        }
        line(out, "  offers   %,d%s", offers, paused == 0 ? "" : ", " + paused + " paused");
    }

    private static String limit(final Budget budget, final String currency) {
        final String amount = budget.unit() == Budget.Unit.COUNT ? String.format(Locale.ROOT, "%,d", budget.limit())
            : amount(budget.limit()) + " " + currency;
        return amount + (budget.daily() ? " a day" : "") + switch (budget.scope()) {
            case ALL -> "";
            case STORE -> " a store";
            case DEAL -> " a deal";
            case CUSTOMER -> " a customer";
        };
    }

    private static String amount(final long micros) {
        return BigDecimal.valueOf(micros, Fields.MICRO_DIGITS).stripTrailingZeros().toPlainString();
    }

    private static String time(final long epochNs, final ZoneId zone) {
        return TIME.format(Instant.ofEpochSecond(Math.floorDiv(epochNs, NS_PER_S)).atZone(zone));
    }

    private static String currencyCode(final int numeric) {
        return Currency.getAvailableCurrencies().stream()
            .filter(currency -> currency.getNumericCode() == numeric)
            .map(Currency::getCurrencyCode).sorted().findFirst().orElse(Integer.toString(numeric));
    }

    private static void line(final StringBuilder out, final String format, final Object... arguments) {
        out.append(String.format(Locale.ROOT, format, arguments).stripTrailing()).append('\n');
    }
}
