package io.opportune.loadtest;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests())
        .importPackages("io.opportune.loadtest");

    @Test
    void shouldHaveNoPackageCycles() {
        slices().matching("io.opportune.loadtest.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void shouldKnowNettyInTheGeneratorOnly() {
        noClasses().that().resideOutsideOfPackage("..loadtest.generator..")
            .should().dependOnClassesThat().resideInAPackage("io.netty..").check(CLASSES);
    }

    @Test
    void shouldNotKnowTheEngine() {
        noClasses().should().dependOnClassesThat().resideInAPackage("io.opportune.engine..").check(CLASSES);
    }
}
