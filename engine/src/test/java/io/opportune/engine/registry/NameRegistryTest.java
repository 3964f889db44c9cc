package io.opportune.engine.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.AllocationProbe;
import io.opportune.protocol.codec.NameKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class NameRegistryTest {
    private final List<String> log = new ArrayList<>();
    private final NameRegistry registry =
        new NameRegistry((kind, id, name) -> log.add(kind + " " + id + " " + name));

    @Test
    void shouldCountIdsFromOneWithinEachKind() {
        assertEquals(1, registry.findOrAdd(NameKind.OFFER, "milk"));
        assertEquals(2, registry.findOrAdd(NameKind.OFFER, "bread"));
        assertEquals(1, registry.findOrAdd(NameKind.SEGMENT, "milk"));
        assertEquals(1, registry.findOrAdd(NameKind.OFFER, "milk"));
        assertEquals(List.of("OFFER 1 milk", "OFFER 2 bread", "SEGMENT 1 milk"), log);
        assertEquals("bread", registry.name(NameKind.OFFER, 2));
        assertNull(registry.name(NameKind.OFFER, 3));
        assertNull(registry.name(NameKind.OFFER, 0));
        assertNull(registry.name(NameKind.OFFER, -1));
    }

    @Test
    void shouldFindByBytesAnywhereInABuffer() {
        final int id = registry.findOrAdd(NameKind.CATEGORY, "käse & wein, a rather long name of a category");
        final byte[] bytes = "xxkäse & wein, a rather long name of a categoryyy".getBytes(StandardCharsets.UTF_8);
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        assertEquals(id, registry.find(NameKind.CATEGORY, buffer, 2, bytes.length - 4));
        assertEquals(0, registry.find(NameKind.CATEGORY, buffer, 2, bytes.length - 5));
        assertEquals(0, registry.find(NameKind.CATEGORY, buffer, 1, bytes.length - 4));
        assertEquals(0, registry.find(NameKind.CATEGORY, buffer, 0, 0));
        assertEquals(0, registry.find(NameKind.STORE, buffer, 2, bytes.length - 4));
        assertEquals(0, registry.find(NameKind.NULL_VAL, buffer, 2, bytes.length - 4));
        assertEquals(0, registry.find(NameKind.SBE_UNKNOWN, buffer, 2, bytes.length - 4));
    }

    @Test
    void shouldKeepEveryNameWhileGrowing() {
        for (int i = 1; i <= 20_000; i++) {
            assertEquals(i, registry.findOrAdd(NameKind.ATTRIBUTE_VALUE, "value-" + i));
        }
        for (int i = 1; i <= 20_000; i++) {
            assertEquals(i, registry.find(NameKind.ATTRIBUTE_VALUE, "value-" + i));
            assertEquals("value-" + i, registry.name(NameKind.ATTRIBUTE_VALUE, i));
        }
        assertEquals(20_000, registry.lastId(NameKind.ATTRIBUTE_VALUE));
    }

    @Test
    void shouldRestoreIdsThatArriveOutOfOrder() {
        registry.restore(NameKind.STORE, 5, "five");
        registry.restore(NameKind.STORE, 2, "two");
        registry.restore(NameKind.STORE, 900, "nine hundred");
        registry.restore(NameKind.STORE, 5, "five");
        assertEquals(5, registry.find(NameKind.STORE, "five"));
        assertEquals(2, registry.find(NameKind.STORE, "two"));
        assertEquals(900, registry.find(NameKind.STORE, "nine hundred"));
        assertEquals(901, registry.findOrAdd(NameKind.STORE, "new"), "an id is never given twice");
        assertEquals(List.of("STORE 901 new"), log, "restoring logs nothing");
    }

    @Test
    void shouldRefuseContradictionsWhenRestoring() {
        registry.restore(NameKind.STORE, 5, "five");
        final var otherName = assertThrows(IllegalStateException.class,
            () -> registry.restore(NameKind.STORE, 5, "six"));
        assertEquals("registry: STORE id 5 is \"five\" and cannot also be \"six\"", otherName.getMessage());
        final var otherId = assertThrows(IllegalStateException.class,
            () -> registry.restore(NameKind.STORE, 6, "five"));
        assertEquals("registry: STORE \"five\" has id 5 and cannot also have 6", otherId.getMessage());
        assertThrows(IllegalStateException.class, () -> registry.restore(NameKind.STORE, 0, "zero"));
        assertThrows(IllegalStateException.class,
            () -> registry.restore(NameKind.STORE, Integer.MAX_VALUE, "far away"));
        assertEquals(0, registry.find(NameKind.STORE, "six"));
    }

    @Test
    void shouldRefuseNamesBeyondTheLimitOfAKind() {
        final NameRegistry small = new NameRegistry((kind, id, name) -> { }, kind -> 2);
        small.findOrAdd(NameKind.SEGMENT, "a");
        small.findOrAdd(NameKind.SEGMENT, "b");
        final var full = assertThrows(NameRegistry.LimitReachedException.class,
            () -> small.findOrAdd(NameKind.SEGMENT, "c"));
        assertEquals("no id left for SEGMENT \"c\": the limit of 2 names is reached", full.getMessage());
        assertEquals(1, small.findOrAdd(NameKind.SEGMENT, "a"));
        assertEquals(1, small.findOrAdd(NameKind.STORE, "c"), "limits are per kind");
        assertThrows(IllegalArgumentException.class, () -> small.findOrAdd(NameKind.STORE, ""));
        assertThrows(IllegalArgumentException.class, () -> small.findOrAdd(NameKind.STORE, "x".repeat(256)));
    }

    @Test
    void shouldNotShowANameWhoseLogFailed() {
        final AtomicInteger failures = new AtomicInteger(1);
        final AtomicReference<NameRegistry> self = new AtomicReference<>();
        final NameRegistry fragile = new NameRegistry((kind, id, name) -> {
            assertEquals(0, self.get().find(kind, name), "logged before it is visible");
            if (failures.getAndDecrement() > 0) {
                throw new IllegalStateException("disk full");
            }
        });
        self.set(fragile);
        assertThrows(IllegalStateException.class, () -> fragile.findOrAdd(NameKind.OFFER, "milk"));
        assertEquals(0, fragile.find(NameKind.OFFER, "milk"));
        assertEquals(1, fragile.findOrAdd(NameKind.OFFER, "milk"), "the id was not lost");
    }

    @Test
    void shouldNotAllocateWhenFindingByBytes() {
        for (int i = 0; i < 1_000; i++) {
            registry.findOrAdd(NameKind.STORE, "store-" + i);
        }
        final UnsafeBuffer known = new UnsafeBuffer("store-999".getBytes(StandardCharsets.UTF_8));
        final UnsafeBuffer unknown = new UnsafeBuffer("store-xyz".getBytes(StandardCharsets.UTF_8));
        final long id = registry.find(NameKind.STORE, "store-999");
        assertEquals(0, AllocationProbe.bytesOf(() -> {
            if (look(known, unknown, 100_000) != 100_000L * id) {
                throw new AssertionError("another one was found");
            }
        }));
    }

    private long look(final UnsafeBuffer known, final UnsafeBuffer unknown, final int times) {
        long sum = 0;
        for (int i = 0; i < times; i++) {
            sum += registry.find(NameKind.STORE, known, 0, known.capacity());
            sum += registry.find(NameKind.STORE, unknown, 0, unknown.capacity());
        }
        return sum;
    }

    @Test
    void shouldShowWholeNamesToReadersWhileAWriterAdds() throws InterruptedException {
        final NameRegistry shared = new NameRegistry((kind, id, name) -> { });
        final int names = 30_000;
        final AtomicInteger written = new AtomicInteger();
        final AtomicReference<String> wrong = new AtomicReference<>();
        final Thread reader = Thread.ofPlatform().start(() -> {
            int done = 0;
            while (done < names && wrong.get() == null) {
                final int visible = written.get();
                for (int i = done + 1; i <= visible; i++) {
                    final int id = shared.find(NameKind.OFFER, "offer-" + i);
                    if (id != i || !("offer-" + i).equals(shared.name(NameKind.OFFER, id))) {
                        wrong.set("offer-" + i + " has id " + id);
                    }
                }
                // Names still being added may be found or not, but never wrongly.
                final int early = shared.find(NameKind.OFFER, "offer-" + (visible + 1));
                if (early != 0 && early != visible + 1) {
                    wrong.set("offer-" + (visible + 1) + " has id " + early);
                }
                done = visible;
            }
        });
        for (int i = 1; i <= names; i++) {
            shared.findOrAdd(NameKind.OFFER, "offer-" + i);
            written.set(i);
        }
        reader.join(20_000);
        assertTrue(!reader.isAlive(), "the reader ends");
        assertNull(wrong.get());
        assertNotEquals(0, shared.lastId(NameKind.OFFER));
    }

    @Test
    void shouldAddManyNamesOnlyOnceTheyAreInTheLog() {
        final java.util.List<String> logged = new java.util.ArrayList<>();
        final NameRegistry[] registry = new NameRegistry[1];
        registry[0] = new NameRegistry(new NameRegistry.Log() {
            @Override
            public void append(final NameKind kind, final int id, final String name) {
                logged.add(id + name);
            }

            @Override
            public void endOfBatch() {
                logged.add("synced");
                assertEquals(0, registry[0].find(NameKind.OFFER, "b"), "nobody gets an id before it lasts");
            }
        }, kind -> 3);
        registry[0].findOrAdd(NameKind.OFFER, "a");
        registry[0].addAll(java.util.Map.of(NameKind.OFFER, java.util.List.of("b", "a", "b", "c")));
        assertEquals(java.util.List.of("1a", "synced", "2b", "3c", "synced"), logged);
        assertEquals(3, registry[0].find(NameKind.OFFER, "c"));
        org.junit.jupiter.api.Assertions.assertThrows(NameRegistry.LimitReachedException.class,
            () -> registry[0].addAll(java.util.Map.of(NameKind.OFFER, java.util.List.of("d"))));
        assertEquals(5, logged.size());
    }

    @Test
    void shouldNeitherGiveNorReuseAnIdThatMayNotLast() {
        final java.util.concurrent.atomic.AtomicBoolean failing = new java.util.concurrent.atomic.AtomicBoolean();
        final NameRegistry synced = new NameRegistry(new NameRegistry.Log() {
            @Override
            public void append(final NameKind kind, final int id, final String name) {
                log.add(id + name);
            }

            @Override
            public void endOfBatch() {
                if (failing.get()) {
                    throw new IllegalStateException("no sync");
                }
            }
        });
        synced.findOrAdd(NameKind.OFFER, "a");
        failing.set(true);
        assertThrows(IllegalStateException.class, () -> synced.findOrAdd(NameKind.OFFER, "b"));
        assertEquals(0, synced.find(NameKind.OFFER, "b"), "its id may be lost with the machine");
        assertThrows(IllegalStateException.class, () -> synced.findOrAdd(NameKind.OFFER, "c"));
        failing.set(false);
        assertEquals(3, synced.findOrAdd(NameKind.OFFER, "c"), "2 stands in the log for b");
        assertEquals(2, synced.find(NameKind.OFFER, "b"));
        assertEquals(List.of("1a", "2b", "3c"), log);
    }

    @Test
    void shouldLetASingleNameInBetweenTheBatchesOfMany() throws Exception {
        final NameRegistry[] shared = new NameRegistry[1];
        final AtomicReference<Thread> till = new AtomicReference<>();
        shared[0] = new NameRegistry((kind, id, name) -> {
            log.add(name);
            if (log.size() == 10) {
                till.set(Thread.ofPlatform().start(() -> shared[0].findOrAdd(NameKind.ATTRIBUTE_VALUE, "till")));
                while (till.get().getState() != Thread.State.WAITING) {
                    Thread.onSpinWait();
                }
            }
        });
        final List<String> names = java.util.stream.IntStream.range(0, 5_000).mapToObj(i -> "offer-" + i).toList();
        shared[0].addAll(java.util.Map.of(NameKind.OFFER, names));
        till.get().join();
        assertTrue(log.indexOf("till") < 2_000, "it waited for " + log.indexOf("till") + " names");
        assertEquals(5_000, shared[0].lastId(NameKind.OFFER));
        assertEquals(5_001, log.size());
    }
}
