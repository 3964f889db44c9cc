package io.opportune.engine.catalogue;

import io.opportune.engine.targeting.Rule;
import io.opportune.engine.targeting.Vocabulary;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DiscountType;
import io.opportune.protocol.codec.NameKind;
import io.opportune.protocol.codec.TextKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Reads offers with their creatives, and then the placements, which may name an offer as fallback. */
final class OfferReader {
    private static final long MAX_VALID_FOR_NS = 3_660L * 86_400 * 1_000_000_000L;
    private static final long MAX_TIME_BUDGET_NS = 1_000_000_000L;
    private static final int TEXT_KINDS = 8;
    private static final long MILLE = 1_000;
    private static final int AUCTIONS = 1 << Channel.AD_EXCHANGE.value();

    private final PartsReader parts;
    private final RuleSource rules;
    private final Map<String, OfferDraft> offers = new LinkedHashMap<>();
    private final Map<String, YamlValue> placementValues = new LinkedHashMap<>();
    private final Set<String> placementNames = new LinkedHashSet<>();

    /** Turns the text of a rule into a rule, and reports what is wrong with it. */
    @FunctionalInterface
    interface RuleSource {
        Rule rule(YamlValue text, Set<String> placements);
    }

    OfferReader(final PartsReader parts, final RuleSource rules) {
        this.parts = parts;
        this.rules = rules;
    }

    void read(final List<YamlValue> files) {
        files.forEach(file -> Fields.each(file, "placements", value -> {
            final String id = parts.newId(value, "id", NameKind.PLACEMENT);
            if (id != null) {
                placementValues.put(id, value);
                placementNames.add(id);
            }
        }));
        files.stream().filter(file -> Overrides.holds(file.file().path()))
            .forEach(file -> Fields.each(file, "offers", this::offer));
        final Set<String> overridden = Set.copyOf(offers.keySet());
        files.stream().filter(file -> !Overrides.holds(file.file().path()))
            .forEach(file -> Fields.each(file, "offers", offer -> {
                final YamlValue id = offer.get("id");
                if (id == null || !overridden.contains(id.text())) {
                    offer(offer);
                }
            }));
    }

    /** Reads one offer of a catalogue that has been read before. */
    OfferDraft read(final YamlValue offer, final List<Placement> placements) {
        placements.forEach(placement -> placementNames.add(placement.id()));
        offer(offer);
        return offers.isEmpty() ? null : offers.values().iterator().next();
    }

    Map<String, OfferDraft> offers() {
        return offers;
    }

    private void offer(final YamlValue value) {
        final OfferDraft offer = new OfferDraft();
        offer.at = value;
        offer.id = parts.newId(value, "id", NameKind.OFFER);
        final YamlValue campaignName = value.get("campaign");
        if (campaignName != null && campaignName.kind() == YamlValue.Kind.TEXT) {
            offer.campaign = parts.campaigns().get(campaignName.text());
            if (offer.campaign == null && !parts.isCampaignNamed(campaignName.text())) {
                Fields.unknown(campaignName, "a campaign", parts.campaigns().keySet());
            }
        }
        final String category = value.get("category") == null ? null : Fields.id(value.get("category"));
        offer.categoryId = category != null ? parts.id(NameKind.CATEGORY, category)
            : offer.campaign == null ? 0 : offer.campaign.advertiser().categoryId();
        // What the offers of a faulty campaign need is not known before it is mended.
        worth(value, offer, offer.campaign != null || campaignName == null
            || !parts.isCampaignNamed(campaignName.text()));
        discount(value.get("discount"), offer);
        final Long cost = Fields.micros(value.get("cost"));
        offer.costMicros = cost != null ? cost
            : offer.discountType == DiscountType.AMOUNT_OFF ? offer.discountValue
            : offer.discountType == DiscountType.NONE ? 0 : Offer.NO_COST;
        offer.benefit = Fields.text(value, "benefit", "");
        offer.terms = Fields.text(value, "terms", "");
        offer.consentMask = Fields.mask(value, "consent", Vocabulary.CONSENT);
        offer.channelMask = Fields.mask(value, "channels", Vocabulary.CHANNEL);
        offer.placementIds = placements(value);
        offer.paused = Fields.flag(value, "paused");
        offer.caps.addAll(CapReader.caps(value));
        promotes(value.get("promotes"), offer);
        offer.validForNs = Fields.durationNs(value, "valid_for", MAX_VALID_FOR_NS);
        final YamlValue targeting = value.get("targeting");
        if (targeting != null && targeting.kind() == YamlValue.Kind.TEXT) {
            offer.targeting = targeting;
            offer.rule = rules.rule(targeting, placementNames);
        }
        ranking(value, offer);
        creatives(value, offer);
        if (offer.id != null) {
            offer.offerId = parts.id(NameKind.OFFER, offer.id);
            final List<Budget> budgets = BudgetReader.read(value, true, offer.offerId, null, null);
            offer.budgets = BudgetReader.ofCustomer(budgets, false);
            offer.customerBudgets = BudgetReader.ofCustomer(budgets, true);
            checkCost(value, offer);
            checkDeals(value, offer);
            if (offer.campaign != null) {
                CapReader.checkRoom(value, ContactPolicy.ofOffer(offer.caps, offer.offerId, offer.id),
                    parts.contactPolicy().on(offer.campaign, offer.categoryId),
                    offer.campaign.customerBudgets().size() + offer.customerBudgets.size());
            }
            offers.put(offer.id, offer);
        }
    }

    /** What counts where the placement says how it chooses. */
    private void ranking(final YamlValue value, final OfferDraft offer) {
        offer.priority = Fields.integer(value, "priority", 0);
        final BigDecimal lever = Fields.number(value, "lever");
        offer.lever = lever == null ? 1 : lever.doubleValue();
        Fields.each(value, "weights", each -> {
            final YamlValue when = each.get("when");
            final BigDecimal weight = Fields.number(each, "weight");
            final Rule rule = when == null || when.kind() != YamlValue.Kind.TEXT ? null
                : rules.rule(when, placementNames);
            if (rule != null && weight != null) {
                offer.weights.add(new MomentWeight(rule, weight.doubleValue()));
            }
        });
    }

    /** What a deal limits is bid for that deal and made nowhere else. */
    private void checkDeals(final YamlValue value, final OfferDraft offer) {
        final boolean perDeal = Stream.concat(offer.budgets.stream(),
            offer.campaign == null ? Stream.empty() : offer.campaign.budgets().stream())
            .anyMatch(budget -> budget.scope() == Budget.Scope.DEAL);
        if (perDeal && (offer.channelMask & ~AUCTIONS) != 0) {
            value.file().problems().add(value, "an offer that a budget per deal limits is made beside auctions",
                "channels: [ad_exchange] alone, where deals are");
        }
        if (perDeal && parts.deals().isEmpty()) {
            value.file().problems().add(value, "a budget per deal in a catalogue without deals",
                "\"deals\" beside the campaigns, with the ids that the exchanges gave them");
        }
    }

    /** Money is reserved for what a redemption may cost at most, so that this must be known. */
    private static void checkCost(final YamlValue value, final OfferDraft offer) {
        final boolean redeemed = (offer.channelMask & ~AUCTIONS) != 0;
        final boolean limited = budgets(offer).anyMatch(budget -> budget.unit() == Budget.Unit.MONEY);
        if (redeemed && limited && offer.costMicros == Offer.NO_COST) {
            value.file().problems().add(value, "\"cost\" is missing",
                "what a redemption costs at most, because a budget of money limits it");
        }
    }

    /**
     * What one impression is expected to be worth: money for an event, and the probability of that event. Without a
     * goal of the campaign that is the offer's value of a conversion.
     */
    private static void worth(final YamlValue value, final OfferDraft offer, final boolean known) {
        final Campaign.Goal goal = offer.campaign == null ? null : offer.campaign.goal();
        final Campaign.Goal.Type type = goal == null ? null : goal.type();
        final String event = type == Campaign.Goal.Type.CPM ? null
            : type == Campaign.Goal.Type.CPC ? "click_propensity" : "propensity";
        if (known && event != null && value.get(event) == null) {
            missing(value, event, goal);
        }
        final BigDecimal probability = event == null ? BigDecimal.ONE : Fields.number(value, event);
        offer.propensity = probability == null ? 0 : probability.doubleValue();
        final Long own = Fields.micros(value.get("value"));
        if (goal == null || goal.amountMicros() == Campaign.Goal.NO_AMOUNT) {
            if (known && value.get("value") == null) {
                missing(value, "value", goal);
            }
            offer.valueMicros = own == null ? 0 : own;
            return;
        }
        if (value.get("value") != null) {
            value.file().problems().add(value.get("value"), "a value beside the goal of campaign "
                + offer.campaign.id(), "the goal's amount counts: leave out one of the two");
        }
        offer.valueMicros = type == Campaign.Goal.Type.CPM ? goal.amountMicros() / MILLE : goal.amountMicros();
    }

    private static void missing(final YamlValue offer, final String key, final Campaign.Goal goal) {
        offer.file().problems().add(offer, '"' + key + "\" is missing",
            goal == null ? "" : "the goal " + goal.type().name().toLowerCase(Locale.ROOT) + " needs it");
    }

    private static void discount(final YamlValue value, final OfferDraft offer) {
        if (value == null) {
            return;
        }
        final String type = Fields.text(value, "type", "");
        final String operand = switch (type) {
            case "amount_off" -> "amount";
            case "percent_off" -> "percent";
            case "points" -> "points";
            case "none", "gift", "free_delivery" -> "";
            default -> null;
        };
        if (operand == null) {
            return; // reported as an unknown type
        }
        offer.discountType = DiscountType.valueOf(type.toUpperCase(Locale.ROOT));
        for (final String key : List.of("amount", "percent", "points")) {
            final YamlValue given = value.get(key);
            if (key.equals(operand) && given == null) {
                value.file().problems().add(value, '"' + key + "\" is missing", type + " needs it");
            } else if (!key.equals(operand) && given != null) {
                value.file().problems().add(given, '"' + key + "\" with " + type,
                    operand.isEmpty() ? type + " takes no number" : "\"" + operand + "\"");
            }
        }
        final YamlValue given = value.get(operand);
        if (operand.equals("amount")) {
            final Long micros = Fields.micros(given);
            offer.discountValue = micros == null ? 0 : micros;
        } else {
            final BigDecimal number = Fields.number(value, operand);
            offer.discountValue = number == null ? 0 : wholeDiscount(given, number, operand.equals("percent") ? 2 : 0);
        }
    }

    private static long wholeDiscount(final YamlValue at, final BigDecimal number, final int decimals) {
        final BigDecimal scaled = number.movePointRight(decimals).stripTrailingZeros();
        if (scaled.scale() > 0) {
            at.file().problems().add(at, at.words() + " has too many decimals", decimals + " at most");
            return 0;
        }
        return scaled.abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0 ? 0 : scaled.longValueExact();
    }

    private int[] placements(final YamlValue offer) {
        final List<Integer> ids = new ArrayList<>();
        Fields.each(offer, "placements", name -> {
            if (name.kind() != YamlValue.Kind.TEXT) {
                return;
            }
            if (placementNames.contains(name.text())) {
                ids.add(parts.id(NameKind.PLACEMENT, name.text()));
            } else {
                Fields.unknown(name, "a placement", placementNames);
            }
        });
        return ids.stream().mapToInt(Integer::intValue).sorted().distinct().toArray();
    }

    private void promotes(final YamlValue value, final OfferDraft offer) {
        if (value == null) {
            return;
        }
        final List<Integer> categories = new ArrayList<>();
        Fields.each(value, "categories", name -> {
            final String category = Fields.id(name);
            if (category != null) {
                categories.add(parts.id(NameKind.CATEGORY, category));
            }
        });
        offer.promotedCategories = categories.stream().mapToInt(Integer::intValue).sorted().distinct().toArray();
        final List<Long> items = new ArrayList<>();
        Fields.each(value, "items", item -> {
            if (item.kind() == YamlValue.Kind.INTEGER && new BigInteger(item.text()).bitLength() < Long.SIZE) {
                items.add(Long.parseLong(item.text()));
            }
        });
        offer.promotedItems = items.stream().mapToLong(Long::longValue).sorted().distinct().toArray();
        final BigDecimal days = Fields.number(value, "days");
        if (days != null && days.scale() <= 0 && days.signum() >= 0
            && days.compareTo(BigDecimal.valueOf(90)) <= 0) {
            offer.promotesDays = days.intValueExact();
        }
    }

    private void creatives(final YamlValue owner, final OfferDraft offer) {
        final Map<Integer, String> taken = new LinkedHashMap<>();
        Fields.each(owner, "creatives", value -> {
            final String id = parts.newId(value, "id", NameKind.CREATIVE);
            final boolean sold = AdReader.isSold(value);
            final int mask = value.get("channels") != null ? Fields.mask(value, "channels", Vocabulary.CHANNEL)
                : sold ? AUCTIONS : offer.channelMask;
            if (sold && value.get("channels") != null && (mask & AUCTIONS) == 0) {
                value.file().problems().add(value.get("channels"), "an ad that is made for no auction",
                    "ad_exchange among its channels");
            }
            final int foreign = mask & ~offer.channelMask;
            if (foreign != 0 && offer.channelMask != 0) {
                value.file().problems().add(value.get("channels") == null ? value : value.get("channels"),
                    "the offer is not made on " + channels(foreign), "the offer's channels: "
                        + channels(offer.channelMask));
            }
            for (int channel = 0; channel < Integer.SIZE; channel++) {
                final String other =
                    (mask >>> channel & 1) == 0 ? null : taken.putIfAbsent(channel, String.valueOf(id));
                // An auction asks for a size and a form, so that an offer may have many ads for it.
                if (other != null && !(sold && 1 << channel == AUCTIONS)) {
                    value.file().problems().add(value, "a second creative for " + channels(1 << channel),
                        "one per channel; the first is \"" + other + '"');
                }
            }
            if (id != null) {
                offer.creatives.add(new Creative(parts.id(NameKind.CREATIVE, id), id, mask, texts(value, offer),
                    sold ? AdReader.ad(value, offer.campaign) : null));
            }
        });
        int missing = offer.channelMask;
        for (final int channel : taken.keySet()) {
            missing &= ~(1 << channel);
        }
        final YamlValue list = owner.get("creatives");
        if (missing != 0 && list != null && !list.elements().isEmpty()) {
            list.file().problems().add(list, "no creative for " + channels(missing), "one for each of the channels");
        }
    }

    private static byte[][] texts(final YamlValue creative, final OfferDraft offer) {
        final byte[][] texts = new byte[TEXT_KINDS][];
        put(texts, TextKind.TITLE, Fields.text(creative, "title", ""));
        put(texts, TextKind.BODY, Fields.text(creative, "body", ""));
        put(texts, TextKind.CALL_TO_ACTION, Fields.text(creative, "call_to_action", ""));
        put(texts, TextKind.BENEFIT, offer.benefit);
        put(texts, TextKind.TERMS, offer.terms);
        return texts;
    }

    private static void put(final byte[][] texts, final TextKind kind, final String text) {
        texts[kind.value()] = text.isEmpty() ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    private static String channels(final int mask) {
        final List<String> names = new ArrayList<>();
        for (int code = 0; code < Integer.SIZE; code++) {
            if ((mask >>> code & 1) != 0) {
                names.add(Vocabulary.CHANNEL.text(code, null));
            }
        }
        return String.join(", ", names);
    }

    private static boolean isLimited(final OfferDraft offer) {
        return budgets(offer).anyMatch(budget -> budget.unit() == Budget.Unit.COUNT || offer.costMicros > 0);
    }

    /** All budgets that an offer is under. */
    private static Stream<Budget> budgets(final OfferDraft offer) {
        final Stream<Budget> own = Stream.concat(offer.budgets.stream(), offer.customerBudgets.stream());
        return offer.campaign == null ? own : Stream.concat(own,
            Stream.concat(offer.campaign.budgets().stream(), offer.campaign.customerBudgets().stream()));
    }

    /** Reads the placements; offers are the finished ones by name, or null on trial. */
    List<Placement> placements(final Map<String, Offer> finished) {
        final List<Placement> placements = new ArrayList<>();
        placementValues.forEach((id, value) -> {
            final int channelMask = Fields.mask(value, "channels", Vocabulary.CHANNEL);
            final BigDecimal wanted = Fields.number(value, "offers");
            final YamlValue fallback = value.get("fallback");
            if (fallback != null && fallback.kind() == YamlValue.Kind.TEXT) {
                checkFallback(fallback, channelMask);
            }
            placements.add(new Placement(parts.id(NameKind.PLACEMENT, id), id, channelMask,
                Fields.mask(value, "moments", Vocabulary.MOMENT),
                wanted == null ? 1 : wanted.max(BigDecimal.ONE).min(BigDecimal.valueOf(32)).intValue(),
                Fields.durationNs(value, "time_budget", MAX_TIME_BUDGET_NS),
                fallback == null ? null : finished.get(fallback.text()), ChoiceReader.read(value)));
        });
        return placements;
    }

    private void checkFallback(final YamlValue fallback, final int channelMask) {
        final OfferDraft offer = offers.get(fallback.text());
        if (offer == null) {
            Fields.unknown(fallback, "an offer", offers.keySet());
            return;
        }
        checkFallback(fallback, offer, channelMask);
    }

    /** A fallback must be able to stand in on each channel of its placement. */
    static void checkFallback(final YamlValue fallback, final OfferDraft offer, final int channelMask) {
        int missing = channelMask;
        for (final Channel channel : Channel.values()) {
            if (channel != Channel.NULL_VAL && channel != Channel.SBE_UNKNOWN
                && offer.creatives.stream().anyMatch(creative -> creative.isFor(channel))) {
                missing &= ~(1 << channel.value());
            }
        }
        if (missing != 0 && !offer.creatives.isEmpty()) {
            fallback.file().problems().add(fallback, fallback.words() + " has no creative for " + channels(missing),
                "an offer with a creative for each channel of the placement");
        }
        if (offer.campaign != null && offer.campaign.control().exists()) {
            fallback.file().problems().add(fallback, fallback.words() + " is of a campaign with a control group",
                "an offer of another campaign: when time is up no group can be asked");
        }
        if (isLimited(offer)) {
            fallback.file().problems().add(fallback, fallback.words() + " is limited by a budget",
                "an offer that costs nothing and is not counted: when time is up no budget can be asked");
        }
    }
}
