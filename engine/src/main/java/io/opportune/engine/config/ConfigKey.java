package io.opportune.engine.config;

import static io.opportune.engine.config.ConfigType.CHOICE;
import static io.opportune.engine.config.ConfigType.DURATION;
import static io.opportune.engine.config.ConfigType.FLAG;
import static io.opportune.engine.config.ConfigType.INTEGER;
import static io.opportune.engine.config.ConfigType.NUMBERS;
import static io.opportune.engine.config.ConfigType.PATH;
import static io.opportune.engine.config.ConfigType.SIZE;
import static io.opportune.engine.config.ConfigType.TEXT;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Every key of the configuration. {@code CONFIGURATION.md} is generated from here. */
public enum ConfigKey {
    SERVER_DATA_DIR("server.data-dir", PATH, "data",
        "Folder of everything that the server writes: journal, profiles, snapshots, counters."),
    SERVER_THREADING("server.threading", "auto", List.of("auto", "inline", "ring"),
        "Where decisions run. inline: on the event loop that read the request; ring: on shard threads of their own; "
            + "auto: inline on fewer than 4 processors, else ring."),
    SERVER_SHARDS("server.shards", INTEGER, "0", "0", "64",
        "Threads that decide, each owning a share of the partitions; 0 chooses by the number of processors."),
    CATALOGUE_DIR("catalogue.dir", PATH, "catalogue", "Folder of the catalogue's YAML files."),
    CATALOGUE_WATCH("catalogue.watch", FLAG, "true", "", "",
        "Whether a changed file makes the server load the catalogue again."),
    GATEWAY_HOST("gateway.host", TEXT, "127.0.0.1", "Address on which tills and apps connect; 0.0.0.0 for all."),
    GATEWAY_PORT("gateway.port", INTEGER, "7700", "0", "65535", "Port of the binary protocol; 0 takes a free one."),
    GATEWAY_TRANSPORT("gateway.transport", "auto", List.of("auto", "epoll", "io_uring", "nio"),
        "Input/output of the event loops; auto takes epoll where it works, else nio."),
    GATEWAY_EVENT_LOOPS("gateway.event-loops", INTEGER, "1", "1", "64", "Threads that read and write connections."),
    GATEWAY_MAX_FRAME_LENGTH("gateway.max-frame-length", SIZE, "16k", "1k", "1m",
        "Longest message that is read; a longer one closes the connection."),
    GATEWAY_MAX_SESSIONS("gateway.max-sessions", INTEGER, "1024", "1", "1000000",
        "Connections open at once; further ones are closed at once."),
    GATEWAY_IN_FLIGHT_LIMIT("gateway.in-flight-limit", INTEGER, "256", "1", "65536",
        "Unanswered requests of one connection; further ones are rejected. A client may have a limit of its own."),
    GATEWAY_MAX_NEW_TEXTS("gateway.max-new-texts", INTEGER, "50", "1", "1000000",
        "Attribute values (texts) never seen before that one client may bring per second, on each event loop; updates "
            + "with more are refused and may be sent again. Each new text is forced to the disk before it is used."),
    GATEWAY_LOGON_TIMEOUT("gateway.logon-timeout", DURATION, "5s", "10ms", "10m",
        "A connection that has not logged on by then is closed."),
    GATEWAY_IDLE_TIMEOUT("gateway.idle-timeout", DURATION, "30s", "10ms", "1d",
        "A connection that sent nothing for so long, not even a heartbeat, is closed."),
    GATEWAY_HEARTBEAT_INTERVAL("gateway.heartbeat-interval", DURATION, "5s", "10ms", "1h",
        "How often a quiet connection carries a heartbeat."),
    GATEWAY_WRITE_BUFFER_LOW("gateway.write-buffer-low", SIZE, "64k", "1k", "1g",
        "Once slow, a client counts as fast again when fewer unread bytes wait for it."),
    GATEWAY_WRITE_BUFFER_HIGH("gateway.write-buffer-high", SIZE, "256k", "1k", "1g",
        "A client for which more unread bytes wait is slow, and closed if it stays so."),
    GATEWAY_HTTP_ENABLED("gateway.http.enabled", FLAG, "false", "", "",
        "Whether ad exchanges are served: bid requests of OpenRTB 2.6 and notices, over HTTP/1.1 and HTTP/2."),
    GATEWAY_HTTP_HOST("gateway.http.host", TEXT, "127.0.0.1", "Address on which exchanges connect; 0.0.0.0 for all."),
    GATEWAY_HTTP_PORT("gateway.http.port", INTEGER, "7702", "0", "65535", "Port of HTTP; 0 takes a free one."),
    GATEWAY_HTTP_TLS_PORT("gateway.http.tls-port", INTEGER, "7703", "0", "65535",
        "Port of HTTPS, where gateway.http.certificate-file is set; 0 takes a free one."),
    GATEWAY_HTTP_CERTIFICATE_FILE("gateway.http.certificate-file", PATH, "",
        "Certificate chain of HTTPS, PEM; empty: no HTTPS."),
    GATEWAY_HTTP_KEY_FILE("gateway.http.key-file", PATH, "", "Private key of the certificate, PKCS#8 as PEM."),
    GATEWAY_HTTP_MAX_CONNECTIONS("gateway.http.max-connections", INTEGER, "4096", "1", "16384",
        "Connections of exchanges and browsers open at once; further ones are answered 503."),
    GATEWAY_HTTP_MAX_BODY("gateway.http.max-body", SIZE, "1m", "1k", "16m",
        "Longest body of a request, decompressed; a longer one is answered 413. Profiles may allow less."),
    GATEWAY_HTTP_MAX_PENDING("gateway.http.max-pending", SIZE, "128m", "1m", "64g",
        "Memory for requests that are not whole, of each event loop; beyond it they are answered 503. Two of the "
            + "longest always have room."),
    GATEWAY_HTTP_IDLE_TIMEOUT("gateway.http.idle-timeout", DURATION, "150s", "10ms", "1d",
        "A connection on which no request came for so long is closed."),
    BIDDING_SEAT("bidding.seat", TEXT, "opportune", "Our seat at the exchanges: told with bids, compared with wseat."),
    BIDDING_PLACEMENT("bidding.placement", TEXT, "ad_exchange",
        "Placement for impressions of which neither the tagid nor the exchange's id names one of the channel "
            + "ad_exchange."),
    BIDDING_EXCHANGES_DIR("bidding.exchanges-dir", PATH, "",
        "Folder with profiles of exchanges, beside those that are shipped or in their place; empty: the shipped ones."),
    BIDDING_CURRENCY_RATES_FILE("bidding.currency-rates-file", PATH, "",
        "File with the day's currency rates; empty: only prices that need no conversion are bid."),
    BIDDING_CURRENCY_RATES_MAX_AGE("bidding.currency-rates-max-age", DURATION, "7d", "0s", "3650d",
        "How long after the beginning of their day (UTC) currency rates are used; then only prices that need no "
            + "conversion are bid. 0s: for ever."),
    BIDDING_NOTICE_BASE_URL("bidding.notice-base-url", TEXT, "http://127.0.0.1:7702",
        "Where exchanges and browsers reach the notices, without a slash at its end."),
    BIDDING_NOTICE_KEY_FILE("bidding.notice-key-file", PATH, "",
        "File with the keys of the tokens in notices, the sealing one first; empty: notice.key in the data folder, "
            + "made when it is missing."),
    BIDDING_NOTICE_LIFETIME("bidding.notice-lifetime", DURATION, "1d", "1s", "90d",
        "How long after a bid its notices count."),
    BIDDING_PRICE_KEYS_DIR("bidding.price-keys-dir", PATH, "",
        "Folder of the key files that profiles name for encrypted prices; empty: bidding.exchanges-dir."),
    BIDDING_EXPIRY("bidding.expiry", DURATION, "1h", "1s", "30d",
        "How long an impression may follow after the bid, told as bid.exp."),
    BIDDING_VENDOR_ID("bidding.vendor-id", INTEGER, "0", "0", "65535",
        "Our id in the Global Vendor List of the IAB; 0: none, so that no consent string grants anything."),
    BIDDING_PURPOSES_PROFILE("bidding.purposes.profile", NUMBERS, "1,4", "1", "24",
        "TCF purposes that must be permitted before a customer's profile is read; all of them."),
    BIDDING_PURPOSES_EVENTS("bidding.purposes.events", NUMBERS, "1,3,7", "1", "24",
        "TCF purposes that must be permitted before what happens is kept as the customer's events."),
    BIDDING_PURPOSES_LOCATION("bidding.purposes.location", NUMBERS, "2", "1", "24",
        "TCF purposes that must be permitted, with special feature 1, before a precise position is used."),
    BIDDING_LEGITIMATE_INTERESTS("bidding.legitimate-interests", NUMBERS, "none", "2", "24",
        "TCF purposes for which our entry in the Global Vendor List declares legitimate interest. From TCF 2.2 on it "
            + "never counts for purposes 3 to 6."),
    BIDDING_GLOBAL_SCOPE("bidding.global-scope", FLAG, "false", "", "",
        "Whether consent strings of global scope count, which the TCF calls invalid since September 2021."),
    BIDDING_CONSENT_CACHE("bidding.consent-cache", INTEGER, "4096", "0", "65536",
        "Consent strings whose outcome each event loop remembers, rounded up to a power of two; 0: none. Each takes "
            + "bidding.consent-cache-length and 32 bytes."),
    BIDDING_CONSENT_CACHE_LENGTH("bidding.consent-cache-length", INTEGER, "2000", "1", "8192",
        "Longest consent string that is remembered, in characters; longer ones are decoded each time."),
    BIDDING_IN_FLIGHT_LIMIT("bidding.in-flight-limit", INTEGER, "128", "1", "4095",
        "Bid requests that wait for decisions on each event loop; further ones get no bid at once. Each takes 15 kB, "
            + "and while it waits up to 4 times its body and 512 kB more; 32 MB of that are kept on each loop."),
    BIDDING_EXPLAIN_TOKEN_FILE("bidding.explain-token-file", PATH, "",
        "File with the token for which any bid request is explained instead of answered (?explain=1, Authorization: "
            + "Bearer); empty: none is."),
    BIDDING_TEST_KEY_FILE("bidding.test-key-file", PATH, "",
        "File with the key for which bid requests with test: 1 are explained instead of answered (?explain=KEY); empty:"
            + " none is."),
    BIDDING_SHADING("bidding.shading", FLAG, "true", "", "",
        "Whether bids in first-price auctions are shaded, except where an exchange's profile says auction.shading: "
            + "false. What became of bids is learned from all the same."),
    BIDDING_SHADING_PATIENCE("bidding.shading-patience", DURATION, "5m", "1s", "1h",
        "How long after a bid in a first-price auction news of it is waited for; then it counts as lost, if its "
            + "exchange tells of wins."),
    DECISION_MAX_TIME_BUDGET("decision.max-time-budget", DURATION, "100ms", "100us", "10s",
        "Upper bound of the time that any request may ask for."),
    PIPELINE_RING_SIZE("pipeline.ring-size", INTEGER, "2048", "64", "65536",
        "Requests waiting for one shard, a power of two; further ones get the fallback at once."),
    STORE_PARTITIONS("store.partitions", INTEGER, "256", "1", "32768",
        "Logical partitions of the customers; fixed when the store is created."),
    STORE_MAX_PROFILES("store.max-profiles", INTEGER, "1000000", "1000", "1000000000",
        "Customer profiles that the store is laid out for."),
    STORE_MAX_IDENTITIES("store.max-identities", INTEGER, "1000000", "1000", "1000000000",
        "Linked customer ids that the identity index is laid out for."),
    STORE_LIVE_DIR("store.live-dir", PATH, "",
        "Folder of the live maps of profiles and identities, which are rebuilt at every start. Empty: in memory "
            + "(/dev/shm) where they take at most half of it, else in the data folder."),
    STORE_KEY_FILE("store.key-file", PATH, "",
        "File with the key of the customers' pseudonyms; empty: pseudonym.key in the data folder. Made with the store; "
            + "without it the store cannot be used."),
    STORE_EVENT_ID_HORIZON("store.event-id-horizon", INTEGER, "1048576", "1024", "67108864",
        "Last event ids remembered, so that an event sent twice counts once."),
    STORE_NOTICE_ID_HORIZON("store.notice-id-horizon", INTEGER, "4194304", "1024", "268435456",
        "Last notices of auctions remembered, so that a notice counts once as long as its token is good; about 12 "
            + "bytes each. To take late ones as well it must hold all notices of bidding.notice-lifetime: one of a bid "
            + "before the oldest notice remembered is refused."),
    STORE_REQUEST_ID_HORIZON("store.request-id-horizon", INTEGER, "65536", "1024", "1048576",
        "Last request ids remembered, so that a request sent twice gets the first answer."),
    DELIVERY_HOLD_AUCTION("delivery.hold-auction", DURATION, "5m", "1s", "30d",
        "How long the money of a bid stays reserved when no notice comes; what is charged later is late spend."),
    LEARNING_MODEL("learning.model", TEXT, "none",
        "The model that predicts in placements with learned: true, in one line: NAME:VERSION LEARNER [KEY=VALUE]..., "
            + "such as house:1 bayes forgetting=0.0001; none: nothing is learned, the propensities of the catalogue "
            + "count."),
    LEARNING_SHADOW("learning.shadow", TEXT, "none",
        "A model that learns beside it and decides nothing until it is promoted; none: no other."),
    LEARNING_PUBLISH_INTERVAL("learning.publish-interval", DURATION, "1s", "10ms", "1h",
        "How often what was learned is published to the shards."),
    LEARNING_PENDING("learning.pending", SIZE, "64m", "64k", "1g",
        "Memory for decisions whose outcome may still come; a decision takes some 500 bytes. Fixed when the models are "
            + "made."),
    LEARNING_ONNX("learning.onnx", PATH, "",
        "File of an imported model in ONNX, its manifest beside it, that predicts the best candidates anew in "
            + "placements with a second_stage; empty: none."),
    AFFINITY_TABLE("affinity.table", PATH, "",
        "Table of what is bought together, as 'opportune affinity build' writes it, for placements with affinity; read "
            + "at the start and with each catalogue; empty: none."),
    DELIVERY_HOLD_OFFER("delivery.hold-offer", DURATION, "1h", "1s", "90d",
        "How long the cost of an offer without valid_for stays reserved when it is not redeemed; what is redeemed "
            + "later is late spend."),
    DELIVERY_MAX_RESERVATIONS("delivery.max-reservations", INTEGER, "1000000", "64", "100000000",
        "Reservations known at a time, those settled within delivery.settled-horizon counted; from there on nothing "
            + "that a budget limits is offered."),
    DELIVERY_MAX_BUDGETS("delivery.max-budgets", INTEGER, "65536", "16", "10000000",
        "Budgets that a start of the server may see, each store's counted; a catalogue with more is refused."),
    DELIVERY_SETTLED_HORIZON("delivery.settled-horizon", DURATION, "1h", "1s", "30d",
        "How long a reservation stays known after it was settled, so that an event sent again counts once."),
    DELIVERY_REFUND_HORIZON("delivery.refund-horizon", DURATION, "30d", "1s", "365d",
        "How long spend stays known, so that a return brings back what was spent and no more."),
    JOURNAL_SYNC("journal.sync", "interval", List.of("none", "interval", "batch"),
        "When the journal is forced to the disk. none: by the system, safe against a crash of the process only; "
            + "interval: every journal.sync-interval; batch: before the answers of each batch are sent."),
    JOURNAL_SYNC_INTERVAL("journal.sync-interval", DURATION, "10ms", "1ms", "1h",
        "What a crash of the machine may lose under journal.sync = interval."),
    JOURNAL_ROLL("journal.roll", "hourly", List.of("hourly", "daily", "minutely"),
        "How often a new journal file is begun; whole files are what retention deletes."),
    JOURNAL_RETENTION("journal.retention", DURATION, "7d", "1m", "3650d",
        "How long journal files are kept; longer while a snapshot still needs them."),
    JOURNAL_MIN_FREE("journal.min-free", SIZE, "512m", "0", "1024g",
        "With less free disk than this the journal stops: decisions go on, events are refused."),
    JOURNAL_ERASE_INTERVAL("journal.erase-interval", DURATION, "1h", "1s", "30d",
        "How often erased customers are overwritten in journal files, after a snapshot. They are gone from the files "
            + "within journal.roll, two snapshot.intervals and this."),
    SNAPSHOT_INTERVAL("snapshot.interval", DURATION, "5m", "1s", "7d",
        "How often the profiles are copied to files, which bounds the time to start again after a crash."),
    RECOVERY_ACCEPT_GAPS("recovery.accept-gaps", FLAG, "false", "", "",
        "Whether to start although journal records are missing that no snapshot holds. What they said (purchases, "
            + "consent, links, erasures) is lost; set it for one start, when files cannot be restored."),
    ADMIN_HOST("admin.host", TEXT, "127.0.0.1",
        "Address of the admin port. It has no password: leave it on loopback or behind a proxy that has one."),
    ADMIN_PORT("admin.port", INTEGER, "7701", "0", "65535",
        "Port of /live, /ready, /metrics, /status; 0 takes a free one.");

    private final String key;
    private final ConfigType type;
    private final String defaultValue;
    private final String minimum;
    private final String maximum;
    private final List<String> choices;
    private final String help;

    ConfigKey(final String key, final ConfigType type, final String defaultValue, final String help) {
        this(key, type, defaultValue, "", "", List.of(), help);
    }

    ConfigKey(
        final String key,
        final ConfigType type,
        final String defaultValue,
        final String minimum,
        final String maximum,
        final String help) {
        this(key, type, defaultValue, minimum, maximum, List.of(), help);
    }

    ConfigKey(final String key, final String defaultValue, final List<String> choices, final String help) {
        this(key, CHOICE, defaultValue, "", "", choices, help);
    }

    ConfigKey(
        final String key,
        final ConfigType type,
        final String defaultValue,
        final String minimum,
        final String maximum,
        final List<String> choices,
        final String help) {
        this.key = key;
        this.type = type;
        this.defaultValue = defaultValue;
        this.minimum = minimum;
        this.maximum = maximum;
        this.choices = choices;
        this.help = help;
    }

    /**
     * The key as it stands in a file.
     *
     * @return lower case, words joined by hyphens, sections by a dot.
     */
    public String key() {
        return key;
    }

    /**
     * The system property that overrides it.
     *
     * @return the key behind {@code opportune.}.
     */
    public String propertyName() {
        return Config.PROPERTY_PREFIX + key;
    }

    /**
     * The environment variable that overrides it.
     *
     * @return upper case, with underscores.
     */
    public String environmentName() {
        return Config.ENVIRONMENT_PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /**
     * How values are written.
     *
     * @return never null.
     */
    public ConfigType type() {
        return type;
    }

    /**
     * The value when nothing is set.
     *
     * @return as it would be written.
     */
    public String defaultValue() {
        return defaultValue;
    }

    /**
     * What may be written, with the range.
     *
     * @return a few words.
     */
    public String allowed() {
        if (type == CHOICE) {
            return String.join(", ", choices);
        }
        final String form = defaultValue.equals(ConfigType.NO_NUMBERS) && type == NUMBERS
            ? type.allowed() + ", or " + ConfigType.NO_NUMBERS : type.allowed();
        return minimum.isEmpty() ? form : form + ", " + minimum + " to " + maximum;
    }

    /**
     * One or two sentences for people.
     *
     * @return never empty.
     */
    public String help() {
        return help;
    }

    boolean accepts(final String text) {
        return switch (type) {
            case TEXT -> !text.isEmpty();
            case PATH -> !text.isEmpty() || defaultValue.isEmpty();
            case CHOICE -> choices.contains(text);
            case INTEGER, SIZE, DURATION, FLAG -> acceptsNumber(text);
            case NUMBERS -> acceptsNumbers(text);
        };
    }

    /** A key whose default is a number or more needs at least one. */
    private boolean acceptsNumbers(final String text) {
        try {
            final int[] numbers = ConfigType.parseNumbers(text);
            return (numbers.length > 0 || ConfigType.parseNumbers(defaultValue).length == 0)
                && Arrays.stream(numbers).allMatch(
                    number -> number >= Integer.parseInt(minimum) && number <= Integer.parseInt(maximum));
        } catch (final IllegalArgumentException e) {
            return false;
        }
    }

    private boolean acceptsNumber(final String text) {
        try {
            final long value = type.parse(text);
            return minimum.isEmpty() || value >= type.parse(minimum) && value <= type.parse(maximum);
        } catch (final IllegalArgumentException e) {
            return false;
        }
    }
}
