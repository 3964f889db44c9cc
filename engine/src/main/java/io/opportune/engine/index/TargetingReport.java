package io.opportune.engine.index;

import io.opportune.engine.targeting.Attribute;
import io.opportune.engine.targeting.AttributeSchema;
import io.opportune.engine.targeting.Node;
import io.opportune.engine.targeting.Rule;
import io.opportune.engine.targeting.RuleExplanation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which attributes, and which conditions, decide most about the rules of a catalogue, told from the rules alone: every
 * value that the rules tell apart counts the same, however often it occurs among customers. Measured are the conditions
 * that a rule demands outright and that look at one attribute, which are those the index answers by rows. Immutable.
 */
public final class TargetingReport {
    /**
     * What the rules demand of one attribute.
     *
     * @param attribute its name.
     * @param rules     that demand something of it.
     * @param classes   values, elements or groups of values that are told apart.
     * @param accepted  mean share of the classes that such a rule accepts, 0..1.
     * @param removed   share of all rules that the attribute alone rules out, for a class taken at random, 0..1.
     */
    public record AttributeUse(String attribute, int rules, int classes, double accepted, double removed) {
    }

    /**
     * One condition, wherever it stands.
     *
     * @param words    CEL text.
     * @param rules    that demand it.
     * @param accepted share of its attribute's classes that it accepts, 0..1.
     * @param removed  share of all rules that it alone rules out, for a class taken at random, 0..1.
     */
    public record ConditionUse(String words, int rules, double accepted, double removed) {
    }

    /** One condition while it is being counted. */
    private static final class Counted {
        private final int slot;
        private final ValueSet values;
        private final boolean forbids;
        private int rules;

        Counted(final int slot, final ValueSet values, final boolean forbids) {
            this.slot = slot;
            this.values = values;
            this.forbids = forbids;
        }
    }

    private final int ruleCount;
    private final int neverCount;
    private final int residueCount;
    private final List<AttributeUse> attributes;
    private final List<ConditionUse> conditions;

    private TargetingReport(final Builder builder) {
        ruleCount = builder.ruleCount;
        neverCount = builder.neverCount;
        residueCount = builder.residueCount;
        attributes = builder.attributes();
        conditions = builder.conditions();
    }

    /**
     * Measures rules.
     *
     * @param schema of the rules.
     * @param rules  in any order; equal ones count each.
     * @return what was measured.
     */
    public static TargetingReport of(final AttributeSchema schema, final List<Rule> rules) {
        final Builder builder = new Builder(schema);
        rules.forEach(rule -> builder.add(rule.root()));
        return new TargetingReport(builder);
    }

    /**
     * How many rules there are.
     *
     * @return 0 or more.
     */
    public int ruleCount() {
        return ruleCount;
    }

    /**
     * Rules that never match and were not measured.
     *
     * @return 0 or more.
     */
    public int neverCount() {
        return neverCount;
    }

    /**
     * Rules that demand something else besides, such as values of maps, or one of several attributes.
     *
     * @return 0 or more.
     */
    public int residueCount() {
        return residueCount;
    }

    /**
     * Attributes of which rules demand something.
     *
     * @return those first that rule out most.
     */
    public List<AttributeUse> attributes() {
        return attributes;
    }

    /**
     * Conditions that rules demand.
     *
     * @return those first that rule out most.
     */
    public List<ConditionUse> conditions() {
        return conditions;
    }

    /** Gathers demands; of each rule once. */
    private static final class Builder {
        private final AttributeSchema schema;
        private final RuleAudit audit;
        private final Map<Integer, List<ValueSet>> scalars = new HashMap<>();
        private final Map<Integer, List<Elements>> lists = new HashMap<>();
        private final Map<Integer, Set<Long>> named = new HashMap<>();
        private final Map<Integer, ValueClasses> classes = new HashMap<>();
        private final Map<String, Counted> counted = new HashMap<>();
        private int ruleCount;
        private int neverCount;
        private int residueCount;

        /** What a rule demands of a list. */
        private record Elements(Set<Long> wanted, Set<Long> forbidden) {
        }

        Builder(final AttributeSchema schema) {
            this.schema = schema;
            audit = new RuleAudit(schema, null);
        }

        void add(final Node root) {
            ruleCount++;
            if (!audit.mayMatch(root, Map.of())) {
                neverCount++;
                return;
            }
            final RuleShape shape = RuleShape.of(root);
            boolean demandsMore = shape.residue() != null;
            for (final Map.Entry<Node.Subject, ValueSet> demand : shape.scalars().entrySet()) {
                if (demand.getKey() instanceof Node.Scalar scalar) {
                    scalars.computeIfAbsent(scalar.slot(), key -> new ArrayList<>()).add(demand.getValue());
                } else {
                    demandsMore = true;
                }
            }
            residueCount += demandsMore ? 1 : 0;
            final Map<Integer, Elements> ofLists = new HashMap<>();
            shape.anyOf().forEach((slot, elements) -> {
                for (final long element : elements) {
                    ofLists.computeIfAbsent(slot, Builder::noElements).wanted().add(element);
                }
            });
            shape.noneOf().forEach((slot, elements) ->
                ofLists.computeIfAbsent(slot, Builder::noElements).forbidden().addAll(elements));
            ofLists.forEach((slot, elements) -> {
                lists.computeIfAbsent(slot, key -> new ArrayList<>()).add(elements);
                final Set<Long> all = named.computeIfAbsent(slot, key -> new HashSet<>());
                all.addAll(elements.wanted());
                all.addAll(elements.forbidden());
            });
            count(root, true, new HashSet<>());
        }

        private static Elements noElements(final int slot) {
            return new Elements(new HashSet<>(), new HashSet<>());
        }

        /** Counts the conditions that a rule demands outright, each once. */
        private void count(final Node node, final boolean wanted, final Set<String> seen) {
            switch (node) {
                case Node.Not not -> count(not.part(), !wanted, seen);
                case Node.And and when wanted -> and.parts().forEach(part -> count(part, true, seen));
                case Node.Or or when !wanted -> or.parts().forEach(part -> count(part, false, seen));
                default -> {
                    final Node.Subject subject = SubjectSets.subjectOf(node);
                    final int slot = measuredSlot(subject);
                    final String words = RuleExplanation.words(node, wanted);
                    if (slot >= 0 && seen.add(words)) {
                        final ValueSet values = SubjectSets.of(node, wanted);
                        counted.computeIfAbsent(words, key -> new Counted(slot, values,
                            subject instanceof Node.MapValue && values.holdsWhenMissing())).rules++;
                    }
                }
            }
        }

        /** The slot of a scalar's value or of a list that is asked for one element; -1 for anything else. */
        private int measuredSlot(final Node.Subject subject) {
            return switch (subject) {
                case null -> -1;
                case Node.Scalar scalar -> schema.attributeAt(scalar.slot()).shape() == Attribute.Shape.SCALAR
                    ? scalar.slot() : -1;
                case Node.MapValue map -> schema.attributeAt(map.slot()).shape() == Attribute.Shape.LIST
                    ? map.slot() : -1;
                default -> -1;
            };
        }

        List<AttributeUse> attributes() {
            final List<AttributeUse> uses = new ArrayList<>();
            scalars.forEach((slot, sets) -> {
                final ValueClasses told = classes(slot);
                uses.add(use(slot, told.count(), sets.stream().mapToDouble(told::share).sum(), sets.size()));
            });
            lists.forEach((slot, demands) -> {
                final int all = named.get(slot).size();
                uses.add(use(slot, all, demands.stream().mapToDouble(demand -> share(demand, all)).sum(),
                    demands.size()));
            });
            uses.sort(Comparator.comparingDouble((AttributeUse use) -> -use.removed())
                .thenComparing(AttributeUse::attribute));
            return List.copyOf(uses);
        }

        private ValueClasses classes(final int slot) {
            return classes.computeIfAbsent(slot, key -> new ValueClasses(
                schema.attributeAt(key), scalars.getOrDefault(key, List.of())));
        }

        /** Of the lists that hold one of the named elements, the share that fits. */
        private static double share(final Elements demand, final int all) {
            final long fitting = demand.wanted().isEmpty() ? all - demand.forbidden().size()
                : demand.wanted().stream().filter(element -> !demand.forbidden().contains(element)).count();
            return (double) fitting / all;
        }

        private AttributeUse use(final int slot, final int told, final double accepted, final int rules) {
            return new AttributeUse(schema.attributeAt(slot).name(), rules, told, accepted / rules,
                (rules - accepted) / ruleCount);
        }

        List<ConditionUse> conditions() {
            final List<ConditionUse> uses = new ArrayList<>();
            counted.forEach((words, condition) -> {
                final double accepted = accepted(condition);
                uses.add(new ConditionUse(words, condition.rules, accepted,
                    condition.rules * (1 - accepted) / ruleCount));
            });
            uses.sort(Comparator.comparingDouble((ConditionUse use) -> -use.removed())
                .thenComparing(ConditionUse::words));
            return List.copyOf(uses);
        }

        private double accepted(final Counted condition) {
            if (schema.attributeAt(condition.slot).shape() == Attribute.Shape.SCALAR) {
                return classes(condition.slot).share(condition.values);
            }
            final double one = 1.0 / Math.max(1, named.getOrDefault(condition.slot, Set.of()).size());
            return condition.forbids ? 1 - one : one;
        }
    }
}
