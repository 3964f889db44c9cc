package io.opportune.engine.journal;

import io.opportune.engine.identity.RootKey;
import java.util.ArrayList;
import java.util.List;

/**
 * Which records a listing shows; all conditions must hold. Immutable.
 *
 * @param partition      of the record; {@link #ANY} for all.
 * @param templateId     of the record; {@link #ANY} for all.
 * @param rootKeys       of the customer whose records alone are wanted; empty for all.
 * @param sinceNs        earliest business time, inclusive; Long.MIN_VALUE for all.
 * @param untilNs        latest business time, exclusive; Long.MAX_VALUE for all.
 * @param limit          most records to show, 0 or more.
 */
public record JournalFilter(
    int partition,
    int templateId,
    List<RootKey> rootKeys,
    long sinceNs,
    long untilNs,
    long limit) {

    /** No condition. */
    public static final int ANY = -1;

    /**
     * Everything.
     *
     * @return a filter without conditions.
     */
    public static JournalFilter all() {
        return new JournalFilter(ANY, ANY, List.of(), Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    /**
     * Only one partition.
     *
     * @param wanted 0..65535.
     * @return a new filter.
     */
    public JournalFilter withPartition(final int wanted) {
        return new JournalFilter(wanted, templateId, rootKeys, sinceNs, untilNs, limit);
    }

    /**
     * Only one kind of record.
     *
     * @param wanted template id; {@link JournalPrinter#templateId} finds it by name.
     * @return a new filter.
     */
    public JournalFilter withTemplate(final int wanted) {
        return new JournalFilter(partition, wanted, rootKeys, sinceNs, untilNs, limit);
    }

    /**
     * Only one root key, or one more when there is one already.
     *
     * @param high half of the root key.
     * @param low  half of the root key.
     * @return a new filter.
     */
    public JournalFilter withRootKey(final long high, final long low) {
        final List<RootKey> more = new ArrayList<>(rootKeys);
        more.add(new RootKey(high, low));
        return new JournalFilter(partition, templateId, List.copyOf(more), sinceNs, untilNs, limit);
    }

    /**
     * Only a span of business time.
     *
     * @param fromNs inclusive, since 1970.
     * @param toNs   exclusive, since 1970.
     * @return a new filter.
     */
    public JournalFilter withBusinessTime(final long fromNs, final long toNs) {
        return new JournalFilter(partition, templateId, rootKeys, fromNs, toNs, limit);
    }

    /**
     * Only so many.
     *
     * @param most 0 or more.
     * @return a new filter.
     */
    public JournalFilter withLimit(final long most) {
        return new JournalFilter(partition, templateId, rootKeys, sinceNs, untilNs, most);
    }

    /**
     * Tests one record's header.
     *
     * @param header of the record.
     * @return true when every condition but the limit holds.
     */
    public boolean matches(final RecordHeaderFlyweight header) {
        return (partition == ANY || partition == header.partition())
            && (templateId == ANY || templateId == header.templateId())
            && (rootKeys.isEmpty() || rootKeys.contains(new RootKey(header.rootKeyHigh(), header.rootKeyLow())))
            && header.businessTimeNs() >= sinceNs
            && header.businessTimeNs() < untilNs;
    }
}
