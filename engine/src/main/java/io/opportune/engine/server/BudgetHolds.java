package io.opportune.engine.server;

import io.opportune.engine.catalogue.Budget;
import io.opportune.engine.decision.Hold;
import io.opportune.engine.decision.HoldReason;
import io.opportune.engine.decision.Holds;
import io.opportune.engine.delivery.BudgetPlan;
import io.opportune.engine.ledger.BudgetPeriod;
import io.opportune.engine.ledger.LedgerTotals;
import io.opportune.engine.ledger.LineTotals;
import io.opportune.engine.ledger.LocalDay;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agrona.concurrent.EpochNanoClock;

/**
 * Holds back the offers and campaigns whose budget is spent, so that no search meets them, and lets them go on when the
 * next day begins or the budget is raised. What is only reserved holds nobody back: it may come back any moment. One
 * daemon thread, some times a second.
 */
final class BudgetHolds implements AutoCloseable {
    private static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(250);

    private final LedgerService ledger;
    private final CatalogueService catalogues;
    private final EpochNanoClock clock;
    private final Periodic periodic;

    /** A budget line: budget, scope, period. */
    private record Key(int budgetId, int scopeId, int period) {
    }

    /** An offer or a campaign. */
    private record Owner(boolean offer, int id) {
    }

    BudgetHolds(
        final LedgerService ledger, final CatalogueService catalogues, final EpochNanoClock clock,
        final Consumer<Throwable> errors) {
        this.ledger = ledger;
        this.catalogues = catalogues;
        this.clock = clock;
        periodic = new Periodic("budget-holds", errors);
    }

    void start() {
        periodic.every(INTERVAL_NS, INTERVAL_NS, this::check);
    }

    private void check() {
        final Set<Owner> spent = spent();
        final Holds holds = catalogues.holds();
        for (final Hold.Target target : Hold.Target.values()) {
            holds.held(target, HoldReason.BUDGET)
                .filter(id -> !spent.contains(new Owner(target == Hold.Target.OFFER, id)))
                .forEach(id -> catalogues.hold(target, id, HoldReason.BUDGET, false));
        }
        for (final Owner owner : spent) {
            final Hold.Target target = owner.offer ? Hold.Target.OFFER : Hold.Target.CAMPAIGN;
            if (!holds.isHeld(target, owner.id, HoldReason.BUDGET)) {
                catalogues.hold(target, owner.id, HoldReason.BUDGET, true);
            }
        }
    }

    private Set<Owner> spent() {
        final BudgetPlan plan = ledger.plan();
        final Set<Owner> spent = new HashSet<>();
        if (plan.entries().isEmpty()) {
            return spent;
        }
        final Map<Key, LineTotals> lines = new HashMap<>();
        final LedgerTotals totals = ledger.totals();
        totals.lines().forEach(line -> lines.put(new Key(line.budgetId(), line.scopeId(), line.period()), line));
        final long nowNs = clock.nanoTime();
        final Map<ZoneId, Integer> days = new HashMap<>();
        for (final BudgetPlan.Entry entry : plan.entries()) {
            final Budget budget = entry.budget();
            // A spent store or deal leaves the others.
            if (!budget.hasScope()) {
                final int period = entry.terms().period() == BudgetPeriod.TOTAL ? 0 : days.computeIfAbsent(
                    entry.terms().zone(), zone -> LocalDay.of(zone, nowNs));
                final LineTotals line = lines.get(new Key(budget.budgetId(), 0, period));
                final long left =
                    line == null ? entry.terms().limit() : line.limit() - line.spent() - line.lateSpend();
                if (left < entry.least() || line != null && line.broken()) {
                    spent.add(new Owner(entry.ofOffer(), entry.ownerId()));
                }
            }
        }
        return spent;
    }

    @Override
    public void close() {
        periodic.close();
    }
}
