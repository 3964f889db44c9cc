package io.opportune.protocol.openrtb.response;

import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;

/**
 * Writes JSON. The array of seats stays open from the first seat to the end of the response, so fields of the response
 * come before the first seat; likewise those of a seat before its first bid.
 */
final class JsonBidResponseWriter extends BidResponseWriter {
    private static final byte[] SEATBID = "\"seatbid\":[{".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BID = "\"bid\":[{".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NEXT = ",{".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END_ARRAY_AND_OBJECT = "]}".getBytes(StandardCharsets.US_ASCII);

    private boolean empty;

    @Override
    void onBegin() {
        sink.putByte('{');
        empty = true;
    }

    @Override
    void onBeginSeat(final boolean first) {
        beginElement(first, SEATBID);
    }

    @Override
    void onBeginBid(final boolean first) {
        beginElement(first, BID);
    }

    private void beginElement(final boolean first, final byte[] array) {
        if (first) {
            comma();
            sink.putBytes(array);
        } else {
            sink.putBytes(NEXT);
        }
        empty = true;
    }

    @Override
    void onEndBid() {
        sink.putByte('}');
    }

    @Override
    void onEndSeat() {
        sink.putBytes(END_ARRAY_AND_OBJECT);
    }

    @Override
    void onEnd(final boolean hasSeats) {
        if (hasSeats) {
            sink.putByte(']');
        }
        sink.putByte('}');
    }

    private void comma() {
        if (!empty) {
            sink.putByte(',');
        }
        empty = false;
    }

    private void key(final ResponseField field) {
        comma();
        sink.putBytes(field.jsonKey());
    }

    @Override
    void onText(final ResponseField field, final DirectBuffer source, final int offset, final int length) {
        key(field);
        sink.putByte('"');
        sink.putJsonText(source, offset, length);
        sink.putByte('"');
    }

    @Override
    void onTexts(final ResponseField field, final byte[][] utf8) {
        key(field);
        for (int i = 0; i < utf8.length; i++) {
            sink.putByte(i == 0 ? '[' : ',');
            sink.putByte('"');
            sink.putJsonText(wrapped(utf8[i]), 0, utf8[i].length);
            sink.putByte('"');
        }
        sink.putByte(']');
    }

    @Override
    void onMarkup(final ResponseField field, final MarkupSource source) {
        key(field);
        sink.putByte('"');
        source.writeTo(sink, true);
        sink.putByte('"');
    }

    @Override
    void onNumber(final ResponseField field, final int value) {
        key(field);
        sink.putLong(value);
    }

    @Override
    void onNumbers(final ResponseField field, final int[] values) {
        key(field);
        for (int i = 0; i < values.length; i++) {
            sink.putByte(i == 0 ? '[' : ',');
            sink.putLong(values[i]);
        }
        sink.putByte(']');
    }

    @Override
    void onAmount(final ResponseField field, final long micros) {
        key(field);
        sink.putMicros(micros);
    }
}
