package io.opportune.protocol.openrtb.response;

import org.agrona.DirectBuffer;

/**
 * Writes the IAB's protobuf schema ({@code com.iabtechlab.openrtb.v2.BidResponse}, edition 2023: repeated numbers are
 * packed). The length of what is nested stands before it: two bytes are left for it, which suit 128 to 16,383 bytes,
 * and only what is shorter or longer is moved.
 */
final class ProtobufBidResponseWriter extends BidResponseWriter {
    private static final int SEATBID = 2;
    private static final int BID = 1;
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int RESERVED = 2;
    private static final double MICROS = 1_000_000.0;

    private int seatAt;
    private int bidAt;

    @Override
    void onBegin() {
        // The top-level message has neither tag nor length.
    }

    private void tag(final int number, final int wireType) {
        sink.putVarint((long) number << 3 | wireType);
    }

    @Override
    void onBeginSeat(final boolean first) {
        tag(SEATBID, LENGTH_DELIMITED);
        seatAt = sink.reserve(RESERVED);
    }

    @Override
    void onBeginBid(final boolean first) {
        tag(BID, LENGTH_DELIMITED);
        bidAt = sink.reserve(RESERVED);
    }

    @Override
    void onEndBid() {
        sink.patchVarint(bidAt, RESERVED);
    }

    @Override
    void onEndSeat() {
        sink.patchVarint(seatAt, RESERVED);
    }

    @Override
    void onEnd(final boolean hasSeats) {
        // Nothing closes a message.
    }

    @Override
    void onText(final ResponseField field, final DirectBuffer source, final int offset, final int length) {
        tag(field.number(), LENGTH_DELIMITED);
        final int reserved = length < 128 ? 1 : RESERVED;
        final int at = sink.reserve(reserved);
        sink.putUtf8(source, offset, length);
        sink.patchVarint(at, reserved);
    }

    @Override
    void onTexts(final ResponseField field, final byte[][] utf8) {
        for (final byte[] text : utf8) {
            onText(field, wrapped(text), 0, text.length);
        }
    }

    @Override
    void onMarkup(final ResponseField field, final MarkupSource source) {
        tag(field.number(), LENGTH_DELIMITED);
        final int at = sink.reserve(RESERVED);
        source.writeTo(sink, false);
        sink.patchVarint(at, RESERVED);
    }

    @Override
    void onNumber(final ResponseField field, final int value) {
        tag(field.number(), VARINT);
        sink.putVarint(value);
    }

    @Override
    void onNumbers(final ResponseField field, final int[] values) {
        tag(field.number(), LENGTH_DELIMITED);
        final int at = sink.reserve(1);
        for (final int value : values) {
            sink.putVarint(value);
        }
        sink.patchVarint(at, 1);
    }

    @Override
    void onAmount(final ResponseField field, final long micros) {
        tag(field.number(), FIXED64);
        sink.putFixed64(Double.doubleToRawLongBits(micros / MICROS));
    }
}
