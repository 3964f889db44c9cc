package io.opportune.engine.targeting;

import io.opportune.engine.targeting.Attribute.Shape;
import io.opportune.protocol.codec.AttributeType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The attributes that rules may speak of, each with its slot in a {@link Situation}: fixed ones, the same in every
 * catalogue, then the declared ones in the order of their registry ids, so that adding one never moves another.
 * Immutable; one per catalogue.
 */
public final class AttributeSchema {
    /** Where the loop variable of the outer list macro stands during evaluation. */
    static final int OUTER_ELEMENT = 0;
    /** Where the loop variable of the inner list macro stands during evaluation. */
    static final int INNER_ELEMENT = 1;

    /** bool: a profile exists for this customer. */
    public static final int CUSTOMER_KNOWN = 2;
    /** list of string: segments, by registry id. */
    public static final int CUSTOMER_SEGMENTS = 3;
    /** list of string: consents, each its bit mask. */
    public static final int CUSTOMER_CONSENT = 4;
    /** int: days with a visit among the last 7. */
    public static final int CUSTOMER_VISITS_7D = 5;
    /** int: days with a visit among the last 30. */
    public static final int CUSTOMER_VISITS_30D = 6;
    /** int: visits in all. */
    public static final int CUSTOMER_VISIT_COUNT = 7;
    /** int: days since the last visit. */
    public static final int CUSTOMER_DAYS_SINCE_VISIT = 8;
    /** string: channel of the last visit, its wire code. */
    public static final int CUSTOMER_LAST_CHANNEL = 9;
    /** map: days since the last purchase by category. */
    public static final int CUSTOMER_DAYS_SINCE_PURCHASE = 10;
    /** map: purchases of the last 30 days by category. */
    public static final int CUSTOMER_PURCHASES_30D = 11;
    /** map: purchases of the last 90 days by category. */
    public static final int CUSTOMER_PURCHASES_90D = 12;
    /** map: micros spent in the last 30 days by category. */
    public static final int CUSTOMER_SPEND_30D = 13;
    /** map: micros spent in the last 90 days by category. */
    public static final int CUSTOMER_SPEND_90D = 14;
    /** string: what the customer is doing, its wire code. */
    public static final int MOMENT_TYPE = 15;
    /** string: where, its wire code. */
    public static final int MOMENT_CHANNEL = 16;
    /** string: why, its wire code. */
    public static final int MOMENT_INTENT = 17;
    /** int 0..23, in the store's zone. */
    public static final int MOMENT_HOUR = 18;
    /** int 0..1439, in the store's zone. */
    public static final int MOMENT_MINUTE_OF_DAY = 19;
    /** int 1..7, 1 is Monday, in the store's zone. */
    public static final int MOMENT_DAY_OF_WEEK = 20;
    /** int 1..31, in the store's zone. */
    public static final int MOMENT_DAY_OF_MONTH = 21;
    /** int 1..12, in the store's zone. */
    public static final int MOMENT_MONTH = 22;
    /** string: the store, by registry id. */
    public static final int STORE_ID = 23;
    /** string: the placement, by registry id. */
    public static final int PLACEMENT_ID = 24;
    /** decimal: micros of the request's currency. */
    public static final int BASKET_AMOUNT = 25;
    /** decimal: micro-units, i.e. the wire's milli-units times 1000. */
    public static final int BASKET_QUANTITY = 26;
    /** int: lines of the basket. */
    public static final int BASKET_LINE_COUNT = 27;
    /** list of int: item numbers. */
    public static final int BASKET_ITEMS = 28;
    /** list of string: categories, by registry id. */
    public static final int BASKET_CATEGORIES = 29;
    /** map: micros by category. */
    public static final int BASKET_CATEGORY_AMOUNT = 30;
    /** First slot of the declared attributes; those below are taken or kept for later fixed ones. */
    public static final int FIRST_DECLARED = 64;

    /** Most attributes a catalogue may declare. */
    public static final int MAX_DECLARED = 1_024;

    /** The function on the customer's position. */
    static final String DISTANCE_FUNCTION = "distance_km";
    /** The other function on the customer's position. */
    static final String POLYGON_FUNCTION = "within";

    private static final Pattern DECLARED_NAME = Pattern.compile("(customer|request)\\.[a-z][a-z0-9_]{0,62}");
    private static final Set<String> RESERVED = Set.of("as", "break", "const", "continue", "else", "false", "for",
        "function", "if", "import", "in", "let", "loop", "package", "namespace", "null", "return", "true", "var",
        "void", "while");
    private static final List<Attribute> FIXED = fixed();

    /**
     * An attribute that a catalogue declares.
     *
     * @param attributeId registry id, 1 or more.
     * @param name        {@code customer.x} or {@code request.x}.
     * @param type        of its value, or of the values of a list.
     * @param shape       {@link Shape#SCALAR} or {@link Shape#LIST}.
     */
    public record Declared(int attributeId, String name, AttributeType type, Shape shape) {
        /**
         * An attribute of one value.
         *
         * @param attributeId registry id, 1 or more.
         * @param name        {@code customer.x} or {@code request.x}.
         * @param type        of its value.
         */
        public Declared(final int attributeId, final String name, final AttributeType type) {
            this(attributeId, name, type, Shape.SCALAR);
        }
    }

    private final Map<String, Attribute> byName = new HashMap<>();
    private final List<Attribute> declared;
    private final int[] declaredIds;
    private final int slotCount;
    private final Attribute[] bySlot;

    /**
     * A schema of the fixed attributes and these.
     *
     * @param declarations declared attributes in any order, at most {@link #MAX_DECLARED}.
     * @throws IllegalArgumentException when a name is not allowed, taken, or declared twice.
     */
    public AttributeSchema(final Collection<Declared> declarations) {
        if (declarations.size() > MAX_DECLARED) {
            throw new IllegalArgumentException(declarations.size() + " attributes; allowed: " + MAX_DECLARED);
        }
        for (final Attribute attribute : FIXED) {
            byName.put(attribute.name(), attribute);
        }
        final List<Declared> inOrder = new ArrayList<>(declarations);
        inOrder.sort(Comparator.comparingInt(Declared::attributeId));
        final List<Attribute> attributes = new ArrayList<>();
        for (final Declared declaration : inOrder) {
            final String refusal = refusal(declaration.name());
            if (refusal != null) {
                throw new IllegalArgumentException(declaration.name() + ": " + refusal);
            }
            final Attribute attribute = new Attribute(declaration.name(), FIRST_DECLARED + attributes.size(),
                declaration.shape(), declaration.type(),
                declaration.type() == AttributeType.TEXT ? Vocabulary.VALUE : Vocabulary.NONE,
                Vocabulary.NONE, Domain.of(declaration.type()), declaration.attributeId());
            if (byName.put(attribute.name(), attribute) != null) {
                throw new IllegalArgumentException(declaration.name() + " is declared twice");
            }
            attributes.add(attribute);
        }
        declared = Collections.unmodifiableList(attributes);
        declaredIds = attributes.stream().mapToInt(Attribute::attributeId).toArray();
        slotCount = FIRST_DECLARED + attributes.size();
        bySlot = new Attribute[slotCount];
        byName.values().forEach(attribute -> bySlot[attribute.slot()] = attribute);
    }

    /**
     * Why an attribute may not be declared under a name.
     *
     * @param name to check.
     * @return words for people, or null when it may.
     */
    public static String refusal(final String name) {
        if (!DECLARED_NAME.matcher(name).matches()) {
            return "allowed: customer.NAME or request.NAME, NAME of a-z, 0-9 and _, 1..63 long";
        }
        if (RESERVED.contains(name.substring(name.indexOf('.') + 1))) {
            return "reserved word of the rule language";
        }
        return FIXED.stream().anyMatch(fixed -> fixed.name().equals(name)) ? "taken by a fixed attribute" : null;
    }

    /**
     * Number of slots a situation needs.
     *
     * @return one more than the highest slot.
     */
    public int slotCount() {
        return slotCount;
    }

    /**
     * Looks an attribute up by name.
     *
     * @param name e.g. {@code basket.amount}.
     * @return the attribute, or null.
     */
    public Attribute attribute(final String name) {
        return byName.get(name);
    }

    /**
     * The attribute that stands in a slot.
     *
     * @param slot 0 .. {@link #slotCount()} - 1.
     * @return the attribute, or null when the slot is a loop variable's or kept for later.
     */
    public Attribute attributeAt(final int slot) {
        return bySlot[slot];
    }

    /**
     * The slot of a declared attribute. Allocates nothing.
     *
     * @param attributeId registry id.
     * @return its slot, or -1 when this catalogue does not declare it.
     */
    public int slotOf(final int attributeId) {
        final int index = Arrays.binarySearch(declaredIds, attributeId);
        return index < 0 ? -1 : FIRST_DECLARED + index;
    }

    /**
     * Whether a declared attribute is a list. Allocates nothing.
     *
     * @param slot from {@link #slotOf}.
     * @return false when it has one value.
     */
    public boolean isDeclaredList(final int slot) {
        return declared.get(slot - FIRST_DECLARED).shape() == Shape.LIST;
    }

    /**
     * The type of a declared attribute by its slot. Allocates nothing.
     *
     * @param slot from {@link #slotOf}.
     * @return its type, of a list that of its values.
     */
    public AttributeType declaredType(final int slot) {
        return declared.get(slot - FIRST_DECLARED).type();
    }

    /**
     * The declared attributes in order of their slots.
     *
     * @return unmodifiable list.
     */
    public List<Attribute> declared() {
        return declared;
    }

    /**
     * All attributes.
     *
     * @return unmodifiable, in no order.
     */
    public Collection<Attribute> attributes() {
        return Collections.unmodifiableCollection(byName.values());
    }

    /**
     * Whether rules compiled for another schema mean the same under this one.
     *
     * @param other older schema.
     * @return true when every attribute of it is here, with the same slot and type.
     */
    public boolean isExtensionOf(final AttributeSchema other) {
        return declared.size() >= other.declared.size()
            && declared.subList(0, other.declared.size()).equals(other.declared);
    }

    private static List<Attribute> fixed() {
        final List<Attribute> all = new ArrayList<>();
        all.add(scalar("customer.known", CUSTOMER_KNOWN, AttributeType.BOOLEAN, Domain.FLAG.alwaysThere()));
        all.add(list("customer.segments", CUSTOMER_SEGMENTS, AttributeType.TEXT, Vocabulary.SEGMENT, Domain.ANY));
        all.add(list("customer.consent", CUSTOMER_CONSENT, AttributeType.TEXT, Vocabulary.CONSENT,
            Domain.of(Vocabulary.CONSENT).alwaysThere()));
        all.add(scalar("customer.visits_7d", CUSTOMER_VISITS_7D, AttributeType.INTEGER, Domain.between(0, 7)));
        all.add(scalar("customer.visits_30d", CUSTOMER_VISITS_30D, AttributeType.INTEGER, Domain.between(0, 30)));
        all.add(scalar("customer.visit_count", CUSTOMER_VISIT_COUNT, AttributeType.INTEGER, Domain.COUNT));
        all.add(scalar("customer.days_since_visit", CUSTOMER_DAYS_SINCE_VISIT, AttributeType.INTEGER, Domain.COUNT));
        // 0: the channel of the visit was not told.
        all.add(text("customer.last_channel", CUSTOMER_LAST_CHANNEL, Vocabulary.CHANNEL,
            Domain.of(Vocabulary.CHANNEL).and(0)));
        all.add(map("customer.days_since_purchase", CUSTOMER_DAYS_SINCE_PURCHASE, AttributeType.INTEGER,
            Domain.COUNT));
        all.add(map("customer.purchases_30d", CUSTOMER_PURCHASES_30D, AttributeType.INTEGER, Domain.COUNT));
        all.add(map("customer.purchases_90d", CUSTOMER_PURCHASES_90D, AttributeType.INTEGER, Domain.COUNT));
        // More may have been returned than was bought.
        all.add(map("customer.spend_30d", CUSTOMER_SPEND_30D, AttributeType.DECIMAL_MICROS, Domain.ANY));
        all.add(map("customer.spend_90d", CUSTOMER_SPEND_90D, AttributeType.DECIMAL_MICROS, Domain.ANY));
        addMoment(all);
        all.add(text("store.id", STORE_ID, Vocabulary.STORE, Domain.ANY));
        all.add(text("placement.id", PLACEMENT_ID, Vocabulary.PLACEMENT, Domain.ANY.alwaysThere()));
        final Domain total = Domain.ANY.alwaysThere();
        all.add(scalar("basket.amount", BASKET_AMOUNT, AttributeType.DECIMAL_MICROS, total));
        all.add(scalar("basket.quantity", BASKET_QUANTITY, AttributeType.DECIMAL_MICROS, total));
        all.add(scalar("basket.line_count", BASKET_LINE_COUNT, AttributeType.INTEGER, Domain.COUNT.alwaysThere()));
        all.add(list("basket.items", BASKET_ITEMS, AttributeType.INTEGER, Vocabulary.NONE, total));
        all.add(list("basket.categories", BASKET_CATEGORIES, AttributeType.TEXT, Vocabulary.CATEGORY, total));
        all.add(map("basket.category_amount", BASKET_CATEGORY_AMOUNT, AttributeType.DECIMAL_MICROS, Domain.ANY));
        return Collections.unmodifiableList(all);
    }

    private static void addMoment(final List<Attribute> all) {
        all.add(text("moment.type", MOMENT_TYPE, Vocabulary.MOMENT, Domain.of(Vocabulary.MOMENT).alwaysThere()));
        all.add(text("moment.channel", MOMENT_CHANNEL, Vocabulary.CHANNEL,
            Domain.of(Vocabulary.CHANNEL).alwaysThere()));
        all.add(text("moment.intent", MOMENT_INTENT, Vocabulary.INTENT, Domain.of(Vocabulary.INTENT)));
        all.add(clock("moment.hour", MOMENT_HOUR, 0, 23));
        all.add(clock("moment.minute_of_day", MOMENT_MINUTE_OF_DAY, 0, 1439));
        all.add(clock("moment.day_of_week", MOMENT_DAY_OF_WEEK, 1, 7));
        all.add(clock("moment.day_of_month", MOMENT_DAY_OF_MONTH, 1, 31));
        all.add(clock("moment.month", MOMENT_MONTH, 1, 12));
    }

    private static Attribute clock(final String name, final int slot, final int low, final int high) {
        return scalar(name, slot, AttributeType.INTEGER, Domain.between(low, high).alwaysThere());
    }

    private static Attribute scalar(
        final String name, final int slot, final AttributeType type, final Domain domain) {
        return new Attribute(name, slot, Shape.SCALAR, type, Vocabulary.NONE, Vocabulary.NONE, domain, 0);
    }

    private static Attribute text(
        final String name, final int slot, final Vocabulary vocabulary, final Domain domain) {
        return new Attribute(name, slot, Shape.SCALAR, AttributeType.TEXT, vocabulary, Vocabulary.NONE, domain, 0);
    }

    private static Attribute list(
        final String name, final int slot, final AttributeType type, final Vocabulary vocabulary,
        final Domain domain) {
        return new Attribute(name, slot, Shape.LIST, type, vocabulary, Vocabulary.NONE, domain, 0);
    }

    private static Attribute map(
        final String name, final int slot, final AttributeType type, final Domain domain) {
        return new Attribute(name, slot, Shape.MAP, type, Vocabulary.NONE, Vocabulary.CATEGORY, domain, 0);
    }
}
