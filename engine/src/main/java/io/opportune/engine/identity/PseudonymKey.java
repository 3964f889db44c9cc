package io.opportune.engine.identity;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The secret behind all pseudonyms of one store: 128 random bits in a file that only its owner may read. Immutable, any
 * thread. Whoever loses the file can no longer find a customer; whoever leaks it makes pseudonyms guessable.
 */
public final class PseudonymKey {
    /** Bytes of the key. */
    public static final int LENGTH_BYTES = 16;

    private static final int ID_BYTES = 4;

    private final long k0;
    private final long k1;
    private final String id;

    private PseudonymKey(final byte[] bytes) {
        final ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        k0 = words.getLong(0);
        k1 = words.getLong(8);
        id = HexFormat.of().formatHex(sha256(bytes), 0, ID_BYTES);
    }

    /**
     * Takes a key from bytes.
     *
     * @param bytes exactly {@link #LENGTH_BYTES}.
     * @return the key.
     * @throws IllegalArgumentException when the length differs.
     */
    public static PseudonymKey of(final byte[] bytes) {
        if (bytes.length != LENGTH_BYTES) {
            throw new IllegalArgumentException("a pseudonym key has 16 bytes, not " + bytes.length);
        }
        return new PseudonymKey(bytes.clone());
    }

    /**
     * Reads a key file.
     *
     * @param file 32 hexadecimal digits; white space around them is ignored.
     * @return the key.
     * @throws IOException when the file cannot be read or holds anything else.
     */
    public static PseudonymKey load(final Path file) throws IOException {
        final String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
        if (text.length() != 2 * LENGTH_BYTES) {
            throw new IOException(file + ": expected 32 hexadecimal digits, found " + text.length() + " characters");
        }
        try {
            return new PseudonymKey(HexFormat.of().parseHex(text));
        } catch (final IllegalArgumentException notHex) {
            throw new IOException(file + ": expected 32 hexadecimal digits", notHex);
        }
    }

    /**
     * Creates a key file that only its owner may read or write, and makes it durable before anything is written under
     * the key.
     *
     * @param file   which must not exist.
     * @param random where the key comes from: a {@link java.security.SecureRandom} except in tests.
     * @return the new key.
     * @throws FileAlreadyExistsException when there is a file already; it is left as it is.
     * @throws IOException                when it cannot be written.
     */
    public static PseudonymKey create(final Path file, final RandomGenerator random) throws IOException {
        final byte[] bytes = new byte[LENGTH_BYTES];
        random.nextBytes(bytes);
        final ByteBuffer text =
            ByteBuffer.wrap((HexFormat.of().formatHex(bytes) + "\n").getBytes(StandardCharsets.US_ASCII));
        final Set<StandardOpenOption> options = EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(file, options, ownerOnly())) {
            while (text.hasRemaining()) {
                channel.write(text);
            }
            channel.force(true);
        }
        return new PseudonymKey(bytes);
    }

    private static FileAttribute<?>[] ownerOnly() {
        if (!FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            return new FileAttribute<?>[0];
        }
        final Set<PosixFilePermission> permissions = PosixFilePermissions.fromString("rw-------");
        return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)};
    }

    /**
     * Names the key without revealing it: the first 8 hexadecimal digits of its SHA-256.
     *
     * @return 8 lower-case digits.
     */
    public String id() {
        return id;
    }

    /**
     * Derives an independent key: SipHash-128 of the purpose under this key.
     *
     * @param purpose what the key is for, such as {@code partition} or {@code holdout}; not empty.
     * @return a 128-bit key: first 8 bytes as upper half, last 8 as lower half.
     */
    public Key128 derive(final String purpose) {
        if (purpose.isEmpty()) {
            throw new IllegalArgumentException("a derived key needs a purpose");
        }
        final byte[] text = purpose.getBytes(StandardCharsets.UTF_8);
        final Key128 derived = new Key128();
        SipHash.hash128(k0, k1, new UnsafeBuffer(text), 0, text.length, derived);
        return derived;
    }

    private static byte[] sha256(final byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (final NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    @Override
    public String toString() {
        return "PseudonymKey " + id;
    }
}
