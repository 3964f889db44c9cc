package io.opportune.engine.journal;

import java.nio.file.Path;
import java.util.zip.CRC32C;
import net.openhft.chronicle.bytes.MappedBytes;
import net.openhft.chronicle.core.values.LongValue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueStore;
import net.openhft.chronicle.wire.Wires;
import org.agrona.concurrent.UnsafeBuffer;

/** Leaves a queue as a kill at an unlucky moment would, where real kills hit that moment too seldom. */
final class StaleQueue {
    private StaleQueue() {
    }

    /** The write lock carries the id of a live process, as when ids are reused or always 1. */
    static void leaveLockedByThisProcess(final Path directory) {
        try (SingleChronicleQueue queue = SingleChronicleQueueBuilder.binary(directory).build();
            LongValue lock = queue.metaStore().acquireValueFor("chronicle.write.lock")) {
            lock.setVolatileValue(ProcessHandle.current().pid());
        }
    }

    /** A record is in the file and visible to readers, but the file's write position and index do not know of it. */
    static void publishWithoutNoting(final Path directory, final UnsafeBuffer record, final int length) {
        final CRC32C crc = new CRC32C();
        crc.update(record.byteArray(), 0, length);
        try (SingleChronicleQueue queue = SingleChronicleQueueBuilder.binary(directory).build();
            SingleChronicleQueueStore store = queue.storeForCycle(queue.lastCycle(), 0, false, null);
            MappedBytes bytes = store.bytes()) {
            final long last = store.writePosition();
            final long end = last + Integer.BYTES + Wires.lengthOf(bytes.readInt(last));
            final long header = end + (-end & 3);
            for (int i = 0; i < length; i++) {
                bytes.writeByte(header + Integer.BYTES + i, record.getByte(i));
            }
            bytes.writeInt(header + Integer.BYTES + length, (int) crc.getValue());
            bytes.writeInt(header, length + Integer.BYTES);
        }
    }
}
