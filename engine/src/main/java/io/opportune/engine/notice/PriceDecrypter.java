package io.opportune.engine.notice;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Decrypts prices as Google encrypts them (developers.google.com/authorized-buyers/rtb/response-guide/decrypt-price):
 *
 * <pre>
 *   0                               16              24      28
 *  +-------------------------------+---------------+-------+
 *  | initialisation vector         | price xor pad | sign. |   38 characters of base64url
 *  +-------------------------------+---------------+-------+
 *   pad = first 8 bytes of HMAC-SHA-1(encryption key, vector)
 *   signature = first 4 bytes of HMAC-SHA-1(integrity key, price | vector)
 * </pre>
 *
 * <p>Owned by one thread; allocates nothing after construction.
 */
public final class PriceDecrypter {
    /** Characters of an encrypted price. */
    public static final int TEXT_LENGTH = 38;
    /** What {@link #decrypt} gives for what was not encrypted under these keys. */
    public static final long UNREADABLE = Long.MIN_VALUE;

    static final int VECTOR_BYTES = 16;
    static final int PRICE_BYTES = 8;
    static final int SIGNATURE_BYTES = 4;
    static final int MESSAGE_BYTES = VECTOR_BYTES + PRICE_BYTES + SIGNATURE_BYTES;

    private static final int MAX_PADDING = 2;

    private final Hmac pad;
    private final Hmac signature;
    private final byte[] message = new byte[MESSAGE_BYTES];
    private final byte[] price = new byte[PRICE_BYTES];
    private final UnsafeBuffer priceWord = new UnsafeBuffer(price);

    /**
     * Makes the decrypter of one exchange and one thread.
     *
     * @param keys of the exchange.
     */
    public PriceDecrypter(final PriceKeys keys) {
        pad = new Hmac(Hmac.SHA_1, keys.encryption());
        signature = new Hmac(Hmac.SHA_1, keys.integrity());
    }

    /**
     * Decrypts a price.
     *
     * @param text        holding it.
     * @param offset      of the price.
     * @param lengthBytes 38, or up to 40 with padding of {@code =} or {@code .}.
     * @return the number that was encrypted, 0 or more, in the exchange's unit; or {@link #UNREADABLE}.
     */
    public long decrypt(final DirectBuffer text, final int offset, final int lengthBytes) {
        if (!isLength(text, offset, lengthBytes)
            || Base64Url.decode(text, offset, TEXT_LENGTH, message) != MESSAGE_BYTES) {
            return UNREADABLE;
        }
        final byte[] stream = pad.begin().update(message, 0, VECTOR_BYTES).end();
        for (int i = 0; i < PRICE_BYTES; i++) {
            price[i] = (byte) (message[VECTOR_BYTES + i] ^ stream[i]);
        }
        final byte[] expected =
            signature.begin().update(price, 0, PRICE_BYTES).update(message, 0, VECTOR_BYTES).end();
        int difference = 0;
        for (int i = 0; i < SIGNATURE_BYTES; i++) {
            difference |= expected[i] ^ message[VECTOR_BYTES + PRICE_BYTES + i];
        }
        final long number = priceWord.getLong(0, ByteOrder.BIG_ENDIAN);
        return difference != 0 || number < 0 ? UNREADABLE : number;
    }

    private static boolean isLength(final DirectBuffer text, final int offset, final int lengthBytes) {
        if (lengthBytes < TEXT_LENGTH || lengthBytes > TEXT_LENGTH + MAX_PADDING) {
            return false;
        }
        for (int i = TEXT_LENGTH; i < lengthBytes; i++) {
            final byte padding = text.getByte(offset + i);
            if (padding != '=' && padding != '.') {
                return false;
            }
        }
        return true;
    }
}
