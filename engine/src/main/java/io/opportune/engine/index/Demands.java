package io.opportune.engine.index;

import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.targeting.Attribute;
import io.opportune.engine.targeting.AttributeSchema;
import io.opportune.engine.targeting.Domain;
import io.opportune.engine.targeting.Node;
import io.opportune.engine.targeting.RuleExplanation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the conditions of a rule leave of each subject's values, on top of what the conditions around them leave, and
 * the first contradiction. Used by one audit.
 */
final class Demands {
    /** With more conditions on one subject the smallest contradiction is not looked for. */
    private static final int MOST_CLAUSES = 32;
    private static final int MOST_CODES = 12;

    private record Clause(Node node, boolean wanted, ValueSet values) {
        String words() {
            return RuleExplanation.words(node, wanted);
        }
    }

    private final Demands outer;
    private final AttributeSchema schema;
    private final NameRegistry registry;
    private final Map<Integer, Domain> context;
    private final Map<Node.Subject, ValueSet> left = new HashMap<>();
    private final Map<Node.Subject, List<Clause>> clauses = new HashMap<>();
    private Node culprit;
    private String contradiction;

    Demands(final AttributeSchema schema, final NameRegistry registry, final Map<Integer, Domain> context) {
        this.schema = schema;
        this.registry = registry;
        this.context = context;
        outer = null;
    }

    /** Demands within others. */
    Demands(final Demands outer) {
        schema = outer.schema;
        registry = outer.registry;
        context = outer.context;
        this.outer = outer;
    }

    /** Demands on the element of a list, whatever stands around. */
    Demands ofElement(final int elementSlot, final int listSlot) {
        final Map<Integer, Domain> within = new HashMap<>(context);
        within.put(elementSlot, schema.attributeAt(listSlot).domain().alwaysThere());
        return new Demands(schema, registry, within);
    }

    /** Takes a clause on; false when nothing is left of the subject's values. */
    boolean add(final Node.Subject subject, final Node node, final boolean wanted, final ValueSet values) {
        final ValueSet rest = left(subject).and(values);
        left.put(subject, rest);
        clauses.computeIfAbsent(subject, key -> new ArrayList<>()).add(new Clause(node, wanted, values));
        if (rest.isNever()) {
            explain(subject);
            return false;
        }
        return true;
    }

    /** Notes a contradiction of another kind; always false. */
    boolean contradict(final Node at, final String words) {
        culprit = at;
        contradiction = words;
        return false;
    }

    /** The part of the rule at which the contradiction shows. */
    Node culprit() {
        return culprit;
    }

    String contradiction() {
        return contradiction;
    }

    private ValueSet left(final Node.Subject subject) {
        for (Demands demands = this; demands != null; demands = demands.outer) {
            final ValueSet values = demands.left.get(subject);
            if (values != null) {
                return values;
            }
        }
        return possible(subject);
    }

    private ValueSet possible(final Node.Subject subject) {
        return switch (subject) {
            case Node.Fixed fixed -> ValueSet.ALWAYS;
            case Node.Scalar scalar -> {
                final Attribute attribute = schema.attributeAt(scalar.slot());
                yield attribute == null || attribute.shape() == Attribute.Shape.SCALAR
                    ? SubjectSets.of(domain(subject))
                    : attribute.domain().isAlwaysThere() ? SubjectSets.PRESENT : ValueSet.ALWAYS;
            }
            // Whether a list holds a value stands as that value's being there.
            default -> schema.attributeAt(slot(subject)).shape() == Attribute.Shape.LIST
                ? ValueSet.ALWAYS : SubjectSets.of(domain(subject));
        };
    }

    /** What can occur; null where that is not told by a domain. */
    Domain domain(final Node.Subject subject) {
        if (subject instanceof Node.Scalar scalar && context.containsKey(scalar.slot())) {
            return context.get(scalar.slot());
        }
        final Attribute attribute = schema.attributeAt(slot(subject));
        final Domain declared = attribute == null ? Domain.ANY : attribute.domain();
        return subject instanceof Node.Scalar ? declared
            : new Domain(declared.low(), declared.high(), declared.sortedCodes(), false);
    }

    private static int slot(final Node.Subject subject) {
        return switch (subject) {
            case Node.Scalar scalar -> scalar.slot();
            case Node.MapValue map -> map.slot();
            case Node.MapValueBySubject map -> map.slot();
            case Node.Fixed fixed -> 0;
        };
    }

    /** Looks for the fewest clauses that leave nothing, the last one among them. */
    private void explain(final Node.Subject subject) {
        final List<Clause> all = new ArrayList<>();
        for (Demands demands = this; demands != null; demands = demands.outer) {
            all.addAll(0, demands.clauses.getOrDefault(subject, List.of()));
        }
        culprit = all.getLast().node();
        final ValueSet possible = possible(subject);
        if (all.size() > MOST_CLAUSES) {
            contradiction = all.getLast().words() + " contradicts the conditions before it";
            return;
        }
        final List<Clause> needed = new ArrayList<>(all);
        for (final Clause clause : all) {
            final List<Clause> others = new ArrayList<>(needed);
            others.removeIf(other -> other == clause);
            if (!others.isEmpty() && rest(possible, others).isNever()) {
                needed.remove(clause);
            }
        }
        final ValueSet asked = rest(ValueSet.ALWAYS, needed);
        contradiction = sentence(needed) + (asked.isNever() ? ""
            : ": " + (asked.intervalCount() == 0 ? name(subject) + " is never missing" : domainWords(subject)));
    }

    private static ValueSet rest(final ValueSet possible, final List<Clause> clauses) {
        return clauses.stream().map(Clause::values).reduce(possible, ValueSet::and);
    }

    private static String sentence(final List<Clause> needed) {
        final String last = needed.getLast().words();
        if (needed.size() == 1) {
            return last + " never holds";
        }
        final String others = needed.subList(0, needed.size() - 1).stream().map(Clause::words)
            .collect(Collectors.joining(", "));
        return others.equals(last) ? last + " never holds"
            : needed.size() == 2 ? last + " contradicts " + others : others + " and " + last + " contradict each other";
    }

    /** A value of a subject for people. */
    String text(final Node.Subject subject, final long value) {
        final Attribute attribute = schema.attributeAt(slot(subject));
        return attribute == null ? Long.toString(value) : attribute.text(value, registry);
    }

    private String name(final Node.Subject subject) {
        final Attribute attribute = schema.attributeAt(slot(subject));
        return attribute == null ? "the element" : attribute.name();
    }

    /** What a subject's values are, e.g. {@code moment.hour is 0 to 23}. */
    String domainWords(final Node.Subject subject) {
        final Attribute attribute = schema.attributeAt(slot(subject));
        final Domain domain = domain(subject);
        final String name = name(subject);
        final boolean narrowed = attribute != null && subject instanceof Node.Scalar
            && context.containsKey(attribute.slot());
        if (!domain.sortedCodes().isEmpty()) {
            final List<String> texts = domain.sortedCodes().stream().limit(MOST_CODES)
                .map(code -> text(subject, code)).toList();
            return name + " is " + String.join(", ", texts)
                + (domain.sortedCodes().size() > MOST_CODES ? ", ..." : "") + " only"
                + (narrowed ? " where the offer is made" : "");
        }
        return name + " is " + text(subject, domain.low())
            + (domain.high() == Long.MAX_VALUE ? " or more" : " to " + text(subject, domain.high()));
    }
}
