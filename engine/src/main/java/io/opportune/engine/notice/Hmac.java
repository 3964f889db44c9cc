package io.opportune.engine.notice;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * HMAC (RFC 2104) over a hash function of the platform, with buffers of its own: {@code javax.crypto.Mac} makes new
 * arrays for each message. Owned by one thread; allocates nothing after construction.
 */
final class Hmac {
    static final String SHA_256 = "SHA-256";
    static final String SHA_1 = "SHA-1";

    private static final int BLOCK_BYTES = 64;
    private static final byte INNER = 0x36;
    private static final byte OUTER = 0x5c;

    private final MessageDigest hash;
    private final byte[] innerPad = new byte[BLOCK_BYTES];
    private final byte[] outerPad = new byte[BLOCK_BYTES];
    private final byte[] result;

    Hmac(final String algorithm, final byte[] key) {
        try {
            hash = MessageDigest.getInstance(algorithm);
        } catch (final NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has " + algorithm, impossible);
        }
        result = new byte[hash.getDigestLength()];
        final byte[] block = key.length > BLOCK_BYTES ? hash.digest(key) : key;
        for (int i = 0; i < BLOCK_BYTES; i++) {
            final byte keyByte = i < block.length ? block[i] : 0;
            innerPad[i] = (byte) (keyByte ^ INNER);
            outerPad[i] = (byte) (keyByte ^ OUTER);
        }
    }

    /** Starts a message. */
    Hmac begin() {
        hash.reset();
        hash.update(innerPad, 0, BLOCK_BYTES);
        return this;
    }

    Hmac update(final byte[] bytes, final int offset, final int lengthBytes) {
        hash.update(bytes, offset, lengthBytes);
        return this;
    }

    /** Ends the message: the code, valid until the next message, in an array that belongs to this. */
    byte[] end() {
        try {
            hash.digest(result, 0, result.length);
            hash.update(outerPad, 0, BLOCK_BYTES);
            hash.update(result, 0, result.length);
            hash.digest(result, 0, result.length);
        } catch (final DigestException impossible) {
            throw new IllegalStateException("the array has the digest's length", impossible);
        }
        return result;
    }
}
