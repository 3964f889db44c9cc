package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever closes a server, and however many do: it is closed once. */
@Timeout(120)
class ClosingTest {
    private static final int THREADS = 8;

    @TempDir
    Path folder;

    @Test
    void shouldCloseOnceWhenManyThreadsClose() throws Exception {
        final TestServer test = new TestServer(folder).set("server.threading", "inline");
        for (int round = 0; round < 4; round++) {
            final OpportuneServer server = test.start();
            assertEquals(round, server.recovery().snapshot(), "each close leaves one snapshot behind");
            final CyclicBarrier barrier = new CyclicBarrier(THREADS);
            final Queue<Throwable> failed = new ConcurrentLinkedQueue<>();
            final List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                threads.add(Thread.ofPlatform().start(() -> {
                    try {
                        barrier.await();
                        server.close();
                    } catch (final Throwable e) {
                        failed.add(e);
                    }
                }));
            }
            for (final Thread thread : threads) {
                thread.join();
            }
            server.awaitStop();
            assertTrue(failed.isEmpty(), failed::toString);
        }
    }
}
