package io.opportune.engine.onnx;

import io.opportune.engine.feature.FeatureKeys;
import io.opportune.protocol.codec.NameKind;
import java.util.List;

/** Whose offer a candidate is, as columns of a model beside the features: a model learned elsewhere has no rows. */
enum OfferFields {
    /** The offer. */
    OFFER("offer.id", NameKind.OFFER, 60_001),
    /** Its campaign. */
    CAMPAIGN("offer.campaign", NameKind.CAMPAIGN, 60_002),
    /** Its advertiser. */
    ADVERTISER("offer.advertiser", NameKind.ADVERTISER, 60_003),
    /** Its category. */
    CATEGORY("offer.category", NameKind.CATEGORY, 60_004);

    /** All names. */
    static final List<String> NAMES = List.of(OFFER.name, CAMPAIGN.name, ADVERTISER.name, CATEGORY.name);

    private final String name;
    private final NameKind kind;
    /** Between the fields of features and those of attributes: these keys are in no vector and no journal. */
    private final long seed;

    OfferFields(final String name, final NameKind kind, final int fieldId) {
        this.name = name;
        this.kind = kind;
        seed = FeatureKeys.seed(fieldId);
    }

    /** The field of a name, or null. */
    static OfferFields of(final String name) {
        final int at = NAMES.indexOf(name);
        return at < 0 ? null : values()[at];
    }

    NameKind kind() {
        return kind;
    }

    int key(final int id) {
        return FeatureKeys.ofSeed(seed, id);
    }
}
