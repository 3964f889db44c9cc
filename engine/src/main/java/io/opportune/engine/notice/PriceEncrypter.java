package io.opportune.engine.notice;

import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Encrypts prices as an exchange does: for tests and for load generators that play one. Owned by one thread; allocates
 * nothing after construction.
 */
public final class PriceEncrypter {
    private final Hmac pad;
    private final Hmac signature;
    private final byte[] message = new byte[PriceDecrypter.MESSAGE_BYTES];
    private final UnsafeBuffer words = new UnsafeBuffer(message);
    private final byte[] price = new byte[PriceDecrypter.PRICE_BYTES];
    private final UnsafeBuffer priceWord = new UnsafeBuffer(price);

    /**
     * Makes an encrypter.
     *
     * @param keys as {@link PriceDecrypter} has them.
     */
    public PriceEncrypter(final PriceKeys keys) {
        pad = new Hmac(Hmac.SHA_1, keys.encryption());
        signature = new Hmac(Hmac.SHA_1, keys.integrity());
    }

    /**
     * Encrypts a price.
     *
     * @param number     0 or more, in the exchange's unit.
     * @param vectorHigh first 8 bytes of the initialisation vector.
     * @param vectorLow  last 8 bytes; no vector is used twice.
     * @param into       gets {@link PriceDecrypter#TEXT_LENGTH} bytes of ASCII.
     * @param offset     where.
     * @return {@link PriceDecrypter#TEXT_LENGTH}.
     */
    public int encrypt(
        final long number, final long vectorHigh, final long vectorLow, final MutableDirectBuffer into,
        final int offset) {
        words.putLong(0, vectorHigh, ByteOrder.BIG_ENDIAN);
        words.putLong(Long.BYTES, vectorLow, ByteOrder.BIG_ENDIAN);
        priceWord.putLong(0, number, ByteOrder.BIG_ENDIAN);
        final byte[] stream = pad.begin().update(message, 0, PriceDecrypter.VECTOR_BYTES).end();
        for (int i = 0; i < PriceDecrypter.PRICE_BYTES; i++) {
            message[PriceDecrypter.VECTOR_BYTES + i] = (byte) (price[i] ^ stream[i]);
        }
        final byte[] signed = signature.begin().update(price, 0, PriceDecrypter.PRICE_BYTES)
            .update(message, 0, PriceDecrypter.VECTOR_BYTES).end();
        System.arraycopy(signed, 0, message, PriceDecrypter.VECTOR_BYTES + PriceDecrypter.PRICE_BYTES,
            PriceDecrypter.SIGNATURE_BYTES);
        return Base64Url.encode(message, PriceDecrypter.MESSAGE_BYTES, into, offset);
    }
}
