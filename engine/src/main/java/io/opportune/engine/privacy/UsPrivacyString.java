package io.opportune.engine.privacy;

import org.agrona.DirectBuffer;

/**
 * A decoded us_privacy string, version 1: four characters, {@code 1}, then {@code Y}, {@code N} or {@code -} for
 * explicit notice, opt-out of sale, and Limited Service Provider Agreement. Reused, owned by one thread.
 * <p>
 * Source: IAB Tech Lab, "U.S. Privacy String", final version 1 with the clarification of February 2020.
 */
public final class UsPrivacyString {
    /** Characters of a string. */
    public static final int LENGTH = 4;

    private static final byte VERSION = '1';
    private static final byte YES = 'Y';
    private static final byte NO = 'N';
    private static final byte NOT_APPLICABLE = '-';

    private DecodeStatus status = DecodeStatus.EMPTY;
    private char notice;
    private char optOutSale;
    private char lspaCovered;

    /**
     * Decodes a string as it stands in {@code regs.us_privacy} or in GPP section 6.
     *
     * @param buffer holding the string.
     * @param offset of its first character.
     * @param length characters, one byte each.
     * @return how it went, also {@link #status()} until the next decode.
     */
    public DecodeStatus decode(final DirectBuffer buffer, final int offset, final int length) {
        clear();
        status = check(buffer, offset, length);
        if (status == DecodeStatus.VALID) {
            notice = (char) buffer.getByte(offset + 1);
            optOutSale = (char) buffer.getByte(offset + 2);
            lspaCovered = (char) buffer.getByte(offset + 3);
        }
        return status;
    }

    private static DecodeStatus check(final DirectBuffer buffer, final int offset, final int length) {
        if (length <= 0) {
            return DecodeStatus.EMPTY;
        }
        if (buffer.getByte(offset) != VERSION) {
            return DecodeStatus.UNSUPPORTED_VERSION;
        }
        if (length != LENGTH) {
            return length < LENGTH ? DecodeStatus.TRUNCATED : DecodeStatus.OVERLONG;
        }
        for (int i = 1; i < LENGTH; i++) {
            final byte character = buffer.getByte(offset + i);
            if (character != YES && character != NO && character != NOT_APPLICABLE) {
                return DecodeStatus.ILLEGAL_CHARACTER;
            }
        }
        return DecodeStatus.VALID;
    }

    void clear() {
        status = DecodeStatus.EMPTY;
        notice = 0;
        optOutSale = 0;
        lspaCovered = 0;
    }

    /**
     * How the last decode went.
     *
     * @return {@link DecodeStatus#VALID}, or why the string permits nothing.
     */
    public DecodeStatus status() {
        return status;
    }

    /**
     * Whether notice and the opportunity to opt out were given.
     *
     * @return {@code Y}, {@code N}, {@code -} (unknown or not applicable), or 0 for a string that is not valid.
     */
    public char notice() {
        return notice;
    }

    /**
     * Whether the user opted out of the sale of personal information.
     *
     * @return {@code Y}, {@code N}, {@code -} (the law does not apply), or 0 for a string that is not valid.
     */
    public char optOutSale() {
        return optOutSale;
    }

    /**
     * Whether the transaction is covered by the Limited Service Provider Agreement.
     *
     * @return {@code Y}, {@code N}, {@code -} (unknown or not applicable), or 0 for a string that is not valid.
     */
    public char lspaCovered() {
        return lspaCovered;
    }

    /**
     * Whether the publisher says that no US privacy law applies.
     *
     * @return true for {@code 1---} only.
     */
    public boolean notApplicable() {
        return notice == NOT_APPLICABLE && optOutSale == NOT_APPLICABLE && lspaCovered == NOT_APPLICABLE;
    }
}
