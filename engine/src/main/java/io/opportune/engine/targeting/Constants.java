package io.opportune.engine.targeting;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import io.opportune.engine.targeting.Node.Relation;
import io.opportune.engine.targeting.Operands.Operand;
import io.opportune.protocol.codec.AttributeType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.TreeSet;

/** Compares operands with what is written in the rule: every such comparison becomes an interval or a set of longs. */
final class Constants {
    /** Most values in one [...]. */
    static final int MAX_SET = 10_000;

    private static final int MICRO_DIGITS = 6;
    private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);
    private static final long NS_PER_S = 1_000_000_000L;

    private final Lowering lowering;
    private final Literals literals;
    private final Words words;

    Constants(final Lowering lowering, final Literals literals, final Words words) {
        this.lowering = lowering;
        this.literals = literals;
        this.words = words;
    }

    boolean isConstant(final CelExpr expression) {
        return expression.getKind() == CelExpr.ExprKind.Kind.CONSTANT
            || Literals.isCall(expression, "timestamp")
            || Literals.isCall(expression, "-_") && literals.number(expression) != null;
    }

    Node compare(final CelExpr whole, final Operand operand, final Relation relation, final CelExpr constant) {
        if (relation != Relation.EQ && relation != Relation.NE
            && (operand.type() == AttributeType.TEXT || operand.isFlag())) {
            return lowering.error(whole, operand.words() + " is " + operand.typeWords() + " and has no order",
                "== != in");
        }
        final BigDecimal value = value(operand, constant);
        return value == null ? new Node.Constant(false) : interval(operand.subject(), relation, value, words.of(whole));
    }

    Node set(final CelExpr whole, final Operand operand, final List<CelExpr> elements) {
        if (elements.size() > MAX_SET) {
            return lowering.error(whole, "a list of " + elements.size() + " values", MAX_SET + " at most");
        }
        final TreeSet<Long> values = new TreeSet<>();
        for (final CelExpr element : elements) {
            final BigDecimal value = isConstant(element) ? value(operand, element) : notConstant(element);
            if (value != null && value.stripTrailingZeros().scale() <= 0 && fits(value.toBigInteger())) {
                values.add(value.longValueExact());
            }
        }
        return new Node.InSet(operand.subject(), List.copyOf(values), words.of(whole));
    }

    private BigDecimal notConstant(final CelExpr element) {
        lowering.error(element, "an element of [...] that is not a value", "values in the text of the rule");
        return null;
    }

    /** A constant before {@code in}, or null after an error. */
    Operand member(final CelExpr element, final Attribute container) {
        final boolean map = container.shape() == Attribute.Shape.MAP;
        final AttributeType type = map ? AttributeType.TEXT : container.type();
        final Vocabulary vocabulary = map ? container.keys() : container.vocabulary();
        final BigDecimal value = value(new Operand(null, type, vocabulary, container.name()), element);
        if (value == null) {
            return null;
        }
        if (value.stripTrailingZeros().scale() > 0 || !fits(value.toBigInteger())) {
            lowering.error(element, words.of(element) + " can never be in " + container.name(), "a whole number");
            return null;
        }
        return new Operand(new Node.Fixed(value.longValueExact()), type, vocabulary, words.of(element));
    }

    Node pair(final CelExpr whole, final Operand left, final Relation relation, final Operand right) {
        final boolean numbers = left.isNumber() && right.isNumber();
        if (!numbers && (left.type() != right.type() || left.vocabulary() != right.vocabulary())) {
            return lowering.error(whole, left.words() + " (" + kind(left) + ") cannot be compared with "
                + right.words() + " (" + kind(right) + ")", "values of one kind");
        }
        if ((left.type() == AttributeType.TEXT || left.isFlag())
            && relation != Relation.EQ && relation != Relation.NE) {
            return lowering.error(whole, left.words() + " is " + left.typeWords() + " and has no order", "== !=");
        }
        final Node.PairScale scale = left.type() == right.type() ? Node.PairScale.SAME
            : left.type() == AttributeType.INTEGER ? Node.PairScale.INT_WITH_MICROS : Node.PairScale.MICROS_WITH_INT;
        return new Node.ComparePair(left.subject(), relation, right.subject(), scale, words.of(whole));
    }

    private static String kind(final Operand operand) {
        return operand.typeWords()
            + (operand.vocabulary() == Vocabulary.NONE ? "" : ", " + operand.vocabulary().name().toLowerCase());
    }

    /** Code of a text, 0 after an error. */
    int code(final CelExpr at, final String text, final Vocabulary vocabulary) {
        if (vocabulary.kind() != null) {
            return lowering.open(at, vocabulary, text);
        }
        final int code = vocabulary.code(text);
        if (code == Vocabulary.UNKNOWN) {
            lowering.error(at, Literals.quoted(text) + " is not a " + vocabulary.name().toLowerCase(),
                String.join(", ", vocabulary.texts()));
            return 0;
        }
        return code;
    }

    /** A constant in the unit of an operand, perhaps between two longs or beyond them; null after an error. */
    private BigDecimal value(final Operand operand, final CelExpr constant) {
        switch (operand.type()) {
            case INTEGER, DECIMAL_MICROS:
                final BigDecimal number = literals.number(constant);
                if (number == null) {
                    break;
                }
                if (operand.type() == AttributeType.INTEGER) {
                    return number;
                }
                if (number.stripTrailingZeros().scale() > MICRO_DIGITS) {
                    lowering.error(constant, number.toPlainString() + " has too many decimals",
                        MICRO_DIGITS + " decimals");
                    return null;
                }
                return number.movePointRight(MICRO_DIGITS);
            case BOOLEAN:
                if (is(constant, CelConstant.Kind.BOOLEAN_VALUE)) {
                    return constant.constant().booleanValue() ? BigDecimal.ONE : BigDecimal.ZERO;
                }
                break;
            case TEXT:
                if (is(constant, CelConstant.Kind.STRING_VALUE)) {
                    return BigDecimal.valueOf(
                        code(constant, constant.constant().stringValue(), operand.vocabulary()));
                }
                break;
            default:
                if (Literals.isCall(constant, "timestamp")) {
                    return time(constant);
                }
        }
        lowering.error(constant, operand.words() + " is " + operand.typeWords() + " and cannot be compared with "
            + words.of(constant), allowed(operand.type()));
        return null;
    }

    private static String allowed(final AttributeType type) {
        return switch (type) {
            case INTEGER, DECIMAL_MICROS -> "a number";
            case BOOLEAN -> "true, false";
            case TEXT -> "text in quotes";
            default -> "timestamp(\"2017-01-01T00:00:00Z\")";
        };
    }

    private static boolean is(final CelExpr expression, final CelConstant.Kind kind) {
        return expression.getKind() == CelExpr.ExprKind.Kind.CONSTANT && expression.constant().getKind() == kind;
    }

    private BigDecimal time(final CelExpr call) {
        final List<CelExpr> arguments = call.call().args();
        if (arguments.size() == 1 && is(arguments.get(0), CelConstant.Kind.STRING_VALUE)) {
            try {
                final Instant instant = OffsetDateTime.parse(arguments.get(0).constant().stringValue()).toInstant();
                return BigDecimal.valueOf(instant.getEpochSecond()).multiply(BigDecimal.valueOf(NS_PER_S))
                    .add(BigDecimal.valueOf(instant.getNano()));
            } catch (final DateTimeParseException notATime) {
                // falls through to the error below, which shows the text
            }
        }
        lowering.error(call, words.of(call) + " is no time", "timestamp(\"2017-01-01T00:00:00Z\")");
        return null;
    }

    /** The interval of longs that stand in a relation to an exact value. */
    private static Node interval(
        final Node.Subject subject, final Relation relation, final BigDecimal value, final String text) {
        final BigInteger floor = value.setScale(0, RoundingMode.FLOOR).toBigInteger();
        final BigInteger ceiling = value.setScale(0, RoundingMode.CEILING).toBigInteger();
        return switch (relation) {
            case EQ -> of(subject, ceiling, floor, false, text);
            case NE -> of(subject, ceiling, floor, true, text);
            case LT -> of(subject, MIN, ceiling.subtract(BigInteger.ONE), false, text);
            case LE -> of(subject, MIN, floor, false, text);
            case GT -> of(subject, floor.add(BigInteger.ONE), MAX, false, text);
            case GE -> of(subject, ceiling, MAX, false, text);
        };
    }

    private static Node of(
        final Node.Subject subject, final BigInteger low, final BigInteger high, final boolean outside,
        final String text) {
        final BigInteger from = low.max(MIN);
        final BigInteger to = high.min(MAX);
        return from.compareTo(to) > 0
            ? new Node.InInterval(subject, 1, 0, outside, text)
            : new Node.InInterval(subject, from.longValueExact(), to.longValueExact(), outside, text);
    }

    private static boolean fits(final BigInteger value) {
        return value.compareTo(MIN) >= 0 && value.compareTo(MAX) <= 0;
    }
}
