package io.opportune.engine.targeting;

import io.opportune.engine.registry.NameRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Says what a situation holds where a condition looked. Used once per explanation; allocates. */
final class FoundValues {
    private static final int MOST_VALUES = 8;
    private static final String MISSING = " is missing";
    private static final String NO_POSITION = "the position" + MISSING;

    private final Situation situation;
    private final AttributeSchema schema;
    private final NameRegistry registry;

    FoundValues(final Situation situation, final NameRegistry registry) {
        this.situation = situation;
        schema = situation.schema();
        this.registry = registry;
    }

    /** What made a leaf or constant come out as it should not; {@code wanted} is how it should have. */
    String of(final Node condition, final boolean wanted) {
        return switch (condition) {
            case Node.Constant constant -> "the rule itself says " + constant.value();
            case Node.Present leaf -> wanted ? "is missing" : "is there, " + whole(leaf.slot());
            case Node.InInterval leaf -> subject(leaf.subject());
            case Node.InSet leaf -> subject(leaf.subject());
            case Node.Contains leaf -> contains(leaf);
            case Node.ComparePair leaf -> pair(leaf);
            case Node.Or few -> any(few, wanted);
            case Node.Exists leaf -> wanted ? none(leaf.slot()) : element(leaf.slot(), leaf.elementSlot(), leaf.body(),
                true);
            case Node.All leaf -> wanted ? element(leaf.slot(), leaf.elementSlot(), leaf.body(), false)
                : each(leaf.slot());
            case Node.Near leaf -> distance(leaf);
            case Node.Within leaf -> place(wanted);
            default -> "holds: " + !wanted;
        };
    }

    private String subject(final Node.Subject subject) {
        return subject.isIn(situation) ? "is " + value(subject) : missing(subject);
    }

    private String value(final Node.Subject subject) {
        final Attribute attribute = switch (subject) {
            case Node.Scalar scalar -> schema.attributeAt(scalar.slot());
            case Node.MapValue map -> schema.attributeAt(map.slot());
            case Node.MapValueBySubject map -> schema.attributeAt(map.slot());
            case Node.Fixed fixed -> null;
        };
        final long value = subject.valueIn(situation);
        return attribute == null ? Long.toString(value) : attribute.text(value, registry);
    }

    private String missing(final Node.Subject subject) {
        return switch (subject) {
            case Node.Scalar scalar -> name(scalar.slot()) + MISSING;
            case Node.MapValue map -> missingKey(map.slot(), map.key());
            case Node.MapValueBySubject map -> map.key().isIn(situation)
                ? missingKey(map.slot(), map.key().valueIn(situation)) : name(map.key().slot()) + MISSING;
            case Node.Fixed fixed -> "is there";
        };
    }

    private String missingKey(final int slot, final long key) {
        return situation.has(slot) ? name(slot) + " has no " + schema.attributeAt(slot).keyText(key, registry)
            : name(slot) + MISSING;
    }

    private String name(final int slot) {
        return schema.attributeAt(slot).name();
    }

    private String contains(final Node.Contains leaf) {
        if (!leaf.subject().isIn(situation)) {
            return missing(leaf.subject());
        }
        final String what = leaf.subject() instanceof Node.Fixed ? "" : value(leaf.subject()) + " ";
        final boolean isIn = situation.contains(leaf.slot(), leaf.subject().valueIn(situation));
        return isIn ? what + "is there" : what + (what.isEmpty() ? "absent, " : "is absent, ")
            + name(leaf.slot()) + " " + whole(leaf.slot());
    }

    /** An exists() over a few values of a list. */
    private String any(final Node.Or few, final boolean wanted) {
        for (final Node part : few.parts()) {
            final Node.Contains leaf = (Node.Contains) part;
            if (!wanted && leaf.holds(situation)) {
                return "holds for "
                    + schema.attributeAt(leaf.slot()).text(leaf.subject().valueIn(situation), registry);
            }
        }
        return none(((Node.Contains) few.parts().getFirst()).slot());
    }

    private String pair(final Node.ComparePair leaf) {
        if (!leaf.left().isIn(situation)) {
            return missing(leaf.left());
        }
        return leaf.right().isIn(situation) ? "is " + value(leaf.left()) + " against " + value(leaf.right())
            : missing(leaf.right());
    }

    /** A scalar's value, or the values of a list or the keys of a map, the first of them when there are many. */
    private String whole(final int slot) {
        if (!situation.has(slot)) {
            return "is missing";
        }
        final Attribute attribute = schema.attributeAt(slot);
        if (attribute.shape() == Attribute.Shape.SCALAR) {
            return "is " + attribute.text(situation.get(slot), registry);
        }
        final int size = situation.size(slot);
        final List<String> values = new ArrayList<>();
        for (int i = 0; i < Math.min(size, MOST_VALUES); i++) {
            final long element = situation.element(slot, i);
            values.add(attribute.shape() == Attribute.Shape.MAP
                ? attribute.keyText(element, registry) : attribute.text(element, registry));
        }
        return size == 0 ? "is empty"
            : "is [" + String.join(", ", values) + (size > MOST_VALUES ? ", ... " + size + " in all]" : "]");
    }

    private String none(final int slot) {
        return !situation.has(slot) || situation.size(slot) == 0 ? name(slot) + " " + whole(slot)
            : "holds for none of them, " + name(slot) + " " + whole(slot);
    }

    private String each(final int slot) {
        return situation.size(slot) == 0 ? name(slot) + " is empty"
            : "holds for each of them, " + name(slot) + " " + whole(slot);
    }

    /** The first element for which the body comes out in a way, and, where it fails, why. */
    private String element(final int slot, final int elementSlot, final Node body, final boolean holds) {
        if (!situation.has(slot)) {
            return name(slot) + MISSING;
        }
        for (int i = 0; i < situation.size(slot); i++) {
            final long element = situation.element(slot, i);
            situation.set(elementSlot, element);
            if (body.holds(situation) == holds) {
                return (holds ? "holds for " : "fails for ") + schema.attributeAt(slot).text(element, registry);
            }
        }
        return whole(slot);
    }

    private String place(final boolean wanted) {
        return !situation.hasPosition() ? NO_POSITION : String.format(Locale.ROOT, "%.7f, %.7f is %s",
            situation.latitudeE7() / 1e7, situation.longitudeE7() / 1e7, wanted ? "outside" : "inside");
    }

    private String distance(final Node.Near leaf) {
        if (!situation.hasPosition()) {
            return NO_POSITION;
        }
        final double chord = Math.sqrt(situation.chordSquared(leaf.unitX(), leaf.unitY(), leaf.unitZ()));
        return String.format(Locale.ROOT, "is %.3f km",
            2 * Geography.EARTH_RADIUS_KM * Math.asin(Math.min(1, chord / 2)));
    }
}
