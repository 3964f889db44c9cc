package io.opportune.engine.identity;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * SipHash-2-4 with 64 and 128 bits of output (J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF", 2012,
 * and the 128-bit form of the authors' reference implementation). Stateless, allocates nothing, any thread.
 */
public final class SipHash {
    private static final long INIT_0 = 0x736f6d6570736575L;
    private static final long INIT_1 = 0x646f72616e646f6dL;
    private static final long INIT_2 = 0x6c7967656e657261L;
    private static final long INIT_3 = 0x7465646279746573L;
    private static final int COMPRESSION_ROUNDS = 2;
    private static final int FINALISATION_ROUNDS = 4;
    private static final long FINAL_64 = 0xff;
    private static final long FINAL_128 = 0xee;
    private static final long SECOND_HALF_128 = 0xdd;

    private SipHash() {
    }

    /**
     * 64-bit hash of bytes.
     *
     * @param k0          first 8 bytes of the key, little endian.
     * @param k1          last 8 bytes of the key, little endian.
     * @param buffer      holding the message.
     * @param offset      of the message.
     * @param lengthBytes of the message, 0 or more.
     * @return the hash, its first byte in the lowest bits.
     */
    public static long hash64(
        final long k0, final long k1, final DirectBuffer buffer, final int offset, final int lengthBytes) {
        return hash(k0, k1, 0, 0L, buffer, offset, lengthBytes, null);
    }

    /**
     * 64-bit hash of the 16 bytes that two little-endian words make.
     *
     * @param k0    first 8 bytes of the key, little endian.
     * @param k1    last 8 bytes of the key, little endian.
     * @param word0 first 8 bytes of the message.
     * @param word1 last 8 bytes of the message.
     * @return the hash, its first byte in the lowest bits.
     */
    public static long hash64(final long k0, final long k1, final long word0, final long word1) {
        long v0 = INIT_0 ^ k0;
        long v1 = INIT_1 ^ k1;
        long v2 = INIT_2 ^ k0;
        long v3 = INIT_3 ^ k1;
        for (int block = 0; block < 4; block++) {
            final long m = switch (block) {
                case 0 -> word0;
                case 1 -> word1;
                case 2 -> 16L << 56;
                default -> 0L;
            };
            final int rounds = block < 3 ? COMPRESSION_ROUNDS : FINALISATION_ROUNDS;
            v3 ^= m;
            v2 ^= block < 3 ? 0 : FINAL_64;
            for (int round = 0; round < rounds; round++) {
                v0 += v1;
                v1 = Long.rotateLeft(v1, 13) ^ v0;
                v0 = Long.rotateLeft(v0, 32);
                v2 += v3;
                v3 = Long.rotateLeft(v3, 16) ^ v2;
                v0 += v3;
                v3 = Long.rotateLeft(v3, 21) ^ v0;
                v2 += v1;
                v1 = Long.rotateLeft(v1, 17) ^ v2;
                v2 = Long.rotateLeft(v2, 32);
            }
            v0 ^= m;
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }

    /**
     * 128-bit hash of bytes.
     *
     * @param k0          first 8 bytes of the key, little endian.
     * @param k1          last 8 bytes of the key, little endian.
     * @param buffer      holding the message.
     * @param offset      of the message.
     * @param lengthBytes of the message, 0 or more.
     * @param into        gets the first 8 bytes of the hash as its upper half, the last 8 as its lower half, each read
     *                    little endian.
     */
    public static void hash128(
        final long k0,
        final long k1,
        final DirectBuffer buffer,
        final int offset,
        final int lengthBytes,
        final Key128 into) {
        hash(k0, k1, 0, 0L, buffer, offset, lengthBytes, into);
    }

    /**
     * 128-bit hash of a little-endian word followed by bytes, without copying them together.
     *
     * @param k0          first 8 bytes of the key, little endian.
     * @param k1          last 8 bytes of the key, little endian.
     * @param prefix      first 8 bytes of the message.
     * @param buffer      holding the rest of the message.
     * @param offset      of the rest.
     * @param lengthBytes of the rest, 0 or more.
     * @param into        gets the hash as in {@link #hash128(long, long, DirectBuffer, int, int, Key128)}.
     */
    public static void hash128(
        final long k0,
        final long k1,
        final long prefix,
        final DirectBuffer buffer,
        final int offset,
        final int lengthBytes,
        final Key128 into) {
        hash(k0, k1, 1, prefix, buffer, offset, lengthBytes, into);
    }

    /** One loop over message blocks, the length block and the finalisations, so that the round stands here once. */
    private static long hash(
        final long k0,
        final long k1,
        final int prefixBlocks,
        final long prefix,
        final DirectBuffer buffer,
        final int offset,
        final int lengthBytes,
        final Key128 wide) {
        final int fullBlocks = lengthBytes >>> 3;
        final int lengthBlock = prefixBlocks + fullBlocks;
        final int lastBlock = lengthBlock + (wide == null ? 1 : 2);
        long v0 = INIT_0 ^ k0;
        long v1 = INIT_1 ^ k1 ^ (wide == null ? 0 : FINAL_128);
        long v2 = INIT_2 ^ k0;
        long v3 = INIT_3 ^ k1;
        long firstHalf = 0;
        for (int block = 0; block <= lastBlock; block++) {
            long m = 0;
            int rounds = COMPRESSION_ROUNDS;
            if (block < prefixBlocks) {
                m = prefix;
            } else if (block < lengthBlock) {
                m = buffer.getLong(offset + ((block - prefixBlocks) << 3), ByteOrder.LITTLE_ENDIAN);
            } else if (block == lengthBlock) {
                m = tail(buffer, offset + (fullBlocks << 3), lengthBytes & 7)
                    | ((long) (prefixBlocks * 8 + lengthBytes) << 56);
            } else {
                rounds = FINALISATION_ROUNDS;
                if (block == lengthBlock + 1) {
                    v2 ^= wide == null ? FINAL_64 : FINAL_128;
                } else {
                    firstHalf = v0 ^ v1 ^ v2 ^ v3;
                    v1 ^= SECOND_HALF_128;
                }
            }
            v3 ^= m;
            for (int round = 0; round < rounds; round++) {
                v0 += v1;
                v1 = Long.rotateLeft(v1, 13) ^ v0;
                v0 = Long.rotateLeft(v0, 32);
                v2 += v3;
                v3 = Long.rotateLeft(v3, 16) ^ v2;
                v0 += v3;
                v3 = Long.rotateLeft(v3, 21) ^ v0;
                v2 += v1;
                v1 = Long.rotateLeft(v1, 17) ^ v2;
                v2 = Long.rotateLeft(v2, 32);
            }
            v0 ^= m;
        }
        final long last = v0 ^ v1 ^ v2 ^ v3;
        if (wide != null) {
            wide.set(firstHalf, last);
        }
        return last;
    }

    private static long tail(final DirectBuffer buffer, final int offset, final int lengthBytes) {
        long word = 0;
        for (int i = 0; i < lengthBytes; i++) {
            word |= (buffer.getByte(offset + i) & 0xffL) << (i << 3);
        }
        return word;
    }
}
