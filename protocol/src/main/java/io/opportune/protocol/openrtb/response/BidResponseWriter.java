package io.opportune.protocol.openrtb.response;

import io.opportune.protocol.openrtb.response.ResponseField.Kind;
import io.opportune.protocol.openrtb.response.ResponseField.Level;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes one bid response after the other (OpenRTB 2.6, section 4.2) into buffers of the caller: {@link #begin}, fields
 * of the response, then per seat {@link #beginSeat}, its fields and its bids, {@link #endSeat}, and {@link #end}. An
 * object's fields come before what is nested in it, each at most once; that they do not stand twice is for the caller
 * to see to. One thread; allocates nothing; a call out of turn is a mistake of the program and throws
 * {@link IllegalStateException}.
 *
 * <pre>{@code
 * writer.begin(buffer, 0, 16_384);
 * writer.text(ResponseField.ID, requestId);
 * writer.beginSeat();
 * writer.text(ResponseField.SEAT, seat);
 * writer.beginBid();
 * writer.text(ResponseField.BID_ID, bidId);
 * writer.text(ResponseField.IMPID, impId);
 * writer.amount(ResponseField.PRICE, 1_250_000);
 * writer.markup(ResponseField.ADM, markup);
 * writer.endBid();
 * writer.endSeat();
 * final int length = writer.end();
 * if (length == BidResponseWriter.OVERFLOW) { ... }
 * }</pre>
 */
public abstract class BidResponseWriter {
    /** Given by {@link #end} when the response did not fit: nothing of it must be sent. */
    public static final int OVERFLOW = -1;

    final ByteSink sink = new ByteSink();
    private final UnsafeBuffer bytes = new UnsafeBuffer(new byte[0]);
    private Level level;
    private int seatCount;
    private int bidCount;

    BidResponseWriter() {
    }

    /**
     * A writer of {@code application/json}.
     *
     * @return a new one.
     */
    public static BidResponseWriter json() {
        return new JsonBidResponseWriter();
    }

    /**
     * A writer of {@code application/x-protobuf}, in the IAB's schema.
     *
     * @return a new one.
     */
    public static BidResponseWriter protobuf() {
        return new ProtobufBidResponseWriter();
    }

    /**
     * Begins a response; what was begun before is forgotten.
     *
     * @param buffer      to write into.
     * @param offset      of the first byte.
     * @param lengthBytes most bytes it may take.
     */
    public final void begin(final MutableDirectBuffer buffer, final int offset, final int lengthBytes) {
        sink.wrap(buffer, offset, lengthBytes);
        level = Level.RESPONSE;
        seatCount = 0;
        onBegin();
    }

    /** Begins the bids of a seat. */
    public final void beginSeat() {
        require(Level.RESPONSE);
        level = Level.SEAT;
        bidCount = 0;
        onBeginSeat(seatCount++ == 0);
    }

    /** Begins a bid of the seat. */
    public final void beginBid() {
        require(Level.SEAT);
        level = Level.BID;
        onBeginBid(bidCount++ == 0);
    }

    /** Ends the bid. */
    public final void endBid() {
        require(Level.BID);
        level = Level.SEAT;
        onEndBid();
    }

    /** Ends the seat, which has one bid or more. */
    public final void endSeat() {
        require(Level.SEAT);
        if (bidCount == 0) {
            throw new IllegalStateException("a seat without a bid");
        }
        level = Level.RESPONSE;
        onEndSeat();
    }

    /**
     * Ends the response.
     *
     * @return its length in bytes, or {@link #OVERFLOW}.
     */
    public final int end() {
        require(Level.RESPONSE);
        level = null;
        onEnd(seatCount > 0);
        return sink.overflowed() ? OVERFLOW : sink.length();
    }

    /**
     * Whether the response has outgrown its room already, so that the rest need not be written.
     *
     * @return true when {@link #end} will give {@link #OVERFLOW}.
     */
    public final boolean overflowed() {
        return sink.overflowed();
    }

    /**
     * Sets a text.
     *
     * @param field  of kind {@code TEXT} of the object begun last.
     * @param source of the UTF-8.
     * @param offset of its first byte.
     * @param length how many bytes.
     */
    public final void text(final ResponseField field, final DirectBuffer source, final int offset, final int length) {
        require(field, Kind.TEXT);
        onText(field, source, offset, length);
    }

    /**
     * Sets a text.
     *
     * @param field of kind {@code TEXT} of the object begun last.
     * @param utf8  all of it.
     */
    public final void text(final ResponseField field, final byte[] utf8) {
        require(field, Kind.TEXT);
        bytes.wrap(utf8);
        onText(field, bytes, 0, utf8.length);
    }

    /**
     * Sets texts; an empty list writes nothing.
     *
     * @param field of kind {@code TEXTS} of the object begun last.
     * @param utf8  each text.
     */
    public final void texts(final ResponseField field, final byte[][] utf8) {
        require(field, Kind.TEXTS);
        if (utf8.length > 0) {
            onTexts(field, utf8);
        }
    }

    /**
     * Sets a text that writes itself: markup or a URL with slots.
     *
     * @param field  of kind {@code TEXT} of the object begun last.
     * @param source of the content.
     */
    public final void markup(final ResponseField field, final MarkupSource source) {
        require(field, Kind.TEXT);
        onMarkup(field, source);
    }

    /**
     * Sets a whole number.
     *
     * @param field of kind {@code NUMBER} of the object begun last.
     * @param value 0 or more.
     */
    public final void number(final ResponseField field, final int value) {
        require(field, Kind.NUMBER);
        onNumber(field, value);
    }

    /**
     * Sets whole numbers; an empty list writes nothing.
     *
     * @param field  of kind {@code NUMBERS} of the object begun last.
     * @param values 0 or more each.
     */
    public final void numbers(final ResponseField field, final int[] values) {
        require(field, Kind.NUMBERS);
        if (values.length > 0) {
            onNumbers(field, values);
        }
    }

    /**
     * Sets an amount. In JSON it is an exact decimal; the protobuf schema knows only {@code double}, so there it is the
     * double next to it.
     *
     * @param field  of kind {@code AMOUNT} of the object begun last.
     * @param micros millionths of a unit, 0 or more.
     */
    public final void amount(final ResponseField field, final long micros) {
        require(field, Kind.AMOUNT);
        onAmount(field, micros);
    }

    /** Gives a slice of a byte array as a buffer; until the next call. */
    final DirectBuffer wrapped(final byte[] utf8) {
        bytes.wrap(utf8);
        return bytes;
    }

    private void require(final Level wanted) {
        if (level != wanted) {
            throw new IllegalStateException("in " + level + ", not in " + wanted);
        }
    }

    private void require(final ResponseField field, final Kind kind) {
        if (field.level() != level || field.kind() != kind
            || level == Level.RESPONSE && seatCount > 0 || level == Level.SEAT && bidCount > 0) {
            throw new IllegalStateException(field + " is no " + kind + " of " + level + " or comes too late");
        }
    }

    abstract void onBegin();

    abstract void onBeginSeat(boolean first);

    abstract void onBeginBid(boolean first);

    abstract void onEndBid();

    abstract void onEndSeat();

    abstract void onEnd(boolean hasSeats);

    abstract void onText(ResponseField field, DirectBuffer source, int offset, int length);

    abstract void onTexts(ResponseField field, byte[][] utf8);

    abstract void onMarkup(ResponseField field, MarkupSource source);

    abstract void onNumber(ResponseField field, int value);

    abstract void onNumbers(ResponseField field, int[] values);

    abstract void onAmount(ResponseField field, long micros);
}
