package io.opportune.engine.lint;

import java.util.Map;

/** Check digits of numbers that identify people and accounts. Stateless. */
final class CheckDigits {
    /** Letters of the Spanish DNI by the number's remainder of 23 (Real Decreto 1553/2005). */
    private static final String DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE";
    private static final int IBAN_MODULUS = 97;
    /** Lengths of IBANs by country (ISO 13616 registry). */
    private static final Map<String, Integer> IBAN_LENGTHS = Map.ofEntries(
        Map.entry("AT", 20), Map.entry("BE", 16), Map.entry("BG", 22), Map.entry("CH", 21), Map.entry("CY", 28),
        Map.entry("CZ", 24), Map.entry("DE", 22), Map.entry("DK", 18), Map.entry("EE", 20), Map.entry("ES", 24),
        Map.entry("FI", 18), Map.entry("FR", 27), Map.entry("GB", 22), Map.entry("GR", 27), Map.entry("HR", 21),
        Map.entry("HU", 28), Map.entry("IE", 22), Map.entry("IS", 26), Map.entry("IT", 27), Map.entry("LI", 21),
        Map.entry("LT", 20), Map.entry("LU", 20), Map.entry("LV", 21), Map.entry("MC", 27), Map.entry("MT", 31),
        Map.entry("NL", 18), Map.entry("NO", 15), Map.entry("PL", 28), Map.entry("PT", 25), Map.entry("RO", 24),
        Map.entry("SE", 24), Map.entry("SI", 19), Map.entry("SK", 24), Map.entry("TR", 26));

    private CheckDigits() {
    }

    /** Luhn's check (ISO/IEC 7812-1 annex B). */
    static boolean luhn(final String digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            if (i % 2 == 1) {
                digit = digit > 4 ? 2 * digit - 9 : 2 * digit;
            }
            sum += digit;
        }
        return sum % 10 == 0;
    }

    /** Whether digits are a payment card's: issuer, length and check digit. */
    static boolean card(final String digits) {
        final int length = digits.length();
        if (length < 14 || length > 19 || digits.chars().distinct().count() < 2) {
            return false;
        }
        final int two = Integer.parseInt(digits.substring(0, 2));
        final int four = Integer.parseInt(digits.substring(0, 4));
        final boolean issued = switch (length) {
            case 14 -> two == 36 || two == 38 || two == 39;
            case 15 -> two == 34 || two == 37;
            case 16 -> two / 10 == 4 || two >= 51 && two <= 55 || four >= 2221 && four <= 2720 || four == 6011
                || two == 65 || two == 35 || two == 62;
            default -> two / 10 == 4 || two == 62 || two == 65 || two == 67;
        };
        return issued && luhn(digits);
    }

    /** Whether letters and digits without blanks are an IBAN (ISO 13616, ISO 7064 MOD 97-10). */
    static boolean iban(final String text) {
        if (text.length() < 15 || IBAN_LENGTHS.getOrDefault(text.substring(0, 2), 0) != text.length()) {
            return false;
        }
        final String turned = text.substring(4) + text.substring(0, 4);
        int remainder = 0;
        for (int i = 0; i < turned.length(); i++) {
            final int value = Character.digit(turned.charAt(i), Character.MAX_RADIX);
            if (value < 0) {
                return false;
            }
            remainder = (remainder * (value > 9 ? 100 : 10) + value) % IBAN_MODULUS;
        }
        return remainder == 1;
    }

    /** Whether eight digits and a letter, or X, Y or Z, seven digits and a letter, are a Spanish DNI or NIE. */
    static boolean dni(final String text) {
        final String number = switch (text.charAt(0)) {
            case 'X' -> "0" + text.substring(1, 8);
            case 'Y' -> "1" + text.substring(1, 8);
            case 'Z' -> "2" + text.substring(1, 8);
            default -> text.substring(0, 8);
        };
        return DNI_LETTERS.charAt(Integer.parseInt(number) % DNI_LETTERS.length()) == text.charAt(8);
    }

    /** Whether nine digits are a Dutch burgerservicenummer: the test of eleven. */
    static boolean bsn(final String digits) {
        int sum = -(digits.charAt(8) - '0');
        for (int i = 0; i < 8; i++) {
            sum += (9 - i) * (digits.charAt(i) - '0');
        }
        return sum % 11 == 0 && !digits.equals("000000000");
    }

    /** Whether 13 characters and two digits are a French number of social security (clé = 97 - n mod 97). */
    static boolean nir(final String text) {
        final String number = text.substring(0, 13).replace("2A", "19").replace("2B", "18");
        return Integer.parseInt(text.substring(13)) == 97 - Long.parseLong(number) % 97;
    }

    /** Whether 11 digits are a Belgian number of the national register, of either century. */
    static boolean rijksregister(final String digits) {
        final long number = Long.parseLong(digits.substring(0, 9));
        final int check = Integer.parseInt(digits.substring(9));
        return check == 97 - number % 97 || check == 97 - (2_000_000_000L + number) % 97;
    }
}
