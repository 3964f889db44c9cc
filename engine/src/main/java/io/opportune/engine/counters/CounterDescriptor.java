package io.opportune.engine.counters;

import static io.opportune.engine.counters.CounterKind.GAUGE;
import static io.opportune.engine.counters.CounterKind.TOTAL;
import static io.opportune.engine.counters.CounterUnit.BYTES;
import static io.opportune.engine.counters.CounterUnit.COUNT;
import static io.opportune.engine.counters.CounterUnit.NANOSECONDS;
import static io.opportune.engine.counters.CounterUnit.VERSION;

/**
 * Every counter of the server: a stable id, a label that is a valid Prometheus name, a unit and a sentence of help.
 * Ids are never reused; a new counter takes a free id of its block. {@code METRICS.md} is generated from here.
 */
public enum CounterDescriptor {
    // Gateway: 100 to 199, one instance per event loop.
    GATEWAY_SESSIONS_OPEN(100, GAUGE, COUNT, true, "Connections that are logged on now."),
    GATEWAY_SESSIONS_ACCEPTED(101, TOTAL, COUNT, true, "Connections accepted."),
    GATEWAY_SESSIONS_REFUSED(102, TOTAL, COUNT, true, "Connections closed at once: gateway.max-sessions was reached."),
    GATEWAY_LOGONS(103, TOTAL, COUNT, true, "Logons that succeeded."),
    GATEWAY_LOGON_FAILURES(104, TOTAL, COUNT, true,
        "Logons refused: unknown client, wrong key, unsupported version, or none before gateway.logon-timeout."),
    GATEWAY_FRAMES_READ(105, TOTAL, COUNT, true, "Whole frames read."),
    GATEWAY_BYTES_READ(106, TOTAL, BYTES, true, "Bytes read from clients."),
    GATEWAY_BYTES_WRITTEN(107, TOTAL, BYTES, true, "Bytes written to clients."),
    GATEWAY_REJECTS(108, TOTAL, COUNT, true, "Messages answered by a reject."),
    GATEWAY_MALFORMED_FRAMES(109, TOTAL, COUNT, true,
        "Frames that were no valid message: bad framing, oversized, truncated, unknown template."),
    GATEWAY_IDLE_CLOSES(110, TOTAL, COUNT, true, "Connections closed: nothing was heard for gateway.idle-timeout."),
    GATEWAY_SLOW_CONSUMER_CLOSES(111, TOTAL, COUNT, true,
        "Connections closed: the client did not read its answers and gateway.write-buffer-high was passed."),
    GATEWAY_ANSWERS_DROPPED(112, TOTAL, COUNT, true, "Answers whose connection had gone when they were ready."),

    // Decisions: 200 to 299, one instance per shard.
    DECISIONS_FULL(200, TOTAL, COUNT, true, "Decisions that ran through all stages and returned offers."),
    DECISIONS_NO_OFFER(201, TOTAL, COUNT, true, "Decisions that ran through all stages and found nothing to offer."),
    DECISIONS_FALLBACK(202, TOTAL, COUNT, true, "Decisions answered with the fallback of the placement."),
    DECISIONS_SHED(203, TOTAL, COUNT, true,
        "Requests answered at once without a decision: the ring was full or the time left was too short."),
    DECISIONS_LATE(204, TOTAL, COUNT, true, "Answers that were ready after their deadline, by the server's clock."),
    DECISIONS_TRUNCATED(205, TOTAL, COUNT, true,
        "Decisions that stopped scoring early to keep the deadline and answered with the best so far."),
    DECISIONS_RETRIED(206, TOTAL, COUNT, true, "Requests sent again by their client and answered as the first time."),
    DECISIONS_UNJOURNALLED(207, TOTAL, COUNT, true,
        "Decisions answered although the journal could not be written: they have no decision id."),
    DECISIONS_UNDECIDED(208, TOTAL, COUNT, true,
        "Requests a shard answered without deciding, not for time: no catalogue, a full shard beside it, an error."),

    // Events and context: 300 to 399, one instance per shard.
    EVENTS_ACCEPTED(300, TOTAL, COUNT, true, "Events journalled and applied to a profile."),
    EVENTS_DUPLICATE(301, TOTAL, COUNT, true, "Events whose id had been seen: acknowledged, not applied again."),
    EVENTS_UNKNOWN(302, TOTAL, COUNT, true, "Events about an offer or a decision that the server does not know."),
    EVENTS_REJECTED(303, TOTAL, COUNT, true, "Events refused: invalid, too old, or the journal could not be written."),
    CONTEXT_UPDATES(310, TOTAL, COUNT, true, "Context updates applied to a profile."),
    MERGES(311, TOTAL, COUNT, true, "Profiles merged because two ids turned out to be one customer or household."),
    ERASURES(312, TOTAL, COUNT, true, "Customers erased."),

    // Profiles: 400 to 499.
    PROFILES(400, GAUGE, COUNT, true, "Profiles stored now."),
    PROFILES_CAPACITY(401, GAUGE, COUNT, false, "Profiles that fit into the store (store.max-profiles)."),
    PROFILES_REFUSED_FULL(402, TOTAL, COUNT, true, "New customers not stored: their partition is full."),

    // Journal: 500 to 599, one instance per queue.
    JOURNAL_RECORDS(500, TOTAL, COUNT, true, "Records appended to the journal."),
    JOURNAL_BYTES(501, TOTAL, BYTES, true, "Bytes appended to the journal."),
    JOURNAL_SYNCS(502, TOTAL, COUNT, true, "Times the journal was forced to the disk."),
    JOURNAL_FAILURES(503, TOTAL, COUNT, true,
        "Records that could not be written: disk full, below journal.min-free, or an input/output error."),
    JOURNAL_REDACTED(504, TOTAL, COUNT, false, "Records overwritten because their customer was erased."),

    // Catalogue: 600 to 699.
    CATALOGUE_VERSION(600, GAUGE, VERSION, false, "Version of the catalogue that decides now."),
    CATALOGUE_OFFERS(601, GAUGE, COUNT, false, "Offers in the catalogue that decides now."),
    CATALOGUE_RELOADS(602, TOTAL, COUNT, false, "Catalogues loaded and put into service."),
    CATALOGUE_RELOAD_FAILURES(603, TOTAL, COUNT, false, "Catalogues refused for errors; the old one keeps deciding."),
    CATALOGUE_SWITCH_DURATION_NS(604, GAUGE, NANOSECONDS, false,
        "How long the last switch of catalogue or holds kept the slowest shard from deciding; the folding of single"
            + " offers in the background is such a switch too, and may follow at once on the change that caused it."),
    CATALOGUE_EDITS(606, TOTAL, COUNT, false, "Single offers added or changed while serving."),
    CATALOGUE_HOLDS(605, TOTAL, COUNT, false, "Changes of what is held back: offers and campaigns paused or resumed."),
    CATALOGUE_FOLDS(607, TOTAL, COUNT, false,
        "Times all offers were sorted anew because many had been changed one by one."),
    CATALOGUE_ARCHIVE_FAILURES(608, TOTAL, COUNT, false,
        "Catalogues in service that could not be kept at once for deciding again; tried again soon."),

    // Process: 700 to 799.
    ERRORS(700, TOTAL, COUNT, false, "Unexpected errors; `opportune errors` lists the distinct ones."),
    ERRORS_NOT_KEPT(701, TOTAL, COUNT, false, "Unexpected errors counted but not listed: the error log is full."),
    ERROR_NOTES(702, TOTAL, COUNT, false,
        "Expected garbage that was noted with its reason; `opportune errors` lists the distinct reasons."),
    SNAPSHOTS(710, TOTAL, COUNT, false, "Snapshots of the store that were completed."),
    SNAPSHOT_LAST_DURATION_NS(711, GAUGE, NANOSECONDS, false, "How long the last completed snapshot took."),
    RECOVERY_GAPS(712, GAUGE, COUNT, false,
        "Places where journal records were missing at the start, which recovery.accept-gaps accepted.");

    private static final int MAX_ID = 1024;
    private static final CounterDescriptor[] BY_ID = new CounterDescriptor[MAX_ID];

    static {
        for (final CounterDescriptor descriptor : values()) {
            if (BY_ID[descriptor.id] != null) {
                throw new ExceptionInInitializerError("two counters with id " + descriptor.id);
            }
            BY_ID[descriptor.id] = descriptor;
        }
    }

    private final int id;
    private final CounterKind kind;
    private final CounterUnit unit;
    private final boolean perThread;
    private final String help;
    private final String label;

    CounterDescriptor(
        final int id, final CounterKind kind, final CounterUnit unit, final boolean perThread, final String help) {
        this.id = id;
        this.kind = kind;
        this.unit = unit;
        this.perThread = perThread;
        this.help = help;
        this.label = name().toLowerCase(java.util.Locale.ROOT);
    }

    /**
     * Finds a counter by its id.
     *
     * @param id as stored in a counters file.
     * @return null when this build does not know it.
     */
    public static CounterDescriptor byId(final int id) {
        return id >= 0 && id < MAX_ID ? BY_ID[id] : null;
    }

    /**
     * The stable number of the counter, stored in the counters file.
     *
     * @return 0 to 1023.
     */
    public int id() {
        return id;
    }

    /**
     * The name by which {@code opportune stat} and the runbook know the counter.
     *
     * @return lower-case snake case, valid in Prometheus.
     */
    public String label() {
        return label;
    }

    /**
     * The name under which {@code /metrics} shows it: label with the prefix {@code opportune_}, {@code _total} behind
     * totals, and seconds in the place of nanoseconds.
     *
     * @return a valid Prometheus name.
     */
    public String metricName() {
        final String name = unit == CounterUnit.NANOSECONDS ? label.replaceFirst("_ns$", "_seconds") : label;
        return "opportune_" + name + (kind == CounterKind.TOTAL ? "_total" : "");
    }

    /**
     * Whether it only grows.
     *
     * @return never null.
     */
    public CounterKind kind() {
        return kind;
    }

    /**
     * What the number stands for.
     *
     * @return never null.
     */
    public CounterUnit unit() {
        return unit;
    }

    /**
     * One sentence for people.
     *
     * @return never empty.
     */
    public String help() {
        return help;
    }

    /**
     * Whether each thread has an instance of its own that readers sum.
     *
     * @return false when only instance 0 exists.
     */
    public boolean perThread() {
        return perThread;
    }
}
