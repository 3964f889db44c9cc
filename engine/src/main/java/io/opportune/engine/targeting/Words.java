package io.opportune.engine.targeting;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.CelComprehension;
import java.math.BigDecimal;
import java.util.stream.Collectors;

/** Writes parts of a rule back as text, for explanations and errors. */
final class Words {
    private static final int MOST = 200;

    private final Literals literals;

    Words(final Literals literals) {
        this.literals = literals;
    }

    String of(final CelExpr expression) {
        final String text = render(expression, 0);
        return text.length() <= MOST ? text : text.substring(0, MOST - 3) + "...";
    }

    private String render(final CelExpr expression, final int depth) {
        if (depth > 12) {
            return "...";
        }
        return switch (expression.getKind()) {
            case CONSTANT -> constant(expression);
            case IDENT -> expression.ident().name();
            case SELECT -> expression.select().testOnly()
                ? "has(" + render(expression.select().operand(), depth + 1) + "." + expression.select().field() + ")"
                : render(expression.select().operand(), depth + 1) + "." + expression.select().field();
            case CALL -> call(expression.call(), depth + 1);
            case LIST -> expression.list().elements().stream().limit(20)
                .map(element -> render(element, depth + 1)).collect(Collectors.joining(", ", "[",
                    expression.list().elements().size() > 20 ? ", ...]" : "]"));
            case COMPREHENSION -> loop(expression.comprehension(), depth + 1);
            default -> "{...}";
        };
    }

    private String constant(final CelExpr expression) {
        final CelConstant constant = expression.constant();
        return switch (constant.getKind()) {
            case STRING_VALUE -> Literals.quoted(constant.stringValue());
            case INT64_VALUE -> Long.toString(constant.int64Value());
            case DOUBLE_VALUE -> {
                final BigDecimal exact = literals.number(expression);
                yield exact == null || Math.abs((long) exact.scale() - exact.precision()) > 40
                    ? Double.toString(constant.doubleValue()) : exact.toPlainString();
            }
            case BOOLEAN_VALUE -> Boolean.toString(constant.booleanValue());
            case UINT64_VALUE -> constant.uint64Value() + "u";
            case NULL_VALUE -> "null";
            default -> "a value of another type";
        };
    }

    private String call(final CelCall call, final int depth) {
        final String symbol = Lowering.symbol(call.function());
        if (call.target().isEmpty() && call.args().size() == 2 && !Character.isLetter(call.function().charAt(0))) {
            final String left = render(call.args().get(0), depth);
            final String right = render(call.args().get(1), depth);
            return call.function().equals("_[_]") ? left + "[" + right + "]"
                : grouped(call.args().get(0), left) + " " + symbol + " " + grouped(call.args().get(1), right);
        }
        if (call.target().isEmpty() && call.args().size() == 1 && !Character.isLetter(call.function().charAt(0))) {
            return symbol + grouped(call.args().get(0), render(call.args().get(0), depth));
        }
        return call.target().map(target -> render(target, depth) + ".").orElse("") + symbol
            + call.args().stream().map(argument -> render(argument, depth)).collect(Collectors.joining(", ", "(", ")"));
    }

    private static String grouped(final CelExpr expression, final String text) {
        return Literals.isCall(expression, "_&&_") || Literals.isCall(expression, "_||_") ? "(" + text + ")" : text;
    }

    private String loop(final CelComprehension loop, final int depth) {
        final CelExpr step = loop.loopStep();
        final boolean known = step.getKind() == CelExpr.ExprKind.Kind.CALL && step.call().args().size() == 2;
        return render(loop.iterRange(), depth) + (Literals.isCall(step, "_&&_") ? ".all(" : ".exists(")
            + loop.iterVar() + ", " + (known ? render(step.call().args().get(1), depth) : "...") + ")";
    }
}
