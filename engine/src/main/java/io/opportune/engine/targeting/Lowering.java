package io.opportune.engine.targeting;

import dev.cel.common.CelSource;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.CelComprehension;
import dev.cel.common.ast.CelExpr.CelSelect;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.targeting.Attribute.Shape;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns CEL's tree of one rule into ours, and says where it leaves the language. An error yields a placeholder, so that
 * one pass finds them all. Used once per rule.
 */
final class Lowering {
    /** The language in one line. */
    static final String ALLOWED = "== != < <= > >= in && || ! has(), list.exists(x, ...), list.all(x, ...), "
        + "map[\"key\"], position.distance_km(lat, lon), position.within([lat, lon, ...]), timestamp(\"...\")";

    /** Up to so many values each is looked up in the list by hash, which is cheaper than walking the list. */
    private static final int FEW_VALUES = 16;
    private static final Node FAILED = new Node.Constant(false);
    private static final Map<String, Node.Relation> RELATIONS = Map.of(
        "_==_", Node.Relation.EQ, "_!=_", Node.Relation.NE, "_<_", Node.Relation.LT,
        "_<=_", Node.Relation.LE, "_>_", Node.Relation.GT, "_>=_", Node.Relation.GE);
    private static final Map<String, String> CONSTRUCTS = Map.of(
        "_+_", "arithmetic (+)", "_-_", "arithmetic (-)", "_*_", "arithmetic (*)", "_/_", "arithmetic (/)",
        "_%_", "arithmetic (%)", "_?_:_", "the conditional ? :", "-_", "arithmetic (-)");

    private final AttributeSchema schema;
    private final RuleCompiler.NameIds ids;
    private final CelSource source;
    private final Words words;
    private final Operands operands;
    private final Constants constants;
    private final Geography geography;
    private final List<RuleError> errors = new ArrayList<>();
    private final List<RuleCompiler.UsedName> names = new ArrayList<>();
    private final List<Variable> variables = new ArrayList<>();
    private Map<Node, CelSourceLocation> places;

    /** A loop variable in scope. */
    record Variable(String name, Attribute list, int slot) { }

    Lowering(final AttributeSchema schema, final String text, final CelSource source,
        final RuleCompiler.NameIds ids) {
        this.schema = schema;
        this.ids = ids;
        this.source = source;
        final Literals literals = new Literals(text, source);
        words = new Words(literals);
        constants = new Constants(this, literals, words);
        operands = new Operands(this, constants);
        geography = new Geography(this, literals, words);
    }

    List<RuleError> errors() {
        return errors;
    }

    List<RuleCompiler.UsedName> names() {
        return names;
    }

    AttributeSchema schema() {
        return schema;
    }

    /** Has the place of each part kept from now on. */
    Map<Node, CelSourceLocation> keepPlaces() {
        places = new IdentityHashMap<>();
        return places;
    }

    Node lower(final CelExpr expression) {
        final Node node = lowered(expression);
        if (places != null) {
            places.put(node, location(first(expression)));
        }
        return node;
    }

    /** The part of an expression that stands leftmost: CEL keeps the place of an operator, not of its left side. */
    private static CelExpr first(final CelExpr expression) {
        CelExpr first = expression;
        while (first.getKind() == CelExpr.ExprKind.Kind.CALL && first.call().args().size() == 2
            && first.call().target().isEmpty()) {
            first = first.call().args().getFirst();
        }
        return first.getKind() == CelExpr.ExprKind.Kind.CALL && first.call().target().isPresent()
            ? first.call().target().get() : first;
    }

    private Node lowered(final CelExpr expression) {
        return switch (expression.getKind()) {
            case CONSTANT -> expression.constant().getKind() == CelConstant.Kind.BOOLEAN_VALUE
                ? new Node.Constant(expression.constant().booleanValue())
                : error(expression, "the value " + words.of(expression) + " stands where a condition belongs",
                    "a comparison with an attribute");
            case CALL -> call(expression);
            case SELECT -> expression.select().testOnly() ? has(expression) : flag(expression);
            case IDENT -> flag(expression);
            case COMPREHENSION -> loop(expression);
            case LIST -> error(expression, "a list stands where a condition belongs", ALLOWED);
            default -> error(expression, "a map or message literal", ALLOWED);
        };
    }

    private Node call(final CelExpr expression) {
        final CelCall call = expression.call();
        switch (call.function()) {
            case "_&&_":
                return new Node.And(flattened(expression, "_&&_", new ArrayList<>()));
            case "_||_":
                return new Node.Or(flattened(expression, "_||_", new ArrayList<>()));
            case "!_":
                return new Node.Not(lower(call.args().get(0)));
            case "@in":
                return membership(expression);
            case "_[_]":
                return flag(expression);
            case AttributeSchema.POLYGON_FUNCTION:
                return geography.within(expression);
            default:
                final Node.Relation relation = RELATIONS.get(call.function());
                return relation != null ? comparison(expression, relation) : unsupported(expression);
        }
    }

    private List<Node> flattened(final CelExpr expression, final String function, final List<Node> into) {
        for (final CelExpr part : expression.call().args()) {
            if (Literals.isCall(part, function)) {
                flattened(part, function, into);
            } else {
                into.add(lower(part));
            }
        }
        return into;
    }

    /** A boolean attribute on its own. */
    private Node flag(final CelExpr expression) {
        final Operands.Operand operand = operands.of(expression);
        if (operand == null) {
            return FAILED;
        }
        return operand.isFlag()
            ? new Node.InInterval(operand.subject(), 1, 1, false, words.of(expression))
            : error(expression, operand.words() + " is " + operand.typeWords() + ", not a condition",
                "a comparison with it");
    }

    private Node has(final CelExpr expression) {
        final CelSelect select = expression.select();
        final Attribute whole = operands.attribute(select.operand());
        if (whole != null && whole.shape() == Shape.MAP) {
            final int key = constants.code(expression, select.field(), whole.keys());
            return new Node.Contains(whole.slot(), new Node.Fixed(key), words.of(expression));
        }
        final Attribute attribute = operands.attributeOrError(expression);
        return attribute == null ? FAILED : new Node.Present(attribute.slot(), words.of(expression));
    }

    private Node comparison(final CelExpr expression, final Node.Relation relation) {
        final CelExpr left = expression.call().args().get(0);
        final CelExpr right = expression.call().args().get(1);
        if (Literals.isCall(left, AttributeSchema.DISTANCE_FUNCTION)) {
            return geography.near(expression, left, relation, right);
        }
        if (Literals.isCall(right, AttributeSchema.DISTANCE_FUNCTION)) {
            return geography.near(expression, right, relation.flipped(), left);
        }
        final boolean constantLeft = constants.isConstant(left);
        final boolean constantRight = constants.isConstant(right);
        if (constantLeft && constantRight) {
            return error(expression, words.of(expression) + " compares two values",
                "a comparison with an attribute");
        }
        if (constantLeft || constantRight) {
            final Operands.Operand operand = operands.of(constantLeft ? right : left);
            return operand == null ? FAILED : constants.compare(expression, operand,
                constantLeft ? relation.flipped() : relation, constantLeft ? left : right);
        }
        final Operands.Operand first = operands.of(left);
        final Operands.Operand second = operands.of(right);
        return first == null || second == null ? FAILED : constants.pair(expression, first, relation, second);
    }

    private Node membership(final CelExpr expression) {
        final CelExpr element = expression.call().args().get(0);
        final CelExpr container = expression.call().args().get(1);
        if (container.getKind() == CelExpr.ExprKind.Kind.LIST) {
            if (constants.isConstant(element)) {
                return error(expression, words.of(expression) + " compares values only",
                    "attribute in [...] or value in attribute");
            }
            final Operands.Operand operand = operands.of(element);
            return operand == null ? FAILED : constants.set(expression, operand, container.list().elements());
        }
        final Attribute attribute = operands.attributeOrError(container);
        if (attribute == null) {
            return FAILED;
        }
        if (attribute.shape() == Shape.SCALAR) {
            return error(container, attribute.name() + " is " + attribute.typeWords(),
                "after `in`: a list, a map, or [...]");
        }
        final Operands.Operand wanted = constants.isConstant(element)
            ? constants.member(element, attribute) : operands.of(element);
        if (wanted == null) {
            return FAILED;
        }
        if (!wanted.canBeIn(attribute)) {
            return error(element, wanted.words() + " can never be in " + attribute.name(),
                "a value of the same kind");
        }
        return new Node.Contains(attribute.slot(), wanted.subject(), words.of(expression));
    }

    private Node loop(final CelExpr expression) {
        final CelComprehension loop = expression.comprehension();
        final CelExpr step = loop.loopStep();
        final boolean exists = Literals.isCall(step, "_||_");
        if (!exists && !Literals.isCall(step, "_&&_")) {
            return error(expression, "an unsupported list macro", ALLOWED);
        }
        final Attribute list = operands.attributeOrError(loop.iterRange());
        if (list == null) {
            return FAILED;
        }
        if (list.shape() != Shape.LIST) {
            return error(loop.iterRange(), list.name() + " is " + list.typeWords(), "exists and all go over lists");
        }
        if (variables.size() == 2) {
            return error(expression, "list macros nested three deep", "two levels");
        }
        final int slot = variables.isEmpty() ? AttributeSchema.OUTER_ELEMENT : AttributeSchema.INNER_ELEMENT;
        variables.add(new Variable(loop.iterVar(), list, slot));
        final Node body = lower(step.call().args().get(1));
        variables.remove(variables.size() - 1);
        final String text = words.of(expression);
        if (exists && body instanceof Node.InInterval equal && equal.low() == equal.high() && !equal.outside()
            && equal.subject() instanceof Node.Scalar scalar && scalar.slot() == slot) {
            return new Node.Contains(list.slot(), new Node.Fixed(equal.low()), text);
        }
        if (exists && body instanceof Node.InSet set && set.sortedValues().size() <= FEW_VALUES
            && set.subject() instanceof Node.Scalar scalar && scalar.slot() == slot) {
            final List<Node> parts = new ArrayList<>();
            set.sortedValues().forEach(value -> parts.add(new Node.Contains(list.slot(), new Node.Fixed(value), text)));
            return new Node.Or(List.copyOf(parts));
        }
        return exists ? new Node.Exists(list.slot(), slot, body, text) : new Node.All(list.slot(), slot, body, text);
    }

    Variable variable(final String name) {
        for (int i = variables.size() - 1; i >= 0; i--) {
            if (variables.get(i).name().equals(name)) {
                return variables.get(i);
            }
        }
        return null;
    }

    /** The id or code of a text that stands at an expression, or 0 after an error. */
    int open(final CelExpr expression, final Vocabulary vocabulary, final String text) {
        final int lengthBytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (lengthBytes == 0 || lengthBytes > NameRegistry.MAX_NAME_BYTES) {
            error(expression, "a name of " + lengthBytes + " bytes",
                "1.." + NameRegistry.MAX_NAME_BYTES);
            return 0;
        }
        final CelSourceLocation location = location(expression);
        names.add(new RuleCompiler.UsedName(vocabulary, text, location.getLine(), location.getColumn() + 1));
        return ids.idOf(vocabulary.kind(), text);
    }

    private Node unsupported(final CelExpr expression) {
        final CelCall call = expression.call();
        if (call.function().equals(AttributeSchema.DISTANCE_FUNCTION)) {
            return error(expression, "a distance that is compared with nothing",
                "position.distance_km(lat, lon) < kilometres");
        }
        return error(expression, construct(call.function()), ALLOWED);
    }

    static String construct(final String function) {
        return CONSTRUCTS.getOrDefault(function, "the function " + symbol(function) + "()") + " is not part of rules";
    }

    /** How an operator is written: {@code _==_} is {@code ==}. */
    static String symbol(final String function) {
        return switch (function) {
            case "_?_:_" -> "? :";
            case "_[_]" -> "[ ]";
            case "@in" -> "in";
            default -> function.startsWith("_") || function.endsWith("_") && !Character.isLetter(function.charAt(0))
                ? function.replace("_", "") : function;
        };
    }

    Node error(final CelExpr expression, final String found, final String allowed) {
        final CelSourceLocation location = location(expression);
        errors.add(new RuleError(location.getLine(), location.getColumn() + 1, found, allowed));
        return FAILED;
    }

    /** Where an expression starts: CEL keeps the place of a selection's dot, people look for its first letter. */
    private CelSourceLocation location(final CelExpr expression) {
        CelExpr start = expression;
        while (start.getKind() == CelExpr.ExprKind.Kind.SELECT) {
            start = start.select().operand();
        }
        if (start.getKind() == CelExpr.ExprKind.Kind.COMPREHENSION) {
            return location(start.comprehension().iterRange());
        }
        final Integer offset = source.getPositionsMap().get(start.id());
        return offset == null ? CelSourceLocation.of(1, 0)
            : source.getOffsetLocation(offset).orElse(CelSourceLocation.of(1, 0));
    }
}
