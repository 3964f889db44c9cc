package io.opportune.engine.catalogue;

import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.targeting.Rule;
import io.opportune.engine.targeting.Situation;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DiscountType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** One offer, ready for decisions. Immutable; read by any thread; nothing here allocates when read. */
public final class Offer {
    /** {@link #costMicros()} of an offer that does not say what a redemption costs. */
    public static final long NO_COST = -1;

    private static final int CHANNEL_LIMIT = 32;

    private final int offerIndex;
    private final int offerId;
    private final String name;
    private final Campaign campaign;
    private final int categoryId;
    private final long valueMicros;
    private final double propensity;
    private final DiscountType discountType;
    private final long discountValue;
    private final long costMicros;
    private final List<Budget> budgets;
    private final Budget[] customerBudgets;
    private final String benefit;
    private final String terms;
    private final int consentMask;
    private final int channelMask;
    private final int[] placementIds;
    private final long[] flights;
    private final boolean paused;
    private final List<Cap> caps;
    private final CountedCap[] ownCaps;
    private final CountedCap[] sharedCaps;
    private final long[] promotedItems;
    private final int[] promotedItemFolds;
    private final int[] promotedCategories;
    private final int promotesDays;
    private final long validForNs;
    private final Rule rule;
    private final int priority;
    private final double lever;
    private final MomentWeight[] weights;
    private final double greatestWeight;
    private final List<Creative> creatives;
    private final Creative[] auctionCreatives;
    private final Creative[] creativeByChannel = new Creative[CHANNEL_LIMIT];

    Offer(final OfferDraft draft, final int offerIndex, final ContactPolicy policy) {
        this.offerIndex = offerIndex;
        offerId = draft.offerId;
        name = draft.id;
        campaign = draft.campaign;
        categoryId = draft.categoryId;
        valueMicros = draft.valueMicros;
        propensity = draft.propensity;
        discountType = draft.discountType;
        discountValue = draft.discountValue;
        costMicros = draft.costMicros;
        budgets = List.copyOf(draft.budgets);
        customerBudgets = Stream.concat(campaign.customerBudgets().stream(), draft.customerBudgets.stream())
            .toArray(Budget[]::new);
        benefit = draft.benefit;
        terms = draft.terms;
        consentMask = draft.consentMask;
        channelMask = draft.channelMask;
        placementIds = draft.placementIds;
        flights = new long[campaign.flights().size() * 2];
        for (int i = 0; i < campaign.flights().size(); i++) {
            flights[i * 2] = campaign.flights().get(i).startNs();
            flights[i * 2 + 1] = campaign.flights().get(i).endNs();
        }
        paused = draft.paused || campaign.paused();
        caps = List.copyOf(draft.caps);
        ownCaps = ContactPolicy.ofOffer(caps, offerId, name);
        sharedCaps = policy.on(campaign, categoryId);
        promotedItems = draft.promotedItems;
        promotedItemFolds = Arrays.stream(promotedItems).mapToInt(ProfileFlyweight::foldItem).sorted().toArray();
        promotedCategories = draft.promotedCategories;
        promotesDays = draft.promotesDays;
        validForNs = draft.validForNs;
        rule = draft.rule;
        priority = draft.priority;
        lever = draft.lever;
        weights = draft.weights.toArray(MomentWeight[]::new);
        greatestWeight =
            Arrays.stream(weights).mapToDouble(each -> Math.max(1, each.weight())).reduce(1, (a, b) -> a * b);
        creatives = List.copyOf(draft.creatives);
        auctionCreatives = creatives.stream().filter(creative -> creative.ad() != null).toArray(Creative[]::new);
        for (final Creative creative : creatives) {
            for (int channel = 0; channel < CHANNEL_LIMIT; channel++) {
                if ((creative.channelMask() >>> channel & 1) != 0 && creativeByChannel[channel] == null) {
                    creativeByChannel[channel] = creative;
                }
            }
        }
    }

    /**
     * Its place in the catalogue; offers stand in the order of their ids.
     *
     * @return 0..offerCount-1, only within this catalogue.
     */
    public int offerIndex() {
        return offerIndex;
    }

    /**
     * Its number.
     *
     * @return registry id.
     */
    public int offerId() {
        return offerId;
    }

    /**
     * Its name in the catalogue.
     *
     * @return 1..64 bytes of UTF-8.
     */
    public String name() {
        return name;
    }

    /**
     * The campaign it belongs to.
     *
     * @return never null.
     */
    public Campaign campaign() {
        return campaign;
    }

    /**
     * The number of its campaign.
     *
     * @return registry id.
     */
    public int campaignId() {
        return campaign.campaignId();
    }

    /**
     * The number of its advertiser.
     *
     * @return registry id.
     */
    public int advertiserId() {
        return campaign.advertiser().advertiserId();
    }

    /**
     * The advertiser category it competes in: a slate has one offer of each.
     *
     * @return registry id; 0: it competes with none.
     */
    public int categoryId() {
        return categoryId;
    }

    /**
     * Money for one event of the campaign's goal: a click, a conversion, or an impression (a thousandth of a CPM);
     * without a goal the worth of one conversion to the business.
     *
     * @return micros of {@link #currency()}, 0 or more.
     */
    public long valueMicros() {
        return valueMicros;
    }

    /**
     * Currency of the value and of an amount off.
     *
     * @return ISO 4217 numeric code.
     */
    public int currency() {
        return campaign.currency();
    }

    /**
     * Prior probability that an impression leads to that event; 1 for impressions themselves.
     *
     * @return 0..1.
     */
    public double propensity() {
        return propensity;
    }

    /**
     * How the benefit is computed.
     *
     * @return never null.
     */
    public DiscountType discountType() {
        return discountType;
    }

    /**
     * Size of the discount.
     *
     * @return micros for AMOUNT_OFF, basis points for PERCENT_OFF, points for POINTS, otherwise 0.
     */
    public long discountValue() {
        return discountValue;
    }

    /**
     * What a redemption costs the business at most.
     *
     * @return micros of {@link #currency()}, 0 or more, or {@link #NO_COST}, which no budget of money limits.
     */
    public long costMicros() {
        return costMicros;
    }

    /**
     * Whether any budget of the ledger limits it, its own or its campaign's.
     *
     * @return true when something is reserved for it there.
     */
    public boolean isLimited() {
        return !(budgets.isEmpty() && campaign.budgets().isEmpty());
    }

    /**
     * Whether any budget limits it, its own or its campaign's, of the ledger or per customer.
     *
     * @return true when what becomes of it must be settled.
     */
    public boolean hasBudgets() {
        return isLimited() || customerBudgets.length > 0;
    }

    /**
     * What of it may be spent or handed out at most, beside the budgets of its campaign.
     *
     * @return unmodifiable; read it by index on the hot path.
     */
    public List<Budget> budgets() {
        return budgets;
    }

    /**
     * What each customer may receive at most: of the campaign, then of the offer.
     *
     * @return not to be changed; empty when customers are not told apart.
     */
    public Budget[] customerBudgets() {
        return customerBudgets;
    }

    /**
     * What the customer gets.
     *
     * @return text, empty when none is given.
     */
    public String benefit() {
        return benefit;
    }

    /**
     * Conditions in the customer's words.
     *
     * @return text, empty when none is given.
     */
    public String terms() {
        return terms;
    }

    /**
     * Its tier: offers of a higher one go before all of a lower one, where the placement says how it chooses.
     *
     * @return 0..9.
     */
    public int priority() {
        return priority;
    }

    /**
     * What the business pushes it by, where the placement says how it chooses.
     *
     * @return factor of its score, 0..100.
     */
    public double lever() {
        return lever;
    }

    /**
     * How much it counts in a moment, where the placement says how it chooses.
     *
     * @param situation of the request.
     * @return the product of all its weights whose rule holds; 1 without any.
     */
    public double weightIn(final Situation situation) {
        double product = 1;
        for (final MomentWeight each : weights) {
            if (each.when().matches(situation)) {
                product *= each.weight();
            }
        }
        return product;
    }

    /**
     * What {@link #weightIn} gives at most, in whatever moment.
     *
     * @return 1 or more.
     */
    public double greatestWeight() {
        return greatestWeight;
    }

    /**
     * Consents it needs.
     *
     * @return bits of {@link io.opportune.protocol.Consent}, all of which must be given.
     */
    public int consentMask() {
        return consentMask;
    }

    /**
     * Channels it is made on.
     *
     * @return bit {@code 1 << channel.value()} of each.
     */
    public int channelMask() {
        return channelMask;
    }

    /**
     * Whether it is made on a channel.
     *
     * @param channel of the request.
     * @return true when it is.
     */
    public boolean isOn(final Channel channel) {
        return (channelMask >>> channel.value() & 1) != 0;
    }

    /**
     * Whether it is made in a placement.
     *
     * @param placementId registry id.
     * @return true when it is; offers that name no placement are made in all.
     */
    public boolean isIn(final int placementId) {
        return placementIds.length == 0 || Arrays.binarySearch(placementIds, placementId) >= 0;
    }

    /**
     * The placements it names.
     *
     * @return sorted registry ids; empty: all placements. Not to be written.
     */
    public int[] placementIds() {
        return placementIds;
    }

    /**
     * When it runs.
     *
     * @return start and end in epoch ns, one after the other, sorted, end exclusive. Not to be written.
     */
    public long[] flights() {
        return flights;
    }

    /**
     * Whether it runs at a time.
     *
     * @param timeNs business time, epoch ns.
     * @return true when a flight holds the time.
     */
    public boolean isInFlight(final long timeNs) {
        for (int i = 0; i < flights.length; i += 2) {
            if (timeNs >= flights[i] && timeNs < flights[i + 1]) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether it or its campaign is paused.
     *
     * @return true: not to be made.
     */
    public boolean paused() {
        return paused;
    }

    /**
     * How often one customer may meet it.
     *
     * @return unmodifiable; read it by index on the hot path.
     */
    public List<Cap> caps() {
        return caps;
    }

    /**
     * The caps that are on this offer alone, with their counters.
     *
     * @return not to be changed.
     */
    public CountedCap[] ownCaps() {
        return ownCaps;
    }

    /**
     * The caps on its campaign, advertiser and category and on all offers, with their counters.
     *
     * @return not to be changed.
     */
    public CountedCap[] sharedCaps() {
        return sharedCaps;
    }

    /**
     * Whether it promotes an item.
     *
     * @param itemId the retailer's number.
     * @return true: not to be offered within {@link #promotesDays()} days after buying it.
     */
    public boolean promotesItem(final long itemId) {
        return Arrays.binarySearch(promotedItems, itemId) >= 0;
    }

    /**
     * Whether it promotes a category.
     *
     * @param category registry id.
     * @return true: not to be offered within {@link #promotesDays()} days after buying from it.
     */
    public boolean promotesCategory(final int category) {
        return Arrays.binarySearch(promotedCategories, category) >= 0;
    }

    /**
     * Items it promotes.
     *
     * @return sorted. Not to be written.
     */
    public long[] promotedItems() {
        return promotedItems;
    }

    /**
     * The items that it promotes, folded as profiles remember them.
     *
     * @return {@link ProfileFlyweight#foldItem} of each, sorted; not to be changed.
     */
    public int[] promotedItemFolds() {
        return promotedItemFolds;
    }

    /**
     * Categories it promotes.
     *
     * @return sorted registry ids. Not to be written.
     */
    public int[] promotedCategories() {
        return promotedCategories;
    }

    /**
     * How long it is held back after what it promotes was bought.
     *
     * @return days, 0..90.
     */
    public int promotesDays() {
        return promotesDays;
    }

    /**
     * How long the customer may use it.
     *
     * @return nanoseconds from the decision; 0: until the flight ends.
     */
    public long validForNs() {
        return validForNs;
    }

    /**
     * Whom and when it is meant for.
     *
     * @return never null.
     */
    public Rule rule() {
        return rule;
    }

    /**
     * Its wordings.
     *
     * @return unmodifiable, in the order of the file.
     */
    public List<Creative> creatives() {
        return creatives;
    }

    /**
     * How it is worded on a channel.
     *
     * @param channel of the request.
     * @return null when it has no wording for the channel.
     */
    public Creative creativeFor(final Channel channel) {
        return channel.value() < CHANNEL_LIMIT ? creativeByChannel[channel.value()] : null;
    }

    /**
     * How many of its creatives can be bid with.
     *
     * @return 0 or more.
     */
    public int auctionCreativeCount() {
        return auctionCreatives.length;
    }

    /**
     * A creative that can be bid with.
     *
     * @param index 0..{@link #auctionCreativeCount()}-1, in the order of the file.
     * @return its {@link Creative#ad()} is not null.
     */
    public Creative auctionCreative(final int index) {
        return auctionCreatives[index];
    }
}
