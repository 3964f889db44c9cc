package io.opportune.engine.journal;

/**
 * Which records a listing shows; all conditions must hold. Immutable.
 *
 * @param partition      of the record; {@link #ANY} for all.
 * @param templateId     of the record; {@link #ANY} for all.
 * @param rootKeyGiven   whether only one customer's records are wanted.
 * @param rootKeyHigh    of that customer.
 * @param rootKeyLow     of that customer.
 * @param sinceNs        earliest business time, inclusive; Long.MIN_VALUE for all.
 * @param untilNs        latest business time, exclusive; Long.MAX_VALUE for all.
 * @param limit          most records to show, 0 or more.
 */
public record JournalFilter(
    int partition,
    int templateId,
    boolean rootKeyGiven,
    long rootKeyHigh,
    long rootKeyLow,
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
        return new JournalFilter(ANY, ANY, false, 0, 0, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    /**
     * Only one partition.
     *
     * @param wanted 0..65535.
     * @return a new filter.
     */
    public JournalFilter withPartition(final int wanted) {
        return new JournalFilter(wanted, templateId, rootKeyGiven, rootKeyHigh, rootKeyLow, sinceNs, untilNs, limit);
    }

    /**
     * Only one kind of record.
     *
     * @param wanted template id; {@link JournalPrinter#templateId} finds it by name.
     * @return a new filter.
     */
    public JournalFilter withTemplate(final int wanted) {
        return new JournalFilter(partition, wanted, rootKeyGiven, rootKeyHigh, rootKeyLow, sinceNs, untilNs, limit);
    }

    /**
     * Only one customer.
     *
     * @param high half of the root key.
     * @param low  half of the root key.
     * @return a new filter.
     */
    public JournalFilter withRootKey(final long high, final long low) {
        return new JournalFilter(partition, templateId, true, high, low, sinceNs, untilNs, limit);
    }

    /**
     * Only a span of business time.
     *
     * @param fromNs inclusive, since 1970.
     * @param toNs   exclusive, since 1970.
     * @return a new filter.
     */
    public JournalFilter withBusinessTime(final long fromNs, final long toNs) {
        return new JournalFilter(partition, templateId, rootKeyGiven, rootKeyHigh, rootKeyLow, fromNs, toNs, limit);
    }

    /**
     * Only so many.
     *
     * @param most 0 or more.
     * @return a new filter.
     */
    public JournalFilter withLimit(final long most) {
        return new JournalFilter(partition, templateId, rootKeyGiven, rootKeyHigh, rootKeyLow, sinceNs, untilNs, most);
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
            && (!rootKeyGiven || rootKeyHigh == header.rootKeyHigh() && rootKeyLow == header.rootKeyLow())
            && header.businessTimeNs() >= sinceNs
            && header.businessTimeNs() < untilNs;
    }
}
