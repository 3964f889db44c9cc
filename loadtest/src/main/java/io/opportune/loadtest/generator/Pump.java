package io.opportune.loadtest.generator;

import io.opportune.loadtest.report.RunCounter;
import io.opportune.loadtest.report.RunTally;
import io.opportune.loadtest.source.MessageSource;
import io.opportune.protocol.Sofh;
import io.opportune.protocol.codec.ContextUpdateEncoder;
import io.opportune.protocol.codec.DecisionRequestEncoder;
import io.opportune.protocol.codec.EventReportEncoder;
import io.opportune.protocol.codec.IdentityLinkEncoder;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Sends what is due. Keeps apart how late a message was because the server left no room (held back: in-flight limits,
 * unwritable sockets) and how late because this generator was slow (send delay): only the second spoils a run. Owned
 * by the generator's thread; allocates nothing per message.
 */
final class Pump {
    /** Messages sent before sockets are flushed and read again. */
    private static final int MAX_BURST = 256;

    private final Connection[] connections;
    private final InFlightTable inFlight;
    private final RunTally tally;
    private final MessageSource source;
    private final UnsafeBuffer scratch;
    private final ByteBuffer scratchBytes;
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final Schedule schedule;
    private final double intervalNs;
    private final long startNs;
    private final long measureFromNs;
    private final long endNs;
    private final long plannedTotal;
    private final long epochOffsetNs;
    private long sentTotal;
    private long plannedMeasured;
    private long blockedUntilNs;
    private long lastSentNs;
    private boolean blocked;
    private boolean exhausted;
    private int nextConnection;

    Pump(
        final LoadSettings settings,
        final Connection[] connections,
        final InFlightTable inFlight,
        final RunTally tally,
        final MessageSource source,
        final UnsafeBuffer scratch,
        final ByteBuffer scratchBytes,
        final long startNs,
        final long epochOffsetNs) {
        this.connections = connections;
        this.inFlight = inFlight;
        this.tally = tally;
        this.source = source;
        this.scratch = scratch;
        this.scratchBytes = scratchBytes;
        this.schedule = settings.schedule();
        this.startNs = startNs;
        this.epochOffsetNs = epochOffsetNs;
        this.blockedUntilNs = startNs;
        this.lastSentNs = startNs;
        this.measureFromNs = startNs + settings.warmupNs();
        this.endNs = settings.durationNs() >= Long.MAX_VALUE - measureFromNs
            ? Long.MAX_VALUE : measureFromNs + settings.durationNs();
        if (schedule instanceof Schedule.ConstantRate rate) {
            intervalNs = 1e9 / rate.messagesPerSecond();
            plannedTotal = endNs == Long.MAX_VALUE ? Long.MAX_VALUE : (long) ((endNs - startNs) / intervalNs);
        } else {
            intervalNs = 0;
            plannedTotal = Long.MAX_VALUE;
        }
    }

    /** Sends at most a burst; returns how long to wait for the next one, 0 for not at all. */
    long pump() {
        int burst = 0;
        long waitNs = 0;
        while (burst < MAX_BURST && waitNs == 0 && !finishedSending(System.nanoTime())) {
            waitNs = sendOne(System.nanoTime());
            burst++;
        }
        for (final Connection connection : connections) {
            connection.flush();
        }
        return waitNs;
    }

    boolean finishedSending(final long nowNs) {
        return exhausted || sentTotal >= plannedTotal || intervalNs == 0 && nowNs >= endNs;
    }

    /** True while messages wait for room that the server does not give. */
    boolean blocked() {
        return blocked;
    }

    long endNs() {
        return endNs;
    }

    /** Messages that should have been measured and were never sent, because there was no room or no connection. */
    long unsent() {
        if (exhausted || intervalNs == 0 || plannedTotal == Long.MAX_VALUE) {
            return 0;
        }
        long unsent = 0;
        for (long message = sentTotal; message < plannedTotal; message++) {
            if (intended(message) >= measureFromNs) {
                unsent++;
            }
        }
        return unsent;
    }

    long lastSentNs() {
        return lastSentNs;
    }

    /** Measured messages sent. */
    long sentMeasured() {
        return plannedMeasured;
    }

    private long intended(final long message) {
        return startNs + (long) (message * intervalNs);
    }

    /** Returns 0 after sending a message, otherwise how long to wait before trying again. */
    private long sendOne(final long nowNs) {
        final long dueNs = intervalNs > 0 ? intended(sentTotal) : nowNs;
        if (dueNs > nowNs) {
            return dueNs - nowNs;
        }
        final Connection connection = pick();
        if (connection == null) {
            blocked = true;
            return LoadEngine.TICK_NS;
        }
        if (blocked) {
            blocked = false;
            blockedUntilNs = nowNs;
        }
        final int slot = inFlight.peekSlot();
        final int length = source.encodeNext(scratch, Sofh.HEADER_LENGTH_BYTES, slot,
            inFlight.nextCorrelationId(slot), nowNs, nowNs + epochOffsetNs);
        if (length <= 0) {
            exhausted = length == MessageSource.EXHAUSTED && inFlight.count() == 0;
            return schedule instanceof Schedule.SourcePaced ? sourceWaitNs(nowNs) : LoadEngine.TICK_NS;
        }
        final long intendedNs = switch (schedule) {
            case Schedule.ConstantRate rate -> dueNs;
            case Schedule.SourcePaced paced -> source.intendedNs();
            case Schedule.ClosedLoop closed -> nowNs;
        };
        final boolean measured = intendedNs >= measureFromNs && !source.warmup();
        inFlight.take(slot, connection.index(), intendedNs, nowNs, source.timeBudgetUs(), measured);
        connection.inFlightAdd(1);
        connection.append(scratch, scratchBytes, length, nowNs);
        sentTotal++;
        lastSentNs = nowNs;
        count(measured, intendedNs, nowNs);
        return 0;
    }

    private long sourceWaitNs(final long nowNs) {
        final long dueNs = source.intendedNs();
        return dueNs > nowNs ? Math.min(LoadEngine.TICK_NS, dueNs - nowNs) : LoadEngine.TICK_NS;
    }

    private void count(final boolean measured, final long intendedNs, final long nowNs) {
        if (!measured) {
            tally.increment(RunCounter.WARMUP_SENT);
            return;
        }
        plannedMeasured++;
        tally.noteSend(nowNs);
        tally.increment(RunCounter.SENT);
        header.wrap(scratch, Sofh.HEADER_LENGTH_BYTES);
        switch (header.templateId()) {
            case DecisionRequestEncoder.TEMPLATE_ID -> tally.increment(RunCounter.DECISIONS_SENT);
            case EventReportEncoder.TEMPLATE_ID -> tally.increment(RunCounter.EVENTS_SENT);
            case ContextUpdateEncoder.TEMPLATE_ID, IdentityLinkEncoder.TEMPLATE_ID ->
                tally.increment(RunCounter.UPDATES_SENT);
            default -> throw new IllegalStateException("a source sent template " + header.templateId());
        }
        if (intervalNs > 0 || schedule instanceof Schedule.SourcePaced) {
            if (intendedNs < blockedUntilNs) {
                tally.increment(RunCounter.HELD_BACK);
            }
            tally.record(RunTally.Series.SEND_DELAY, nowNs - Math.max(intendedNs, blockedUntilNs));
        }
    }

    private Connection pick() {
        if (inFlight.peekSlot() == InFlightTable.NONE) {
            return null;
        }
        for (int i = 0; i < connections.length; i++) {
            final Connection candidate = connections[nextConnection];
            nextConnection = nextConnection + 1 == connections.length ? 0 : nextConnection + 1;
            if (candidate.hasRoom()) {
                return candidate;
            }
        }
        return null;
    }
}
