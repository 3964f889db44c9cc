package io.opportune.engine.bidding;

import io.opportune.engine.exchange.CurrencyCodes;
import java.nio.charset.StandardCharsets;
import org.agrona.MutableDirectBuffer;

/** The letters of currencies as bytes. Immutable; any thread; looking up allocates nothing. */
final class CurrencyTexts {
    /** Letters of a currency, ISO 4217. */
    static final int LENGTH = 3;

    private static final byte[][] TEXTS = texts();
    private static final byte[] UNKNOWN = {'?', '?', '?'};

    private CurrencyTexts() {
    }

    private static byte[][] texts() {
        final byte[][] texts = new byte[CurrencyCodes.LIMIT][];
        for (int i = 1; i < texts.length; i++) {
            final String text = CurrencyCodes.text(i);
            texts[i] = text == null ? null : text.getBytes(StandardCharsets.US_ASCII);
        }
        return texts;
    }

    /** The letters of a number that has some; not to be written. */
    static byte[] of(final int number) {
        final byte[] text = number > 0 && number < TEXTS.length ? TEXTS[number] : null;
        return text == null ? UNKNOWN : text;
    }

    /** Puts the letters at the beginning of a buffer. */
    static void put(final int number, final MutableDirectBuffer into) {
        into.putBytes(0, of(number));
    }
}
