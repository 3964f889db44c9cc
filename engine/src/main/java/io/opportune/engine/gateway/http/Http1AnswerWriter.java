package io.opportune.engine.gateway.http;

import io.opportune.engine.session.HttpContentKind;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Writes whole HTTP/1 answers from prepared heads and bodies. One per event loop; allocates nothing. */
final class Http1AnswerWriter {
    private static final DirectBuffer END_OF_HEAD = new UnsafeBuffer(HeadFields.ascii("\r\n\r\n"));
    private static final DirectBuffer LOCATION = new UnsafeBuffer(HeadFields.ascii("Location: "));

    private final ResponseHeads heads;

    Http1AnswerWriter(final ResponseHeads heads) {
        this.heads = heads;
    }

    /** Writes a whole answer and gives the position behind it; at most the longest head and the body's length away. */
    int write(
        final UnsafeBuffer view,
        final int start,
        final int status,
        final int variant,
        final int form,
        final DirectBuffer buffer,
        final int offset,
        final int lengthBytes) {
        int position = heads.put(view, start, status, variant, form);
        if (variant == HttpContentKind.LOCATION && lengthBytes > 0) {
            // The template ends where a length belongs: "Content-Length: ", which a 0 completes.
            view.putByte(position++, (byte) '0');
            view.putByte(position++, (byte) '\r');
            view.putByte(position++, (byte) '\n');
            view.putBytes(position, LOCATION, 0, LOCATION.capacity());
            position += LOCATION.capacity();
            view.putBytes(position, buffer, offset, lengthBytes);
            position += lengthBytes;
            view.putBytes(position, END_OF_HEAD, 0, END_OF_HEAD.capacity());
            return position + END_OF_HEAD.capacity();
        }
        if (ResponseHeads.isBodiless(status)) {
            // The template's last line is whole.
            view.putBytes(position, END_OF_HEAD, 2, 2);
            return position + 2;
        }
        position += view.putNaturalIntAscii(position, lengthBytes);
        view.putBytes(position, END_OF_HEAD, 0, END_OF_HEAD.capacity());
        position += END_OF_HEAD.capacity();
        if (lengthBytes > 0) {
            view.putBytes(position, buffer, offset, lengthBytes);
        }
        return position + lengthBytes;
    }
}
