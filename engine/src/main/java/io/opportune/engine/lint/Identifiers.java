package io.opportune.engine.lint;

import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values that lead to one person, found by their form and, where they have them, their check digits. Stateless. */
final class Identifiers {
    private static final Pattern EMAIL = Pattern.compile(
        "(?U)[\\p{Alnum}._%+-]{1,64}(?:@|%40)[\\p{Alnum}-]{1,63}(?:\\.[\\p{Alnum}-]{1,63}){0,5}\\.\\p{Alpha}{2,24}");
    private static final Pattern ROLE = Pattern.compile("(?:info|service|services|support|contact|kontakt|hello|"
        + "hallo|help|"
        + "hilfe|office|sales|shop|store|team|press|presse|jobs|care|customercare|customerservice|kundenservice|"
        + "kundendienst|klantenservice|serviceclient|atencion|atencioncliente|privacy|datenschutz|dpo|newsletter|"
        + "noreply|"
        + "no-reply|mail|post|webmaster|welcome|orders|bestellung|order|feedback|marketing)(?:[.+_-].*)?");
    private static final Pattern PHONE = Pattern.compile(
        "(?<![\\w.+/-])(?:\\+[1-9]\\d{0,2}(?:[ ()./-]{0,2}\\d){6,12}|\\(\\d{3}\\) ?\\d{3}-\\d{4}|\\d{3}-\\d{3}-\\d{4})"
            + "(?![\\w-]|[.,]\\d)");
    private static final Pattern SPOKEN_PHONE = Pattern.compile(
        "(?iU)\\b(?:tel|telefon\\p{L}*|telefoon\\p{L}*|t[eé]l[eé]phone|tel[eé]fono|phone|call(?: us| me)?|mobile|"
            + "mobil|handy|"
            + "fax|anruf\\p{L}*|rufen|bel|bellen|appelez(?:-\\p{L}+)?|ll[aá]m[ae]\\p{L}*|whatsapp|sms|portable|gsm)\\b"
            + "[^\\d+\\n]{0,20}((?:\\+|00)?\\(?\\d(?:[ ()./-]{0,2}\\d){6,14})(?!\\d)");
    /** Numbers of businesses: free, shared cost, information. */
    private static final Pattern SERVICE_PHONE = Pattern.compile(
        "(?:1?8(?:00|33|44|55|66|77|88)\\d{7}|0?0?0?(?:80[0-9]|90[0-9]|18[0-9]|13[0-9]|32|33|34|84|87|70[0-9]|88|"
            + "11[0-9])\\d*"
            + "|(?:49|44|31|32|33|34|43|41)(?:800|80\\d|90[0-2]|180|88|84\\d|87\\d|3[0-9]{2}0)\\d*|"
            + ".*555[ -]?01\\d\\d)");
    private static final Pattern IBAN =
        Pattern.compile("(?<![A-Za-z0-9])[A-Za-z]{2}\\d{2}(?:[ -]?[A-Za-z0-9]){11,27}(?![A-Za-z0-9])");
    private static final Pattern DIGITS = Pattern.compile("(?<![\\dA-Za-z.,+])\\d(?:[ -]?\\d){12,18}(?![\\dA-Za-z]|"
        + "[.,]\\d)");
    private static final Pattern SSN =
        Pattern.compile("(?<![\\w-])(?!000|666|9)\\d{3}-(?!00)\\d{2}-(?!0000)\\d{4}(?![\\w-])");
    private static final Pattern DNI = Pattern.compile("(?<!\\w)(?:\\d{8}|[XYZ]\\d{7})-?[A-HJ-NP-TV-Z](?!\\w)");
    private static final Pattern DNI_SAID = Pattern.compile("(?i)\\b(?:dni|nif|nie)\\b");
    private static final Pattern NIR = Pattern.compile(
        "(?<!\\w)[12] ?\\d{2} ?(?:0[1-9]|1[0-2]) ?(?:2[AB]|\\d{2}) ?\\d{3} ?\\d{3} ?\\d{2}(?!\\w)");
    private static final Pattern BELGIAN = Pattern.compile("(?<!\\w)\\d{2}\\.\\d{2}\\.\\d{2}-\\d{3}\\.\\d{2}(?!\\w)");
    private static final Pattern BSN =
        Pattern.compile("(?iU)\\b(?:bsn|burgerservicenummer|sofinummer)\\b\\D{0,10}(\\d{9})(?!\\d)");
    private static final Pattern IPV4 = Pattern.compile("(?<![\\w.])(?:\\d{1,3}\\.){3}\\d{1,3}(?![\\w]|\\.\\d)");
    private static final Pattern IPV6 = Pattern.compile(
        "(?<![\\w:])(?:(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|(?:[0-9A-Fa-f]{1,4}:){2,6}(?::[0-9A-Fa-f]{1,4}){1,5"
            + "})(?![\\w:])");
    private static final Pattern MAC =
        Pattern.compile("(?<![\\w:-])[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}(?![\\w:-])");
    private static final Pattern UUID = Pattern.compile(
        "(?<![\\w-])[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[1-5][0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}(?![\\w"
            + "-])");
    private static final Pattern DEVICE_SAID =
        Pattern.compile("(?i)(?:^|[^a-z])(?:idfa|idfv|gaid|aaid|adid|ifa|imei|imsi|device|ger[aä]t|apparaat|appareil)");
    private static final Pattern IMEI = Pattern.compile("(?<!\\d)\\d{15}(?!\\d)");
    private static final Pattern BIRTH = Pattern.compile(
        "(?iU)(?:\\b(?:born|birth\\p{L}*|dob|geboren\\p{L}*|geb\\.|geburts\\p{L}*|geboorte\\p{L}*|"
            + "n[eé]e?(?:\\s+le)?|naissance|"
            + "nacid[oa]|nacimiento)|_(?:born|dob|geb|geboren))\\b?[^\\d\\n]{0,20}"
            + "(\\d{1,2}[./_-]\\d{1,2}[./_-](?:19|20)?\\d{2}|(?:19|20)\\d{2}[./_-]?\\d{2}[./_-]?\\d{2})(?!\\d)");
    private static final Pattern STREET = Pattern.compile("(?U)"
        + "(?<![\\p{L}\\d])(?:\\p{Lu}[\\p{L}-]*(?:straße|strasse|gasse|weg|allee|straat|laan|gracht|kade|steeg)|"
        + "\\p{Lu}[\\p{L}-]*str\\.)"
        + "\\s+\\d{1,4}\\s?[a-hA-H]?(?![\\p{L}\\d%€])"
        + "|(?<![\\p{L}\\d])\\d{1,5}[a-z]?\\s+\\p{Lu}[\\p{L}'-]+(?:\\s+\\p{Lu}[\\p{L}'-]+)?\\s+"
        + "(?:Street|Avenue|Ave\\.|Road|Rd\\.|Lane|Boulevard|Blvd\\.?|Crescent|Terrace)(?!\\p{L}|\\s+\\p{Lu})"
        + "|(?<![\\p{L}\\d])\\d{1,4}(?:\\s?(?:bis|ter))?,?\\s+(?:rue|avenue|boulevard|chemin|impasse|all[ée]e)\\s+"
        + "(?:de\\s+la|de\\s+l'|de|du|des|d')?\\s*\\p{Lu}\\p{L}+"
        + "|(?<![\\p{L}\\d])(?:[Cc]alle|C/|[Aa]venida|Avda\\.|[Pp]aseo)\\s*(?:de\\s+(?:la\\s+|los\\s+)?|"
        + "del\\s+)?\\p{Lu}\\p{L}+"
        + "(?:\\s+\\p{Lu}\\p{L}+){0,2},?\\s+(?:n[º°o]?\\.?\\s*)?\\d{1,4}(?![\\d%€])");
    private static final Pattern URLS = Pattern.compile("(?i)\\b(?:https?|ftp)://\\S+");
    private static final int SHORTEST_PHONE = 7;

    /** What a quick look at a text tells, so that most texts meet no pattern at all. */
    private record Look(boolean at, boolean colon, int digits) {
        static Look of(final String text) {
            boolean at = false;
            boolean colon = false;
            int digits = 0;
            for (int i = 0; i < text.length(); i++) {
                final char c = text.charAt(i);
                at |= c == '@' || c == '%';
                colon |= c == ':';
                digits += c >= '0' && c <= '9' ? 1 : 0;
            }
            return new Look(at, colon, digits);
        }
    }

    private Identifiers() {
    }

    /**
     * Looks for values that lead to a person.
     *
     * @param place where the text stands.
     * @param whole text.
     * @param found gets rules and what they found.
     */
    static void find(final LintPlace place, final String whole, final BiConsumer<LintRule, String> found) {
        final boolean words = place == LintPlace.TEXT || place == LintPlace.ORGANISATION || place == LintPlace.URL;
        if (Look.of(whole).at()) {
            email(whole, words, found);
        }
        if (place == LintPlace.URL) {
            return;
        }
        final String text = whole.contains("://") ? URLS.matcher(whole).replaceAll(" ") : whole;
        final Look look = Look.of(text);
        if (look.digits() > 0) {
            matches(STREET, text, LintRule.STREET_ADDRESS, found, part -> true);
        }
        if (look.digits() >= 4) {
            matches(IPV4, text, LintRule.IP_ADDRESS, found, Identifiers::isIpv4);
        }
        if (look.digits() >= 5) {
            grouped(BIRTH, text, LintRule.BIRTH_DATE, found, part -> true);
        }
        if (look.colon() || look.digits() >= 2) {
            matches(MAC, text, LintRule.DEVICE_ID, found, part -> part.chars().distinct().count() > 3);
        }
        if (look.colon()) {
            matches(IPV6, text, LintRule.IP_ADDRESS, found, part -> part.chars().anyMatch(Character::isLetter));
        }
        if (look.digits() >= SHORTEST_PHONE) {
            numbers(place, text, look, found);
        }
    }

    private static void numbers(
        final LintPlace place, final String text, final Look look, final BiConsumer<LintRule, String> found) {
        final boolean words = place == LintPlace.TEXT || place == LintPlace.ORGANISATION;
        matches(SSN, text, LintRule.IDENTITY_NUMBER, found, part -> true);
        matches(BELGIAN, text, LintRule.IDENTITY_NUMBER, found, part -> CheckDigits.rijksregister(digits(part)));
        grouped(BSN, text, LintRule.IDENTITY_NUMBER, found, CheckDigits::bsn);
        if (place == LintPlace.SEGMENT || DNI_SAID.matcher(text).find()) {
            matches(DNI, text, LintRule.IDENTITY_NUMBER, found, part -> CheckDigits.dni(part.replace("-", "")));
        }
        final boolean[] isPhone = {false};
        phones(text, words, number -> {
            isPhone[0] = true;
            found.accept(LintRule.PHONE, number);
        });
        if (look.digits() >= 10) {
            matches(IBAN, text, LintRule.BANK_ACCOUNT, found, Identifiers::isIban);
            matches(UUID, text, LintRule.DEVICE_ID, found,
                part -> place == LintPlace.SEGMENT || place == LintPlace.ATTRIBUTE || DEVICE_SAID.matcher(text).find());
        }
        if (look.digits() >= 13) {
            matches(DIGITS, text, LintRule.CARD_NUMBER, found, part -> isCard(part));
            matches(NIR, text, LintRule.IDENTITY_NUMBER, found, part -> CheckDigits.nir(part.replace(" ", "")));
            if (DEVICE_SAID.matcher(text).find()) {
                matches(IMEI, text, LintRule.DEVICE_ID, found, CheckDigits::luhn);
            }
        }
        if (place == LintPlace.SEGMENT && !isPhone[0] && look.digits() >= SHORTEST_PHONE + 2
            && text.chars().noneMatch(Character::isLetter)) {
            found.accept(LintRule.CUSTOMER_ID, text);
        }
    }

    private static void email(final String text, final boolean words, final BiConsumer<LintRule, String> found) {
        final Matcher matcher = EMAIL.matcher(text);
        while (matcher.find()) {
            final String local = matcher.group().split("@|%40")[0];
            if (!words || !ROLE.matcher(Folding.fold(local)).matches()) {
                found.accept(LintRule.EMAIL, matcher.group());
            }
        }
    }

    private static void phones(
        final String text, final boolean words, final Consumer<String> found) {
        final Matcher written = PHONE.matcher(text);
        while (written.find()) {
            if (!words || !isService(written.group())) {
                found.accept(written.group());
                return;
            }
        }
        final Matcher spoken = SPOKEN_PHONE.matcher(text);
        while (spoken.find()) {
            if (!words || !isService(spoken.group(1))) {
                found.accept(spoken.group(1));
                return;
            }
        }
    }

    private static boolean isService(final String number) {
        return SERVICE_PHONE.matcher(digits(number)).matches();
    }

    private static boolean isIpv4(final String text) {
        for (final String part : text.split("\\.")) {
            if (Integer.parseInt(part) > 255 || part.length() > 1 && part.charAt(0) == '0') {
                return false;
            }
        }
        return true;
    }

    /** The number may be followed by words: the longest beginning that is an IBAN counts. */
    private static boolean isIban(final String text) {
        final String joined = text.replaceAll("[ -]", "").toUpperCase(Locale.ROOT);
        for (int length = joined.length(); length >= 15; length--) {
            if (CheckDigits.iban(joined.substring(0, length))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isCard(final String text) {
        return CheckDigits.card(digits(text));
    }

    private static String digits(final String text) {
        final StringBuilder digits = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            if (Character.isDigit(text.charAt(i))) {
                digits.append(text.charAt(i));
            }
        }
        return digits.toString();
    }

    private static void matches(
        final Pattern pattern, final String text, final LintRule rule, final BiConsumer<LintRule, String> found,
        final Predicate<String> check) {
        final Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            if (check.test(matcher.group())) {
                found.accept(rule, matcher.group().strip());
                return;
            }
        }
    }

    private static void grouped(
        final Pattern pattern, final String text, final LintRule rule, final BiConsumer<LintRule, String> found,
        final Predicate<String> check) {
        final Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            if (check.test(matcher.group(1))) {
                found.accept(rule, matcher.group(1).strip());
                return;
            }
        }
    }
}
