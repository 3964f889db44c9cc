package io.opportune.engine.catalogue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a catalogue's files hold, as a hash of each: so that the hash of all is had from that of the one that changed.
 * Immutable.
 */
public final class CatalogueContent {
    private final TreeMap<String, String> hashByPath;
    private final TreeMap<String, Long> bytesByPath;
    private final long lengthBytes;
    private final long hash;

    CatalogueContent(final Map<String, String> hashByPath, final Map<String, Long> bytesByPath) {
        this.hashByPath = new TreeMap<>(hashByPath);
        this.bytesByPath = new TreeMap<>(bytesByPath);
        lengthBytes = bytesByPath.values().stream().mapToLong(Long::longValue).sum();
        final MessageDigest digest = sha256();
        this.hashByPath.forEach((path, fileHash) -> {
            digest.update(path.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            digest.update(HexFormat.of().parseHex(fileHash));
        });
        hash = ByteBuffer.wrap(digest.digest()).getLong();
    }

    /** This content with one file more, or with another content of one file. */
    CatalogueContent with(final String path, final byte[] bytes) {
        final TreeMap<String, String> hashes = new TreeMap<>(hashByPath);
        hashes.put(path, hashOf(bytes));
        final TreeMap<String, Long> lengths = new TreeMap<>(bytesByPath);
        lengths.put(path, (long) bytes.length);
        return new CatalogueContent(hashes, lengths);
    }

    /** Bytes of all files together. */
    long lengthBytes() {
        return lengthBytes;
    }

    /**
     * The SHA-256 of a file.
     *
     * @param bytes of the file.
     * @return 64 hexadecimal digits.
     */
    public static String hashOf(final byte[] bytes) {
        return HexFormat.of().formatHex(sha256().digest(bytes));
    }

    /**
     * The files.
     *
     * @return {@link #hashOf} by path with slashes, in the order of the paths; unmodifiable.
     */
    public Map<String, String> hashByPath() {
        return Collections.unmodifiableMap(hashByPath);
    }

    /**
     * The hash of all.
     *
     * @return first 64 bits of the SHA-256 over path, a zero byte and SHA-256 of each file, in the order of the paths.
     */
    public long hash() {
        return hash;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
