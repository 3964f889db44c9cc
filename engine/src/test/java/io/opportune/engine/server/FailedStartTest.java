package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A start that fails says why and leaves nothing behind: the next one works, in the same process. */
@Timeout(60)
class FailedStartTest {
    @TempDir
    Path folder;

    private TestServer server(final String threading) throws IOException {
        return new TestServer(folder).set("server.threading", threading)
            .set("server.shards", threading.equals("ring") ? "2" : "1");
    }

    private static void assertWorks(final TestServer test) throws Exception {
        test.start();
        try (TillClient client = test.client()) {
            assertTrue(TestServer.id(client, NameKind.PLACEMENT, "checkout") > 0);
        }
    }

    private static Set<String> serverThreads() {
        return Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.isAlive() && thread.getName().matches("(shard|gateway|journal-sync|housekeep).*"))
            .map(Thread::getName)
            .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "ring"})
    void shouldStartAfterABadCatalogue(final String threading) throws Exception {
        try (TestServer test = server(threading)) {
            final Path file = folder.resolve("catalogue/all.yaml");
            Files.writeString(file, TestServer.CATALOGUE.replace("campaign: spring", "campaign: sprng"));
            final CatalogueRefusedException refused =
                assertThrows(CatalogueRefusedException.class, test::start);
            assertTrue(refused.getMessage().contains("all.yaml:24:15 offers[0].campaign"), refused.getMessage());
            assertEquals(0, refused.getSuppressed().length);
            assertEquals(Set.of(), serverThreads());
            Files.writeString(file, TestServer.CATALOGUE);
            assertWorks(test);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gateway.port", "admin.port"})
    void shouldStartAfterATakenPort(final String key) throws Exception {
        for (final String threading : new String[] {"inline", "ring"}) {
            try (TestServer test = server(threading)) {
                final String port;
                try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
                    port = Integer.toString(taken.getLocalPort());
                    test.set(key, port);
                    final Exception refused = assertThrows(Exception.class, test::start);
                    assertTrue(refused.getMessage().contains(port), refused.getMessage());
                    assertEquals(0, refused.getSuppressed().length);
                }
                assertEquals(Set.of(), serverThreads());
                test.set(key, "0");
                assertWorks(test);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "ring"})
    void shouldRefuseADataFolderInUse(final String threading) throws Exception {
        try (TestServer first = server(threading); TestServer second = server(threading)) {
            assertWorks(first);
            final IOException refused = assertThrows(IOException.class, second::start);
            assertTrue(refused.getMessage().contains("in use by another server"), refused.getMessage());
            assertNotNull(first.server().catalogue());
            try (TillClient client = first.client()) {
                assertTrue(TestServer.id(client, NameKind.PLACEMENT, "checkout") > 0);
            }
            first.stop();
            assertWorks(second);
        }
    }
}
