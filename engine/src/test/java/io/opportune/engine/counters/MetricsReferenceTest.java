package io.opportune.engine.counters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MetricsReferenceTest {
    @Test
    void shouldMatchThePageInTheProject() throws IOException {
        final Path page = Path.of(System.getenv("OPPORTUNE_ROOT"), "engine", "METRICS.md");
        if (Boolean.getBoolean("regenerate")) {
            Files.writeString(page, MetricsReference.markdown());
        }
        assertEquals(MetricsReference.markdown(), Files.readString(page),
            "engine/METRICS.md is stale: run mvn -pl engine -am test -Dregenerate=true"
                + " -Dtest=MetricsReferenceTest -Dsurefire.failIfNoSpecifiedTests=false");
    }

    @Test
    void shouldDescribeEveryCounterForPrometheus() {
        final Set<Integer> ids = new HashSet<>();
        for (final CounterDescriptor descriptor : CounterDescriptor.values()) {
            assertTrue(descriptor.label().matches("[a-z][a-z0-9_]*"), descriptor.label());
            assertTrue(descriptor.help().endsWith("."), descriptor.label() + " has no sentence of help");
            assertTrue(ids.add(descriptor.id()), descriptor.label() + " has an id of another");
            assertEquals(descriptor, CounterDescriptor.byId(descriptor.id()));
            assertEquals(descriptor.kind() == CounterKind.TOTAL, descriptor.metricName().endsWith("_total"));
        }
    }

    /** The exporter shows nanoseconds as seconds: the name is the only place that says which of the two is meant. */
    @Test
    void shouldNameTheUnitOfEveryTime() {
        for (final CounterDescriptor descriptor : CounterDescriptor.values()) {
            final boolean time = descriptor.unit() == CounterUnit.NANOSECONDS;
            assertEquals(time, descriptor.label().endsWith("_ns"), descriptor.label());
            assertEquals(time, descriptor.metricName().endsWith("_seconds"), descriptor.metricName());
        }
    }
}
