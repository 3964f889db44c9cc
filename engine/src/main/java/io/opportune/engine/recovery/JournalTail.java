package io.opportune.engine.recovery;

import io.opportune.engine.journal.JournalReader;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The records of several queues in the order in which they were appended: by term, then by append time. A merge's two
 * records stand in two queues, and the order keeps the giving before the taking. Owned by one thread.
 */
public final class JournalTail implements AutoCloseable {
    /** Takes one record. */
    @FunctionalInterface
    public interface Handler {
        /**
         * Takes one record.
         *
         * @param queue  index of the queue in the order given.
         * @param reader standing on the record.
         */
        void onRecord(int queue, JournalReader reader);
    }

    private final List<JournalReader> readers = new ArrayList<>();
    private final List<RecordHeaderFlyweight> headers = new ArrayList<>();
    private final boolean[] ready;

    /**
     * Opens queues, each before its first record.
     *
     * @param queues folders.
     */
    public JournalTail(final List<Path> queues) {
        for (final Path queue : queues) {
            readers.add(new JournalReader(queue));
            headers.add(new RecordHeaderFlyweight());
        }
        ready = new boolean[readers.size()];
    }

    /**
     * One of the readers, to be positioned before the first {@link #forEach}.
     *
     * @param queue index in the order given.
     * @return its reader.
     */
    public JournalReader reader(final int queue) {
        return readers.get(queue);
    }

    /**
     * Reads all records that there are.
     *
     * @param handler called for each in order.
     * @return how many there were.
     */
    public long forEach(final Handler handler) {
        long count = 0;
        for (int next = earliest(); next >= 0; next = earliest()) {
            handler.onRecord(next, readers.get(next));
            ready[next] = false;
            count++;
        }
        return count;
    }

    private int earliest() {
        int earliest = -1;
        for (int i = 0; i < ready.length; i++) {
            final JournalReader reader = readers.get(i);
            if (!ready[i]) {
                ready[i] = reader.next();
                if (ready[i]) {
                    headers.get(i).wrap(reader.buffer(), reader.offset());
                }
            }
            if (ready[i] && (earliest < 0 || before(headers.get(i), headers.get(earliest)))) {
                earliest = i;
            }
        }
        return earliest;
    }

    private static boolean before(final RecordHeaderFlyweight a, final RecordHeaderFlyweight b) {
        return a.term() != b.term() ? a.term() < b.term() : a.appendTimeNs() < b.appendTimeNs();
    }

    @Override
    public void close() {
        readers.forEach(JournalReader::close);
    }
}
