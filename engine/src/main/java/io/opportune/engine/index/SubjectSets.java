package io.opportune.engine.index;

import io.opportune.engine.targeting.Domain;
import io.opportune.engine.targeting.Node;
import java.util.List;

/**
 * Value sets of anything a condition can look at: scalars, values of maps, and whether a list or map holds something,
 * which stands as a map's value that is there or not. Stateless.
 */
final class SubjectSets {
    static final ValueSet PRESENT = ValueSet.of(new Node.Present(0, ""));
    private static final ValueSet MISSING = PRESENT.complement();

    private SubjectSets() {
    }

    /** The one thing that all leaves of a part look at; null when there are several or none. */
    static Node.Subject subjectOf(final Node node) {
        return switch (node) {
            case Node.Constant constant -> null;
            case Node.Not not -> subjectOf(not.part());
            case Node.And and -> subjectOf(and.parts());
            case Node.Or or -> subjectOf(or.parts());
            case Node.Present leaf -> new Node.Scalar(leaf.slot());
            case Node.InInterval leaf -> leaf.subject();
            case Node.InSet leaf -> leaf.subject();
            case Node.Contains leaf when leaf.subject() instanceof Node.Fixed fixed ->
                new Node.MapValue(leaf.slot(), fixed.value());
            default -> null;
        };
    }

    private static Node.Subject subjectOf(final List<Node> parts) {
        Node.Subject common = null;
        for (final Node part : parts) {
            final Node.Subject subject = subjectOf(part);
            if (subject == null || common != null && !common.equals(subject)) {
                return null;
            }
            common = subject;
        }
        return common;
    }

    /** Where a part comes out as wanted; it has a {@link #subjectOf}. */
    static ValueSet of(final Node node, final boolean wanted) {
        final ValueSet values = switch (node) {
            case Node.Not not -> of(not.part(), false);
            case Node.And and -> and.parts().stream()
                .map(part -> of(part, true)).reduce(ValueSet.ALWAYS, ValueSet::and);
            case Node.Or or -> or.parts().stream()
                .map(part -> of(part, true)).reduce(ValueSet.NEVER, ValueSet::or);
            case Node.Contains leaf -> PRESENT;
            default -> ValueSet.of(node);
        };
        return wanted ? values : values.complement();
    }

    /** The values that can occur. */
    static ValueSet of(final Domain domain) {
        final Node.Subject any = new Node.Scalar(0);
        final ValueSet values = ValueSet.of(domain.sortedCodes().isEmpty()
            ? new Node.InInterval(any, domain.low(), domain.high(), false, "")
            : new Node.InSet(any, domain.sortedCodes(), ""));
        return domain.isAlwaysThere() ? values : values.or(MISSING);
    }

    /** What must be there, besides the subject itself, for a leaf to hold. */
    static List<Node.Subject> neededBy(final Node.Leaf leaf) {
        return switch (leaf) {
            case Node.InInterval interval -> mapOf(interval.subject());
            case Node.InSet set -> mapOf(set.subject());
            case Node.Contains contains when contains.subject() instanceof Node.Fixed ->
                List.of(new Node.Scalar(contains.slot()));
            case Node.Contains contains -> List.of(new Node.Scalar(contains.slot()), contains.subject());
            case Node.ComparePair pair -> List.of(pair.left(), pair.right());
            case Node.Exists exists -> List.of(new Node.Scalar(exists.slot()));
            case Node.All all -> List.of(new Node.Scalar(all.slot()));
            default -> List.of();
        };
    }

    private static List<Node.Subject> mapOf(final Node.Subject subject) {
        return switch (subject) {
            case Node.MapValue map -> List.of(new Node.Scalar(map.slot()));
            case Node.MapValueBySubject map -> List.of(new Node.Scalar(map.slot()), map.key());
            default -> List.of();
        };
    }
}
