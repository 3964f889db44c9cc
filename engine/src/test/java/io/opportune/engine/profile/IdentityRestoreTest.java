package io.opportune.engine.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.opportune.engine.identity.RootKey;
import io.opportune.engine.identity.RootOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index restored from a copy behaves from then on as the one that was copied. */
class IdentityRestoreTest {
    private static final int IDS = 8;
    private static final int OPERATIONS = 200;
    private static final int ROUNDS = 10;
    private static final long FRESH = 1_000;

    @TempDir
    Path folder;

    /** What the server does with an index, tombstones of merged profiles included. */
    private static final class Model {
        private final IdentityIndex index;
        private final RootLookup lookup = new RootLookup();

        Model(final IdentityIndex index) {
            this.index = index;
        }

        RootKey rootOf(final int id, final Map<RootKey, RootKey> forwards) {
            index.rootOf(id, id, lookup);
            RootKey root = new RootKey(lookup.rootHigh(), lookup.rootLow());
            while (forwards.containsKey(root)) {
                root = forwards.get(root);
            }
            return root;
        }

        Map<RootKey, RootKey> listed() {
            final Map<RootKey, RootKey> all = new TreeMap<>((a, b) -> Long.compare(a.low(), b.low()));
            index.forEach((high, low, rootHigh, rootLow, person) -> {
                // An id that is its own root means the same with and without an entry.
                if (high != rootHigh || low != rootLow) {
                    all.put(new RootKey(high, low), new RootKey(rootHigh, rootLow));
                }
            });
            return all;
        }
    }

    @Test
    void shouldBehaveTheSameAfterARestore() {
        final long seed = Long.getLong("opportune.test.seed", 20_261_121L);
        for (int round = 0; round < ROUNDS; round++) {
            run(seed + round, folder.resolve("round-" + round));
        }
    }

    private static void run(final long seed, final Path directory) {
        final Random random = new Random(seed);
        final List<String> done = new ArrayList<>();
        final Map<RootKey, RootKey> forwards = new HashMap<>();
        try (IdentityIndex original = IdentityIndex.open(directory.resolve("a"), 1_000, "key");
            IdentityIndex restored = IdentityIndex.open(directory.resolve("b"), 1_000, "key")) {
            final Model model = new Model(original);
            final int copyAt = random.nextInt(OPERATIONS);
            for (int i = 0; i < OPERATIONS; i++) {
                if (i == copyAt) {
                    done.add("copy");
                    original.forEach(restored::restore);
                }
                final int id = 1 + random.nextInt(IDS);
                final RootKey root = model.rootOf(id, forwards);
                final int kind = random.nextInt(10);
                if (kind < 5) {
                    final RootKey other = model.rootOf(1 + random.nextInt(IDS), forwards);
                    if (!root.equals(other)) {
                        final boolean less = RootOrder.less(root.high(), root.low(), other.high(), other.low());
                        final RootKey target = less ? root : other;
                        final RootKey source = less ? other : root;
                        forwards.put(source, target);
                        done.add("absorb " + source + " into " + target);
                        original.absorb(source.high(), source.low(), target.high(), target.low(), 0);
                        if (i >= copyAt) {
                            restored.absorb(source.high(), source.low(), target.high(), target.low(), 0);
                        }
                    }
                } else if (kind < 8) {
                    if (original.rootOf(id, id, model.lookup)) {
                        final long fresh = FRESH + i;
                        done.add("unlink " + id + " to " + fresh);
                        original.unlink(id, id, fresh, fresh);
                        if (i >= copyAt) {
                            restored.unlink(id, id, fresh, fresh);
                        }
                    }
                } else {
                    done.add("forget " + root);
                    original.forget(root.high(), root.low());
                    if (i >= copyAt) {
                        restored.forget(root.high(), root.low());
                    }
                }
                if (i >= copyAt) {
                    assertEquals(model.listed(), new Model(restored).listed(), () -> "seed " + seed + " " + done);
                    for (int each = 1; each <= IDS; each++) {
                        assertEquals(model.rootOf(each, forwards), new Model(restored).rootOf(each, forwards),
                            "id " + each + " seed " + seed + " " + done);
                    }
                }
            }
        }
    }
}
