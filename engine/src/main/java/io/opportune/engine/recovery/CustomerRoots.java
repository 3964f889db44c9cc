package io.opportune.engine.recovery;

import io.opportune.engine.identity.PseudonymKey;
import io.opportune.engine.identity.Pseudonymiser;
import io.opportune.engine.identity.RootKey;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalReader;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.codec.ErasureRecordDecoder;
import io.opportune.engine.journal.codec.MergeInRecordDecoder;
import io.opportune.engine.journal.codec.MessageHeaderDecoder;
import io.opportune.engine.journal.codec.UnlinkRecordDecoder;
import io.opportune.engine.profile.PartitionCopyReader;
import io.opportune.engine.profile.StoreRefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Finds the root keys under which the records of one customer id stand: its pseudonym, and the roots it was linked to
 * as far as the newest snapshot and the kept journal tell. Reads the data folder only; may run beside a server. One
 * thread.
 */
public final class CustomerRoots {
    private final RootKey pseudonym;
    private final Set<RootKey> roots = new LinkedHashSet<>();
    /** Where the id belongs at the record just read; two while it is unknown whether the journal saw its first link. */
    private final Set<RootKey> current = new LinkedHashSet<>();

    private final RecordHeaderFlyweight header = new RecordHeaderFlyweight();
    private final MessageHeaderDecoder messageHeader = new MessageHeaderDecoder();
    private final MergeInRecordDecoder mergeIn = new MergeInRecordDecoder();
    private final UnlinkRecordDecoder unlink = new UnlinkRecordDecoder();

    private CustomerRoots(final RootKey pseudonym) {
        this.pseudonym = pseudonym;
        add(pseudonym);
    }

    /**
     * The pseudonym of an id, which is its root key as long as it is not linked.
     *
     * @param key       of the store.
     * @param tenant    0..65535.
     * @param namespace of the id, 1..65535.
     * @param id        bytes of the id, 1 or more.
     * @return the pseudonym.
     */
    public static RootKey pseudonym(final PseudonymKey key, final int tenant, final int namespace, final byte[] id) {
        final Pseudonymiser pseudonymiser = new Pseudonymiser(key);
        pseudonymiser.hash(tenant, namespace, new UnsafeBuffer(id), 0, id.length);
        return new RootKey(pseudonymiser.high(), pseudonymiser.low());
    }

    /**
     * Reads the identities of the newest snapshot and the whole journal.
     *
     * @param dataDir   of a server.
     * @param pseudonym of the id.
     * @return the root keys, the pseudonym first.
     * @throws IOException when a file cannot be read.
     */
    public static List<RootKey> find(final Path dataDir, final RootKey pseudonym) throws IOException {
        final CustomerRoots search = new CustomerRoots(pseudonym);
        search.readSnapshot(new Snapshots(DataFolders.snapshots(dataDir)));
        final JournalDirectory journals = new JournalDirectory(DataFolders.journal(dataDir));
        final List<Path> queues = journals.queues().stream()
            .filter(queue -> !queue.equals(journals.registryQueue()))
            .toList();
        try (JournalTail tail = new JournalTail(queues)) {
            tail.forEach((queue, reader) -> search.onRecord(reader));
        }
        return new ArrayList<>(search.roots);
    }

    private void readSnapshot(final Snapshots snapshots) throws IOException {
        for (final long number : snapshots.numbers()) {
            final Path file = snapshots.folder(number).resolve(Snapshotter.IDENTITIES_FILE);
            try (PartitionCopyReader copy = PartitionCopyReader.open(file)) {
                while (copy.next()) {
                    if (copy.high() == pseudonym.high() && copy.low() == pseudonym.low()) {
                        add(new RootKey(copy.rootHigh(), copy.rootLow()));
                    }
                }
                return;
            } catch (final StoreRefusedException damaged) {
                // An older snapshot does as well; without any, the journal tells what it can.
            }
        }
    }

    private void add(final RootKey root) {
        roots.add(root);
        current.add(root);
    }

    private void onRecord(final JournalReader reader) {
        final DirectBuffer buffer = reader.buffer();
        final int offset = reader.offset();
        header.wrap(buffer, offset);
        final RootKey root = new RootKey(header.rootKeyHigh(), header.rootKeyLow());
        switch (header.templateId()) {
            case MergeInRecordDecoder.TEMPLATE_ID -> {
                mergeIn.wrapAndApplyHeader(buffer, offset, messageHeader);
                if (current.remove(new RootKey(mergeIn.source().high(), mergeIn.source().low()))) {
                    add(root);
                }
            }
            case UnlinkRecordDecoder.TEMPLATE_ID -> {
                unlink.wrapAndApplyHeader(buffer, offset, messageHeader);
                if (unlink.member().high() == pseudonym.high() && unlink.member().low() == pseudonym.low()) {
                    current.clear();
                    add(new RootKey(unlink.freshRoot().high(), unlink.freshRoot().low()));
                }
            }
            case ErasureRecordDecoder.TEMPLATE_ID -> {
                if (current.remove(root)) {
                    add(pseudonym);
                }
            }
            default -> {
                // Nothing else changes where an id belongs.
            }
        }
    }
}
