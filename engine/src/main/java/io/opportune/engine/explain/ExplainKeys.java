package io.opportune.engine.explain;

import io.opportune.engine.bidding.BidExplanations.Authorisation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;

/**
 * Who may have bid requests explained. The token, for administrators, opens all requests and comes in the field {@code
 * Authorization} only, so that it stands in no log of URLs; the key, for tests with an exchange, opens only those with
 * {@code test: 1} and may come as the value of {@code explain}. Immutable, any thread.
 */
public final class ExplainKeys {
    /** Shorter ones can be guessed. */
    public static final int LEAST_LENGTH = 16;

    private final byte[] token;
    private final byte[] testKey;

    /** What somebody may have explained. */
    public enum Right {
        /** Nothing. */
        NONE,
        /** Requests with {@code test: 1}. */
        TESTS,
        /** All. */
        ALL
    }

    private ExplainKeys(final byte[] token, final byte[] testKey) {
        this.token = token;
        this.testKey = testKey;
    }

    /**
     * Reads both.
     *
     * @param tokenFile file with nothing but the token; null: nobody may have all explained.
     * @param keyFile   file with nothing but the key for tests; null: nobody may have tests explained.
     * @return the keys.
     * @throws IOException when a file cannot be read or holds less than {@link #LEAST_LENGTH} visible ASCII characters
     *     in one line; the message has no key.
     */
    public static ExplainKeys load(final Path tokenFile, final Path keyFile) throws IOException {
        return new ExplainKeys(read(tokenFile), read(keyFile));
    }

    private static byte[] read(final Path file) throws IOException {
        if (file == null) {
            return null;
        }
        final String text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        if (text.length() < LEAST_LENGTH || !text.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw new IOException(
                file + ": must hold one line of " + LEAST_LENGTH + " or more visible ASCII characters and no blank");
        }
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Whether there is any.
     *
     * @return false: nobody may ask.
     */
    public boolean isAny() {
        return token != null || testKey != null;
    }

    /**
     * What somebody may have explained; takes as long for a wrong key as for a right one.
     *
     * @param authorisation of the request.
     * @return their right.
     */
    public Right rightOf(final Authorisation authorisation) {
        final byte[] bearer = authorisation.bearer().getBytes(StandardCharsets.UTF_8);
        final byte[] key = authorisation.key().getBytes(StandardCharsets.UTF_8);
        if (token != null && MessageDigest.isEqual(token, bearer)) {
            return Right.ALL;
        }
        return testKey != null && (MessageDigest.isEqual(testKey, bearer) || MessageDigest.isEqual(testKey, key))
            ? Right.TESTS : Right.NONE;
    }
}
