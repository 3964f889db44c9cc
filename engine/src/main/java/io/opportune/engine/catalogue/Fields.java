package io.opportune.engine.catalogue;

import io.opportune.engine.targeting.NearestNames;
import io.opportune.engine.targeting.Vocabulary;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Collection;
import java.util.Currency;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads fields of located values. A field of the wrong kind counts as absent: the structure check has reported it. What
 * only meaning can tell (an amount, a zone) is reported here.
 */
final class Fields {
    static final int MAX_ID_BYTES = 64;
    static final int MICRO_DIGITS = 6;

    private static final Pattern AMOUNT = Pattern.compile("[0-9]{1,13}(\\.[0-9]{1,40})?");
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(us|ms|s|m|h|d)");
    private static final long NS_PER_S = 1_000_000_000L;

    private Fields() {
    }

    static void each(final YamlValue owner, final String key, final Consumer<YamlValue> action) {
        final YamlValue list = owner.get(key);
        if (list != null) {
            list.elements().forEach(action);
        }
    }

    static String text(final YamlValue owner, final String key, final String missing) {
        final YamlValue value = owner.get(key);
        return value != null && value.kind() == YamlValue.Kind.TEXT ? value.text() : missing;
    }

    static boolean flag(final YamlValue owner, final String key) {
        final YamlValue value = owner.get(key);
        return value != null && value.kind() == YamlValue.Kind.BOOLEAN && Boolean.parseBoolean(value.text());
    }

    static BigDecimal number(final YamlValue owner, final String key) {
        final YamlValue value = owner.get(key);
        return value != null && (value.kind() == YamlValue.Kind.INTEGER || value.kind() == YamlValue.Kind.NUMBER)
            ? new BigDecimal(value.text()) : null;
    }

    /** A whole number that fits an int, or what it is without one. */
    static int integer(final YamlValue owner, final String key, final int missing) {
        final BigDecimal number = number(owner, key);
        return number == null || number.scale() > 0 || number.abs().compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) > 0
            ? missing : number.intValueExact();
    }

    /** The texts of a list; one that stands twice is reported. */
    static List<String> texts(final YamlValue owner, final String key) {
        final Set<String> texts = new LinkedHashSet<>();
        each(owner, key, value -> {
            if (value.kind() == YamlValue.Kind.TEXT && !texts.add(value.text())) {
                value.file().problems().add(value, value.words() + " stands twice", "once");
            }
        });
        return List.copyOf(texts);
    }

    /** The whole numbers of a list; one that stands twice is reported. */
    static List<Integer> integers(final YamlValue owner, final String key) {
        final Set<Integer> numbers = new LinkedHashSet<>();
        each(owner, key, value -> {
            if (value.kind() == YamlValue.Kind.INTEGER && value.text().length() < 10
                && !numbers.add(Integer.parseInt(value.text()))) {
                value.file().problems().add(value, value.words() + " stands twice", "once");
            }
        });
        return List.copyOf(numbers);
    }

    /** An id of 1..64 bytes, or null. */
    static String id(final YamlValue value) {
        if (value == null || value.kind() != YamlValue.Kind.TEXT) {
            return null;
        }
        final String id = value.text();
        final int bytes = id.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_ID_BYTES) {
            value.file().problems().add(value, "a name of " + bytes + " bytes",
                "allowed: 1.." + MAX_ID_BYTES + " bytes of UTF-8");
            return null;
        }
        if (!id.equals(id.strip()) || id.chars().anyMatch(Character::isISOControl) || id.isEmpty()) {
            value.file().problems().add(value, value.words() + " is no name",
                "allowed: no blanks at its ends, no control characters");
            return null;
        }
        return id;
    }

    /** An exact amount in micros, or null. */
    static Long micros(final YamlValue value) {
        if (value == null || value.kind() != YamlValue.Kind.TEXT && value.kind() != YamlValue.Kind.INTEGER
            && value.kind() != YamlValue.Kind.NUMBER) {
            return null;
        }
        if (!AMOUNT.matcher(value.text()).matches()) {
            value.file().problems().add(value, value.words() + " is no amount",
                "allowed: such as \"12.50\", 0 or more");
            return null;
        }
        final BigDecimal amount = new BigDecimal(value.text());
        if (amount.scale() > MICRO_DIGITS) {
            value.file().problems().add(value, value.words() + " has " + amount.scale() + " decimals",
                "allowed: " + MICRO_DIGITS + " decimals at most");
            return null;
        }
        final BigDecimal micros = amount.movePointRight(MICRO_DIGITS);
        if (micros.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            value.file().problems().add(value, value.words() + " is too much",
                "allowed: 9223372036854.775807 at most");
            return null;
        }
        return micros.longValueExact();
    }

    static long durationNs(final YamlValue owner, final String key, final long maxNs) {
        final YamlValue value = owner.get(key);
        if (value == null || value.kind() != YamlValue.Kind.TEXT) {
            return 0;
        }
        final Matcher matcher = DURATION.matcher(value.text());
        if (!matcher.matches()) {
            return 0;
        }
        final long unitNs = switch (matcher.group(2)) {
            case "us" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> NS_PER_S;
            case "m" -> 60 * NS_PER_S;
            case "h" -> 3_600 * NS_PER_S;
            default -> 86_400 * NS_PER_S;
        };
        final long amount = Long.parseLong(matcher.group(1));
        if (amount == 0 || amount > maxNs / unitNs) {
            value.file().problems().add(value, value.words() + (amount == 0 ? " is no time" : " is too long"),
                "allowed: more than 0, up to " + (maxNs >= 86_400 * NS_PER_S
                    ? maxNs / (86_400 * NS_PER_S) + "d" : maxNs / 1_000_000L + "ms"));
            return 0;
        }
        return amount * unitNs;
    }

    static ZoneId zone(final YamlValue owner, final ZoneId missing) {
        final YamlValue value = owner.get("zone");
        if (value == null || value.kind() != YamlValue.Kind.TEXT) {
            return missing;
        }
        try {
            return ZoneId.of(value.text());
        } catch (final DateTimeException unknown) {
            value.file().problems().add(value, value.words() + " is no time zone",
                NearestNames.describe(value.text(), ZoneId.getAvailableZoneIds()));
            return missing;
        }
    }

    /** ISO 4217 numeric code, or 0. */
    static int currency(final YamlValue value) {
        if (value == null || value.kind() != YamlValue.Kind.TEXT) {
            return 0;
        }
        try {
            return Currency.getInstance(value.text()).getNumericCode();
        } catch (final IllegalArgumentException unknown) {
            final List<String> codes = Currency.getAvailableCurrencies().stream()
                .map(Currency::getCurrencyCode).toList();
            value.file().problems().add(value, value.words() + " is no ISO 4217 currency",
                NearestNames.describe(value.text(), codes));
            return 0;
        }
    }

    /** Bits of a list of channels or moments; unknown ones are left out. */
    static int mask(final YamlValue owner, final String key, final Vocabulary vocabulary) {
        final YamlValue list = owner.get(key);
        int mask = 0;
        if (list != null) {
            for (final YamlValue element : list.elements()) {
                final int code = vocabulary.code(element.text() == null ? "" : element.text());
                if (code == Vocabulary.UNKNOWN) {
                    continue;
                }
                final int bit = vocabulary == Vocabulary.CONSENT ? code : 1 << code;
                if ((mask & bit) != 0) {
                    list.file().problems().add(element, element.words() + " stands twice", "once");
                }
                mask |= bit;
            }
        }
        return mask;
    }

    /** Reports a name that refers to nothing. */
    static void unknown(final YamlValue at, final String kind, final Collection<String> known) {
        at.file().problems().add(at, at.words() + " is not " + kind,
            "known: " + NearestNames.describe(at.text(), known));
    }
}
