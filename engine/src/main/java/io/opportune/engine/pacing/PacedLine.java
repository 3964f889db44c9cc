package io.opportune.engine.pacing;

import io.opportune.engine.ledger.LocalDay;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** One budget in a {@link PacingLoop}: its period, its plan and its controller. Owned by the loop. */
final class PacedLine {
    private final PacingTerms terms;
    private final TrafficCurve curve;
    private final SpendSource source;
    private PacingController controller;
    private int period;
    private long dayStartNs;
    private long dayEndNs;
    private int day;
    private Saved saved;
    private boolean inFlight;
    private long limit;

    /** What a plan was when it was saved: it goes on from there. */
    private record Saved(int period, long atNs, double planned, byte[] controller) {
    }

    PacedLine(final PacingTerms terms, final TrafficCurve curve, final SpendSource source) {
        this.terms = terms;
        this.curve = curve;
        this.source = source;
    }

    PacingTerms terms() {
        return terms;
    }

    /** Null until the flight has begun. */
    PacingController controller() {
        return controller;
    }

    /** As of the last update. */
    long limit() {
        return limit;
    }

    boolean isInFlight() {
        return inFlight;
    }

    void update(final long nowNs, final long opportunities) {
        limit = source.limit(terms.line());
        inFlight = nowNs >= terms.flightStartNs() && nowNs < terms.flightEndNs();
        if (!inFlight) {
            return;
        }
        final boolean newDay = nowNs < dayStartNs || nowNs >= dayEndNs;
        if (newDay) {
            findDay(nowNs);
        }
        final int now = terms.daily() ? day : SpendSource.TOTAL;
        if (controller == null) {
            begin(nowNs, now);
        } else if (now != period) {
            controller.plan(plan());
        } else if (newDay) {
            // A flight of weeks: what the curve has learned since applies to what is left of it.
            controller.plan(plan().from(nowNs, controller.plan().plannedMicros(nowNs)));
        } else if (limit != controller.plan().limitMicros()) {
            controller.plan(controller.plan().withLimit(nowNs, limit));
        }
        period = now;
        controller.update(nowNs, source.spent(terms.line(), period) + source.late(terms.line(), period),
            source.reserved(terms.line(), period), opportunities);
    }

    private void findDay(final long nowNs) {
        day = LocalDay.of(terms.zone(), nowNs);
        dayStartNs = LocalDay.startNs(terms.zone(), day);
        dayEndNs = LocalDay.startNs(terms.zone(), day + 1);
    }

    /** Without anything saved, what is left is spread from now on: a new campaign has nothing to catch up with. */
    private void begin(final long nowNs, final int now) {
        final PacingPlan whole = plan();
        final PacingPlan first;
        if (saved == null) {
            first = whole.from(nowNs, source.spent(terms.line(), now) + source.late(terms.line(), now)
                + source.reserved(terms.line(), now));
        } else {
            first = saved.period == now ? whole.from(Math.min(saved.atNs, nowNs), saved.planned) : whole;
        }
        controller =
            new PacingController(first, terms.actuator(), terms.highestPrice(), terms.multiplierFloor());
        if (saved != null) {
            controller.restore(saved.controller);
            saved = null;
        }
    }

    private PacingPlan plan() {
        final long start = terms.daily() ? Math.max(dayStartNs, terms.flightStartNs()) : terms.flightStartNs();
        final long end = terms.daily() ? Math.min(dayEndNs, terms.flightEndNs()) : terms.flightEndNs();
        // What has no end is spent as soon as possible: its plan needs the hours of today only.
        return new PacingPlan(end == Long.MAX_VALUE ? dayStartNs : start, end == Long.MAX_VALUE ? dayEndNs : end,
            limit, terms.mode(), terms.strength(), curve, terms.schedule());
    }

    void write(final DataOutput out, final long nowNs) throws IOException {
        final Saved state = controller == null ? saved
            : new Saved(period, nowNs, controller.plan().plannedMicros(nowNs), controller.save());
        out.writeInt(terms.campaignId());
        out.writeInt(terms.line());
        out.writeBoolean(state != null);
        if (state != null) {
            out.writeInt(state.period);
            out.writeLong(state.atNs);
            out.writeDouble(state.planned);
            out.write(state.controller);
        }
    }

    /** Reads what follows the ids; a line that is null is passed over. */
    static void read(final DataInput in, final PacedLine line) throws IOException {
        if (!in.readBoolean()) {
            return;
        }
        final int period = in.readInt();
        final long atNs = in.readLong();
        final double planned = in.readDouble();
        final byte[] state = new byte[PacingController.STATE_BYTES];
        in.readFully(state);
        if (line != null && line.controller == null) {
            line.saved = new Saved(period, atNs, planned, state);
        }
    }
}
