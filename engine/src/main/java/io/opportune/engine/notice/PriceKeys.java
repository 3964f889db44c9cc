package io.opportune.engine.notice;

import io.opportune.engine.exchange.ExchangeProfile;
import io.opportune.engine.exchange.PriceScheme;
import io.opportune.engine.exchange.SecretSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;

/** The two keys that an exchange encrypts prices with. Immutable, any thread; says nothing of the keys. */
public final class PriceKeys {
    /** Bytes of each key. */
    public static final int KEY_BYTES = 32;

    private final byte[] encryption;
    private final byte[] integrity;

    private PriceKeys(final byte[] encryption, final byte[] integrity) {
        this.encryption = encryption;
        this.integrity = integrity;
    }

    /**
     * Reads keys as exchanges hand them out.
     *
     * @param encryption key of the pad: 32 bytes in base64 of either alphabet, padded or not, or in 64 hexadecimal
     *                   digits.
     * @param integrity  key of the signature, likewise.
     * @return the keys.
     * @throws IllegalArgumentException for anything else; the message holds no key.
     */
    public static PriceKeys of(final String encryption, final String integrity) {
        return new PriceKeys(decoded("encryption key", encryption), decoded("integrity key", integrity));
    }

    private static byte[] decoded(final String name, final String raw) {
        final String text = raw.strip();
        byte[] key = null;
        try {
            key = text.length() == 2 * KEY_BYTES ? HexFormat.of().parseHex(text.toLowerCase(java.util.Locale.ROOT))
                : Base64.getUrlDecoder().decode(text.replace('+', '-').replace('/', '_'));
        } catch (final IllegalArgumentException notEncoded) {
            // Said below, without the text.
        }
        if (key == null || key.length != KEY_BYTES) {
            throw new IllegalArgumentException("the " + name + " is not 32 bytes in base64 or hexadecimal digits ("
                + text.length() + " characters found)");
        }
        return key;
    }

    /**
     * Reads the keys that a profile names.
     *
     * @param price       of the profile.
     * @param directory   that key files are relative to.
     * @param environment variables by name.
     * @return the keys, or null when the profile's prices are plain.
     * @throws IOException when a file or variable is missing or holds no key; the message names it.
     */
    public static PriceKeys load(
        final ExchangeProfile.Price price, final Path directory, final Map<String, String> environment)
        throws IOException {
        if (price.scheme() == PriceScheme.PLAIN) {
            return null;
        }
        return new PriceKeys(read("encryption key", price.encryptionKey(), directory, environment),
            read("integrity key", price.integrityKey(), directory, environment));
    }

    private static byte[] read(
        final String name, final SecretSource source, final Path directory, final Map<String, String> environment)
        throws IOException {
        final String text;
        if (source.file() != null) {
            text = Files.readString(directory.resolve(source.file()), StandardCharsets.US_ASCII);
        } else {
            text = environment.get(source.environment());
            if (text == null) {
                throw new IOException("the " + source + " is not set; it holds the " + name);
            }
        }
        try {
            return decoded(name, text);
        } catch (final IllegalArgumentException wrong) {
            throw new IOException(source + ": " + wrong.getMessage(), wrong);
        }
    }

    byte[] encryption() {
        return encryption;
    }

    byte[] integrity() {
        return integrity;
    }

    @Override
    public String toString() {
        return "PriceKeys";
    }
}
