package io.opportune.engine.markup;

import io.opportune.protocol.openrtb.response.ByteSink;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Markup or a URL as a sequence of byte runs with slots between them. Each run is kept twice: as it is, and escaped
 * once more for a JSON string, so that a bid copies and does not escape. Immutable; any thread.
 */
public final class Template {
    /** A run that is always written. */
    static final long ALWAYS = 0;
    private static final long FILES = 0xFFFF_FFFFL;
    private static final int NO_SLOT = -1;

    private final byte[][] plain;
    private final byte[][] json;
    private final int[] slots;
    private final boolean[] base64;
    private final long[] parts;

    Template(final TemplateBuilder builder) {
        final int count = builder.runs.size();
        plain = new byte[count][];
        json = new byte[count][];
        slots = new int[count];
        base64 = new boolean[count];
        parts = new long[count];
        for (int i = 0; i < count; i++) {
            final TemplateBuilder.Run run = builder.runs.get(i);
            plain[i] = run.text().getBytes(StandardCharsets.UTF_8);
            json[i] = Escape.JSON.of(run.text()).getBytes(StandardCharsets.UTF_8);
            slots[i] = run.slot() == null ? NO_SLOT : run.slot().ordinal();
            base64[i] = run.base64();
            parts[i] = run.parts();
        }
    }

    /** A template without slots. */
    static Template literal(final String text) {
        return new TemplateBuilder(Set.of()).literal(text).build();
    }

    /**
     * Whether there is nothing to write.
     *
     * @return true for the template of an empty pattern.
     */
    public boolean isEmpty() {
        return plain.length == 0;
    }

    /**
     * Writes it.
     *
     * @param sink   to append to.
     * @param json   true: escaped for a JSON string.
     * @param values of its slots.
     */
    public void writeTo(final ByteSink sink, final boolean json, final SlotValues values) {
        writeTo(sink, json, values, -1L);
    }

    /** The bit of a media file. */
    static long file(final int index) {
        return 1L << index;
    }

    /** The bit of a companion. */
    static long companion(final int index) {
        return 1L << Integer.SIZE + index;
    }

    /** The bits of media files and companions, each bit {@code 1 << i}. */
    static long parts(final int files, final int companions) {
        return (long) companions << Integer.SIZE | files & FILES;
    }

    /** Writes it with only some of its parts. */
    void writeTo(final ByteSink sink, final boolean asJson, final SlotValues values, final long taken) {
        final byte[][] runs = asJson ? json : plain;
        for (int i = 0; i < runs.length; i++) {
            if (parts[i] != ALWAYS && (parts[i] & taken) == 0) {
                continue;
            }
            sink.putBytes(runs[i]);
            if (slots[i] != NO_SLOT) {
                values.writeTo(sink, slots[i], base64[i]);
            }
        }
    }
}
