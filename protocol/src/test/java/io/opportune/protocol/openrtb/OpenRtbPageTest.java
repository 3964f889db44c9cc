package io.opportune.protocol.openrtb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** OPENRTB.md is what the table says, and the table has each declared path. */
class OpenRtbPageTest {
    @Test
    void shouldMatchThePageInTheProject() throws IOException {
        final Path page = Path.of(System.getenv("OPPORTUNE_ROOT"), "protocol", "OPENRTB.md");
        if (Boolean.getBoolean("regenerate")) {
            Files.writeString(page, OpenRtbPage.markdown());
        }
        assertEquals(OpenRtbPage.markdown(), Files.readString(page),
            "protocol/OPENRTB.md is stale: run mvn -pl protocol test -Dregenerate=true -Dtest=OpenRtbPageTest");
    }

    @Test
    void shouldSayOfEachDeclaredPathWhatIsDone() throws IOException {
        final List<String> lines = Files.readAllLines(OpenRtbFiles.path("openrtb/spec-paths-2.6.tsv"));
        final TreeSet<String> declared = new TreeSet<>();
        lines.subList(1, lines.size()).forEach(line -> declared.add(line.substring(0, line.indexOf('\t'))));
        assertEquals(672, declared.size());
        assertEquals(declared, new TreeSet<>(OpenRtbPage.declaredPaths()));
        declared.forEach(path -> assertTrue(OpenRtbPage.markdown().contains("| `" + path + "` | "), path));
    }

    @Test
    void shouldSkipOnlyWhatIsMeantToBeSkipped() {
        final TreeSet<String> skipped = new TreeSet<>();
        OpenRtbPage.markdown().lines().filter(line -> line.contains("| skipped"))
            .forEach(line -> skipped.add(line.replaceAll("^\\| `([^`]*\\.)?(\\w+)`.*", "$2")));
        assertEquals(new TreeSet<>(JacksonOracle.SKIPPED), skipped);
    }
}
