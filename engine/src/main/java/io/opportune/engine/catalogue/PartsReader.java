package io.opportune.engine.catalogue;

import io.opportune.engine.profile.CapScope;
import io.opportune.engine.targeting.Attribute;
import io.opportune.engine.targeting.AttributeSchema;
import io.opportune.protocol.codec.AttributeType;
import io.opportune.protocol.codec.NameKind;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads everything but offers and placements: attributes, segments, stores, advertisers, campaigns, in order. */
final class PartsReader {
    private static final List<String> WEEKDAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
    private static final BigDecimal E7 = BigDecimal.valueOf(10_000_000L);
    private static final long MILLE = 1_000;
    private static final long NS_PER_S = 1_000_000_000L;
    private static final int MAX_PACED_YEARS = 6;
    private static final long MAX_PACED_NS = MAX_PACED_YEARS * 365L * 86_400 * NS_PER_S;
    /** Business times beyond it cannot be told in epoch ns. */
    private static final Instant LAST = Instant.parse("2262-01-01T00:00:00Z");
    private static final Instant FIRST = Instant.parse("1970-01-01T00:00:00Z");

    private final Ids ids;
    private final Map<String, YamlValue> seen = new HashMap<>();
    private final Map<String, AttributeSchema.Declared> attributes = new LinkedHashMap<>();
    private final Map<String, StoreSite> stores = new LinkedHashMap<>();
    private final Map<String, Deal> deals = new LinkedHashMap<>();
    private final Map<String, Advertiser> advertisers = new LinkedHashMap<>();
    private final Map<String, Campaign> campaigns = new LinkedHashMap<>();
    private final CapReader caps = new CapReader();
    private final ControlReader controls = new ControlReader();
    private ContactPolicy contactPolicy = caps.policy();

    /** Gives names their ids: in earnest from the registry, or on trial. */
    @FunctionalInterface
    interface Ids {
        int of(NameKind kind, String name);
    }

    PartsReader(final Ids ids) {
        this.ids = ids;
    }

    void read(final List<YamlValue> files) {
        files.forEach(file -> Fields.each(file, "attributes", this::attribute));
        files.forEach(file -> Fields.each(file, "segments", this::segment));
        files.forEach(file -> Fields.each(file, "stores", this::store));
        files.forEach(file -> Fields.each(file, "deals", this::deal));
        files.forEach(file -> Fields.each(file, "advertisers", this::advertiser));
        files.forEach(file -> Fields.each(file, "campaigns", this::campaign));
        files.forEach(file -> caps.contactPolicy(file, this::id));
        files.forEach(controls::global);
    }

    /** Takes over the campaigns of a catalogue that was read before. */
    void use(final Catalogue catalogue) {
        catalogue.campaigns().forEach(campaign -> campaigns.put(campaign.id(), campaign));
        contactPolicy = catalogue.contactPolicy();
        controls.use(catalogue.control());
    }

    /** The global control group. */
    ControlGroup control() {
        return controls.global();
    }

    /** The caps that are on more than one offer. */
    ContactPolicy contactPolicy() {
        return contactPolicy;
    }

    AttributeSchema schema() {
        return new AttributeSchema(attributes.values());
    }

    Map<String, StoreSite> stores() {
        return stores;
    }

    Map<String, Deal> deals() {
        return deals;
    }

    Map<String, Advertiser> advertisers() {
        return advertisers;
    }

    Map<String, Campaign> campaigns() {
        return campaigns;
    }

    int id(final NameKind kind, final String name) {
        return name.isEmpty() ? 0 : ids.of(kind, name);
    }

    /** The id of a thing that must be defined once, or null after an error. */
    String newId(final YamlValue thing, final String key, final NameKind kind) {
        return newId(thing.get(key), kind);
    }

    private String newId(final YamlValue at, final NameKind kind) {
        final String id = Fields.id(at);
        if (id == null) {
            return null;
        }
        final YamlValue earlier = seen.putIfAbsent(kind + " " + id, at);
        if (earlier != null) {
            at.file().problems().add(at, at.words() + " is defined twice",
                "first at " + earlier.file().path() + ":" + earlier.line() + ":" + earlier.column());
            return null;
        }
        return id;
    }

    private void attribute(final YamlValue value) {
        final String name = newId(value, "name", NameKind.ATTRIBUTE);
        final String words = Fields.text(value, "type", "");
        final boolean list = words.startsWith("list<") && words.endsWith(">");
        final AttributeType type = switch (list ? words.substring("list<".length(), words.length() - 1) : words) {
            case "string" -> AttributeType.TEXT;
            case "int" -> AttributeType.INTEGER;
            case "decimal" -> AttributeType.DECIMAL_MICROS;
            case "bool" -> AttributeType.BOOLEAN;
            case "time" -> AttributeType.TIME_EPOCH_NS;
            default -> null;
        };
        if (name == null || type == null) {
            return;
        }
        final String refusal = AttributeSchema.refusal(name);
        if (refusal != null) {
            value.file().problems().add(value.get("name"), '"' + name + "\" cannot be declared", refusal);
        } else if (list && !name.startsWith("request.")) {
            value.file().problems().add(value.get("type"), '"' + name + "\" cannot be a list",
                "a list for request.x: the profile keeps one value of customer.x");
        } else if (attributes.size() == AttributeSchema.MAX_DECLARED) {
            value.file().problems().add(value, "one attribute too many", AttributeSchema.MAX_DECLARED + " at most");
        } else {
            attributes.put(name, new AttributeSchema.Declared(
                id(NameKind.ATTRIBUTE, name), name, type, list ? Attribute.Shape.LIST : Attribute.Shape.SCALAR));
        }
    }

    /** A declared segment has an id from here on, and with it customers can be put into the segment. */
    private void segment(final YamlValue value) {
        final String name = newId(value, NameKind.SEGMENT);
        if (name != null) {
            id(NameKind.SEGMENT, name);
        }
    }

    private void store(final YamlValue value) {
        final String id = newId(value, "id", NameKind.STORE);
        final ZoneId zone = Fields.zone(value, ZoneOffset.UTC);
        final BigDecimal latitude = Fields.number(value, "latitude");
        final BigDecimal longitude = Fields.number(value, "longitude");
        if ((value.get("latitude") == null) != (value.get("longitude") == null)) {
            value.file().problems().add(value, "a position of one number", "latitude and longitude, or neither");
        }
        if (id != null) {
            final boolean hasPosition = latitude != null && longitude != null;
            stores.put(id, new StoreSite(id(NameKind.STORE, id), id, zone, hasPosition,
                hasPosition ? degreesE7(latitude) : 0, hasPosition ? degreesE7(longitude) : 0));
        }
    }

    private void deal(final YamlValue value) {
        final String id = newId(value, "id", NameKind.DEAL);
        if (id != null) {
            deals.put(id, new Deal(id(NameKind.DEAL, id), id));
        }
    }

    private static int degreesE7(final BigDecimal degrees) {
        final BigDecimal scaled = degrees.multiply(E7);
        // Out of range is reported by the structure check; here it must only not fail.
        return scaled.abs().compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) > 0 ? 0
            : scaled.setScale(0, RoundingMode.HALF_EVEN).intValueExact();
    }

    private void advertiser(final YamlValue value) {
        final String id = newId(value, "id", NameKind.ADVERTISER);
        final String category = value.get("category") == null ? "" : Fields.id(value.get("category"));
        if (id != null && category != null) {
            advertisers.put(id, new Advertiser(id(NameKind.ADVERTISER, id), id, Fields.text(value, "name", id),
                id(NameKind.CATEGORY, category), AdReader.traits(value)));
            contactPolicy.put(CapScope.ADVERTISER, id(NameKind.ADVERTISER, id), id, CapReader.caps(value));
        }
    }

    private void campaign(final YamlValue value) {
        final String id = newId(value, "id", NameKind.CAMPAIGN);
        final YamlValue advertiserName = value.get("advertiser");
        final Advertiser advertiser = advertiserName == null ? null : advertisers.get(advertiserName.text());
        if (advertiserName != null && advertiserName.kind() == YamlValue.Kind.TEXT
            && !seen.containsKey(NameKind.ADVERTISER + " " + advertiserName.text())) {
            Fields.unknown(advertiserName, "an advertiser", advertisers.keySet());
        }
        final ZoneId zone = Fields.zone(value, ZoneOffset.UTC);
        final List<Campaign.Flight> flights = flights(value, zone);
        final YamlValue budget = value.get("budget");
        final int currency = budget == null ? 0 : Fields.currency(budget.get("currency"));
        final YamlValue amountAt = budget == null ? null : budget.get("amount");
        final Long amount = amountAt == null ? null : Fields.micros(amountAt);
        if (id == null) {
            return;
        }
        contactPolicy.put(CapScope.CAMPAIGN, id(NameKind.CAMPAIGN, id), id, CapReader.caps(value));
        final Campaign.Goal goal = goal(value.get("goal"));
        final boolean goalIsGood = goal != null || value.get("goal") == null;
        if (advertiser != null && (amountAt == null || amount != null) && goalIsGood) {
            final int campaignId = id(NameKind.CAMPAIGN, id);
            final List<Budget> all = BudgetReader.read(value, false, campaignId, amount, amountAt);
            final List<Budget> budgets = BudgetReader.ofCustomer(all, false);
            final Pacing pacing = pacing(value);
            checkPacing(value.get("pacing"), pacing, budgets, flights);
            campaigns.put(id, new Campaign(campaignId, id, advertiser, objective(value), goal, zone, flights,
                budgets, BudgetReader.ofCustomer(all, true), pacing, currency, Fields.flag(value, "paused"),
                AdReader.traits(value).orElse(advertiser.traits()), controls.ofCampaign(value, id),
                ControlReader.attributionWindowNs(value)));
        }
    }

    /** Pace is that of a budget, and one that spans many years cannot be spread by the hour. */
    private static void checkPacing(
        final YamlValue at, final Pacing pacing, final List<Budget> budgets, final List<Campaign.Flight> flights) {
        if (at == null || pacing.equals(Pacing.UNPACED)) {
            return;
        }
        if (budgets.stream().allMatch(Budget::hasScope)) {
            at.file().problems().add(at, "a pace without a budget that it could spread",
                "a budget that is not kept by stores, deals or customers; hours alone are a matter of targeting: "
                    + "moment.hour");
        }
        final boolean spread = pacing.mode() != Pacing.Mode.ASAP
            && budgets.stream().anyMatch(budget -> !budget.hasScope() && !budget.daily());
        if (spread && !flights.isEmpty()
            && flights.getLast().endNs() - flights.getFirst().startNs() > MAX_PACED_NS) {
            at.file().problems().add(at, "a budget that is spread over more than " + MAX_PACED_YEARS + " years",
                "shorter flights, or a budget per day");
        }
    }

    private static Pacing pacing(final YamlValue campaign) {
        final YamlValue value = campaign.get("pacing");
        if (value == null) {
            return Pacing.UNPACED;
        }
        final String words = Fields.text(value, "mode", "asap");
        final Pacing.Mode mode = switch (words) {
            case "even" -> Pacing.Mode.EVEN;
            case "front_loaded" -> Pacing.Mode.FRONT_LOADED;
            default -> Pacing.Mode.ASAP;
        };
        final BigDecimal strength = Fields.number(value, "strength");
        if (strength != null && mode != Pacing.Mode.FRONT_LOADED) {
            value.file().problems().add(value.get("strength"), "\"strength\" with " + words, "mode front_loaded");
        }
        return new Pacing(mode, mode != Pacing.Mode.FRONT_LOADED ? 0 : strength == null ? 1
            : strength.max(BigDecimal.ZERO).min(BigDecimal.ONE).doubleValue(), hours(value));
    }

    private static List<Integer> hours(final YamlValue pacing) {
        if (pacing.get("hours") == null) {
            return Pacing.UNPACED.hours();
        }
        final Integer[] masks = new Integer[Pacing.DAYS];
        Arrays.fill(masks, 0);
        Fields.each(pacing, "hours", span -> {
            final int from = Fields.integer(span, "from", 0);
            final int to = Fields.integer(span, "to", 24);
            if (from < 0 || from > 23 || to < 1 || to > 24) {
                return; // reported by the structure check
            }
            if (from >= to) {
                span.file().problems().add(span, "hours from " + from + " to " + to,
                    "an end after the start; two spans for what goes over midnight");
                return;
            }
            final List<String> days = span.get("days") == null ? WEEKDAYS : Fields.texts(span, "days");
            for (final String day : days) {
                final int index = WEEKDAYS.indexOf(day);
                if (index >= 0) {
                    masks[index] |= (1 << to) - (1 << from);
                }
            }
        });
        return List.of(masks);
    }

    /** Whether a name is that of a campaign in the files, even a faulty one. */
    boolean isCampaignNamed(final String name) {
        return seen.containsKey(NameKind.CAMPAIGN + " " + name);
    }

    /** The goal, or null when there is none or it is faulty. */
    private static Campaign.Goal goal(final YamlValue value) {
        if (value == null) {
            return null;
        }
        final String word = Fields.text(value, "type", "");
        for (final Campaign.Goal.Type type : Campaign.Goal.Type.values()) {
            if (type.name().toLowerCase(Locale.ROOT).equals(word)) {
                return goal(value, type);
            }
        }
        return null; // reported by the structure check
    }

    private static Campaign.Goal goal(final YamlValue value, final Campaign.Goal.Type type) {
        final YamlValue at = value.get("amount");
        if (at == null) {
            if (type != Campaign.Goal.Type.MARGIN) {
                value.file().problems().add(value, "\"amount\" is missing",
                    type.name().toLowerCase(Locale.ROOT) + " needs it");
                return null;
            }
            return new Campaign.Goal(type, Campaign.Goal.NO_AMOUNT);
        }
        final Long amount = Fields.micros(at);
        if (amount != null && type == Campaign.Goal.Type.CPM && amount % MILLE != 0) {
            at.file().problems().add(at, at.words() + " is no whole number of micros for one impression",
                "allowed: 3 decimals at most");
            return null;
        }
        return amount == null ? null : new Campaign.Goal(type, amount);
    }

    private static Campaign.Objective objective(final YamlValue value) {
        final String objective = Fields.text(value, "objective", "conversions").toUpperCase(Locale.ROOT);
        for (final Campaign.Objective candidate : Campaign.Objective.values()) {
            if (candidate.name().equals(objective)) {
                return candidate;
            }
        }
        return Campaign.Objective.CONVERSIONS;
    }

    private List<Campaign.Flight> flights(final YamlValue campaign, final ZoneId zone) {
        final List<Campaign.Flight> flights = new ArrayList<>();
        Fields.each(campaign, "flights", flight -> {
            final Long start = timeNs(flight.get("start"), zone);
            final Long end = timeNs(flight.get("end"), zone);
            if (start == null || end == null) {
                return;
            }
            if (start >= end) {
                flight.file().problems().add(flight.get("end"),
                    "the end " + flight.get("end").words() + " is not after the start "
                        + flight.get("start").words(), "an end (exclusive) after the start");
                return;
            }
            for (final Campaign.Flight other : flights) {
                if (start < other.endNs() && other.startNs() < end) {
                    flight.file().problems().add(flight, "this flight overlaps another one", "flights side by side");
                    return;
                }
            }
            flights.add(new Campaign.Flight(start, end));
        });
        flights.sort(Comparator.comparingLong(Campaign.Flight::startNs));
        return List.copyOf(flights);
    }

    private static Long timeNs(final YamlValue value, final ZoneId zone) {
        if (value == null || value.kind() != YamlValue.Kind.TEXT) {
            return null;
        }
        try {
            final String text = value.text();
            final Instant instant = text.length() == 10
                ? LocalDate.parse(text).atStartOfDay(zone).toInstant() : OffsetDateTime.parse(text).toInstant();
            if (!instant.isBefore(FIRST) && !instant.isAfter(LAST)) {
                return instant.getEpochSecond() * NS_PER_S + instant.getNano();
            }
            value.file().problems().add(value, value.words() + " is out of range", "allowed: 1970 to 2261");
        } catch (final DateTimeException notATime) {
            value.file().problems().add(value, value.words() + " is no time",
                "allowed: such as 2017-01-31 or 2017-01-31T18:00:00-05:00");
        }
        return null;
    }
}
