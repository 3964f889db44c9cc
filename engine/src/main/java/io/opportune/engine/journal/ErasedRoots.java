package io.opportune.engine.journal;

import io.opportune.engine.journal.codec.ErasureRecordDecoder;
import io.opportune.engine.journal.codec.MergeDoneRecordDecoder;
import io.opportune.engine.journal.codec.MergeInRecordDecoder;
import io.opportune.engine.journal.codec.UnlinkRecordDecoder;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.agrona.DirectBuffer;

/**
 * Who is erased, up to which sequence of the root's partition (exclusive): the roots of erasure records, and with each
 * the roots that were merged into it before, at any distance. A root merged away ends with the record in which it gave
 * its profile; what comes later under the same key is somebody who came back. Owned by one thread; takes memory by the
 * number of erased roots, not by that of merges.
 */
final class ErasedRoots {
    private record Root(long high, long low) {
    }

    /** What must happen to a record. */
    enum Fate { KEPT, REDACTED, ROOT_REDACTED }

    private final RootTable erased = new RootTable();
    private final RootTable mergedAway = new RootTable();
    /** Of erased roots that were merged after that: the sequence of the first such merge's beginning. */
    private final Map<Root, Long> laterMerges = new HashMap<>();
    private final MergeInRecordDecoder mergeIn = new MergeInRecordDecoder();
    private final MergeDoneRecordDecoder mergeDone = new MergeDoneRecordDecoder();
    private final UnlinkRecordDecoder unlink = new UnlinkRecordDecoder();

    /** Takes up erasures and follows merges backwards until nothing is added. */
    static ErasedRoots of(final ErasureLedger ledger) throws IOException {
        final ErasedRoots roots = new ErasedRoots();
        final boolean[] grown = new boolean[1];
        do {
            grown[0] = false;
            ledger.forEach(entry -> grown[0] |= roots.take(entry));
        } while (grown[0]);
        ledger.forEach(roots::noteLaterMerge);
        return roots;
    }

    private boolean take(final ErasureLedger.Entry entry) {
        return switch (entry.kind()) {
            case ERASED, KNOWN -> erased.raise(
                entry.rootHigh(), entry.rootLow(), entry.sequence(), entry.term(), entry.appendTimeNs());
            case MERGED_IN -> entry.sequence() < erased.sequence(entry.rootHigh(), entry.rootLow())
                && mergedAway.raise(entry.sourceHigh(), entry.sourceLow(), 0, entry.term(), entry.appendTimeNs());
            case MERGED_OUT ->
                mergedAway.reaches(entry.rootHigh(), entry.rootLow(), entry.term(), entry.appendTimeNs())
                && erased.raise(entry.rootHigh(), entry.rootLow(), entry.sequence() + 1, entry.term(),
                    entry.appendTimeNs());
        };
    }

    /** A root that was erased, came back and was merged once more: the records of that merge are no erased one's. */
    private void noteLaterMerge(final ErasureLedger.Entry entry) {
        if (entry.kind() == ErasureLedger.Kind.MERGED_OUT
            && erased.contains(entry.rootHigh(), entry.rootLow())
            && entry.sequence() >= erased.sequence(entry.rootHigh(), entry.rootLow())) {
            laterMerges.merge(new Root(entry.rootHigh(), entry.rootLow()), entry.sequence(), Math::min);
        }
    }

    int size() {
        return erased.size();
    }

    /** Append time of the last erasure; a file that begins later holds nothing from before. */
    long latestNs() {
        final long[] latest = {Long.MIN_VALUE};
        erased.forEach((high, low, sequence, term, timeNs) -> latest[0] = Math.max(latest[0], timeNs));
        return latest[0];
    }

    /** Up to where a root is erased, exclusive; 0 when it is not. */
    long sequence(final long high, final long low) {
        return erased.sequence(high, low);
    }

    /** The erased roots with their sequences and the moments of their erasure or merge. */
    void forEach(final RootTable.Visitor visitor) {
        erased.forEach(visitor);
    }

    /** Decides about a record; an erasure itself is always kept, because snapshots from before it may be in use. */
    Fate fateOf(final RecordHeaderFlyweight header, final DirectBuffer record, final int offset) {
        final int template = header.templateId();
        if (template == ErasureRecordDecoder.TEMPLATE_ID) {
            return Fate.KEPT;
        }
        final boolean ofErased =
            header.sequence() < erased.sequence(header.rootKeyHigh(), header.rootKeyLow());
        final int body = offset + RecordHeaderFlyweight.HEADER_OFFSET;
        return switch (template) {
            case UnlinkRecordDecoder.TEMPLATE_ID -> ofErased ? fateOfUnlink(header, record, body) : Fate.KEPT;
            case MergeInRecordDecoder.TEMPLATE_ID -> ofErased || carriesErased(header, record, body)
                ? Fate.REDACTED : Fate.KEPT;
            case MergeDoneRecordDecoder.TEMPLATE_ID -> ofErased || endsErasedMerge(header, record, body)
                ? Fate.REDACTED : Fate.KEPT;
            default -> ofErased ? Fate.REDACTED : Fate.KEPT;
        };
    }

    /** The id that left is somebody else: the root that it left goes, the root that it got stays. */
    private Fate fateOfUnlink(final RecordHeaderFlyweight header, final DirectBuffer record, final int body) {
        unlink.wrap(record, body, header.blockLength(), header.schemaVersion());
        return erased.contains(unlink.freshRoot().high(), unlink.freshRoot().low())
            ? Fate.REDACTED : Fate.ROOT_REDACTED;
    }

    private boolean carriesErased(final RecordHeaderFlyweight header, final DirectBuffer record, final int body) {
        mergeIn.wrap(record, body, header.blockLength(), header.schemaVersion());
        return erased.reaches(
            mergeIn.source().high(), mergeIn.source().low(), header.term(), header.appendTimeNs());
    }

    /** The last word of a merge stands behind the record up to which its source is erased. */
    private boolean endsErasedMerge(final RecordHeaderFlyweight header, final DirectBuffer record, final int body) {
        if (!erased.contains(header.rootKeyHigh(), header.rootKeyLow()) || header.sequence()
            > laterMerges.getOrDefault(new Root(header.rootKeyHigh(), header.rootKeyLow()), Long.MAX_VALUE)) {
            return false;
        }
        mergeDone.wrap(record, body, header.blockLength(), header.schemaVersion());
        return erased.contains(mergeDone.target().high(), mergeDone.target().low());
    }
}
