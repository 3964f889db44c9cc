package io.opportune.engine.exchange;

import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import org.agrona.DirectBuffer;

/** ISO 4217 codes between their letters and numbers, as the platform knows them. Stateless, allocates nothing. */
public final class CurrencyCodes {
    /** The number of no currency. */
    public static final int UNKNOWN = 0;
    /** One more than the largest number. */
    public static final int LIMIT = 1_000;

    private static final int LETTERS = 26;
    private static final short[] NUMBERS = new short[LETTERS * LETTERS * LETTERS];
    private static final String[] TEXTS = new String[LIMIT];

    static {
        final List<Currency> sorted = Currency.getAvailableCurrencies().stream()
            .sorted(Comparator.comparing(Currency::getCurrencyCode)).toList();
        for (final Currency currency : sorted) {
            final String text = currency.getCurrencyCode();
            final int number = currency.getNumericCode();
            if (number > 0 && number < LIMIT) {
                NUMBERS[index(text.charAt(0), text.charAt(1), text.charAt(2))] = (short) number;
                // Some withdrawn codes share a number with the one that took their place.
                if (TEXTS[number] == null || isCurrent(currency)) {
                    TEXTS[number] = text;
                }
            }
        }
    }

    private CurrencyCodes() {
    }

    /** Withdrawn currencies have the years of their use in their name. */
    private static boolean isCurrent(final Currency currency) {
        return !currency.getDisplayName(Locale.ENGLISH).matches(".*[0-9]{4}.*");
    }

    private static int index(final int first, final int second, final int third) {
        return ((first - 'A') * LETTERS + second - 'A') * LETTERS + third - 'A';
    }

    private static boolean isLetter(final int letter) {
        return letter >= 'A' && letter <= 'Z';
    }

    /**
     * The number of a currency.
     *
     * @param text        holding three letters; small ones are read too.
     * @param offset      of the letters.
     * @param lengthBytes of the text.
     * @return 1..999, or {@link #UNKNOWN}.
     */
    public static int number(final DirectBuffer text, final int offset, final int lengthBytes) {
        if (lengthBytes != 3) {
            return UNKNOWN;
        }
        final int first = text.getByte(offset) & ~0x20;
        final int second = text.getByte(offset + 1) & ~0x20;
        final int third = text.getByte(offset + 2) & ~0x20;
        return isLetter(first) && isLetter(second) && isLetter(third)
            ? NUMBERS[index(first, second, third)] : UNKNOWN;
    }

    /**
     * The number of a currency.
     *
     * @param text three capital letters.
     * @return 1..999, or {@link #UNKNOWN}.
     */
    public static int number(final CharSequence text) {
        return text.length() == 3 && isLetter(text.charAt(0)) && isLetter(text.charAt(1)) && isLetter(text.charAt(2))
            ? NUMBERS[index(text.charAt(0), text.charAt(1), text.charAt(2))] : UNKNOWN;
    }

    /**
     * The letters of a currency.
     *
     * @param number ISO 4217 numeric.
     * @return three letters, or null.
     */
    public static String text(final int number) {
        return number > 0 && number < LIMIT ? TEXTS[number] : null;
    }
}
