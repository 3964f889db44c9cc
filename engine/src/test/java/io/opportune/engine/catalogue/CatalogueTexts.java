package io.opportune.engine.catalogue;

import io.opportune.engine.registry.NameRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Texts and registries that the tests of this package share. */
final class CatalogueTexts {
    private CatalogueTexts() {
    }

    static NameRegistry registry() {
        return new NameRegistry((kind, id, name) -> { });
    }

    /** The example of CATALOGUE.md. */
    static String example() throws IOException {
        final String document = Files.readString(
            Path.of(System.getenv("OPPORTUNE_ROOT")).resolve("engine/CATALOGUE.md"), StandardCharsets.UTF_8);
        return firstExample(document);
    }

    /** The first example of a section of CATALOGUE.md. */
    static String example(final String heading) throws IOException {
        final String document = Files.readString(
            Path.of(System.getenv("OPPORTUNE_ROOT")).resolve("engine/CATALOGUE.md"), StandardCharsets.UTF_8);
        return firstExample(document.substring(document.indexOf("\n## " + heading + "\n")));
    }

    private static String firstExample(final String document) {
        final int start = document.indexOf("```yaml\n") + "```yaml\n".length();
        return document.substring(start, document.indexOf("```", start));
    }

    static void write(final Path directory, final String name, final String text) throws IOException {
        Files.createDirectories(directory.resolve(name).getParent());
        Files.writeString(directory.resolve(name), text, StandardCharsets.UTF_8);
    }
}
