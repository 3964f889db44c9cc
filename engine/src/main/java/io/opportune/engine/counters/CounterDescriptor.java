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

    // HTTP: 120 to 149, one instance per event loop.
    HTTP_CONNECTIONS_OPEN(120, GAUGE, COUNT, true, "HTTP connections open now."),
    HTTP_CONNECTIONS_ACCEPTED(121, TOTAL, COUNT, true, "HTTP connections taken."),
    HTTP_CONNECTIONS_REFUSED(122, TOTAL, COUNT, true, "HTTP connections refused: too many, or the server was closing."),
    HTTP_HTTP2_CONNECTIONS(123, TOTAL, COUNT, true, "HTTP connections that spoke HTTP/2."),
    HTTP_REQUESTS(124, TOTAL, COUNT, true, "Whole HTTP requests taken."),
    HTTP_BYTES_READ(125, TOTAL, BYTES, true, "Bytes read from HTTP clients, after TLS."),
    HTTP_BYTES_WRITTEN(126, TOTAL, BYTES, true, "Bytes of HTTP/1 answers written."),
    HTTP_ANSWERS_WITH_BODY(127, TOTAL, COUNT, true, "HTTP answers with a body."),
    HTTP_ANSWERS_WITHOUT_BODY(128, TOTAL, COUNT, true, "HTTP answers without a body, refusals excluded."),
    HTTP_ANSWERS_EXPIRED(129, TOTAL, COUNT, true,
        "Requests answered 204 because no answer had come by their deadline."),
    HTTP_ANSWERS_DROPPED(130, TOTAL, COUNT, true,
        "HTTP answers whose request had been answered or whose connection had gone."),
    HTTP_ANSWERS_TOO_LONG(131, TOTAL, COUNT, true, "HTTP answers replaced by a 204 because they were too long."),
    HTTP_ANSWERS_COMPRESSED(132, TOTAL, COUNT, true, "HTTP answers compressed."),
    HTTP_REFUSED_400(133, TOTAL, COUNT, true, "HTTP requests with broken framing or compression."),
    HTTP_REFUSED_404(134, TOTAL, COUNT, true, "HTTP requests for unknown paths."),
    HTTP_REFUSED_405(135, TOTAL, COUNT, true, "HTTP requests by a wrong method."),
    HTTP_REFUSED_413(136, TOTAL, COUNT, true, "HTTP requests with too long a body."),
    HTTP_REFUSED_415(137, TOTAL, COUNT, true, "HTTP requests with a content type or encoding that is not taken."),
    HTTP_REFUSED_431(138, TOTAL, COUNT, true, "HTTP requests with too long a head."),
    HTTP_REFUSED_OTHER(139, TOTAL, COUNT, true, "HTTP requests refused for other reasons: 408, 417, 501, 503, 505."),
    HTTP_IDLE_CLOSES(140, TOTAL, COUNT, true, "HTTP connections closed: nothing came for gateway.http.idle-timeout."),
    HTTP_SLOW_CONSUMER_CLOSES(141, TOTAL, COUNT, true, "HTTP connections closed: the client did not read its answers."),
    HTTP_HANDLER_FAILURES(142, TOTAL, COUNT, true, "HTTP requests answered 204 because of an error of the server."),

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
    DECISIONS_SECOND_STAGE(209, TOTAL, COUNT, true,
        "Decisions whose best candidates the imported model predicted anew."),
    DECISIONS_SECOND_STAGE_SKIPPED(210, TOTAL, COUNT, true,
        "Decisions in which the imported model was to predict and did not: time was short, or it failed."),

    // Events and context: 300 to 399, one instance per shard.
    EVENTS_ACCEPTED(300, TOTAL, COUNT, true, "Events journalled and applied to a profile."),
    EVENTS_DUPLICATE(301, TOTAL, COUNT, true, "Events whose id had been seen: acknowledged, not applied again."),
    EVENTS_UNKNOWN(302, TOTAL, COUNT, true, "Events about an offer or a decision that the server does not know."),
    EVENTS_REJECTED(303, TOTAL, COUNT, true, "Events refused: invalid, too old, or the journal could not be written."),
    REDEMPTIONS_OVER_COST(304, TOTAL, COUNT, true,
        "Redemptions that cost more than the catalogue says of their offer at most: what exceeds it is late spend."),
    CONTEXT_UPDATES(310, TOTAL, COUNT, true, "Context updates applied to a profile."),
    MERGES(311, TOTAL, COUNT, true, "Profiles merged because two ids turned out to be one customer or household."),
    ERASURES(312, TOTAL, COUNT, true, "Customers erased."),

    // Profiles: 400 to 499.
    PROFILES(400, GAUGE, COUNT, true, "Profiles stored now."),
    PROFILES_CAPACITY(401, GAUGE, COUNT, false, "Profiles that fit into the store (store.max-profiles)."),
    PROFILES_REFUSED_FULL(402, TOTAL, COUNT, true, "New customers not stored: their partition is full."),
    PROFILES_FORGOTTEN(403, TOTAL, COUNT, true,
        "Counters of caps, answers to offers and money received for which a full profile forgot something: what is not "
            + "known counts as reached."),

    // Journal: 500 to 599, one instance per queue.
    JOURNAL_RECORDS(500, TOTAL, COUNT, true, "Records appended to the journal."),
    JOURNAL_BYTES(501, TOTAL, BYTES, true, "Bytes appended to the journal."),
    JOURNAL_SYNCS(502, TOTAL, COUNT, true, "Times the journal was forced to the disk."),
    JOURNAL_SYNCED(505, TOTAL, COUNT, true,
        "Records that were forced to the disk: what journal_records has beyond it a lost machine may lose."),
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

    // Ledger: 650 to 699.
    LEDGER_RESERVATIONS(650, GAUGE, COUNT, false,
        "Reservations known, those settled lately counted; at delivery.max-reservations nothing limited is offered."),
    LEDGER_DUPLICATES(651, GAUGE, COUNT, false, "Events that settled what they had settled before, since the start."),
    LEDGER_UNMATCHED(652, GAUGE, COUNT, false,
        "Events that settled a reservation that was not known, or not yet, since the start."),
    LEDGER_BROKEN(653, GAUGE, COUNT, false,
        "Budgets that do not add up: nothing is spent from them until the next start. Must be 0."),
    LEDGER_CUT_OFF(654, GAUGE, COUNT, false,
        "Shards that could not tell the ledger what they had journalled: they spend nothing until the next start. Must"
            + " be 0."),

    // Models: 670 to 699.
    MODEL_NUMBER(670, GAUGE, COUNT, false, "Publications of the models over the life of the store."),
    MODEL_EXAMPLES(671, GAUGE, COUNT, false, "Offers made that models learned from, over the life of the store."),
    MODEL_OUTCOMES(672, GAUGE, COUNT, false,
        "Clicks, accepts, redemptions and purchases that models learned, over the life of the store."),
    MODEL_OUTCOMES_UNMATCHED(673, GAUGE, COUNT, false,
        "Outcomes of decisions that no model was meant to learn from, or that are forgotten."),
    MODEL_OUTCOMES_LATE(674, GAUGE, COUNT, false, "Outcomes that came after the campaign's attribution window."),

    AFFINITY_VERSION(680, GAUGE, COUNT, false,
        "Version of the table of affinities that catalogues come into service with; 0: none."),
    AFFINITY_REFUSED(681, TOTAL, COUNT, false,
        "Times that the table of affinities was no good when it was read again."),

    // Bids in auctions: 800 to 899, one instance per event loop.
    BIDS_REQUESTS(800, TOTAL, COUNT, true, "Bid requests."),
    BIDS_UNKNOWN_EXCHANGE(801, TOTAL, COUNT, true, "Bid requests of an exchange without a profile, answered 404."),
    BIDS_MALFORMED(802, TOTAL, COUNT, true, "Bid requests that were neither JSON nor protobuf, answered 400."),
    BIDS_REFUSED(803, TOTAL, COUNT, true,
        "Bid requests longer than the exchange's profile allows, or in another format."),
    BIDS_RESPONSES(804, TOTAL, COUNT, true, "Bid responses with a bid."),
    BIDS_MADE(805, TOTAL, COUNT, true, "Bids made."),
    BIDS_CONTEXTUAL(806, TOTAL, COUNT, true,
        "Bid requests decided without a profile, as consent or another signal demands."),
    BIDS_CUSTOMERS(807, TOTAL, COUNT, true, "Bid requests that named a customer whose profile might be used."),
    BIDS_EXPLAINED(808, TOTAL, COUNT, true, "Bid requests that were explained instead of answered."),
    BIDS_EXPLAIN_REFUSED(809, TOTAL, COUNT, true,
        "Bid requests that asked to be explained without the right to it, or while too many others waited."),
    BIDS_SHADED(810, TOTAL, COUNT, true, "Bids in first-price auctions below what they might have bid."),
    BIDS_EXPLORED(811, TOTAL, COUNT, true,
        "Of the shaded bids those that tried another shade than the best known, to learn from it."),
    BIDS_FIRST_PRICE(813, TOTAL, COUNT, true, "Bids in first-price auctions, shaded or not."),
    BIDS_SHADES(814, TOTAL, COUNT, true,
        "What these bid of what they might have bid, in 64ths, added up: by 64 x bids_first_price the mean shade."),
    BIDS_OTHER_VERSION(812, TOTAL, COUNT, true,
        "Bid requests whose x-openrtb-version is not among those of the exchange's profile; answered like any other."),
    BIDS_NONE_TECHNICAL_ERROR(820, TOTAL, COUNT, true, "Bid requests without a bid, nbr 1: an error of the server."),
    BIDS_NONE_INVALID_REQUEST(821, TOTAL, COUNT, true,
        "Bid requests without a bid, nbr 2: the request or its impressions cannot be used."),
    BIDS_NONE_INSUFFICIENT_TIME(822, TOTAL, COUNT, true,
        "Bid requests without a bid, nbr 15: the time was over or too short."),
    BIDS_NONE_NO_OFFER(823, TOTAL, COUNT, true, "Bid requests without a bid, nbr 500: no offer fits."),
    BIDS_NONE_BELOW_FLOOR(824, TOTAL, COUNT, true,
        "Bid requests without a bid, nbr 501: the best offer is worth less than the floor."),
    BIDS_NONE_NO_DEAL(825, TOTAL, COUNT, true,
        "Bid requests without a bid, nbr 502: a private auction without a deal for us."),
    BIDS_NONE_CURRENCY(826, TOTAL, COUNT, true, "Bid requests without a bid, nbr 503: no rate for the currency."),
    BIDS_NONE_SEAT(827, TOTAL, COUNT, true, "Bid requests without a bid, nbr 504: our seat is not wanted."),
    BIDS_NONE_CREATIVE(828, TOTAL, COUNT, true,
        "Bid requests without a bid, nbr 505: the creative chosen has gone with its catalogue."),
    BIDS_NONE_TEST(829, TOTAL, COUNT, true, "Bid requests without a bid, nbr 506: a test."),
    BIDS_NONE_RATE_LIMIT(830, TOTAL, COUNT, true,
        "Bid requests without a bid, nbr 507: more requests per second than the profile allows."),
    BIDS_NONE_OVERLOAD(831, TOTAL, COUNT, true,
        "Bid requests without a bid, nbr 508: bidding.in-flight-limit, or waited too long."),
    BIDS_NONE_NO_PLACEMENT(832, TOTAL, COUNT, true,
        "Bid requests without a bid, nbr 509: no placement in the catalogue."),
    BIDS_NONE_TOO_LONG(833, TOTAL, COUNT, true,
        "Bid requests without a bid, nbr 510: markup or response are too long for the exchange."),
    BIDS_NONE_TOO_MANY_IMPS(834, TOTAL, COUNT, true, "Bid requests without a bid, nbr 511: more than 64 impressions."),
    BIDS_NONE_POD(835, TOTAL, COUNT, true,
        "Bid requests without a bid, nbr 512: nothing left that its pod may have twice."),
    NOTICES_ACCEPTED(850, TOTAL, COUNT, true, "Notices taken."),
    NOTICES_MALFORMED(851, TOTAL, COUNT, true, "Notices that are none, or with a broken token."),
    NOTICES_UNKNOWN_VERSION(852, TOTAL, COUNT, true, "Notices with a token of an unknown version."),
    NOTICES_UNKNOWN_KEY(853, TOTAL, COUNT, true, "Notices with a token of a key that is not accepted."),
    NOTICES_FORGED(854, TOTAL, COUNT, true, "Notices with a token that was changed or not made here."),
    NOTICES_WRONG_KIND(855, TOTAL, COUNT, true, "Notices with a token for other notices."),
    NOTICES_EXPIRED(856, TOTAL, COUNT, true, "Notices that came too late."),
    NOTICES_TEST(857, TOTAL, COUNT, true, "Notices of bids on requests with test: 1, which count nothing."),
    NOTICES_DUPLICATE(858, TOTAL, COUNT, true, "Notices taken that had come before: they count once."),
    NOTICES_FORGOTTEN(859, TOTAL, COUNT, true,
        "Notices taken of bids so long ago that a repeated one can no longer be told: they do not count."),
    NOTICES_REFUSED(860, TOTAL, COUNT, true, "Notices taken that could not become events."),
    NOTICES_MARKUP_SERVED(861, TOTAL, COUNT, true, "Win notices that were answered with the markup of their bid."),
    NOTICES_MARKUP_MISSING(862, TOTAL, COUNT, true,
        "Win notices that should have been answered with markup, which the catalogue in service has no more."),
    CURRENCY_RATES_REFUSED(870, TOTAL, COUNT, false,
        "Times that the file with currency rates was no good when it was read again."),
    SHADES_OBSERVED(880, TOTAL, COUNT, false, "First-price auctions that prices were learned from."),
    SHADES_EXPIRED(881, TOTAL, COUNT, false,
        "Of these, the ones of which nothing was heard in time (bidding.shading-patience): they count as lost."),
    SHADES_DROPPED(882, TOTAL, COUNT, false,
        "Bids and notices that found the ring to the learner of prices full: nothing is learned from them."),
    SHADES_REFUSED(883, TOTAL, COUNT, false,
        "Auctions that found no room for a curve of their own: they count in those of their placement and exchange."),
    SHADES_CURVES(884, GAUGE, COUNT, false, "Curves of prices: bands of values by exchange, placement and floor."),
    SHADES_UNSAVED(885, TOTAL, COUNT, false, "Times that what was learned of prices could not be written."),

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
