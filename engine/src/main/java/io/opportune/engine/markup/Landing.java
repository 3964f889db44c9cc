package io.opportune.engine.markup;

import io.opportune.protocol.openrtb.macro.MacroScanner;
import io.opportune.protocol.openrtb.response.ByteSink;
import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The page that a click leads to. It is not in the link, where anybody could write another: the link carries the values
 * of its macros only, which are put into the page's URL percent-encoded. Immutable; any thread; writing allocates
 * nothing.
 */
public final class Landing {
    /** Names of the link's parameters with the macros of the page, in their order; further ones stay empty. */
    static final String LETTERS = "abdefghijkno";

    private static final String UNKNOWN_MACRO = "\\$\\{[A-Z_]+(:[A-Z0-9]+)?}";
    private static final String HEX = "0123456789ABCDEF";

    private final byte[][] texts;
    private final List<String> macros;

    private Landing(final List<String> texts, final List<String> macros) {
        this.texts = texts.stream().map(text -> ascii(text.replaceAll(UNKNOWN_MACRO, ""))).toArray(byte[][]::new);
        this.macros = List.copyOf(macros);
    }

    /** Gives the values of a link's parameters. */
    @FunctionalInterface
    public interface Values {
        /**
         * Looks one up.
         *
         * @param name of the parameter.
         * @param into gets its value, decoded.
         * @return length in bytes, 0 when there is none.
         */
        int text(char name, MutableDirectBuffer into);
    }

    /**
     * Takes the URL of a page apart.
     *
     * @param url of the catalogue, perhaps with macros and with characters beyond ASCII (an IRI, RFC 3987).
     * @return what is written for a click.
     */
    public static Landing of(final String url) {
        final List<String> texts = new ArrayList<>();
        final List<String> macros = new ArrayList<>();
        final byte[] utf8 = asciiHost(url).getBytes(StandardCharsets.UTF_8);
        final MacroScanner scanner = new MacroScanner().wrap(new UnsafeBuffer(utf8), 0, utf8.length);
        int from = 0;
        while (scanner.next()) {
            texts.add(new String(utf8, from, scanner.start() - from, StandardCharsets.UTF_8));
            macros.add(new String(utf8, scanner.start(), scanner.end() - scanner.start(), StandardCharsets.UTF_8));
            from = scanner.end();
        }
        texts.add(new String(utf8, from, utf8.length - from, StandardCharsets.UTF_8));
        return new Landing(texts, macros);
    }

    /** The host as the name system knows it (RFC 3490); one that has no such form stays. */
    private static String asciiHost(final String url) {
        final int colon = url.indexOf("://");
        if (colon < 0) {
            return url;
        }
        final int start = colon + "://".length();
        int end = start;
        while (end < url.length() && "/?#:".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        final String host = url.substring(start, end);
        if (host.chars().allMatch(c -> c < 0x80)) {
            return url;
        }
        try {
            return url.substring(0, start) + IDN.toASCII(host) + url.substring(end);
        } catch (final IllegalArgumentException noName) {
            return url;
        }
    }

    /** Percent-encodes what no URL has: blanks, control characters and all beyond ASCII (RFC 3987, section 3.1). */
    private static byte[] ascii(final String text) {
        final StringBuilder url = new StringBuilder();
        for (final byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b <= ' ' || b == 0x7F) {
                url.append('%').append(HEX.charAt(b >>> 4 & 0xF)).append(HEX.charAt(b & 0xF));
            } else {
                url.append((char) b);
            }
        }
        return url.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Parameters of the link that carry the macros, each with an ampersand before it. */
    String parameters() {
        final StringBuilder parameters = new StringBuilder();
        for (int i = 0; i < Math.min(macros.size(), LETTERS.length()); i++) {
            parameters.append('&').append(LETTERS.charAt(i)).append('=').append(macros.get(i));
        }
        return parameters.toString();
    }

    /**
     * Whether there is no page.
     *
     * @return true for an empty URL.
     */
    public boolean isEmpty() {
        return macros.isEmpty() && texts[0].length == 0;
    }

    /**
     * Appends the URL.
     *
     * @param sink   to append to.
     * @param values of the link's parameters.
     * @param value  gets one value after the other.
     */
    public void writeTo(final ByteSink sink, final Values values, final MutableDirectBuffer value) {
        sink.putBytes(texts[0]);
        for (int i = 1; i < texts.length; i++) {
            if (i <= LETTERS.length()) {
                sink.putPercentEncoded(value, 0, values.text(LETTERS.charAt(i - 1), value));
            }
            sink.putBytes(texts[i]);
        }
    }

    /**
     * Whether a URL leads to a host, or to one below it.
     *
     * @param url    holding it.
     * @param length in bytes, from 0 on.
     * @param host   in small letters.
     * @return false also for what is no URL that a redirect may have.
     */
    public static boolean leadsTo(final DirectBuffer url, final int length, final byte[] host) {
        for (int i = 0; i < length; i++) {
            if (url.getByte(i) <= ' ' || url.getByte(i) == 0x7F || url.getByte(i) == '\\') {
                return false;
            }
        }
        final int start = startsWith(url, length, "https://") ? 8 : startsWith(url, length, "http://") ? 7 : length;
        int end = start;
        while (end < length && isHost(url.getByte(end))) {
            end++;
        }
        if (end == length || url.getByte(end) != '/') {
            return false;
        }
        final int at = end - host.length;
        if (at < start || at > start && url.getByte(at - 1) != '.') {
            return false;
        }
        for (int i = 0; i < host.length; i++) {
            if (lower(url.getByte(at + i)) != host[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isHost(final byte c) {
        return c == '-' || c == '.' || c >= '0' && c <= '9' || lower(c) >= 'a' && lower(c) <= 'z';
    }

    private static int lower(final byte c) {
        return c >= 'A' && c <= 'Z' ? c + 0x20 : c;
    }

    private static boolean startsWith(final DirectBuffer text, final int length, final String beginning) {
        if (length < beginning.length()) {
            return false;
        }
        for (int i = 0; i < beginning.length(); i++) {
            if (lower(text.getByte(i)) != beginning.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
