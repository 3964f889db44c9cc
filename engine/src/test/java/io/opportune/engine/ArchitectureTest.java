package io.opportune.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Packages have no cycles, and each big dependency is known to one package, as ARCHITECTURE.md says. */
class ArchitectureTest {
    private static final String ROOT = "io.opportune.engine.";
    private static final JavaClasses CLASSES = new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests())
        .importPackages("io.opportune.engine");

    @Test
    void shouldLookAtTheWholeModule() {
        assertTrue(CLASSES.contain(ROOT + "server.OpportuneServer"));
        assertTrue(CLASSES.contain(ROOT + "journal.codec.DecisionRecordDecoder"));
    }

    @Test
    void shouldHaveNoPackageCycles() {
        slices().matching(ROOT + "(*)..").should().beFreeOfCycles().check(CLASSES);
        slices().matching(ROOT + "(gateway..)").should().beFreeOfCycles().check(CLASSES);
    }

    @ParameterizedTest
    @CsvSource({
        "io.netty..,gateway",
        "com.lmax.disruptor..,pipeline",
        "net.openhft.chronicle.map..,profile",
        "net.openhft.chronicle.queue..,journal",
        "dev.cel..,targeting",
        "com.fasterxml.jackson..,catalogue",
        "org.yaml..,catalogue",
        "com.networknt..,catalogue",
        "io.prometheus..,admin",
        "ai.onnxruntime..,onnx",
        "com.sun.net.httpserver..,admin"})
    void shouldKnowABigDependencyInOnePackageOnly(final String dependency, final String owner) {
        noClasses().that().resideOutsideOfPackage(ROOT + owner + "..")
            .should().dependOnClassesThat().resideInAPackage(dependency)
            .check(CLASSES);
    }

    @Test
    void shouldKeepTheTransportsApart() {
        noClasses().that().resideInAPackage(ROOT + "gateway.binary..")
            .should().dependOnClassesThat().resideInAPackage(ROOT + "gateway.http..")
            .check(CLASSES);
        noClasses().that().resideInAPackage(ROOT + "gateway.http..")
            .should().dependOnClassesThat().resideInAPackage(ROOT + "gateway.binary..")
            .check(CLASSES);
    }

    @Test
    void shouldKeepTransportsAwayFromWhatDecides() {
        noClasses().that().resideInAnyPackage(ROOT + "session..", ROOT + "context..", ROOT + "decision..",
                ROOT + "state..", ROOT + "shard..", ROOT + "pipeline..", ROOT + "admission..", ROOT + "recovery..",
                ROOT + "replay..")
            .should().dependOnClassesThat().resideInAnyPackage(ROOT + "gateway..", ROOT + "admin..")
            .check(CLASSES);
        noClasses().that().resideOutsideOfPackage(ROOT + "server..")
            .should().dependOnClassesThat().resideInAPackage(ROOT + "server..")
            .check(CLASSES);
    }
}
