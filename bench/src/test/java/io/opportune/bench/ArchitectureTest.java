package io.opportune.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Packages have no cycles, and only the rivals know the engines that the index is timed beside. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests())
        .withImportOption(location -> !location.contains("jmh_generated"))
        .importPackages("io.opportune.bench");

    @Test
    void shouldHaveNoCycles() {
        assertTrue(CLASSES.contain("io.opportune.bench.match.rival.LuceneRival"), "not everything was imported");
        // The root package is a slice of its own, so that a package below it may not lean on it and be leant on.
        slices().matching("io.opportune.(bench..)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void shouldKeepTheLibrariesOfTheRivalsToThem() {
        noClasses().that().resideOutsideOfPackage("io.opportune.bench.match.rival..")
            .should().dependOnClassesThat().resideInAnyPackage(
                "org.apache.lucene..", "org.drools..", "org.kie..", "org.roaringbitmap..")
            .check(CLASSES);
    }

    @Test
    void shouldKeepVowpalWabbitToTheContenders() {
        noClasses().that().resideOutsideOfPackage("io.opportune.bench.prequential.contender..")
            .should().dependOnClassesThat().resideInAnyPackage("vowpalWabbit..", "org.vowpalwabbit..")
            .check(CLASSES);
    }
}
