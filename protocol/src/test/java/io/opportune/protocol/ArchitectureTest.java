package io.opportune.protocol;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Packages import downward only, and only the client knows Netty. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests())
        .importPackages("io.opportune.protocol");

    @Test
    void shouldLookAtTheWholeModule() {
        assertTrue(CLASSES.contain("io.opportune.protocol.client.TillClient"));
        assertTrue(CLASSES.contain("io.opportune.protocol.codec.DecisionRequestDecoder"));
    }

    @Test
    void shouldHaveNoPackageCycles() {
        slices().matching("io.opportune.protocol.(**)").should().beFreeOfCycles().check(CLASSES);
        noClasses().that().resideInAPackage("io.opportune.protocol.codec")
            .should().dependOnClassesThat().resideInAnyPackage("io.opportune.protocol", "io.opportune.protocol.client")
            .check(CLASSES);
        noClasses().that().resideInAPackage("io.opportune.protocol")
            .should().dependOnClassesThat().resideInAPackage("io.opportune.protocol.client")
            .check(CLASSES);
    }

    @Test
    void shouldKnowNettyInTheClientOnly() {
        noClasses().that().resideOutsideOfPackage("io.opportune.protocol.client")
            .should().dependOnClassesThat().resideInAPackage("io.netty..")
            .check(CLASSES);
        noClasses().that().haveSimpleNameNotContaining("NettyTransport")
            .and().haveSimpleNameNotContaining("ClientEventLoop")
            .and().haveSimpleNameNotContaining("ConnectionHandler")
            .should().dependOnClassesThat().resideInAPackage("io.netty..")
            .check(CLASSES);
    }
}
