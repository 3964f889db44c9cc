package io.opportune.engine.replay;

import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.codec.ContextRecordDecoder;
import io.opportune.engine.journal.codec.MergeInRecordDecoder;
import io.opportune.engine.journal.codec.MergeOutRecordDecoder;
import io.opportune.engine.journal.codec.UnlinkRecordDecoder;
import io.opportune.engine.recovery.JournalTail;
import java.nio.file.Path;
import java.util.List;
import org.agrona.collections.LongHashSet;

/** How large the state of a journal can become at most, so that stores of that size can be made beforehand. */
final class JournalSurvey {
    /** Each merge writes two roots and up to a whole cluster, but the ids themselves are there from earlier merges. */
    private static final int IDENTITIES_PER_LINK = 4;
    private static final int SPARE = 1024;

    private final RecordHeaderFlyweight header = new RecordHeaderFlyweight();
    /** A fold of each root that a record may have made a profile for; a collision costs one place of the spare ones. */
    private final LongHashSet roots = new LongHashSet();
    private int partitions = 1;
    private long links;
    private int tenant;

    JournalSurvey(final List<Path> queues) {
        try (JournalTail tail = new JournalTail(queues)) {
            tail.forEach((queue, reader) -> {
                header.wrap(reader.buffer(), reader.offset());
                tenant = header.tenant();
                if (header.partition() != RecordHeaderFlyweight.CONTROL_PARTITION) {
                    onRecord();
                }
            });
        }
    }

    private void onRecord() {
        partitions = Math.max(partitions, header.partition() + 1);
        switch (header.templateId()) {
            case ContextRecordDecoder.TEMPLATE_ID, MergeInRecordDecoder.TEMPLATE_ID -> note();
            case MergeOutRecordDecoder.TEMPLATE_ID, UnlinkRecordDecoder.TEMPLATE_ID -> {
                note();
                links++;
            }
            default -> {
                // Changes a profile or none.
            }
        }
    }

    private void note() {
        roots.add(header.rootKeyHigh() * 31 + header.rootKeyLow());
    }

    int partitions() {
        return partitions;
    }

    int tenant() {
        return tenant;
    }

    /** Enough for every partition, should all the profiles of a small journal fall into one. */
    long profiles() {
        return roots.size() + Math.min(roots.size(), SPARE) * (long) partitions + SPARE;
    }

    long identities() {
        return links * IDENTITIES_PER_LINK + SPARE;
    }
}
