package io.opportune.engine.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * The effective configuration: immutable, complete and valid, or not there at all. System properties win over the
 * environment, the environment over the file, the file over the defaults.
 */
public final class Config {
    /** What stands before a key in a system property. */
    public static final String PROPERTY_PREFIX = "opportune.";
    /** What stands before a key in an environment variable. */
    public static final String ENVIRONMENT_PREFIX = "OPPORTUNE_";
    /** First part of the keys of clients. */
    static final String CLIENTS_SECTION = "clients";
    private static final String SECRET = "***";

    private final Map<ConfigKey, ConfigEntry> entries;
    private final List<ConfigEntry> clientEntries;
    private final List<ClientConfig> clients;

    Config(
        final Map<ConfigKey, ConfigEntry> entries,
        final List<ConfigEntry> clientEntries,
        final List<ClientConfig> clients) {
        this.entries = new EnumMap<>(entries);
        this.clientEntries = List.copyOf(clientEntries);
        this.clients = List.copyOf(clients);
    }

    /**
     * Reads and checks the configuration.
     *
     * @param fileOrNull  of the form {@code key = value}, comments behind {@code #} at the start of a line; null when
     *                    there is no file.
     * @param system      properties that override as {@code opportune.<key>}.
     * @param environment variables that override as {@code OPPORTUNE_<KEY>}, dots and hyphens as underscores.
     * @return complete and valid.
     * @throws ConfigException with all mistakes: file, line, key, found and allowed.
     */
    public static Config load(
        final Path fileOrNull, final Properties system, final Map<String, String> environment) {
        return new ConfigLoader().load(fileOrNull, system, environment);
    }

    /**
     * Whole number of a key.
     *
     * @param key of type INTEGER.
     * @return within the key's range, which fits 32 bits.
     */
    public int integer(final ConfigKey key) {
        return Math.toIntExact(number(key, ConfigType.INTEGER));
    }

    /**
     * Size of a key.
     *
     * @param key of type SIZE.
     * @return bytes.
     */
    public long sizeBytes(final ConfigKey key) {
        return number(key, ConfigType.SIZE);
    }

    /**
     * Duration of a key.
     *
     * @param key of type DURATION.
     * @return nanoseconds.
     */
    public long durationNs(final ConfigKey key) {
        return number(key, ConfigType.DURATION);
    }

    /**
     * Whole numbers of a key.
     *
     * @param key of type NUMBERS.
     * @return each within the key's range; empty for none.
     */
    public int[] numbers(final ConfigKey key) {
        return ConfigType.parseNumbers(value(key, ConfigType.NUMBERS));
    }

    /**
     * Flag of a key.
     *
     * @param key of type FLAG.
     * @return what is set.
     */
    public boolean flag(final ConfigKey key) {
        return number(key, ConfigType.FLAG) != 0;
    }

    /**
     * Text of a key.
     *
     * @param key of type TEXT.
     * @return never empty.
     */
    public String text(final ConfigKey key) {
        return value(key, ConfigType.TEXT);
    }

    /**
     * Choice of a key.
     *
     * @param key of type CHOICE.
     * @return one of the key's words.
     */
    public String choice(final ConfigKey key) {
        return value(key, ConfigType.CHOICE);
    }

    /**
     * Path of a key. {@link ConfigKey#STORE_KEY_FILE} and {@link ConfigKey#BIDDING_NOTICE_KEY_FILE} that are not set
     * stand in the data folder.
     *
     * @param key of type PATH.
     * @return as written: relative ones belong to the working directory.
     */
    public Path path(final ConfigKey key) {
        final String text = value(key, ConfigType.PATH);
        if (key == ConfigKey.STORE_KEY_FILE && text.isEmpty()) {
            return path(ConfigKey.SERVER_DATA_DIR).resolve("pseudonym.key");
        }
        if (key == ConfigKey.BIDDING_NOTICE_KEY_FILE && text.isEmpty()) {
            return path(ConfigKey.SERVER_DATA_DIR).resolve("notice.key");
        }
        return Path.of(text);
    }

    /**
     * Path of a key that may be left empty.
     *
     * @param key of type PATH.
     * @return as written, or empty.
     */
    public Optional<Path> optionalPath(final ConfigKey key) {
        final String text = value(key, ConfigType.PATH);
        return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
    }

    /**
     * The clients that may log on.
     *
     * @return ordered by id; their place is their index.
     */
    public List<ClientConfig> clients() {
        return clients;
    }

    /**
     * Every value with its source, to be printed at start. Secrets are masked.
     *
     * @return in the order of {@link ConfigKey}, then the clients by id.
     */
    public List<ConfigEntry> entries() {
        final List<ConfigEntry> all = new ArrayList<>(entries.values());
        for (final ConfigEntry entry : clientEntries) {
            final boolean secret = entry.key().endsWith("." + ClientKey.KEY.suffix());
            all.add(secret ? new ConfigEntry(entry.key(), SECRET, entry.source()) : entry);
        }
        return all;
    }

    String rawValue(final ConfigKey key) {
        return entries.get(key).value();
    }


    private long number(final ConfigKey key, final ConfigType wanted) {
        return wanted.parse(value(key, wanted));
    }

    private String value(final ConfigKey key, final ConfigType wanted) {
        if (key.type() != wanted) {
            throw new IllegalArgumentException(key.key() + " is of type " + key.type() + ", not " + wanted);
        }
        return entries.get(key).value();
    }
}
