package io.opportune.engine.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ConfigTest {
    @TempDir
    private Path folder;

    private Path file(final String text) throws IOException {
        return Files.writeString(folder.resolve("opportune.properties"), text);
    }

    private static Config load(final Path file) {
        return Config.load(file, new Properties(), Map.of());
    }

    private static List<String> mistakes(final Path file) {
        return assertThrows(ConfigException.class, () -> load(file)).errors().stream()
            .map(ConfigError::sentence).toList();
    }

    @ParameterizedTest
    @EnumSource(ConfigKey.class)
    void shouldHaveAValidDefault(final ConfigKey key) {
        assertTrue(key.accepts(key.defaultValue()), key.key() + " refuses its own default " + key.defaultValue());
        assertEquals(key.name().toLowerCase(java.util.Locale.ROOT), key.key().replace('.', '_').replace('-', '_'));
    }

    @Test
    void shouldReadNumbers() throws IOException {
        assertArrayEquals(new int[] {1, 3, 7}, load(null).numbers(ConfigKey.BIDDING_PURPOSES_EVENTS));
        assertArrayEquals(new int[0], load(null).numbers(ConfigKey.BIDDING_LEGITIMATE_INTERESTS));
        final Config config =
            load(file("bidding.purposes.profile = 4\nbidding.legitimate-interests = 2, 7 ,24\n"));
        assertArrayEquals(new int[] {4}, config.numbers(ConfigKey.BIDDING_PURPOSES_PROFILE));
        assertArrayEquals(new int[] {2, 7, 24}, config.numbers(ConfigKey.BIDDING_LEGITIMATE_INTERESTS));
        for (final String wrong : List.of("1,,3", "x", "0", "25", "1;3", "none", "")) {
            assertEquals(1, mistakes(file("bidding.purposes.profile = " + wrong + "\n")).size(), wrong);
        }
        assertEquals(List.of(folder.resolve("opportune.properties") + ":1: bidding.legitimate-interests: found '1,2',"
            + " allowed: whole numbers joined by commas, or none, 2 to 24"),
            mistakes(file("bidding.legitimate-interests = 1,2\n")));
    }

    @Test
    void shouldGiveTheDefaultsWithoutAFile() {
        final Config config = load(null);
        assertEquals(7700, config.integer(ConfigKey.GATEWAY_PORT));
        assertEquals(16 * 1024, config.sizeBytes(ConfigKey.GATEWAY_MAX_FRAME_LENGTH));
        assertEquals(100_000_000, config.durationNs(ConfigKey.DECISION_MAX_TIME_BUDGET));
        assertEquals("auto", config.choice(ConfigKey.SERVER_THREADING));
        assertEquals("127.0.0.1", config.text(ConfigKey.ADMIN_HOST));
        assertTrue(config.flag(ConfigKey.CATALOGUE_WATCH));
        assertEquals(Path.of("data", "pseudonym.key"), config.path(ConfigKey.STORE_KEY_FILE));
        assertTrue(config.clients().isEmpty());
    }

    @Test
    void shouldLetPropertiesWinOverTheEnvironmentAndThatOverTheFile() throws IOException {
        final Path file = file("""
            # a comment
            gateway.port = 1000
            admin.port=2000

              server.shards =  2\s
            store.key-file = a = b
            """);
        final Properties system = new Properties();
        system.setProperty("opportune.gateway.port", "1002");
        system.setProperty("java.version", "25");
        final Map<String, String> environment = Map.of(
            "OPPORTUNE_GATEWAY_PORT", "1001", "OPPORTUNE_ADMIN_PORT", "2001", "OPPORTUNE_JAVA_HOME", "/x");
        final Config config = Config.load(file, system, environment);
        assertEquals(1002, config.integer(ConfigKey.GATEWAY_PORT));
        assertEquals(2001, config.integer(ConfigKey.ADMIN_PORT));
        assertEquals(2, config.integer(ConfigKey.SERVER_SHARDS));
        assertEquals(Path.of("a = b"), config.path(ConfigKey.STORE_KEY_FILE));
        final Map<String, ConfigEntry> entries = config.entries().stream()
            .collect(java.util.stream.Collectors.toMap(ConfigEntry::key, entry -> entry));
        assertEquals("system property opportune.gateway.port", entries.get("gateway.port").source());
        assertEquals("environment variable OPPORTUNE_ADMIN_PORT", entries.get("admin.port").source());
        assertEquals(file + ":5", entries.get("server.shards").source());
        assertEquals("default", entries.get("admin.host").source());
    }

    @Test
    void shouldTellEveryMistakeAtOnceWithFileLineKeyFoundAndAllowed() throws IOException {
        final Path file = file("""
            gateway.prot = 7700
            gateway.port = many
            no equals sign
            gateway.max-frame-length = 2m
            gateway.max-frame-length = 16k
            journal.sync = always
            clients.till-1.keys = 12345678
            clients.till-2.key = short
            clients.Till.key = 12345678
            clients.till-3.in-flight-limit = 4
            """);
        assertEquals(
            List.of(
                file + ":1: gateway.prot: found an unknown key, allowed: the nearest known key is gateway.port",
                file + ":2: gateway.port: found 'many', allowed: whole number, 0 to 65535",
                file + ":3: line: found 'no equals sign', allowed: key = value, or # before a comment",
                file + ":4: gateway.max-frame-length: found '2m', allowed: size such as 16k, 512m, 2g, 1k to 1m",
                file + ":5: gateway.max-frame-length: found the key again, allowed: each key once; it stands in line 4",
                file + ":6: journal.sync: found 'always', allowed: none, interval, batch",
                file + ":7: clients.till-1.keys: found an unknown key, allowed: the nearest known key is"
                    + " clients.till-1.key",
                file + ":8: clients.till-2.key: found 5 characters, allowed: 8 to 128 characters",
                file + ":9: clients.Till.key: found the client id 'Till', allowed: lower case letters, digits and"
                    + " hyphens, 1 to 64 characters, as in clients.till-1.key",
                file + ":10: clients.till-3.key: found nothing, allowed: 8 to 128 characters"),
            mistakes(file));
    }

    @Test
    void shouldRefuseAMistypedVariableOrProperty() {
        final Properties system = new Properties();
        system.setProperty("opportune.journal.synch", "none");
        final ConfigException thrown = assertThrows(ConfigException.class,
            () -> Config.load(null, system, Map.of("OPPORTUNE_GATEWAY_PROT", "1")));
        assertEquals(
            """
            environment variable OPPORTUNE_GATEWAY_PROT: gateway.prot: found an unknown key, allowed: the nearest \
            known key is gateway.port
            system property opportune.journal.synch: journal.synch: found an unknown key, allowed: the nearest \
            known key is journal.sync""",
            thrown.getMessage());
    }

    @Test
    void shouldTellThatTheFileIsMissing() {
        final Path file = folder.resolve("none");
        assertEquals(List.of(file + ": file: found no file, allowed: a text file in UTF-8"), mistakes(file));
    }

    @Test
    void shouldCheckWhatValuesMeanTogether() throws IOException {
        final Path file = file("""
            pipeline.ring-size = 3000
            gateway.write-buffer-low = 256k
            gateway.idle-timeout = 5s
            store.partitions = 2
            server.shards = 4
            admin.port = 7700
            """);
        final List<String> mistakes = mistakes(file);
        assertEquals(5, mistakes.size(), mistakes::toString);
        assertEquals(file + ":1: pipeline.ring-size: found '3000', allowed: a power of two, such as 2048",
            mistakes.get(0));
        assertEquals("default: gateway.write-buffer-high: found '256k', allowed: more than gateway.write-buffer-low,"
            + " which is 256k", mistakes.get(1));
    }

    @Test
    void shouldReadClientsFromEverySource() throws IOException {
        final Path file = file("""
            gateway.in-flight-limit = 32
            clients.till-2.key = 22222222
            clients.till-1.key = 11111111
            clients.till-1.may-set-event-time = true
            clients.till-1.event-time-behind = 3650d
            """);
        final Config config = Config.load(
            file, new Properties(), Map.of("OPPORTUNE_CLIENTS_TILL_2_IN_FLIGHT_LIMIT", "8"));
        assertEquals(
            List.of(
                new ClientConfig("till-1", "11111111", 32, true, 3650L * 86_400_000_000_000L, 5_000_000_000L),
                new ClientConfig("till-2", "22222222", 8, false, 86_400_000_000_000L, 5_000_000_000L)),
            config.clients());
    }

    @Test
    void shouldNeverShowASecret() throws IOException {
        final Config config = load(file("clients.till-1.key = top-secret-key"));
        assertFalse(config.entries().toString().contains("top-secret-key"));
        assertFalse(config.clients().toString().contains("top-secret-key"));
        assertTrue(config.entries().toString().contains("***"));
    }

    @Test
    void shouldRefuseAGetterOfAnotherType() {
        final Config config = load(null);
        assertThrows(IllegalArgumentException.class, () -> config.integer(ConfigKey.GATEWAY_IDLE_TIMEOUT));
    }

    @ParameterizedTest
    @CsvSource({
        "SIZE,16k,16384", "SIZE,2g,2147483648", "SIZE,100,100", "SIZE,512M,536870912",
        "DURATION,500us,500000", "DURATION,7d,604800000000000", "DURATION,1m,60000000000", "DURATION,250ns,250",
        "INTEGER,-3,-3", "FLAG,TRUE,1", "FLAG,false,0"})
    void shouldReadAndWriteValues(final ConfigType type, final String text, final long value) {
        assertEquals(value, type.parse(text));
        assertEquals(value, type.parse(type.format(value)));
    }

    @ParameterizedTest
    @CsvSource({
        "SIZE,16 k", "SIZE,-1", "SIZE,9999999999g", "DURATION,5", "DURATION,5 ms", "DURATION,1.5s",
        "DURATION,999999999d", "FLAG,yes", "INTEGER,1k", "INTEGER,99999999999999999999"})
    void shouldRefuseValuesWrittenOtherwise(final ConfigType type, final String text) {
        assertThrows(IllegalArgumentException.class, () -> type.parse(text));
    }
}
