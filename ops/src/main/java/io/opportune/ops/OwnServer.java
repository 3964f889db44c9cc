package io.opportune.ops;

import io.opportune.engine.config.Config;
import io.opportune.engine.config.ConfigKey;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;

/**
 * Configuration of a server that a command starts for itself in this process: any free ports on loopback, everything
 * below one folder, one client with a random key.
 */
final class OwnServer {
    private final Properties values = new Properties();
    private final String client;
    private final String key = UUID.randomUUID().toString();

    OwnServer(final Path folder, final Path catalogue, final String client) {
        this.client = client;
        set(ConfigKey.SERVER_DATA_DIR, folder.resolve("data").toString());
        set(ConfigKey.CATALOGUE_DIR, catalogue.toString());
        set(ConfigKey.CATALOGUE_WATCH, "false");
        set(ConfigKey.GATEWAY_PORT, "0");
        set(ConfigKey.ADMIN_PORT, "0");
        client("key", key);
    }

    String client() {
        return client;
    }

    String key() {
        return key;
    }

    OwnServer set(final ConfigKey configKey, final String value) {
        values.setProperty(configKey.propertyName(), value);
        return this;
    }

    /** Lets the client say when its moments and events happened, within a hundred years. */
    OwnServer withEventTimes() {
        client("may-set-event-time", "true");
        client("event-time-behind", "36500d");
        client("event-time-ahead", "36500d");
        return this;
    }

    private void client(final String name, final String value) {
        values.setProperty(Config.PROPERTY_PREFIX + "clients." + client + "." + name, value);
    }

    Config config() {
        return Config.load(null, values, Map.of());
    }
}
