package io.opportune.engine.ledger;

import io.opportune.engine.journal.ReservationBlock;
import io.opportune.engine.journal.SettlementBlock;
import io.opportune.engine.ledger.JournalRecord.LineKey;
import io.opportune.engine.ledger.JournalRecord.Part;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A week of a small business, from one seed: shards decide, journals keep, notices come when they come, the ledger
 * lends. Clock, threads (one step of one of them at a time), disk and notices are made up; ledger, leases, agent,
 * rings, blocks and snapshots are the real ones. What the records come to is compared with {@link LedgerOracle}, and
 * what is lent with what the shards hold.
 */
final class LedgerSimulation {
    /** What goes wrong. */
    enum Fault {
        PROCESS_KILLED, POWER_CUT, SNAPSHOT_TORN, SNAPSHOT_AHEAD, DISK_FULL, CLOCK_FORWARD, CLOCK_BACK,
        LEDGER_STALLED, SHARD_STALLED, SHARD_COUNT_CHANGED, LIMIT_CHANGED, BUDGET_WITHDRAWN, MIDNIGHT,
        DAYLIGHT_SAVING, NOTICE_LATE, NOTICE_TWICE, NOTICE_ELSEWHERE, NOTICE_LOST, LEDGER_FULL, RING_FULL
    }

    /** The real parts, for tests of the test to put broken ones in their places. */
    interface Parts {
        default Ledger ledger(final LedgerSettings settings, final LedgerListener listener) {
            return new Ledger(settings, listener);
        }

        default ShardLeases leases(final LedgerLink link, final LedgerSettings settings, final long floorNs) {
            return new ShardLeases(link, settings, floorNs);
        }

        default LedgerAgent agent(final Ledger ledger, final List<LedgerLink> links, final LedgerSettings settings,
            final LongSupplier wallNs, final LongSupplier monotonicNs) {
            return new LedgerAgent(ledger, links, settings, wallNs, monotonicNs);
        }
    }

    private static final long SECOND = 1_000_000_000L;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    /** About so many are spread over the week. */
    private static final long OPERATIONS = 5_400;
    private static final int MAX_SHARDS = 4;
    private static final int STORES = 2;
    /** Less than the horizon: a ledger that stands longer may judge by what it should have forgotten. */
    private static final long MAX_STALL = 40 * MINUTE;
    private static final long HORIZON = 2 * HOUR;
    private static final long REFUND_HORIZON = 24 * HOUR;
    private static final String[] ZONES = {
        "Europe/Berlin", "America/New_York", "Asia/Beirut", "America/Havana", "Australia/Lord_Howe", "Africa/Cairo",
        "Asia/Kolkata", "America/Santiago"};

    private record Offer(int offerId, int[] budgets, long price, int holdSeconds) {
    }

    private record Notice(long dueNs, int customer, int kind, long decisionId, long eventId, int offerId,
        List<Part> parts, int tries) {
    }

    private record Snapshot(byte[] bytes, List<JournalRecord> records, Map<LineKey, LedgerOracle.Sums> closed) {
    }

    private final long seed;
    private final Parts parts;
    private final Random random;
    private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
    private final LedgerSettings settings;
    private final ZoneId zone;
    private final long startNs;
    private final long shiftNs;
    private final boolean syncsEach;
    private final long syncIntervalNs;
    private final TreeMap<Integer, BudgetTerms> budgets = new TreeMap<>();
    private final List<BudgetTerms> declared = new ArrayList<>();
    private final List<Offer> offers = new ArrayList<>();
    private final List<List<JournalRecord>> journals = new ArrayList<>();
    private final int[] synced = new int[MAX_SHARDS];
    private final long[] lastSyncNs = new long[MAX_SHARDS];
    private final boolean[] isFull = new boolean[MAX_SHARDS];
    private final List<Snapshot> snapshots = new ArrayList<>();
    private final PriorityQueue<Notice> notices =
        new PriorityQueue<>(Comparator.comparingLong(Notice::dueNs).thenComparingLong(Notice::eventId));
    private final Map<LineKey, Long> ceilings = new HashMap<>();
    /** Days that the ledger has dropped, with what they had come to. */
    private final Map<LineKey, LedgerOracle.Sums> closed = new HashMap<>();
    private final Map<LineKey, Line> seen = new HashMap<>();
    private final Map<LineKey, LedgerOracle.Sums> lastSums = new HashMap<>();
    private final Map<LineKey, Long> usedNs = new HashMap<>();
    private final int[] stalledSteps = new int[MAX_SHARDS];

    private LedgerOracle oracle = new LedgerOracle(HORIZON, REFUND_HORIZON);
    private List<JournalRecord> untold = new ArrayList<>();
    private Ledger ledger;
    private LedgerAgent agent;
    private List<LedgerLink> links;
    private ShardLeases[] leases = {};
    private long passedNs;
    private long offsetNs;
    private long ids;
    private int operations;
    private int stalledLedger;
    private long stallEndsNs;
    private long lastExpiryNs = Long.MIN_VALUE;
    private long bornNs;
    private long bornExpiryNs;
    private String broken;
    private boolean mayExceed;
    private boolean hasLost;

    LedgerSimulation(final long seed, final Parts parts) {
        this.seed = seed;
        this.parts = parts;
        random = new Random(seed * 0x9e3779b97f4a7c15L + 1);
        zone = ZoneId.of(ZONES[random.nextInt(ZONES.length)]);
        final Instant near = Instant.parse("2025-12-01T00:00:00Z").plusSeconds(random.nextInt(300) * 86_400L);
        final ZoneOffsetTransition change = zone.getRules().nextTransition(near);
        final Instant start = change == null ? near : change.getInstant().minusSeconds(random.nextInt(7 * 86_400));
        startNs = start.getEpochSecond() * SECOND + random.nextInt((int) SECOND);
        shiftNs = random.nextInt(8) == 0 ? -random.nextInt(3_000) * DAY : 0;
        syncsEach = random.nextInt(3) == 0;
        syncIntervalNs = random.nextBoolean() ? 10 * MINUTE : Long.MAX_VALUE / 4;
        settings = LedgerSettings.defaults()
            .withBounds(MAX_SHARDS, 64, random.nextInt(10) == 0 ? 64 : 2_048)
            .withRings(random.nextInt(4) == 0 ? 1 << 12 : 1 << 14, 1 << 20)
            .withHorizons(HORIZON, REFUND_HORIZON)
            .withLeases(0.1 + random.nextDouble() * 0.9, 10 * MINUTE, 10_000_000L, MINUTE);
        for (int i = 0; i < MAX_SHARDS; i++) {
            journals.add(new ArrayList<>());
        }
        business();
    }

    private void business() {
        // Total, daily, counted, per store, daily per store, and one that a few offers use up.
        budget(1, 0, BudgetUnit.MICROS, BudgetPeriod.TOTAL, 20_000 + random.nextInt(600_000), 900);
        budget(2, 0, BudgetUnit.MICROS, BudgetPeriod.DAILY, 2_000 + random.nextInt(60_000), 900);
        budget(3, 0, BudgetUnit.COUNT, BudgetPeriod.TOTAL, 5 + random.nextInt(900), 1);
        for (int store = 1; store <= STORES; store++) {
            budget(4, store, BudgetUnit.MICROS, BudgetPeriod.TOTAL, 1_000 + random.nextInt(90_000), 900);
            budget(5, store, BudgetUnit.COUNT, BudgetPeriod.DAILY, 1 + random.nextInt(60), 1);
        }
        budget(6, 0, BudgetUnit.MICROS, BudgetPeriod.TOTAL, 1_000 + random.nextInt(3_000), 900);
        budget(7, 0, BudgetUnit.MICROS, BudgetPeriod.DAILY, random.nextInt(4_000), 900);
        declared.addAll(budgets.values());
        final int[][] under = {{1}, {1, 2}, {2, 3}, {1, 4}, {2, 4, 5}, {6}, {1, 2, 3, 4}, {7}, {5, 7}};
        for (int i = 0; i < under.length; i++) {
            offers.add(new Offer(100 + i, under[i], 1 + random.nextInt(900), 30 + random.nextInt(7_200)));
        }
    }

    private void budget(final int id, final int scope, final BudgetUnit unit, final BudgetPeriod period,
        final long limit, final long maxLiability) {

        budgets.put(id * 100 + scope, new BudgetTerms(id, scope, 1, unit, unit == BudgetUnit.COUNT ? 0 : 978, limit,
            period, zone, maxLiability));
    }

    Map<Fault, Integer> faults() {
        return faults;
    }

    int operations() {
        return operations;
    }

    private void count(final Fault fault) {
        faults.merge(fault, 1, Integer::sum);
    }

    /** Runs the week. Throws an AssertionError that names the seed when something is wrong. */
    LedgerSimulation run() {
        try {
            start(1 + random.nextInt(MAX_SHARDS));
            final int faultCount = 4 + random.nextInt(6);
            final long[] faultNs = random.longs(faultCount, 0, 7 * DAY).sorted().toArray();
            int nextFault = 0;
            long nextDecisionNs = 0;
            int day = localDay(wallNs());
            int zoneOffset = offsetSeconds(wallNs());
            while (passedNs < 7 * DAY) {
                if (nextFault < faultCount && passedNs >= faultNs[nextFault]) {
                    nextFault++;
                    fault();
                }
                final long dueNs = notices.isEmpty() ? Long.MAX_VALUE : notices.peek().dueNs();
                if (dueNs <= nextDecisionNs) {
                    passedNs = Math.max(passedNs, dueNs);
                    deliver(notices.poll());
                } else {
                    passedNs = Math.max(passedNs, nextDecisionNs);
                    decide();
                    // Bursts and lulls.
                    nextDecisionNs = passedNs + (random.nextInt(5) == 0
                        ? random.nextInt(50) * 1_000_000L
                        : Math.min(10 * MINUTE, (long) (-Math.log(1 - random.nextDouble())
                        * (operations < OPERATIONS * passedNs / (7 * DAY) ? 60 : 600) * SECOND)));
                }
                operations++;
                work();
                if (operations % 30 == 0 && stalledLedger == 0) {
                    checkAll();
                }
                if (localDay(wallNs()) != day) {
                    day = localDay(wallNs());
                    count(Fault.MIDNIGHT);
                }
                if (offsetSeconds(wallNs()) != zoneOffset) {
                    zoneOffset = offsetSeconds(wallNs());
                    count(Fault.DAYLIGHT_SAVING);
                }
            }
            finish();
            return this;
        } catch (final AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + " after " + operations + " operations, "
                + wallNs() + " ns: " + e + " (again with -Dledger.seed=" + seed + ")", e);
        }
    }

    // Time.

    private long wallNs() {
        return startNs + passedNs + offsetNs;
    }

    private int offsetSeconds(final long timeNs) {
        return zone.getRules().getOffset(Instant.ofEpochSecond(Math.floorDiv(timeNs, SECOND))).getTotalSeconds();
    }

    /** By the offset alone, unlike the calendar under test. */
    private int localDay(final long timeNs) {
        return (int) Math.floorDiv(Math.floorDiv(timeNs, SECOND) + offsetSeconds(timeNs), 86_400L);
    }

    // Threads: each step is one turn of one of them.

    private void work() {
        for (int shard = 0; shard < leases.length; shard++) {
            if (stalledSteps[shard] > 0) {
                stalledSteps[shard]--;
            } else if (random.nextInt(4) > 0) {
                leases[shard].poll(wallNs());
            }
            if (passedNs - lastSyncNs[shard] >= syncIntervalNs || syncsEach) {
                synced[shard] = journals.get(shard).size();
                lastSyncNs[shard] = passedNs;
            }
        }
        if (stalledLedger > 0) {
            stalledLedger = passedNs < stallEndsNs ? stalledLedger - 1 : 0;
        } else if (random.nextInt(4) > 0) {
            agent.doWork();
        }
    }

    /** Until nothing is under way any more. */
    private void settle() {
        for (int i = 0; i < 3; i++) {
            passedNs++;
            for (final ShardLeases each : leases) {
                each.poll(wallNs());
            }
            agent.doWork();
        }
        int rounds = 0;
        while (links.stream().anyMatch(link -> link.toLedger().size() > 0 || link.toShard().size() > 0)
            || Arrays.stream(leases).anyMatch(ShardLeases::hasSpilled)) {
            check(rounds++ < 50, "messages go on for ever");
            for (final ShardLeases each : leases) {
                each.poll(wallNs());
            }
            agent.doWork();
        }
        untold.forEach(oracle::add);
        untold.clear();
    }

    // Decisions and notices.

    private int homeOf(final int customer) {
        return customer % leases.length;
    }

    private void decide() {
        final int customer = random.nextInt(50);
        final int shard = homeOf(customer);
        if (stalledSteps[shard] > 0) {
            return;
        }
        final ShardLeases own = leases[shard];
        final long stampNs = own.stampNs(wallNs());
        final long businessNs = wallNs() + shiftNs;
        if (!own.hasRoom(1, 3 * 4 * ReservationBlock.ENTRY_LENGTH)) {
            count(links.get(shard).closed() ? Fault.LEDGER_FULL : Fault.RING_FULL);
            return;
        }
        final int store = 1 + random.nextInt(STORES);
        final List<Part> taken = new ArrayList<>();
        final int slate = 1 + random.nextInt(3);
        final int first = random.nextInt(offers.size());
        for (int i = 0; i < slate; i++) {
            take(own, offers.get((first + i) % offers.size()), store, businessNs, taken);
        }
        if (taken.isEmpty()) {
            return;
        }
        final JournalRecord record = new JournalRecord(0, ++ids, 0, 0, taken);
        if (!append(shard, record, stampNs)) {
            for (final Part part : taken) {
                own.giveBack(ledger.slotOf(part.line().budgetId(), part.line().scopeId()), part.line().period(),
                    part.amount());
            }
            return;
        }
        record.publish(own);
        for (final Offer offer : offers) {
            final List<Part> of = taken.stream().filter(part -> part.offerId() == offer.offerId()).toList();
            if (!of.isEmpty()) {
                plan(customer, record.decisionId, offer, of, businessNs);
            }
        }
    }

    /** All of an offer's lines or none, as a decision does. */
    private void take(final ShardLeases own, final Offer offer, final int store, final long businessNs,
        final List<Part> taken) {

        final List<Part> mine = new ArrayList<>();
        for (final int budgetId : offer.budgets()) {
            final int scope = budgetId == 4 || budgetId == 5 ? store : 0;
            final BudgetTerms terms = budgets.get(budgetId * 100 + scope);
            final int slot = ledger.slotOf(budgetId, scope);
            final long amount = terms.unit() == BudgetUnit.COUNT ? 1 : offer.price();
            if (!own.take(slot, businessNs, amount)) {
                mine.forEach(part -> own.giveBack(ledger.slotOf(part.line().budgetId(), part.line().scopeId()),
                    part.line().period(), part.amount()));
                return;
            }
            final int period = own.period(slot, businessNs);
            check(period == (terms.period() == BudgetPeriod.TOTAL ? 0 : localDay(businessNs)),
                () -> "budget " + budgetId + " was taken from day " + period + " on day " + localDay(businessNs));
            mine.add(new Part(offer.offerId(), new LineKey(budgetId, scope, period), amount, offer.holdSeconds()));
        }
        taken.addAll(mine);
    }

    private boolean append(final int shard, final JournalRecord record, final long stampNs) {
        if (isFull[shard]) {
            return false;
        }
        final List<JournalRecord> journal = journals.get(shard);
        record.shard = shard;
        record.index = journal.size() + 1;
        record.timeNs = stampNs;
        journal.add(record);
        record.parts.forEach(part -> usedNs.put(part.line(), passedNs));
        untold.add(record);
        return true;
    }

    /** What will be heard of an offer: wins, losses, bills, refunds; late, twice, in the wrong order, or never. */
    private void plan(final int customer, final long decisionId, final Offer offer, final List<Part> reserved,
        final long businessNs) {

        final long holdNs = offer.holdSeconds() * SECOND;
        final int fate = random.nextInt(20);
        if (fate < 2) {
            count(Fault.NOTICE_LOST);
            return;
        }
        long delayNs = (long) (random.nextDouble() * holdNs * 0.9);
        if (fate == 2) {
            count(Fault.NOTICE_LATE);
            delayNs = holdNs + (long) (random.nextDouble() * 3 * HOUR);
        }
        if (fate < 7) {
            notice(delayNs, customer, SettlementBlock.RELEASE, decisionId, offer, List.of());
            if (fate == 6) {
                notice(delayNs + random.nextLong(2 * MINUTE), customer, SettlementBlock.COMMIT, decisionId, offer,
                    amounts(reserved, 100, businessNs + delayNs));
            }
            return;
        }
        final List<Part> committed = amounts(reserved, fate == 7 ? 150 : fate < 12 ? 1 + random.nextInt(100) : 100,
            businessNs + delayNs);
        notice(delayNs, customer, SettlementBlock.COMMIT, decisionId, offer, committed);
        if (fate == 8) {
            notice(random.nextLong(2 * delayNs + 1), customer, SettlementBlock.COMMIT, decisionId, offer,
                amounts(reserved, 30, businessNs));
        }
        if (fate == 9 || fate == 10) {
            notice(delayNs + random.nextLong(10 * MINUTE), customer, SettlementBlock.RELEASE, decisionId, offer,
                List.of());
        }
        if (fate > 14) {
            for (int i = 15; i < fate; i++) {
                final long backNs = delayNs + random.nextLong(i == 18 ? 40 * HOUR : 12 * HOUR);
                notice(backNs, customer, SettlementBlock.REVERSE, decisionId, offer,
                    amounts(reserved, 1 + random.nextInt(90), businessNs + backNs));
            }
        }
    }

    /** As the event's shard works them out: the day is the event's own. */
    private List<Part> amounts(final List<Part> reserved, final int percent, final long businessNs) {
        final List<Part> all = new ArrayList<>();
        for (final Part part : reserved) {
            final LineKey line = part.line();
            final BudgetTerms terms = budgets.get(line.budgetId() * 100 + line.scopeId());
            final long amount = terms.unit() == BudgetUnit.COUNT ? 1 : part.amount() * percent / 100;
            final int period = terms.period() == BudgetPeriod.TOTAL ? 0 : localDay(businessNs);
            final int scope = line.scopeId() > 0 && random.nextInt(10) == 0
                ? 1 + random.nextInt(STORES) : line.scopeId();
            all.add(new Part(part.offerId(), new LineKey(line.budgetId(), scope, period), amount, 0));
        }
        return all;
    }

    private void notice(final long delayNs, final int customer, final int kind, final long decisionId,
        final Offer offer, final List<Part> amounts) {

        final Notice notice = new Notice(passedNs + delayNs, customer, kind, decisionId, ++ids, offer.offerId(),
            amounts, 0);
        notices.add(notice);
        if (random.nextInt(8) == 0) {
            count(Fault.NOTICE_TWICE);
            notices.add(again(notice, notice.dueNs() + random.nextLong(random.nextBoolean() ? MINUTE : 3 * HOUR)));
        }
    }

    private static Notice again(final Notice notice, final long dueNs) {
        return new Notice(dueNs, notice.customer(), notice.kind(), notice.decisionId(), notice.eventId(),
            notice.offerId(), notice.parts(), notice.tries() + 1);
    }

    private void deliver(final Notice notice) {
        if (notice.customer() < 0) {
            later.get(-1 - notice.customer()).run();
            return;
        }
        int shard = homeOf(notice.customer());
        if (random.nextInt(8) == 0 && leases.length > 1) {
            count(Fault.NOTICE_ELSEWHERE);
            shard = random.nextInt(leases.length);
        }
        final JournalRecord record = new JournalRecord(notice.kind(), notice.decisionId(), notice.eventId(),
            notice.offerId(), notice.parts());
        if (stalledSteps[shard] > 0 || !append(shard, record, leases[shard].stampNs(wallNs()))) {
            // Not acknowledged, so its sender tries again.
            if (notice.tries() < 50) {
                notices.add(again(notice, passedNs + random.nextLong(5 * MINUTE)));
            }
            return;
        }
        record.publish(leases[shard]);
    }

    // Faults.

    private void fault() {
        switch (random.nextInt(12)) {
            case 0 -> {
                count(Fault.PROCESS_KILLED);
                restart(leases.length);
            }
            case 1 -> powerCut();
            case 2 -> {
                count(Fault.SNAPSHOT_TORN);
                final Snapshot whole = snapshot();
                snapshots.add(new Snapshot(Arrays.copyOf(whole.bytes(), random.nextInt(whole.bytes().length)),
                    List.of(), Map.of()));
                count(Fault.PROCESS_KILLED);
                restart(leases.length);
            }
            case 3 -> {
                snapshots.add(snapshot());
                if (Arrays.stream(synced).sum() < journals.stream().mapToInt(List::size).sum()) {
                    count(Fault.SNAPSHOT_AHEAD);
                }
                powerCut();
            }
            case 4 -> {
                count(Fault.DISK_FULL);
                final int shard = random.nextInt(leases.length);
                isFull[shard] = true;
                inSteps(() -> isFull[shard] = false);
            }
            case 5 -> {
                count(Fault.CLOCK_FORWARD);
                offsetNs += random.nextLong(3 * HOUR);
            }
            case 6 -> {
                count(Fault.CLOCK_BACK);
                offsetNs -= random.nextLong(3 * HOUR);
            }
            case 7 -> {
                count(Fault.LEDGER_STALLED);
                stallEndsNs = passedNs + MAX_STALL;
                stalledLedger = 1 + random.nextInt(random.nextBoolean() ? 20 : 120);
            }
            case 8 -> {
                count(Fault.SHARD_STALLED);
                stalledSteps[random.nextInt(leases.length)] = 1 + random.nextInt(40);
            }
            case 9 -> {
                count(Fault.SHARD_COUNT_CHANGED);
                restart(1 + random.nextInt(MAX_SHARDS));
            }
            case 10 -> {
                count(Fault.LIMIT_CHANGED);
                changeLimits();
            }
            default -> {
                count(Fault.BUDGET_WITHDRAWN);
                withdraw();
            }
        }
        if (random.nextInt(3) > 0 && stalledLedger == 0) {
            snapshots.add(syncedSnapshot());
        }
    }

    private final List<Runnable> later = new ArrayList<>();

    /** The fault ends at the next fault or restart: an hour to a day later. */
    private void inSteps(final Runnable end) {
        later.add(end);
        notices.add(new Notice(passedNs + random.nextLong(6 * HOUR), -1 - (later.size() - 1), 0, 0, 0, 0, null, 0));
    }

    private Snapshot snapshot() {
        stalledLedger = 0;
        settleLedgerOnly();
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        agent.execute(() -> {
            try {
                ledger.write(bytes);
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        agent.doWork();
        untold.removeIf(record -> {
            if (record.index <= ledger.position(record.shard)) {
                oracle.add(record);
                return true;
            }
            return false;
        });
        observeDropped();
        return new Snapshot(bytes.toByteArray(), List.copyOf(oracle.records()), new HashMap<>(closed));
    }

    /** So that the oracle can be told what the snapshot holds: the rings are empty, the spills need not be. */
    private void settleLedgerOnly() {
        while (links.stream().anyMatch(link -> link.toLedger().size() > 0)) {
            agent.doWork();
        }
    }

    private Snapshot syncedSnapshot() {
        final Snapshot snapshot = snapshot();
        for (int shard = 0; shard < MAX_SHARDS; shard++) {
            synced[shard] = journals.get(shard).size();
        }
        return snapshot;
    }

    private void powerCut() {
        count(Fault.POWER_CUT);
        for (int shard = 0; shard < MAX_SHARDS; shard++) {
            final List<JournalRecord> journal = journals.get(shard);
            final int unsynced = journal.size() - synced[shard];
            if (unsynced > 0) {
                final int kept = synced[shard] + random.nextInt(unsynced + 1);
                if (kept < journal.size()) {
                    for (final JournalRecord lost : journal.subList(kept, journal.size())) {
                        lost.parts.forEach(part -> usedNs.remove(part.line()));
                        if (lost.kind != 0 && random.nextBoolean()) {
                            // Its sender was not told that it was taken.
                            notices.add(new Notice(passedNs + random.nextLong(10 * MINUTE), shard, lost.kind,
                                lost.decisionId, lost.eventId, lost.offerId, lost.parts, 1));
                        }
                    }
                    hasLost = true;
                    journal.subList(kept, journal.size()).clear();
                    mayExceed = true;
                }
            }
        }
        restart(random.nextInt(3) == 0 ? 1 + random.nextInt(MAX_SHARDS) : leases.length);
    }

    private void changeLimits() {
        stalledLedger = 0;
        for (final Map.Entry<Integer, BudgetTerms> each : budgets.entrySet()) {
            final BudgetTerms terms = each.getValue();
            if (random.nextInt(3) == 0) {
                final long limit = random.nextBoolean() ? terms.limit() * 3 / 2 : terms.limit() / 2;
                each.setValue(new BudgetTerms(terms.budgetId(), terms.scopeId(), terms.campaignId(), terms.unit(),
                    terms.currency(), limit, terms.period(), terms.zone(), terms.maxLiability()));
            }
        }
        declare(new ArrayList<>(budgets.values()));
    }

    private void withdraw() {
        final List<BudgetTerms> some = new ArrayList<>(budgets.values());
        some.removeIf(terms -> random.nextInt(4) == 0);
        declare(some);
        inSteps(() -> declare(new ArrayList<>(budgets.values())));
    }

    private void declare(final List<BudgetTerms> terms) {
        declared.clear();
        declared.addAll(terms);
        ledger.declare(terms);
        for (final Line line : ledger.lines()) {
            if (line != null) {
                ceilings.put(key(line), Math.max(line.limit, line.used()));
            }
        }
    }

    private static LineKey key(final Line line) {
        return new LineKey(line.slot.budgetId, line.slot.scopeId, line.period);
    }

    // Starting, and starting again.

    private void restart(final int shards) {
        isFull[random.nextInt(MAX_SHARDS)] = false;
        Arrays.fill(stalledSteps, 0);
        stalledLedger = 0;
        start(shards);
        checkAll();
    }

    private void start(final int shards) {
        broken = null;
        untold = new ArrayList<>();
        closed.clear();
        oracle = new LedgerOracle(HORIZON, REFUND_HORIZON);
        ledger = newLedger();
        while (!snapshots.isEmpty() && !readSnapshot()) {
            snapshots.removeLast();
            ledger = newLedger();
        }
        final boolean declaresFirst = random.nextBoolean();
        if (declaresFirst) {
            ledger.declare(declared);
        }
        replay();
        if (!declaresFirst) {
            ledger.declare(declared);
        }
        links = new ArrayList<>();
        leases = new ShardLeases[shards];
        final long floorNs = ledger.latestNs();
        for (int shard = 0; shard < shards; shard++) {
            links.add(new LedgerLink(settings));
            leases[shard] = parts.leases(links.get(shard), settings, floorNs);
        }
        bornNs = passedNs;
        agent = parts.agent(ledger, links, settings, this::wallNs, () -> passedNs);
        bornExpiryNs = ledger.expiryNs();
        lastExpiryNs = ledger.expiryNs();
        seen.clear();
        observeDropped();
        for (final Line line : ledger.lines()) {
            // What undid a reservation may be lost with the machine, what was reserved in its place need not be. And of
            // a budget that is withdrawn what had expired may be reserved again, until it expires again.
            if (mayExceed || line.slot.terms == null) {
                ceilings.put(key(line), Math.max(line.limit, line.used()));
            }
        }
        mayExceed = false;
    }

    private Ledger newLedger() {
        return parts.ledger(settings, new LedgerListener() {
            @Override
            public void exhausted(
                final int budgetId, final int scopeId, final int campaignId, final boolean exhausted) {
                // Compared with what is left in checkAll.
            }

            @Override
            public void broken(final LineTotals line, final String what) {
                broken = line + ": " + what;
            }
        });
    }

    private boolean readSnapshot() {
        final Snapshot newest = snapshots.getLast();
        try {
            ledger.read(new ByteArrayInputStream(newest.bytes()));
        } catch (final IOException e) {
            check(newest.records().isEmpty() && e.getMessage().contains("snapshot"), "a whole snapshot is refused");
            return false;
        }
        check(newest.bytes().length > 0 && !newest.records().isEmpty() || newest.records().isEmpty(), "torn");
        newest.records().forEach(oracle::add);
        closed.putAll(newest.closed());
        return true;
    }

    private void replay() {
        final Set<JournalRecord> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        seen.addAll(oracle.records());
        final List<List<JournalRecord>> tails = new ArrayList<>();
        long fromNs = Long.MAX_VALUE;
        long toNs = Long.MIN_VALUE;
        for (int shard = 0; shard < MAX_SHARDS; shard++) {
            final List<JournalRecord> journal = journals.get(shard);
            final long position = ledger.position(shard);
            // Some that was consumed is told again: it must be skipped.
            final int from = hasLost || position == Long.MIN_VALUE ? 0
                : (int) Math.max(0, position - random.nextInt(3));
            tails.add(journal.subList(from, journal.size()));
            for (final JournalRecord record : journal) {
                if (!seen.contains(record)) {
                    oracle.add(record);
                }
            }
            if (from < journal.size()) {
                fromNs = Math.min(fromNs, journal.get(from).timeNs);
                toNs = Math.max(toNs, journal.getLast().timeNs);
            }
        }
        final boolean anyOrder = toNs - fromNs < HORIZON;
        final int[] at = new int[MAX_SHARDS];
        while (true) {
            int next = -1;
            final int start = anyOrder ? random.nextInt(MAX_SHARDS) : 0;
            for (int i = 0; i < MAX_SHARDS; i++) {
                final int shard = (start + i) % MAX_SHARDS;
                if (at[shard] < tails.get(shard).size() && (next < 0 || !anyOrder
                    && tails.get(shard).get(at[shard]).isBefore(tails.get(next).get(at[next])))) {
                    next = shard;
                }
            }
            if (next < 0) {
                return;
            }
            tails.get(next).get(at[next]++).replay(ledger);
        }
    }

    // Checks.

    private void check(final boolean holds, final String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    private void check(final boolean holds, final Supplier<String> what) {
        if (!holds) {
            throw new AssertionError(what.get());
        }
    }

    private void checkAll() {
        settle();
        check(broken == null, broken);
        check(ledger.disordered() == 0, "records came after their time");
        check(ledger.expiryNs() >= lastExpiryNs && ledger.expiryNs() <= ledger.completeNs(), "expiry went astray");
        check(ledger.completeNs() <= Arrays.stream(leases).mapToLong(each -> each.stampNs(Long.MIN_VALUE)).min()
            .orElseThrow(), "complete is ahead of a shard");
        if (bornExpiryNs != Long.MIN_VALUE) {
            check(ledger.expiryNs() - bornExpiryNs <= settings.catchUp() * (passedNs - bornNs) + 1,
                "expiry jumped with the clock");
        }
        lastExpiryNs = ledger.expiryNs();
        observeDropped();
        final Map<LineKey, Long> held = oracle.held(ledger.completeNs(), ledger.expiryNs());
        final Map<LineKey, Line> found = new HashMap<>();
        for (final Line line : ledger.lines()) {
            if (line != null) {
                found.put(key(line), line);
                checkLine(line, held.getOrDefault(key(line), 0L));
            }
        }
        for (final LineKey line : oracle.lineKeys()) {
            final LedgerOracle.Sums sums = oracle.sums(line);
            if (!found.containsKey(line) && !sums.equals(LedgerOracle.Sums.ZERO)) {
                check(line.period() <= ledger.slot(line.budgetId(), line.scopeId()).closedPeriod
                    && passedNs - usedNs.getOrDefault(line, -DAY) > HORIZON / settings.catchUp(),
                    () -> line + " of " + sums + " is missing, closed are days to "
                    + ledger.slot(line.budgetId(), line.scopeId()).closedPeriod + ", last used at "
                    + usedNs.get(line) + " of " + passedNs);
                // A clock put forward makes the horizon pass faster. What came since the last check came before.
                closed.put(line, sums);
            }
            lastSums.put(line, sums);
        }
    }

    /** Nothing had happened to a line for long when it was dropped, so nothing since the last check. */
    private void observeDropped() {
        final Map<LineKey, Line> now = new HashMap<>();
        for (final Line line : ledger.lines()) {
            if (line != null) {
                now.put(key(line), line);
            }
        }
        seen.forEach((key, line) -> {
            if (now.get(key) != line) {
                closed.put(key, lastSums.getOrDefault(key, LedgerOracle.Sums.ZERO));
            }
        });
        seen.clear();
        seen.putAll(now);
    }

    private void checkLine(final Line line, final long held) {
        final LineKey key = key(line);
        final LedgerOracle.Sums all = oracle.sums(key);
        final LineTotals totals = line.totals();
        final boolean isClosed = key.period() != 0 && key.period() <= line.slot.closedPeriod;
        if (isClosed) {
            // It begins anew with what comes too late, and nothing is lent.
            check(line.limit == 0 && line.outstanding == 0, () -> "closed: " + totals);
            ceilings.remove(key);
        }
        final LedgerOracle.Sums sums =
            isClosed ? all.minus(closed.getOrDefault(key, LedgerOracle.Sums.ZERO)) : all;
        check(totals.spent() == sums.spent(), () -> "spent should be " + sums.spent() + ": " + totals);
        check(totals.lateSpend() == sums.late(), () -> "late spend should be " + sums.late() + ": " + totals);
        check(totals.refunds() == sums.refunds(), () -> "refunds should be " + sums.refunds() + ": " + totals);
        check(totals.reserved() == held, () -> "reserved should be " + held + ": " + totals);
        check(totals.granted() - totals.returned() == totals.spent() + totals.reserved() + totals.outstanding(),
            () -> "granted less returned: " + totals);
        final long lent = lent(line);
        check(totals.outstanding() == lent, () -> "outstanding should be " + lent + ": " + totals);
        final long used = sums.spent() + held + lent;
        final long ceiling = ceilings.getOrDefault(key, line.limit);
        check(used <= Math.max(line.limit, ceiling), () -> used + " of " + ceiling + " are taken: " + totals);
        ceilings.put(key, Math.max(line.limit, Math.min(ceiling, used)));
        final BudgetTerms terms = declared.stream().filter(each -> each.budgetId() == key.budgetId()
            && each.scopeId() == key.scopeId()).findFirst().orElse(null);
        check(terms == null || line.limit == (isClosed ? 0 : terms.limit()), () -> "the limit should be " + terms);
        if (terms != null && line == line.slot.newest()) {
            check(line.slot.exhausted == (line.limit - sums.late() - sums.spent() - held <= 0),
                () -> "exhausted: " + totals);
        }
    }

    /** What the shards hold, which must be what the ledger thinks they do. */
    private long lent(final Line line) {
        long lent = 0;
        for (int i = 0; i < leases.length; i++) {
            final int shard = i;
            final long left = leases[shard].left(line.slot.number, line.period);
            check(line.outstandingOf[shard] == left, () -> "shard " + shard + " holds " + left + " of "
                + line.outstandingOf[shard] + ": " + line.totals());
            lent += left;
        }
        return lent;
    }

    /** Everything comes to its end, and the last of each budget can be had by whichever shard wants it. */
    private void finish() {
        Arrays.fill(isFull, false);
        Arrays.fill(stalledSteps, 0);
        stalledLedger = 0;
        declare(new ArrayList<>(budgets.values()));
        checkAll();
        for (final BudgetTerms terms : declared) {
            final int slot = ledger.slotOf(terms.budgetId(), terms.scopeId());
            final long businessNs = wallNs() + shiftNs;
            final Line line = ledger.line(ledger.slotNumbered(slot), ledger.calendar.periodAt(terms, businessNs));
            final int shard = random.nextInt(leases.length);
            final long left = line.left();
            if (left <= 0 || links.get(shard).closed()) {
                continue;
            }
            int rounds = 0;
            while (!leases[shard].covers(slot, businessNs, left)) {
                check(rounds++ < 20, "the last " + left + " cannot be had by shard " + shard + ", lent are "
                    + Arrays.toString(line.outstandingOf) + ", wanted " + Arrays.toString(line.wantOf) + ", recalled "
                    + Arrays.toString(line.recallOf) + ": " + line.totals());
                passedNs += 20_000_000L;
                settle();
            }
            check(!leases[shard].covers(slot, businessNs, left + 1), "more than the last " + left + " can be had");
        }
        // No notice comes any more: what is still reserved ends.
        for (int i = 0; i < 200; i++) {
            passedNs += 10 * MINUTE;
            settle();
        }
        check(ledger.expiryNs() == ledger.completeNs() || ledger.completeNs() - ledger.expiryNs() < HOUR,
            "expiry has not caught up");
        checkAll();
        final long reserved = ledger.lines().stream().mapToLong(line -> line == null ? 0 : line.reserved).sum();
        check(reserved == 0, reserved + " stay reserved for ever");
    }
}
