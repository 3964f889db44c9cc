package io.opportune.bench.match.rival;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.roaringbitmap.PeekableIntIterator;
import org.roaringbitmap.RoaringBitmap;

/**
 * Columns of offers that a value does not rule out, ANDed. An attribute of one value has a column for each elementary
 * interval between the values that rules name, and one for missing; a list has the offers that want nothing of it and
 * for each element those that want it and those that forbid it. What spans several attributes is tested on survivors.
 */
final class RoaringRival implements Rival {
    private static final long[] NO_VALUES = {};

    /** One attribute of one value: {@code columns[i]} is for values from {@code cuts[i - 1]} up to the next cut. */
    private record Scalar(int attribute, long[] cuts, RoaringBitmap[] columns, RoaringBitmap missing) {
        RoaringBitmap of(final long[] values) {
            if (values.length == 0) {
                return missing;
            }
            final int found = Arrays.binarySearch(cuts, values[0]);
            return columns[found >= 0 ? found + 1 : -found - 1];
        }
    }

    /** One attribute with a list of values. */
    private record Elements(int attribute, RoaringBitmap unconstrained, Map<Long, RoaringBitmap> wanted,
                            Map<Long, RoaringBitmap> forbidden) {
    }

    private final List<long[][]> events;
    private final List<Scalar> scalars = new ArrayList<>();
    private final List<Elements> lists = new ArrayList<>();
    /** By offer; null where columns say everything. */
    private final Condition[] residual;
    private final RoaringBitmap withResidual = new RoaringBitmap();
    /** The columns of one event, by cardinality. */
    private final RoaringBitmap[] order;

    RoaringRival(final RivalWorkload workload) {
        events = workload.events();
        final int offerCount = workload.expressions().size();
        residual = new Condition[offerCount];
        final List<Map<Integer, List<Condition>>> byScalar = new ArrayList<>();
        final List<Elements> byList = new ArrayList<>();
        for (final RivalWorkload.Column column : workload.columns()) {
            byScalar.add(new HashMap<>());
            final RoaringBitmap everyone = new RoaringBitmap();
            everyone.add(0L, offerCount);
            byList.add(new Elements(column.number(), everyone, new HashMap<>(), new HashMap<>()));
        }
        for (int offer = 0; offer < offerCount; offer++) {
            final List<Condition> rest = new ArrayList<>();
            for (final Condition part : conjuncts(workload.expressions().get(offer))) {
                final int attribute = onlyAttribute(part);
                if (attribute < 0) {
                    rest.add(part);
                } else if (!workload.columns().get(attribute).list()) {
                    byScalar.get(attribute).computeIfAbsent(offer, key -> new ArrayList<>()).add(part);
                } else if (!addToList(byList.get(attribute), offer, part)) {
                    rest.add(part);
                }
            }
            if (!rest.isEmpty()) {
                residual[offer] = rest.size() == 1 ? rest.getFirst() : new Condition.All(rest);
                withResidual.add(offer);
            }
        }
        for (final RivalWorkload.Column column : workload.columns()) {
            final Map<Integer, List<Condition>> constrained = byScalar.get(column.number());
            final Elements elements = byList.get(column.number());
            if (!constrained.isEmpty()) {
                scalars.add(scalar(column.number(), workload.columns().size(), offerCount, constrained));
            }
            if (!elements.wanted().isEmpty() || !elements.forbidden().isEmpty()) {
                lists.add(elements);
            }
        }
        order = new RoaringBitmap[scalars.size()];
    }

    private static List<Condition> conjuncts(final Condition condition) {
        return condition instanceof Condition.All all
            ? all.parts().stream().flatMap(part -> conjuncts(part).stream()).toList() : List.of(condition);
    }

    /** The attribute that all leaves are about; -1 when there are several or none. */
    private static int onlyAttribute(final Condition condition) {
        return switch (condition) {
            case Condition.OneOf leaf -> leaf.attribute();
            case Condition.Range leaf -> leaf.attribute();
            case Condition.Not not -> onlyAttribute(not.part());
            case Condition.All all -> onlyAttribute(all.parts());
            case Condition.Some some -> onlyAttribute(some.parts());
        };
    }

    private static int onlyAttribute(final List<Condition> parts) {
        final int[] attributes = parts.stream().mapToInt(RoaringRival::onlyAttribute).distinct().toArray();
        return attributes.length == 1 ? attributes[0] : -1;
    }

    /** False when the form is none that postings say: a second set that is wanted, or logic within one list. */
    private static boolean addToList(final Elements elements, final int offer, final Condition part) {
        if (part instanceof Condition.OneOf wanted && elements.unconstrained().contains(offer)) {
            elements.unconstrained().remove(offer);
            addPostings(elements.wanted(), wanted, offer);
            return true;
        }
        if (part instanceof Condition.Not not && not.part() instanceof Condition.OneOf forbidden) {
            addPostings(elements.forbidden(), forbidden, offer);
            return true;
        }
        return false;
    }

    private static void addPostings(final Map<Long, RoaringBitmap> postings, final Condition.OneOf set,
                                    final int offer) {
        for (final long value : set.values()) {
            postings.computeIfAbsent(value, key -> new RoaringBitmap()).add(offer);
        }
    }

    private static Scalar scalar(final int attribute, final int attributeCount, final int offerCount,
                                 final Map<Integer, List<Condition>> constrained) {
        final TreeSet<Long> found = new TreeSet<>();
        constrained.values().forEach(parts -> parts.forEach(part -> addCuts(part, found)));
        final long[] cuts = found.stream().mapToLong(Long::longValue).toArray();
        final RoaringBitmap others = new RoaringBitmap();
        others.add(0L, offerCount);
        constrained.keySet().forEach(others::remove);
        final long[][] event = new long[attributeCount][];
        Arrays.fill(event, NO_VALUES);
        final RoaringBitmap missing = column(event, constrained, others);
        final Map<RoaringBitmap, RoaringBitmap> distinct = new HashMap<>();
        final RoaringBitmap[] columns = new RoaringBitmap[cuts.length + 1];
        for (int i = 0; i < columns.length; i++) {
            event[attribute] = new long[] {i == 0 ? cuts[0] - 1 : cuts[i - 1]};
            final RoaringBitmap column = column(event, constrained, others);
            columns[i] = distinct.computeIfAbsent(column, same -> same);
        }
        return new Scalar(attribute, cuts, columns, missing);
    }

    /** Where a leaf begins or ceases to hold. */
    private static void addCuts(final Condition condition, final TreeSet<Long> cuts) {
        switch (condition) {
            case Condition.OneOf leaf -> Arrays.stream(leaf.values()).forEach(value -> {
                cuts.add(value);
                cuts.add(value + 1);
            });
            case Condition.Range leaf -> {
                cuts.add(leaf.low());
                cuts.add(leaf.high() + 1);
            }
            case Condition.Not not -> addCuts(not.part(), cuts);
            case Condition.All all -> all.parts().forEach(part -> addCuts(part, cuts));
            case Condition.Some some -> some.parts().forEach(part -> addCuts(part, cuts));
        }
    }

    private static RoaringBitmap column(final long[][] event, final Map<Integer, List<Condition>> constrained,
                                        final RoaringBitmap others) {
        final RoaringBitmap column = others.clone();
        constrained.forEach((offer, parts) -> {
            if (parts.stream().allMatch(part -> part.holds(event))) {
                column.add(offer.intValue());
            }
        });
        return column;
    }

    @Override
    public String name() {
        return "roaring";
    }

    @Override
    public long count(final int eventNumber) {
        final long[][] event = events.get(eventNumber);
        final RoaringBitmap left = andColumns(event);
        long found = left.getLongCardinality();
        left.and(withResidual);
        final PeekableIntIterator survivors = left.getIntIterator();
        while (survivors.hasNext()) {
            found -= residual[survivors.next()].holds(event) ? 0 : 1;
        }
        return found;
    }

    @Override
    public int[] offers(final int eventNumber) {
        final long[][] event = events.get(eventNumber);
        return Arrays.stream(andColumns(event).toArray())
            .filter(offer -> residual[offer] == null || residual[offer].holds(event)).toArray();
    }

    private RoaringBitmap andColumns(final long[][] event) {
        final RoaringBitmap left = andScalars(event);
        for (int i = 0; i < lists.size() && !left.isEmpty(); i++) {
            andList(lists.get(i), event, left);
        }
        return left;
    }

    /** The smallest columns first. */
    private RoaringBitmap andScalars(final long[][] event) {
        if (order.length == 0) {
            final RoaringBitmap everyone = new RoaringBitmap();
            everyone.add(0L, residual.length);
            return everyone;
        }
        for (int i = 0; i < order.length; i++) {
            final Scalar scalar = scalars.get(i);
            final RoaringBitmap column = scalar.of(event[scalar.attribute()]);
            int place = i;
            while (place > 0 && order[place - 1].getCardinality() > column.getCardinality()) {
                order[place] = order[place - 1];
                place--;
            }
            order[place] = column;
        }
        final RoaringBitmap left = order.length == 1 ? order[0].clone() : RoaringBitmap.and(order[0], order[1]);
        for (int i = 2; i < order.length && !left.isEmpty(); i++) {
            left.and(order[i]);
        }
        return left;
    }

    /** What is left is small by now, so that each posting is cut down to it before the union. */
    private static void andList(final Elements elements, final long[][] event, final RoaringBitmap left) {
        final RoaringBitmap allowed = RoaringBitmap.and(left, elements.unconstrained());
        for (final long value : event[elements.attribute()]) {
            final RoaringBitmap wanted = elements.wanted().get(value);
            if (wanted != null) {
                allowed.or(RoaringBitmap.and(left, wanted));
            }
        }
        for (final long value : event[elements.attribute()]) {
            final RoaringBitmap forbidden = elements.forbidden().get(value);
            if (forbidden != null) {
                allowed.andNot(forbidden);
            }
        }
        left.and(allowed);
    }
}
