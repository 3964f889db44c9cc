package io.opportune.engine.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import net.openhft.chronicle.bytes.MappedBytes;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueStore;
import net.openhft.chronicle.wire.Wires;

/**
 * Closes the holes that a lost machine leaves: the kernel writes pages back in any order, so that a page in the middle
 * of what was not yet forced may be missing while later ones are there. A reader would wait at the hole for ever and a
 * writer go on behind it. A killed process leaves no holes. Called by the writer before it appends.
 */
final class TailRepair {
    /** The newest file and the one before: older ones were complete long before the machine was lost. */
    private static final int FILES_CHECKED = 2;

    private TailRepair() {
    }

    /**
     * Ends each file at its first hole.
     *
     * @return true when the newest file was ended, so that the next record must begin another.
     */
    static boolean endFilesAtHoles(final SingleChronicleQueue queue, final Path directory) {
        try {
            final List<Path> files = ChronicleQueues.files(directory);
            boolean newestEnded = false;
            for (int i = Math.max(0, files.size() - FILES_CHECKED); i < files.size(); i++) {
                final boolean ended = endAtHole(queue, (int) ChronicleQueues.cycleOf(queue, files.get(i)));
                newestEnded = ended && i == files.size() - 1;
            }
            return newestEnded;
        } catch (final IOException e) {
            throw new UncheckedIOException("journal " + directory, e);
        }
    }

    private static boolean endAtHole(final SingleChronicleQueue queue, final int cycle) {
        final SingleChronicleQueueStore store = queue.storeForCycle(cycle, 0, false, null);
        if (store == null) {
            return false;
        }
        try (MappedBytes bytes = store.bytes()) {
            final long lastPosition = store.writePosition();
            long position = 0;
            int header = bytes.readVolatileInt(position);
            while (Wires.isReady(header)) {
                final long end = position + Integer.BYTES + Wires.lengthOf(header);
                // Each header stands on a multiple of four bytes.
                position = end + (-end & 3);
                header = bytes.readVolatileInt(position);
            }
            if (position > lastPosition || header == Wires.END_OF_DATA) {
                return false;
            }
            bytes.writeVolatileInt(position, Wires.END_OF_DATA);
            return true;
        } finally {
            queue.closeStore(store);
        }
    }
}
