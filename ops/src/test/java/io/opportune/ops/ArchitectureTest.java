package io.opportune.ops;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private final JavaClasses classes = new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests())
        .importPackages("io.opportune.ops");

    @Test
    void shouldHaveNoCycles() {
        assertTrue(classes.size() > 5, "nothing was imported");
        // The root package is a slice of its own, so that a package below it may not lean on it and be leant on.
        slices().matching("io.opportune.(ops..)").should().beFreeOfCycles().check(classes);
    }

    @Test
    void shouldLeaveTheLibrariesOfTheEngineToTheEngine() {
        noClasses().should().dependOnClassesThat().resideInAnyPackage(
            "io.netty..", "com.lmax..", "net.openhft..", "dev.cel..", "io.prometheus..")
            .check(classes);
    }

    @Test
    void shouldKeepPicocliOutOfWhatItStarts() {
        noClasses().that().resideOutsideOfPackage("io.opportune.ops..")
            .should().dependOnClassesThat().resideInAPackage("picocli..")
            .check(new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.opportune.engine", "io.opportune.loadtest", "io.opportune.protocol"));
    }
}
