package io.opportune.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** SCHEMA.md is what the schema says. */
class SchemaPageTest {
    private static final Path XML = ProjectFiles.of("src/main/resources/sbe/opportune-wire.xml");
    private static final Path PAGE = ProjectFiles.of("SCHEMA.md");

    @Test
    void shouldBeUpToDate() throws Exception {
        final String page = SchemaPage.of(XML);
        if (ProjectFiles.REGENERATE) {
            Files.writeString(PAGE, page);
        }
        assertEquals(page, Files.readString(PAGE), "SCHEMA.md is out of date; " + ProjectFiles.HOW_TO_REGENERATE);
    }

    @Test
    void shouldSayTheBlockLengthsOfTheCodecs() throws Exception {
        final String page = SchemaPage.of(XML);
        MessageTexts.decoders().forEach(decoder -> assertTrue(
            page.contains(
                "Template " + decoder.sbeTemplateId() + ", root block " + decoder.sbeBlockLength() + " bytes."),
            decoder.getClass().getSimpleName()));
    }
}
