package io.opportune.engine.ledger;

import java.util.Collection;
import java.util.TreeMap;

/** One budget in one scope, with its lines by period. Belongs to the ledger's thread. */
final class Slot {
    static final int UNDECLARED = -1;

    final int budgetId;
    final int scopeId;
    /** Dense, for the shards; {@link #UNDECLARED} before a catalogue named it. */
    int number = UNDECLARED;
    /** Null while no catalogue names it: nothing is granted. */
    BudgetTerms terms;
    boolean exhausted;
    /** The newest day whose line was dropped: it and those before it are closed, nothing is granted for them again. */
    int closedPeriod = Integer.MIN_VALUE;

    private final TreeMap<Integer, Line> lines = new TreeMap<>();
    private Line newest;
    /** The line looked for last: nearly always the next one too, and then nothing is boxed. */
    private Line recent;

    Slot(final int budgetId, final int scopeId) {
        this.budgetId = budgetId;
        this.scopeId = scopeId;
    }

    /** Null when there is none. */
    Line newest() {
        return newest;
    }

    Line line(final int period) {
        if (recent == null || recent.period != period) {
            final Line found = lines.get(period);
            if (found == null) {
                return null;
            }
            recent = found;
        }
        return recent;
    }

    void add(final Line line) {
        lines.put(line.period, line);
        newest = lines.lastEntry().getValue();
    }

    void remove(final Line line) {
        lines.remove(line.period);
        recent = null;
        newest = lines.isEmpty() ? null : lines.lastEntry().getValue();
    }

    boolean isOldest(final Line line) {
        return lines.firstKey() == line.period;
    }

    Collection<Line> lines() {
        return lines.values();
    }

    static long key(final int budgetId, final int scopeId) {
        return (long) budgetId << Integer.SIZE | scopeId & 0xffffffffL;
    }
}
