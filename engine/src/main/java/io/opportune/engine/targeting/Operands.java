package io.opportune.engine.targeting;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import io.opportune.engine.targeting.Attribute.Shape;
import io.opportune.protocol.codec.AttributeType;
import java.util.TreeSet;

/** Finds what the sides of a comparison speak of: attributes, values of maps, loop variables. */
final class Operands {
    /** Something with a value: its type, its vocabulary, and how to get it. */
    record Operand(Node.Subject subject, AttributeType type, Vocabulary vocabulary, String words) {
        boolean isFlag() {
            return type == AttributeType.BOOLEAN;
        }

        boolean isNumber() {
            return type == AttributeType.INTEGER || type == AttributeType.DECIMAL_MICROS;
        }

        boolean canBeIn(final Attribute container) {
            return container.shape() == Shape.MAP
                ? type == AttributeType.TEXT && vocabulary == container.keys()
                : type == container.type() && vocabulary == container.vocabulary();
        }

        String typeWords() {
            return typeWords(type);
        }

        static String typeWords(final AttributeType type) {
            return switch (type) {
                case BOOLEAN -> "bool";
                case INTEGER -> "int";
                case DECIMAL_MICROS -> "decimal";
                case TEXT -> "string";
                default -> "time";
            };
        }
    }

    private final Lowering lowering;
    private final Constants constants;

    Operands(final Lowering lowering, final Constants constants) {
        this.lowering = lowering;
        this.constants = constants;
    }

    /** What an expression speaks of, or null after an error. */
    Operand of(final CelExpr expression) {
        switch (expression.getKind()) {
            case IDENT:
                final Lowering.Variable variable = lowering.variable(expression.ident().name());
                if (variable != null) {
                    return new Operand(new Node.Scalar(variable.slot()), variable.list().type(),
                        variable.list().vocabulary(), variable.name());
                }
                break;
            case SELECT:
                final Attribute map = attribute(expression.select().operand());
                if (map != null && map.shape() == Shape.MAP && !expression.select().testOnly()) {
                    return mapValue(map, expression, expression.select().field());
                }
                break;
            case CALL:
                return call(expression);
            default:
                lowering.error(expression, "this cannot be compared", Lowering.ALLOWED);
                return null;
        }
        final Attribute attribute = attributeOrError(expression);
        if (attribute == null) {
            return null;
        }
        if (attribute.shape() != Shape.SCALAR) {
            lowering.error(expression, attribute.name() + " is a " + attribute.typeWords()
                + " and cannot be compared as a whole",
                attribute.shape() == Shape.LIST ? "value in " + attribute.name() + ", " + attribute.name()
                    + ".exists(x, ...)" : attribute.name() + "[\"key\"]");
            return null;
        }
        return new Operand(new Node.Scalar(attribute.slot()), attribute.type(), attribute.vocabulary(),
            attribute.name());
    }

    private Operand call(final CelExpr expression) {
        final CelCall call = expression.call();
        if (!call.function().equals("_[_]")) {
            final boolean condition = call.function().matches("_(==|!=|<|<=|>|>=|&&|\\|\\|)_|!_|@in|within");
            lowering.error(expression, condition
                ? "a condition is compared with something" : Lowering.construct(call.function()), Lowering.ALLOWED);
            return null;
        }
        final Attribute map = attributeOrError(call.args().get(0));
        if (map == null) {
            return null;
        }
        if (map.shape() != Shape.MAP) {
            lowering.error(call.args().get(0), map.name() + " is " + map.typeWords(), "[ ] after a map");
            return null;
        }
        final CelExpr key = call.args().get(1);
        if (key.getKind() == CelExpr.ExprKind.Kind.CONSTANT
            && key.constant().getKind() == CelConstant.Kind.STRING_VALUE) {
            return mapValue(map, key, key.constant().stringValue());
        }
        if (constants.isConstant(key)) {
            lowering.error(key, "a key that is no string", "text in quotes");
            return null;
        }
        final Operand subject = of(key);
        if (subject == null) {
            return null;
        }
        if (subject.vocabulary() != map.keys() || !(subject.subject() instanceof Node.Scalar scalar)) {
            lowering.error(key, subject.words() + " can never be a key of " + map.name(),
                "text in quotes, or a value of the same kind");
            return null;
        }
        return new Operand(new Node.MapValueBySubject(map.slot(), scalar), map.type(), map.vocabulary(),
            map.name() + "[" + subject.words() + "]");
    }

    private Operand mapValue(final Attribute map, final CelExpr at, final String key) {
        final int code = constants.code(at, key, map.keys());
        return new Operand(new Node.MapValue(map.slot(), code), map.type(), map.vocabulary(),
            map.name() + "[" + Literals.quoted(key) + "]");
    }

    /** The attribute an expression names, or null when it names none. */
    Attribute attribute(final CelExpr expression) {
        if (expression.getKind() != CelExpr.ExprKind.Kind.SELECT) {
            return null;
        }
        final CelExpr variable = expression.select().operand();
        return variable.getKind() == CelExpr.ExprKind.Kind.IDENT && lowering.variable(variable.ident().name()) == null
            ? lowering.schema().attribute(variable.ident().name() + "." + expression.select().field())
            : null;
    }

    /** The attribute an expression names, or null after an error. */
    Attribute attributeOrError(final CelExpr expression) {
        final Attribute attribute = attribute(expression);
        if (attribute != null) {
            return attribute;
        }
        switch (expression.getKind()) {
            case SELECT, IDENT -> unknown(expression);
            case COMPREHENSION -> lowering.error(expression, "a condition where an attribute belongs",
                Lowering.ALLOWED);
            case CALL -> lowering.error(expression, Lowering.construct(expression.call().function()),
                Lowering.ALLOWED);
            default -> lowering.error(expression, "a value where an attribute belongs", Lowering.ALLOWED);
        }
        return null;
    }

    private void unknown(final CelExpr expression) {
        final String name = path(expression);
        final TreeSet<String> known = new TreeSet<>();
        boolean isVariable = name.equals(CelLanguage.POSITION);
        for (final Attribute attribute : lowering.schema().attributes()) {
            known.add(attribute.name());
            isVariable |= attribute.variable().equals(name);
        }
        if (isVariable) {
            final String prefix = name + ".";
            known.removeIf(other -> !other.startsWith(prefix));
            lowering.error(expression, name + " alone is not a value", name.equals(CelLanguage.POSITION)
                ? "position.distance_km(lat, lon), position.within([lat, lon, ...])" : String.join(", ", known));
            return;
        }
        lowering.error(expression, name + " is not an attribute",
            NearestNames.describe(name, known));
    }

    private static String path(final CelExpr expression) {
        return switch (expression.getKind()) {
            case IDENT -> expression.ident().name();
            case SELECT -> path(expression.select().operand()) + "." + expression.select().field();
            default -> "(...)";
        };
    }
}
