package io.opportune.engine.shading;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OpenBidsTest {
    private static final int CAPACITY = 64;
    private static final int PATIENCE = 50;

    private record Bid(long price, long where, int how, long end) { }

    /** Against a map in order of arrival, with keys that often share a home. */
    @Test
    void shouldDoAsAMapDoes() {
        for (int seed = 1; seed <= 20; seed++) {
            final Random random = new Random(seed);
            final OpenBids bids = new OpenBids(CAPACITY);
            final Map<Long, Bid> expected = new LinkedHashMap<>();
            int full = 0;
            int expired = 0;
            for (int now = 0; now < 20_000; now++) {
                final long key = 1 + random.nextInt(400) * 37L + ((long) random.nextInt(3) << 40);
                final String at = "seed " + seed + " at " + now;
                if (random.nextInt(3) > 0) {
                    final Bid bid = new Bid(random.nextLong(), random.nextLong(), random.nextInt(65_536),
                        now + PATIENCE);
                    final boolean room = expected.size() < CAPACITY && !expected.containsKey(key);
                    full += expected.size() == CAPACITY ? 1 : 0;
                    assertEquals(room, bids.add(key, bid.price(), bid.where(), bid.how(), bid.end()), at);
                    if (room) {
                        expected.put(key, bid);
                    }
                } else {
                    final long wanted = expected.isEmpty() || random.nextBoolean() ? key
                        : expected.keySet().stream().skip(random.nextInt(expected.size())).findFirst().orElseThrow();
                    assertEquals(expected.remove(wanted) != null, bids.remove(wanted), at);
                }
                if (random.nextInt(now % 4_000 < 2_000 ? 10 : 200) == 0) {
                    final int time = now;
                    final int count = bids.expire(now, (price, where, how) -> {
                        final Map.Entry<Long, Bid> first = expected.entrySet().iterator().next();
                        assertEquals(new Bid(price, where, how, first.getValue().end()), first.getValue(), at);
                        assertTrue(first.getValue().end() <= time, at);
                        expected.remove(first.getKey());
                    });
                    expired += count;
                    assertFalse(expected.values().stream().anyMatch(bid -> bid.end() <= time), at);
                }
                assertEquals(expected.size(), bids.size(), at);
            }
            assertTrue(full > 100 && expired > 100, "seed " + seed + ": full " + full + ", expired " + expired);
        }
    }
}
