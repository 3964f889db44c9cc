package io.opportune.engine.server;

import io.opportune.engine.bidding.BidMultiplier;
import io.opportune.engine.catalogue.Campaign;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.catalogue.Pacing;
import io.opportune.engine.delivery.BudgetPlan;
import io.opportune.engine.delivery.Pace;
import io.opportune.engine.files.DurableFiles;
import io.opportune.engine.ledger.BudgetPeriod;
import io.opportune.engine.ledger.BudgetTerms;
import io.opportune.engine.ledger.LedgerTotals;
import io.opportune.engine.ledger.LineTotals;
import io.opportune.engine.pacing.Actuator;
import io.opportune.engine.pacing.DayParts;
import io.opportune.engine.pacing.PaceReport;
import io.opportune.engine.pacing.PacingLoop;
import io.opportune.engine.pacing.PacingMode;
import io.opportune.engine.pacing.PacingTable;
import io.opportune.engine.pacing.PacingTerms;
import io.opportune.engine.pacing.SpendSource;
import io.opportune.protocol.codec.Channel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agrona.collections.Int2IntHashMap;
import org.agrona.concurrent.EpochNanoClock;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The pace of the campaigns in a running server: every two seconds the controllers see what the ledger says was spent
 * and what the shards could have taken part in, and publish who takes part how often. What was learned is kept in a
 * file of the data folder; without it the controllers only learn again. One daemon thread; another catalogue comes from
 * a control thread.
 */
final class PacingService implements BidMultiplier, AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(PacingService.class);
    private static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(2);
    private static final long KEEP_INTERVAL_NS = TimeUnit.MINUTES.toNanos(1);
    private static final double MULTIPLIER_FLOOR = 0.1;

    private final Path file;
    private final LedgerService ledger;
    private final EpochNanoClock clock;
    private final Consumer<Throwable> errors;
    private final Periodic periodic;
    private ShardSet shards;
    private long keptNs;
    private volatile Followed followed;
    /** What the ledger said at the begin of a round: one moment for all lines. */
    private volatile Map<Key, LineTotals> lines = Map.of();

    /** A ledger's line. */
    private record Key(int budgetId, int period) {
    }

    /**
     * How a budget keeps its plan.
     *
     * @param report       by the loop.
     * @param highestPrice most that one opportunity spends of it, 1 or more.
     */
    record Paced(PaceReport report, long highestPrice) {
        /** How many opportunities it is behind its plan, at the highest price; so that budgets can be compared. */
        double slack() {
            return (double) (report.planned() - report.spent() - report.reserved()) / highestPrice;
        }
    }

    /** The campaigns of one catalogue that are paced, how each shard follows them, and what their loop reads. */
    private final class Followed implements SpendSource {
        private final List<BudgetPlan.Entry> budgets;
        private final Map<Integer, BudgetPlan.Entry> byId = new HashMap<>();
        private final List<PacingTerms> terms;
        private final Int2IntHashMap slots = new Int2IntHashMap(PacingTable.UNPACED);
        private final Pace[] paces;
        private final PacingLoop loop;

        private Followed(
            final List<BudgetPlan.Entry> budgets, final List<PacingTerms> terms, final int shardCount) {
            this.budgets = budgets;
            budgets.forEach(entry -> byId.put(entry.terms().budgetId(), entry));
            this.terms = terms;
            loop = new PacingLoop(terms, this);
            final int[] campaignIds = terms.stream().mapToInt(PacingTerms::campaignId).distinct().toArray();
            for (int slot = 0; slot < campaignIds.length; slot++) {
                slots.put(campaignIds[slot], slot);
            }
            paces = new Pace[shardCount];
            Arrays.setAll(paces, shard -> new Pace(loop.table(), campaignIds));
        }

        @Override
        public long limit(final int line) {
            return byId.get(line).terms().limit();
        }

        @Override
        public long spent(final int line, final int period) {
            final LineTotals totals = totals(line, period);
            return totals == null ? 0 : totals.spent();
        }

        @Override
        public long reserved(final int line, final int period) {
            final LineTotals totals = totals(line, period);
            return totals == null ? 0 : totals.reserved();
        }

        @Override
        public long late(final int line, final int period) {
            final LineTotals totals = totals(line, period);
            return totals == null ? 0 : totals.lateSpend();
        }

        private LineTotals totals(final int line, final int period) {
            return lines.get(new Key(line, period));
        }

        @Override
        public long opportunities(final int campaignId) {
            final int slot = slots.get(campaignId);
            return slot == PacingTable.UNPACED ? 0
                : Arrays.stream(paces).mapToLong(pace -> pace.opportunities(slot)).sum();
        }
    }

    PacingService(
        final Path file, final LedgerService ledger, final EpochNanoClock clock, final Consumer<Throwable> errors) {
        this.file = file;
        this.ledger = ledger;
        this.clock = clock;
        this.errors = errors;
        periodic = new Periodic("pacing", errors);
    }

    void attach(final ShardSet shardSet) {
        shards = shardSet;
    }

    /** Paces the campaigns of a catalogue, before any shard decides with it; after the ledger knows its budgets. */
    void declare(final Catalogue catalogue) {
        final Followed before = followed;
        final List<BudgetPlan.Entry> budgets = new ArrayList<>();
        final List<PacingTerms> terms = terms(catalogue, budgets);
        if (before == null ? terms.isEmpty() : terms.equals(before.terms) && budgets.equals(before.budgets)) {
            return;
        }
        final Followed next = new Followed(budgets, terms, shards.count());
        learnFrom(before, next.loop);
        followed = next;
        lines = linesNow();
        next.loop.doWork(clock.nanoTime());
        for (int i = 0; i < shards.count(); i++) {
            final int shard = i;
            shards.call(shard, () -> shards.engine(shard).follow(next.paces[shard]));
        }
    }

    private static List<PacingTerms> terms(final Catalogue catalogue, final List<BudgetPlan.Entry> budgets) {
        final Map<Integer, Campaign> paced = new HashMap<>();
        catalogue.campaigns().stream().filter(campaign -> !campaign.pacing().equals(Pacing.UNPACED))
            .forEach(campaign -> paced.put(campaign.campaignId(), campaign));
        final List<PacingTerms> terms = new ArrayList<>();
        if (paced.isEmpty()) {
            return terms;
        }
        final Set<Integer> redeemed = new LinkedHashSet<>();
        for (int i = 0; i < catalogue.offerCount(); i++) {
            final Offer offer = catalogue.offer(i);
            if ((offer.channelMask() & ~(1 << Channel.AD_EXCHANGE.value())) != 0) {
                redeemed.add(offer.campaignId());
            }
        }
        for (final BudgetPlan.Entry entry : BudgetPlan.of(catalogue).entries()) {
            final Campaign campaign = entry.ofOffer() || entry.budget().hasScope() ? null : paced.get(entry.ownerId());
            if (campaign != null) {
                // The same under every catalogue, so that what was learned finds its budget again.
                final int line = entry.terms().budgetId();
                budgets.add(entry);
                final Pacing pacing = campaign.pacing();
                terms.add(new PacingTerms(campaign.campaignId(), line,
                    redeemed.contains(campaign.campaignId()) ? Actuator.PARTICIPATION : Actuator.BID,
                    PacingMode.valueOf(pacing.mode().name()), pacing.strength(),
                    DayParts.of(pacing.hours().stream().mapToInt(Integer::intValue).toArray()), campaign.zone(),
                    campaign.flights().getFirst().startNs(), campaign.flights().getLast().endNs(),
                    entry.terms().period() == BudgetPeriod.DAILY, Math.max(1, entry.terms().maxLiability()),
                    MULTIPLIER_FLOOR, campaign.campaignId()));
            }
        }
        return terms;
    }

    /** From the catalogue before, or from the file at the start. */
    private void learnFrom(final Followed before, final PacingLoop next) {
        try {
            if (before != null) {
                final ByteArrayOutputStream learned = new ByteArrayOutputStream();
                before.loop.write(learned);
                next.read(new ByteArrayInputStream(learned.toByteArray()));
            } else if (Files.exists(file)) {
                next.read(new ByteArrayInputStream(Files.readAllBytes(file)));
            }
        } catch (final IOException e) {
            LOG.warn("the pace of campaigns is learned anew: {}", e.toString());
        }
    }

    void start() {
        periodic.every(INTERVAL_NS, INTERVAL_NS, this::work);
    }

    private void work() {
        final Followed now = followed;
        if (now == null) {
            return;
        }
        final PacingLoop loop = now.loop;
        lines = linesNow();
        final long nowNs = clock.nanoTime();
        loop.doWork(nowNs);
        if (nowNs - keptNs > KEEP_INTERVAL_NS) {
            keptNs = nowNs;
            keep(loop);
        }
    }

    private Map<Key, LineTotals> linesNow() {
        final LedgerTotals totals = ledger.totals();
        final Map<Key, LineTotals> found = new HashMap<>();
        for (final LineTotals line : totals.lines()) {
            if (line.scopeId() == 0) {
                found.put(new Key(line.budgetId(), line.period()), line);
            }
        }
        return found;
    }

    private void keep(final PacingLoop loop) {
        final ByteArrayOutputStream learned = new ByteArrayOutputStream();
        try {
            loop.write(learned);
            DurableFiles.write(file, learned.toByteArray());
        } catch (final IOException e) {
            LOG.warn("what was learned of the pace of campaigns could not be kept: {}", e.toString());
        }
    }

    /** How all paced budgets keep their plans. */
    List<PaceReport> reports() {
        final Followed now = followed;
        return now == null ? List.of() : now.loop.reports();
    }

    /** How the paced budgets of the catalogue in service keep their plans, by id of the budget. */
    Map<Integer, Paced> reportsByBudget() {
        final Followed now = followed;
        final Map<Integer, Paced> found = new HashMap<>();
        if (now != null) {
            for (final PaceReport report : now.loop.reports()) {
                final BudgetTerms terms = now.byId.get(report.line()).terms();
                found.put(terms.budgetId(), new Paced(report, Math.max(1, terms.maxLiability())));
            }
        }
        return found;
    }

    /** The budget of a line of the reports. */
    BudgetPlan.Entry budget(final int line) {
        return followed.byId.get(line);
    }

    @Override
    public double of(final int campaignId) {
        final Followed now = followed;
        return now == null ? 1 : now.loop.table().multiplier(now.slots.get(campaignId));
    }

    @Override
    public void close() {
        periodic.close();
        if (followed != null) {
            keep(followed.loop);
        }
    }
}
