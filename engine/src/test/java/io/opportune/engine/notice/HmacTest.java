package io.opportune.engine.notice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HmacTest {
    /**
     * RFC 4231 (SHA-256), cases 1, 2, 3, 6; RFC 2202 (SHA-1), cases 1, 2, 3, 6. A key or message of one repeated byte
     * is xx*n.
     */
    @ParameterizedTest
    @CsvSource({
        "SHA-256, 0b*20, 4869205468657265, b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        "SHA-256, 4a656665, 7768617420646f2079612077616e7420666f72206e6f7468696e673f,"
            + " 5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        "SHA-256, aa*20, dd*50, 773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
        "SHA-256, aa*131, 54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d20486173"
            + "68204b6579204669727374, 60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        "SHA-1, 0b*20, 4869205468657265, b617318655057264e28bc0b6fb378c8ef146be00",
        "SHA-1, 4a656665, 7768617420646f2079612077616e7420666f72206e6f7468696e673f,"
            + " effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
        "SHA-1, aa*20, dd*50, 125d7342b9ac11cd91a39af48aa17b4f63f175d3",
        "SHA-1, aa*80, 54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368"
            + "204b6579204669727374, aa4ae5e15272d00e95705637ce8a3b55ed402112"})
    void shouldGiveThePublishedCodes(
        final String algorithm, final String key, final String message, final String expected) {
        final Hmac hmac = new Hmac(algorithm, bytes(key));
        final byte[] text = bytes(message);
        for (int i = 0; i < 2; i++) {
            assertEquals(expected, HexFormat.of().formatHex(hmac.begin().update(text, 0, text.length).end()));
            assertEquals(expected, HexFormat.of().formatHex(
                hmac.begin().update(text, 0, 3).update(text, 3, text.length - 3).end()));
            hmac.begin().update("left".getBytes(StandardCharsets.US_ASCII), 0, 4);
        }
    }

    private static byte[] bytes(final String text) {
        final int star = text.indexOf('*');
        return HexFormat.of().parseHex(
            star < 0 ? text : text.substring(0, star).repeat(Integer.parseInt(text.substring(star + 1))));
    }
}
