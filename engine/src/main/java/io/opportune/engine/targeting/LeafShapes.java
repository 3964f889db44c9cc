package io.opportune.engine.targeting;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelComprehension;
import dev.cel.common.ast.CelExpr.CelSelect;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Spares the type check where the outcome is known. A rule joins leaves by {@code && || !}, and its types are right if
 * and only if those of every leaf are; those of a leaf depend on its shape: its operators and names and the types of
 * its values, not on the values. So a rule whose leaves have all been seen in rules that passed the check passes it as
 * well. Rules of real catalogues differ in values, hardly in shapes. Not thread-safe.
 */
final class LeafShapes {
    /** Far more than the attributes and operators of any catalogue make; beyond it rules are checked every time. */
    private static final int MAX_SHAPES = 200_000;

    private final Set<String> passed = new HashSet<>();

    /** The shapes of a rule's leaves; null when it holds something whose type is not looked through here. */
    static List<String> of(final CelExpr expression) {
        final List<String> shapes = new ArrayList<>();
        return addLeaves(expression, shapes) ? shapes : null;
    }

    boolean allPassed(final List<String> shapes) {
        return shapes != null && passed.containsAll(shapes);
    }

    /** Takes the shapes of a rule that passed the type check. */
    void passed(final List<String> shapes) {
        if (shapes != null && passed.size() < MAX_SHAPES) {
            passed.addAll(shapes);
        }
    }

    private static boolean addLeaves(final CelExpr expression, final List<String> shapes) {
        if (expression.getKind() == CelExpr.ExprKind.Kind.CALL) {
            switch (expression.call().function()) {
                case "_&&_", "_||_", "!_" -> {
                    for (final CelExpr part : expression.call().args()) {
                        if (!addLeaves(part, shapes)) {
                            return false;
                        }
                    }
                    return true;
                }
                default -> {
                    // A leaf.
                }
            }
        }
        final StringBuilder shape = new StringBuilder();
        if (!append(expression, shape)) {
            return false;
        }
        shapes.add(shape.toString());
        return true;
    }

    private static boolean append(final CelExpr expression, final StringBuilder shape) {
        return switch (expression.getKind()) {
            case CONSTANT -> appendType(expression.constant(), shape);
            case IDENT -> {
                shape.append(expression.ident().name()).append(' ');
                yield true;
            }
            case SELECT -> {
                final CelSelect select = expression.select();
                shape.append(select.testOnly() ? "has(" : "(");
                final boolean known = append(select.operand(), shape);
                shape.append('.').append(select.field()).append(')');
                yield known;
            }
            case CALL -> {
                shape.append(expression.call().function()).append('(');
                final boolean known = (expression.call().target().isEmpty()
                    || append(expression.call().target().get(), shape.append("on ")))
                    && appendAll(expression.call().args(), shape);
                shape.append(')');
                yield known;
            }
            case LIST -> appendList(expression, shape);
            case COMPREHENSION -> {
                final CelComprehension loop = expression.comprehension();
                shape.append("loop(").append(loop.iterVar()).append(' ').append(loop.iterVar2()).append(' ')
                    .append(loop.accuVar()).append(' ');
                yield append(loop.iterRange(), shape) && append(loop.accuInit(), shape.append(';'))
                    && append(loop.loopCondition(), shape.append(';')) && append(loop.loopStep(), shape.append(';'))
                    && append(loop.result(), shape.append(')'));
            }
            default -> false;
        };
    }

    private static boolean appendAll(final List<CelExpr> parts, final StringBuilder shape) {
        for (final CelExpr part : parts) {
            if (!append(part, shape)) {
                return false;
            }
            shape.append(',');
        }
        return true;
    }

    /** A list of values of one type has that type however long it is. */
    private static boolean appendList(final CelExpr expression, final StringBuilder shape) {
        if (!expression.list().optionalIndices().isEmpty()) {
            return false;
        }
        shape.append('[');
        String last = "";
        for (final CelExpr element : expression.list().elements()) {
            final StringBuilder next = new StringBuilder();
            if (!append(element, next)) {
                return false;
            }
            if (!next.toString().equals(last)) {
                last = next.toString();
                shape.append(last).append(',');
            }
        }
        shape.append(']');
        return true;
    }

    private static boolean appendType(final CelConstant constant, final StringBuilder shape) {
        shape.append('<').append(constant.getKind()).append('>');
        return true;
    }
}
