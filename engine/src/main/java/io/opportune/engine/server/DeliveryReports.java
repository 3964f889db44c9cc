package io.opportune.engine.server;

import io.opportune.engine.admin.DeliveryFunnel;
import io.opportune.engine.admin.DeliveryReport;
import io.opportune.engine.admin.DeliveryReport.Auction;
import io.opportune.engine.admin.DeliveryReport.BudgetLine;
import io.opportune.engine.admin.DeliveryReport.Pace;
import io.opportune.engine.admin.DeliveryReport.State;
import io.opportune.engine.bidding.BidReport;
import io.opportune.engine.catalogue.Campaign;
import io.opportune.engine.catalogue.Budget;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.catalogue.Pacing;
import io.opportune.engine.decision.DeliveryCounts;
import io.opportune.engine.decision.DeliveryTallies;
import io.opportune.engine.decision.Hold;
import io.opportune.engine.decision.HoldReason;
import io.opportune.engine.decision.Holds;
import io.opportune.engine.delivery.BudgetPlan;
import io.opportune.engine.exchange.NoticeKind;
import io.opportune.engine.ledger.BudgetPeriod;
import io.opportune.engine.ledger.BudgetTerms;
import io.opportune.engine.ledger.BudgetUnit;
import io.opportune.engine.ledger.LineTotals;
import io.opportune.engine.pacing.PaceReport;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.protocol.codec.NameKind;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.agrona.concurrent.EpochNanoClock;

/**
 * Gathers the delivery report from the catalogue in service, what is held, the ledger, the pace, the shards' counts and
 * what came of bids. Admin threads; asks no shard.
 */
final class DeliveryReports {
    private static final long NS_PER_S = 1_000_000_000L;
    private static final long NS_PER_MS = 1_000_000L;
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm VV", Locale.ROOT);

    private final CatalogueService catalogues;
    private final LedgerService ledger;
    private final PacingService pacing;
    private final DeliveryTallies tallies;
    private final Supplier<BidReport> bids;
    private final NameRegistry registry;
    private final EpochNanoClock clock;
    private final Map<Integer, String> currencies = new HashMap<>();

    /** A line of the ledger. */
    private record Key(int budgetId, int scopeId, int period) {
    }

    /** Lines by key, late spend of all periods by budget and scope (period 0). */
    private record Lines(Map<Key, LineTotals> current, Map<Key, Long> late) {
    }

    DeliveryReports(
        final CatalogueService catalogues, final LedgerService ledger, final PacingService pacing,
        final DeliveryTallies tallies, final Supplier<BidReport> bids, final NameRegistry registry,
        final EpochNanoClock clock) {
        this.catalogues = catalogues;
        this.ledger = ledger;
        this.pacing = pacing;
        this.tallies = tallies;
        this.bids = bids;
        this.registry = registry;
        this.clock = clock;
        for (final Currency currency : Currency.getAvailableCurrencies()) {
            currencies.merge(currency.getNumericCode(), currency.getCurrencyCode(),
                (one, other) -> one.compareTo(other) < 0 ? one : other);
        }
    }

    /** The budgets alone, by campaign; only of those that have any. */
    List<DeliveryReport.Budgets> budgets() {
        final Catalogue catalogue = catalogues.current();
        if (catalogue == null || ledger.plan().entries().isEmpty()) {
            return List.of();
        }
        final Map<Integer, List<BudgetLine>> budgets =
            budgetsByCampaign(pacing.reportsByBudget(), clock.nanoTime(), catalogue);
        return catalogue.campaigns().stream().filter(campaign -> budgets.containsKey(campaign.campaignId()))
            .map(campaign -> new DeliveryReport.Budgets(
                campaign.id(), campaign.campaignId(), budgets.get(campaign.campaignId()))).toList();
    }

    /** Everything. */
    DeliveryReport report() {
        final Catalogue catalogue = catalogues.current();
        if (catalogue == null) {
            return DeliveryReport.EMPTY;
        }
        final long nowNs = clock.nanoTime();
        final Map<Integer, PacingService.Paced> paces = pacing.reportsByBudget();
        final Map<Integer, List<BudgetLine>> budgets = budgetsByCampaign(paces, nowNs, catalogue);
        final Map<Integer, BidReport.Row> bidRows = new HashMap<>();
        bids.get().campaigns().forEach(row -> bidRows.put(row.id(), row));
        final Map<Integer, List<Offer>> offers = offersByCampaign(catalogue);
        final List<DeliveryReport.Row> rows = new ArrayList<>();
        for (final Campaign campaign : catalogue.campaigns()) {
            final int id = campaign.campaignId();
            rows.add(row(campaign, offers.getOrDefault(id, List.of()), budgets.getOrDefault(id, List.of()),
                paceOf(id, paces.values()), bidRows.get(id), catalogue, nowNs));
        }
        rows.sort(Comparator.comparing(DeliveryReport.Row::name));
        return new DeliveryReport(nowNs / NS_PER_MS, rows);
    }

    private static Map<Integer, List<Offer>> offersByCampaign(final Catalogue catalogue) {
        final Map<Integer, List<Offer>> offers = new HashMap<>();
        for (int i = 0; i < catalogue.offerCount(); i++) {
            offers.computeIfAbsent(catalogue.offer(i).campaignId(), id -> new ArrayList<>()).add(catalogue.offer(i));
        }
        return offers;
    }

    private DeliveryReport.Row row(
        final Campaign campaign, final List<Offer> offers, final List<BudgetLine> budgets, final PaceReport paced,
        final BidReport.Row bidRow, final Catalogue catalogue, final long nowNs) {
        final Pace pace = paced == null ? null : new Pace(paced.paceError(), paced.participation(),
            paced.multiplier(), paced.limitedBy().name().toLowerCase(Locale.ROOT));
        final DeliveryCounts counts = tallies.of(campaign.campaignId(), offers, catalogue.placements());
        final Auction auction = auction(bidRow);
        final Holds holds = catalogues.holds();
        final boolean allSpent = !offers.isEmpty() && offers.stream().allMatch(offer -> isSpent(offer, holds));
        final State state = state(campaign, offers, holds, paced != null, nowNs);
        return new DeliveryReport.Row(campaign.id(), campaign.campaignId(), state, offers.size(), pace, budgets, counts,
            auction, DeliveryFunnel.verdict(
                state, words(state, campaign, offers, holds, nowNs), budgets, allSpent, pace, counts, auction));
    }

    private static Auction auction(final BidReport.Row row) {
        if (row == null) {
            return Auction.NONE;
        }
        final long wins = Math.max(row.notices().getOrDefault(NoticeKind.WIN.word(), 0L),
            row.notices().getOrDefault(NoticeKind.BILL.word(), 0L));
        return new Auction(row.bids(), wins, row.bids() == 0 ? Double.NaN : (double) wins / row.bids(),
            row.shading().bids() == 0 ? Double.NaN : row.shading().mean(), row.noBids(), row.losses());
    }

    /**
     * Of several budgets that which leaves the fewest opportunities until its plan is met: while it holds the campaign
     * back the others cannot keep theirs. By opportunities, because a day's budget and one in all differ in their
     * limits, and money and counts in their units.
     */
    static PaceReport paceOf(final int campaignId, final Collection<PacingService.Paced> paces) {
        return paces.stream().filter(paced -> paced.report().campaignId() == campaignId)
            .min(Comparator.comparingDouble(PacingService.Paced::slack)).map(PacingService.Paced::report).orElse(null);
    }

    private static boolean isPaused(final Offer offer, final Holds holds) {
        return offer.paused() || holds.isHeld(Hold.Target.OFFER, offer.offerId(), HoldReason.PAUSED);
    }

    private static boolean isSpent(final Offer offer, final Holds holds) {
        return holds.isHeld(Hold.Target.OFFER, offer.offerId(), HoldReason.BUDGET)
            || holds.isHeld(Hold.Target.CAMPAIGN, offer.campaignId(), HoldReason.BUDGET);
    }

    private static State state(
        final Campaign campaign, final List<Offer> offers, final Holds holds, final boolean paced, final long nowNs) {
        if (campaign.paused() || holds.isHeld(Hold.Target.CAMPAIGN, campaign.campaignId(), HoldReason.PAUSED)
            || offers.stream().allMatch(offer -> isPaused(offer, holds))) {
            return State.PAUSED;
        }
        if (campaign.flights().stream().noneMatch(flight -> nowNs >= flight.startNs() && nowNs < flight.endNs())) {
            return nowNs >= campaign.flights().getLast().endNs() ? State.AFTER_FLIGHT : State.BEFORE_FLIGHT;
        }
        // Hours are kept by the pace of a budget.
        return paced && !isOpen(campaign, local(nowNs, campaign.zone())) ? State.OUTSIDE_HOURS : State.RUNNING;
    }

    private static boolean isOpen(final Campaign campaign, final ZonedDateTime time) {
        return (campaign.pacing().hours().get(time.getDayOfWeek().ordinal()) >>> time.getHour() & 1) != 0;
    }

    private static String words(
        final State state, final Campaign campaign, final List<Offer> offers, final Holds holds, final long nowNs) {
        return switch (state) {
            case PAUSED -> campaign.paused() ? "its file says that it is paused"
                : holds.isHeld(Hold.Target.CAMPAIGN, campaign.campaignId(), HoldReason.PAUSED)
                    ? "an operator has paused it: `opportune campaigns resume`"
                : offers.isEmpty() ? "it has no offers" : "each of its " + offers.size() + " offers is paused";
            case BEFORE_FLIGHT -> "its next flight begins " + MINUTE.format(local(
                campaign.flights().stream().mapToLong(Campaign.Flight::startNs).filter(start -> start > nowNs).min()
                    .orElseThrow(), campaign.zone()));
            case AFTER_FLIGHT -> "its last flight ended "
                + MINUTE.format(local(campaign.flights().getLast().endNs(), campaign.zone()));
            case OUTSIDE_HOURS -> nextHour(campaign, nowNs);
            case RUNNING -> "";
        };
    }

    private static String nextHour(final Campaign campaign, final long nowNs) {
        ZonedDateTime hour = local(nowNs, campaign.zone()).withMinute(0).withSecond(0).withNano(0);
        for (int i = 0; i < Pacing.DAYS * 24 + 1; i++) {
            hour = hour.plusHours(1);
            if (isOpen(campaign, hour)) {
                return "its next hours begin " + MINUTE.format(hour);
            }
        }
        return "it has no hours";
    }

    private static ZonedDateTime local(final long epochNs, final ZoneId zone) {
        return Instant.ofEpochSecond(Math.floorDiv(epochNs, NS_PER_S)).atZone(zone);
    }

    private Map<Integer, List<BudgetLine>> budgetsByCampaign(
        final Map<Integer, PacingService.Paced> paces, final long nowNs, final Catalogue catalogue) {
        final BudgetPlan plan = ledger.plan();
        final Map<Integer, List<BudgetLine>> budgets = new HashMap<>();
        if (plan.entries().isEmpty()) {
            return budgets;
        }
        final Lines lines = lines();
        final Map<ZoneId, LocalDate> days = new HashMap<>();
        for (final BudgetPlan.Entry entry : plan.entries()) {
            final LocalDate day = entry.terms().period() == BudgetPeriod.TOTAL ? null
                : days.computeIfAbsent(entry.terms().zone(), zone -> local(nowNs, zone).toLocalDate());
            budgets.computeIfAbsent(entry.terms().campaignId(), id -> new ArrayList<>())
                .add(line(entry, day, lines, paces.get(entry.terms().budgetId()), catalogue));
        }
        return budgets;
    }

    private Lines lines() {
        final Lines lines = new Lines(new HashMap<>(), new HashMap<>());
        for (final LineTotals line : ledger.totals().lines()) {
            lines.current.put(new Key(line.budgetId(), line.scopeId(), line.period()), line);
            if (line.lateSpend() != 0) {
                lines.late.merge(new Key(line.budgetId(), line.scopeId(), 0), line.lateSpend(), Long::sum);
            }
        }
        return lines;
    }

    private BudgetLine line(
        final BudgetPlan.Entry entry, final LocalDate day, final Lines lines, final PacingService.Paced paced,
        final Catalogue catalogue) {
        final BudgetTerms terms = entry.terms();
        final LineTotals line = lines.current.get(
            new Key(terms.budgetId(), terms.scopeId(), day == null ? 0 : (int) day.toEpochDay()));
        final long late = line == null ? 0 : line.lateSpend();
        final long spent = line == null ? 0 : line.spent();
        final long left = line == null ? terms.limit() : line.left();
        final boolean money = terms.unit() == BudgetUnit.MICROS;
        final boolean planned = paced != null && terms.scopeId() == 0;
        return new BudgetLine(entry.ofOffer() ? offerName(entry.ownerId(), catalogue) : null, money,
            money ? currencies.getOrDefault(terms.currency(), "") : "", day == null ? null : day.toString(),
            scope(Budget.Scope.STORE, NameKind.STORE, entry), scope(Budget.Scope.DEAL, NameKind.DEAL, entry),
            terms.limit(), spent,
            late, line == null ? 0 : line.reserved(), line == null ? 0 : line.outstanding(),
            line == null ? 0 : line.refunds(), left,
            lines.late.getOrDefault(new Key(terms.budgetId(), terms.scopeId(), 0), 0L) - late,
            planned ? paced.report().planned() : null, planned ? paced.report().paceError() : null,
            terms.limit() - spent - late < entry.least(), line != null && line.broken());
    }

    /** Name of the store or deal whose part it is, or null. */
    private String scope(final Budget.Scope wanted, final NameKind kind, final BudgetPlan.Entry entry) {
        return entry.budget().scope() == wanted ? registry.name(kind, entry.terms().scopeId()) : null;
    }

    private static String offerName(final int offerId, final Catalogue catalogue) {
        final int index = catalogue.offerIndexOf(offerId);
        return index < 0 ? "#" + offerId : catalogue.offer(index).name();
    }
}
