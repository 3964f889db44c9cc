package io.opportune.engine.ledger;

import java.util.TreeMap;

/** One budget in one scope, with its lines by period. Belongs to the ledger's thread. */
final class Slot {
    static final int UNDECLARED = -1;

    final int budgetId;
    final int scopeId;
    final TreeMap<Integer, Line> lines = new TreeMap<>();
    /** Dense, for the shards; {@link #UNDECLARED} before a catalogue named it. */
    int number = UNDECLARED;
    /** Null while no catalogue names it: nothing is granted. */
    BudgetTerms terms;
    boolean exhausted;
    /** The newest day whose line was dropped: it and those before it are closed, nothing is granted for them again. */
    int closedPeriod = Integer.MIN_VALUE;

    Slot(final int budgetId, final int scopeId) {
        this.budgetId = budgetId;
        this.scopeId = scopeId;
    }

    Line newest() {
        return lines.isEmpty() ? null : lines.lastEntry().getValue();
    }

    static long key(final int budgetId, final int scopeId) {
        return (long) budgetId << Integer.SIZE | scopeId & 0xffffffffL;
    }
}
