package io.opportune.engine.exchange;

import org.agrona.DirectBuffer;

/**
 * The notices that an exchange, a browser or a player may send about a bid, as they stand in {@code /notice/{kind}}.
 * The order is part of event ids: kinds are only appended.
 */
public enum NoticeKind {
    /** The bid won the exchange's auction ({@code nurl}). */
    WIN("win", 8),
    /** The bid became billable ({@code burl}). */
    BILL("bill", 9),
    /** The bid was lost ({@code lurl}). */
    LOSS("loss", 10),
    /** The browser showed the markup. */
    IMP("imp", 1),
    /** The customer clicked. */
    CLICK("click", 2),
    /** A video or audio ad began to play; this and the following as VAST 4.2, section 3.14.1, names them. */
    START("start", 11),
    /** It played for a quarter of its duration. */
    FIRST_QUARTILE("firstQuartile", 12),
    /** It played for half of its duration. */
    MIDPOINT("midpoint", 13),
    /** It played for three quarters of its duration. */
    THIRD_QUARTILE("thirdQuartile", 14),
    /** It played to its end. */
    COMPLETE("complete", 15),
    /** The customer skipped it. */
    SKIP("skip", 16),
    /** The player could not do what VAST asked for, section 3.3.1; nothing that a customer did. */
    ERROR("error", 0);

    /** What all kinds that only VAST tells are called in profiles. */
    public static final String EVENT_WORD = "event";
    /** Bit of all kinds that only VAST tells: a token in markup that is good for one of them is good for all. */
    public static final int EVENT_BIT = 1 << 5;
    /** Bits of what the exchange's server calls. */
    public static final int SERVER_BITS = WIN.bit() | BILL.bit() | LOSS.bit();
    /** Bits of what stands in markup, where anybody can read it. */
    public static final int MARKUP_BITS = IMP.bit() | CLICK.bit() | EVENT_BIT;

    private static final NoticeKind[] KINDS = values();

    private final String word;
    private final int eventTypeCode;

    NoticeKind(final String word, final int eventTypeCode) {
        this.word = word;
        this.eventTypeCode = eventTypeCode;
    }

    /**
     * The bit of a word in profiles.
     *
     * @param word of a kind that stands alone, or {@link #EVENT_WORD}.
     * @return one bit; 0 for any other word.
     */
    public static int bitOf(final String word) {
        for (final NoticeKind kind : KINDS) {
            if (!kind.isEvent() && kind.word.equals(word)) {
                return kind.bit();
            }
        }
        return word.equals(EVENT_WORD) ? EVENT_BIT : 0;
    }

    /**
     * The kind in URLs and counts.
     *
     * @return such as {@code win}.
     */
    public String word() {
        return word;
    }

    /**
     * Whether VAST tells it beside the impression.
     *
     * @return true for tracking events and errors.
     */
    public boolean isEvent() {
        return ordinal() > 4;
    }

    /**
     * Whether a browser or a player sends it, which does not ask again when it is turned away.
     *
     * @return false for what the exchange's server sends.
     */
    public boolean isOfMarkup() {
        return ordinal() > 2;
    }

    /**
     * The kind in a set of kinds.
     *
     * @return one bit; the same for all that only VAST tells.
     */
    public int bit() {
        return isEvent() ? EVENT_BIT : 1 << ordinal();
    }

    /**
     * The kind as the type of an event on the wire: those from 8 on came to {@code EventType} with version 2 of its
     * schema.
     *
     * @return 1..16; 0 for an error, which is no event of the customer.
     */
    public int eventTypeCode() {
        return eventTypeCode;
    }

    /**
     * Finds a kind by its word.
     *
     * @param text        holding the word.
     * @param offset      of the word.
     * @param lengthBytes of the word.
     * @return the kind, or null.
     */
    public static NoticeKind of(final DirectBuffer text, final int offset, final int lengthBytes) {
        for (final NoticeKind kind : KINDS) {
            if (kind.word.length() == lengthBytes && kind.matches(text, offset)) {
                return kind;
            }
        }
        return null;
    }

    private boolean matches(final DirectBuffer text, final int offset) {
        for (int i = 0; i < word.length(); i++) {
            if (text.getByte(offset + i) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
