package io.opportune.engine.targeting;

import dev.cel.common.CelSource;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads numbers exactly as they are written in a rule: CEL's own tree holds only the nearest double. */
final class Literals {
    private static final Pattern NUMBER = Pattern.compile("-?\\s*([0-9]*\\.?[0-9]+(?:[eE][+-]?[0-9]{1,4})?)");

    private final String text;
    private final CelSource source;

    Literals(final String text, final CelSource source) {
        this.text = text;
        this.source = source;
    }

    /** The number an expression is, or null when it is no number. */
    BigDecimal number(final CelExpr expression) {
        if (isCall(expression, "-_") && expression.call().args().size() == 1) {
            final BigDecimal positive = number(expression.call().args().get(0));
            return positive == null ? null : positive.negate();
        }
        if (expression.getKind() != CelExpr.ExprKind.Kind.CONSTANT) {
            return null;
        }
        final CelConstant constant = expression.constant();
        return switch (constant.getKind()) {
            case INT64_VALUE -> BigDecimal.valueOf(constant.int64Value());
            case DOUBLE_VALUE -> exact(expression.id(), constant.doubleValue());
            default -> null;
        };
    }

    static boolean isCall(final CelExpr expression, final String function) {
        return expression.getKind() == CelExpr.ExprKind.Kind.CALL && expression.call().function().equals(function);
    }

    private BigDecimal exact(final long id, final double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return null;
        }
        final Integer offset = source.getPositionsMap().get(id);
        if (offset != null && offset >= 0 && offset <= text.codePointCount(0, text.length())) {
            final Matcher matcher = NUMBER.matcher(text);
            matcher.region(text.offsetByCodePoints(0, offset), text.length());
            if (matcher.lookingAt()) {
                final BigDecimal written = new BigDecimal(matcher.group(1));
                if (written.doubleValue() == Math.abs(value)) {
                    return value < 0 ? written.negate() : written;
                }
            }
        }
        return BigDecimal.valueOf(value);
    }

    /** A CEL text as it would be written. */
    static String quoted(final String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
