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

/** Packages import downward only, and each big dependency is known to one of them. */
class EngineArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests())
        .importPackages("io.opportune.engine");

    @Test
    void shouldLookAtTheWholeModule() {
        assertTrue(CLASSES.contain("io.opportune.engine.server.OpportuneServer"));
        assertTrue(CLASSES.contain("io.opportune.engine.gateway.BinaryGateway"));
        assertTrue(CLASSES.contain("io.opportune.engine.journal.codec.DecisionRecordDecoder"));
    }

    @Test
    void shouldHaveNoPackageCycles() {
        slices().matching("io.opportune.engine.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @ParameterizedTest
    @CsvSource({
        "io.netty.., gateway",
        "com.lmax.disruptor.., pipeline",
        "net.openhft.chronicle.map.., profile",
        "net.openhft.chronicle.hash.., profile",
        "net.openhft.chronicle.queue.., journal",
        "dev.cel.., targeting",
        "com.fasterxml.jackson.., catalogue",
        "com.networknt.., catalogue",
        "org.yaml.snakeyaml.., catalogue",
        "io.prometheus.., admin",
        "com.sun.net.httpserver.., admin"})
    void shouldKnowEachBigDependencyInOnePackageOnly(final String dependency, final String owner) {
        noClasses().that().resideOutsideOfPackage("io.opportune.engine." + owner)
            .should().dependOnClassesThat().resideInAPackage(dependency)
            .check(CLASSES);
    }

    @Test
    void shouldKeepTransportsOutOfWhatIsBehindThem() {
        noClasses().that().resideInAnyPackage("io.opportune.engine.session", "io.opportune.engine.pipeline",
                "io.opportune.engine.shard", "io.opportune.engine.state", "io.opportune.engine.context",
                "io.opportune.engine.decision", "io.opportune.engine.admission", "io.opportune.engine.recovery",
                "io.opportune.engine.replay")
            .should().dependOnClassesThat().resideInAnyPackage("io.netty..", "io.opportune.engine.gateway",
                "io.opportune.engine.admin", "io.opportune.engine.server", "java.net..")
            .check(CLASSES);
    }

    @Test
    void shouldLetOnlyTheServerSeeEverything() {
        noClasses().that().resideOutsideOfPackage("io.opportune.engine.server")
            .should().dependOnClassesThat().resideInAPackage("io.opportune.engine.server")
            .check(CLASSES);
    }
}
