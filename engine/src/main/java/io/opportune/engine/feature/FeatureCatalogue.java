package io.opportune.engine.feature;

import io.opportune.engine.lint.AttributePurpose;
import io.opportune.engine.targeting.Attribute;
import java.util.List;
import java.util.Locale;

/**
 * The list of all features. What the server itself knows are the constants of {@link Feature}; each attribute that a
 * catalogue declares is one more, unless it says who somebody is. Stateless.
 */
public final class FeatureCatalogue {
    /** Fields of declared attributes begin here: this and the attribute's registry id. */
    public static final int FIRST_ATTRIBUTE_FIELD = 1 << 16;
    /** Days after which what the profile of a customer who did nothing since says of attributes is stale. */
    public static final int ATTRIBUTE_MAX_AGE_DAYS = 365;
    /** Most values of a list that are encoded. */
    public static final int MAX_LIST_VALUES = 12;

    private static final List<Feature> FEATURES = List.of(Feature.values());

    private FeatureCatalogue() {
    }

    /**
     * The features that every server has.
     *
     * @return in ascending order of their field ids.
     */
    public static List<Feature> features() {
        return FEATURES;
    }

    /**
     * Looks a feature up.
     *
     * @param name as {@link Feature#featureName}.
     * @return null when there is none; attributes are not found here.
     */
    public static Feature find(final String name) {
        for (final Feature feature : FEATURES) {
            if (feature.featureName().equals(name)) {
                return feature;
            }
        }
        return null;
    }

    /**
     * The field of a declared attribute.
     *
     * @param attributeId registry id, 1 or more.
     * @return its field id.
     */
    public static int fieldOfAttribute(final int attributeId) {
        return FIRST_ATTRIBUTE_FIELD + attributeId;
    }

    /**
     * Whether a declared attribute is a feature: not when its name says that it holds a person's name, an id, an
     * address of any kind, a precise position or a secret, or what only tells one request from the other.
     *
     * @param attribute declared by a catalogue.
     * @return false when it is never encoded.
     */
    public static boolean isFeature(final Attribute attribute) {
        return AttributePurpose.mayBeFeature(attribute.name());
    }

    /**
     * The list for people.
     *
     * @return a Markdown table, one row for each feature.
     */
    public static String markdown() {
        final StringBuilder page = new StringBuilder(
            "| id | feature | of | source | value | stale after | rule | what it is |\n"
                + "|---|---|---|---|---|---|---|---|\n");
        for (final Feature feature : FEATURES) {
            page.append("| ").append(feature.fieldId()).append(" | `").append(feature.featureName()).append("` | ")
                .append(feature.isOfPair() ? "pair" : "request").append(" | ").append(lower(feature.source()))
                .append(" | ").append(lower(feature.kind())).append(" | ")
                .append(feature.maxAgeDays() == 0 ? "" : feature.maxAgeDays() + " days").append(" | ")
                .append(feature.isTaste() ? feature.confidence().isEmpty() ? "taste" : "taste; " : "")
                .append(feature.confidence()).append(" | ").append(feature.words()).append(" |\n");
        }
        return page.append("| 65,536 + id | name of the attribute | request | request or profile | by its type | ")
            .append(ATTRIBUTE_MAX_AGE_DAYS).append(" days without a change of the profile | at most ")
            .append(MAX_LIST_VALUES).append(" values of a list; none of a name that may not be a feature | each ")
            .append("attribute that the catalogue declares, such as `request.weather` or `request.device_os` |\n")
            .toString();
    }

    private static String lower(final Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
