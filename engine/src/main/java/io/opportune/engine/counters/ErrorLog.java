package io.opportune.engine.counters;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.agrona.BitUtil;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.errors.DistinctErrorLog;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * Keeps each distinct error once, with a count and its first and last time, where other processes can read it. Two
 * kinds: the unexpected (a throwable with its stack trace) and notes of expected garbage (a component and a constant
 * text). May be called from any thread; never logs, never throws; a note that was seen before allocates nothing.
 */
public final class ErrorLog implements ErrorHandler {
    /** Distinct notes kept. Texts are constants of the code, so that more means a text was built per message. */
    public static final int MAX_NOTES = 256;
    /** Bytes of one note's text; longer ones are cut. */
    static final int MAX_NOTE_LENGTH = 400;
    private static final String OTHER = "more distinct notes than are kept; these are counted together";

    private final DistinctErrorLog unexpected;
    private final AtomicBuffer noteBuffer;
    private final EpochClock clock;
    private final AtomicCounter errorCount;
    private final AtomicCounter notKeptCount;
    private final AtomicCounter noteCount;
    private volatile Note[] notes = new Note[0];
    private int nextNoteOffset;

    ErrorLog(
        final AtomicBuffer errorBuffer,
        final AtomicBuffer noteBuffer,
        final EpochClock clock,
        final AtomicCounter errorCount,
        final AtomicCounter notKeptCount,
        final AtomicCounter noteCount) {
        this.unexpected = new DistinctErrorLog(errorBuffer, clock, StandardCharsets.UTF_8);
        this.noteBuffer = noteBuffer;
        this.clock = clock;
        this.errorCount = errorCount;
        this.notKeptCount = notKeptCount;
        this.noteCount = noteCount;
    }

    /**
     * Counts and keeps an unexpected error. Errors of the same class, message and place are one.
     *
     * @param error what happened; null is ignored.
     */
    public void record(final Throwable error) {
        if (error == null) {
            return;
        }
        errorCount.increment();
        if (!unexpected.record(error)) {
            notKeptCount.increment();
        }
    }

    /**
     * The same as {@link #record(Throwable)}, for whoever wants Agrona's interface.
     *
     * @param error what happened.
     */
    @Override
    public void onError(final Throwable error) {
        record(error);
    }

    /**
     * Counts and keeps a note of expected garbage, such as a frame that was no message. Counted under
     * {@link CounterDescriptor#ERROR_NOTES}, not under {@link CounterDescriptor#ERRORS}, which stays an alarm.
     *
     * @param component where, a constant such as {@code "gateway"}.
     * @param what      a constant text; never built per message, and never holding what a client sent.
     */
    public void record(final String component, final String what) {
        noteCount.increment();
        final Note known = find(notes, component, what);
        (known != null ? known : add(component, what)).observe(noteBuffer, clock.time());
    }

    private static Note find(final Note[] notes, final String component, final String what) {
        for (final Note note : notes) {
            if (note.component == component && note.what == what) {
                return note;
            }
        }
        for (final Note note : notes) {
            if (note.component.equals(component) && note.what.equals(what)) {
                return note;
            }
        }
        return null;
    }

    private synchronized Note add(final String component, final String what) {
        final Note[] current = notes;
        final Note known = find(current, component, what);
        if (known != null) {
            return known;
        }
        final boolean full = current.length >= MAX_NOTES - 1;
        if (full && current.length == MAX_NOTES) {
            return current[MAX_NOTES - 1];
        }
        final Note note = full ? new Note("errors", OTHER, nextNoteOffset) : new Note(component, what, nextNoteOffset);
        final byte[] text = (note.component + ": " + note.what).getBytes(StandardCharsets.UTF_8);
        final int textLength = Math.min(text.length, MAX_NOTE_LENGTH);
        noteBuffer.putBytes(nextNoteOffset + DistinctErrorLog.ENCODED_ERROR_OFFSET, text, 0, textLength);
        noteBuffer.putLong(nextNoteOffset + DistinctErrorLog.FIRST_OBSERVATION_TIMESTAMP_OFFSET, clock.time());
        final int length = DistinctErrorLog.ENCODED_ERROR_OFFSET + textLength;
        nextNoteOffset += BitUtil.align(length, DistinctErrorLog.RECORD_ALIGNMENT);
        noteBuffer.putIntRelease(note.offset + DistinctErrorLog.LENGTH_OFFSET, length);
        final Note[] next = Arrays.copyOf(current, current.length + 1);
        next[current.length] = note;
        notes = next;
        return note;
    }

    private static final class Note {
        private final String component;
        private final String what;
        private final int offset;

        private Note(final String component, final String what, final int offset) {
            this.component = component;
            this.what = what;
            this.offset = offset;
        }

        private void observe(final AtomicBuffer buffer, final long nowMs) {
            buffer.putLongRelease(offset + DistinctErrorLog.LAST_OBSERVATION_TIMESTAMP_OFFSET, nowMs);
            buffer.getAndAddInt(offset + DistinctErrorLog.OBSERVATION_COUNT_OFFSET, 1);
        }
    }
}
