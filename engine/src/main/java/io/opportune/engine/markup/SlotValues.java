package io.opportune.engine.markup;

import io.opportune.protocol.openrtb.macro.MacroResolver;
import io.opportune.protocol.openrtb.response.ByteSink;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The values of the slots of one bid. It only remembers where they stand: they must stay there until the bid is
 * written. A slot without a value stays empty. Reused; one thread; allocates nothing.
 */
public final class SlotValues {
    /** Longest value that can be encoded as Base64; a longer one is left out. */
    private static final int MAX_BASE64_BYTES = 512;

    private final DirectBuffer[] sources = new DirectBuffer[Slot.values().length];
    private final int[] offsets = new int[sources.length];
    private final int[] lengths = new int[sources.length];
    private final UnsafeBuffer base64 = new UnsafeBuffer(new byte[(MAX_BASE64_BYTES + 2) / 3 * 4]);
    private final ByteSink base64Sink = new ByteSink();

    /**
     * Empties all slots.
     *
     * @return this.
     */
    public SlotValues clear() {
        Arrays.fill(lengths, 0);
        return this;
    }

    /**
     * Fills a slot.
     *
     * @param slot   to fill.
     * @param source of the bytes.
     * @param offset of the first.
     * @param length how many.
     * @return this.
     */
    public SlotValues set(final Slot slot, final DirectBuffer source, final int offset, final int length) {
        sources[slot.ordinal()] = source;
        offsets[slot.ordinal()] = offset;
        lengths[slot.ordinal()] = length;
        return this;
    }

    /** Appends a value percent-encoded, which is right in URLs and harmless in HTML, XML and JSON. */
    void writeTo(final ByteSink sink, final int slot, final boolean asBase64) {
        if (lengths[slot] == 0) {
            return;
        }
        if (!asBase64) {
            sink.putPercentEncoded(sources[slot], offsets[slot], lengths[slot]);
            return;
        }
        base64Sink.wrap(base64, 0, base64.capacity());
        MacroResolver.putBase64(base64Sink, sources[slot], offsets[slot], lengths[slot]);
        if (!base64Sink.overflowed()) {
            sink.putPercentEncoded(base64, 0, base64Sink.length());
        }
    }
}
