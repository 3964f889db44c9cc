package io.opportune.engine.markup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.AllocationProbe;
import io.opportune.protocol.openrtb.response.ByteSink;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LandingTest {
    private final UnsafeBuffer target = new UnsafeBuffer(new byte[4_096]);
    private final UnsafeBuffer value = new UnsafeBuffer(new byte[512]);
    private final ByteSink sink = new ByteSink();

    /** The page with each macro's value: the letter of its parameter, an ampersand and a letter beyond ASCII. */
    private String written(final Landing page) {
        sink.wrap(target, 0, target.capacity());
        page.writeTo(sink, (name, into) -> into.putStringWithoutLengthUtf8(0, name + "&\u00fc"), value);
        return target.getStringWithoutLengthUtf8(0, sink.length());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "https://x.example/?a=1&b=%20#c                     | ''   | https://x.example/?a=1&b=%20#c",
        "https://x.example/?a=${AUCTION_ID}&b=${AUCTION_PRICE:B64} | '&a=${AUCTION_ID}&b=${AUCTION_PRICE:B64}'"
            + " | https://x.example/?a=a%26%C3%BC&b=b%26%C3%BC",
        "https://x.example/${CACHEBUSTER}/${x}              | ''   | https://x.example//${x}",
        "https://b\u00fccher.example:8443/\u00e9?q=\u20ac    | ''   | https://xn--bcher-kva.example:8443/%C3%A9?q=%E2%82%AC",
        "https://${AUCTION_SEAT_ID}.b\u00fccher.example/    | '&a=${AUCTION_SEAT_ID}'"
            + " | https://a%26%C3%BC.xn--bcher-kva.example/",
        "app://open/\u00fc                                  | ''   | app://open/%C3%BC",
        "mailto:a@b.example?subject=\u00fc                  | ''   | mailto:a@b.example?subject=%C3%BC",
    })
    void shouldCarryWhatItsMacrosNeed(final String url, final String parameters, final String filled) {
        final Landing page = Landing.of(url);
        assertEquals(parameters, page.parameters());
        assertEquals(filled, written(page));
    }

    @Test
    void shouldHaveNoBytesThatAFieldOfHttpMayNot() {
        assertEquals("https://x.example/%0D%0A%09%7F%20", written(Landing.of("https://x.example/\r\n\t\u007f ")));
        assertTrue(Landing.of("").isEmpty());
        assertEquals("", written(Landing.of("")));
    }

    @Test
    void shouldLeaveMacrosEmptyThatHaveNoParameter() {
        final StringBuilder url = new StringBuilder("https://x.example/");
        for (int i = 0; i < Landing.LETTERS.length() + 2; i++) {
            url.append('/').append("${AUCTION_IMP_ID}");
        }
        final Landing page = Landing.of(url.toString());
        assertEquals(Landing.LETTERS.length(), page.parameters().chars().filter(c -> c == '&').count());
        assertTrue(written(page).endsWith("/o%26%C3%BC//"), written(page));
        assertEquals(Landing.LETTERS.length(), Landing.LETTERS.chars().distinct().count());
        // What notices read themselves: token, price, currency, loss, least price, page, place of counting, error.
        assertTrue(Landing.LETTERS.chars().noneMatch(c -> "tpclmrux".indexOf(c) >= 0));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "https://x.example/                | true", "http://x.example/a?b=c   | true",
        "HTTPS://A.X.EXAMPLE/              | true", "https://ax.example/      | false",
        "https://x.example                 | false", "https://x.example:80/   | false",
        "https://x.example@y.example/      | false", "https://y.example/x.example/ | false",
        "ftp://x.example/                  | false", "//x.example/            | false",
        "https://y.example\\.x.example/    | false", "https://x.example/\u00fc | false",
        "https://example/                  | false", "https:///x.example/     | false",
    })
    void shouldLeadToAHostOrBelow(final String url, final boolean expected) {
        final byte[] utf8 = url.getBytes(StandardCharsets.UTF_8);
        assertEquals(expected,
            Landing.leadsTo(new UnsafeBuffer(utf8), utf8.length, "x.example".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void shouldAllocateNothing() {
        final Landing page = Landing.of("https://x.example/?a=${AUCTION_ID}&b=${AUCTION_IMP_ID}");
        final byte[] host = {'x', '.', 'e', 'x', 'a', 'm', 'p', 'l', 'e'};
        final Landing.Values values = (name, into) -> {
            into.putByte(0, (byte) name);
            return 1;
        };
        assertEquals(0, AllocationProbe.bytesOf(() -> {
            for (int i = 0; i < 10_000; i++) {
                sink.wrap(target, 0, target.capacity());
                page.writeTo(sink, values, value);
                if (!Landing.leadsTo(target, sink.length(), host)) {
                    throw new AssertionError("it leads there");
                }
            }
        }));
    }
}
