package io.opportune.engine.bidding;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class NameTableTest {
    private static int find(final NameTable table, final String name) {
        final byte[] bytes = ("xx" + name + "yy").getBytes(StandardCharsets.UTF_8);
        return table.find(new UnsafeBuffer(bytes), 2, bytes.length - 4);
    }

    @Test
    void shouldFindEachNameAndNoOther() {
        final Map<String, Integer> names = new HashMap<>();
        for (int i = 1; i <= 1_000; i++) {
            names.put("placement-" + i + (i % 2 == 0 ? "-ü" : ""), i);
        }
        final NameTable table = new NameTable(names);
        names.forEach((name, number) -> assertEquals(number, find(table, name), name));
        assertEquals(0, find(table, "placement-1001"));
        assertEquals(0, find(table, ""));
        assertEquals(0, find(new NameTable(Map.of()), "any"));
    }
}
