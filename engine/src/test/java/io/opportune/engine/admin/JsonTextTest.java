package io.opportune.engine.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonTextTest {
    @Test
    void shouldNestObjectsAndArrays() {
        final String text = new JsonText().beginObject()
            .member("a", 1).name("b").beginArray().value(2).value("x").beginObject().endObject().endArray()
            .member("c", true).member("d", null).name("e").value(Double.NaN).endObject().toString();
        assertEquals("{\"a\": 1, \"b\": [2, \"x\", {}], \"c\": true, \"d\": null, \"e\": null}", text);
    }

    @Test
    void shouldBeReadBackByAnotherParserWhateverTheText() throws IOException {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        final ObjectMapper mapper = new ObjectMapper();
        for (int i = 0; i < 500; i++) {
            final StringBuilder value = new StringBuilder();
            for (int j = random.nextInt(20); j > 0; j--) {
                value.appendCodePoint(random.nextBoolean() ? random.nextInt(128) : random.nextInt(0xD800));
            }
            value.append("\uD83D\uDE00");
            final JsonNode read = mapper.readTree(
                new JsonText().beginObject().member("k" + value, value.toString()).endObject().toString());
            assertEquals(value.toString(), read.get("k" + value).asText(), "seed " + seed);
        }
    }

    @Test
    void shouldRefuseAnUnfinishedText() {
        assertThrows(IllegalStateException.class, () -> new JsonText().beginObject().toString());
    }
}
