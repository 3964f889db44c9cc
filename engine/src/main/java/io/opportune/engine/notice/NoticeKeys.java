package io.opportune.engine.notice;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The secrets that tokens are sealed with: the first key seals, all of them open. A new key is added as the second
 * first, so that every server opens what others seal, then made the first, and the old one is taken out when its last
 * token has expired. Immutable, any thread.
 */
public final class NoticeKeys {
    /** Bytes of a key. */
    public static final int KEY_BYTES = 32;
    /** Most keys at a time. */
    public static final int MAX_KEYS = 16;

    private final byte[][] keys;
    private final int[] ids;

    private NoticeKeys(final List<byte[]> keys) {
        if (keys.isEmpty() || keys.size() > MAX_KEYS) {
            throw new IllegalArgumentException("1.." + MAX_KEYS + " notice keys, not " + keys.size());
        }
        this.keys = new byte[keys.size()][];
        ids = new int[keys.size()];
        for (int i = 0; i < ids.length; i++) {
            if (keys.get(i).length != KEY_BYTES) {
                throw new IllegalArgumentException(
                    "a notice key has " + KEY_BYTES + " bytes, not " + keys.get(i).length);
            }
            this.keys[i] = keys.get(i).clone();
            ids[i] = idOf(this.keys[i]);
            for (int before = 0; before < i; before++) {
                if (ids[before] == ids[i]) {
                    throw new IllegalArgumentException("the keys " + (before + 1) + " and " + (i + 1)
                        + " have the same id " + HexFormat.of().toHexDigits((short) ids[i])
                        + ": make another in place of one");
                }
            }
        }
    }

    /**
     * Takes keys from bytes.
     *
     * @param keys 1..{@link #MAX_KEYS} of {@link #KEY_BYTES} each; the first one seals.
     * @return the keys.
     * @throws IllegalArgumentException for another number or length, or when two have the same id.
     */
    public static NoticeKeys of(final List<byte[]> keys) {
        return new NoticeKeys(keys);
    }

    /**
     * Reads a key file.
     *
     * @param file one key of 64 hexadecimal digits a line, the sealing one first; empty lines and lines that start with
     *             {@code #} are passed over.
     * @return the keys.
     * @throws IOException when the file cannot be read or holds anything else; the message has the line, never a key.
     */
    public static NoticeKeys load(final Path file) throws IOException {
        final List<byte[]> keys = new ArrayList<>();
        int number = 0;
        for (final String raw : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            number++;
            final String line = raw.strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (line.length() != 2 * KEY_BYTES) {
                throw new IOException(file + ":" + number + ": expected " + 2 * KEY_BYTES
                    + " hexadecimal digits, found " + line.length() + " characters");
            }
            try {
                keys.add(HexFormat.of().parseHex(line));
            } catch (final IllegalArgumentException notHex) {
                throw new IOException(file + ":" + number + ": expected " + 2 * KEY_BYTES + " hexadecimal digits",
                    notHex);
            }
        }
        try {
            return new NoticeKeys(keys);
        } catch (final IllegalArgumentException wrong) {
            throw new IOException(file + ": " + wrong.getMessage(), wrong);
        }
    }

    /**
     * Creates a key file with one key, which only its owner may read or write.
     *
     * @param file   which must not exist.
     * @param random where the key comes from: a {@link java.security.SecureRandom} except in tests.
     * @return the new key.
     * @throws IOException when there is a file already, or when it cannot be written.
     */
    public static NoticeKeys create(final Path file, final RandomGenerator random) throws IOException {
        final byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        final ByteBuffer text =
            ByteBuffer.wrap((HexFormat.of().formatHex(key) + "\n").getBytes(StandardCharsets.US_ASCII));
        try (FileChannel channel = FileChannel.open(file,
            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly())) {
            while (text.hasRemaining()) {
                channel.write(text);
            }
            channel.force(true);
        }
        return new NoticeKeys(List.of(key));
    }

    private static FileAttribute<?>[] ownerOnly() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))}
            : new FileAttribute<?>[0];
    }

    /**
     * How many keys there are.
     *
     * @return 1..{@link #MAX_KEYS}.
     */
    public int count() {
        return ids.length;
    }

    /**
     * Names a key without revealing it.
     *
     * @param index from 0, the sealing one.
     * @return the first 16 bits of the key's SHA-256, as they stand in tokens.
     */
    public int id(final int index) {
        return ids[index];
    }

    /** A key for one purpose, made from the key at an index: HMAC-SHA-256 of the purpose. */
    byte[] derive(final int index, final String purpose) {
        final byte[] text = purpose.getBytes(StandardCharsets.US_ASCII);
        return new Hmac(Hmac.SHA_256, keys[index]).begin().update(text, 0, text.length).end().clone();
    }

    private static int idOf(final byte[] key) {
        try {
            final byte[] hash = MessageDigest.getInstance("SHA-256").digest(key);
            return (hash[0] & 0xff) << 8 | hash[1] & 0xff;
        } catch (final NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder("NoticeKeys");
        for (final int id : ids) {
            text.append(' ').append(HexFormat.of().toHexDigits((short) id));
        }
        return text.toString();
    }
}
