package io.opportune.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReferenceTest {
    private static final Pattern SAMPLE = Pattern.compile("```properties\n(.*?)```", Pattern.DOTALL);

    @TempDir
    private Path folder;

    @Test
    void shouldMatchThePageInTheProject() throws IOException {
        final Path page = Path.of(System.getenv("OPPORTUNE_ROOT"), "engine", "CONFIGURATION.md");
        if (Boolean.getBoolean("regenerate")) {
            Files.writeString(page, ConfigReference.markdown());
        }
        assertEquals(ConfigReference.markdown(), Files.readString(page),
            "engine/CONFIGURATION.md is stale: run mvn -pl engine -am test -Dregenerate=true"
                + " -Dtest=ConfigReferenceTest -Dsurefire.failIfNoSpecifiedTests=false");
    }

    @Test
    void shouldShowASampleThatLoads() throws IOException {
        final Matcher matcher = SAMPLE.matcher(ConfigReference.markdown());
        assertTrue(matcher.find(), "no sample");
        final Path file = Files.writeString(folder.resolve("opportune.properties"), matcher.group(1));
        final Config config = Config.load(file, new Properties(), Map.of());
        assertEquals("till-1", config.clients().getFirst().id());
        assertEquals(50_000_000, config.durationNs(ConfigKey.DECISION_MAX_TIME_BUDGET));
    }
}
