package io.opportune.engine.catalogue;

import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.targeting.AttributeSchema;
import io.opportune.engine.targeting.Rule;
import io.opportune.engine.targeting.RuleCompiler;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.agrona.collections.Int2IntHashMap;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * One version of everything that may be offered. Immutable and safe to publish by any means; look-ups by id neither
 * lock nor allocate.
 */
public final class Catalogue {
    private static final int MISSING = -1;

    private final CatalogueVersion version;
    private final CatalogueContent content;
    private final AttributeSchema schema;
    private final Offer[] offers;
    private final List<Advertiser> advertisers;
    private final List<Campaign> campaigns;
    private final List<Placement> placements;
    private final List<StoreSite> stores;
    private final List<Deal> deals;
    private final Int2IntHashMap offerIndexById;
    private final Int2ObjectHashMap<Placement> placementById = new Int2ObjectHashMap<>();
    private final Int2ObjectHashMap<StoreSite> storeById;
    private final NameRegistry registry;
    private final ContactPolicy contactPolicy;
    private final CapKeys capKeys;
    private final ControlGroup control;
    private final Map<String, KnownRule> rulesByText;
    private final List<CatalogueWarning> warnings;
    private final int moreWarnings;

    Catalogue(
        final CatalogueVersion version, final CatalogueContent content, final AttributeSchema schema,
        final Offer[] offers, final Parts parts, final NameRegistry registry,
        final Map<String, KnownRule> rulesByText, final List<CatalogueWarning> warnings, final int moreWarnings) {
        this.warnings = warnings;
        this.moreWarnings = moreWarnings;
        this.version = version;
        this.content = content;
        this.schema = schema;
        this.offers = offers;
        advertisers = sorted(parts.advertisers(), Comparator.comparingInt(Advertiser::advertiserId));
        campaigns = sorted(parts.campaigns(), Comparator.comparingInt(Campaign::campaignId));
        placements = sorted(parts.placements(), Comparator.comparingInt(Placement::placementId));
        stores = sorted(parts.stores(), Comparator.comparingInt(StoreSite::storeId));
        deals = sorted(parts.deals(), Comparator.comparingInt(Deal::dealId));
        offerIndexById = new Int2IntHashMap(Math.max(8, offers.length * 2), 0.6f, MISSING);
        for (final Offer offer : offers) {
            offerIndexById.put(offer.offerId(), offer.offerIndex());
        }
        for (final Placement placement : placements) {
            placementById.put(placement.placementId(), placement);
        }
        storeById = new Int2ObjectHashMap<>();
        for (final StoreSite store : stores) {
            storeById.put(store.storeId(), store);
        }
        contactPolicy = parts.contactPolicy();
        capKeys = CapKeys.of(offers, contactPolicy);
        control = parts.control();
        this.registry = registry;
        this.rulesByText = new ConcurrentHashMap<>(rulesByText);
    }

    /** Another one that shares everything but what is given. */
    private Catalogue(
        final Catalogue like, final CatalogueVersion version, final CatalogueContent content, final Offer[] offers,
        final Int2IntHashMap offerIndexById, final List<Placement> placements, final CapKeys capKeys) {
        contactPolicy = like.contactPolicy;
        control = like.control;
        this.capKeys = capKeys;
        this.version = version;
        this.content = content;
        this.offers = offers;
        this.offerIndexById = offerIndexById;
        this.placements = placements;
        for (final Placement placement : placements) {
            placementById.put(placement.placementId(), placement);
        }
        schema = like.schema;
        advertisers = like.advertisers;
        campaigns = like.campaigns;
        stores = like.stores;
        deals = like.deals;
        storeById = like.storeById;
        registry = like.registry;
        rulesByText = like.rulesByText;
        warnings = like.warnings;
        moreWarnings = like.moreWarnings;
    }

    /** What was found when all offers were last read; single ones changed since are not in it. */
    List<CatalogueWarning> warnings() {
        return warnings;
    }

    /** Warnings beyond those listed. */
    int moreWarnings() {
        return moreWarnings;
    }

    /**
     * The same catalogue with only some of its fallbacks.
     *
     * @param kept tells of an offer whether it may be a fallback.
     * @return this one when all may.
     */
    public Catalogue withFallbacks(final Predicate<Offer> kept) {
        if (placements.stream().allMatch(place -> place.fallback() == null || kept.test(place.fallback()))) {
            return this;
        }
        return new Catalogue(this, version, content, offers, offerIndexById, placements.stream()
            .map(place -> place.fallback() == null || kept.test(place.fallback()) ? place : place.withFallback(null))
            .toList(), capKeys);
    }

    /**
     * This catalogue with one offer more, or with another offer of the same name. All others keep their places; what is
     * not touched is shared.
     *
     * @param draft       of the offer.
     * @param nextVersion of the result.
     * @param nextContent of the result.
     * @return null when the offer's place would be between others: a name that was used before comes back.
     */
    Catalogue with(
        final OfferDraft draft, final CatalogueVersion nextVersion, final CatalogueContent nextContent) {
        final int known = offerIndexOf(draft.offerId);
        if (known < 0 && offers.length > 0 && offers[offers.length - 1].offerId() > draft.offerId) {
            return null;
        }
        final int offerIndex = known < 0 ? offers.length : known;
        final Offer[] changed = Arrays.copyOf(offers, known < 0 ? offers.length + 1 : offers.length);
        changed[offerIndex] = new Offer(draft, offerIndex, contactPolicy);
        Int2IntHashMap indexes = offerIndexById;
        List<Placement> places = placements;
        if (known < 0) {
            indexes = new Int2IntHashMap(offerIndexById);
            indexes.put(draft.offerId, offerIndex);
        } else {
            places = placements.stream()
                .map(place -> place.fallback() == offers[known] ? place.withFallback(changed[known]) : place).toList();
        }
        return new Catalogue(this, nextVersion, nextContent, changed, indexes, places,
            capKeys.with(changed[offerIndex]));
    }

    /** Adds a rule to those that the next catalogue may take over. */
    void remember(final Map<String, KnownRule> rules) {
        rulesByText.putAll(rules);
    }

    /** How many rules the next catalogue may take over. */
    int rememberedRules() {
        return rulesByText.size();
    }

    /**
     * Forgets the rules that no offer of this catalogue has any more, also for those that it was made from. Takes some
     * ns an offer.
     */
    public void forgetOtherRules() {
        final Set<Rule> present = Collections.newSetFromMap(new IdentityHashMap<>());
        for (final Offer offer : offers) {
            present.add(offer.rule());
        }
        rulesByText.values().removeIf(known -> !present.contains(known.rule()));
    }

    boolean isOf(final NameRegistry other) {
        return registry == other;
    }

    /**
     * What its files hold.
     *
     * @return a hash of each.
     */
    public CatalogueContent content() {
        return content;
    }

    /** What stands beside the offers. */
    record Parts(
        Collection<Advertiser> advertisers, Collection<Campaign> campaigns, Collection<Placement> placements,
        Collection<StoreSite> stores, Collection<Deal> deals, ContactPolicy contactPolicy, ControlGroup control) { }

    /** A compiled rule with the names it speaks of, which the next catalogue may lack. */
    record KnownRule(Rule rule, List<RuleCompiler.UsedName> names) { }

    private static <T> List<T> sorted(final Collection<T> values, final Comparator<T> order) {
        return values.stream().sorted(order).toList();
    }

    /**
     * Which version this is.
     *
     * @return as responses and journal records carry it.
     */
    public CatalogueVersion version() {
        return version;
    }

    /**
     * The attributes its rules speak of; situations must be made for it.
     *
     * @return never null.
     */
    public AttributeSchema schema() {
        return schema;
    }

    /**
     * How many offers there are.
     *
     * @return 0 or more.
     */
    public int offerCount() {
        return offers.length;
    }

    /**
     * An offer by its place.
     *
     * @param offerIndex 0..offerCount-1.
     * @return the offer.
     */
    public Offer offer(final int offerIndex) {
        return offers[offerIndex];
    }

    /**
     * The place of an offer.
     *
     * @param offerId registry id.
     * @return its index, or -1 when it is not in this catalogue.
     */
    public int offerIndexOf(final int offerId) {
        return offerIndexById.get(offerId);
    }

    /**
     * A placement.
     *
     * @param placementId registry id.
     * @return null when it is not in this catalogue.
     */
    public Placement placement(final int placementId) {
        return placementById.get(placementId);
    }

    /**
     * A store.
     *
     * @param storeId registry id.
     * @return null when it is not in this catalogue.
     */
    public StoreSite store(final int storeId) {
        return storeById.get(storeId);
    }

    /**
     * Everybody who pays for offers.
     *
     * @return unmodifiable, by id.
     */
    public List<Advertiser> advertisers() {
        return advertisers;
    }

    /**
     * All campaigns.
     *
     * @return unmodifiable, by id.
     */
    public List<Campaign> campaigns() {
        return campaigns;
    }

    /**
     * All placements.
     *
     * @return unmodifiable, by id.
     */
    public List<Placement> placements() {
        return placements;
    }

    /**
     * All stores.
     *
     * @return unmodifiable, by id.
     */
    public List<StoreSite> stores() {
        return stores;
    }

    /**
     * All deals that budgets may be kept by.
     *
     * @return unmodifiable, by id.
     */
    public List<Deal> deals() {
        return deals;
    }

    /**
     * Caps that are on more than one offer, and what a session is.
     *
     * @return never null.
     */
    public ContactPolicy contactPolicy() {
        return contactPolicy;
    }

    /**
     * The customers to whom no offer at all is made, so that all offers together can be judged.
     *
     * @return {@link ControlGroup#NONE} when there are none; never null.
     */
    public ControlGroup control() {
        return control;
    }

    /**
     * The counters that its caps ask for.
     *
     * @return never null.
     */
    public CapKeys capKeys() {
        return capKeys;
    }

    /**
     * Whether it has a budget per customer.
     *
     * @param budgetId as made by {@link Budget#id}.
     * @return false for one of a former catalogue.
     */
    public boolean hasCustomerBudget(final int budgetId) {
        final int ownerId = Budget.ownerId(budgetId);
        if (!Budget.isOfOffer(budgetId)) {
            final Campaign campaign = findCampaign(ownerId);
            return campaign != null && has(campaign.customerBudgets(), budgetId);
        }
        final int offerIndex = offerIndexOf(ownerId);
        if (offerIndex >= 0) {
            for (final Budget budget : offer(offerIndex).customerBudgets()) {
                if (budget.budgetId() == budgetId) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Campaigns are sorted by id. */
    private Campaign findCampaign(final int campaignId) {
        int low = 0;
        int high = campaigns.size() - 1;
        while (low <= high) {
            final int middle = low + high >>> 1;
            final int id = campaigns.get(middle).campaignId();
            if (id == campaignId) {
                return campaigns.get(middle);
            }
            if (id < campaignId) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }

    private static boolean has(final List<Budget> budgets, final int budgetId) {
        for (int i = 0; i < budgets.size(); i++) {
            if (budgets.get(i).budgetId() == budgetId) {
                return true;
            }
        }
        return false;
    }

    /** The rules by their text that a load with this registry and schema may take over. */
    Map<String, KnownRule> reusableRules(final NameRegistry nextRegistry, final AttributeSchema nextSchema) {
        return nextRegistry == registry && nextSchema.isExtensionOf(schema) ? rulesByText : Map.of();
    }
}
