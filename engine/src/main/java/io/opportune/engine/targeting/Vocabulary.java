package io.opportune.engine.targeting;

import io.opportune.engine.registry.NameRegistry;
import io.opportune.protocol.Consent;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import java.util.Collection;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the texts of an attribute mean, and so which number stands for them in a {@link Situation}: the code of a wire
 * enumeration, or the registry id of a name. Texts of different vocabularies cannot be compared.
 */
public enum Vocabulary {
    /** The attribute is no text. */
    NONE(null),
    /** Lower-case names of the wire's channels; codes as on the wire. */
    CHANNEL(null),
    /** Lower-case names of the wire's moments; codes as on the wire. */
    MOMENT(null),
    /** Lower-case names of the wire's intents; codes as on the wire. */
    INTENT(null),
    /** Lower-case names of {@link Consent}; the code is the consent's bit mask. */
    CONSENT(null),
    /** Segments by registry id. */
    SEGMENT(NameKind.SEGMENT),
    /** Categories by registry id. */
    CATEGORY(NameKind.CATEGORY),
    /** Stores by registry id. */
    STORE(NameKind.STORE),
    /** Placements by registry id. */
    PLACEMENT(NameKind.PLACEMENT),
    /** Values of declared text attributes by registry id. */
    VALUE(NameKind.ATTRIBUTE_VALUE);

    /** Returned by {@link #code(String)} for a text outside the vocabulary. */
    public static final int UNKNOWN = -1;

    private static final Map<String, Integer> CHANNELS = channels();
    private static final Map<String, Integer> MOMENTS = moments();
    private static final Map<String, Integer> INTENTS = intents();
    private static final Map<String, Integer> CONSENTS = consents();

    private final NameKind kind;

    Vocabulary(final NameKind kind) {
        this.kind = kind;
    }

    /**
     * The registry kind behind an open vocabulary.
     *
     * @return null for enumerations, whose texts are all known beforehand.
     */
    public NameKind kind() {
        return kind;
    }

    /**
     * The code of a text in an enumeration.
     *
     * @param text lower-case name.
     * @return its code, or {@link #UNKNOWN}.
     */
    public int code(final String text) {
        return codes().getOrDefault(text, UNKNOWN);
    }

    /**
     * The texts of an enumeration.
     *
     * @return lower-case names in order; empty for open vocabularies.
     */
    public Set<String> texts() {
        return codes().keySet();
    }

    /**
     * The codes of an enumeration.
     *
     * @return in no order; empty for open vocabularies.
     */
    public Collection<Integer> allCodes() {
        return codes().values();
    }

    /**
     * The text behind a code, for people.
     *
     * @param code     enumeration code or registry id.
     * @param registry for the names; may be null.
     * @return the text, or {@code #code} when it is not known.
     */
    public String text(final long code, final NameRegistry registry) {
        for (final Map.Entry<String, Integer> entry : codes().entrySet()) {
            if (entry.getValue() == code) {
                return entry.getKey();
            }
        }
        final String name = kind == null || registry == null ? null : registry.name(kind, (int) code);
        return name == null ? "#" + code : name;
    }

    private Map<String, Integer> codes() {
        return switch (this) {
            case CHANNEL -> CHANNELS;
            case MOMENT -> MOMENTS;
            case INTENT -> INTENTS;
            case CONSENT -> CONSENTS;
            default -> Map.of();
        };
    }

    private static Map<String, Integer> channels() {
        final Map<String, Integer> codes = new TreeMap<>();
        for (final Channel channel : Channel.values()) {
            if (channel != Channel.NULL_VAL && channel != Channel.SBE_UNKNOWN) {
                codes.put(channel.name().toLowerCase(Locale.ROOT), (int) channel.value());
            }
        }
        return Collections.unmodifiableMap(codes);
    }

    private static Map<String, Integer> moments() {
        final Map<String, Integer> codes = new TreeMap<>();
        for (final Moment moment : Moment.values()) {
            if (moment != Moment.NULL_VAL && moment != Moment.SBE_UNKNOWN) {
                codes.put(moment.name().toLowerCase(Locale.ROOT), (int) moment.value());
            }
        }
        return Collections.unmodifiableMap(codes);
    }

    private static Map<String, Integer> intents() {
        final Map<String, Integer> codes = new TreeMap<>();
        for (final Intent intent : Intent.values()) {
            if (intent != Intent.NULL_VAL && intent != Intent.SBE_UNKNOWN) {
                codes.put(intent.name().toLowerCase(Locale.ROOT), (int) intent.value());
            }
        }
        return Collections.unmodifiableMap(codes);
    }

    private static Map<String, Integer> consents() {
        return Collections.unmodifiableMap(new TreeMap<>(Map.of(
            "personalisation", Consent.PERSONALISATION,
            "purchase_history", Consent.PURCHASE_HISTORY,
            "location", Consent.LOCATION,
            "contact", Consent.CONTACT,
            "third_party_advertising", Consent.THIRD_PARTY_ADVERTISING,
            "cross_channel_linking", Consent.CROSS_CHANNEL_LINKING)));
    }
}
