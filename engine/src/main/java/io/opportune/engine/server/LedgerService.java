package io.opportune.engine.server;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.config.Config;
import io.opportune.engine.config.ConfigKey;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.counters.CountersFile;
import io.opportune.engine.delivery.BudgetPlan;
import io.opportune.engine.delivery.BudgetSlots;
import io.opportune.engine.delivery.HoldTimes;
import io.opportune.engine.ledger.BudgetTerms;
import io.opportune.engine.ledger.Ledger;
import io.opportune.engine.ledger.LedgerAgent;
import io.opportune.engine.ledger.LedgerLink;
import io.opportune.engine.ledger.LedgerListener;
import io.opportune.engine.ledger.LedgerSettings;
import io.opportune.engine.ledger.LedgerTotals;
import io.opportune.engine.ledger.LineTotals;
import io.opportune.engine.ledger.ShardLeases;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The ledger in a running server: rebuilt by recovery, joined with the shards by a pair of rings each, then worked by a
 * thread of its own, which grants leases and settles what shards tell. Everything else that touches the ledger does so
 * under its lock: another catalogue's budgets, a snapshot.
 */
final class LedgerService implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(LedgerService.class);
    private static final long IDLE_NS = TimeUnit.MICROSECONDS.toNanos(500);
    private static final long NUDGE_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int RING_BYTES = 1 << 20;
    private static final int SPILL_BYTES = 4 << 20;
    private static final long STOP_WAIT_MS = 10_000;
    private static final long FLUSH_WAIT_NS = TimeUnit.SECONDS.toNanos(10);

    private final Object lock = new Object();
    private final EpochNanoClock epochClock;
    private final NanoClock nanoClock;
    private final CountersFile counters;
    private final LedgerSettings settings;
    private final HoldTimes holdTimes;
    private final Ledger ledger;
    private final BudgetCurrencies currencies;
    private final List<LedgerLink> links = new ArrayList<>();
    /** All budgets that this start has seen; written by whoever switches catalogues, one at a time. */
    private final Map<Long, BudgetTerms> declared = new HashMap<>();
    private ShardSet shards;
    private LedgerAgent agent;
    private Thread thread;
    private volatile BudgetPlan plan = BudgetPlan.NONE;
    private volatile boolean running;
    private int cutOff;

    LedgerService(
        final Config config, final int shardCount, final BudgetCurrencies currencies, final CountersFile counters,
        final EpochNanoClock epochClock, final NanoClock nanoClock) {
        this.currencies = currencies;
        this.counters = counters;
        this.epochClock = epochClock;
        this.nanoClock = nanoClock;
        settings = LedgerSettings.defaults()
            .withBounds(LedgerSettings.defaults().maxShards(), config.integer(ConfigKey.DELIVERY_MAX_BUDGETS),
                config.integer(ConfigKey.DELIVERY_MAX_RESERVATIONS))
            .withHorizons(config.durationNs(ConfigKey.DELIVERY_SETTLED_HORIZON),
                Math.max(config.durationNs(ConfigKey.DELIVERY_SETTLED_HORIZON),
                    config.durationNs(ConfigKey.DELIVERY_REFUND_HORIZON)))
            .withRings(RING_BYTES, SPILL_BYTES);
        holdTimes = new HoldTimes(
            seconds(config, ConfigKey.DELIVERY_HOLD_AUCTION), seconds(config, ConfigKey.DELIVERY_HOLD_OFFER));
        ledger = new Ledger(settings, new LedgerListener() {
            @Override
            public void exhausted(
                final int budgetId, final int scopeId, final int campaignId, final boolean exhausted) {
                // What is reserved may come back: BudgetHolds asks what is spent.
            }

            @Override
            public void broken(final LineTotals line, final String what) {
                LOG.error("BUDGET {} OF CAMPAIGN {} DOES NOT ADD UP, nothing more is spent from it: {}; {}",
                    line.budgetId(), line.campaignId(), what, line);
                counters.errors().record("ledger", "a budget does not add up");
            }
        });
        for (int i = 0; i < shardCount; i++) {
            links.add(new LedgerLink(settings));
        }
    }

    private static int seconds(final Config config, final ConfigKey key) {
        return (int) Math.max(1, TimeUnit.NANOSECONDS.toSeconds(config.durationNs(key)));
    }

    /** For recovery, before anything else. */
    Ledger ledger() {
        return ledger;
    }

    HoldTimes holdTimes() {
        return holdTimes;
    }

    /** The shards' side, once the ledger is rebuilt. */
    ShardLeases leases(final int shard) {
        return new ShardLeases(links.get(shard), settings, Math.max(0, ledger.latestNs()));
    }

    void attach(final ShardSet shardSet) {
        shards = shardSet;
    }

    /** Makes the budgets of a catalogue known to ledger and shards, before any shard decides with it. */
    void declare(final Catalogue catalogue) {
        final BudgetPlan next = BudgetPlan.of(catalogue);
        if (next == BudgetPlan.NONE && plan == BudgetPlan.NONE) {
            return;
        }
        final BudgetSlots.Builder slots = new BudgetSlots.Builder();
        final List<BudgetTerms> terms = kept(
            next.entries().stream().map(BudgetPlan.Entry::terms).filter(this::isPossible).toList());
        synchronized (lock) {
            ledger.declare(terms);
            // Those of the catalogue in use too: it decides until the last shard has the next one. What is refused in
            // that must not be spent as what it was before.
            final Set<Long> refused = next.entries().stream().map(entry -> key(entry.terms()))
                .collect(Collectors.toCollection(HashSet::new));
            terms.forEach(each -> refused.remove(key(each)));
            Stream.concat(plan.entries().stream().map(BudgetPlan.Entry::terms), terms.stream())
                .filter(each -> !refused.contains(key(each))).forEach(each -> addSlot(slots, each));
        }
        plan = next;
        final BudgetSlots known = slots.build();
        for (int i = 0; i < shards.count(); i++) {
            final int shard = i;
            shards.call(shard, () -> shards.engine(shard).useBudgets(known));
        }
    }

    private static long key(final BudgetTerms terms) {
        return (long) terms.budgetId() << Integer.SIZE | terms.scopeId();
    }

    private void addSlot(final BudgetSlots.Builder slots, final BudgetTerms terms) {
        final int slot = ledger.slotOf(terms.budgetId(), terms.scopeId());
        if (slot != BudgetSlots.UNKNOWN) {
            slots.add(terms.budgetId(), terms.scopeId(), slot);
        }
    }

    /** Whether the ledger can take a budget; nothing is spent from one that it cannot, the rest goes on. */
    private boolean isPossible(final BudgetTerms terms) {
        final long key = key(terms);
        final BudgetTerms before = declared.get(key);
        if (before == null && declared.size() == settings.maxSlots()) {
            LOG.error("budget {} of campaign {} has no place, nothing is spent from it: raise {} and restart",
                terms.budgetId(), terms.campaignId(), ConfigKey.DELIVERY_MAX_BUDGETS.key());
            return false;
        }
        if (currencies.of(terms) != terms.currency()) {
            LOG.error("budget {} of campaign {} was kept in currency {} and cannot be kept in {}, nothing is spent from"
                + " it: give the campaign another name", terms.budgetId(), terms.campaignId(), currencies.of(terms),
                terms.currency());
            counters.errors().record("ledger", "a campaign has changed its currency");
            return false;
        }
        declared.put(key, terms);
        return true;
    }

    /** All of them; none when it cannot be noted in which currencies they are kept. */
    private List<BudgetTerms> kept(final List<BudgetTerms> terms) {
        try {
            currencies.keep(terms);
            return terms;
        } catch (final IOException e) {
            LOG.error("the currencies of new budgets cannot be written, nothing is spent from any until the next"
                + " catalogue", e);
            counters.errors().record(e);
            return List.of();
        }
    }

    /** Grants leases from here on. */
    void start() {
        agent = new LedgerAgent(ledger, links, settings, epochClock::nanoTime, nanoClock::nanoTime);
        running = true;
        thread = Thread.ofPlatform().daemon().name("ledger").start(this::run);
    }

    private void run() {
        long nudgedNs = nanoClock.nanoTime();
        while (running) {
            int work = 0;
            try {
                synchronized (lock) {
                    work = agent.doWork();
                }
            } catch (final RuntimeException | Error e) {
                // Without this thread no budget is lent any more: it goes on with what comes next.
                counters.errors().record(e);
                LockSupport.parkNanos(NUDGE_INTERVAL_NS);
            }
            final long nowNs = nanoClock.nanoTime();
            if (nowNs - nudgedNs > NUDGE_INTERVAL_NS) {
                nudgedNs = nowNs;
                // An inline shard without requests would neither take a lease nor give one back.
                shards.nudge();
                gauges();
            }
            if (work == 0) {
                LockSupport.parkNanos(IDLE_NS);
            }
        }
    }

    private void gauges() {
        final LedgerTotals totals = agent.totals();
        counters.counter(CounterDescriptor.LEDGER_RESERVATIONS).setRelease(totals.known());
        counters.counter(CounterDescriptor.LEDGER_DUPLICATES).setRelease(totals.duplicates());
        counters.counter(CounterDescriptor.LEDGER_UNMATCHED).setRelease(totals.unmatched());
        counters.counter(CounterDescriptor.LEDGER_BROKEN).setRelease(totals.brokenLines());
        final int now = (int) links.stream().filter(LedgerLink::isCutOff).count();
        if (now > cutOff) {
            cutOff = now;
            LOG.error("{} SHARDS COULD NOT TELL THE LEDGER WHAT THEY HAVE JOURNALLED, and spend nothing from budgets"
                + " any more: restart, and it is read in the journal", now);
            counters.errors().record("ledger", "a shard is cut off from the ledger");
            counters.counter(CounterDescriptor.LEDGER_CUT_OFF).setRelease(now);
        }
    }

    /** The budgets of the catalogue in service. */
    BudgetPlan plan() {
        return plan;
    }

    /** All lines as they stood some 200 ms ago at most. */
    LedgerTotals totals() {
        return agent == null ? LedgerTotals.EMPTY : agent.totals();
    }

    /** All lines as they stand. */
    LedgerTotals totalsNow() {
        synchronized (lock) {
            return ledger.totals();
        }
    }

    /** Takes in all that the shards have journalled so far, and writes everything. */
    void write(final OutputStream out) throws IOException {
        synchronized (lock) {
            if (agent != null) {
                takeInEverything();
            }
            ledger.write(out);
        }
    }

    /** A copy that lacked what stands before the marks of its snapshot would lose money. */
    private void takeInEverything() throws IOException {
        final long deadlineNs = nanoClock.nanoTime() + FLUSH_WAIT_NS;
        for (int i = 0; i < shards.count(); i++) {
            final int shard = i;
            final boolean[] told = new boolean[1];
            while (!told[0]) {
                if (links.get(i).isCutOff()) {
                    throw new IOException("shard " + shard + " is cut off from the ledger");
                }
                shards.call(shard, () -> told[0] = shards.engine(shard).flushLedger());
                while (agent.doWork() > 0 && nanoClock.nanoTime() - deadlineNs < 0) {
                    Thread.onSpinWait();
                }
                if (!told[0] && nanoClock.nanoTime() - deadlineNs > 0) {
                    throw new IOException("shard " + shard + " could not tell the ledger all that it has journalled");
                }
            }
        }
    }

    /** Ends the thread; what the shards tell from here on the next start reads in the journal. */
    @Override
    public void close() {
        running = false;
        if (thread == null) {
            return;
        }
        try {
            thread.join(STOP_WAIT_MS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
