package io.opportune.engine.ledger;

import io.opportune.engine.journal.SettlementBlock;
import java.util.Arrays;
import java.util.List;

/**
 * What one claim means for each line it touches. A function of the reservation and of the events in the order of their
 * append times, so that it does not matter in which order they came: whoever changes a claim takes its outcome before
 * and after and books the difference. Belongs to the ledger's thread; reused.
 *
 * <p>The first commit or release before the reservation's end is decisive: what it commits is spent as far as it was
 * reserved. All else that is committed is late spend. Reversals give back what was committed, never more.
 */
class Outcome {
    private static final int ROWS = 8;

    private int rows;
    private int[] lines = new int[ROWS];
    /** Reserved at first. */
    private long[] claimed = new long[ROWS];
    /** Reserved still. */
    private long[] held = new long[ROWS];
    private long[] spent = new long[ROWS];
    private long[] late = new long[ROWS];
    private long[] refundedSpent = new long[ROWS];
    private long[] refundedLate = new long[ROWS];
    private boolean[] isReserved = new boolean[ROWS];
    private boolean[] isNamed = new boolean[ROWS];
    private long[] settled = new long[ROWS];
    private int decisive;
    private long refunds;
    private List<Line> all;

    /** Works out a claim. */
    final void of(final ClaimTable claims, final int claim, final List<Line> allLines) {
        all = allLines;
        rows = 0;
        refunds = 0;
        for (int amount = claims.amounts(claim); amount != ClaimTable.NONE; amount = claims.nextAmount(amount)) {
            final int row = row(claims.line(amount));
            claimed[row] += claims.amount(amount);
            isReserved[row] = true;
        }
        decisive = decisiveOf(claims, claim);
        for (int event = claims.events(claim); event != ClaimTable.NONE; event = claims.nextEvent(event)) {
            if (claims.kind(event) == SettlementBlock.COMMIT) {
                if (event == decisive) {
                    commit(claims, event);
                } else {
                    for (int part = claims.eventAmounts(event); part != ClaimTable.NONE;
                        part = claims.nextAmount(part)) {
                        addLate(row(claims.line(part)), claims.amount(part));
                    }
                }
            }
        }
        if (claims.is(claim, ClaimTable.RESERVED) && !claims.is(claim, ClaimTable.FINAL)) {
            for (int row = 0; row < rows; row++) {
                held[row] = claimed[row] - spent[row];
            }
        }
        for (int event = claims.events(claim); event != ClaimTable.NONE; event = claims.nextEvent(event)) {
            if (claims.kind(event) == SettlementBlock.REVERSE) {
                for (int part = claims.eventAmounts(event); part != ClaimTable.NONE; part = claims.nextAmount(part)) {
                    refund(all.get(claims.line(part)).slot.budgetId, claims.amount(part));
                }
            }
        }
    }

    /** The event that settles a claim, or none. A claim that is final keeps the one it was settled by. */
    int decisiveOf(final ClaimTable claims, final int claim) {
        if (!claims.is(claim, ClaimTable.RESERVED)) {
            return ClaimTable.NONE;
        }
        for (int event = claims.events(claim); event != ClaimTable.NONE; event = claims.nextEvent(event)) {
            if (claims.is(claim, ClaimTable.FINAL)) {
                if (claims.isDecisive(event)) {
                    return event;
                }
            } else if (claims.kind(event) != SettlementBlock.REVERSE) {
                return claims.timeNs(event) < claims.expiresNs(claim) ? event : ClaimTable.NONE;
            }
        }
        return ClaimTable.NONE;
    }

    /** Each part of the commit goes to one line: its own, else another one of its budget that none names, else late. */
    private void commit(final ClaimTable claims, final int event) {
        Arrays.fill(isNamed, 0, rows, false);
        Arrays.fill(settled, 0, rows, 0);
        for (int part = claims.eventAmounts(event); part != ClaimTable.NONE; part = claims.nextAmount(part)) {
            final Slot slot = all.get(claims.line(part)).slot;
            for (int row = 0; row < rows; row++) {
                isNamed[row] |= isReserved[row] && all.get(lines[row]).slot == slot;
            }
        }
        for (int part = claims.eventAmounts(event); part != ClaimTable.NONE; part = claims.nextAmount(part)) {
            final int row = rowFor(all.get(claims.line(part)).slot);
            if (row >= 0) {
                settled[row] += claims.amount(part);
            } else {
                addLate(row(claims.line(part)), claims.amount(part));
            }
        }
        for (int row = 0; row < rows; row++) {
            if (isReserved[row] && !isBudgetNamed(claims, event, all.get(lines[row]).slot.budgetId)) {
                // The offer or its budget was no longer known to who wrote the event: all that it may have cost.
                spent[row] = claimed[row];
            } else if (isReserved[row]) {
                spent[row] = Math.min(claimed[row], settled[row]);
                if (settled[row] > spent[row]) {
                    addLate(row, settled[row] - spent[row]);
                }
            }
        }
    }

    private boolean isBudgetNamed(final ClaimTable claims, final int event, final int budgetId) {
        for (int part = claims.eventAmounts(event); part != ClaimTable.NONE; part = claims.nextAmount(part)) {
            if (all.get(claims.line(part)).slot.budgetId == budgetId) {
                return true;
            }
        }
        return false;
    }

    private int rowFor(final Slot slot) {
        int found = -1;
        for (int row = 0; row < rows; row++) {
            final Line line = all.get(lines[row]);
            if (isReserved[row]) {
                if (line.slot == slot) {
                    return row;
                }
                if (line.slot.budgetId == slot.budgetId && !isNamed[row]
                    && (found < 0 || isBefore(line, all.get(lines[found])))) {
                    found = row;
                }
            }
        }
        return found;
    }

    void addLate(final int row, final long amount) {
        late[row] += amount;
    }

    /** Of one budget's lines, first what was spent, then what was spent late, each in the order of scope and period. */
    private void refund(final int budgetId, final long amount) {
        long rest = amount;
        for (int pass = 0; pass < 2 && rest > 0; pass++) {
            Line last = null;
            while (rest > 0) {
                final int row = nextOf(budgetId, last);
                if (row < 0) {
                    break;
                }
                last = all.get(lines[row]);
                if (pass == 0) {
                    final long part = Math.min(rest, spent[row] - refundedSpent[row]);
                    refundedSpent[row] += part;
                    rest -= part;
                } else {
                    final long part = Math.min(rest, late[row] - refundedLate[row]);
                    refundedLate[row] += part;
                    rest -= part;
                }
            }
        }
        refunds += amount - rest;
    }

    private int nextOf(final int budgetId, final Line last) {
        int found = -1;
        for (int row = 0; row < rows; row++) {
            final Line line = all.get(lines[row]);
            if (line.slot.budgetId == budgetId && (last == null || isBefore(last, line))
                && (found < 0 || isBefore(line, all.get(lines[found])))) {
                found = row;
            }
        }
        return found;
    }

    private static boolean isBefore(final Line one, final Line other) {
        return one.slot.scopeId != other.slot.scopeId
            ? one.slot.scopeId < other.slot.scopeId
            : one.period < other.period;
    }

    private int row(final int line) {
        final int found = find(line);
        if (found >= 0) {
            return found;
        }
        if (rows == lines.length) {
            grow();
        }
        lines[rows] = line;
        claimed[rows] = 0;
        held[rows] = 0;
        spent[rows] = 0;
        late[rows] = 0;
        refundedSpent[rows] = 0;
        refundedLate[rows] = 0;
        isReserved[rows] = false;
        isNamed[rows] = false;
        settled[rows] = 0;
        return rows++;
    }

    private void grow() {
        final int capacity = 2 * rows;
        lines = Arrays.copyOf(lines, capacity);
        claimed = Arrays.copyOf(claimed, capacity);
        held = Arrays.copyOf(held, capacity);
        spent = Arrays.copyOf(spent, capacity);
        late = Arrays.copyOf(late, capacity);
        refundedSpent = Arrays.copyOf(refundedSpent, capacity);
        refundedLate = Arrays.copyOf(refundedLate, capacity);
        isReserved = Arrays.copyOf(isReserved, capacity);
        isNamed = Arrays.copyOf(isNamed, capacity);
        settled = Arrays.copyOf(settled, capacity);
    }

    final int find(final int line) {
        for (int row = 0; row < rows; row++) {
            if (lines[row] == line) {
                return row;
            }
        }
        return -1;
    }

    final int rows() {
        return rows;
    }

    final int line(final int row) {
        return lines[row];
    }

    final long claimed(final int row) {
        return row < 0 ? 0 : claimed[row];
    }

    final long held(final int row) {
        return row < 0 ? 0 : held[row];
    }

    final long spent(final int row) {
        return row < 0 ? 0 : spent[row] - refundedSpent[row];
    }

    final long late(final int row) {
        return row < 0 ? 0 : late[row] - refundedLate[row];
    }

    final long refunded(final int row) {
        return row < 0 ? 0 : refundedSpent[row] + refundedLate[row];
    }

    final int decisive() {
        return decisive;
    }

    /** Given back, over all lines. */
    final long refunds() {
        return refunds;
    }
}
