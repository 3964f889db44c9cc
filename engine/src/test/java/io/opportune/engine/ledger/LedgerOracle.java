package io.opportune.engine.ledger;

import io.opportune.engine.journal.SettlementBlock;
import io.opportune.engine.ledger.JournalRecord.LineKey;
import io.opportune.engine.ledger.JournalRecord.Part;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the records come to, worked out from the rules of engine/LEDGER.md with maps and lists alone: each offer of each
 * decision from all its records, sorted by append time, whenever one is added. Knows no leases.
 */
final class LedgerOracle {
    /** Spent, late and refunded of one line. */
    record Sums(long spent, long late, long refunds) {
        static final Sums ZERO = new Sums(0, 0, 0);

        Sums plus(final Sums other) {
            return new Sums(spent + other.spent, late + other.late, refunds + other.refunds);
        }

        Sums minus(final Sums other) {
            return new Sums(spent - other.spent, late - other.late, refunds - other.refunds);
        }
    }

    private record ClaimKey(long decisionId, int offerId) {
    }

    /** What is held by one reservation until it is settled or ends. */
    private static final class Hold {
        final Map<LineKey, Long> amounts = new TreeMap<>();
        long expiresNs;
        /** When it is settled for good, once all streams are complete up to then. */
        long settledNs = Long.MAX_VALUE;
    }

    private static final class Claim {
        final List<JournalRecord> records = new ArrayList<>();
        Map<LineKey, Sums> sums = new TreeMap<>();
        /** Of the newest reservation; null when there is none or it was forgotten. */
        Hold hold;
    }

    private final long horizonNs;
    private final long refundHorizonNs;
    private final Map<ClaimKey, Claim> claims = new HashMap<>();
    private final Set<Claim> open = new HashSet<>();
    private final Map<LineKey, Sums> lines = new TreeMap<>();
    private final List<JournalRecord> records = new ArrayList<>();

    LedgerOracle(final long horizonNs, final long refundHorizonNs) {
        this.horizonNs = horizonNs;
        this.refundHorizonNs = refundHorizonNs;
    }

    void add(final JournalRecord record) {
        records.add(record);
        if (record.kind != 0) {
            add(record, record.offerId);
            return;
        }
        final Set<Integer> offers = new HashSet<>();
        for (final Part part : record.parts) {
            if (offers.add(part.offerId())) {
                add(record, part.offerId());
            }
        }
    }

    List<JournalRecord> records() {
        return records;
    }

    private void add(final JournalRecord record, final int offerId) {
        final Claim claim = claims.computeIfAbsent(new ClaimKey(record.decisionId, offerId), key -> new Claim());
        int at = claim.records.size();
        while (at > 0 && record.isBefore(claim.records.get(at - 1))) {
            at--;
        }
        claim.records.add(at, record);
        claim.sums.forEach((line, sums) -> lines.merge(line, sums, Sums::minus));
        work(claim, offerId);
        claim.sums.forEach((line, sums) -> lines.merge(line, sums, Sums::plus));
        if (claim.hold != null) {
            open.add(claim);
        }
    }

    /** Cuts the records where the claim was forgotten in between. */
    private void work(final Claim claim, final int offerId) {
        claim.sums = new TreeMap<>();
        claim.hold = null;
        List<JournalRecord> life = new ArrayList<>();
        for (final JournalRecord record : claim.records) {
            if (!life.isEmpty() && record.timeNs >= forgottenNs(life, offerId)) {
                workLife(claim, life, offerId);
                claim.hold = null;
                life = new ArrayList<>();
            }
            if (record.kind == 0 || life.stream().noneMatch(
                each -> each.kind != 0 && each.eventId == record.eventId)) {
                life.add(record);
            }
        }
        workLife(claim, life, offerId);
    }

    private static JournalRecord reservationOf(final List<JournalRecord> life) {
        return life.stream().filter(each -> each.kind == 0).findFirst().orElse(null);
    }

    private static long expiresNs(final JournalRecord reservation, final int offerId) {
        return reservation.timeNs + 1_000_000_000L * reservation.parts.stream()
            .filter(part -> part.offerId() == offerId).findFirst().orElseThrow().holdSeconds();
    }

    private static JournalRecord decisiveOf(final List<JournalRecord> life, final int offerId) {
        final JournalRecord reservation = reservationOf(life);
        if (reservation == null) {
            return null;
        }
        final JournalRecord first = firstSettling(life);
        return first != null && first.timeNs < expiresNs(reservation, offerId) ? first : null;
    }

    private static JournalRecord firstSettling(final List<JournalRecord> life) {
        return life.stream()
            .filter(each -> each.kind == SettlementBlock.COMMIT || each.kind == SettlementBlock.RELEASE)
            .findFirst().orElse(null);
    }

    private long forgottenNs(final List<JournalRecord> life, final int offerId) {
        long lastNs = life.getLast().timeNs;
        final JournalRecord reservation = reservationOf(life);
        if (reservation != null && decisiveOf(life, offerId) == null) {
            lastNs = Math.max(lastNs, expiresNs(reservation, offerId));
        }
        final boolean isCommitted = life.stream().anyMatch(each -> each.kind == SettlementBlock.COMMIT);
        return lastNs + (isCommitted ? refundHorizonNs : horizonNs);
    }

    private void workLife(final Claim claim, final List<JournalRecord> life, final int offerId) {
        final JournalRecord reservation = reservationOf(life);
        final JournalRecord decisive = decisiveOf(life, offerId);
        final Map<LineKey, Long> reserved = new TreeMap<>();
        if (reservation != null) {
            for (final Part part : reservation.parts) {
                if (part.offerId() == offerId) {
                    reserved.merge(part.line(), part.amount(), Long::sum);
                }
            }
        }
        final Map<LineKey, Long> spent = new TreeMap<>();
        final Map<LineKey, Long> late = new TreeMap<>();
        final Map<Integer, Long> reversed = new TreeMap<>();
        for (final JournalRecord event : life) {
            if (event == decisive && event.kind == SettlementBlock.COMMIT) {
                // Of a budget of which it says nothing: all that was reserved.
                reserved.forEach((line, amount) -> {
                    if (event.parts.stream().noneMatch(part -> part.line().budgetId() == line.budgetId())) {
                        spent.put(line, amount);
                    }
                });
            }
            for (final Part part : event.parts) {
                if (event.kind == SettlementBlock.REVERSE) {
                    reversed.merge(part.line().budgetId(), part.amount(), Long::sum);
                } else if (event.kind == SettlementBlock.COMMIT && event != decisive) {
                    late.merge(part.line(), part.amount(), Long::sum);
                } else if (event.kind == SettlementBlock.COMMIT) {
                    final LineKey line = lineFor(part.line(), reserved, event);
                    final long sum = part.amount() + spent.getOrDefault(line, 0L);
                    final long limit = reserved.getOrDefault(line, 0L);
                    spent.put(line, Math.min(sum, limit));
                    late.merge(line, sum - Math.min(sum, limit), Long::sum);
                }
            }
        }
        final Map<LineKey, Long> rest = new TreeMap<>(reserved);
        spent.forEach((line, amount) -> rest.merge(line, -amount, Long::sum));
        if (reservation != null) {
            claim.hold = new Hold();
            claim.hold.amounts.putAll(rest);
            claim.hold.expiresNs = expiresNs(reservation, offerId);
            final JournalRecord first = firstSettling(life);
            if (first != null) {
                claim.hold.settledNs = Math.max(first.timeNs, reservation.timeNs);
            }
        }
        spent.forEach((line, amount) -> claim.sums.merge(line, new Sums(amount, 0, 0), Sums::plus));
        late.forEach((line, amount) -> claim.sums.merge(line, new Sums(0, amount, 0), Sums::plus));
        reversed.forEach((budgetId, amount) -> {
            final long left = refund(claim, budgetId, amount, spent, true);
            refund(claim, budgetId, left, late, false);
        });
    }

    private static long refund(
        final Claim claim,
        final int budgetId,
        final long amount,
        final Map<LineKey, Long> from,
        final boolean ofSpent) {

        long left = amount;
        for (final Map.Entry<LineKey, Long> each : from.entrySet()) {
            if (each.getKey().budgetId() == budgetId) {
                final long part = Math.min(left, each.getValue());
                left -= part;
                claim.sums.merge(each.getKey(), new Sums(ofSpent ? -part : 0, ofSpent ? 0 : -part, part), Sums::plus);
            }
        }
        return left;
    }

    /** The line that was reserved in the same budget and scope, else in the same budget, else the one named. */
    private static LineKey lineFor(final LineKey named, final Map<LineKey, Long> reserved, final JournalRecord event) {
        for (final LineKey line : reserved.keySet()) {
            if (line.budgetId() == named.budgetId() && line.scopeId() == named.scopeId()) {
                return line;
            }
        }
        for (final LineKey line : reserved.keySet()) {
            if (line.budgetId() == named.budgetId() && event.parts.stream().noneMatch(
                part -> part.line().budgetId() == line.budgetId() && part.line().scopeId() == line.scopeId())) {
                return line;
            }
        }
        return named;
    }

    Sums sums(final LineKey line) {
        return lines.getOrDefault(line, Sums.ZERO);
    }

    Set<LineKey> lineKeys() {
        return lines.keySet();
    }

    /** What is held when all streams are complete up to one time and reservations are expired up to another. */
    Map<LineKey, Long> held(final long completeNs, final long expiryNs) {
        final Map<LineKey, Long> held = new HashMap<>();
        for (final Iterator<Claim> all = open.iterator(); all.hasNext();) {
            final Hold hold = all.next().hold;
            if (hold == null || hold.settledNs < completeNs || hold.expiresNs <= expiryNs) {
                all.remove();
            } else {
                hold.amounts.forEach((line, amount) -> held.merge(line, amount, Long::sum));
            }
        }
        return held;
    }
}
