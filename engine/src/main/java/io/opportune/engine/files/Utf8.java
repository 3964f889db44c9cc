package io.opportune.engine.files;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Reading text that people wrote: what is not UTF-8 is refused and not replaced. Stateless. */
public final class Utf8 {
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private Utf8() {
    }

    /**
     * Decodes a text.
     *
     * @param bytes all of it.
     * @return the text without the byte order mark that some editors put first.
     * @throws CharacterCodingException when it is not UTF-8.
     */
    public static String decode(final byte[] bytes) throws CharacterCodingException {
        final String text = StandardCharsets.UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT)
            .decode(ByteBuffer.wrap(bytes)).toString();
        return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    }
}
