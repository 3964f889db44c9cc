package io.opportune.ops;

import io.opportune.engine.config.Config;
import io.opportune.engine.config.ConfigKey;
import io.opportune.engine.counters.CountersFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import picocli.CommandLine.Option;

/** The options by which every command that needs a configuration finds it. */
final class ConfigOptions {
    /** Read from the working directory when nothing else is said. */
    static final Path DEFAULT_FILE = Path.of("opportune.properties");

    @Option(
        names = {"-c", "--config"}, paramLabel = "FILE",
        description = "Configuration; default: the file that OPPORTUNE_CONFIG names, else opportune.properties here "
            + "if there is one, else only defaults.")
    private Path file;

    @Option(
        names = {"-s", "--set"}, paramLabel = "KEY=VALUE",
        description = "One value that wins over all others; may be repeated.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(
        names = {"-d", "--data"}, paramLabel = "DIR",
        description = "Data folder; short for -s server.data-dir=DIR.")
    private Path dataFolder;

    /** Sets one value, as {@code --set} does. */
    void set(final ConfigKey key, final String value) {
        settings.put(key.key(), value);
    }

    Config load() {
        final Properties system = new Properties();
        system.putAll(System.getProperties());
        settings.forEach((key, value) -> system.setProperty(Config.PROPERTY_PREFIX + key, value));
        if (dataFolder != null) {
            system.setProperty(ConfigKey.SERVER_DATA_DIR.propertyName(), dataFolder.toString());
        }
        return Config.load(configFile(), system, System.getenv());
    }

    /** Whether anything is known of the server that is meant, so that its defaults are not taken for what is meant. */
    boolean isAny() {
        return configFile() != null || !settings.isEmpty();
    }

    Path configFile() {
        final String named = System.getenv("OPPORTUNE_CONFIG");
        if (file != null) {
            return file;
        }
        if (named != null && !named.isBlank()) {
            return Path.of(named);
        }
        return Files.exists(DEFAULT_FILE) ? DEFAULT_FILE : null;
    }

    Path countersFile() {
        return load().path(ConfigKey.SERVER_DATA_DIR).resolve(CountersFile.FILE_NAME);
    }
}
