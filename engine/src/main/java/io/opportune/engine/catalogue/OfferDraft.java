package io.opportune.engine.catalogue;

import io.opportune.engine.targeting.Rule;
import io.opportune.protocol.codec.DiscountType;
import java.util.ArrayList;
import java.util.List;

/** The fields of an offer while it is being read. */
final class OfferDraft {
    YamlValue at;
    YamlValue targeting;
    int offerId;
    String id;
    Campaign campaign;
    int categoryId;
    long valueMicros;
    double propensity;
    DiscountType discountType = DiscountType.NONE;
    long discountValue;
    long costMicros = Offer.NO_COST;
    List<Budget> budgets = List.of();
    List<Budget> customerBudgets = List.of();
    String benefit = "";
    String terms = "";
    int consentMask;
    int channelMask;
    int[] placementIds = {};
    boolean paused;
    final List<Cap> caps = new ArrayList<>();
    long[] promotedItems = {};
    int[] promotedCategories = {};
    int promotesDays = 1;
    long validForNs;
    Rule rule = Rule.ALWAYS;
    int priority;
    double lever = 1;
    final List<MomentWeight> weights = new ArrayList<>();
    final List<Creative> creatives = new ArrayList<>();
}
