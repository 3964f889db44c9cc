package io.opportune.engine.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** One load of the configuration: gathers the values of all sources, then checks them and every mistake at once. */
final class ConfigLoader {
    private static final Pattern CLIENT_ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");
    private static final String CLIENT_PREFIX = Config.CLIENTS_SECTION + ".";

    private final Map<String, ConfigKey> keys = new LinkedHashMap<>();
    private final Set<String> sections = new LinkedHashSet<>();
    private final List<ConfigError> errors = new ArrayList<>();
    private final Map<ConfigKey, ConfigEntry> entries = new EnumMap<>(ConfigKey.class);
    private final Map<String, Map<ClientKey, ConfigEntry>> clientEntries = new TreeMap<>();

    ConfigLoader() {
        for (final ConfigKey key : ConfigKey.values()) {
            keys.put(key.key(), key);
            sections.add(key.key().substring(0, key.key().indexOf('.')));
            entries.put(key, new ConfigEntry(key.key(), key.defaultValue(), "default"));
        }
        sections.add(Config.CLIENTS_SECTION);
    }

    Config load(final Path fileOrNull, final Properties system, final Map<String, String> environment) {
        if (fileOrNull != null) {
            readFile(fileOrNull);
        }
        readEnvironment(environment);
        readSystem(system);
        final List<ClientConfig> clients = clients();
        if (errors.isEmpty()) {
            checkTogether();
        }
        if (!errors.isEmpty()) {
            throw new ConfigException(errors);
        }
        final List<ConfigEntry> flat = new ArrayList<>();
        clientEntries.values().forEach(one -> flat.addAll(one.values()));
        return new Config(entries, flat, clients);
    }

    private void readFile(final Path file) {
        final List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (final IOException e) {
            final String found = Files.exists(file) ? "a file that cannot be read (" + e.getMessage() + ")" : "no file";
            errors.add(new ConfigError(file.toString(), "file", found, "a text file in UTF-8"));
            return;
        }
        final Map<String, Integer> lineOfKey = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            readLine(file.toString(), i + 1, lines.get(i), lineOfKey);
        }
    }

    private void readLine(
        final String file, final int lineNumber, final String line, final Map<String, Integer> lineOfKey) {
        final String text = line.strip();
        if (text.isEmpty() || text.startsWith("#")) {
            return;
        }
        final String source = file + ":" + lineNumber;
        final int equals = text.indexOf('=');
        if (equals < 0) {
            errors.add(new ConfigError(source, "line", "'" + text + "'", "key = value, or # before a comment"));
            return;
        }
        final String key = text.substring(0, equals).strip();
        final Integer earlier = lineOfKey.putIfAbsent(key, lineNumber);
        if (earlier != null) {
            errors.add(new ConfigError(source, key, "the key again", "each key once; it stands in line " + earlier));
            return;
        }
        put(source, key, text.substring(equals + 1).strip());
    }

    private void readSystem(final Properties system) {
        for (final String name : new TreeSet<>(system.stringPropertyNames())) {
            if (name.startsWith(Config.PROPERTY_PREFIX)) {
                final String key = name.substring(Config.PROPERTY_PREFIX.length());
                if (isOfSection(key, '.')) {
                    put("system property " + name, key, system.getProperty(name).strip());
                }
            }
        }
    }

    private void readEnvironment(final Map<String, String> environment) {
        for (final String name : new TreeSet<>(environment.keySet())) {
            if (name.startsWith(Config.ENVIRONMENT_PREFIX)) {
                final String rest = name.substring(Config.ENVIRONMENT_PREFIX.length());
                // Variables such as OPPORTUNE_JAVA_HOME belong to the scripts; only those of a section are keys.
                if (isOfSection(rest.toLowerCase(Locale.ROOT), '_')) {
                    put("environment variable " + name, keyOfVariable(name, rest), environment.get(name).strip());
                }
            }
        }
    }

    private boolean isOfSection(final String key, final char separator) {
        final int end = key.indexOf(separator);
        return end > 0 && sections.contains(key.substring(0, end));
    }

    /** An underscore may stand for a dot or a hyphen: known names decide, and clients are told by their last part. */
    private String keyOfVariable(final String name, final String rest) {
        for (final ConfigKey key : ConfigKey.values()) {
            if (key.environmentName().equals(name)) {
                return key.key();
            }
        }
        final String clientPrefix = CLIENT_PREFIX.toUpperCase(Locale.ROOT).replace('.', '_');
        if (rest.startsWith(clientPrefix)) {
            for (final ClientKey key : ClientKey.values()) {
                if (rest.endsWith(key.environmentSuffix())
                    && rest.length() > clientPrefix.length() + key.environmentSuffix().length()) {
                    final String id = rest.substring(
                        clientPrefix.length(), rest.length() - key.environmentSuffix().length());
                    return CLIENT_PREFIX + id.toLowerCase(Locale.ROOT).replace('_', '-') + "." + key.suffix();
                }
            }
        }
        return rest.toLowerCase(Locale.ROOT).replaceFirst("_", ".").replace('_', '-');
    }

    private void put(final String source, final String key, final String value) {
        if (key.startsWith(CLIENT_PREFIX)) {
            putClient(source, key, value);
            return;
        }
        final ConfigKey known = keys.get(key);
        if (known == null) {
            errors.add(new ConfigError(source, key, "an unknown key",
                "the nearest known key is " + NearestWord.to(key, keys.keySet())));
        } else if (!known.accepts(value)) {
            errors.add(new ConfigError(source, key, "'" + value + "'", known.allowed()));
        } else {
            entries.put(known, new ConfigEntry(key, value, source));
        }
    }

    private void putClient(final String source, final String key, final String value) {
        final int lastDot = key.lastIndexOf('.');
        final String id = lastDot > CLIENT_PREFIX.length() ? key.substring(CLIENT_PREFIX.length(), lastDot) : "";
        if (!CLIENT_ID.matcher(id).matches()) {
            errors.add(new ConfigError(source, key, "the client id '" + id + "'",
                "lower case letters, digits and hyphens, 1 to 64 characters, as in clients.till-1.key"));
            return;
        }
        final String suffix = key.substring(lastDot + 1);
        ClientKey known = null;
        final List<String> suffixes = new ArrayList<>();
        for (final ClientKey one : ClientKey.values()) {
            suffixes.add(one.suffix());
            known = one.suffix().equals(suffix) ? one : known;
        }
        if (known == null) {
            errors.add(new ConfigError(source, key, "an unknown key",
                "the nearest known key is clients." + id + "." + NearestWord.to(suffix, suffixes)));
        } else if (!known.accepts(value)) {
            final String found = known == ClientKey.KEY ? value.length() + " characters" : "'" + value + "'";
            errors.add(new ConfigError(source, key, found, known.allowed()));
        } else {
            clientEntries.computeIfAbsent(id, any -> new EnumMap<>(ClientKey.class))
                .put(known, new ConfigEntry(key, value, source));
        }
    }

    private List<ClientConfig> clients() {
        final List<ClientConfig> clients = new ArrayList<>();
        for (final Map.Entry<String, Map<ClientKey, ConfigEntry>> client : clientEntries.entrySet()) {
            final String id = client.getKey();
            final Map<ClientKey, ConfigEntry> values = client.getValue();
            if (!values.containsKey(ClientKey.KEY)) {
                final ConfigEntry first = values.values().iterator().next();
                errors.add(new ConfigError(
                    first.source(), CLIENT_PREFIX + id + ".key", "nothing", ClientKey.KEY.allowed()));
                continue;
            }
            for (final ClientKey key : ClientKey.values()) {
                values.computeIfAbsent(key, missing -> defaultOf(id, missing));
            }
            clients.add(new ClientConfig(
                id,
                values.get(ClientKey.KEY).value(),
                Math.toIntExact(number(values, ClientKey.IN_FLIGHT_LIMIT)),
                number(values, ClientKey.MAY_SET_EVENT_TIME) != 0,
                number(values, ClientKey.EVENT_TIME_BEHIND),
                number(values, ClientKey.EVENT_TIME_AHEAD)));
        }
        return clients;
    }

    private ConfigEntry defaultOf(final String id, final ClientKey key) {
        final String value = key == ClientKey.IN_FLIGHT_LIMIT
            ? entries.get(ConfigKey.GATEWAY_IN_FLIGHT_LIMIT).value()
            : key.defaultValue();
        return new ConfigEntry(CLIENT_PREFIX + id + "." + key.suffix(), value, "default");
    }

    private static long number(final Map<ClientKey, ConfigEntry> values, final ClientKey key) {
        return key.type().parse(values.get(key).value());
    }

    /** What each value alone cannot tell. */
    private void checkTogether() {
        final Config config = new Config(entries, List.of(), List.of());
        final int ringSize = config.integer(ConfigKey.PIPELINE_RING_SIZE);
        if (Integer.bitCount(ringSize) != 1) {
            refuse(ConfigKey.PIPELINE_RING_SIZE, "a power of two, such as " + Integer.highestOneBit(ringSize));
        }
        final String low = config.rawValue(ConfigKey.GATEWAY_WRITE_BUFFER_LOW);
        if (config.sizeBytes(ConfigKey.GATEWAY_WRITE_BUFFER_HIGH)
            <= config.sizeBytes(ConfigKey.GATEWAY_WRITE_BUFFER_LOW)) {
            refuse(ConfigKey.GATEWAY_WRITE_BUFFER_HIGH, "more than gateway.write-buffer-low, which is " + low);
        }
        final String heartbeat = config.rawValue(ConfigKey.GATEWAY_HEARTBEAT_INTERVAL);
        if (config.durationNs(ConfigKey.GATEWAY_IDLE_TIMEOUT)
            <= config.durationNs(ConfigKey.GATEWAY_HEARTBEAT_INTERVAL)) {
            refuse(ConfigKey.GATEWAY_IDLE_TIMEOUT, "more than gateway.heartbeat-interval, which is " + heartbeat);
        }
        final int partitions = config.integer(ConfigKey.STORE_PARTITIONS);
        if (config.integer(ConfigKey.SERVER_SHARDS) > partitions) {
            refuse(ConfigKey.SERVER_SHARDS, "at most store.partitions, which is " + partitions);
        }
        final int port = config.integer(ConfigKey.GATEWAY_PORT);
        if (port != 0 && port == config.integer(ConfigKey.ADMIN_PORT)) {
            refuse(ConfigKey.ADMIN_PORT, "another port than gateway.port");
        }
    }

    private void refuse(final ConfigKey key, final String allowed) {
        final ConfigEntry entry = entries.get(key);
        errors.add(new ConfigError(entry.source(), key.key(), "'" + entry.value() + "'", allowed));
    }
}
