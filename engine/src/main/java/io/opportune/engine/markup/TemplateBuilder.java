package io.opportune.engine.markup;

import io.opportune.protocol.openrtb.macro.AuctionMacro;
import io.opportune.protocol.openrtb.macro.MacroScanner;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Puts a template together: texts are escaped for where they stand, macros become what the exchange's settings say.
 * Control threads.
 */
final class TemplateBuilder {
    /** Bytes before a slot, or before the end. */
    record Run(String text, Slot slot, boolean base64, long parts) { }

    /** The placeholder for parameters with macros, which are not percent-encoded. */
    static final String MACROS = "macros";

    final List<Run> runs = new ArrayList<>();
    private final Set<AuctionMacro> resolved;
    private final StringBuilder pending = new StringBuilder();
    private long parts = Template.ALWAYS;

    /** For an exchange that replaces these macros. */
    TemplateBuilder(final Set<AuctionMacro> resolved) {
        this.resolved = resolved;
    }

    Template build() {
        flush(null, false);
        return new Template(this);
    }

    private void flush(final Slot slot, final boolean base64) {
        if (slot != null || !pending.isEmpty()) {
            runs.add(new Run(pending.toString(), slot, base64, parts));
            pending.setLength(0);
        }
    }

    /** What follows is written only with one of these parts, see {@link Template#file}, or always. */
    TemplateBuilder onlyWith(final long bits) {
        flush(null, false);
        parts = bits;
        return this;
    }

    /** Appends what another builder holds as the content of a JSON string. */
    TemplateBuilder embedInJson(final TemplateBuilder other) {
        other.flush(null, false);
        flush(null, false);
        for (final Run run : other.runs) {
            runs.add(new Run(Escape.JSON.of(run.text()), run.slot(), run.base64(), run.parts()));
        }
        return this;
    }

    /** Appends what is markup already. */
    TemplateBuilder literal(final String markup) {
        pending.append(markup);
        return this;
    }

    TemplateBuilder slot(final Slot slot) {
        flush(slot, false);
        return this;
    }

    /** Appends a text in which macros may stand. */
    TemplateBuilder text(final String text, final Escape escape) {
        macros(text, escape);
        return this;
    }

    /** Appends the URL of a notice: placeholders in braces are slots or given texts, which are percent-encoded. */
    TemplateBuilder url(final String pattern, final Escape escape, final Slot token, final Map<String, String> values) {
        int from = 0;
        int brace = pattern.indexOf('{');
        while (brace >= 0) {
            final int end = pattern.indexOf('}', brace);
            final String name = end < 0 ? "" : pattern.substring(brace + 1, end);
            final boolean isMacro = brace > 0 && pattern.charAt(brace - 1) == '$';
            if (!isMacro && (name.equals("token") || name.equals("form") || values.containsKey(name))) {
                macros(pattern.substring(from, brace), escape);
                if (name.equals("token")) {
                    slot(token);
                } else if (name.equals("form")) {
                    slot(Slot.FORM);
                } else if (name.equals(MACROS)) {
                    macros(values.get(name), escape);
                } else {
                    percentEncoded(values.get(name));
                }
                from = end + 1;
            }
            brace = pattern.indexOf('{', brace + 1);
        }
        macros(pattern.substring(from), escape);
        return this;
    }

    /** Appends a text percent-encoded, in which macros may stand. */
    void percentEncoded(final String text) {
        split(text, (piece, isMacro) -> {
            if (isMacro) {
                macros(piece, Escape.NONE);
            } else {
                pending.append(Escape.percent(piece));
            }
        });
    }

    private void macros(final String text, final Escape escape) {
        split(text, (piece, isMacro) -> {
            if (isMacro) {
                macro(piece);
            } else {
                pending.append(escape.of(piece));
            }
        });
    }

    private void macro(final String text) {
        final byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        final MacroScanner scanner = new MacroScanner().wrap(new UnsafeBuffer(utf8), 0, utf8.length);
        scanner.next();
        if (resolved.contains(scanner.macro())) {
            pending.append(text);
            return;
        }
        final Slot slot = Slot.of(scanner.macro());
        if (slot != null && scanner.encoding() != MacroScanner.ENCODING_OTHER) {
            flush(slot, scanner.encoding() == MacroScanner.ENCODING_BASE64);
        }
    }

    private interface Piece {
        void take(String text, boolean isMacro);
    }

    private static void split(final String text, final Piece piece) {
        final byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        final MacroScanner scanner = new MacroScanner().wrap(new UnsafeBuffer(utf8), 0, utf8.length);
        int from = 0;
        while (scanner.next()) {
            piece.take(new String(utf8, from, scanner.start() - from, StandardCharsets.UTF_8), false);
            final int length = scanner.end() - scanner.start();
            piece.take(new String(utf8, scanner.start(), length, StandardCharsets.UTF_8), true);
            from = scanner.end();
        }
        piece.take(new String(utf8, from, utf8.length - from, StandardCharsets.UTF_8), false);
    }
}
