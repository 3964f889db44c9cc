package io.opportune.engine.feature;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.profile.CapWindow;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.targeting.Attribute;
import io.opportune.engine.targeting.Vocabulary;
import io.opportune.protocol.codec.AttributeType;
import io.opportune.protocol.codec.DiscountType;
import io.opportune.protocol.codec.NameKind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.IntHashSet;

/**
 * Keys of features to words. A key is a hash, so that all values that any feature can have are hashed until those that
 * are asked for have been met: some milliseconds for a vector, nothing for keys met before. Names come from the
 * registry. For explanations and checks; one thread; allocates.
 */
public final class FeatureText {
    private static final String[] STATES = {"anonymous", "unknown", "cold", "warm", "regular", "lapsed"};
    private static final String[] PARTS = {"night", "early", "morning", "midday", "afternoon", "evening"};
    private static final String[] THIRDS = {"first", "second", "last"};
    private static final String[] IN_BASKET = {"nothing", "category", "item"};
    /** Buckets of money and decimals that a long can have. */
    private static final int MOST_BUCKETS = Buckets.MOST_HALF_OCTAVES;
    /** Buckets of counts and days that occur: up to some million. */
    private static final int COUNT_BUCKETS = 48;
    private static final double QUARTER = 0.25;
    private static final double CELL_DEGREES = FeatureEncoder.CELL_E7 / 1e7;

    private final NameRegistry registry;
    private final List<Attribute> attributes;
    private final Int2ObjectHashMap<String> words = new Int2ObjectHashMap<>();
    private final IntHashSet wanted = new IntHashSet();
    /** Gets the values of one feature; null while keys are looked for. */
    private List<Value> listed;

    /**
     * A value of a feature.
     *
     * @param key    of it.
     * @param number what it is as a number: a code, the least count or amount of a bucket, a share, a lift in log2; not
     *               a number where values have no order.
     * @param words  what it is for people, without the feature's name.
     */
    public record Value(int key, double number, String words) {
    }

    /**
     * Reads keys of requests of one catalogue.
     *
     * @param catalogue of the requests.
     * @param registry  of its names.
     */
    public FeatureText(final Catalogue catalogue, final NameRegistry registry) {
        this.registry = registry;
        attributes = catalogue.schema().declared().stream().filter(FeatureCatalogue::isFeature).toList();
    }

    /**
     * The names of all features, those that the server has and the attributes of the catalogue.
     *
     * @return in the order of their fields.
     */
    public List<String> names() {
        final List<String> names = new ArrayList<>();
        FeatureCatalogue.features().forEach(feature -> names.add(feature.featureName()));
        attributes.forEach(attribute -> names.add(attribute.name()));
        return names;
    }

    /**
     * All values that a feature can have, as far as their names are known.
     *
     * @param name of a feature or of an attribute that is one.
     * @return in the order of their codes; empty when nothing has that name.
     */
    public List<Value> values(final String name) {
        listed = new ArrayList<>();
        try {
            final Feature feature = FeatureCatalogue.find(name);
            if (feature != null) {
                values(feature);
            }
            attributes.stream().filter(attribute -> attribute.name().equals(name)).forEach(this::values);
            return List.copyOf(listed);
        } finally {
            listed = null;
        }
    }

    /** Finds words for all keys that are wanted. */
    private void search() {
        for (final Feature feature : FeatureCatalogue.features()) {
            values(feature);
        }
        attributes.forEach(this::values);
        final IntHashSet.IntIterator left = wanted.iterator();
        while (left.hasNext()) {
            final int key = left.nextValue();
            words.put(key, "#%08x".formatted(key));
        }
        wanted.clear();
    }

    private void put(final Feature feature, final long value, final Supplier<String> text) {
        if (listed == null) {
            put(feature.key(value), feature.featureName(), text);
        } else {
            listed.add(new Value(feature.key(value), number(feature.kind(), value), text.get()));
        }
    }

    /** What a value is as a number; not a number where values have no order. */
    private static double number(final Feature.Kind kind, final long value) {
        return switch (kind) {
            case CODE, FLAG -> value;
            case COUNT -> Buckets.least((int) value);
            case AMOUNT_ALONE -> Long.signum(value) * QUARTER * Buckets.least((int) Math.abs(value));
            case DUE -> value * QUARTER;
            case LIFT -> value / 2.0;
            default -> Double.NaN;
        };
    }

    private void put(final int key, final String name, final Supplier<String> text) {
        if (listed != null) {
            listed.add(new Value(key, Double.NaN, text.get()));
        } else if (wanted.contains(key)) {
            wanted.remove(key);
            words.put(key, name + " = " + text.get());
        }
    }

    private void values(final Feature feature) {
        switch (feature.kind()) {
            case CODE -> codes(feature);
            case NAME -> names(feature);
            case FLAG -> {
                put(feature, 0, () -> "no");
                put(feature, 1, () -> "yes");
            }
            case COUNT -> {
                for (int bucket = 0; bucket < COUNT_BUCKETS; bucket++) {
                    final int number = bucket;
                    put(feature, bucket, () -> counted(number));
                }
            }
            case AMOUNT -> Currency.getAvailableCurrencies().forEach(currency -> amounts(
                feature, currency.getNumericCode(), currency::getCurrencyCode));
            case AMOUNT_ALONE -> {
                for (int bucket = -MOST_BUCKETS; bucket <= MOST_BUCKETS; bucket++) {
                    final int number = bucket;
                    put(feature, bucket, () -> amount(number));
                }
            }
            case CATEGORY_COUNT -> forNames(NameKind.CATEGORY, (id, name) -> {
                for (int bucket = 0; bucket < COUNT_BUCKETS; bucket++) {
                    final int number = bucket;
                    put(feature, FeatureEncoder.with(id, bucket), () -> name.get() + " " + counted(number));
                }
            });
            case CATEGORY_AMOUNT -> forNames(NameKind.CATEGORY, (id, name) -> amounts(feature, id, name));
            case DUE -> {
                for (int quarter = 0; quarter <= Buckets.MOST_DUE; quarter++) {
                    final String share = (quarter == Buckets.MOST_DUE ? "at least " : "") + quarter * QUARTER;
                    put(feature, quarter, () -> share + " of the interval");
                }
            }
            case LIFT -> {
                for (int half = PairEncoder.LEAST_LIFT; half <= PairEncoder.MOST_LIFT; half++) {
                    final int number = half;
                    put(feature, half, () -> "lift of 2^" + number / 2.0);
                }
            }
            case WINDOW_COUNT -> {
                for (final CapWindow window : CapWindow.values()) {
                    for (int count = 0; count <= PairEncoder.MOST_EXPOSURES; count++) {
                        final int number = count;
                        put(feature, FeatureEncoder.with(window.ordinal(), count), () ->
                            number + (number == PairEncoder.MOST_EXPOSURES ? " or more in " : " in ") + lower(window));
                    }
                }
            }
            case DISCOUNT -> discounts(feature);
            case CELL -> {
                for (int cell = 0; cell < FeatureEncoder.CELLS_NORTH * FeatureEncoder.CELLS_EAST; cell++) {
                    final int number = cell;
                    put(feature, cell, () -> cellText(number));
                }
            }
            default -> throw new IllegalStateException(feature + " has no words");
        }
    }

    private void codes(final Feature feature) {
        switch (feature) {
            case MOMENT_TYPE -> vocabulary(feature, Vocabulary.MOMENT);
            case MOMENT_CHANNEL, CUSTOMER_LAST_CHANNEL -> vocabulary(feature, Vocabulary.CHANNEL);
            case MOMENT_INTENT -> vocabulary(feature, Vocabulary.INTENT);
            case MOMENT_TYPE_ON_CHANNEL -> {
                for (final int type : Vocabulary.MOMENT.allCodes()) {
                    for (final int channel : Vocabulary.CHANNEL.allCodes()) {
                        put(feature, (long) type * FeatureEncoder.CHANNELS + channel, () ->
                            Vocabulary.MOMENT.text(type, null) + " on " + Vocabulary.CHANNEL.text(channel, null));
                    }
                }
            }
            case MOMENT_PART_OF_DAY -> listed(feature, PARTS);
            case MOMENT_PART_OF_WEEK -> {
                for (int part = 0; part < PARTS.length; part++) {
                    final String name = PARTS[part];
                    put(feature, part, () -> name + " of a weekday");
                    put(feature, PARTS.length + (long) part, () -> name + " of a weekend");
                }
            }
            case MOMENT_THIRD_OF_MONTH -> listed(feature, THIRDS);
            case CUSTOMER_STATE -> listed(feature, STATES);
            case PAIR_IN_BASKET -> listed(feature, IN_BASKET);
            default -> {
                // Hours, days and months: 0 to 31 holds them all.
                for (int number = 0; number <= 31; number++) {
                    final int code = number;
                    put(feature, number, () -> Integer.toString(code));
                }
            }
        }
    }

    private void listed(final Feature feature, final String[] texts) {
        for (int i = 0; i < texts.length; i++) {
            final String text = texts[i];
            put(feature, i, () -> text);
        }
    }

    private void vocabulary(final Feature feature, final Vocabulary vocabulary) {
        for (final int code : vocabulary.allCodes()) {
            put(feature, code, () -> vocabulary.text(code, null));
        }
    }

    private void names(final Feature feature) {
        final NameKind kind = switch (feature) {
            case PLACE_PLACEMENT -> NameKind.PLACEMENT;
            case PLACE_STORE -> NameKind.STORE;
            case CUSTOMER_SEGMENT -> NameKind.SEGMENT;
            default -> NameKind.CATEGORY;
        };
        forNames(kind, (id, name) -> put(feature, id, name));
    }

    /** Takes an id and what finds its name. */
    @FunctionalInterface
    private interface Named {
        void take(int id, Supplier<String> name);
    }

    private void forNames(final NameKind kind, final Named action) {
        for (int id = 1; id <= registry.lastId(kind); id++) {
            final int number = id;
            action.take(id, () -> {
                final String name = registry.name(kind, number);
                return name == null ? "#" + number : name;
            });
        }
    }

    private void amounts(final Feature feature, final long id, final Supplier<String> before) {
        for (int bucket = -MOST_BUCKETS; bucket <= MOST_BUCKETS; bucket++) {
            final int number = bucket;
            put(feature, FeatureEncoder.with(id, bucket), () -> before.get() + " " + amount(number));
        }
    }

    private void discounts(final Feature feature) {
        for (final DiscountType type : DiscountType.values()) {
            for (int bucket = 0; bucket <= MOST_BUCKETS; bucket++) {
                final int number = bucket;
                put(feature, FeatureEncoder.with(type.value(), bucket), () -> lower(type) + switch (type) {
                    case AMOUNT_OFF -> " " + amount(number);
                    case PERCENT_OFF -> " from " + BigDecimal.valueOf(Buckets.least(number), 2) + " %";
                    case POINTS -> " from " + Buckets.least(number);
                    default -> "";
                });
            }
        }
    }

    private void values(final Attribute attribute) {
        final long seed = FeatureKeys.seed(FeatureCatalogue.fieldOfAttribute(attribute.attributeId()));
        final AttributeType type = attribute.type();
        if (type == AttributeType.TEXT) {
            forNames(NameKind.ATTRIBUTE_VALUE,
                (id, name) -> put(FeatureKeys.ofSeed(seed, id), attribute.name(), name));
            return;
        }
        final int most = type == AttributeType.BOOLEAN ? 1 : MOST_BUCKETS + Buckets.EXACT;
        for (int value = type == AttributeType.BOOLEAN ? 0 : -most; value <= most; value++) {
            final int code = value;
            put(FeatureKeys.ofSeed(seed, value), attribute.name(), () -> valueText(type, code));
        }
    }

    private static String valueText(final AttributeType type, final int value) {
        final String sign = value < 0 ? "-" : "";
        return switch (type) {
            case BOOLEAN -> value == 0 ? "no" : "yes";
            case INTEGER -> Math.abs(value) <= Buckets.EXACT ? Integer.toString(value)
                : sign + counted(Math.abs(value) - Buckets.EXACT);
            case DECIMAL_MICROS -> sign + "from " + BigDecimal.valueOf(Buckets.least(Math.abs(value)), 3);
            default -> counted(Math.abs(value)) + (value < 0 ? " days ahead" : " days ago");
        };
    }

    private static String counted(final int bucket) {
        final long least = Buckets.least(bucket);
        final long next = Buckets.least(bucket + 1);
        return next - least <= 1 ? Long.toString(least) : least + " to " + (next - 1);
    }

    private static String amount(final int bucket) {
        final String least = BigDecimal.valueOf(25L * Math.min(Buckets.least(Math.abs(bucket)), Long.MAX_VALUE / 25), 2)
            .toPlainString();
        return bucket < 0 ? "-" + least + " and less" : bucket == 0 ? "about 0" : "from " + least;
    }

    private static String lower(final Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String cellText(final int cell) {
        final int north = cell / FeatureEncoder.CELLS_EAST - FeatureEncoder.CELLS_NORTH / 2;
        final int east = cell % FeatureEncoder.CELLS_EAST - FeatureEncoder.CELLS_EAST / 2;
        return "from latitude " + north * CELL_DEGREES + ", longitude "
            + east * CELL_DEGREES;
    }

    /**
     * What a key stands for.
     *
     * @param key of a feature.
     * @return such as {@code moment.hour = 17}; {@code #} and eight hexadecimal digits when no feature has it.
     */
    public String of(final int key) {
        if (!words.containsKey(key)) {
            wanted.add(key);
            search();
        }
        return words.get(key);
    }

    /**
     * The features of a vector.
     *
     * @param vector of a request or a pair.
     * @return a line for each, in its order; a value other than 1 stands behind it.
     */
    public List<String> lines(final FeatureVector vector) {
        for (int i = 0; i < vector.count(); i++) {
            if (!words.containsKey(vector.key(i))) {
                wanted.add(vector.key(i));
            }
        }
        if (!wanted.isEmpty()) {
            search();
        }
        final List<String> lines = new ArrayList<>();
        for (int i = 0; i < vector.count(); i++) {
            lines.add(of(vector.key(i)) + (vector.value(i) == 1.0f ? "" : " (" + vector.value(i) + ")"));
        }
        return lines;
    }
}
