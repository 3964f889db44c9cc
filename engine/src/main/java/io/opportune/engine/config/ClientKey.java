package io.opportune.engine.config;

import static io.opportune.engine.config.ConfigType.DURATION;
import static io.opportune.engine.config.ConfigType.FLAG;
import static io.opportune.engine.config.ConfigType.INTEGER;
import static io.opportune.engine.config.ConfigType.TEXT;

import java.util.Locale;

/** The keys that each client has: {@code clients.<id>.<name>}. */
public enum ClientKey {
    KEY("key", TEXT, null, "", "",
        "Secret with which the client logs on; 8 to 128 characters. Required: a client without it does not exist."),
    IN_FLIGHT_LIMIT("in-flight-limit", INTEGER, null, "1", "65536",
        "Unanswered requests of one connection; default: gateway.in-flight-limit."),
    MAY_SET_EVENT_TIME("may-set-event-time", FLAG, "false", "", "",
        "Whether the client may say when something happened; otherwise the server's clock counts."),
    EVENT_TIME_BEHIND("event-time-behind", DURATION, "1d", "0s", "36500d",
        "How far in the past an event of this client may lie."),
    EVENT_TIME_AHEAD("event-time-ahead", DURATION, "5s", "0s", "36500d",
        "How far in the future an event of this client may lie.");

    static final int MIN_KEY_LENGTH = 8;
    static final int MAX_KEY_LENGTH = 128;

    private final String suffix;
    private final ConfigType type;
    private final String defaultValue;
    private final String minimum;
    private final String maximum;
    private final String help;

    ClientKey(
        final String suffix,
        final ConfigType type,
        final String defaultValue,
        final String minimum,
        final String maximum,
        final String help) {
        this.suffix = suffix;
        this.type = type;
        this.defaultValue = defaultValue;
        this.minimum = minimum;
        this.maximum = maximum;
        this.help = help;
    }

    /**
     * The last part of the key.
     *
     * @return for instance {@code in-flight-limit}.
     */
    public String suffix() {
        return suffix;
    }

    /**
     * How values are written.
     *
     * @return never null.
     */
    public ConfigType type() {
        return type;
    }

    /**
     * The value when nothing is set.
     *
     * @return null when there is none of its own.
     */
    public String defaultValue() {
        return defaultValue;
    }

    /**
     * One or two sentences for people.
     *
     * @return never empty.
     */
    public String help() {
        return help;
    }

    /**
     * What may be written, with the range.
     *
     * @return a few words.
     */
    public String allowed() {
        if (this == KEY) {
            return MIN_KEY_LENGTH + " to " + MAX_KEY_LENGTH + " characters";
        }
        return minimum.isEmpty() ? type.allowed() : type.allowed() + ", " + minimum + " to " + maximum;
    }

    String environmentSuffix() {
        return "_" + suffix.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    boolean accepts(final String text) {
        if (this == KEY) {
            return text.length() >= MIN_KEY_LENGTH && text.length() <= MAX_KEY_LENGTH;
        }
        try {
            final long value = type.parse(text);
            return minimum.isEmpty() || value >= type.parse(minimum) && value <= type.parse(maximum);
        } catch (final IllegalArgumentException e) {
            return false;
        }
    }
}
