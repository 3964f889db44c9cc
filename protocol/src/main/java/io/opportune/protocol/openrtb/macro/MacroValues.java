package io.opportune.protocol.openrtb.macro;

import io.opportune.protocol.openrtb.response.ByteSink;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The values that macros are replaced by, all in one buffer of a fixed size. Reused; one thread; sets without
 * allocating what is given as bytes or numbers.
 */
public final class MacroValues {
    private static final int LONGEST_AMOUNT = 32;

    private final UnsafeBuffer store;
    private final ByteSink sink = new ByteSink();
    private final int[] offsets = new int[AuctionMacro.count()];
    private final int[] lengths = new int[AuctionMacro.count()];
    private int used;

    /**
     * Makes room.
     *
     * @param lengthBytes of all values together, 1 or more.
     */
    public MacroValues(final int lengthBytes) {
        store = new UnsafeBuffer(new byte[lengthBytes]);
        clear();
    }

    /**
     * Forgets all values: every macro is replaced by nothing.
     *
     * @return this.
     */
    public MacroValues clear() {
        Arrays.fill(lengths, 0);
        used = 0;
        return this;
    }

    /**
     * Sets a value.
     *
     * @param macro  it stands for.
     * @param source of the bytes.
     * @param offset of the first.
     * @param length how many.
     * @return false when there is no room; the macro is then replaced by nothing.
     */
    public boolean set(final AuctionMacro macro, final DirectBuffer source, final int offset, final int length) {
        lengths[macro.ordinal()] = 0;
        if (length > store.capacity() - used) {
            return false;
        }
        store.putBytes(used, source, offset, length);
        return added(macro, length);
    }

    /**
     * Sets a value; allocates.
     *
     * @param macro it stands for.
     * @param text  the value.
     * @return false when there is no room.
     */
    public boolean set(final AuctionMacro macro, final String text) {
        final byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return set(macro, new UnsafeBuffer(utf8), 0, utf8.length);
    }

    /**
     * Sets a value to an amount or another number of up to six decimals.
     *
     * @param macro  it stands for.
     * @param micros millionths of a unit.
     * @return false when there is no room.
     */
    public boolean setMicros(final AuctionMacro macro, final long micros) {
        lengths[macro.ordinal()] = 0;
        sink.wrap(store, used, Math.min(LONGEST_AMOUNT, store.capacity() - used));
        sink.putMicros(micros);
        return !sink.overflowed() && added(macro, sink.length());
    }

    private boolean added(final AuctionMacro macro, final int length) {
        offsets[macro.ordinal()] = used;
        lengths[macro.ordinal()] = length;
        used += length;
        return true;
    }

    DirectBuffer buffer() {
        return store;
    }

    int offset(final AuctionMacro macro) {
        return offsets[macro.ordinal()];
    }

    int length(final AuctionMacro macro) {
        return lengths[macro.ordinal()];
    }
}
